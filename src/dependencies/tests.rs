use pretty_assertions::assert_eq;

use super::*;

/// What `manifest` of a project of these files asks for on Python 3.13, a line for each requirement, and the problems.
fn listed(files: &[(&str, &str)], manifest: &str) -> (Option<Dependencies>, Vec<String>) {
    listed_on(13, files, manifest)
}

fn listed_on(minor: u32, files: &[(&str, &str)], manifest: &str) -> (Option<Dependencies>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let project = Project::read(folder.path()).unwrap();
    let manifest = ProjectPath::join("", manifest).unwrap();
    let mut diagnostics = Diagnostics::default();
    let environment = Environment::linux(minor, "x86_64").unwrap();
    let found = read(&project, &manifest, &environment, &mut diagnostics);
    let problems = diagnostics.into_sorted().into_iter();
    (found, problems.map(|problem| format!("{} {}", problem.code.id(), problem.message)).collect())
}

/// The same as lines, where there are no problems.
#[track_caller]
fn lines(files: &[(&str, &str)], manifest: &str) -> Vec<String> {
    let (found, problems) = listed(files, manifest);
    assert_eq!(problems, Vec::<String>::new());
    found.unwrap().requirements.iter().map(ToString::to_string).collect()
}

#[test]
fn requirements_files_take_in_others() {
    let files = [
        (
            "requirements.txt",
            "-r requirements/base.txt\nFastAPI[standard,all] >=0.1 ; python_version < \"3.14\"\n\
             tomli; python_version < '3.11'\n--extra-index-url https://x.example/simple\nx @ git+https://h.example/x@v1\n",
        ),
        (
            "requirements/base.txt",
            "--constraint=pins.txt\n-r ../requirements.txt\nredis==5.0 --hash=sha256:00 --hash sha256:01\n",
        ),
        ("requirements/pins.txt", "redis==5.0\nh11<1; sys_platform == 'win32'\n"),
    ];
    let (found, problems) = listed(&files, "requirements.txt");
    assert_eq!(problems, Vec::<String>::new());
    let found = found.unwrap();
    let lines: Vec<_> = found.requirements.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["redis==5.0", "fastapi[all,standard]>=0.1", "x @ git+https://h.example/x@v1"]);
    assert_eq!(found.requirements[0].hashes, ["sha256:00", "sha256:01"]);
    assert_eq!(found.constraints.iter().map(ToString::to_string).collect::<Vec<_>>(), ["redis==5.0"]);
    assert_eq!(found.options[0].0, "--extra-index-url https://x.example/simple");
    let left_out: Vec<_> = found.left_out.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(left_out, ["h11<1; sys_platform == 'win32'", "tomli; python_version < '3.11'"]);
    assert!(found.is_hashed() && found.is_complete());
}

#[test]
fn no_entry_becomes_an_option_or_another_line() {
    for entry in ["--index-url=https://x", "a\\n--pre", "-e .", "./x", "a \\\\", "", "a; b", "a @ https://x/ --pre"] {
        let text = format!("[project]\nname = \"p\"\ndependencies = [\"{entry}\"]\n");
        let (found, problems) = listed(&[("pyproject.toml", &text)], "pyproject.toml");
        let lines = found.map(|found| found.requirements.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert!(!problems.is_empty(), "{entry:?} gives {lines:?}");
    }
}

#[test]
fn variables_are_not_put_in() {
    let lines = lines(&[("requirements.txt", "x @ https://${TOKEN}@h.example/x.whl\n")], "requirements.txt");
    assert_eq!(lines, ["x @ https://${TOKEN}@h.example/x.whl"]);
}

#[test]
fn poetry_lists_its_main_group() {
    let text = r#"
[tool.poetry]
name = "shop"
[tool.poetry.dependencies]
python = "^3.12"
FastAPI = "^0.115"
redis = { version = "~5.2", extras = ["hiredis"] }
tzdata = { version = "*", markers = "sys_platform == 'win32'" }
tomli = { version = "^2", python = "<3.11" }
uvloop = { version = ">=0.20", platform = "linux" }
uvicorn = { version = "^0.30", optional = true }
numpy = [{ version = "^1.26", python = "<3.13" }, { version = "^2.1", python = ">=3.13" }]
prices = { git = "https://github.com/example/prices.git", tag = "v1", subdirectory = "py" }
[tool.poetry.group.dev.dependencies]
pytest = "^8"
"#;
    let wanted = [
        "fastapi>=0.115,<0.116",
        "redis[hiredis]>=5.2,<5.3",
        "uvloop>=0.20",
        "numpy>=2.1,<3",
        "prices @ git+https://github.com/example/prices.git@v1#subdirectory=py",
    ];
    let mut found = lines(&[("pyproject.toml", text)], "pyproject.toml");
    let mut wanted = wanted.map(str::to_owned).to_vec();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}

const POETRY: &str = "[tool.poetry]\nname = \"shop\"\n[tool.poetry.dependencies]\npython = \"^3.12\"\nhttpx = \"^0.28\"\nuvicorn = { version = \"*\", extras = [\"standard\"] }\n";

const POETRY_LOCK: &str = r#"
[[package]]
name = "anyio"
version = "4.4.0"
optional = false
python-versions = ">=3.8"
groups = ["main"]
files = [{file = "anyio.whl", hash = "sha256:aa"}, {file = "anyio.tar.gz", hash = "sha256:ab"}]
[package.dependencies]
exceptiongroup = {version = ">=1.0.2", markers = "python_version < \"3.11\""}

[[package]]
name = "httpx"
version = "0.28.1"
optional = false
python-versions = ">=3.8"
files = [{file = "httpx.whl", hash = "sha256:ba"}]
[package.dependencies]
anyio = "*"
h2 = {version = ">=3,<5", optional = true, markers = "extra == \"http2\""}

[[package]]
name = "h2"
version = "4.1.0"
optional = false
python-versions = ">=3.6"
files = [{file = "h2.whl", hash = "sha256:ca"}]

[[package]]
name = "numpy"
version = "1.26.4"
python-versions = ">=3.9,<3.13"
files = []

[[package]]
name = "uvicorn"
version = "0.30.0"
optional = false
python-versions = ">=3.8"
files = [{file = "uvicorn.whl", hash = "sha256:da"}]
[package.dependencies]
colorama = {version = ">=0.4", optional = true, markers = "sys_platform == \"win32\" and extra == \"standard\""}
uvloop = {version = ">=0.14", optional = true}
[package.extras]
standard = ["uvloop (>=0.14,!=0.15.0)"]

[[package]]
name = "uvloop"
version = "0.19.0"
optional = false
python-versions = ">=3.8"
files = [{file = "uvloop.whl", hash = "sha256:ea"}]

[[package]]
name = "uvloop"
version = "0.20.0"
optional = false
python-versions = ">=3.8"
markers = "python_version >= \"3.13\""
files = [{file = "uvloop.whl", hash = "sha256:eb"}]

[metadata]
lock-version = "2.1"
python-versions = "^3.12"
content-hash = "0"
"#;

#[test]
fn poetrys_lock_file_decides() {
    let files = [("pyproject.toml", POETRY), ("poetry.lock", POETRY_LOCK)];
    let (found, problems) = listed(&files, "pyproject.toml");
    assert_eq!(problems, Vec::<String>::new());
    let found = found.unwrap();
    let lines: Vec<_> = found.requirements.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["anyio==4.4.0", "httpx==0.28.1", "uvicorn==0.30.0", "uvloop==0.19.0"]);
    assert_eq!(found.requirements[0].hashes, ["sha256:aa", "sha256:ab"]);
    assert_eq!((&found.requirements[0].asked_by[..], found.requirements[0].direct), (&["httpx".to_owned()][..], false));
    assert!(found.lock.is_some() && found.is_hashed());
}

#[test]
fn a_lock_file_is_held_against_its_manifest() {
    let manifest = POETRY.replace("^0.28", "^0.29").replace("uvicorn", "redis");
    let (found, problems) = listed(&[("pyproject.toml", &manifest), ("poetry.lock", POETRY_LOCK)], "pyproject.toml");
    assert!(found.is_none());
    let wanted = [
        "E0803 `poetry.lock` has `httpx` 0.28.1, which is not what is asked for",
        "E0803 `poetry.lock` does not have `redis`",
    ];
    assert_eq!(problems, wanted);
}

#[test]
fn hashes_of_all_or_none() {
    let lock = POETRY_LOCK.replace("files = [{file = \"httpx.whl\", hash = \"sha256:ba\"}]", "files = []");
    let (found, _) = listed(&[("pyproject.toml", POETRY), ("poetry.lock", &lock)], "pyproject.toml");
    let found = found.unwrap();
    assert!(!found.is_hashed() && found.is_complete());
}

const UV: &str = "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"uvicorn[standard]>=0.30\", \"numpy\", \"prices\"]\n";

const UV_LOCK: &str = r#"
version = 1
revision = 3
requires-python = ">=3.12"
resolution-markers = ["python_full_version >= '3.13'", "python_full_version < '3.13'"]

[[package]]
name = "colorama"
version = "0.4.6"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://x/c.whl", hash = "sha256:aa" }]

[[package]]
name = "numpy"
version = "1.26.4"
source = { registry = "https://pypi.org/simple" }
resolution-markers = ["python_full_version < '3.13'"]
sdist = { url = "https://x/n.tar.gz", hash = "sha256:ba" }

[[package]]
name = "numpy"
version = "2.1.0"
source = { registry = "https://pypi.org/simple" }
resolution-markers = ["python_full_version >= '3.13'"]
sdist = { url = "https://x/n2.tar.gz", hash = "sha256:bb" }
wheels = [{ url = "https://x/n2.whl", hash = "sha256:bc" }]

[[package]]
name = "prices"
version = "1.0"
source = { url = "https://h.example/prices-1.0-py3-none-any.whl" }
wheels = [{ url = "https://h.example/prices-1.0-py3-none-any.whl", hash = "sha256:cc" }]

[[package]]
name = "shop"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "numpy", version = "2.1.0", source = { registry = "x" }, marker = "python_full_version >= '3.13'" }]

[[package]]
name = "uvicorn"
version = "0.30.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "numpy", version = "2.1.0", marker = "python_full_version >= '3.13'" }]
wheels = [{ url = "https://x/u.whl", hash = "sha256:da" }]

[package.optional-dependencies]
standard = [{ name = "colorama", marker = "sys_platform == 'win32'" }, { name = "uvloop", marker = "sys_platform != 'win32'" }]

[[package]]
name = "uvloop"
version = "0.20.0"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://x/l.whl", hash = "sha256:ea" }]
"#;

#[test]
fn uvs_lock_file_decides() {
    let files = [("pyproject.toml", UV), ("uv.lock", UV_LOCK)];
    let wanted =
        ["numpy==2.1.0", "prices @ https://h.example/prices-1.0-py3-none-any.whl", "uvicorn==0.30.0", "uvloop==0.20.0"];
    assert_eq!(lines(&files, "pyproject.toml"), wanted);
    let (found, problems) = listed_on(12, &files, "pyproject.toml");
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(found.unwrap().requirements[0].to_string(), "numpy==1.26.4");
}

#[test]
fn a_workspace_has_one_lock_file_for_all() {
    let lock = UV_LOCK.replace("virtual = \".\"", "editable = \"packages/shop\"");
    let files = [("packages/shop/pyproject.toml", UV), ("uv.lock", lock.as_str())];
    assert_eq!(lines(&files, "packages/shop/pyproject.toml").len(), 4);
    let other = UV_LOCK.replace("virtual = \".\"", "editable = \"packages/other\"");
    let files = [("packages/shop/pyproject.toml", UV), ("uv.lock", other.as_str())];
    assert_eq!(lines(&files, "packages/shop/pyproject.toml").len(), 3, "not of this project");
}

#[test]
fn a_package_of_the_machine_is_refused() {
    let lock =
        UV_LOCK.replace("{ url = \"https://h.example/prices-1.0-py3-none-any.whl\" }", "{ editable = \"../prices\" }");
    let (found, problems) = listed(&[("pyproject.toml", UV), ("uv.lock", &lock)], "pyproject.toml");
    assert!(found.is_none());
    assert_eq!(problems, ["E0802 `../prices` is a package of this machine"]);
}

#[test]
fn an_address_in_a_lock_file_stays_an_address() {
    for address in ["https://x/y\\n--index-url https://evil", "file:///srv/x.whl", "https://x/\\\"y"] {
        let lock = UV_LOCK
            .replace("https://h.example/prices-1.0-py3-none-any.whl\" }\nwheels", &format!("{address}\" }}\nwheels"));
        assert_ne!(lock, UV_LOCK);
        let (found, problems) = listed(&[("pyproject.toml", UV), ("uv.lock", &lock)], "pyproject.toml");
        assert!(found.is_none() && !problems.is_empty(), "{address}");
    }
}

#[test]
fn the_standard_lock_file_stands_alone_or_beside_a_manifest() {
    let lock = r#"
lock-version = "1.0"
created-by = "some-tool"
requires-python = ">=3.12"
default-groups = ["default"]

[[packages]]
name = "attrs"
version = "25.1.0"
marker = "'default' in dependency_groups or 'dev' in dependency_groups"
wheels = [{ name = "attrs.whl", url = "https://x/attrs.whl", hashes = { sha256 = "aa" } }]

[[packages]]
name = "pytest"
version = "8.0"
marker = "'dev' in dependency_groups"
wheels = [{ name = "p.whl", hashes = { sha256 = "bb" } }]

[[packages]]
name = "colorama"
version = "0.4"
marker = "sys_platform == 'win32'"

[[packages]]
name = "tool"
vcs = { type = "git", url = "https://h.example/tool", commit-id = "abc" }
"#;
    let wanted = ["attrs==25.1.0", "tool @ git+https://h.example/tool@abc"];
    assert_eq!(lines(&[("pylock.toml", lock)], "pylock.toml"), wanted);
    let manifest = "[project]\nname = \"shop\"\ndependencies = [\"attrs>=24\"]\n";
    assert_eq!(lines(&[("pyproject.toml", manifest), ("pylock.toml", lock)], "pyproject.toml"), wanted);
    let (_, problems) =
        listed(&[("pyproject.toml", &manifest.replace("attrs", "redis")), ("pylock.toml", lock)], "pyproject.toml");
    assert_eq!(problems, ["E0803 `pylock.toml` does not have `redis`"]);
}

#[test]
fn no_text_makes_the_reader_panic() {
    for text in [POETRY, UV, POETRY_LOCK, UV_LOCK] {
        for cut in (0..text.len()).step_by(37).filter(|at| text.is_char_boundary(*at)) {
            for (manifest, lock) in [(&text[..cut], UV_LOCK), (UV, &text[..cut]), (POETRY, &text[cut..])] {
                listed(&[("pyproject.toml", manifest), ("uv.lock", lock), ("poetry.lock", lock)], "pyproject.toml");
            }
            listed(&[("requirements.txt", &text[cut..])], "requirements.txt");
        }
    }
}
