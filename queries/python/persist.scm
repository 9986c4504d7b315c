; client = redis.Redis(host="localhost")
; client: redis.Redis = redis.Redis(host="localhost")
; self.client = redis.Redis(host="localhost")
(assignment left: (_) @name right: (call) @expression)
