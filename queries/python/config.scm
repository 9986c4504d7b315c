; os.getenv("LOG_LEVEL", "info"), wherever it stands in the statement
(call) @expression
; os.environ["LOG_LEVEL"]
(subscript) @expression
