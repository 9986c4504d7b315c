//! `tsconfig.json`: <https://www.typescriptlang.org/tsconfig/>, as far as it says which files a program has.

use serde_json::Value;

use super::json;
use crate::diag::{Code, Diagnostic};
use crate::source::{Project, ProjectPath, Span};

/// What a `tsconfig.json` comes to, with all that it extends.
#[derive(Debug, Clone, Default)]
pub(super) struct Config {
    /// The file and those that it extends, in the order in which they are read.
    pub(super) files: Vec<ProjectPath>,
    /// The folder that names of modules may start in.
    pub(super) base: Option<String>,
    /// Patterns of names, and the paths that each may mean, from the project's root.
    pub(super) paths: Vec<(String, Vec<String>)>,
    /// The file that says them.
    pub(super) paths_in: Option<ProjectPath>,
    /// The folder that a build writes to.
    pub(super) out: Option<String>,
    /// The folder whose files it keeps the places of.
    pub(super) root: Option<String>,
    /// Names of conditions in `exports` that the project adds.
    pub(super) conditions: Vec<String>,
    /// Whether it was reached by a reference: bundlers do not follow those.
    pub(super) is_referenced: bool,
}

/// Reads configurations; `packages` finds the folder of a package of the project.
pub(super) struct Reader<'a> {
    pub(super) project: &'a Project,
    pub(super) packages: &'a dyn Fn(&str) -> Option<String>,
    pub(super) problems: Vec<(ProjectPath, Diagnostic)>,
}

impl Reader<'_> {
    /// What speaks for the files beside and below `file`: itself, or where it only names others, the first that is not for tests.
    pub(super) fn read(&mut self, file: &ProjectPath) -> Config {
        let config = self.chain(file, &mut Vec::new());
        let value = self.value(file).unwrap_or_default();
        let listed = value.get("files").or_else(|| value.get("include")).and_then(Value::as_array);
        let references = value.get("references").and_then(Value::as_array).into_iter().flatten();
        let paths = references.filter_map(|one| ProjectPath::join(file.parent(), one.get("path")?.as_str()?));
        let named = paths.filter_map(|path| {
            let inside = || self.project.path(&format!("{path}/tsconfig.json"));
            self.project.path(path.as_str()).or_else(inside)
        });
        let tests =
            |file: &ProjectPath| ["spec", "test", "e2e", "node"].iter().any(|word| file.file_name().contains(word));
        let found = named.into_iter().find(|file| !tests(file)).filter(|_| listed.is_some_and(Vec::is_empty));
        let Some(other) = found else { return config };
        let mut read = self.chain(&other, &mut Vec::new());
        read.files.extend(config.files);
        Config { is_referenced: true, ..read }
    }

    fn value(&self, file: &ProjectPath) -> Option<Value> {
        json::parse(&self.text(file)?).ok()
    }

    fn text(&self, file: &ProjectPath) -> Option<String> {
        String::from_utf8(self.project.bytes(file).ok()?.to_vec()).ok()
    }

    fn problem(&mut self, file: &ProjectPath, diagnostic: Diagnostic) {
        self.problems.push((file.clone(), diagnostic));
    }

    fn chain(&mut self, file: &ProjectPath, before: &mut Vec<ProjectPath>) -> Config {
        let Some(text) = self.text(file) else { return Config::default() };
        let value = match json::parse(&text) {
            Ok(value) => value,
            Err((at, message)) => {
                let problem = Diagnostic::new(Code::TsconfigIllegible, format!("`{file}` cannot be read"));
                let problem = problem.at(Span::new(file, at), message);
                self.problem(file, problem.help("it is JSON, in which comments and last commas are allowed"));
                return Config { files: vec![file.clone()], ..Config::default() };
            }
        };
        before.push(file.clone());
        let mut config = Config::default();
        for name in strings(value.get("extends")) {
            let at = text.find(&format!("\"{name}\"")).map_or(0..0, |at| at..at + name.len() + 2);
            let Some(base) = self.extended(file, &name) else {
                // What is no path is a package, which is installed when the unit is built.
                if name.starts_with('.') {
                    let problem =
                        Diagnostic::new(Code::TsconfigIllegible, format!("`{name}` is no file of the project"));
                    let problem = problem.at(Span::new(file, at), "extended here, but not found");
                    self.problem(file, problem.help("correct the path, which starts at the folder of this file"));
                }
                continue;
            };
            if before.contains(&base) {
                let problem = Diagnostic::new(Code::TsconfigIllegible, format!("`{base}` extends itself"));
                let problem = problem.at(Span::new(file, at), "extended here, by what it extends");
                self.problem(file, problem.help("take this line out: settings of both are read already"));
                continue;
            }
            config.take(self.chain(&base, before));
        }
        before.pop();
        config.take(own(file, value.get("compilerOptions").unwrap_or(&Value::Null)));
        config
    }

    /// <https://www.typescriptlang.org/tsconfig/#extends>
    fn extended(&self, from: &ProjectPath, name: &str) -> Option<ProjectPath> {
        let folder = if name.starts_with('.') {
            ProjectPath::join(from.parent(), name)?.to_string()
        } else {
            let (package, rest) = super::package::split(name);
            let folder = (self.packages)(package)?;
            if rest.is_empty() { folder } else { format!("{folder}/{rest}") }
        };
        let is_file = std::path::Path::new(&folder).extension().is_some_and(|extension| extension == "json");
        let itself = || is_file.then(|| self.project.path(&folder)).flatten();
        let with_ending = || self.project.path(&format!("{folder}.json"));
        itself().or_else(with_ending).or_else(|| self.project.path(&format!("{folder}/tsconfig.json")))
    }
}

impl Config {
    /// Lays what `later` says over what is said already.
    fn take(&mut self, later: Self) {
        self.files.extend(later.files);
        if later.base.is_some() {
            self.base = later.base;
        }
        if later.paths_in.is_some() {
            (self.paths, self.paths_in) = (later.paths, later.paths_in);
        }
        self.out = later.out.or_else(|| self.out.take());
        self.root = later.root.or_else(|| self.root.take());
        if !later.conditions.is_empty() {
            self.conditions = later.conditions;
        }
    }
}

/// What one file says itself. Its paths start at its own folder, or at its base.
fn own(file: &ProjectPath, options: &Value) -> Config {
    let folder = |name: &str| {
        let written = options.get(name)?.as_str()?;
        Some(ProjectPath::join(file.parent(), within(written))?.to_string())
    };
    let base = folder("baseUrl");
    let start = base.as_deref().unwrap_or(file.parent());
    let listed = options.get("paths").and_then(Value::as_object);
    let paths = listed.into_iter().flatten().map(|(pattern, targets)| {
        let targets = strings(Some(targets)).into_iter();
        let targets = targets.filter_map(|target| Some(ProjectPath::join(start, within(&target))?.to_string()));
        (pattern.clone(), targets.collect())
    });
    Config {
        files: vec![file.clone()],
        paths: paths.collect(),
        paths_in: listed.map(|_| file.clone()),
        out: folder("outDir"),
        root: folder("rootDir"),
        conditions: strings(options.get("customConditions")),
        base,
        is_referenced: false,
    }
}

/// A path may start at the folder of the file itself by name:
/// <https://www.typescriptlang.org/docs/handbook/release-notes/typescript-5-5.html>.
fn within(path: &str) -> &str {
    path.strip_prefix("${configDir}").map_or(path, |rest| rest.trim_start_matches('/'))
}

/// A string, or a list of some.
pub(super) fn strings(value: Option<&Value>) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match value {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many.iter().filter_map(text).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => Vec::new(),
    }
}
