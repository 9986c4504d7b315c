//! The ways in which applications for Node declare routes and listen, in TypeScript and in JavaScript, and what a gateway is
//! given of each.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use inferra::app::Gateway;
use pretty_assertions::assert_eq;

use crate::project::{compiled, project};

const EXPOSE: &str = "@klotho::expose { id = \"web\", target = \"public\" }";

/// What is found of an application: how the entry point gets it, its routes without those that Express adds to them, and what
/// is said of it.
fn found(files: &[(&str, &str)]) -> String {
    let texts: Vec<_> = files.iter().map(|(path, text)| (*path, text.replace("EXPOSE", EXPOSE))).collect();
    let mut files: Vec<_> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    files.push(("package.json", "{}"));
    let compilation = compiled(project(&files).path(), "app", &[]);
    let mut text = String::new();
    for backend in compilation.application.gateways.values().flat_map(|gateway: &Gateway| &gateway.backends) {
        let application = &backend.application;
        let export = application.export.as_deref().unwrap_or("listen");
        let called = if application.factory { "()" } else { "" };
        let part = application.part.as_ref().map(|part| format!(".{part}")).unwrap_or_default();
        let heard_at =
            application.listens.as_ref().map(|listens| listens.port.map_or("?".into(), |port| port.to_string()));
        _ = write!(text, "{export}{called}{part} {}:", heard_at.unwrap_or_default());
        let all: BTreeSet<_> = backend.routes.iter().map(|route| (&route.path, route.method.name())).collect();
        for (path, method) in &all {
            let implied = match *method {
                "HEAD" => all.contains(&(*path, "GET")),
                "OPTIONS" => all.len() > 1 && all.iter().any(|(other, method)| other == path && *method != "OPTIONS"),
                _ => false,
            };
            if !implied {
                _ = write!(text, " {method} {path}");
            }
        }
    }
    let codes: BTreeSet<_> = compilation.diagnostics.iter().map(|diagnostic| diagnostic.code.id()).collect();
    for code in codes {
        _ = write!(text, " {code}");
    }
    text
}

#[track_caller]
pub(crate) fn is(files: &[(&str, &str)], expected: &str) {
    assert_eq!(found(files), expected);
}

/// Below `const app = express();` in a TypeScript module that exports it.
#[track_caller]
pub(crate) fn app(below: &str, expected: &str) {
    let head = "import express, { Router } from \"express\";\n// EXPOSE\nexport const app = express();\n";
    is(&[("app.ts", &format!("{head}{below}"))], &format!("app : {expected}"));
}

pub(crate) const H: &str = "(request, response) => response.end()";

#[test]
fn routers_in_modules_of_both_kinds() {
    let api = "import { Router } from \"express\";\nimport users from \"./users\";\nexport const api = Router();\napi.use(\"/users\", users);\n";
    let users = format!(
        "import {{ Router }} from \"express\";\nconst router = Router();\nrouter.get(\"/\", {H});\nrouter.post(\"/:id(\\\\d+)\", {H});\nexport default router;\n"
    );
    let main = format!(
        "import express from \"express\";\nimport {{ api }} from \"./api\";\nconst app = express();\napp.use(\"/api\", api);\n// EXPOSE\nconst server = app.listen(3000);\napp.get(\"/late\", {H});\n"
    );
    let files = [("main.ts", main.as_str()), ("api/index.ts", api), ("api/users.ts", users.as_str())];
    is(&files, "listen 3000: GET /api/users POST /api/users/{id} GET /late");

    let main = "const express = require(\"express\");\nconst app = express();\napp.use(\"/u\", require(\"./users\"));\napp.use(require(\"./more\").router);\nrequire(\"./direct\")(app);\nrequire(\"./deep\").register({ web: app });\n// EXPOSE\napp.listen(process.env.PORT || 3000, () => {});\nmodule.exports = app;\n";
    let users = format!(
        "const router = require(\"express\").Router();\nrouter.get([\"/a\", \"/b\"], {H});\nmodule.exports = router;\n"
    );
    let more = format!(
        "const {{ Router }} = require(\"express\");\nmodule.exports = {{ router: Router().put(\"/more\", {H}) }};\n"
    );
    let direct = format!("module.exports = (app) => {{ app.get(\"/direct\", {H}); }};\n");
    let deep = format!("exports.register = function ({{ web: app }}) {{ app.get(\"/deep\", {H}); }};\n");
    let files = [
        ("main.js", main),
        ("users.js", &users),
        ("more.cjs", &more),
        ("direct/index.js", &direct),
        ("deep.js", &deep),
    ];
    let files = files.map(|(path, text)| (path, text.replace("./more\"", "./more.cjs\"")));
    let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
    is(&files, "listen 3000: GET /deep GET /direct PUT /more GET /u/a GET /u/b");
}

#[test]
fn routes_that_are_declared_in_other_ways() {
    app(&format!("app.route(\"/a/:id\").all(f).get({H}).delete({H});"), "ANY /a/{id} DELETE /a/{id} GET /a/{id}");
    app(&format!("const a = app.route(\"/a\");\na.get({H});"), "ANY /a ANY /a/{proxy+} N0509");
    app(&format!("app.get(/^.a/, {H});"), "ANY / ANY /{proxy+} N0509");
    app(&format!("app[method](\"/a\", {H});"), "ANY / ANY /{proxy+} N0509");
    app(&format!("app[\"get\"](\"/a\", {H});"), "GET /a");
    app(&format!("app.get(\"/a{{/:b}}/*rest\", {H});"), "GET /a/{b}/{rest+} GET /a/{rest+}");
    app(&format!("app.get(\"*\", {H});"), "GET / GET /{rest+}");
    app(
        &format!("const P = {{ a: \"/a\" }} as const;\napp.get(P.a, {H}).post(`${{P.a}}/x`, {H});"),
        "GET /a POST /a/x",
    );
    app(&format!("enum P {{ A = \"/a\" }}\nconst all = [P.A, \"/b\"];\napp.get(all, {H});"), "GET /a GET /b");
    app(&format!("const all = [\"/b\"];\nall.push(x);\napp.get(all, {H});"), "ANY / ANY /{proxy+} N0509");
    app(&format!("for (const p of [\"/a\"]) app.get(p, {H});"), "ANY / ANY /{proxy+} N0509");
    app(&format!("const api = app;\napi.get(\"/a\", {H});"), "GET /a");
    app(&format!("{{\n  const app = other();\n  app.get(\"/b\", {H});\n}}\napp.get(\"/a\", {H});"), "GET /a");
    app(&format!("function f(app) {{ app.get(\"/b\", {H}); }}\napp.get(\"/a\", {H});"), "GET /a");
    app(&format!("other.register(app);\napp.get(\"/a\", {H});"), "ANY / GET /a ANY /{proxy+} N0509");
    app("app.ws(\"/a\", f);", "E0513");
    app("app.set(\"a\", 1);", "E0510");
}

#[test]
fn what_is_mounted() {
    let router = format!("const r = Router();\nr.get(\"/x\", {H});\n");
    let with = |below: &str, expected: &str| app(&format!("{router}{below}"), expected);
    with("app.use(r);", "GET /x");
    with("app.use([\"/a\"], auth, [json(), r]);", "ANY /a GET /a/x ANY /a/{proxy+} N0509");
    let auth = "const auth = (request, response, next) => next();\n";
    with(&format!("{auth}app.use([\"/a\", \"/b\"], auth, [express.json(), r]);"), "GET /a/x GET /b/x");
    with("app.use(/^.a/, r);", "ANY / ANY /{proxy+} N0509");
    with("app.use(process.env.PREFIX ?? \"/a\", r);", "ANY / ANY /{proxy+} N0509");
    with("r.use(r); app.use(r);", "GET /x");
    with(
        "function again(h) { if (h.a) return again(h.a); if (h.b) return again(h.b); return h; }\napp.use(again(r));",
        "ANY / GET /x ANY /{proxy+} N0509",
    );
    with("function search(web) { web.get(\"/found\", f); }\nsearch(app); app.use(r);", "GET /found GET /x");
    with("app.use(\"/f\", express.static(\"public\")); app.use(r);", "GET /f GET /f/{proxy+} GET /x");
    with("app.use((request, response) => response.status(404).end()); app.use(r);", "GET /x");
    with("app.use((error, request, response, next) => response.end()); app.use(r);", "GET /x");
    with("app.use((request, response, next) => next()); app.use(r);", "GET /x");
    let answers = "ANY / GET /x ANY /{proxy+} N0509";
    with(
        "app.use(async (request, response, next) => { try { response.send(await page(request)) } catch (e) { next(e) } }); app.use(r);",
        answers,
    );
    with(
        "app.use((q, response) => { if (q.path.startsWith(\"/api\")) return response.status(404).end(); response.sendFile(f); }); app.use(r);",
        answers,
    );
    with(
        "app.use((q, response, next) => { if (q.path === \"/health\") return response.end(); next(); }); app.use(r);",
        answers,
    );
    with(
        "app.use((q, response, next) => { if (/^.h/.test(q.url)) return response.end(); next(); }); app.use(r);",
        answers,
    );
    with("app.use((q, response) => response.end(\"4040\")); app.use(r);", answers);
    with(
        "app.use((q, response, next) => { log(q.path); if (!q.user) return response.status(401).end(); next(); }); app.use(r);",
        "GET /x",
    );
    with("app.use((q, response, next) => { check(q).then(() => next()).catch(next); }); app.use(r);", "GET /x");
    with("app.use((request, response) => response.sendFile(\"a\")); app.use(r);", "ANY / GET /x ANY /{proxy+} N0509");
    with("import unknown from \"unknown\";\napp.use(unknown()); app.use(r);", "ANY / GET /x ANY /{proxy+} N0509");
    with("app.use(\"/a\", Router().get(\"/y\", f).use(r));", "GET /a/x GET /a/y");
    with("const inner = express();\ninner.use(r);\napp.use(\"/a\", inner);", "GET /a/x");
    app(
        "import { expressMiddleware } from \"@apollo/server/express4\";\napp.use(\"/graphql\", express.json(), expressMiddleware(server));",
        "ANY /graphql",
    );
    let yoga =
        "import { createYoga } from \"graphql-yoga\";\nconst yoga = createYoga({ graphqlEndpoint: \"/ask\" });\n";
    for mount in ["app.use(yoga.graphqlEndpoint, yoga);", "app.use(yoga);"] {
        app(&format!("{yoga}{mount}"), "ANY /ask ANY /ask/{proxy+}");
    }
    app(
        "import { createHandler } from \"graphql-http/lib/use/express\";\napp.all(\"/graphql\", createHandler({ schema }));",
        "ANY /graphql",
    );
}

#[test]
fn a_slash_at_the_end_counts_where_the_application_says_so() {
    let slashes = |below: &str| {
        let text = format!("import express from \"express\";\n// {EXPOSE}\nexport const app = express();\n{below}");
        let compilation = compiled(project(&[("app.ts", &text), ("package.json", "{}")]).path(), "app", &[]);
        let gateways = compilation.application.gateways.values();
        gateways.flat_map(Gateway::routes).any(|(_, route)| route.slash_optional)
    };
    assert!(slashes("app.get(\"/a\", f);"));
    assert!(!slashes("app.enable(\"strict routing\");\napp.get(\"/a\", f);"));
    assert!(!slashes("app.set(\"strict routing\", true);\napp.get(\"/a\", f);"));
    assert!(!slashes("const r = express.Router({ strict: true });\nr.get(\"/a\", f);\napp.use(r);"));
}

#[test]
fn factories() {
    let create = format!(
        "import express from \"express\";\nexport async function createApp() {{\n  const app = express();\n  const router = express.Router();\n  app.use(\"/r\", router);\n  app.get(\"/a\", {H});\n  return {{ app, router }};\n}}\n"
    );
    let main = format!(
        "import {{ createApp }} from \"./app\";\nasync function main() {{\n  const {{ app: web, router }} = await createApp();\n  router.get(\"/b\", {H});\n  // EXPOSE\n  web.listen(Number(process.env.PORT ?? 4000));\n}}\nmain();\n"
    );
    is(&[("main.ts", &main), ("app.ts", &create)], "listen 4000: GET /a GET /r/b");
    let create = format!(
        "const express = require(\"express\");\nmodule.exports = function () {{\n  const app = express();\n  app.get(\"/a\", {H});\n  return app;\n}};\n"
    );
    let main = "const create = require(\"./app\");\nPromise.resolve();\ncreate().then((web) => {\n  // EXPOSE\n  web.listen(3000);\n});\n";
    is(&[("main.js", main), ("app.js", &create)], "listen 3000: GET /a");
    let annotated = create.replace("  const app", "  // EXPOSE\n  const app");
    is(&[("app.js", &annotated)], "default() : GET /a");
    let part = annotated.replace("return app", "return { web: app }");
    is(&[("app.js", &part)], "default().web : GET /a");
    let arrow = format!(
        "import express from \"express\";\nexport const createApp = async () => {{\n  // EXPOSE\n  const app = express();\n  app.get(\"/a\", {H});\n  return app;\n}};\n"
    );
    is(&[("app.ts", &arrow)], "createApp() : GET /a");
    let asked = annotated.replace("function ()", "function (settings)");
    is(&[("app.js", &asked)], " E0506");
    let at_once = format!("const app = module.exports = require(\"express\")();\napp.get(\"/a\", {H});\n");
    is(&[("app.js", &format!("// EXPOSE\n{at_once}"))], "default : GET /a");
    let given = format!(
        "import express from \"express\";\nconst app = secured(express());\n// EXPOSE\napp.listen(3000);\nfunction secured(web) {{\n  web.get(\"/a\", {H});\n  return web;\n}}\n"
    );
    is(&[("app.ts", &given)], "listen 3000: GET /a");
    let made = format!(
        "import express from \"express\";\n// EXPOSE\nexport default createApp();\nfunction createApp() {{\n  return express().get(\"/a\", {H});\n}}\n"
    );
    is(&[("app.ts", &made)], "default : GET /a");
}

#[test]
fn the_listen_call_wherever_it_stands() {
    let head = format!(
        "import express from \"express\";\nimport http from \"node:http\";\nconst app = express();\napp.get(\"/a\", {H});\n"
    );
    for below in [
        "// EXPOSE\napp.listen(3000);",
        "// EXPOSE\nconst server = app.listen(3000, () => {});",
        "export async function main() {\n  await connect();\n  // EXPOSE\n  app.listen(3000);\n}\nmain();",
        "// EXPOSE\nconnect().then(() => app.listen(3000));",
        "connect().then(() => {\n  // EXPOSE\n  app.listen(3000);\n});",
        "(async () => {\n  /* EXPOSE */\n  await new Promise((done) => app.listen(3000, done));\n})();",
        "// EXPOSE\nhttp.createServer(app).listen(3000);",
        "const server = http.createServer({ keepAlive: true }, app);\nasync function main() {\n  // EXPOSE\n  server.listen(3000);\n}\nmain();",
        "// EXPOSE\nconst server = http.createServer(app);\nserver.listen(3000);",
    ] {
        is(&[("app.ts", &format!("{head}{below}\n"))], "listen 3000: GET /a");
    }
    let class = format!(
        "import express, {{ type Express }} from \"express\";\nclass Server {{\n  private readonly app: Express;\n  constructor() {{\n    this.app = express();\n    this.routes();\n  }}\n  routes() {{\n    this.app.use(\"/v\", this.inner());\n    this.app.get(\"/a\", {H});\n  }}\n  inner() {{\n    const router = express.Router();\n    router.get(\"/b\", {H});\n    return router;\n  }}\n  start() {{\n    // EXPOSE\n    this.app.listen(3000);\n  }}\n}}\nnew Server().start();\n"
    );
    is(&[("app.ts", &class)], "listen 3000: GET /a GET /v/b");
}

#[test]
fn servers_of_nodes_own() {
    let everything = "ANY / ANY /{proxy+} N0509";
    for (path, text) in [
        ("a.mjs", format!("import http from \"node:http\";\n// EXPOSE\nconst server = http.createServer({H});\nasync function main() {{\n  server.listen(process.env.PORT || 3000);\n}}\nmain();\n")),
        ("a.js", format!("const http = require(\"http\");\n// EXPOSE\nhttp.createServer({H}).listen(3000);\n")),
        ("a.cjs", "const { createServer } = require(\"node:http\");\nfunction handle(request, response) {\n  response.end();\n}\nasync function main() {\n  const server = createServer(handle);\n  // EXPOSE\n  server.listen(3000);\n}\nmain();\n".to_owned()),
        ("a.ts", "import { createServer } from \"https\";\n// EXPOSE\nfunction handle(request, response) {\n  response.end();\n}\ncreateServer({}, handle).listen(3000);\n".to_owned()),
    ] {
        is(&[(path, &text)], &format!("listen 3000: {everything}"));
    }
    let exported = format!("// EXPOSE\nexport const handler = {H};\n");
    is(&[("a.ts", &exported)], &format!("handler : {everything}"));
    let exported = format!("import http from \"node:http\";\n// EXPOSE\nmodule.exports = http.createServer({H});\n");
    is(&[("a.js", &exported)], &format!("default : {everything}"));
}
