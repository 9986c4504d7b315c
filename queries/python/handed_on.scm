; report(bus), report(to=bus), {"bus": bus}, [bus], return bus
(argument_list (identifier) @name)
(keyword_argument value: (identifier) @name)
(pair value: (identifier) @name)
(list (identifier) @name)
(return_statement (identifier) @name)

; other = bus
(assignment right: (identifier) @name)
