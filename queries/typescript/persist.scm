; const client = createClient({ … });
(lexical_declaration
  (variable_declarator
    name: (identifier) @name
    value: (call_expression
      function: (_) @callee
      arguments: (arguments) @arguments) @expression)) @construct
