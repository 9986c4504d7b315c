; client.get("key"), also as a decorator: @app.get("/users")
(call
  function: (attribute
    object: (_) @object
    attribute: (identifier) @method)
  arguments: (argument_list) @arguments) @call
