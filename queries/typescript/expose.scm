; const app = express();
(variable_declarator name: (identifier) @name value: (call_expression) @expression)

; app.listen(3000);
; const server = app.listen(3000);
; An application of a known library is recognised without this. It tells which library is not known, where `app` was made.
(call_expression function: (member_expression) @listen) @expression

; const app = await NestFactory.create(AppModule);
(variable_declarator name: (identifier) @name value: (await_expression (call_expression) @expression))

; const app = new Koa();
(variable_declarator name: (identifier) @name value: (new_expression) @expression)
