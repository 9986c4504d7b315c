; const greetings = new events.EventEmitter();
(variable_declarator name: (identifier) @name value: (new_expression) @expression)

; const greetings = new EventEmitter() as TypedEmitter<Events>;
(variable_declarator name: (identifier) @name value: (as_expression (new_expression) @expression))
