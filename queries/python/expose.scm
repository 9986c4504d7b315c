; app = FastAPI(title="…")
(expression_statement
  (assignment
    left: (identifier) @name
    right: (call
      function: (_) @callee
      arguments: (argument_list) @arguments) @expression)) @construct
