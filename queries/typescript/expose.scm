; const app = express();
(lexical_declaration
  (variable_declarator
    name: (identifier) @name
    value: (call_expression
      function: (_) @callee
      arguments: (arguments) @arguments) @expression)) @construct

; var app = express();
(variable_declaration
  (variable_declarator
    name: (identifier) @name
    value: (call_expression
      function: (_) @callee
      arguments: (arguments) @arguments) @expression)) @construct

; export const app = express();
(export_statement
  declaration: (lexical_declaration
    (variable_declarator
      name: (identifier) @name
      value: (call_expression
        function: (_) @callee
        arguments: (arguments) @arguments) @expression))) @construct

; app.listen(3000);
(expression_statement
  (call_expression
    function: (member_expression
      object: (identifier) @listener
      property: (property_identifier) @method)
    arguments: (arguments) @arguments) @expression) @construct

; const server = app.listen(3000);
(lexical_declaration
  (variable_declarator
    value: (call_expression
      function: (member_expression
        object: (identifier) @listener
        property: (property_identifier) @method)
      arguments: (arguments) @arguments) @expression)) @construct
