//! `package.json`, as far as it says which file a name means: <https://nodejs.org/api/packages.html>.

use serde_json::{Map, Value};

/// A `package.json` of the project.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    /// Its folder.
    pub(crate) folder: String,
    /// What it says.
    pub(crate) value: Value,
}

/// What Node and bundlers for it take of `exports` and `imports`, for both kinds of module.
const CONDITIONS: [&str; 5] = ["node", "import", "require", "module", "default"];

/// What packages call their sources.
const SOURCES: [&str; 3] = ["source", "typescript", "development"];

impl Manifest {
    /// The package's name.
    pub(crate) fn name(&self) -> Option<&str> {
        self.value.get("name")?.as_str()
    }

    /// The version or place of a dependency of any kind.
    pub(crate) fn dependency(&self, name: &str) -> Option<&str> {
        let kinds = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
        kinds.iter().find_map(|kind| self.value.get(kind)?.get(name)?.as_str())
    }

    /// The patterns of the folders whose packages belong to this one, where it is the root of a workspace.
    pub(crate) fn workspaces(&self) -> Option<Vec<String>> {
        let listed = self.value.get("workspaces")?;
        Some(super::config::strings(listed.get("packages").or(Some(listed))))
    }

    /// What the name `#…` of an import may mean, the likeliest first.
    pub(super) fn imported(&self, name: &str, own: &[String]) -> Vec<Target> {
        let Some(imports) = self.value.get("imports").and_then(Value::as_object) else { return Vec::new() };
        found(imports, name, own)
    }

    /// What `subpath` of the package may mean, the likeliest first; nothing where the package does not restrict it.
    pub(super) fn exported(&self, subpath: &str, own: &[String]) -> Option<Vec<Target>> {
        let exports = self.value.get("exports").filter(|exports| !exports.is_null())?;
        let key = if subpath.is_empty() { ".".to_owned() } else { format!("./{subpath}") };
        let by_path = exports.as_object().filter(|all| all.keys().any(|name| name.starts_with('.')));
        Some(match by_path {
            Some(by_path) => found(by_path, &key, own),
            None if key == "." => of_value(exports, "", own),
            None => Vec::new(),
        })
    }

    /// The files that the package without `exports` is by itself, the likeliest first.
    pub(super) fn mains(&self) -> Vec<Target> {
        let field = |name: &&str| Some(self.value.get(name)?.as_str()?.to_owned());
        let own = ["main", "module"].iter().filter_map(field).map(|path| Target { path, is_source: false });
        let sources = ["source", "types", "typings"].iter().filter_map(field);
        own.chain(sources.map(|path| Target { path, is_source: true })).collect()
    }
}

/// A path that a name may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) path: String,
    /// Whether Node would not take it, but what is built is made of it.
    pub(super) is_source: bool,
}

/// The entry for `key`: itself, or the longest pattern that fits.
fn found(entries: &Map<String, Value>, key: &str, own: &[String]) -> Vec<Target> {
    if let Some(value) = entries.get(key).filter(|_| !key.contains('*')) {
        return of_value(value, "", own);
    }
    let fitting = entries.iter().filter_map(|(pattern, value)| Some((pattern, middle(pattern, key)?, value)));
    let longest = fitting.max_by_key(|(pattern, ..)| pattern.find('*').unwrap_or(pattern.len()));
    longest.map(|(_, middle, value)| of_value(value, middle, own)).unwrap_or_default()
}

/// What stands for the `*` of a pattern in `name`.
pub(super) fn middle<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    let (start, end) = pattern.split_once('*')?;
    let middle = name.strip_prefix(start)?.strip_suffix(end)?;
    (!middle.is_empty()).then_some(middle)
}

fn of_value(value: &Value, middle: &str, own: &[String]) -> Vec<Target> {
    let mut all = Vec::new();
    for condition in [&[][..], own, &SOURCES.map(str::to_owned)[..], &["types".to_owned()]] {
        let path = chosen(value, &|name| CONDITIONS.contains(&name) || condition.iter().any(|own| own == name));
        let target = path.map(|path| Target { path: path.replace('*', middle), is_source: !condition.is_empty() });
        all.extend(target.filter(|target| !all.iter().any(|other: &Target| other.path == target.path)));
    }
    all
}

/// The first path under conditions that all hold.
fn chosen<'v>(value: &'v Value, holds: &dyn Fn(&str) -> bool) -> Option<&'v str> {
    match value {
        Value::String(path) => Some(path),
        Value::Array(many) => many.iter().find_map(|one| chosen(one, holds)),
        Value::Object(by_condition) => {
            by_condition.iter().filter(|(name, _)| holds(name)).find_map(|(_, value)| chosen(value, holds))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// A name of a module as the package's and the path inside it.
pub(super) fn split(module: &str) -> (&str, &str) {
    let start = if module.starts_with('@') { module.find('/').map_or(module.len(), |at| at + 1) } else { 0 };
    let end = module[start..].find('/').map_or(module.len(), |at| start + at);
    (&module[..end], module[end..].trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exported(exports: &Value, subpath: &str, own: &[&str]) -> Vec<(String, bool)> {
        let manifest = Manifest { folder: String::new(), value: serde_json::json!({ "exports": exports }) };
        let own: Vec<_> = own.iter().map(|&name| name.to_owned()).collect();
        let targets = manifest.exported(subpath, &own).unwrap().into_iter();
        targets.map(|target| (target.path, target.is_source)).collect()
    }

    #[test]
    fn exports_by_path_and_condition() {
        let exports = serde_json::json!({
            ".": { "types": "./dist/a.d.ts", "acme": "./src/a.ts", "import": "./dist/a.mjs", "require": "./dist/a.cjs" },
            "./features/*": { "node": { "default": "./dist/f/*.js" } },
            "./features/internal/*": null,
            "./x.js": ["./dist/x.js"],
        });
        let all = exported(&exports, "", &["acme"]);
        let expected = [("./dist/a.mjs", false), ("./src/a.ts", true), ("./dist/a.d.ts", true)];
        assert_eq!(all, expected.map(|(path, is_source)| (path.to_owned(), is_source)));
        assert_eq!(exported(&exports, "features/one/two", &[]), [("./dist/f/one/two.js".to_owned(), false)]);
        assert_eq!(exported(&exports, "features/internal/x", &[]), []);
        assert_eq!(exported(&exports, "x.js", &[]), [("./dist/x.js".to_owned(), false)]);
        assert_eq!(exported(&exports, "gone", &[]), []);
        assert_eq!(exported(&serde_json::json!("./only.js"), "", &[]), [("./only.js".to_owned(), false)]);
        assert_eq!(exported(&serde_json::json!({ "default": "./d.js" }), "", &[]), [("./d.js".to_owned(), false)]);
    }

    #[test]
    fn names_of_packages() {
        assert_eq!(split("@acme/shared/money/euro"), ("@acme/shared", "money/euro"));
        assert_eq!((split("express"), split("fs/promises")), (("express", ""), ("fs", "promises")));
        assert_eq!(split("@acme"), ("@acme", ""));
    }
}
