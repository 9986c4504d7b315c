; greetings.emit("hello", name)
(call_expression function: (member_expression) @method) @call
