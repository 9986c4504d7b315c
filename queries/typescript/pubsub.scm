; const greetings = new events.EventEmitter();
(variable_declarator name: (identifier) @name value: (new_expression) @expression)
