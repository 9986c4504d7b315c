//! What applications for Node really look like, and that each of their routes is a route, below a catch-all, or an error.

use crate::node_web::{H, app, is};

/// A module of the project that declares a route on what it is given.
fn setup() -> String {
    format!("export function setup(web: any) {{ web.get(\"/found\", {H}); }}\n")
}

#[test]
fn an_application_behind_types_and_conditions() {
    for given in [
        "setup(app!);",
        "setup(app as any);",
        "setup(app satisfies any);",
        "setup(<any>app);",
        "setup((app));",
        "setup(other ? app : other);",
        "setup(ready && app);",
        "setup(app ?? other);",
        "setup(...[app]);",
    ] {
        let main = format!(
            "import express from \"express\";\nimport {{ setup }} from \"./setup\";\n// EXPOSE\nexport const app = express();\n{given}\n"
        );
        is(&[("app.ts", &main), ("setup.ts", &setup())], "app : GET /found");
    }
    app(&format!("const web = app ?? other;\nweb.get(\"/a\", {H});"), "GET /a");
    app(&format!("function routes(web = app) {{ web.get(\"/a\", {H}); }}\nroutes();"), "GET /a");
    app(
        &format!("class Web {{ own = app; routes() {{ this.own.get(\"/a\", {H}); }} }}\nnew Web().routes();"),
        "GET /a",
    );
    let everything = "ANY / ANY /{proxy+} N0509";
    for lost in [
        "setup((other, app));\nimport { setup } from \"elsewhere\";",
        "for (const web of [app]) web.get(\"/a\", f);",
        "[app].forEach((web) => web.get(\"/a\", f));",
        "(app ?? other).get(\"/a\", f);",
        "const { get } = app;\nget(\"/a\", f);",
        "class Web { static own = app; }\nWeb.own.get(\"/a\", f);",
        "globalThis.app = app;",
        "app.unknown().get(\"/a\", f);",
        "app.route(\"/a\").unknown().get(f);",
    ] {
        app(lost, everything);
    }
}

#[test]
fn long_chains() {
    let links: Vec<_> = (0..100).map(|number| format!("\n  .get(\"/{number:03}\", f)")).collect();
    let links = links.concat();
    let routes: Vec<_> = (0..100).map(|number| format!("GET /{number:03}")).collect();
    let routes = routes.join(" ");
    app(&format!("app{links};"), &routes);
    app(&format!("const r = Router(){links};\napp.use(r);"), &routes);
    let hono = format!("import {{ Hono }} from \"hono\";\n// EXPOSE\nexport const app = new Hono(){links};\n");
    is(&[("app.ts", &hono)], &format!("app : {routes}"));
}

#[test]
fn a_place_that_a_pattern_leaves_empty() {
    app(
        "function build() { const a = Router(); a.get(\"/a\", f); const b = Router(); b.get(\"/b\", f); return [a, b]; }\nconst [, second] = build();\napp.use(second);",
        "GET /b",
    );
}

#[test]
fn results_of_functions() {
    let make = |function: &str| {
        format!(
            "import express from \"express\";\n{function} {{\n  // EXPOSE\n  const app = express();\n  app.get(\"/a\", f);\n  return app;\n}}\n"
        )
    };
    let unit = "// @klotho::execution_unit { id = \"main\" }\n";
    let anonymous = make("export default async () =>");
    for (main, expected) in [
        ("let app;\napp = await make();\napp.get(\"/b\", f);", "GET /a GET /b"),
        ("make().then((app) => { app.get(\"/b\", f); });", "GET /a GET /b"),
        ("const app = (await make()) as any;\napp.get(\"/b\", f);", "GET /a GET /b"),
        ("function setup(web) { web.get(\"/b\", f); }\nsetup(make());", "GET /a GET /b"),
        ("class Web { app = make(); constructor() { this.app.get(\"/b\", f); } }", "GET /a GET /b"),
        ("const build = () => make();\nconst app = await build();\napp.get(\"/b\", f);", "GET /a GET /b"),
        ("(await make()).get(\"/b\", f);", "ANY / GET /a ANY /{proxy+} N0509"),
        ("elsewhere(make());", "ANY / GET /a ANY /{proxy+} N0509"),
        ("make().listen(3000);", "GET /a"),
    ] {
        let main = format!("{unit}import make from \"./make\";\n{main}\n");
        is(&[("main.ts", &main), ("make.ts", &anonymous)], &format!("default() : {expected}"));
    }
    let common = make("module.exports = () =>")
        .replace("import express from \"express\"", "const express = require(\"express\")");
    let main = format!("{unit}const app = require(\"./make\")();\napp.get(\"/b\", f);\n");
    is(&[("main.js", &main), ("make.js", &common)], "default() : GET /a GET /b");
}

#[test]
fn what_a_class_holds() {
    let server = |below: &str| {
        format!(
            "import express from \"express\";\nimport http from \"http\";\nexport class Server {{\n  public readonly app = express();\n  private server: http.Server;\n  private readonly port = process.env.PORT || 3000;\n  constructor() {{\n    this.server = http.createServer(this.app);\n    this.app.get(\"/a\", f);\n  }}\n  getApp() {{ return this.app; }}\n{below}\n}}\n"
        )
    };
    let listens = server("  start() {\n    // EXPOSE\n    this.server.listen(this.port);\n  }");
    is(&[("server.ts", &format!("{listens}new Server().start();\n"))], "listen 3000: GET /a");
    let main = "// @klotho::execution_unit { id = \"main\" }\nimport { Server } from \"./server\";\nconst server = new Server();\nserver.app.get(\"/b\", f);\nconst web = server.getApp();\nweb.get(\"/c\", f);\nserver.start();\n";
    is(&[("main.ts", main), ("server.ts", &listens)], "listen 3000: GET /a GET /b GET /c");
    let statics = "import express from \"express\";\nclass Web {\n  static app = express();\n  static run() {\n    Web.app.get(\"/a\", f);\n    this.app.get(\"/b\", f);\n    // EXPOSE\n    Web.app.listen(3000);\n  }\n}\nWeb.run();\n";
    is(&[("app.ts", statics)], "listen 3000: GET /a GET /b");
    let whole = "import express from \"express\";\nconst app = express();\napp.get(\"/a\", f);\nexport default { app, other: 1 };\n";
    let main = "import web from \"./app\";\nweb.app.get(\"/b\", f);\n// EXPOSE\nweb.app.listen(3000);\n";
    is(&[("main.ts", main), ("app.ts", whole)], "listen 3000: GET /a GET /b");
}

#[test]
fn functions_of_providers_never_listen() {
    for (import, make, handler) in [
        ("import { Hono } from \"hono\";\nimport { handle } from \"hono/aws-lambda\";", "new Hono()", "handle(app)"),
        (
            "import express from \"express\";\nimport serverless from \"serverless-http\";",
            "express()",
            "serverless(app)",
        ),
        ("import Fastify from \"fastify\";\nimport lambda from \"@fastify/aws-lambda\";", "Fastify()", "lambda(app)"),
    ] {
        let text = |export: &str| {
            format!(
                "{import}\n// EXPOSE\n{export}const app = {make};\napp.get(\"/a\", f);\nexport const handler = {handler};\n"
            )
        };
        is(&[("app.ts", &text(""))], " E0506");
        is(&[("app.ts", &text("export "))], "app : GET /a");
        let annotated =
            text("").replace("// EXPOSE\n", "").replace("export const handler", "// EXPOSE\nexport const handler");
        is(&[("app.ts", &annotated)], " E0501");
    }
}

#[test]
fn what_answers_where_there_is_no_route() {
    let fastify = |handler: &str, expected: &str| {
        let text = format!(
            "import Fastify from \"fastify\";\n// EXPOSE\nexport const app = Fastify();\napp.get(\"/a\", f);\napp.setNotFoundHandler({handler});\n"
        );
        is(&[("app.ts", &text)], &format!("app : {expected}"));
    };
    let everything = "ANY / GET /a ANY /{proxy+} N0509";
    fastify("(request, reply) => reply.sendFile(\"index.html\")", everything);
    fastify("{ preHandler }, (request, reply) => { reply.code(404).send(); }", "GET /a");
    fastify("elsewhere", everything);
    let hono = |handler: &str, expected: &str| {
        let text = format!(
            "import {{ Hono }} from \"hono\";\n// EXPOSE\nexport const app = new Hono();\napp.get(\"/a\", f).notFound({handler});\n"
        );
        is(&[("app.ts", &text)], &format!("app : {expected}"));
    };
    hono("(c) => c.html(page)", everything);
    hono("(c) => c.json({ error: \"none\" }, 404)", "GET /a");
}

#[test]
fn modules_that_are_imported_when_the_program_runs() {
    let main = "import express from \"express\";\n// EXPOSE\nexport const app = express();\nconst { routes, default: more } = await import(\"./routes\");\nroutes(app);\nmore(app);\nconst { router } = await import(\"./router\");\napp.use(\"/r\", router);\n";
    let routes = format!(
        "export const routes = (app: any) => {{ app.get(\"/a\", {H}); }};\nexport default (app: any) => {{ app.get(\"/b\", {H}); }};\n"
    );
    let mounted = format!("import {{ Router }} from \"express\";\nexport const router = Router().get(\"/c\", {H});\n");
    is(&[("app.ts", main), ("routes.ts", &routes), ("router.ts", &mounted)], "app : GET /a GET /b GET /r/c");
}
