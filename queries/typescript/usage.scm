; greetings.emit("hello", name)
(call_expression) @call
