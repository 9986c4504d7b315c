; createClient({ … }), require("fs/promises"), wherever it stands in the statement
(call_expression) @expression
; new Map()
(new_expression) @expression
; import fs from "fs/promises"
(import_statement) @expression
; process.env.KEY
(member_expression) @expression
; process.env["KEY"]
(subscript_expression) @expression
; class Database extends PrismaClient
(extends_clause) @expression
