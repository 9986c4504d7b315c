; sessions, wherever it stands
(identifier) @mention
; store.sessions
(member_expression) @mention
; { sessions }
(shorthand_property_identifier) @mention
