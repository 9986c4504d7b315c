//! The ways in which people write what inferra looks for, and what each comes to: files of units, uses of stores and topics.

use std::fmt::Write as _;
use std::process::Command;

use inferra::source::ProjectPath;

use crate::project::{compiled, project, write};

const PERSIST: &str = "# @klotho::persist { id = \"redis\" }";
const EXPOSE: &str =
    "from fastapi import FastAPI\n\n# @klotho::expose { id = \"gw\", target = \"public\" }\nweb = FastAPI()\n";

/// One line for each file of a unit and each use of a construct.
fn compiles_to(files: &[(&str, &str)]) -> String {
    let mut all = vec![("requirements.txt", ""), ("package.json", "{}")];
    all.extend(files);
    let folder = project(&all);
    let compilation = compiled(folder.path(), "app", &[]);
    let mut text = String::new();
    for diagnostic in compilation.diagnostics.iter().filter(|diagnostic| diagnostic.code.id() != "N0702") {
        _ = writeln!(text, "{}: {}", diagnostic.code.id(), diagnostic.message);
    }
    if compilation.files.is_none() {
        return text;
    }
    for unit in compilation.application.units.values() {
        let files: Vec<_> = unit.files.iter().map(ProjectPath::as_str).collect();
        let sources = files.into_iter().filter(|file| !all[..2].iter().any(|(manifest, _)| manifest == file));
        _ = writeln!(text, "{}: {}", unit.id, sources.collect::<Vec<_>>().join(" "));
    }
    for access in &compilation.application.accesses {
        for (operation, lines) in &access.operations {
            let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
            _ = writeln!(text, "{} {} {operation:?} {}", access.unit, access.construct, lines.join(" "));
        }
    }
    text
}

/// A `store.py` in package `app`, whose client `main.py` reads by `read` after `import`.
#[track_caller]
fn reads(import: &str, read: &str, more: &[(&str, &str)]) {
    let main = format!("{EXPOSE}{import}\n\n\n@web.get(\"/\")\ndef index():\n    return {read}.get(\"a\")\n");
    let store = format!("import redis\n\n{PERSIST}\nclient = redis.Redis()\n");
    let mut files = vec![("main.py", main.as_str()), ("app/store.py", store.as_str())];
    files.extend(more);
    let text = compiles_to(&files);
    assert!(text.contains("Read main.py:10\n"), "{import}, {read}:\n{text}");
}

#[test]
fn a_client_by_every_kind_of_python_import() {
    let empty: &[(&str, &str)] = &[("app/__init__.py", "")];
    reads("from app.store import client", "client", empty);
    reads("from app.store import client as c", "c", empty);
    reads("from app.store import *", "client", empty);
    reads("from app import store", "store.client", empty);
    reads("import app.store", "app.store.client", empty);
    reads("import app.store as s", "s.client", empty);
    reads("from app import client", "client", &[("app/__init__.py", "from app.store import client\n")]);
    reads("import app", "app.store.client", &[("app/__init__.py", "from . import store\n")]);
    reads("from app import s", "s.client", &[("app/__init__.py", "import app.store as s\n")]);
    reads("try: from app.store import client", "client", empty);
}

#[track_caller]
fn recognised(import: &str, callee: &str, expected: bool) {
    let text = format!("{EXPOSE}{import}\n{PERSIST}\nclient = {callee}()\n\n\n@web.get(\"/\")\ndef index(): ...\n");
    let text = compiles_to(&[("main.py", &text)]);
    assert_eq!(text.contains("Connect"), expected, "{import}:\n{text}");
    assert_eq!(text.contains("E0501"), !expected, "{import}:\n{text}");
}

#[test]
fn redis_means_redis_py_only_where_it_was_imported_from_it() {
    recognised("import redis as r", "r.Redis", true);
    recognised("from redis import Redis as R", "R", true);
    recognised("from redis import *", "Redis", true);
    recognised("try: import redis\nexcept ImportError: redis = None", "redis.Redis", true);
    recognised("try:\n    from redis import Redis\nexcept ImportError:\n    class Redis: ...", "Redis", true);
    recognised("import redis", "redis.\\\n    Redis", true);
    recognised("from redis import Redis\nclass Redis: ...", "Redis", false);
    recognised("from redis import *\nclass Redis: ...", "Redis", false);
    recognised("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from redis import Redis", "Redis", false);
    recognised("def Redis(): ...", "Redis", false);
}

#[test]
fn python_layouts() {
    let main =
        format!("{EXPOSE}from app.store import client\n\n\n@web.get(\"/\")\ndef index():\n    client.get(\"a\")\n");
    let store = format!("import redis\n\n{PERSIST}\nclient = redis.Redis()\n");
    for root in ["src", "backend", "services/api"] {
        for init in [true, false] {
            let paths = ["main.py", "store.py", "__init__.py"].map(|name| format!("{root}/app/{name}"));
            let mut files = vec![(paths[0].as_str(), main.as_str()), (paths[1].as_str(), store.as_str())];
            files.extend(init.then_some((paths[2].as_str(), "")));
            let text = compiles_to(&files);
            assert!(text.contains("Read"), "{files:?}:\n{text}");
        }
    }
    let text = compiles_to(&[("main.py", &main.replace("app.store", "app.made")), ("app/__init__.py", "")]);
    assert!(text.contains("W0512: `app.made` is no file of the project"), "{text}");
}

#[test]
fn the_entry_point_imports_what_is_there() {
    let main = format!("{EXPOSE}\n@web.get(\"/\")\ndef index(): ...\n");
    let cases = [
        ("main.py", "import_module(\"main\")"),
        ("my-app.py", "import_module(\"my-app\")"),
        ("app/__init__.py", "import_module(\"app\")"),
        ("my.service/main.py", "import_module(\"main\")"),
        ("my \"app\" é.py", "import_module(\"my \\\"app\\\" é\")"),
    ];
    for (path, expected) in cases {
        let folder = project(&[(path, main.as_str()), ("requirements.txt", "")]);
        let files = compiled(folder.path(), "app", &[]).files.unwrap();
        let entry = std::str::from_utf8(&files["units/main/inferra_entry.py"]).unwrap();
        assert!(entry.contains(expected), "{path}: {entry}");
    }
}

const RECEIVER: &str = "/* @klotho::execution_unit { id = \"r\" } */\nimport { EventEmitter } from \"node:events\";\n/* @klotho::pubsub { id = \"bus\" } */\nexport const bus = new EventEmitter();\nbus.on(\"hello\", () => {});\n";

/// A `receiver.ts` whose emitter `server.ts` publishes on by `emit` after `import`.
#[track_caller]
fn publishes(import: &str, emit: &str, more: &[(&str, &str)]) {
    let server = format!(
        "/* @klotho::execution_unit {{ id = \"s\" }} */\nimport express from \"express\";\n{import}\n/* @klotho::expose {{ id = \"gw\", target = \"public\" }} */\nexport const app = express();\napp.get(\"/\", (q, r) => {{ {emit}; r.end(); }});\n"
    );
    let mut files = vec![("server.ts", server.as_str())];
    if !more.iter().any(|(path, _)| path.starts_with("receiver")) {
        files.push(("receiver.ts", RECEIVER));
    }
    files.extend(more);
    let text = compiles_to(&files);
    assert!(text.contains("s pubsub \"bus\" Publish(\"hello\")"), "{import}, {emit}:\n{text}");
    assert!(text.contains("r pubsub \"bus\" Subscribe(\"hello\")"), "{import}, {emit}:\n{text}");
}

#[test]
fn an_emitter_by_every_kind_of_typescript_import() {
    let emit = "bus.emit(\"hello\")";
    for module in ["./receiver", "./receiver.js", "./receiver.ts"] {
        publishes(&format!("import {{ bus }} from \"{module}\";"), emit, &[]);
    }
    publishes("import * as all from \"./receiver.js\";", "all.bus.emit(\"hello\")", &[]);
    publishes("const { bus } = require(\"./receiver\");", emit, &[]);
    publishes("import { bus } from \"./index.js\";", emit, &[("index.ts", "export * from \"./receiver.js\";\n")]);
    let namespace = "all.bus.emit(\"hello\")";
    publishes("import { all } from \".\";", namespace, &[("index.ts", "export * as all from \"./receiver.js\";\n")]);
    let given = "import * as all from \"./receiver.js\";\nexport { all };\n";
    publishes("import { all } from \".\";", namespace, &[("index.ts", given)]);
    let renamed = RECEIVER.replace("export const bus", "const bus") + "export { bus as hello };\nexport default bus;\n";
    publishes("import { hello as bus } from \"./receiver\";", emit, &[("receiver.ts", &renamed)]);
    publishes("import bus from \"./receiver\";", emit, &[("receiver.ts", &renamed)]);
    let marked = format!("\u{feff}{}", RECEIVER.replace("/* @klotho::execution_unit { id = \"r\" } */\n", ""));
    let marked = format!("{marked}/* @klotho::execution_unit {{ id = \"r\" }} */\n");
    publishes("import { bus } from \"./receiver\";", emit, &[("receiver.ts", &marked)]);
    publishes("if (1) /`/.test(\"x\");\nimport { bus } from \"./receiver\";", emit, &[]);
}

#[test]
fn an_emitter_in_every_kind_of_expression() {
    let import = "import { bus } from \"./receiver\";";
    for emit in ["(bus as any).emit", "bus!.emit", "bus?.emit", "(bus).emit", "bus.on(\"x\", f).emit"] {
        publishes(import, &format!("{emit}(\"hello\")"), &[]);
    }
    let chained = RECEIVER.replace("bus.on", "bus.on(\"bye\", () => {}).on");
    publishes(import, "bus.emit(\"hello\")", &[("receiver.ts", &chained)]);
}

#[test]
fn a_module_name_that_only_a_bundler_understands_is_not_passed_over() {
    for module in ["@/bus", "~/bus", "#bus"] {
        let text = format!(
            "import express from \"express\";\nimport {{ bus }} from \"{module}\";\n/* @klotho::expose {{ id = \"gw\", target = \"public\" }} */\nexport const app = express();\napp.get(\"/\", (q, r) => r.end());\n"
        );
        let text = compiles_to(&[("server.ts", &text)]);
        assert!(text.contains(&format!("W0512: `{module}`")), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn of_links_only_those_to_files_of_the_project_are_read() {
    use std::os::unix::fs::symlink;
    let outside = project(&[("secret.py", "key = 1\n")]);
    let main = format!("{EXPOSE}import inside, secret, folder.x\n\n\n@web.get(\"/\")\ndef index(): ...\n");
    let folder = project(&[("main.py", &main), ("shared/inside.py", ""), ("requirements.txt", "")]);
    let at = |path: &str| folder.path().join(path);
    symlink("shared/inside.py", at("inside.py")).unwrap();
    symlink(outside.path().join("secret.py"), at("secret.py")).unwrap();
    symlink(".", at("folder")).unwrap();
    symlink("loop.py", at("loop.py")).unwrap();
    let files = compiled(folder.path(), "app", &[]).files.unwrap();
    let units: Vec<_> = files
        .keys()
        .filter(|path| path.starts_with("units/") && !path.contains("inferra_") && !path.contains(".t"))
        .collect();
    assert_eq!(units, ["units/main/inside.py", "units/main/main.py"]);
}

/// A carriage return alone ends no line for git, nor does a byte order mark belong to none.
#[test]
fn the_patch_applies_whatever_ends_the_lines() {
    let text = format!(
        "{EXPOSE}import redis\ns = '''a\rb'''\n{PERSIST}\nclient = redis.Redis()\n\n\n@web.get(\"/\")\ndef index(): ..."
    );
    for text in [text.clone(), text.replace('\n', "\r\n"), format!("\u{feff}{text}"), format!("{text}\n")] {
        for path in ["main.py", "my app/main.py", "é \"quoted\".py"] {
            let folder = project(&[(path, text.as_str()), ("requirements.txt", "")]);
            let files = compiled(folder.path(), "app", &[]).files.unwrap();
            write(folder.path(), &[("wiring.patch".to_owned(), files["wiring.patch"].to_vec())].into());
            let git = |arguments: &[&str]| {
                let output = Command::new("git").args(arguments).current_dir(folder.path()).output().unwrap();
                assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
            };
            git(&["init", "-q"]);
            git(&["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "wiring.patch"]);
            let patched = std::fs::read(folder.path().join(path)).unwrap();
            assert!(patched == *files[&format!("units/main/{path}")] && patched != text.as_bytes(), "{path}");
        }
    }
}

/// The operations of `main` on a mapping called `users`, by their first letters, for one line of code in `main.py`.
#[track_caller]
fn mapping_does(made: &str, line: &str, expected: &str) {
    let main = format!("{EXPOSE}from store import users\n\n\n@web.get(\"/\")\ndef index(k=1, v=2):\n    {line}\n");
    let store = format!("from collections import defaultdict\n\n{PERSIST}\nusers = {made}\n");
    let text = compiles_to(&[("main.py", &main), ("store.py", &store)]);
    let letters: String = ["Read", "Write", "List", "Delete"]
        .into_iter()
        .filter(|operation| text.contains(&format!(" {operation} ")))
        .map(|operation| &operation[..1])
        .collect();
    let noted = if text.contains("N0535") { "!" } else { "" };
    assert_eq!(format!("{letters}{noted}"), expected, "{line}:\n{text}");
}

#[test]
fn what_is_done_with_a_dict_follows_from_how_it_is_used() {
    let does = |line, expected| mapping_does("{}", line, expected);
    does("return users[k]", "R");
    does("return k in users, k not in users", "R");
    does("return users.get(k)", "R");
    does("return users[k][0].upper()", "R");
    does("users[k] = v", "W");
    does("v, users[k] = 1, 2", "W");
    does("users[k] += 1", "RW");
    does("global users; users |= {1: 2}", "W");
    does("users.update(a=1)", "W");
    does("del users[k]", "D");
    does("return users.pop(k, None)", "D");
    does("return len(users)", "L");
    does("return [u for u in users]", "L");
    does("return list(users.values()), sorted((users))", "L");
    does("if not users: return 1", "L");
    does("return dict(users)", "RL");
    does("return {**users, 'a': 1}", "RL");
    does("return f'{users}'", "RL");
    does("return users == {}", "RL");
    does("return k in users.keys()", "RL");
    does("users.clear()", "LD");
    does("return users is None", "");
    does("return users", "RWLD!");
    does("save(users)", "RWLD!");
    does("other = users", "RWLD!");
    does("return users.get", "RWLD!");
    // Another object of the same name, a keyword, an attribute of something else.
    does("return [users for users in (1, 2)]", "");
    does("return (lambda users: users[1])({})", "");
    does("return save(users=1), k.users[1]", "");
}

#[test]
fn what_making_a_dict_does_counts_as_well() {
    mapping_does("{}", "pass", "");
    mapping_does("dict()", "pass", "");
    mapping_does("{'a': 1}", "pass", "RW");
    mapping_does("dict(a=1)", "pass", "RW");
    mapping_does("defaultdict(int)", "pass", "");
    mapping_does("defaultdict(int, a=1)", "pass", "RW");
    // What is missing is made.
    mapping_does("defaultdict(int)", "return users[k]", "RW");
    mapping_does("defaultdict(int)", "return users.get(k)", "R");
}
