//! What a gateway is given of Fastify, Hono and Koa applications, and where they listen.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use inferra::app::{Gateway, Method};
use pretty_assertions::assert_eq;

use crate::project::{compiled, project};

const EXPOSE: &str = "// @klotho::expose { id = \"api\", target = \"public\" }";

/// The routes, without those for HEAD and OPTIONS that others imply; the port, where the code says one; the codes.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let texts: Vec<_> = files.iter().map(|(path, text)| (*path, text.replace("// EXPOSE", EXPOSE))).collect();
    let mut files: Vec<_> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    files.push(("package.json", "{}"));
    let compilation = compiled(project(&files).path(), "app", &[]);
    let mut text = String::new();
    let gateways = || compilation.application.gateways.values();
    let all: Vec<_> = gateways().flat_map(Gateway::routes).map(|(_, route)| route).collect();
    for route in &all {
        let implied = all.iter().any(|other| {
            let implies = !matches!(other.method, Method::Any | Method::Head | Method::Options);
            implies && other.path == route.path && matches!(route.method, Method::Head | Method::Options)
        });
        if !implied {
            let slash = if route.slash_optional { "/?" } else { "" };
            _ = writeln!(text, "{} {}{slash}", route.method, route.path);
        }
    }
    for backend in gateways().flat_map(|gateway| &gateway.backends) {
        if let Some(port) = backend.application.listens.as_ref().and_then(|listens| listens.port) {
            _ = writeln!(text, "port {port}");
        }
    }
    let codes: BTreeSet<_> = compilation.diagnostics.iter().map(|diagnostic| diagnostic.code.id()).collect();
    text += &codes.into_iter().collect::<Vec<_>>().join(" ");
    text.trim_end().lines().map(str::to_owned).collect()
}

#[track_caller]
fn tells(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(told(files), expected, "{}", files[0].1);
}

/// One file in which `rest` follows the application.
#[track_caller]
fn fastify(rest: &str, expected: &[&str]) {
    let text = format!(
        "import Fastify from \"fastify\";\nimport cors from \"@fastify/cors\";\nimport fp from \"fastify-plugin\";\nimport other from \"other\";\nimport * as all from \"other\";\n// EXPOSE\nconst app = Fastify();\n{rest}\napp.listen({{ port: 3000 }});\n"
    );
    tells(&[("app.ts", &text)], expected);
}

#[test]
fn fastify_declares_routes() {
    fastify(
        "app.get('/a', async () => ({}));\napp.post<{ Body: B }>('/b/:id', { schema }, h);\napp.all('/c/*', h);",
        &["GET /a", "POST /b/{id}", "ANY /c/{rest+}", "port 3000"],
    );
    fastify("app.route({ method: 'GET', url: '/a', handler });", &["GET /a", "port 3000"]);
    fastify(
        "app.route({ method: ['PUT', 'PATCH'], url: '/a', handler }).get('/b', h);",
        &["PATCH /a", "PUT /a", "GET /b", "port 3000"],
    );
    fastify("const r = { method: 'GET', url: '/a', handler };\napp.route(r);", &["GET /a", "port 3000"]);
    fastify("for (const r of all.routes) app.route(r);", &["ANY /", "ANY /{proxy+}", "port 3000", "N0509"]);
    fastify("app.get('/a', { websocket: true }, h);", &["port 3000", "E0513"]);
}

#[test]
fn fastify_registers_plugins() {
    let inner = "app.register(async (api, options) => {\n  api.get('/', h);\n  api.get('/x', h);\n  await api.register(async function deep(f) { f.post('/y', h); }, { prefix: '/z' });\n}";
    fastify(&format!("{inner}, {{ prefix: '/v1' }});"), &["GET /v1/?", "GET /v1/x", "POST /v1/z/y", "port 3000"]);
    fastify(&format!("{inner});"), &["GET /", "GET /x", "POST /z/y", "port 3000"]);
    fastify("app.register(fp(async (f) => { f.get('/x', h); }), { prefix: '/ignored' });", &["GET /x", "port 3000"]);
    fastify(
        "const wrapped = fp(plugin);\nasync function plugin(f) { f.get('/x', h); }\napp.register(wrapped);",
        &["GET /x", "port 3000"],
    );
    fastify(
        "app.register(cors, { origin: true });\napp.get('/a', h);",
        &["OPTIONS /", "GET /a", "OPTIONS /{proxy+}", "port 3000"],
    );
    fastify(
        "app.register(other, { prefix: '/o' });\napp.get('/a', h);",
        &["GET /a", "ANY /o", "ANY /o/{proxy+}", "port 3000", "N0509"],
    );
    fastify("app.register(import('other'));", &["ANY /", "ANY /{proxy+}", "port 3000", "N0509"]);
    fastify(
        "app.register(async (f) => { f.get('/x', h); }, { prefix: process.env.P });",
        &["ANY /", "ANY /{proxy+}", "port 3000", "N0509"],
    );
}

#[test]
fn fastify_plugins_of_other_files() {
    let of = |app: &str, more: &[(&str, &str)]| {
        let text = format!(
            "const fastify = require('fastify')\n// EXPOSE\nconst app = fastify()\n{app}\nconst start = async () => {{\n  try {{\n    await app.listen({{ port: process.env.PORT || 4000, host: '0.0.0.0' }})\n  }} catch (err) {{\n    app.log.error(err)\n    process.exit(1)\n  }}\n}}\nstart()\n"
        );
        told(&[&[("app.js", text.as_str())][..], more].concat())
    };
    let plugin =
        [("routes/users.js", "module.exports = async function (fastify, opts) {\n  fastify.get('/:id', h)\n}\n")];
    assert_eq!(
        of("app.register(require('./routes/users'), { prefix: '/users' })", &plugin),
        ["GET /users/{id}", "port 4000"]
    );
    assert_eq!(
        of("const users = require('./routes/users')\napp.register(users, { prefix: '/u' })", &plugin),
        ["GET /u/{id}", "port 4000"]
    );
    let named =
        [("routes.js", "function users(f, opts, done) {\n  f.get('/x', h)\n  done()\n}\nmodule.exports = { users }\n")];
    assert_eq!(of("const { users } = require('./routes')\napp.register(users)", &named), ["GET /x", "port 4000"]);
    let text = "import { build } from './build';\n// EXPOSE\nbuild().listen({ port: 3000 });\n";
    let build = "import fastify, { FastifyInstance } from 'fastify';\nimport users from './users';\nexport function build(): FastifyInstance {\n  const app = fastify({ ignoreTrailingSlash: true });\n  app.register(users, { prefix: '/users' });\n  return app;\n}\n";
    let users = "import type { FastifyPluginAsync } from 'fastify';\nconst users: FastifyPluginAsync = async (app) => {\n  app.get('/', h);\n};\nexport default users;\n";
    tells(&[("main.ts", text), ("build.ts", build), ("users.ts", users)], &["GET /users/?", "port 3000"]);
}

#[track_caller]
fn hono(rest: &str, expected: &[&str]) {
    let text = format!(
        "import {{ Hono }} from \"hono\";\nimport {{ serve }} from \"@hono/node-server\";\nimport {{ serveStatic }} from \"@hono/node-server/serve-static\";\nimport {{ cors }} from \"hono/cors\";\nimport {{ logger }} from \"hono/logger\";\nimport other from \"other\";\nconst app = new Hono();\n{rest}\n// EXPOSE\nserve({{ fetch: app.fetch, port: 8080 }});\n"
    );
    tells(&[("app.ts", &text)], expected);
}

#[test]
fn hono_declares_routes() {
    hono("app.get('/a', (c) => c.text('')).post('/a/:id', h);", &["GET /a", "POST /a/{id}", "port 8080"]);
    hono(
        "app.on(['PUT', 'DELETE'], '/a', h);\napp.on('GET', ['/b', '/c'], h);\napp.on('PURGE', '/d', h);",
        &["DELETE /a", "PUT /a", "GET /b", "GET /c", "ANY /d", "port 8080", "N0509"],
    );
    hono("app.all('/files/*', h);", &["ANY /files", "ANY /files/{rest+}", "port 8080"]);
    hono("app.get('/:id{[0-9]+}', h);", &["ANY /", "GET /{id}", "ANY /{proxy+}", "port 8080", "N0509"]);
    hono(
        "app.use(logger());\napp.use('/api/*', cors());\napp.use('*', async (c, next) => { await next(); });\napp.get('/api/a', h);",
        &["OPTIONS /api", "GET /api/a", "OPTIONS /api/{proxy+}", "port 8080"],
    );
    hono("app.use('/static/*', serveStatic({ root: './' }));", &["GET /static", "GET /static/{proxy+}", "port 8080"]);
    hono(
        "app.mount('/old', other.fetch);\napp.get('/a', h);",
        &["GET /a", "ANY /old", "ANY /old/{proxy+}", "port 8080", "N0509"],
    );
}

#[test]
fn hono_mounts_and_derives() {
    let sub = "const sub = new Hono();\nsub.get('/', h);\nsub.get('/x', h);\n";
    hono(&format!("{sub}app.route('/s', sub);"), &["GET /s", "GET /s/x", "port 8080"]);
    hono(
        &format!("{sub}const api = app.basePath('/api');\napi.route('/s', sub);\napi.get('/y', h);\napp.get('/z', h);"),
        &["GET /api/s", "GET /api/s/x", "GET /api/y", "GET /z", "port 8080"],
    );
    hono(
        &format!("{sub}app.basePath('/api').get('/a', h).route('/s', sub);"),
        &["GET /api/a", "GET /api/s", "GET /api/s/x", "port 8080"],
    );
    hono(&format!("{sub}app.route(process.env.P, sub);"), &["ANY /", "ANY /{proxy+}", "port 8080", "N0509"]);
}

#[test]
fn hono_is_exposed_in_many_ways() {
    let of = |text: &str| {
        let head = "import { Hono } from 'hono';\nimport { serve, createAdaptorServer } from '@hono/node-server';\n";
        told(&[("app.ts", &format!("{head}{text}"))])
    };
    let expected = ["GET /api/a", "POST /api/b", "port 3000"];
    let chained = "new Hono().basePath('/api').get('/a', h)";
    assert_eq!(
        of(&format!("const app = {chained};\napp.post('/b', h);\n// EXPOSE\nserve(app, (info) => {{}});")),
        expected
    );
    assert_eq!(
        of(&format!("// EXPOSE\nconst app = {chained}.post('/b', h);\nconst server = serve({{ fetch: app.fetch }});")),
        expected
    );
    assert_eq!(of(&format!("// EXPOSE\nexport const app = {chained}.post('/b', h);")), &expected[..2]);
    assert_eq!(of(&format!("// EXPOSE\nconst app = {chained}.post('/b', h);\nexport default app;")), &expected[..2]);
    assert_eq!(
        of(&format!(
            "const app = {chained}.post('/b', h);\nasync function main() {{\n  // EXPOSE\n  const server = serve({{ fetch: app.fetch, port: Number(process.env.PORT) || 3000 }});\n}}\nmain();"
        )),
        expected
    );
    assert_eq!(
        of(&format!(
            "// EXPOSE\nconst app = {chained}.post('/b', h);\ncreateAdaptorServer({{ fetch: app.fetch }}).listen(3000);"
        )),
        expected
    );
}

#[track_caller]
fn koa(rest: &str, expected: &[&str]) {
    let text = format!(
        "const Koa = require('koa')\nconst http = require('http')\nconst Router = require('@koa/router')\nconst bodyParser = require('koa-bodyparser')\nconst serve = require('koa-static')\nconst other = require('other')\n// EXPOSE\nconst app = new Koa()\nconst router = new Router({{ prefix: '/r' }})\n{rest}\napp.listen(3000)\n"
    );
    tells(&[("app.js", &text)], expected);
}

#[test]
fn koa_uses_routers() {
    koa(
        "router.get('/', h)\nrouter.post('user', '/:id', h).del('/x', h)\napp.use(bodyParser()).use(router.routes()).use(router.allowedMethods())",
        &["GET /r/?", "DELETE /r/x/?", "POST /r/{id}/?", "port 3000"],
    );
    koa(
        "const sub = new Router()\nsub.get(['/a', '/b'], h)\nrouter.use('/s', auth, sub.routes(), sub.allowedMethods())\napp.use(router.middleware())\nfunction auth(ctx, next) { return next() }",
        &["GET /r/s/a/?", "GET /r/s/b/?", "port 3000"],
    );
    koa(
        "router.prefix('/v1')\nrouter.register('/a', ['GET', 'PUT'], h)\napp.use(router.routes())",
        &["GET /r/v1/a/?", "PUT /r/v1/a/?", "port 3000"],
    );
    koa(
        "router.get('/a', h)\napp.use(router.routes())\napp.use(serve('public'))",
        &["GET /", "GET /r/a/?", "GET /{proxy+}", "port 3000"],
    );
    koa("app.use(async (ctx) => { ctx.body = 'hello' })", &["ANY /", "ANY /{proxy+}", "port 3000", "N0509"]);
    koa(
        "app.use(other())\napp.use(async (ctx, next) => { await next() })",
        &["ANY /", "ANY /{proxy+}", "port 3000", "N0509"],
    );
    koa("router.get(/^\\/a/, h)\napp.use(router.routes())", &["ANY /r", "ANY /r/{proxy+}", "port 3000", "N0509"]);
}

#[test]
fn koa_behind_a_server_of_node() {
    let of = |listen: &str| {
        let text = format!(
            "import http from 'node:http';\nimport Koa from 'koa';\nimport Router from '@koa/router';\n{listen}"
        );
        told(&[("app.ts", &text)])
    };
    let router = "const router = new Router();\nrouter.get('/a', h);\n";
    let made = format!("{router}// EXPOSE\nconst app = new Koa();\napp.use(router.routes());\n");
    for listen in [
        "http.createServer(app.callback()).listen(3000);",
        "const server = http.createServer(app.callback());\nserver.listen(3000);",
    ] {
        assert_eq!(of(&format!("{made}{listen}")), ["GET /a/?", "port 3000"], "{listen}");
    }
    let server = format!(
        "{router}const app = new Koa();\napp.use(router.routes());\n// EXPOSE\nconst server = http.createServer(app.callback()).listen(3000);"
    );
    assert_eq!(of(&server), ["GET /a/?", "port 3000"]);
}
