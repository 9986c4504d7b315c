//! Where the code of a web application listens, in the ways in which people write it.

use inferra::app::Id;
use pretty_assertions::assert_eq;

use crate::project::{compiled, project};

/// Where code listens, as far as it is found.
#[derive(Debug, PartialEq)]
enum Found {
    Port(u16),
    /// The code listens and does not say where.
    NoPort,
    /// The code does not listen.
    Nothing,
}

/// What is found where `listen` stands below an application.
#[track_caller]
fn port_of(listen: &str, more: &[(&str, &str)]) -> Found {
    let server = format!(
        "import http from \"node:http\";\nimport express from \"express\";\nimport {{ PORT as CONFIGURED, settings }} from \"./config\";\n\n\
         // @klotho::expose {{ id = \"api\", target = \"public\" }}\nexport const app = express();\n\napp.get(\"/\", () => {{}});\n{listen}\n"
    );
    let config = "export const PORT = Number(process.env.PORT || \"4100\");\nexport const settings = { port: 4200 };\n";
    let mut files = vec![("package.json", "{}"), ("server.ts", server.as_str()), ("config.ts", config)];
    files.extend(more);
    let folder = project(&files);
    let compilation = compiled(folder.path(), "app", &[]);
    assert!(compilation.files.is_some(), "{listen}: {:#?}", compilation.diagnostics);
    let gateway = &compilation.application.gateways[&Id::new("api").unwrap()];
    match &gateway.backends[0].application.listens {
        Some(listens) => listens.port.map_or(Found::NoPort, Found::Port),
        None => Found::Nothing,
    }
}

#[test]
fn a_port_that_the_code_says() {
    for (listen, port) in [
        ("app.listen(3000);", 3000),
        ("app.listen(3_000, \"0.0.0.0\", () => {});", 3000),
        ("app.listen(\"8080\");", 8080),
        ("app.listen({ port: 5000, host: \"::\" });", 5000),
        ("const port = 4000;\napp.listen({ port });", 4000),
        ("const PORT = process.env.PORT ?? 3001;\nconst server = app.listen(PORT);", 3001),
        ("app.listen(process.env[\"PORT\"] || 3002);", 3002),
        ("app.listen(Number(process.env.PORT ?? 3003));", 3003),
        ("app.listen(parseInt(process.env.PORT || \"3004\", 10));", 3004),
        ("app.listen(process.env.PORT ? +process.env.PORT : 3005);", 3005),
        ("app.listen(+(\"3006\" as string)!);", 3006),
        ("app.listen(CONFIGURED);", 4100),
        ("app.listen(settings.port);", 4200),
        ("const own = { http: 1, port: 4201 } as const;\napp.listen(own.port);", 4201),
        ("const { settings: ours } = require(\"./config\");\napp.listen(ours.port);", 4200),
        ("var port = process.env.PORT || '3014';\napp.set('port', port);\napp.listen(app.get('port'));", 3014),
        ("if (app) app.listen(3012, () => {}); else app.listen(3012);", 3012),
        ("app.listen((process.env['PORT'] as string) || 3013);", 3013),
        ("http.createServer(app).listen(3007);", 3007),
        ("const server = http.createServer({ keepAlive: true }, app);\nserver.listen(3008);", 3008),
        ("async function main() {\n  await connect();\n  app.listen(3009);\n}\nmain();", 3009),
    ] {
        assert_eq!(port_of(listen, &[]), Found::Port(port), "{listen}");
    }
}

#[test]
fn a_port_that_the_code_does_not_say() {
    for listen in [
        "app.listen();",
        "app.listen(choose());",
        "app.listen(process.env.PORT);",
        "app.listen(0);",
        "app.listen(70000);",
        "app.listen(\"/tmp/socket\");",
        "const port = 1;\n{ const port = 2; }\napp.listen(port);",
        "let port = 3000;\nif (Math.random() > 0.5) port = 4000;\napp.listen(port);",
        "if (app) app.listen(80); else app.listen(3000);",
        "app.listen(process.env.NODE_ENV === \"production\" ? 8080 : 3000);",
        "app.listen(process.env.NODE_PORT ?? 3000);",
        "app.listen(Number(process.env.PORT || 8080) + 1);",
        "app.listen(process.env.PORT && 3000);",
        "const a = b;\nconst b = a;\napp.listen(a);",
    ] {
        assert_eq!(port_of(listen, &[]), Found::NoPort, "{listen}");
    }
}

#[test]
fn code_that_does_not_listen() {
    assert_eq!(port_of("other.listen(3000);", &[]), Found::Nothing);
    assert_eq!(port_of("", &[]), Found::Nothing);
}

#[test]
fn another_file_that_listens() {
    let start = (
        "start.ts",
        "// @klotho::execution_unit { id = \"main\" }\nimport { createServer } from \"http\";\nimport { app } from \"./server\";\n\ncreateServer(app).listen(3010);\n",
    );
    assert_eq!(port_of("", &[start]), Found::Port(3010));
    let start = (
        "start.ts",
        "// @klotho::execution_unit { id = \"main\" }\nimport * as server from \"./server\";\n\nserver.app.listen(3011);\n",
    );
    assert_eq!(port_of("", &[start]), Found::Port(3011));
}
