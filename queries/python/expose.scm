; app = FastAPI(title="…")
(assignment left: (identifier) @name right: (call) @expression)
