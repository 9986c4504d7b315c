; redis.Redis(host="localhost"), wherever it stands in the statement
(call) @expression
; {}, which has to be what the statement gives a name to
(dictionary) @expression
; os.environ["KEY"]
(subscript) @expression
; import aiofiles
(import_statement) @expression
; from aiofiles import open
(import_from_statement) @expression
