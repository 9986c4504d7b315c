//! Django: a project whose files are named by texts in its settings, and whose routes are named by its URL configurations.
//!
//! <https://docs.djangoproject.com/en/5.2/topics/settings/>

mod advice;
mod applications;
mod database;
mod exposed;
mod folder;
mod pattern;
mod regular_expression;
mod settings;
mod start;
mod urls;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Django, RoutesFrom, Use};
use crate::diag::{Code, Diagnostic};
use crate::source::{Language, Project, ProjectPath, Span};
use crate::syntax::{Parsed, Target, imported_module, string_literal};

use settings::{Settings, inside};
use start::Named;
use urls::included_modules;

pub(super) use database::check as check_database;
pub(super) use exposed::exposed;

/// The Django projects of an application, by the file that starts each.
#[derive(Default)]
pub(super) struct Projects {
    by_entry: BTreeMap<ProjectPath, DjangoProject>,
}

/// A Django project, as a file starts it.
#[derive(Default)]
pub(super) struct DjangoProject {
    /// The settings module's name.
    pub(super) module: Option<String>,
    /// The module of its URL patterns, with the text that names it.
    pub(super) urls: Option<ProjectPath>,
    /// Where static files are served, as the path's text, and the setting that says so.
    pub(super) static_files: Option<(String, Span)>,
    /// What is wrong with it. What has no place is a matter of the directive.
    pub(super) problems: Vec<Diagnostic>,
    /// The modules that it loads by their names.
    loads: Vec<Target>,
    /// Its files that are no modules.
    data: BTreeSet<ProjectPath>,
}

impl Projects {
    /// The projects that the files with directives start.
    pub(super) fn find(project: &Project, catalog: &Catalog, marked: &[Parsed<'_>]) -> Self {
        let facts = catalog.django();
        let makers = makers(catalog);
        let starts = |file: &&Parsed<'_>| {
            let speaks = |name: &str| memchr::memmem::find(file.text.as_bytes(), name.as_bytes()).is_some();
            file.grammar.language() == Language::Python
                && (speaks(&facts.variable) || makers.iter().any(|name| speaks(name)))
        };
        let found =
            marked.iter().filter(starts).map(|file| (file.path.clone(), DjangoProject::of(project, facts, file)));
        Self { by_entry: found.collect() }
    }

    /// The project that `entry` starts.
    pub(super) fn started_by(&self, entry: &ProjectPath) -> Option<&DjangoProject> {
        self.by_entry.get(entry)
    }

    /// What `file` loads by names in its texts.
    pub(super) fn named(&self, project: &Project, catalog: &Catalog, file: &ProjectPath) -> Vec<Target> {
        let mut found: Vec<Target> = self.by_entry.get(file).map_or_else(Vec::new, |one| one.loads.clone());
        found.extend(included_modules(project, catalog.django(), file));
        found
    }

    /// The files beside the modules of the projects that `entries` start.
    pub(super) fn data<'p>(&'p self, entries: &'p BTreeSet<ProjectPath>) -> impl Iterator<Item = &'p ProjectPath> {
        entries.iter().filter_map(|entry| self.by_entry.get(entry)).flat_map(|one| &one.data)
    }

    /// The environment variables that tell Django which settings to read, where nothing else did.
    pub(super) fn defaults(&self, catalog: &Catalog, entries: &BTreeSet<ProjectPath>) -> BTreeMap<String, String> {
        let modules = entries.iter().filter_map(|entry| self.by_entry.get(entry)?.module.clone());
        modules.map(|module| (catalog.django().variable.clone(), module)).take(1).collect()
    }
}

/// The names of what makes an application whose routes are in Django's settings.
fn makers(catalog: &Catalog) -> BTreeSet<&str> {
    let clients = catalog.clients(Language::Python).iter();
    let django = clients.filter(
        |client| matches!(&client.used_for, Use::Expose(facts) if facts.routes_from == RoutesFrom::DjangoSettings),
    );
    django.flat_map(|client| &client.symbols).filter_map(|symbol| symbol.rsplit('.').next()).collect()
}

impl DjangoProject {
    fn of(project: &Project, facts: &Django, entry: &Parsed<'_>) -> Self {
        let mut found = Self::default();
        let script = start::script(project, facts, &entry.path);
        let (module, at) = match start::named(project, facts, entry, script.as_ref()) {
            Named::Module(module, at) => (module, at),
            Named::Computed(at) => {
                let problem = Diagnostic::new(Code::DjangoSettingsNotFound, "the settings module is computed")
                    .at(at, "not known before the program runs")
                    .help(format!(
                        "name it as a text: `os.environ.setdefault(\"{}\", \"mysite.settings\")`",
                        facts.variable
                    ));
                found.problems.push(problem);
                return found;
            }
            Named::Nowhere => {
                let problem = Diagnostic::new(Code::DjangoSettingsNotFound, "nothing names the settings module").help(
                    format!("add `os.environ.setdefault(\"{}\", \"mysite.settings\")` to this file", facts.variable),
                );
                found.problems.push(problem);
                return found;
            }
        };
        let target = imported_module(project, &entry.path, &module);
        let Some(file) = target.module.clone() else {
            let problem = Diagnostic::new(
                Code::DjangoSettingsNotFound,
                format!("the settings module `{module}` is no file of the project"),
            )
            .at(at, "named here, but not found")
            .help("name a module below the folder of `manage.py`, or make the file first if a build step makes it");
            found.problems.push(problem);
            return found;
        };
        found.module = Some(module);
        found.loads.push(target);
        let settings = Settings::read(project, &file);
        let start = script.as_ref().map_or_else(String::new, |script| script.parent().to_owned());
        found.data.extend(script);
        found.read_names(project, facts, &settings);
        applications::add(&mut found, project, facts, &settings);
        found.read_folders(project, facts, &settings, &start);
        found.read_urls(project, facts, &settings);
        advice::add(&mut found, project, facts, &settings);
        found
    }

    /// Every text in the settings that names a module of the project, or something in one.
    fn read_names(&mut self, project: &Project, facts: &Django, settings: &Settings<'_>) {
        for file in &settings.files {
            for node in inside(file.root()).into_iter().filter(|node| node.kind() == "string") {
                let Some(text) = string_literal(file, node).filter(|text| text.contains('.') && is_dotted(text)) else {
                    continue;
                };
                self.loads.extend(named_object(project, &file.path, text));
            }
        }
        let own = facts.settings.names.iter().filter(|name| **name != facts.settings.urls);
        let mut seen = BTreeSet::new();
        for (file, node) in own.flat_map(|name| settings.strings(name)) {
            let Some(text) = string_literal(file, node).filter(|text| is_dotted(text)) else { continue };
            if is_missing(project, &file.path, text) && seen.insert((file.path.clone(), node.start_byte())) {
                self.problems.push(missing(text, Span::new(&file.path, node.byte_range())));
            }
        }
    }

    fn read_folders(&mut self, project: &Project, facts: &Django, settings: &Settings<'_>, start: &str) {
        for value in facts.settings.folders.iter().flat_map(|name| settings.values(name)) {
            for folder in folder::folders(settings, value.file, start, value.node) {
                self.data.extend(
                    project.below(&folder).filter(|file| !applications::is_left_out(facts, &folder, file)).cloned(),
                );
            }
        }
    }

    fn read_urls(&mut self, project: &Project, facts: &Django, settings: &Settings<'_>) {
        let name = &facts.settings.urls;
        let lost = |message: String| Diagnostic::new(Code::DjangoUrlsNotFound, message);
        let Some(value) = settings.values(name).pop() else {
            let file = settings.own().map(|file| Span::new(&file.path, 0..0));
            let problem =
                lost(format!("the settings have no `{name}`")).help(format!("add `{name} = \"mysite.urls\"`"));
            self.problems.push(match file {
                Some(at) => problem.at(at, "in this file, and what it takes over"),
                None => problem,
            });
            return;
        };
        let at = Span::new(&value.file.path, value.node.byte_range());
        let Some(module) = string_literal(value.file, value.node) else {
            let problem = lost(format!("`{name}` is computed")).at(at, "not known before the program runs");
            self.problems.push(problem.help(format!("write it as a text: `{name} = \"mysite.urls\"`")));
            return;
        };
        let target = imported_module(project, &value.file.path, module);
        let Some(file) = target.module.clone() else {
            let problem = lost(format!("`{module}` is no file of the project")).at(at, "named here, but not found");
            self.problems
                .push(problem.help("name the module that holds `urlpatterns`, below the folder of `manage.py`"));
            return;
        };
        self.urls = Some(file);
        self.loads.push(target);
    }
}

/// Whether a text may be the name of a module or of something in one.
fn is_dotted(text: &str) -> bool {
    let word = |part: &str| {
        let mut characters = part.chars();
        characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && characters.all(|c| c.is_alphanumeric() || c == '_')
    };
    text.split('.').all(word)
}

/// What a name of a module, or of something in one, means in the project.
fn named_object(project: &Project, from: &ProjectPath, text: &str) -> Option<Target> {
    let mut name = text;
    // `package.module`, `package.module.Class`, `package.module.Class.attribute`.
    for _ in 0..3 {
        let target = imported_module(project, from, name);
        if target.module.is_some() {
            return Some(target);
        }
        name = name.rsplit_once('.')?.0;
    }
    None
}

/// Whether a name can only mean something of the project, and nothing there has it.
fn is_missing(project: &Project, from: &ProjectPath, text: &str) -> bool {
    let target = imported_module(project, from, text);
    if target.module.is_some() || !target.missing {
        return false;
    }
    let Some((module, name)) = text.rsplit_once('.') else { return true };
    let Some(file) = imported_module(project, from, module).module else {
        // A folder without `__init__.py` is a package as well.
        return !project.has_folder(&text.replace('.', "/"));
    };
    // What a module defines may come from anywhere, but a package's own parts are files.
    let defined = project.text(&file).is_some_and(|text| text.contains(name));
    !defined && (file.file_name() == "__init__.py" || !project.text(&file).is_some_and(|text| text.contains('*')))
}

fn missing(name: &str, at: Span) -> Diagnostic {
    Diagnostic::new(Code::UnresolvedImport, format!("`{name}` is nothing of the project"))
        .at(at, "named here, but not found")
        .help("if the file is made by a build step, make it first: what is not there is not deployed")
}
