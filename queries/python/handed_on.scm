; register(app), Server(app=app)
(argument_list (identifier) @name)
(keyword_argument value: (identifier) @name)
