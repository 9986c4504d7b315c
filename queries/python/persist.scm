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
; app.config["DATABASE_URI"] = "sqlite://": a value that is given a name which says what it is for
(assignment left: (subscript subscript: (string) @given) right: (_) @expression)
; class Config: DATABASE_URI = "sqlite://"
(assignment left: (identifier) @given right: (_) @expression)
; app.config.from_mapping(DATABASE_URI="sqlite://")
(keyword_argument name: (identifier) @given value: (_) @expression)
; app.config.update({"DATABASE_URI": "sqlite://"})
(pair key: (string) @given value: (_) @expression)
