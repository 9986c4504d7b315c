; report(greetings), report(this.greetings), [greetings], { bus: greetings }, { greetings }, return greetings
(arguments (identifier) @name)
(arguments (member_expression) @name)
(array (identifier) @name)
(pair value: (identifier) @name)
(pair value: (member_expression) @name)
(shorthand_property_identifier) @name
(return_statement (identifier) @name)
(arrow_function body: (identifier) @name)

; const bus = greetings
(variable_declarator value: (identifier) @name)
; this.bus = greetings
(assignment_expression right: (identifier) @name)
; report(greetings as Bus)
(as_expression (identifier) @name)

; register(this), const self = this
(arguments (this) @name)
(variable_declarator value: (this) @name)
