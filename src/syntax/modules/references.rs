use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, Target};
use crate::source::ProjectPath;
use crate::syntax::imports::{Binding, Import};

impl Graph {
    /// The expressions by which each file can mean the object that `file` calls `name`: `client`, `store.client`, `c` after
    /// `from store import client as c`. Only these files need a syntax tree to find out how the object is used.
    pub(crate) fn references(&self, file: &ProjectPath, name: &str) -> BTreeMap<ProjectPath, BTreeSet<String>> {
        let mut found: BTreeMap<ProjectPath, BTreeSet<String>> = BTreeMap::new();
        found.entry(file.clone()).or_default().insert(name.to_owned());
        let mut seen = BTreeSet::new();
        let mut queue: Vec<(ProjectPath, String)> =
            self.given(file, name).into_iter().map(|given| (file.clone(), given)).collect();
        while let Some((provider, given)) = queue.pop() {
            if !seen.insert((provider.clone(), given.clone())) {
                continue;
            }
            for (importer, import, target) in self.importers(&provider) {
                for binding in &import.bindings {
                    let Some(taken) = taken(binding, import, target, &provider, &given) else { continue };
                    match taken {
                        Taken::Local(local) => {
                            queue.extend(
                                self.given(importer, &local).into_iter().map(|given| (importer.clone(), given)),
                            );
                            found.entry(importer.clone()).or_default().insert(local);
                        }
                        Taken::Through(expression) => _ = found.entry(importer.clone()).or_default().insert(expression),
                        Taken::GivenOn(exported) => queue.push((importer.clone(), exported)),
                    }
                }
            }
        }
        found
    }

    /// The names under which `file` gives its local `name` to others.
    fn given(&self, file: &ProjectPath, name: &str) -> BTreeSet<String> {
        let renamed = self.exported_names(file, name).map(str::to_owned);
        renamed.chain([name.to_owned()]).collect()
    }
}

enum Taken {
    Local(String),
    Through(String),
    GivenOn(String),
}

fn taken(binding: &Binding, import: &Import, target: &Target, provider: &ProjectPath, given: &str) -> Option<Taken> {
    let is_module = target.module.as_ref() == Some(provider);
    match binding {
        Binding::Symbol { local, name } if is_module && name == given => Some(Taken::Local(local.clone())),
        Binding::Symbol { local, name } if target.submodules.get(name) == Some(provider) => {
            Some(Taken::Through(format!("{local}.{given}")))
        }
        // `const app = require("./app")` after `module.exports = app`
        Binding::Module { local, .. } if is_module && given == "default" => Some(Taken::Local(local.clone())),
        Binding::Module { local, module } if is_module => {
            // Python's `import a.b` is used as `a.b.name`, `import a.b as c` as `c.name`.
            let whole = if module == local && import.module.starts_with(&format!("{module}.")) {
                &import.module
            } else {
                local
            };
            Some(Taken::Through(format!("{whole}.{given}")))
        }
        Binding::Star if is_module => Some(Taken::Local(given.to_owned())),
        Binding::ReexportedSymbol { exported, name } if is_module && name == given => {
            Some(Taken::GivenOn(exported.clone()))
        }
        Binding::ReexportedStar if is_module => Some(Taken::GivenOn(given.to_owned())),
        Binding::Symbol { .. }
        | Binding::Module { .. }
        | Binding::Star
        | Binding::ReexportedSymbol { .. }
        | Binding::ReexportedModule { .. }
        | Binding::ReexportedStar => None,
    }
}
