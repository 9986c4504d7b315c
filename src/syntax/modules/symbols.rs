use std::collections::BTreeSet;

use super::{Graph, Target};
use crate::source::ProjectPath;
use crate::syntax::imports::{Binding, Import};

/// What a dotted name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ResolvedSymbol {
    /// A name of a module from elsewhere: `redis.Redis`, `express.default`, `events`.
    External(String),
    /// A name made in a file of the project.
    Project { file: ProjectPath, name: String },
}

/// Re-exports followed before giving up; a cycle of re-exports would never end.
const MAX_DEPTH: usize = 16;

/// What a module is called by one that takes no name of it.
const DEFAULT: &str = "default";

impl Graph<'_> {
    /// What `dotted` (`redis.Redis`, `R`, `events.EventEmitter`) means in `file`.
    pub(crate) fn symbol(&self, file: &ProjectPath, dotted: &str) -> ResolvedSymbol {
        if let Some((module, rest)) = required(dotted) {
            return self.required(file, module, rest);
        }
        self.symbol_within(file, dotted, MAX_DEPTH)
    }

    /// What `require("module").rest` means in `file`.
    fn required(&self, file: &ProjectPath, module: &str, rest: &str) -> ResolvedSymbol {
        let node = self.details(file);
        let mut imports = node.into_iter().flat_map(|node| node.interface.imports.iter().zip(&node.targets));
        let target = imports.find(|(import, _)| import.module == module).map(|(_, target)| target);
        if let Some(made) = target.and_then(|target| target.module.as_ref()) {
            return self.symbol_within(made, if rest.is_empty() { DEFAULT } else { rest }, MAX_DEPTH);
        }
        let module = target.map_or(module, |target| target.named(module));
        ResolvedSymbol::External(joined(external(module), rest))
    }

    fn symbol_within(&self, file: &ProjectPath, dotted: &str, depth: usize) -> ResolvedSymbol {
        let own = || ResolvedSymbol::Project { file: file.clone(), name: dotted.to_owned() };
        let (Some(node), Some(depth)) = (self.details(file), depth.checked_sub(1)) else { return own() };
        let exports = node.interface.exports.iter().filter(|export| export.exported != export.local);
        let (first, rest) = split(dotted);
        for (import, target) in node.interface.imports.iter().zip(&node.targets) {
            for binding in &import.bindings {
                if let Some(found) = self.through(import, target, binding, (first, rest, dotted), depth) {
                    return found;
                }
            }
        }
        // A name that the file gives on under another: `export { app as web }`.
        for export in exports {
            if export.exported == first && depth < MAX_DEPTH - 1 {
                return self.symbol_within(file, &joined(&export.local, rest), depth);
            }
        }
        // The default export of a CommonJS module is what it exports as a whole.
        match dotted.strip_prefix("default.").filter(|_| depth < MAX_DEPTH - 1 && !self.has_default(file)) {
            Some(inside) => self.symbol_within(file, inside, depth),
            None => own(),
        }
    }

    /// What `dotted` may mean where nothing else in `file` brings it: a name of each module from elsewhere that is imported
    /// with a star.
    pub(crate) fn starred(&self, file: &ProjectPath, dotted: &str) -> Vec<String> {
        let (mut found, mut seen, mut files) = (Vec::new(), BTreeSet::new(), vec![file]);
        while let Some(file) = files.pop() {
            let Some(node) = self.details(file).filter(|_| seen.insert(file)) else { continue };
            let imports = node.interface.imports.iter().zip(&node.targets);
            for (import, target) in imports.filter(|(import, _)| import.bindings.contains(&Binding::Star)) {
                match &target.module {
                    Some(inside) => files.push(inside),
                    None => found.push(joined(external(target.named(&import.module)), dotted)),
                }
            }
        }
        found
    }

    /// The files of the project all of whose names `file` gives on.
    pub(crate) fn given_on(&self, file: &ProjectPath) -> Vec<ProjectPath> {
        let Some(node) = self.details(file) else { return Vec::new() };
        let imports = node.interface.imports.iter().zip(&node.targets);
        let whole = imports.filter(|(import, _)| import.bindings.contains(&Binding::ReexportedStar));
        whole.filter_map(|(_, target)| target.module.clone()).collect()
    }

    fn through(
        &self,
        import: &Import,
        target: &Target,
        binding: &Binding,
        name: (&str, &str, &str),
        depth: usize,
    ) -> Option<ResolvedSymbol> {
        let (first, rest, dotted) = name;
        match binding {
            Binding::Module { local, module } if local == first => Some(match &target.module {
                Some(file) => {
                    // Python's `import a.b` gives `a`: the name goes on with the rest of the module's path.
                    let inside = dotted.strip_prefix(&import.module).and_then(|after| after.strip_prefix('.'));
                    self.symbol_within(file, inside.unwrap_or(rest), depth)
                }
                None => ResolvedSymbol::External(joined(external(target.named(module)), rest)),
            }),
            Binding::Symbol { local, name } | Binding::ReexportedSymbol { exported: local, name } if local == first => {
                // A name that a package imports itself hides its module of that name.
                let submodule = target.submodules.get(name).filter(|file| {
                    let package = target.module.as_ref().and_then(|package| self.details(package));
                    package.is_none_or(|package| {
                        let imports = package.interface.imports.iter().zip(&package.targets);
                        !imports.into_iter().any(|(import, target)| {
                            let is_module = target.submodules.values().any(|other| other == *file);
                            !is_module && import.bindings.iter().any(|binding| brings(binding, name))
                        })
                    })
                });
                Some(match (submodule, &target.module) {
                    (Some(file), _) => self.symbol_within(file, rest, depth),
                    (None, Some(file)) => self.symbol_within(file, &joined(name, rest), depth),
                    (None, None) => {
                        let module = external(target.named(&import.module));
                        ResolvedSymbol::External(joined(&joined(module, name), rest))
                    }
                })
            }
            Binding::Star | Binding::ReexportedStar => match &target.module {
                Some(file) => match self.symbol_within(file, dotted, depth) {
                    external @ ResolvedSymbol::External(_) => Some(external),
                    // Whether the name is really made there cannot be known without its tree; another import may bring it.
                    ResolvedSymbol::Project { .. } => None,
                },
                None => None,
            },
            Binding::Module { .. }
            | Binding::Symbol { .. }
            | Binding::ReexportedSymbol { .. }
            | Binding::ReexportedModule { .. } => None,
        }
    }
}

fn brings(binding: &Binding, name: &str) -> bool {
    matches!(binding, Binding::Symbol { local, .. } if local == name)
}

/// The module and the name in `require("events").EventEmitter`.
fn required(written: &str) -> Option<(&str, &str)> {
    let inside = written.strip_prefix("require(")?;
    let (module, rest) = inside.split_once(')')?;
    let module = ['"', '\''].iter().find_map(|quote| module.trim().strip_prefix(*quote)?.strip_suffix(*quote))?;
    (rest.is_empty() || rest.starts_with('.')).then(|| (module, rest.trim_start_matches('.')))
}

// Node's own modules have two names.
fn external(module: &str) -> &str {
    module.strip_prefix("node:").unwrap_or(module)
}

fn split(dotted: &str) -> (&str, &str) {
    dotted.split_once('.').unwrap_or((dotted, ""))
}

fn joined(first: &str, rest: &str) -> String {
    if rest.is_empty() { first.to_owned() } else { format!("{first}.{rest}") }
}
