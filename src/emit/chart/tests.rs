use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pretty_assertions::assert_eq;

use super::*;

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn unit(name: &str, listens: Listens) -> Unit {
    Unit {
        name: name.to_owned(),
        prefix: format!("INFERRA_EXECUTION_UNIT_{}", name.to_ascii_uppercase()),
        comments: vec![format!("src/{name}.ts:3 @klotho::execution_unit \"{name}\""), "A unit is a deployment.".into()],
        architecture: Architecture::Arm64,
        listens,
        health_port: 8081,
        replicas: Replicas { min: 2, max: 10, cpu_percent: 70 },
        cpu: "250m".into(),
        memory: "512Mi".into(),
        grace_seconds: 30,
        pre_stop_seconds: if listens.port().is_some() { 10 } else { 0 },
        environment: BTreeMap::new(),
        egress: Vec::new(),
        mounts: Vec::new(),
        schedules: BTreeMap::new(),
        migration: None,
    }
}

fn chart<const N: usize>(name: &str, nodes: Nodes, units: [Unit; N]) -> Chart {
    Chart {
        application: name.to_owned(),
        title: format!("{name} on eks"),
        name: name.to_owned(),
        version: "0.1.0".into(),
        nodes,
        files: BTreeMap::new(),
        units: units.into_iter().map(|unit| (unit.name.clone(), unit)).collect(),
    }
}

fn redis(unit: &mut Unit) {
    unit.environment.insert("INFERRA_PERSIST_REDIS_HOST".into(), Value::FromTerraform);
    unit.environment.insert("INFERRA_PERSIST_REDIS_TLS".into(), Value::Text("true".into()));
    let comments = texts(&["src/cart.ts:8 @klotho::persist \"redis\""]);
    unit.egress.push(Egress { port: 6379, to: Peer::Vpc, comments });
}

/// A gateway's unit and a worker, one of them with a store.
fn pair() -> Chart {
    let mut sender = unit("sender", Listens::Gateway(3000));
    redis(&mut sender);
    let mut receiver = unit("receiver", Listens::Nowhere);
    receiver.environment.insert("INFERRA_PUBSUB_GREETINGS_QUEUE".into(), Value::FromTerraform);
    chart("pair", Nodes::Managed, [sender, receiver])
}

/// One worker that never scales.
fn worker() -> Chart {
    let mut worker = unit("worker", Listens::Nowhere);
    worker.replicas.max = 2;
    chart("worker", Nodes::Managed, [worker])
}

/// A single pod on a port that only a privileged program could bind, were it not for the pod's settings.
fn single() -> Chart {
    let mut main = unit("main", Listens::Gateway(80));
    main.architecture = Architecture::Amd64;
    main.replicas = Replicas { min: 1, max: 1, cpu_percent: 70 };
    chart("single", Nodes::Managed, [main])
}

/// Commands beside a unit that only other units call.
fn jobs() -> Chart {
    let mut main = unit("main", Listens::Inside(8000));
    redis(&mut main);
    let schedule = |cron: &str, command| Schedule {
        cron: cron.into(),
        command,
        retries: 2,
        max_delay_seconds: 300,
        comments: texts(&["Every so often."]),
    };
    main.schedules.insert("clean".into(), schedule("*/15 * * * *", texts(&["python", "-m", "app.clean"])));
    main.schedules.insert(
        "report-to-those-who-asked-for-it-on-the-first-of-each-month".into(),
        schedule("0 6 1 * *", texts(&["python", "-m", "app.report"])),
    );
    main.migration =
        Some(Migration { command: texts(&["python", "-m", "app.migrate"]), comments: texts(&["Before all else."]) });
    chart("jobs", Nodes::Managed, [main])
}

/// A unit that keeps files, with a job that does, and one that only reads them.
fn files() -> Chart {
    let mut units = [unit("writer", Listens::Gateway(3000)), unit("reader", Listens::Nowhere)];
    for unit in &mut units {
        let path = "/mnt/uploads".to_owned();
        unit.environment.insert("INFERRA_PERSIST_UPLOADS_DIRECTORY".into(), Value::Text(path.clone()));
        unit.mounts.push(Mount { files: "uploads".into(), path, read_only: unit.name == "reader" });
    }
    let schedule = Schedule {
        cron: "0 3 * * *".into(),
        command: texts(&["node", "clean.mjs"]),
        retries: 0,
        max_delay_seconds: 300,
        comments: Vec::new(),
    };
    units[0].schedules.insert("clean".into(), schedule);
    let mut chart = chart("files", Nodes::Managed, units);
    chart
        .files
        .insert("uploads".into(), FileSystem { comments: texts(&["src/writer.ts:8 @klotho::persist \"uploads\""]) });
    chart
}

fn fargate() -> Chart {
    let mut units = [unit("sender", Listens::Gateway(3000)), unit("receiver", Listens::Nowhere)];
    for unit in &mut units {
        unit.architecture = Architecture::Amd64;
    }
    chart("fargate", Nodes::Fargate, units)
}

/// Texts that would be syntax of YAML, Helm or a shell if anything let them.
fn hostile() -> Chart {
    let nasty = "{{ .Values.image.tag }} \"'`$(id)` # : - \\ \n---\nkind: Secret\t\u{1}\u{7f}\u{85}\u{2028}\u{feff}é🦀";
    let mut main = unit("on", Listens::Gateway(3000));
    main.comments = vec![format!("src/{nasty}.ts:1 @klotho::execution_unit \"on\""), nasty.to_owned()];
    main.environment.insert("NASTY".into(), Value::Text(nasty.to_owned()));
    main.environment.insert("NO".into(), Value::Text("1e3".into()));
    main.environment.insert("EMPTY".into(), Value::Text(String::new()));
    main.egress = vec![Egress { port: 587, to: Peer::Anywhere, comments: vec![nasty.to_owned()] }];
    let (command, comments) = (vec![nasty.to_owned(), "null".into()], vec![nasty.to_owned()]);
    main.schedules.insert(
        "no".into(),
        Schedule { cron: "0 0 * * *".into(), command, retries: 0, max_delay_seconds: 300, comments },
    );
    let mut hostile = chart("hostile", Nodes::Managed, [main]);
    hostile.application = nasty.to_owned();
    hostile
}

/// `tests/chart` renders these with the templates here, validates and scans what comes out.
#[test]
fn samples_are_what_is_generated() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/chart/samples");
    for (name, chart) in [
        ("fargate", fargate()),
        ("files", files()),
        ("hostile", hostile()),
        ("jobs", jobs()),
        ("pair", pair()),
        ("single", single()),
        ("worker", worker()),
    ] {
        for (path, text) in emit(&chart) {
            if STATIC.iter().any(|(fixed, _)| *fixed == path) {
                continue;
            }
            let file = folder.join(name).join(path);
            #[allow(clippy::disallowed_methods)]
            if std::env::var_os("INFERRA_BLESS").is_some() {
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(&file, &text).unwrap();
            }
            let expected = fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(text, expected, "{}: INFERRA_BLESS=1 writes what is there now", file.display());
        }
    }
}

#[test]
fn every_template_is_in_the_chart() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/emit/chart/templates");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut found: Vec<_> = names.map(|name| format!("templates/{name}")).collect();
    found.push(".helmignore".to_owned());
    found.sort();
    assert_eq!(found, STATIC.map(|(path, _)| path));
}

#[test]
fn no_text_becomes_syntax() {
    let files = emit(&hostile());
    for path in ["Chart.yaml", "values.yaml"] {
        let text = &files[path];
        assert!(text.lines().all(|line| !line.starts_with("---") && !line.starts_with("kind")), "{path}: {text}");
        assert!(text.chars().all(|c| c == '\n' || (c >= ' ' && !yaml::unprintable(c))), "{path}: {text}");
    }
    assert!(files["values.yaml"].contains("\n  \"on\":\n"), "a key that YAML 1.1 takes for true");
    assert_eq!(yaml::text("a\"\n\u{85}{{"), r#""a\"\n\u0085{{""#);
}

#[test]
fn comments_name_the_lines_of_code() {
    let values = emit(&pair()).remove("values.yaml").unwrap();
    assert!(
        values
            .contains("  # src/sender.ts:3 @klotho::execution_unit \"sender\"\n  # A unit is a deployment.\n  sender:")
    );
    assert!(values.contains("      # src/cart.ts:8 @klotho::persist \"redis\"\n      - port: 6379\n        to: vpc\n"));
}

#[test]
fn the_schema_has_the_fields_of_each_unit() {
    let schema: serde_json::Value = serde_json::from_str(&emit(&pair())["values.schema.json"]).unwrap();
    let unit = |name: &str| schema["properties"]["units"]["properties"][name].clone();
    assert!(unit("sender")["properties"]["targetGroupArn"].is_object());
    assert!(unit("receiver")["properties"]["port"].is_null());
    assert!(unit("receiver")["properties"]["roleArn"].is_null());
    assert_eq!(unit("sender")["properties"]["env"]["required"], serde_json::json!(["INFERRA_PERSIST_REDIS_HOST"]));
    assert_eq!(unit("sender")["additionalProperties"], serde_json::json!(false));
}
