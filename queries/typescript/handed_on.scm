; report(greetings), { bus: greetings }, [greetings], return greetings
(arguments (identifier) @name)
(pair value: (identifier) @name)
(array (identifier) @name)
(return_statement (identifier) @name)

; const bus = greetings
(variable_declarator value: (identifier) @name)
