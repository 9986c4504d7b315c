//! What a gateway is given of `NestJS` applications.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use inferra::app::{Gateway, Method};
use pretty_assertions::assert_eq;

use crate::project::{compiled, project};

/// Without routes for HEAD and OPTIONS that others imply.
fn routes(files: &[(&str, &str)]) -> Vec<String> {
    let mut files = files.to_vec();
    files.push(("package.json", "{}"));
    let compilation = compiled(project(&files).path(), "app", &[]);
    let mut text = String::new();
    let all: Vec<_> =
        compilation.application.gateways.values().flat_map(Gateway::routes).map(|(_, route)| route).collect();
    for route in &all {
        let implied = all.iter().any(|other| {
            let implies = !matches!(other.method, Method::Any | Method::Head | Method::Options);
            implies && other.path == route.path && matches!(route.method, Method::Head | Method::Options)
        });
        if !implied {
            _ = writeln!(text, "{} {}", route.method, route.path);
        }
    }
    let codes: BTreeSet<_> = compilation.diagnostics.iter().map(|diagnostic| diagnostic.code.id()).collect();
    text += &codes.into_iter().collect::<Vec<_>>().join(" ");
    text.trim_end().lines().map(str::to_owned).collect()
}

/// The application of `module`, whose calls are `calls`.
#[track_caller]
fn answers_with(calls: &str, module: &str, more: &[(&str, &str)], expected: &[&str]) {
    let main = format!(
        "import {{ NestFactory, RouterModule }} from \"@nestjs/core\";\nimport * as common from \"@nestjs/common\";\nimport {{ AppModule }} from \"./app.module\";\n\n\
         async function bootstrap() {{\n  const app = await NestFactory.create(AppModule);\n{calls}\n\
           // @klotho::expose {{ id = \"api\", target = \"public\" }}\n  await app.listen(3000);\n}}\nbootstrap();\n"
    );
    let head = "import { All, Body, Controller, Delete, Get, Module, Patch, Post, Put, Sse, applyDecorators, forwardRef } from \"@nestjs/common\";\n";
    let module = format!("{head}{module}");
    let files = [("main.ts", main.as_str()), ("app.module.ts", module.as_str())];
    assert_eq!(routes(&[&files[..], more].concat()), expected, "{calls}\n{module}");
}

#[track_caller]
fn answers(module: &str, expected: &[&str]) {
    answers_with("", module, &[], expected);
}

/// The application of one controller.
fn controller(class: &str) -> String {
    format!("{class}\n@Module({{ controllers: [C] }})\nexport class AppModule {{}}\n")
}

const ALL: [&str; 3] = ["ANY /", "ANY /{proxy+}", "N0509"];

#[test]
fn methods_are_routes() {
    let class = "@Controller('cats')\nclass C {\n  @Get()\n  all() {}\n  @Get(':id')\n  @Header('a', 'b')\n  one() {}\n  // why\n  @Post()\n  @HttpCode(204)\n  async add(@Body() body: Cat) {}\n  @Put('/:id/')\n  put() {}\n  @All('any')\n  any() {}\n  @Sse('events')\n  sse() {}\n  private helper() {}\n}";
    answers(
        &controller(class),
        &["GET /cats", "POST /cats", "ANY /cats/any", "GET /cats/events", "GET /cats/{id}", "PUT /cats/{id}"],
    );
}

#[test]
fn paths_are_texts_lists_options_and_constants() {
    let get = |controller_: &str, path: &str| {
        let class = format!(
            "const P = 'p';\nenum Paths {{ Q = 'q' }}\nconst O = {{ r: `${{P}}/r` }} as const;\n@Controller({controller_})\nclass C {{\n  @Get({path})\n  get() {{}}\n}}"
        );
        controller(&class)
    };
    answers(&get("", ""), &["GET /"]);
    answers(&get("['a', \"b\"]", "`x`"), &["GET /a/x", "GET /b/x"]);
    answers(&get("{ path: 'a', version: '1' }", "['x', P]"), &["GET /a/p", "GET /a/x"]);
    answers(&get("{ host: 'a.example.org' }", "O.r"), &["GET /p/r"]);
    answers(&get("Paths.Q", "P + '/s'"), &["GET /q/p/s"]);
    answers(&get("'a'", "process.env.X"), &["ANY /a", "ANY /a/{proxy+}", "N0509"]);
    answers(&get("'a'", "'files/*path'"), &["GET /a/files/{path+}"]);
    answers(&get("'a'", "'b/:c(\\\\d+)'"), &["GET /a/b/{c}"]);
    answers(&get("process.env.X", "'b'"), &ALL);
}

#[test]
fn modules_are_followed() {
    let module = "@Controller('a')\nclass A { @Get() get() {} }\n@Module({ controllers: [A] })\nclass AModule {}\n@Controller('b')\nclass B { @Get() get() {} }\n@Module({})\nclass BModule {\n  static forRoot(options: object) {\n    return { module: BModule, imports: [forwardRef(() => AppModule)], controllers: [B] };\n  }\n}\nconst SHARED = [AModule];\n@Module({ imports: [...SHARED, BModule.forRoot({}), forwardRef(() => AModule)] })\nexport class AppModule {}\n";
    answers(module, &["GET /a", "GET /b"]);
}

#[test]
fn modules_of_other_files() {
    let module = "import { CatsModule } from './cats';\nimport DogsModule from './dogs';\n@Module({ imports: [CatsModule, DogsModule] })\nexport class AppModule {}\n";
    let head = "import { Controller, Get, Module } from '@nestjs/common';\n";
    let of = |name: &str, export: &str| {
        let controller = format!("@Controller('{name}')\nexport class C {{ @Get() get() {{}} }}\n");
        format!("{head}{controller}@Module({{ controllers: [C] }})\n{export} class {name}Module {{}}\n")
    };
    let (cats, dogs) = (of("Cats", "export"), of("Dogs", "export default"));
    let more = [
        ("cats/index.ts", "export * from './cats.module';\n"),
        ("cats/cats.module.ts", cats.as_str()),
        ("dogs.ts", dogs.as_str()),
    ];
    answers_with("", module, &more, &["GET /Cats", "GET /Dogs"]);
}

#[test]
fn what_a_controller_extends() {
    let class = "class Base { @Get('health') health() {}\n@Get('own') own() {} }\n@Controller('c')\nclass C extends Base {\n  @Post('own')\n  own() {}\n}";
    answers(&controller(class), &["GET /c/health", "POST /c/own"]);
}

#[test]
fn modules_that_are_not_known() {
    let imports = |list: &str| {
        format!(
            "import {{ ConfigModule }} from '@nestjs/config';\nimport {{ Other }} from 'other';\n@Controller('a')\nclass A {{ @Get() get() {{}} }}\n@Module({{ imports: {list}, controllers: [A] }})\nexport class AppModule {{}}\n"
        )
    };
    answers(&imports("[ConfigModule.forRoot({ isGlobal: true }), ConfigModule]"), &["GET /a"]);
    let all = [&ALL[..1], &["GET /a"], &ALL[1..]].concat();
    for list in ["[Other]", "[Other.forRoot()]", "choose()", "[...choose()]", "[choose() ? Other : ConfigModule]"] {
        answers(&imports(list), &all);
    }
    let graphql = "[GraphQLModule.forRoot({ driver: D, autoSchemaFile: true })]";
    let head = |list: &str| format!("import {{ GraphQLModule }} from '@nestjs/graphql';\n{}", imports(list));
    answers(&head(graphql), &["GET /a", "ANY /graphql"]);
    let composed = "const Api = (path: string) => applyDecorators(Get(path));\n@Controller('c')\nclass C {\n  @Api('x')\n  get() {}\n}";
    answers(&controller(composed), &["ANY /c", "ANY /c/{proxy+}", "N0509"]);
    answers(&controller("@Api('c')\nclass C { @Get() get() {} }"), &ALL);
}

#[test]
fn prefixes() {
    let cats = controller("@Controller('cats')\nclass C { @Get() get() {}\n@Post('health') health() {} }");
    let of = |calls: &str, expected: &[&str]| answers_with(calls, &cats, &[], expected);
    of("app.setGlobalPrefix('api');", &["GET /api/cats", "POST /api/cats/health"]);
    of("app.setGlobalPrefix('/api/v1/');", &["GET /api/v1/cats", "POST /api/v1/cats/health"]);
    of("app.setGlobalPrefix('api', { exclude: ['cats'] });", &["POST /api/cats/health", "GET /cats"]);
    let by_method = "app.setGlobalPrefix('api', { exclude: [{ path: 'cats', method: common.RequestMethod.GET }, { path: 'cats/health', method: common.RequestMethod.GET }] });";
    of(by_method, &["POST /api/cats/health", "GET /cats"]);
    of("app.setGlobalPrefix(process.env.PREFIX);", &ALL);
    of("app.enableVersioning();", &ALL);
    of(
        "app.setGlobalPrefix('api');\napp.enableVersioning({ type: common.VersioningType.URI });",
        &["ANY /api", "ANY /api/{proxy+}", "N0509"],
    );
    of(
        "app.enableVersioning({ type: common.VersioningType.HEADER, header: 'v' });",
        &["GET /cats", "POST /cats/health"],
    );
    of("app.enableCors();", &["OPTIONS /", "GET /cats", "POST /cats/health", "OPTIONS /{proxy+}"]);
    of(
        "app.getHttpAdapter().get('/x', () => {});",
        &["ANY /", "GET /cats", "POST /cats/health", "ANY /{proxy+}", "N0509"],
    );
}

#[test]
fn modules_below_paths() {
    let module = "import { RouterModule } from '@nestjs/core';\n@Controller('a')\nclass A { @Get('x') get() {} }\n@Module({ controllers: [A] })\nclass AModule {}\n@Controller()\nclass B { @Get() get() {} }\n@Module({ controllers: [B] })\nclass BModule {}\n@Module({ imports: [AModule, BModule, RouterModule.register([{ path: 'admin', module: AModule, children: [{ path: 'b', module: BModule }] }])] })\nexport class AppModule {}\n";
    answers(module, &["GET /admin/a/x", "GET /admin/b"]);
}

#[test]
fn adapters_and_annotated_applications() {
    let app = |create: &str, before: &str| {
        let main = format!(
            "import {{ NestFactory }} from '@nestjs/core';\nimport {{ FastifyAdapter }} from '@nestjs/platform-fastify';\nimport {{ ExpressAdapter }} from '@nestjs/platform-express';\nimport express from 'express';\nimport {{ AppModule }} from './app.module';\n{before}\nasync function bootstrap() {{\n  // @klotho::expose {{ id = \"api\", target = \"public\" }}\n  const app = await NestFactory.create{create};\n  app.use(express.json());\n  await app.listen(3000, '0.0.0.0');\n}}\nvoid bootstrap();\n"
        );
        let module = format!(
            "import {{ Controller, Get, Module }} from '@nestjs/common';\n{}",
            controller("@Controller('cats')\nclass C { @Get() get() {} }")
        );
        routes(&[("main.ts", &main), ("app.module.ts", &module)])
    };
    assert_eq!(app("(AppModule)", ""), ["GET /cats"]);
    assert_eq!(app("<NestFastifyApplication>(AppModule, new FastifyAdapter())", ""), ["GET /cats"]);
    assert_eq!(app("(AppModule, new ExpressAdapter(server))", "const server = express();"), ["GET /cats"]);
    assert_eq!(app("(AppModule, { cors: true })", ""), ["OPTIONS /", "GET /cats", "OPTIONS /{proxy+}"]);
}

#[test]
fn web_sockets_are_refused() {
    let class = "import { WebSocketGateway } from '@nestjs/websockets';\n@WebSocketGateway()\nclass Chat {}\n@Controller('c')\nclass C { @Get() get() {} }\n@Module({ controllers: [C], providers: [Chat] })\nexport class AppModule {}\n";
    answers(class, &["GET /c", "E0513"]);
}
