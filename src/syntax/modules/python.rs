use super::Target;
use crate::source::{Project, ProjectPath};
use crate::syntax::imports::{Binding, Import};

/// Where absolute imports may start, besides the importing script's own folder and those above it (an application in a
/// sub-folder is started from there): the project's root, and the `src` layout of
/// <https://packaging.python.org/en/latest/discussions/src-layout-vs-flat-layout/>.
const ROOTS: [&str; 2] = ["", "src"];

pub(super) fn resolve(project: &Project, from: &ProjectPath, import: &Import) -> Target {
    let dots = import.module.len() - import.module.trim_start_matches('.').len();
    let names: Vec<&str> = import.bindings.iter().filter_map(imported_name).collect();
    let parts: Vec<&str> = import.module[dots..].split('.').filter(|part| !part.is_empty()).collect();
    if dots > 0 {
        let mut folder = from.parent();
        for _ in 1..dots {
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        let found = find(project, folder, &parts, &names).map(|target| with_all(project, import, target));
        return found.unwrap_or(Target { missing: true, ..Target::default() });
    }
    if !parts.first().is_some_and(|first| project.has_name(first)) {
        return Target::default();
    }
    let roots = roots(project, from);
    for root in &roots {
        if let Some(target) = find(project, root, &parts, &names) {
            return Target { root: Some(root.clone()), ..with_all(project, import, target) };
        }
    }
    // A package is in one place: what a package of the project does not have is nowhere.
    let missing =
        parts.len() > 1 && roots.iter().any(|root| is_package(project, &join(root, parts.first().unwrap_or(&""))));
    Target { missing, ..Target::default() }
}

/// The folders that absolute imports of `from` may start in, the likeliest first.
fn roots(project: &Project, from: &ProjectPath) -> Vec<String> {
    let own = above(from).filter(|folder| !ROOTS.contains(folder) && !is_package(project, folder));
    // A part of a larger project may have a `src` folder of its own.
    let own = own.flat_map(|folder| [folder.to_owned(), format!("{folder}/src")]);
    let own = own.filter(|folder| project.has_folder(folder));
    ROOTS.into_iter().map(str::to_owned).chain(own).collect()
}

/// The folders that a file is in, the nearest first, without the project's own.
fn above(file: &ProjectPath) -> impl Iterator<Item = &str> {
    let above = std::iter::successors(Some(file.parent()), |folder| folder.rsplit_once('/').map(|(parent, _)| parent));
    above.filter(|folder| !folder.is_empty())
}

/// The `__init__.py` files of the packages that a file is in. Importing it loads them, whoever does.
pub(super) fn packages_of(project: &Project, file: &ProjectPath) -> Vec<ProjectPath> {
    let folders = above(file).filter(|folder| !ROOTS.contains(folder));
    let found = folders.filter_map(|folder| source(project, &join(folder, "__init__.py")));
    found.filter(|init| init != file).collect()
}

/// `from package import *` also loads the submodules that the package's `__all__` names:
/// <https://docs.python.org/3/tutorial/modules.html#importing-from-a-package>.
fn with_all(project: &Project, import: &Import, mut target: Target) -> Target {
    let star = import.bindings.contains(&Binding::Star);
    let Some(init) = target.module.clone().filter(|module| star && module.file_name() == "__init__.py") else {
        return target;
    };
    let text = project.text(&init).unwrap_or_default();
    let list =
        text.split("__all__").nth(1).and_then(|rest| rest.trim_start_matches([' ', '+', '=']).strip_prefix(['[', '(']));
    let list = list.and_then(|list| list.split([']', ')']).next()).unwrap_or_default();
    for name in list.split(',').map(|item| item.trim().trim_matches(['"', '\''])).filter(|name| project.has_name(name))
    {
        let mut inside = join(init.parent(), name);
        let file = ended(project, &mut inside, ".py").or_else(|| ended(project, &mut inside, "/__init__.py"));
        if let Some(file) = file {
            target.files.push(file.clone());
            target.submodules.insert(name.to_owned(), file);
        }
    }
    target
}

const fn imported_name(binding: &Binding) -> Option<&str> {
    match binding {
        Binding::Symbol { name, .. } => Some(name.as_str()),
        Binding::Module { .. }
        | Binding::Star
        | Binding::ReexportedSymbol { .. }
        | Binding::ReexportedModule { .. }
        | Binding::ReexportedStar => None,
    }
}

/// The module `parts` below `folder`, its packages' `__init__.py` files, and those of `names` that are modules in it.
fn find(project: &Project, folder: &str, parts: &[&str], names: &[&str]) -> Option<Target> {
    let mut target = Target::default();
    let mut at = folder.to_owned();
    for (index, part) in parts.iter().enumerate() {
        let last = index + 1 == parts.len();
        if !project.has_name(part) {
            return None;
        }
        if !at.is_empty() {
            at.push('/');
        }
        at.push_str(part);
        if let Some(init) = ended(project, &mut at, "/__init__.py") {
            if last {
                target.module = Some(init.clone());
            }
            target.files.push(init);
        } else if let Some(file) = ended(project, &mut at, ".py") {
            target.module = Some(file.clone());
            target.files.push(file);
            // A module has no modules inside it: `import a.b` where `a.py` exists names something else.
            return last.then_some(target);
        } else if !project.has_folder(&at) {
            // Most imports are of other people's modules: this is where those end.
            return None;
        }
    }
    if parts.is_empty()
        && let Some(init) = source(project, &join(&at, "__init__.py"))
    {
        target.module = Some(init.clone());
        target.files.push(init);
    }
    for name in names.iter().filter(|name| project.has_name(name)) {
        let mut inside = join(&at, name);
        let file = ended(project, &mut inside, ".py").or_else(|| ended(project, &mut inside, "/__init__.py"));
        if let Some(file) = file {
            target.files.push(file.clone());
            target.submodules.insert((*name).to_owned(), file);
        }
    }
    // A folder without `__init__.py` is a package too, but only counts where a file in it was meant.
    (target.module.is_some() || !target.submodules.is_empty()).then_some(target)
}

fn is_package(project: &Project, folder: &str) -> bool {
    source(project, &join(folder, "__init__.py")).is_some()
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn source(project: &Project, path: &str) -> Option<ProjectPath> {
    project.source_path(path)
}

/// The source at `path` with `ending`; leaves `path` as it was.
fn ended(project: &Project, path: &mut String, ending: &str) -> Option<ProjectPath> {
    let length = path.len();
    path.push_str(ending);
    let found = source(project, path);
    path.truncate(length);
    found
}
