//! Emitters of classes, of libraries and of two languages, and what their events are called.

use inferra::app::{Application, ConstructRef};
use inferra::diag::Severity;

use crate::project::{compiled, project};

const SERVER: &str = "// @klotho::execution_unit { id = \"web\" }\nimport express from \"express\";\nimport { bus } from \"./bus\";\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\napp.get(\"/\", () => {});\n";

/// The application of a server and of `bus.ts`, whose unit handles what it hears.
#[track_caller]
fn application(server: &str, bus: &str, more: &[(&str, &str)]) -> Application {
    let (server, bus) =
        (format!("{SERVER}{server}\n"), format!("// @klotho::execution_unit {{ id = \"hears\" }}\n{bus}\n"));
    let manifests = [("package.json", "{}"), ("requirements.txt", "")];
    let files: Vec<_> =
        [("server.ts", server.as_str()), ("bus.ts", bus.as_str())].into_iter().chain(manifests).collect();
    let folder = project(&files.into_iter().chain(more.iter().copied()).collect::<Vec<_>>());
    let compilation = compiled(folder.path(), "app", &[]);
    let errors: Vec<_> =
        compilation.diagnostics.iter().filter(|problem| problem.code.severity() == Severity::Error).collect();
    assert!(errors.is_empty(), "{server}{bus}\n{errors:#?}");
    compilation.application
}

/// What units do with topics: `web publish a`.
fn uses(application: &Application) -> Vec<String> {
    let of_topics = application.accesses.iter().filter(|access| matches!(access.construct, ConstructRef::Topic(_)));
    let all =
        of_topics.flat_map(|access| access.operations.keys().map(|operation| format!("{} {operation}", access.unit)));
    all.collect()
}

#[track_caller]
fn does(server: &str, bus: &str, more: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(uses(&application(server, bus, more)), expected, "{server}\n{bus}");
}

const HEARS: &str = "bus.on(\"a\", async () => {});";

#[test]
fn classes_of_the_project_are_followed_to_the_library() {
    let made = "// @klotho::pubsub { id = \"bus\" }\nexport const bus = new Bus()";
    let node = "import { EventEmitter } from \"node:events\";";
    for class in [
        format!("{node}\nclass Bus extends EventEmitter<{{ a: [] }}> {{}}\n{made}"),
        format!("{node}\nconst Bus = class extends (EventEmitter as new () => EventEmitter) {{}};\n{made}"),
        format!(
            "import * as events from \"events\";\nabstract class Base extends events.EventEmitter {{}}\nclass Bus extends Base {{}}\n{made} as Bus"
        ),
        format!("class Bus extends require(\"events\") {{}}\n{made}"),
        format!("import EventEmitter from \"eventemitter3\";\nclass Bus extends EventEmitter {{}}\n{made}"),
        format!("import {{ TypedEmitter as Bus }} from \"tiny-typed-emitter\";\n{made}"),
    ] {
        does("bus.emit(\"a\");", &format!("{class};\n{HEARS}"), &[], &["hears subscribe a", "web publish a"]);
    }
    for (file, import) in [
        ("export class Bus extends EventEmitter {}", "import { Bus } from \"./class\";"),
        ("export default class extends EventEmitter {}", "import Bus from \"./class\";"),
        ("export default class Own extends EventEmitter {}", "import Bus from \"./class\";"),
        ("class Own extends EventEmitter {}\nexport { Own as Bus };", "import { Bus } from \"./class\";"),
    ] {
        let class = format!("{node}\n{file}\n");
        let bus = format!("{import}\n{made};\n{HEARS}");
        does("bus.emit(\"a\");", &bus, &[("class.ts", &class)], &["hears subscribe a", "web publish a"]);
    }
}

#[test]
fn what_a_class_does_with_itself_counts_for_every_unit_that_has_it() {
    let class = "import { EventEmitter } from \"node:events\";\nexport class Base extends EventEmitter {\n  constructor() {\n    super();\n    this.on(\"b\", async () => {});\n  }\n  shout() { return this.emit(\"b\"); }\n}\nclass Other {\n  emit(event: string) {}\n  shout() { this.emit(\"c\"); }\n}\n";
    let bus = "import { Base } from \"./class\";\nclass Bus extends Base {\n  say() { this.emit(\"a\"); }\n}\n// @klotho::pubsub { id = \"bus\" }\nexport const bus = new Bus();\nbus.on(\"a\", async () => {});";
    let one = format!("// @klotho::execution_unit {{ id = \"hears\" }}\n{class}");
    does(
        "bus.say();",
        bus,
        &[("class.ts", &one)],
        &[
            "hears publish a",
            "hears publish b",
            "hears subscribe a",
            "hears subscribe b",
            "web publish a",
            "web publish b",
        ],
    );
}

#[test]
fn events_are_named_by_texts_and_constants() {
    let bus = |name: &str| {
        format!(
            "import {{ EventEmitter }} from \"node:events\";\nexport const KIND = \"or\";\nexport const NAMES = {{ made: \"order.made\", gone: `${{KIND}}der.gone` }} as const;\n// @klotho::pubsub {{ id = \"bus\" }}\nexport const bus = new EventEmitter();\nconst MADE = NAMES.made;\nbus.on({name}, async () => {{}});"
        )
    };
    let import = "import { KIND, NAMES } from \"./bus\";\n";
    for (name, event) in [
        ("`order.made`", "order.made"),
        ("NAMES.made", "order.made"),
        ("NAMES.gone", "order.gone"),
        ("`${KIND}der.made`", "order.made"),
        ("KIND + \"der.made\"", "order.made"),
    ] {
        let expected = [format!("hears subscribe {event}"), format!("web publish {event}")];
        does(&format!("{import}bus.emit({name});"), &bus(name), &[], &expected.each_ref().map(String::as_str));
    }
    let expected = ["hears subscribe order.made", "web publish order.made"];
    does(&format!("{import}bus.emit(NAMES.made);"), &bus("MADE"), &[], &expected);
}

#[test]
fn emitters_of_two_languages_with_one_id_are_one_topic() {
    let bus = "import { EventEmitter } from \"node:events\";\n// @klotho::pubsub { id = \"bus\" }\nexport const bus = new EventEmitter();\nbus.on(\"b\", async () => {});";
    let python = "# @klotho::execution_unit { id = \"py\" }\nfrom pyee import EventEmitter\n\n# @klotho::pubsub { id = \"bus\" }\nbus = EventEmitter()\n\n\n@bus.on(\"a\")\ndef hear(one):\n    bus.emit(\"b\", one, size=1)\n";
    let found = application("bus.emit(\"a\", 1);", bus, &[("main.py", python)]);
    assert_eq!(uses(&found), ["hears subscribe b", "py publish b", "py subscribe a", "web publish a"]);
    let [topic] = found.topics.values().collect::<Vec<_>>()[..] else { panic!("{:?}", found.topics) };
    assert_eq!(topic.libraries().into_iter().collect::<Vec<_>>(), ["Node.js events", "pyee"]);
    assert_eq!(topic.origins().map(|origin| origin.at.file.as_str()).collect::<Vec<_>>(), ["bus.ts", "main.py"]);
}

#[test]
fn functions_that_a_module_exports_in_any_way_are_jobs() {
    for (text, exported) in [
        ("@\nexport function job() {}", "job"),
        ("@\nexport const job = async () => {};", "job"),
        ("@\nexport default async function job() {}", "default"),
        ("@\nfunction job() {}\nexport { job as run };", "run"),
        ("@\nfunction job() {}\nexport default job;", "default"),
        ("@\nfunction job(this: void, { a } = {}, ...rest) {}\nmodule.exports = { other: 1, job };", "job"),
        ("@\nexports.job = async function () {};", "job"),
        ("@\nmodule.exports.job = () => {};", "job"),
    ] {
        let directive = "/* @klotho::schedule { id = \"it\", rate = \"1 hour\" } */";
        let text = format!("// @klotho::execution_unit {{ id = \"jobs\" }}\n{}\n", text.replace('@', directive));
        let folder = project(&[("jobs.ts", &text), ("package.json", "{}")]);
        let compilation = compiled(folder.path(), "app", &[]);
        let found: Vec<_> = compilation.application.schedules.values().map(|one| one.function.as_str()).collect();
        assert_eq!(found, [exported], "{text}\n{:#?}", compilation.diagnostics);
        let files = compilation.files.unwrap();
        let entry = String::from_utf8_lossy(&files["units/jobs/inferra_entry.mjs"]);
        let line = format!("\"it\": {{ load: () => import(\"./jobs.ts\"), export: \"{exported}\" }},");
        assert!(entry.contains(&line), "{entry}");
    }
}

#[test]
fn values_of_the_environment_are_read_in_any_way() {
    for (import, read, default) in [
        ("", "process.env.LEVEL", None),
        ("", "process.env[\"LEVEL\"] ?? \"info\"", Some("info")),
        ("", "Number(process.env.LEVEL || '5')", Some("5")),
        ("import process from \"node:process\";", "process.env.LEVEL", None),
        ("import { env } from \"process\";", "env.LEVEL ?? `a`", Some("a")),
        ("import * as p from \"node:process\";", "p.env.LEVEL ?? other()", None),
    ] {
        let text = format!("{import}\n// @klotho::config {{ id = \"level\" }}\nexport const LEVEL = {read};");
        let bus = "import { EventEmitter } from \"node:events\";\n// @klotho::pubsub { id = \"bus\" }\nexport const bus = new EventEmitter();";
        let found = application("bus.emit(\"a\");", &format!("{text}\n{bus}\n{HEARS}"), &[]);
        let [parameter] = found.parameters.values().collect::<Vec<_>>()[..] else { panic!("{text}") };
        assert_eq!(parameter.default.as_deref(), default, "{text}");
    }
}
