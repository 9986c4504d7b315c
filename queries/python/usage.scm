; client.get("key"), also as a decorator: @app.get("/users")
(call) @call
; @signal.connect
(decorator (attribute) @call)
