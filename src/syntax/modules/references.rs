use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, Target};
use crate::source::ProjectPath;
use crate::syntax::imports::{Binding, Import};

impl Graph<'_> {
    /// The expressions by which each file can mean the object that `file` calls `name`: `client`, `store.client`, `c` after
    /// `from store import client as c`. Only these files need a syntax tree to find out how the object is used.
    pub(crate) fn references(&self, file: &ProjectPath, name: &str) -> BTreeMap<ProjectPath, BTreeSet<String>> {
        let mut found: BTreeMap<ProjectPath, BTreeSet<String>> = BTreeMap::new();
        found.entry(file.clone()).or_default().insert(name.to_owned());
        let mut seen = BTreeSet::new();
        let mut queue: Vec<(ProjectPath, String)> =
            self.given(file, name).into_iter().map(|given| (file.clone(), given)).collect();
        while let Some((provider, given)) = queue.pop() {
            if given.split('.').count() > MAX_PARTS || !seen.insert((provider.clone(), given.clone())) {
                continue;
            }
            let has_default = self.has_default(&provider);
            for (importer, import, target) in self.importers(&provider) {
                for binding in &import.bindings {
                    // Node gives the `module.exports` of a CommonJS module as the default export of it:
                    // https://nodejs.org/api/esm.html#commonjs-namespaces.
                    let whole = matches!(binding, Binding::Symbol { name, .. } if name == "default" && !has_default);
                    let whole = whole.then(|| format!("default.{given}"));
                    match taken(binding, import, target, &provider, whole.as_deref().unwrap_or(&given)) {
                        Some(Taken::Here(expression)) => {
                            let on = self.given(importer, &expression);
                            queue.extend(on.into_iter().map(|given| (importer.clone(), given)));
                            found.entry(importer.clone()).or_default().insert(expression);
                        }
                        Some(Taken::GivenOn(exported)) => queue.push((importer.clone(), exported)),
                        None => {}
                    }
                }
            }
        }
        found
    }

    /// Where a whole module is taken without a name: `require("./app")()`.
    pub(crate) fn required_in_place(&self, file: &ProjectPath) -> Vec<(ProjectPath, String)> {
        let unnamed = self.importers(file).filter(|(_, import, _)| import.bindings.is_empty());
        unnamed.map(|(importer, import, _)| (importer.clone(), format!("require(\"{}\")", import.module))).collect()
    }

    /// The expressions by which others can take what `file` calls `expression`.
    fn given(&self, file: &ProjectPath, expression: &str) -> BTreeSet<String> {
        let (first, rest) = expression.split_at(expression.find('.').unwrap_or(expression.len()));
        let mut given: BTreeSet<_> =
            self.exported_names(file, first).map(|exported| format!("{exported}{rest}")).collect();
        // What a module imports can be reached through it in Python, but is meant to be only where it is a package's face.
        if rest.is_empty() || file.file_name() == "__init__.py" {
            given.insert(expression.to_owned());
        }
        given
    }
}

/// The longest chain of names followed: packages that import each other would give names without end.
const MAX_PARTS: usize = 8;

enum Taken {
    /// By an expression in the importing file.
    Here(String),
    /// By nothing there, but given on under another name.
    GivenOn(String),
}

fn taken(binding: &Binding, import: &Import, target: &Target, provider: &ProjectPath, given: &str) -> Option<Taken> {
    let is_module = target.module.as_ref() == Some(provider);
    match binding {
        Binding::Symbol { local, name } if target.submodules.get(name) == Some(provider) => {
            Some(Taken::Here(format!("{local}.{given}")))
        }
        Binding::Symbol { local, name } if is_module => Some(Taken::Here(renamed(given, name, local)?)),
        // `const app = require("./app")` after `module.exports = app`
        Binding::Module { local, .. } if is_module && given == "default" => Some(Taken::Here(local.clone())),
        Binding::Module { local, module } if is_module => {
            // Python's `import a.b` is used as `a.b.name`, `import a.b as c` as `c.name`.
            let whole = if module == local && import.module.starts_with(&format!("{module}.")) {
                &import.module
            } else {
                local
            };
            Some(Taken::Here(format!("{whole}.{given}")))
        }
        Binding::Star if is_module => Some(Taken::Here(given.to_owned())),
        Binding::ReexportedSymbol { exported, name } if is_module => {
            Some(Taken::GivenOn(renamed(given, name, exported)?))
        }
        Binding::ReexportedModule { exported } if is_module => Some(Taken::GivenOn(format!("{exported}.{given}"))),
        Binding::ReexportedStar if is_module => Some(Taken::GivenOn(given.to_owned())),
        Binding::Symbol { .. }
        | Binding::Module { .. }
        | Binding::Star
        | Binding::ReexportedSymbol { .. }
        | Binding::ReexportedModule { .. }
        | Binding::ReexportedStar => None,
    }
}

/// `new.client` for `old.client`, `new` for `old`; `None` for an expression that does not start with `old`.
fn renamed(expression: &str, old: &str, new: &str) -> Option<String> {
    let rest = expression.strip_prefix(old)?;
    (rest.is_empty() || rest.starts_with('.')).then(|| format!("{new}{rest}"))
}
