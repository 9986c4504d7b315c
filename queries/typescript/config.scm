; process.env.LOG_LEVEL, wherever it stands in the statement
(member_expression) @expression
; process.env["LOG_LEVEL"]
(subscript_expression) @expression
