; const greetings = new events.EventEmitter();
(lexical_declaration
  (variable_declarator
    name: (identifier) @name
    value: (new_expression
      constructor: (_) @callee
      arguments: (arguments)? @arguments) @expression)) @construct

; export const greetings = new events.EventEmitter();
(export_statement
  declaration: (lexical_declaration
    (variable_declarator
      name: (identifier) @name
      value: (new_expression
        constructor: (_) @callee
        arguments: (arguments)? @arguments) @expression))) @construct
