use std::path::Path;

use indexmap::IndexMap;
use pretty_assertions::assert_eq;

use super::*;
use crate::app::{Capability, Gateway, Id, Origin as Directive, SourceLine, Unit, UnitOrigin, Visibility};
use crate::config::{Architecture, SettingUse};
use crate::source::{Language, ProjectPath};

fn application() -> Application {
    let id = Id::new("main").unwrap();
    let file = ProjectPath::new(Path::new("main.py")).unwrap();
    let origin = Directive {
        at: SourceLine { file: file.clone(), line: 1 },
        capability: Capability::ExecutionUnit,
        id: id.clone(),
        span: Span::new(&file, 0..0),
    };
    let unit = Unit {
        id: id.clone(),
        origin: UnitOrigin::Declared(vec![origin]),
        language: Language::Python,
        runs: true,
        keep_warm: false,
        entries: vec![file.clone()],
        import_roots: vec![String::new()],
        files: vec![file],
        assets: Vec::new(),
        manifest: None,
        packages: None,
        variables: BTreeMap::new(),
        migration: None,
    };
    Application { units: IndexMap::from([(id, unit)]), ..Application::default() }
}

fn run(text: &str, overrides: &[&str]) -> (Settings, Vec<Diagnostic>) {
    run_for(&application(), text, overrides)
}

fn run_for(application: &Application, text: &str, overrides: &[&str]) -> (Settings, Vec<Diagnostic>) {
    let file = ProjectPath::new(Path::new("inferra.toml")).unwrap();
    let overrides: Vec<_> = overrides.iter().map(|&text| text.to_owned()).collect();
    let mut diagnostics = Diagnostics::default();
    let files = [Document::parse(file, std::path::PathBuf::new(), text.to_owned(), &mut diagnostics)];
    let target = Target::AwsLambda;
    let sources = Sources { name: "shop", files: &files, environment: None, overrides: &overrides, target };
    let Resolved { settings, .. } = resolve(&sources, application, &mut diagnostics);
    (settings, diagnostics.into_sorted())
}

/// What is said of settings where the application has a gateway.
fn of_gateway(text: &str, overrides: &[&str]) -> Vec<String> {
    let mut application = application();
    let id = Id::new("api").unwrap();
    let file = ProjectPath::new(Path::new("main.py")).unwrap();
    let at = SourceLine { file: file.clone(), line: 2 };
    let origin = Directive { at, capability: Capability::Expose, id: id.clone(), span: Span::new(&file, 0..0) };
    let gateway = Gateway { id: id.clone(), origin, visibility: Visibility::Public, backends: Vec::new() };
    application.gateways.insert(id, gateway);
    let (_, problems) = run_for(&application, text, overrides);
    problems.iter().map(|problem| format!("{} {}", problem.code.id(), problem.message)).collect()
}

/// What is said of several files, the weakest first, in an environment.
fn of_files(texts: &[&str], environment: Option<&str>, overrides: &[&str]) -> (Settings, Vec<Diagnostic>) {
    let overrides: Vec<_> = overrides.iter().map(|&text| text.to_owned()).collect();
    let mut diagnostics = Diagnostics::default();
    let named = texts.iter().enumerate().map(|(index, text)| {
        let name = format!("{index}.toml");
        let path = ProjectPath::new(Path::new(&name)).unwrap();
        Document::parse(path, name.into(), (*text).to_owned(), &mut diagnostics)
    });
    let files: Vec<_> = named.collect();
    let target = Target::AwsLambda;
    let sources = Sources { name: "shop", files: &files, environment, overrides: &overrides, target };
    let Resolved { settings, .. } = resolve(&sources, &application(), &mut diagnostics);
    (settings, diagnostics.into_sorted())
}

const LOCKED: &str = "[execution_unit]\nmemory_mb = 1024\n[env.prod.execution_unit]\nmemory_mb = 2048\n[[rule]]\nsetting = \"execution_unit\"\nlock = true\n";

#[test]
fn a_lock_binds_whoever_is_stronger_and_nobody_else() {
    let codes = |texts: &[&str], environment, overrides: &[&str]| {
        let (_, problems) = of_files(texts, environment, overrides);
        problems.iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    let same = "[execution_unit]\nmemory_mb = 1024\n";
    let other = "[execution_unit]\ntimeout_s = 5\n";
    let of_one = "[execution_unit.by_id.main]\nmemory_mb = 512\n";
    let locked = [Code::SettingLocked];
    assert_eq!(codes(&[LOCKED], None, &[]), []);
    assert_eq!(codes(&[LOCKED], Some("prod"), &[]), [], "the file's own environment");
    assert_eq!(codes(&[same, LOCKED], None, &[]), []);
    assert_eq!(codes(&[other, LOCKED], None, &[]), locked, "a weaker file that it does not build on");
    assert_eq!(codes(&[LOCKED, same], None, &[]), [], "the same value");
    assert_eq!(codes(&[LOCKED, other], None, &[]), locked);
    assert_eq!(codes(&[LOCKED, of_one], None, &[]), locked);
    assert_eq!(codes(&[LOCKED, "[env.prod.execution_unit]\nmemory_mb = 128\n"], Some("prod"), &[]), locked);
    assert_eq!(
        codes(&[LOCKED, "[env.prod.execution_unit]\nmemory_mb = 128\n"], None, &[]),
        [Code::EnvironmentUnknown; 0]
    );
    assert_eq!(codes(&[LOCKED], None, &["execution_unit.memory_mb=128"]), locked);
    assert_eq!(codes(&[LOCKED], None, &["execution_unit.by_id.main.timeout_s=5"]), locked);
}

#[test]
fn a_bound_is_held_against_what_is_in_force() {
    let rule = "[[rule]]\nsetting = \"execution_unit.memory_mb\"\nmin = 600\nreason = \"Cold starts.\"\n";
    let (_, problems) = of_files(&[rule], None, &[]);
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert_eq!(problem.code, Code::SettingOutsideRule);
    // Nobody set it: the directive that has it from the defaults.
    let primary = problem.primary.as_ref().unwrap();
    assert_eq!(
        (primary.span.file.as_str(), primary.text.as_str()),
        ("main.py", "`main` has it from the built-in default")
    );
    assert_eq!(problem.secondary[0].text, "Cold starts.");
    let (_, problems) = of_files(&[rule, "[execution_unit]\nmemory_mb = 700\n"], None, &[]);
    assert_eq!(problems, []);
}

#[test]
fn a_bound_of_a_number_in_halves_may_be_one() {
    let rule = "[[rule]]\nsetting = \"persist.orm.aurora_postgres.min_capacity_units\"\nmin = 0.5\n";
    let (_, problems) = of_files(&[rule], None, &[]);
    assert_eq!(problems, []);
    let rule = "[[rule]]\nsetting = \"execution_unit.memory_mb\"\nmin = 600.5\n";
    let (_, problems) = of_files(&[rule], None, &[]);
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert_eq!(problem.code, Code::RuleMalformed);
}

#[test]
fn a_rule_is_about_what_is_made() {
    let codes = |rule: &str, overrides: &[&str]| {
        let (_, problems) = of_files(&[&format!("[[rule]]\n{rule}\n")], None, overrides);
        problems.iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    // No image is made of a zip, nor of a unit in Python one of Node's.
    let image = "setting = \"execution_unit.python_image\"\none_of = [\"registry.bank/*\"]";
    assert_eq!(codes(image, &[]), []);
    assert_eq!(codes(image, &["execution_unit.package=image"]), [Code::SettingOutsideRule]);
    let node = "setting = \"execution_unit.node_image\"\none_of = [\"registry.bank/*\"]";
    assert_eq!(codes(node, &["execution_unit.compute=ecs"]), []);
    // The name is what stands in the cloud.
    let name = "setting = \"name\"\none_of = [\"shop*\"]";
    assert_eq!(codes(name, &[]), []);
    assert_eq!(codes(name, &["names.prefix=evil-"]), [Code::SettingOutsideRule]);
    // A unit that is put elsewhere goes to another target.
    let target = "setting = \"target\"\nrequire = \"aws-lambda\"";
    assert_eq!(codes(target, &[]), []);
    assert_eq!(codes(target, &["execution_unit.by_id.main.compute=ecs"]), [Code::SettingForbidden]);
    // An empty tag is none, and a lock keeps one unset.
    let tags = "setting = \"tags\"\nrequire = \"owner\"";
    assert_eq!(codes(tags, &["tags.owner="]), [Code::TagRequired]);
    assert_eq!(codes("setting = \"tags.owner\"\nlock = true", &["tags.owner=me"]), [Code::SettingLocked]);
}

#[test]
fn what_another_setting_leaves_nothing_to_decide_is_said() {
    let logs = "`expose.by_id.api.log_retention_days` decides nothing: `expose.by_id.api.backing` is `alb`";
    let own = "[expose.by_id.api]\nlog_retention_days = 90\n";
    assert_eq!(of_gateway(own, &[]), Vec::<String>::new());
    assert_eq!(of_gateway(&format!("{own}backing = \"alb\"\n"), &[]), [format!("N0622 {logs}")]);
    let tls = "expose.by_id.api.alb.minimum_tls";
    let overrides = ["expose.backing=alb", "expose.alb.protocol=http", "expose.by_id.api.alb.minimum_tls=1.3"];
    assert_eq!(of_gateway("", &overrides), [format!("N0622 `{tls}` decides nothing: `expose.alb.protocol` is `http`")]);
    assert_eq!(of_gateway("", &overrides[..1]), Vec::<String>::new());
    // Nor is a rule about it: there are no logs that it could be about.
    let rule = "[[rule]]\nsetting = \"expose.log_retention_days\"\nmin = 60\n";
    let [problem] = &of_gateway(rule, &[])[..] else { panic!("the default is less") };
    assert!(problem.starts_with("E06"), "{problem}");
    assert_eq!(of_gateway(rule, &["expose.backing=alb"]), Vec::<String>::new());
}

#[test]
fn what_an_environment_says_is_stronger_than_every_file() {
    let platform = "[env.prod.execution_unit]\nmemory_mb = 2048\ntimeout_s = 50\n";
    let own = "[execution_unit]\nmemory_mb = 1024\n[env.prod.execution_unit]\ntimeout_s = 60\n";
    let value = |environment| {
        let (settings, problems) = of_files(&[platform, own], environment, &[]);
        assert_eq!(problems, []);
        (settings.units["main"].memory_mb.value, settings.units["main"].timeout_s.value)
    };
    assert_eq!((value(None), value(Some("prod"))), ((1024, 30), (2048, 60)));
}

#[test]
fn a_name_has_its_parts_around_it() {
    let (settings, problems) = of_files(&["[names]\nprefix = \"acme-\"\nsuffix = \"-prod\"\n"], None, &[]);
    assert_eq!((settings.name.value.as_str(), problems), ("acme-shop-prod", Vec::new()));
    let long = "name = \"a123456789012345678901234567890\"\n[names]\nprefix = \"acme-\"\n";
    let (_, problems) = of_files(&[long], None, &[]);
    assert_eq!(problems[0].code, Code::ConfigOutOfBounds);
}

/// The only diagnostic: its code, the text under its caret, its help.
fn problem(text: &str, overrides: &[&str]) -> (Code, String, String) {
    let (_, problems) = run(text, overrides);
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    let at = problem.primary.as_ref().map_or(String::new(), |label| text[label.span.range()].to_owned());
    (problem.code, at, problem.help.clone().unwrap_or_default())
}

#[test]
fn every_setting_has_a_default() {
    let (_, problems) = run("", &[]);
    assert_eq!(problems, []);
    let written: Vec<_> = layer::document(DEFAULTS).unwrap().iter().map(Leaf::key).collect();
    for section in SECTIONS {
        for (name, _) in section.keys.iter().filter(|(name, _)| *name != "name") {
            let key = layer::join(section.table.key(None, name).iter().map(String::as_str));
            assert!(written.contains(&key), "{key} has no default");
        }
    }
}

#[test]
fn later_layers_win_value_by_value() {
    let text = "[execution_unit]\nmemory_mb = 1024\ntimeout_s = 60\n[execution_unit.by_id.main]\ntimeout_s = 90\n[tags]\nteam = \"a b\"\n";
    let (settings, problems) =
        run(text, &["execution_unit.memory_mb=2048", "name=other", "execution_unit.architecture=x86_64"]);
    assert_eq!(problems, []);
    let unit = &settings.units["main"];
    let used = [SettingUse::from(&unit.memory_mb), (&unit.timeout_s).into(), (&unit.log_retention_days).into()];
    let used = used.map(|it| format!("{}={} ({})", it.key, it.value, it.origin));
    assert_eq!(
        used,
        [
            "execution_unit.memory_mb=2048 (command line)",
            "execution_unit.by_id.main.timeout_s=90 (inferra.toml:5)",
            "execution_unit.log_retention_days=30 (built-in default)"
        ]
    );
    assert_eq!((settings.name.value.as_str(), unit.architecture.value), ("other", Architecture::X86));
    assert_eq!(settings.tags["team"].value, "a b");
}

#[test]
fn wrong_settings_point_at_the_words() {
    let expect = |text: &str, code: Code, at: &str, help: &str| {
        assert_eq!(problem(text, &[]), (code, at.to_owned(), help.to_owned()), "{text}");
    };
    expect(
        "[exection_unit]\nmemory_mb = 1\n",
        Code::ConfigUnknownKey,
        "exection_unit",
        "did you mean `execution_unit`?",
    );
    expect("[execution_unit]\nmemory = 1\n", Code::ConfigUnknownKey, "memory", "did you mean `memory_mb`?");
    expect("[execution_unit]\nmemory_mb = \"1\"\n", Code::ConfigWrongType, "\"1\"", "");
    expect("[execution_unit.memory_mb]\nx = 1\n", Code::ConfigWrongType, "x", "");
    expect("execution_unit = 1\n", Code::ConfigWrongType, "1", "");
    expect("[execution_unit]\nmemory_mb = 64\n", Code::ConfigOutOfBounds, "64", "");
    expect("[expose]\nlog_retention_days = 31\n", Code::ConfigOutOfBounds, "31", "");
    expect("[execution_unit]\narchitecture = \"arm\"\n", Code::ConfigOutOfBounds, "\"arm\"", "did you mean `arm64`?");
    expect("[execution_unit.by_id.mian]\ntimeout_s = 1\n", Code::ConfigUnknownId, "mian", "did you mean `main`?");
    expect("[env.\"a b\".tags]\n", Code::ConfigOutOfBounds, "\"a b\"", "");
    expect("[tags]\n\"aws:x\" = \"1\"\n", Code::ConfigOutOfBounds, "\"aws:x\"", "");
    assert_eq!(problem("[network]\ncidr = \n", &[]).0, Code::ConfigInvalidToml);
    assert_eq!(problem("[exection_unit]\n", &[]).0, Code::ConfigUnknownKey);
}

#[test]
fn bounds_are_the_right_way_round() {
    let (code, at, help) = problem("[execution_unit]\nmin_replicas = 20\n", &[]);
    assert_eq!((code, at.as_str()), (Code::ConfigOutOfBounds, "20"));
    assert_eq!(
        help,
        "set `execution_unit.min_replicas` (inferra.toml:2) and `execution_unit.max_replicas` (built-in default) together"
    );
    let (code, at, help) = problem("[eks]\nmax_nodes = 1\n", &[]);
    assert_eq!((code, at.as_str()), (Code::ConfigOutOfBounds, "1"));
    assert_eq!(help, "set `eks.min_nodes` (built-in default) and `eks.max_nodes` (inferra.toml:2) together");
    let (code, at, _) = problem("", &["execution_unit.compute=ecs", "execution_unit.by_id.main.max_replicas=1"]);
    assert_eq!((code, at.as_str()), (Code::ConfigOutOfBounds, ""));
}

#[test]
fn wrong_options_are_named() {
    assert_eq!(problem("", &["nonsense"]).0, Code::ConfigInvalidToml);
    assert_eq!(problem("", &["execution_unit.memory_mb=lots"]).0, Code::ConfigWrongType);
    let (_, problems) = run("", &["execution_unit.memroy_mb=1"]);
    assert!(problems[0].message.contains("--set execution_unit.memroy_mb"), "{problems:?}");
}

#[test]
fn a_folder_makes_a_name() {
    let names = ["My Shop", "2048", "..", "a--b", &"x".repeat(40)].map(Sources::name_of_folder);
    assert_eq!(names, ["my-shop", "app-2048", "app", "a-b", &"x".repeat(32)]);
}
