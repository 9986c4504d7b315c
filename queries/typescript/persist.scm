; createClient({ … }), wherever it stands in the statement
(call_expression) @expression
; new Pool()
(new_expression) @expression
