; client = redis.Redis(host="localhost")
; client: redis.Redis = redis.Redis(host="localhost")
; self.client = redis.Redis(host="localhost")
(expression_statement
  (assignment
    left: (_) @name
    right: (call
      function: (_) @callee
      arguments: (argument_list) @arguments) @expression)) @construct
