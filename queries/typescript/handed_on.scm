; report(greetings), report(this.greetings!), { greetings }, register(this): a name wherever it stands. Whether it goes elsewhere
; from there, through types, conditions and lists, is read upwards.
(identifier) @name
(member_expression) @name
(shorthand_property_identifier) @name
(this) @name
