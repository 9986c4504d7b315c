; createClient({ … }), require("fs/promises"), wherever it stands in the statement
(call_expression) @expression
; new Map()
(new_expression) @expression
