; greetings.emit("hello", name)
(call_expression
  function: (member_expression
    object: (_) @object
    property: (property_identifier) @method)
  arguments: (arguments) @arguments) @call

; const app = express(); the constructor behind the receiver of a listen
(variable_declarator
  name: (identifier) @declared
  value: (call_expression
    function: (_) @declared.callee))
