use std::collections::BTreeSet;
use std::fs;

use pretty_assertions::assert_eq;

use super::{Graph, ResolvedSymbol};
use crate::source::{Project, ProjectPath};

/// The files that `entry` reaches in a project of these files, and what is missing of them.
pub(super) fn reached(files: &[(&str, &str)], entry: &str) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let project = Project::read(folder.path()).unwrap();
    let entry = ProjectPath::join("", entry).unwrap();
    let graph = Graph::reach(&project, std::slice::from_ref(&entry), &|_| Vec::new(), Vec::new());
    let closure = graph.closure([&entry], &BTreeSet::new());
    let missing = closure.iter().flat_map(|file| graph.missing(file)).map(|import| import.module.clone()).collect();
    (closure.iter().map(ToString::to_string).collect(), missing)
}

/// Asserts that `entry` reaches exactly `wanted` and misses nothing.
#[track_caller]
pub(super) fn reaches(files: &[(&str, &str)], entry: &str, wanted: &[&str]) {
    let (found, missing) = reached(files, entry);
    let mut wanted = wanted.to_vec();
    wanted.push(entry);
    wanted.sort_unstable();
    assert_eq!(found, wanted);
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn relative_imports() {
    let files = [
        ("app/__init__.py", ""),
        ("app/api/__init__.py", ""),
        (
            "app/api/users.py",
            "from . import forms\nfrom .deep.inner import x\nfrom ..models import User\nfrom .. import settings",
        ),
        ("app/api/forms.py", ""),
        ("app/api/deep/inner.py", ""),
        ("app/models.py", ""),
        ("app/settings.py", ""),
        ("app/other.py", ""),
    ];
    let wanted = [
        "app/__init__.py",
        "app/api/__init__.py",
        "app/api/deep/inner.py",
        "app/api/forms.py",
        "app/models.py",
        "app/settings.py",
    ];
    reaches(&files, "app/api/users.py", &wanted);
}

#[test]
fn packages_of_an_entry_are_loaded_with_it() {
    let files = [
        ("app/__init__.py", "from .config import settings"),
        ("app/config.py", ""),
        ("app/web/main.py", "import os"),
        ("app/web/__init__.py", ""),
        ("app/jobs/__init__.py", ""),
        ("__init__.py", ""),
    ];
    reaches(&files, "app/web/main.py", &["app/__init__.py", "app/config.py", "app/web/__init__.py"]);
}

#[test]
fn names_that_a_package_gives_on() {
    let files = [
        ("main.py", "from app import Client as C, helpers as h\nimport app.models as m"),
        ("app/__init__.py", "from .client import Client"),
        ("app/client.py", ""),
        ("app/helpers.py", ""),
        ("app/models/__init__.py", "from .user import *"),
        ("app/models/user.py", ""),
        ("app/models/unused.py", ""),
    ];
    let wanted = ["app/__init__.py", "app/client.py", "app/helpers.py", "app/models/__init__.py", "app/models/user.py"];
    reaches(&files, "main.py", &wanted);
}

#[test]
fn what_a_star_brings() {
    let files = [
        ("main.py", "from app import *"),
        ("app/__init__.py", "__all__ = [\n    'users',\n    \"orders\",\n    'helper',\n]\ndef helper(): ...\n"),
        ("app/users.py", ""),
        ("app/orders/__init__.py", ""),
        ("app/hidden.py", ""),
    ];
    reaches(&files, "main.py", &["app/__init__.py", "app/orders/__init__.py", "app/users.py"]);
}

#[test]
fn a_dotted_import_loads_every_package_on_its_way() {
    let files = [
        ("main.py", "import a.b.c, a.d as d"),
        ("a/__init__.py", ""),
        ("a/b/__init__.py", "from . import side"),
        ("a/b/c.py", ""),
        ("a/b/side.py", ""),
        ("a/d.py", ""),
    ];
    reaches(&files, "main.py", &["a/__init__.py", "a/b/__init__.py", "a/b/c.py", "a/b/side.py", "a/d.py"]);
}

#[test]
fn folders_without_init_are_packages() {
    let files = [
        ("main.py", "import space.plugins.first\nfrom space.plugins import second"),
        ("space/plugins/first.py", "from . import third"),
        ("space/plugins/second.py", ""),
        ("space/plugins/third.py", ""),
    ];
    let wanted = ["space/plugins/first.py", "space/plugins/second.py", "space/plugins/third.py"];
    reaches(&files, "main.py", &wanted);
}

#[test]
fn src_layouts() {
    let files = [
        ("src/shop/__init__.py", ""),
        ("src/shop/main.py", "from shop.db import store\nimport shared"),
        ("src/shop/db.py", ""),
        ("src/shared.py", ""),
        ("shop.py", "not meant"),
    ];
    // The project's root is looked in first, as a script started there does.
    let (found, _) = reached(&files[..4], "src/shop/main.py");
    assert_eq!(found, ["src/shared.py", "src/shop/__init__.py", "src/shop/db.py", "src/shop/main.py"]);
    let part = [
        ("services/api/main.py", "from shop import db"),
        ("services/api/src/shop/__init__.py", ""),
        ("services/api/src/shop/db.py", ""),
        ("services/other/src/shop/db.py", ""),
    ];
    reaches(&part, "services/api/main.py", &["services/api/src/shop/__init__.py", "services/api/src/shop/db.py"]);
}

#[test]
fn imports_that_run_later_or_perhaps() {
    let text = "\
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from app.types import T
def late():
    from app import late_one
    class Inner:
        import app.in_class
try:
    import app.fast as impl
except ImportError:
    import app.slow as impl
if DEBUG: from app import debug
else:
    import app.plain
with open('x') as f: import app.inside_with
match x:
    case 1:
        import app.in_case
async def f():
    async with y:
        from app import in_async
";
    let names =
        ["debug", "fast", "in_async", "in_case", "in_class", "inside_with", "late_one", "plain", "slow", "types"];
    let paths: Vec<String> = names.iter().map(|name| format!("app/{name}.py")).collect();
    let mut files = vec![("main.py", text)];
    files.extend(paths.iter().map(|path| (path.as_str(), "")));
    let wanted: Vec<_> = paths.iter().map(String::as_str).filter(|path| *path != "app/types.py").collect();
    reaches(&files, "main.py", &wanted);
}

#[test]
fn modules_by_name() {
    let files = [
        (
            "main.py",
            "import importlib\nworld = importlib.import_module(\"app.world\")\n__import__('app.old')\nx = importlib.import_module(f'app.{y}')\n",
        ),
        ("app/__init__.py", "from importlib import import_module\nimport_module('.near', package=__package__)"),
        ("app/world.py", ""),
        ("app/old.py", ""),
        ("app/near.py", ""),
        ("app/far.py", ""),
    ];
    reaches(&files, "main.py", &["app/__init__.py", "app/near.py", "app/old.py", "app/world.py"]);
}

#[test]
fn what_is_not_there_is_missing_and_other_peoples_modules_are_not() {
    let files = [
        ("app/__init__.py", ""),
        (
            "app/main.py",
            "import redis\nfrom . import gone\nimport app.nowhere\nfrom .lost import x\nimport google.cloud",
        ),
    ];
    let (_, missing) = reached(&files, "app/main.py");
    assert_eq!(missing, ["app.nowhere", ".lost"]);
}

#[test]
fn data_and_other_files_of_a_package_are_not_modules() {
    let files = [
        ("main.py", "import app"),
        ("app/__init__.py", ""),
        ("app/py.typed", ""),
        ("app/names.json", "{}"),
        ("app/stubs.pyi", ""),
        ("app/tool.js", "import('./broken"),
    ];
    reaches(&files, "main.py", &["app/__init__.py"]);
}

#[test]
fn kinds_of_modules_mixed() {
    let files = [
        ("app.cjs", "const app = make();\nmodule.exports = { app };\n"),
        ("whole.cjs", "const store = make();\nmodule.exports = store;\n"),
        ("typed.cts", "const log = make();\nexport = log;\n"),
        (
            "main.mts",
            "import pkg from './app.cjs';\nimport { app } from './app.cjs';\nimport store from './whole.cjs';\nimport log from './typed.cjs';\n\
             export { app as web } from './app.cjs';\n",
        ),
        (
            "other.cjs",
            "const { app: mine } = require('./app.cjs');\nconst kept = require('./whole.cjs');\nconst { web } = require('./main.mjs');\n",
        ),
        ("typed-too.cts", "import log = require('./typed.cjs');\n"),
        ("own.mts", "const cache = make();\nexport default cache;\n"),
        ("given-on.mts", "export { default } from './own.mjs';\n"),
        ("named.mts", "const queue = make();\nexport { queue };\n"),
        ("renamed.mts", "export { queue as default } from './named.mjs';\n"),
        ("takes.mts", "import mine from './given-on.mjs';\nimport jobs from './renamed.mjs';\n"),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        fs::write(folder.path().join(path), text).unwrap();
    }
    let project = Project::read(folder.path()).unwrap();
    let path = |name: &str| ProjectPath::join("", name).unwrap();
    let entries = [path("main.mts"), path("other.cjs"), path("typed-too.cts"), path("takes.mts")];
    let graph = Graph::reach(&project, &entries, &|_| Vec::new(), Vec::new());
    let named = |file: &str, name: &str| {
        let found = graph.references(&path(file), name).into_iter();
        let found = found.flat_map(|(file, names)| names.into_iter().map(move |name| format!("{file} {name}")));
        found.collect::<Vec<_>>()
    };
    assert_eq!(
        named("app.cjs", "app"),
        ["app.cjs app", "main.mts app", "main.mts pkg.app", "other.cjs mine", "other.cjs web"]
    );
    assert_eq!(
        named("whole.cjs", "store"),
        ["main.mts store", "other.cjs kept", "other.cjs kept.store", "whole.cjs store"]
    );
    assert_eq!(named("own.mts", "cache"), ["own.mts cache", "takes.mts mine"]);
    assert_eq!(named("named.mts", "queue"), ["named.mts queue", "takes.mts jobs"]);
    assert_eq!(
        named("typed.cts", "log"),
        ["main.mts log", "typed-too.cts log", "typed-too.cts log.log", "typed.cts log"]
    );
    let meaning = graph.symbol(&path("main.mts"), "pkg.app");
    assert_eq!(meaning, ResolvedSymbol::Project { file: path("app.cjs"), name: "app".to_owned() });
}
