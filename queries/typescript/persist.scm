; const client = createClient({ … });
(variable_declarator name: (identifier) @name value: (call_expression) @expression)
