; const app = express();
(variable_declarator name: (identifier) @name value: (call_expression) @expression)

; app.listen(3000);
; const server = app.listen(3000);
(call_expression function: (member_expression) @listen) @expression

; const app = await NestFactory.create(AppModule);
(variable_declarator name: (identifier) @name value: (await_expression (call_expression) @expression))

; const app = new Koa();
(variable_declarator name: (identifier) @name value: (new_expression) @expression)
