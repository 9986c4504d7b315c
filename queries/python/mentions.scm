; users, wherever it stands
(identifier) @mention
; store.users
(attribute) @mention
