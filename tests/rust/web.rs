//! The ways in which Python applications declare routes, and what a gateway is given of each.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use inferra::app::Gateway;
use pretty_assertions::assert_eq;

use crate::project::{compiled, project};

/// The application's routes, one on each line, with `/?` behind those whose last slash makes no difference, then the codes of
/// what is said of it.
fn routes(files: &[(&str, &str)]) -> String {
    let expose = "@klotho::expose { id = \"web\", target = \"public\" }";
    let texts: Vec<_> = files.iter().map(|(path, text)| (*path, text.replace("EXPOSE", expose))).collect();
    let mut files: Vec<_> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    files.push(("requirements.txt", ""));
    let compilation = compiled(project(&files).path(), "app", &[]);
    let mut text = String::new();
    for (_, route) in compilation.application.gateways.values().flat_map(Gateway::routes) {
        let slash = if route.slash_optional { "/?" } else { "" };
        _ = writeln!(text, "{} {}{slash}", route.method, route.path);
    }
    let codes: BTreeSet<_> = compilation.diagnostics.iter().map(|diagnostic| diagnostic.code.id()).collect();
    text + &codes.into_iter().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn answers(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(routes(files).trim_end().lines().collect::<Vec<_>>(), expected);
}

/// Routes of a FastAPI application without documentation.
#[track_caller]
fn fastapi(text: &str, expected: &[&str]) {
    let head = "from fastapi import APIRouter, FastAPI\n";
    answers(&[("main.py", &format!("{head}{text}"))], expected);
}

const APP: &str = "# EXPOSE\napp = FastAPI(openapi_url=None, redirect_slashes=False)\n";

#[test]
fn constants_are_followed_and_what_is_none_is_caught() {
    let text = "import os\nP = '/p'\nclass C:\n    V = P + '/v'\nQ = f'{C.V}/q'\n";
    let get = |path: &str| format!("{text}{APP}@app.get({path})\ndef f(): ...\n");
    fastapi(&get("Q"), &["GET /p/v/q"]);
    fastapi(&get("('/a' if P else '/b')"), &["GET /a", "GET /b"]);
    fastapi(&get("path=C.V + '/{x:int}'"), &["GET /p/v/{x}"]);
    fastapi(&get("os.environ['A'] + '/x'"), &["ANY /", "ANY /{proxy+}", "N0509"]);
    fastapi(&get("P * 2"), &["ANY /", "ANY /{proxy+}", "N0509"]);
    let twice = get("P").replace("class C", "P = '/other'\nclass C");
    fastapi(&twice, &["ANY /", "ANY /{proxy+}", "N0509"]);
    let imported = format!("from fastapi import FastAPI\nimport paths as p\n{APP}@app.get(p.deep.X)\ndef f(): ...\n");
    let files =
        [("main.py", imported.as_str()), ("paths.py", "from other import deep\n"), ("other.py", "import deep\n")];
    answers(&[&files[..], &[("deep.py", "X = '/deep'\n")]].concat(), &["GET /deep"]);
}

#[test]
fn a_name_of_a_function_is_not_the_modules() {
    let text = "r = APIRouter()\n@r.get('/outer')\ndef f(): ...\ndef build():\n    r = APIRouter(prefix='/b')\n    @r.get('/inner')\n    def g(): ...\n    return r\n";
    fastapi(&format!("{text}{APP}app.include_router(build())\n"), &["GET /b/inner"]);
}

#[test]
fn routers_in_rings_and_ladders_come_to_an_end() {
    let ring = "a = APIRouter(prefix='/a')\nb = APIRouter(prefix='/b')\na.include_router(b)\nb.include_router(a)\n@b.get('/x')\ndef f(): ...\n";
    fastapi(&format!("{ring}{APP}app.include_router(a)\n"), &["GET /a/b/x"]);
    let mut ladder = String::from("r0 = APIRouter()\n@r0.get('/x')\ndef f(): ...\n");
    for step in 1..40 {
        let (this, below) = (format!("r{step}"), format!("r{}", step - 1));
        _ = writeln!(
            ladder,
            "{this} = APIRouter()\n{this}.include_router({below}, prefix='/l')\n{this}.include_router({below}, prefix='/m')"
        );
    }
    let found = routes(&[("main.py", &format!("from fastapi import *\n{ladder}{APP}app.include_router(r39)\n"))]);
    assert!(found.contains("N0509"), "{found}");
}

#[test]
fn the_documentation_is_where_the_arguments_say() {
    let with = |arguments: &str| format!("# EXPOSE\napp = FastAPI({arguments})\n@app.get('/')\ndef f(): ...\n");
    let all = ["GET /", "GET /docs", "GET /docs/oauth2-redirect", "GET /openapi.json", "GET /redoc"];
    fastapi(&with(""), &all);
    fastapi(&with("openapi_url=None"), &["GET /"]);
    fastapi(&with("docs_url=None, redoc_url='/r'"), &["GET /", "GET /openapi.json", "GET /r"]);
    let maybe = with("openapi_url='/o' if f else None, docs_url=None, redoc_url=None");
    fastapi(&maybe, &["GET /", "GET /o"]);
    let below = with("openapi_url=None, root_path='/v1'").replace("'/'", "'/x'");
    fastapi(&below, &["GET /v1/x/?", "GET /x/?"]);
}

#[test]
fn flask_prefixes_stand_in_for_each_other() {
    let bp = "from flask import *\nb = Blueprint('b', __name__, url_prefix='/own')\nc = Blueprint('c', __name__, url_prefix='/c')\nb.register_blueprint(c)\n@c.get('/x')\ndef f(): ...\n@b.route('/')\ndef g(): ...\n";
    let app = "# EXPOSE\napp = Flask(__name__, static_folder=None)\n";
    let of =
        |more: &str| routes(&[("main.py", &format!("{bp}{app}{more}\n"))]).replace("HEAD", "").replace("OPTIONS", "");
    let gets =
        |text: String| text.lines().filter(|line| line.starts_with("GET")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(gets(of("app.register_blueprint(b)")), ["GET /own/", "GET /own/c/x"]);
    assert_eq!(gets(of("app.register_blueprint(b, url_prefix='/new')")), ["GET /new/", "GET /new/c/x"]);
    let caught = routes(&[("main.py", &format!("{bp}{app}for x in [b]:\n    app.register_blueprint(x)\n"))]);
    assert_eq!(caught, "ANY /\nANY /{proxy+}\nN0509");
}

#[test]
fn static_files_of_flask() {
    let of = |arguments: &str| {
        let text =
            format!("import flask\n# EXPOSE\napp = flask.Flask(__name__{arguments})\n@app.post('/x')\ndef f(): ...\n");
        routes(&[("main.py", &text)]).lines().find(|line| line.starts_with("GET")).unwrap_or_default().to_owned()
    };
    assert_eq!(of(""), "GET /static/{filename+}");
    assert_eq!(of(", static_folder=None"), "");
    assert_eq!(of(", static_folder='../web/dist/'"), "GET /dist/{filename+}");
    assert_eq!(of(", '/assets'"), "GET /assets/{filename+}");
    assert_eq!(of(", static_url_path=''"), "GET /{filename+}");
}

#[test]
fn views_that_are_classes() {
    let view = "from starlette.applications import Starlette\nfrom starlette.endpoints import HTTPEndpoint\nfrom starlette.routing import Route\nclass Base(HTTPEndpoint):\n    async def get(self, r): ...\nclass View(Base):\n    async def post(self, r): ...\nclass App:\n    async def __call__(self, scope, receive, send): ...\n";
    let of = |item: &str| routes(&[("main.py", &format!("{view}# EXPOSE\napp = Starlette(routes=[{item}])\n"))]);
    assert_eq!(of("Route('/', View)"), "GET /\nHEAD /\nPOST /\n");
    assert_eq!(of("Route('/', App())"), "ANY /\nN0509");
    assert_eq!(of("Route('/', View, methods=['PUT'])"), "PUT /\n");
}

#[test]
fn middleware_that_answers_preflights() {
    let of = |application: &str| {
        let head = "from starlette.applications import Starlette\nfrom starlette.middleware import Middleware\nfrom starlette.middleware.cors import CORSMiddleware\nasync def f(r): ...\n";
        routes(&[("main.py", &format!("{head}# EXPOSE\napp = {application}\napp.add_route('/x', f, ['POST'])\n"))])
    };
    let expected = "OPTIONS /\nPOST /x/?\nOPTIONS /{proxy+}\n";
    assert_eq!(of("Starlette(middleware=[Middleware(CORSMiddleware, allow_origins=['*'])])"), expected);
}

#[test]
fn an_application_in_an_application_of_another_library() {
    let text = "import flask\nfrom a2wsgi import WSGIMiddleware\nold = flask.Flask(__name__, static_folder=None)\n@old.post('/a/<int:b>')\ndef f(b): ...\n";
    let app = format!("from fastapi import FastAPI\n{text}{APP}app.mount('/old', WSGIMiddleware(old))\n");
    answers(&[("main.py", &app)], &["OPTIONS /old/a/{b}", "POST /old/a/{b}"]);
}
