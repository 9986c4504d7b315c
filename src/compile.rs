//! The pipeline, top to bottom.

mod environments;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::analyze::analyze;
use crate::annotation::{Annotation, MARKER, annotations};
use crate::app::Application;
use crate::catalog::{Catalog, CatalogError, Refusal};
use crate::config::{self, FILE_NAME, Target};
use crate::diag::{Code, Diagnostic, Diagnostics, not_utf8, unreadable};
use crate::emit;
use crate::emit::chart::Chart;
use crate::emit::topology::Part;
use crate::plan::{self, Plan, Runs};
use crate::source::{Language, Project, ProjectError, ProjectPath, Span, is_test};
use crate::syntax::Parsed;

pub use environments::{Environments, Selection, compile_for};

/// The output by path.
type Files = BTreeMap<String, Arc<Vec<u8>>>;

/// What to compile, and for what.
#[derive(Debug)]
pub struct Options<'a> {
    /// The name of the application's folder, which names the application where its configuration does not.
    pub folder: &'a str,
    /// Where the application will run.
    pub target: Target,
    /// Files of settings that are weaker than the application's own, the weakest first.
    pub platform: &'a [PathBuf],
    /// The environment whose settings hold.
    pub environment: Option<&'a str>,
    /// `key=value` settings that win over every file.
    pub set: &'a [String],
}

/// Everything that a compile found and made.
#[derive(Debug)]
pub struct Compilation {
    /// The annotations of the whole project, sorted by file and line.
    pub annotations: Vec<Annotation>,
    /// What the application asks for.
    pub application: Application,
    /// What it becomes.
    pub plan: Plan,
    /// The output by path; `None` where there are errors.
    pub files: Option<Files>,
    /// The problems, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// The settings in force, each with what it overrode.
    pub settings: Vec<config::Entry>,
    /// The texts that problems are in and that are no source, for excerpts: files of settings, manifests and lock files.
    pub texts: BTreeMap<ProjectPath, String>,
    /// Whether nothing but the folder gives the application its name, which then changes with the folder.
    pub named_after_folder: bool,
    /// The environments, where several were compiled for; the plan and the settings are then those of the first one.
    pub environments: Option<Environments>,
    /// How long each stage took, in order.
    pub timings: Vec<(&'static str, Duration)>,
}

/// A compile that could not begin or end for a reason outside the application.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The project cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The embedded data is broken.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The plan has no form as JSON.
    #[error("the plan cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A file went away while it was compiled.
    #[error("a file of the project can no longer be read: {0}")]
    Vanished(#[from] std::io::Error),
}

/// Reads the project below `root`.
pub fn read(root: &Path) -> Result<Project, CompileError> {
    Ok(Project::read(root)?)
}

/// Compiles a project that was read.
pub fn compile(project: &Project, options: &Options<'_>) -> Result<Compilation, CompileError> {
    let mut front = Front::of(project, options)?;
    let planned = front.planned(project, options, options.environment);
    front.clock.lap("plan");
    let found = front.with(planned.found.items());
    let files = if found.has_errors() { None } else { Some(planned.emitted(project, &front)?) };
    front.clock.lap("emit");
    Ok(front.compilation(project, vec![planned], found, files))
}

/// What is found out once, whatever the environment: all that reads sources.
struct Front {
    catalog: Catalog,
    documents: Vec<config::Document>,
    attachments: Vec<config::Attachment>,
    annotations: Vec<Annotation>,
    application: Application,
    /// Whether the application can be planned: otherwise later stages complain of what follows from an error.
    understood: bool,
    diagnostics: Diagnostics,
    clock: Clock,
}

impl Front {
    fn of(project: &Project, options: &Options<'_>) -> Result<Self, CompileError> {
        let mut clock = Clock::start();
        let mut diagnostics = Diagnostics::default();
        let own = config_file(project, &mut diagnostics);
        let documents = config::gather(own, options.platform, &mut diagnostics);
        let mut catalog = Catalog::load()?;
        let attachments = learn(&mut catalog, &documents, &mut diagnostics);
        project.failures().iter().for_each(|failure| diagnostics.push(unreadable(failure)));

        let Marked { paths, parsed, annotations } = read_marked(project, &catalog, &mut diagnostics);
        clock.lap("parse");
        // Beside a syntax error or a half-understood application, later stages complain of what follows from it: such
        // complaints would only hide the cause.
        let legible = !diagnostics.contains(Code::SyntaxError);
        let mut found = Diagnostics::default();
        let application = analyze(project, &catalog, &paths, &parsed, &annotations, &mut found);
        let understood = legible && !found.has_errors();
        diagnostics.extend_if(legible, found);
        emit::units::reject_reserved(&application, &mut diagnostics);
        clock.lap("analyse");
        Ok(Self { catalog, documents, attachments, annotations, application, understood, diagnostics, clock })
    }

    /// The settings of one environment, and the plan that follows from them.
    fn planned(&self, project: &Project, options: &Options<'_>, environment: Option<&str>) -> Planned {
        let mut diagnostics = Diagnostics::default();
        let sources = config::Sources {
            name: &config::Sources::name_of_folder(options.folder),
            files: &self.documents,
            environment,
            overrides: options.set,
            target: options.target,
        };
        let config::Resolved { settings, entries } = config::resolve(&sources, &self.application, &mut diagnostics);
        emit::units::reject_missing(project, &self.application, &settings, &mut diagnostics);
        let mut found = Diagnostics::default();
        let plan = plan::plan(&self.application, &settings, options.target, &mut found);
        let lists = emit::units::lists(project, &self.application, &plan, &mut found);
        diagnostics.extend_if(self.understood, found);
        let named_after_folder = settings.name.origin == config::Origin::Folder;
        Planned { plan, lists, entries, named_after_folder, found: diagnostics }
    }

    /// What was found before any environment was looked at, and `more`.
    fn with<'d>(&self, more: impl IntoIterator<Item = &'d Diagnostic>) -> Diagnostics {
        let mut all = Diagnostics::default();
        self.diagnostics.items().for_each(|problem| all.push(problem.clone()));
        more.into_iter().for_each(|problem| all.push(problem.clone()));
        all
    }

    /// What a compile gives that made `all`, of which the first stands for those that are one.
    fn compilation(
        self,
        project: &Project,
        mut all: Vec<Planned>,
        found: Diagnostics,
        files: Option<Files>,
    ) -> Compilation {
        let diagnostics = found.into_sorted();
        let texts = texts_of(project, &diagnostics, self.documents, self.attachments);
        let first = all.remove(0);
        Compilation {
            annotations: self.annotations,
            application: self.application,
            plan: first.plan,
            files,
            texts,
            settings: first.entries,
            diagnostics,
            named_after_folder: first.named_after_folder,
            environments: None,
            timings: self.clock.laps,
        }
    }
}

/// What one environment becomes.
struct Planned {
    plan: Plan,
    lists: emit::units::Lists,
    entries: Vec<config::Entry>,
    named_after_folder: bool,
    found: Diagnostics,
}

impl Planned {
    /// Its output, where nothing is wrong.
    fn emitted(&self, project: &Project, front: &Front) -> Result<Files, CompileError> {
        emitted(project, &front.catalog, &front.application, &self.plan, &self.lists)
    }
}

/// What the files that hold the marker say.
struct Marked<'a> {
    /// All of them, sorted.
    paths: Vec<ProjectPath>,
    /// Those with an annotation.
    parsed: Vec<Parsed<'a>>,
    annotations: Vec<Annotation>,
}

/// Parses the files that hold the marker, in parallel; no other file needs a tree to find the annotations.
fn read_marked<'a>(project: &'a Project, catalog: &Catalog, diagnostics: &mut Diagnostics) -> Marked<'a> {
    let finder = memchr::memmem::Finder::new(MARKER);
    let marked = |(_, bytes): &(_, &[u8])| finder.find(bytes).is_some();
    let (tests, sources): (Vec<_>, Vec<_>) = project.sources().partition(|(path, _)| is_test(path));
    for (path, bytes) in tests.into_iter().filter(|source| marked(source)) {
        let at = finder.find(bytes).unwrap_or_default();
        diagnostics.push(
            Diagnostic::new(Code::TestNotRead, format!("`{path}` is a test, and its directives are not read"))
                .at(Span::new(path, at..at + MARKER.len()), "not read")
                .help("move the code to a file that is deployed; tests are what is named so, or lies in a folder named so"),
        );
    }
    let found: Vec<_> = sources
        .into_par_iter()
        .filter(marked)
        .map(|(path, bytes)| {
            let mut diagnostics = Diagnostics::default();
            let Some(file) = std::str::from_utf8(bytes).ok().and_then(|text| Parsed::new(path, text)) else {
                // A source file always has a grammar, so only its bytes can be wrong.
                diagnostics.push(not_utf8(path, bytes));
                return (None, None, Vec::new(), diagnostics);
            };
            let annotations = annotations(&file, catalog, &mut diagnostics);
            // Many files only speak of directives, and trees are large.
            (Some(path.clone()), (!annotations.is_empty()).then_some(file), annotations, diagnostics)
        })
        .collect();
    let mut marked = Marked { paths: Vec::new(), parsed: Vec::new(), annotations: Vec::new() };
    for (path, parsed, annotations, problems) in found {
        marked.paths.extend(path);
        marked.parsed.extend(parsed);
        marked.annotations.extend(annotations);
        diagnostics.extend(problems);
    }
    if marked.annotations.is_empty() && !diagnostics.has_errors() {
        diagnostics.push(
            Diagnostic::new(Code::NoAnnotation, "no annotation in the whole project")
                .help("add a comment such as `@klotho::expose { id = \"api\", target = \"public\" }` above the line that makes the web application"),
        );
    }
    marked
}

/// `documents`, and every other file that a problem is in and that is no source.
fn texts_of(
    project: &Project,
    diagnostics: &[Diagnostic],
    documents: Vec<config::Document>,
    attachments: Vec<config::Attachment>,
) -> BTreeMap<ProjectPath, String> {
    let mut texts: BTreeMap<_, _> = documents.into_iter().map(|document| (document.path, document.text)).collect();
    texts.extend(attachments.into_iter().map(|attachment| (attachment.path, attachment.text)));
    let labels = diagnostics.iter().flat_map(|problem| problem.primary.iter().chain(&problem.secondary));
    for file in labels.map(|label| &label.span.file) {
        if project.source(file).is_none() && !texts.contains_key(file) {
            let text = project.bytes(file).ok().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
            texts.extend(text.map(|text| (file.clone(), text)));
        }
    }
    texts
}

/// Teaches `catalog` the libraries that the files of settings name, the strongest last: it comes first.
fn learn(
    catalog: &mut Catalog,
    documents: &[config::Document],
    diagnostics: &mut Diagnostics,
) -> Vec<config::Attachment> {
    let mut all = Vec::new();
    for attachment in documents.iter().flat_map(|document| document.clients(diagnostics)).collect::<Vec<_>>() {
        if let Err(Refusal { at, problem, help }) = catalog.learn(&attachment.text) {
            let message = format!("`{}` teaches no library: {problem}", attachment.path);
            let problem = Diagnostic::new(Code::ClientsIllegible, message).at(Span::new(&attachment.path, at), "here");
            diagnostics.push(match help {
                Some(help) => problem.help(help),
                None => problem,
            });
        }
        all.push(attachment);
    }
    all
}

fn config_file(project: &Project, diagnostics: &mut Diagnostics) -> Option<config::Document> {
    let path = project.other_path(FILE_NAME)?;
    match project.bytes(&path).map(|bytes| String::from_utf8(Arc::unwrap_or_clone(bytes))) {
        Ok(Ok(text)) => return Some(config::Document::parse(path, project.root().join(FILE_NAME), text, diagnostics)),
        Ok(Err(error)) => diagnostics.push(not_utf8(&path, error.as_bytes())),
        Err(error) => diagnostics.push(unreadable(&crate::source::ReadFailure { path, error })),
    }
    None
}

fn emitted(
    project: &Project,
    catalog: &Catalog,
    application: &Application,
    plan: &Plan,
    lists: &emit::units::Lists,
) -> Result<Files, CompileError> {
    let edits = emit::units::edits(project, application);
    let drivers = catalog.drivers(Language::TypeScript);
    let (files, texts) = rayon::join(
        || emit::units::unit_files(project, application, plan, &edits, lists, &drivers),
        || texts(project, application, plan, &edits),
    );
    let mut files = files?;
    files.extend(emit::sites::site_files(project, application, plan)?);
    files.extend(texts?.into_iter().map(|(path, text)| (path, Arc::new(text.into_bytes()))));
    Ok(files)
}

/// The texts about the whole application, by path.
fn texts(
    project: &Project,
    application: &Application,
    plan: &Plan,
    edits: &emit::units::Edits,
) -> Result<Vec<(String, String)>, CompileError> {
    let picture = emit::topology::Picture::of(&plan.application, application, &|part| backing(plan, part));
    let texts = [
        ("wiring.patch", emit::units::wiring_patch(project, edits)),
        ("plan.json", emit::plan_json::emit(plan)?),
        ("topology.mmd", picture.mermaid()),
        ("topology.svg", picture.svg()),
    ];
    let terraform = emit::terraform::emit(plan).into_iter().map(|(path, text)| (format!("terraform/{path}"), text));
    let chart = Chart::of(plan).map(|chart| emit::chart::emit(&chart)).unwrap_or_default();
    let chart = chart.into_iter().map(|(path, text)| (format!("chart/{path}"), text));
    Ok(texts.map(|(path, text)| (path.to_owned(), text)).into_iter().chain(terraform).chain(chart).collect())
}

/// What serves a part of the picture.
fn backing(plan: &Plan, part: &Part) -> Option<String> {
    match part {
        Part::Gateway(id) => plan.gateways.get(id).map(|gateway| gateway.backing.to_string()),
        Part::Unit(id) => plan.units.get(id).map(|unit| match &unit.runs {
            Runs::Lambda(function) => format!("{}, {}", unit.backing(), function.package),
            Runs::Eks(_) | Runs::Ecs(_) => unit.backing().to_string(),
        }),
        Part::Topic(id) => plan.topics.get(id).map(|topic| topic.backing.served(topic.is_existing())),
        Part::Store(id) => plan.stores.get(id).map(|store| store.backing.served(store.existing)),
        Part::Site(id) => plan.sites.get(id).map(|site| site.backing.to_string()),
        Part::Schedule(id) => plan.schedules.get(id).map(|schedule| schedule.backing.to_string()),
        Part::Parameter(id) => plan.parameters.get(id).map(|parameter| parameter.backing.to_string()),
    }
}

/// Measures the stages for `--timings`.
struct Clock {
    last: Instant,
    laps: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn start() -> Self {
        Self { last: Instant::now(), laps: Vec::new() }
    }

    fn lap(&mut self, stage: &'static str) {
        self.laps.push((stage, self.last.elapsed()));
        self.last = Instant::now();
    }
}
