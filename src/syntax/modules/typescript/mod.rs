//! What a module's name means to Node and TypeScript: <https://www.typescriptlang.org/docs/handbook/modules/reference.html>.

mod config;
mod files;
mod json;
mod layout;
mod package;
#[cfg(test)]
mod tests;
mod workspace;

pub(crate) use layout::Layout;
pub(crate) use package::Manifest;
pub(crate) use workspace::{PNPM_WORKSPACE, join};

use super::{Resolver, Target};
use crate::source::{Language, Project, ProjectPath};
use files::{candidate, is_declaration, is_declared};

/// Starts of module names that no package can have (<https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name>):
/// a bundler makes them mean files of the project where `tsconfig.json` does not, and those files are not followed.
const NO_PACKAGE: [&str; 4] = ["@/", "~", "#", "/"];

/// The folder of installed packages: <https://nodejs.org/api/modules.html#loading-from-node_modules-folders>.
const INSTALLED: &str = "node_modules";

/// Folders that builds write to, where no `tsconfig.json` says it.
const BUILT: [&str; 5] = ["dist", "lib", "build", "out", "output"];

/// Folders in them that builds for several kinds of module add.
const KINDS: [&str; 6] = ["cjs", "esm", "es", "mjs", "types", "src"];

/// What a name means.
enum Found {
    /// A file of the project; whether Node would look for a build of it elsewhere.
    File(ProjectPath, bool),
    /// Nothing of the project.
    Elsewhere,
    /// What is made when the project is built, and the module that stands for it.
    Made(String),
    Absent(Absence),
}

/// Why a name that can only mean something of the project means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Absence {
    /// There is no such file.
    File,
    /// A pattern of a `tsconfig.json` fits, and none of its files is there.
    Alias { config: ProjectPath, pattern: String, tried: Vec<String> },
    /// A dependency that lies in the project, and is not there.
    Package { manifest: String, name: String, version: String },
    /// A package of the project that has no such module.
    Module { manifest: String, name: String },
}

/// What the import of `module` in `from` means.
pub(super) fn resolve(resolver: &Resolver<'_>, from: &ProjectPath, module: &str) -> Target {
    if let Some((start, rest)) = module.split_once("${") {
        return Target { files: computed(resolver.project, from, start, rest), ..Target::default() };
    }
    match find(resolver, from, module) {
        Found::File(file, stands_in) => {
            Target { files: vec![file.clone()], module: Some(file), stands_in, ..Target::default() }
        }
        Found::Elsewhere => Target::default(),
        Found::Made(module) => Target { made: Some(module), ..Target::default() },
        Found::Absent(_) => Target { missing: true, ..Target::default() },
    }
}

/// The files that a template may mean, as esbuild takes it: <https://esbuild.github.io/api/#glob>.
fn computed(project: &Project, from: &ProjectPath, start: &str, rest: &str) -> Vec<ProjectPath> {
    let end = rest.rsplit('}').next().unwrap_or_default();
    let folder = start.rsplit_once('/').filter(|_| start.starts_with("./") || start.starts_with("../"));
    let Some((folder, name)) =
        folder.and_then(|(folder, name)| Some((ProjectPath::join(from.parent(), folder)?, name)))
    else {
        return Vec::new();
    };
    let start = join(folder.as_str(), name);
    // The bundler looks for what is written; TypeScript's own endings are often written as JavaScript's.
    let end = end.strip_suffix(".js").unwrap_or(end);
    let fits = |path: &&ProjectPath| {
        let ended = [path.as_str(), path.stem()].iter().any(|written| written.ends_with(end));
        path.as_str().starts_with(&start) && ended && Language::of(path) == Some(Language::TypeScript)
    };
    project.below(folder.as_str()).filter(fits).filter(|path| !is_declaration(path.as_str())).cloned().collect()
}

/// Why the import of `module` in `from`, which is missing, is.
pub(super) fn absence(resolver: &Resolver<'_>, from: &ProjectPath, module: &str) -> Absence {
    match find(resolver, from, module) {
        Found::Absent(absence) => absence,
        Found::File(..) | Found::Elsewhere | Found::Made(_) => Absence::File,
    }
}

fn find(resolver: &Resolver<'_>, from: &ProjectPath, module: &str) -> Found {
    if module.starts_with('.') {
        let path = ProjectPath::join(from.parent(), module);
        return path.map_or(Found::Absent(Absence::File), |path| at(resolver, &path));
    }
    if module.starts_with("node:") {
        return Found::Elsewhere;
    }
    let names = resolver.layout();
    if !names.has_names && !module.starts_with('#') {
        return nothing(module);
    }
    Names { resolver, project: resolver.project, layout: names }.find(from, module)
}

/// What a path means.
fn at(resolver: &Resolver<'_>, path: &ProjectPath) -> Found {
    if let Some(module) = resolver.made(path) {
        return Found::Made(module.to_owned());
    }
    let project = resolver.project;
    match candidate(project, path) {
        Some(file) => Found::File(file, false),
        None if is_declared(project, path) => Found::Elsewhere,
        None => Found::Absent(Absence::File),
    }
}

/// A name that nothing of the project has.
fn nothing(module: &str) -> Found {
    let own = NO_PACKAGE.iter().any(|start| module.starts_with(start));
    if own { Found::Absent(Absence::File) } else { Found::Elsewhere }
}

/// Names that may mean something of the project.
struct Names<'a> {
    resolver: &'a Resolver<'a>,
    project: &'a Project,
    layout: &'a Layout,
}

impl Names<'_> {
    fn find(&self, from: &ProjectPath, module: &str) -> Found {
        let config = self.layout.config(from.parent());
        let alias = config.and_then(|config| alias(config, module));
        if let Some((_, paths)) = &alias {
            for path in paths.iter().filter_map(|path| ProjectPath::join("", path)) {
                match self.path(&path) {
                    Found::File(file, stands_in) => {
                        return Found::File(file, stands_in || config.is_some_and(|config| config.is_referenced));
                    }
                    found @ (Found::Elsewhere | Found::Made(_)) => return found,
                    Found::Absent(_) => {}
                }
            }
            // An installed package, which a build finds.
            if paths.iter().any(|path| path.split('/').any(|folder| folder == INSTALLED)) {
                return Found::Elsewhere;
            }
        }
        let base = config.and_then(|config| ProjectPath::join(config.base.as_deref()?, module));
        if let Some(file) = base.and_then(|path| candidate(self.project, &path)) {
            return Found::File(file, config.is_some_and(|config| config.is_referenced));
        }
        let own = self.layout.manifest(from.parent());
        let conditions = config.map_or(&[][..], |config| &config.conditions);
        if let Some(own) = own.filter(|_| module.starts_with('#')) {
            let targets = own.imported(module, conditions);
            // Another `#name` is none of Node's either: https://nodejs.org/api/packages.html#subpath-imports.
            if let Some(package) = targets.iter().find(|target| !target.path.starts_with(['.', '#'])) {
                return self.find(from, &package.path.clone());
            }
            if let Some((file, stands_in)) = self.first(own, &targets, false) {
                return Found::File(file, stands_in);
            }
            return Found::Absent(Absence::File);
        }
        self.package(own, alias.map(|(pattern, tried)| (config, pattern, tried)), module, conditions)
    }

    /// A path, which may be the folder of a package.
    fn path(&self, path: &ProjectPath) -> Found {
        let found = at(self.resolver, path);
        let Found::Absent(_) = found else { return found };
        let package = self.layout.package(path.as_str()).and_then(|package| self.module(package, "", &[]));
        package.map_or(found, |(file, _)| Found::File(file, true))
    }

    fn package(
        &self,
        own: Option<&Manifest>,
        alias: Option<(Option<&config::Config>, &str, Vec<String>)>,
        module: &str,
        conditions: &[String],
    ) -> Found {
        let (name, inside) = package::split(module);
        let itself = own.filter(|own| own.name() == Some(name) && own.value.get("exports").is_some());
        if let Some(package) = itself.or_else(|| self.layout.named(name)) {
            if let Some((file, stands_in)) = self.module(package, inside, conditions) {
                return Found::File(file, stands_in);
            }
            let declared =
                ProjectPath::join(&package.folder, inside).is_some_and(|path| is_declared(self.project, &path));
            let manifest = join(&package.folder, "package.json");
            let absence = Absence::Module { manifest, name: module.to_owned() };
            return if declared { Found::Elsewhere } else { Found::Absent(absence) };
        }
        let root = own.and_then(|own| self.layout.package(self.layout.root(&own.folder)?));
        let listed = own.into_iter().chain(root).find_map(|one| Some((one, one.dependency(name)?)));
        match (listed, alias) {
            (Some((manifest, version)), _) if workspace::is_local(version) => Found::Absent(Absence::Package {
                manifest: join(&manifest.folder, "package.json"),
                name: name.to_owned(),
                version: version.to_owned(),
            }),
            (None, Some((Some(config), pattern, tried))) if pattern != "*" => match &config.paths_in {
                Some(file) => {
                    Found::Absent(Absence::Alias { config: file.clone(), pattern: pattern.to_owned(), tried })
                }
                None => nothing(module),
            },
            (Some(_), _) => Found::Elsewhere,
            (None, _) => nothing(module),
        }
    }

    /// The file that a package of the project gives as `inside`, and whether Node would look for a build of it.
    fn module(&self, package: &Manifest, inside: &str, conditions: &[String]) -> Option<(ProjectPath, bool)> {
        let exported = package.exported(inside, conditions);
        let is_restricted = exported.is_some();
        let targets = exported.unwrap_or_else(|| match inside {
            "" => package.mains(),
            _ => vec![package::Target { path: inside.to_owned(), is_source: false }],
        });
        if let Some(found) = self.first(package, &targets, !is_restricted) {
            return Some(found);
        }
        let index = |folder: &str| {
            let path =
                ProjectPath::join(&join(&package.folder, folder), if inside.is_empty() { "index" } else { inside })?;
            candidate(self.project, &path)
        };
        if is_restricted {
            return None;
        }
        index("").map(|file| (file, !targets.is_empty())).or_else(|| Some((index("src")?, true)))
    }

    /// The first of a package's paths that is a file, or is made of one.
    fn first(&self, package: &Manifest, targets: &[package::Target], is_guessed: bool) -> Option<(ProjectPath, bool)> {
        let there = |target: &package::Target| {
            let path = ProjectPath::join(&package.folder, &target.path)?;
            let exact = || self.project.path(path.as_str());
            let file = if is_guessed { candidate(self.project, &path) } else { exact() };
            Some((file.filter(|file| !is_declaration(file.as_str()))?, target.is_source))
        };
        let source = |target: &package::Target| Some((self.source(package, &target.path)?, true));
        targets.iter().find_map(there).or_else(|| targets.iter().find_map(source))
    }

    /// The file that a build makes `path` of, which is not there before the build.
    fn source(&self, package: &Manifest, path: &str) -> Option<ProjectPath> {
        let built = ProjectPath::join(&package.folder, path)?;
        let config = self.layout.config(&package.folder);
        let out = config.and_then(|config| config.out.as_deref());
        let inside = out.and_then(|out| built.as_str().strip_prefix(out)?.strip_prefix('/'));
        let root = config.and_then(|config| config.root.clone()).filter(|_| inside.is_some());
        let relative = built.as_str().strip_prefix(package.folder.as_str())?.trim_start_matches('/');
        let by_name = relative.split_once('/').filter(|(folder, _)| BUILT.contains(folder)).map(|(_, rest)| rest);
        let rest = inside.or(by_name)?;
        let short = rest.split_once('/').filter(|(folder, _)| KINDS.contains(folder)).map(|(_, rest)| rest);
        let folders: Vec<_> = root.into_iter().chain([join(&package.folder, "src"), package.folder.clone()]).collect();
        let rests = std::iter::once(rest).chain(short);
        rests.into_iter().find_map(|rest| folders.iter().find_map(|folder| files::source(self.project, folder, rest)))
    }
}

/// The pattern of `paths` that fits a name best, and the paths that the name may mean by it.
fn alias<'c>(config: &'c config::Config, module: &str) -> Option<(&'c str, Vec<String>)> {
    let fits = |(pattern, targets): &'c (String, Vec<String>)| {
        let middle = if pattern == module { Some("") } else { package::middle(pattern, module) }?;
        Some((pattern, middle.to_owned(), targets))
    };
    let length = |pattern: &str| pattern.find('*').unwrap_or(usize::MAX);
    let best = config.paths.iter().filter_map(fits).max_by_key(|(pattern, ..)| length(pattern));
    best.map(|(pattern, middle, targets)| {
        (pattern.as_str(), targets.iter().map(|target| target.replacen('*', &middle, 1)).collect())
    })
}
