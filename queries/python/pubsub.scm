; bus = EventEmitter()
(assignment left: (identifier) @name right: (call) @expression)
