//! From annotations to the application: one analysis per capability, over the files that the units reach.

mod assets;
mod calls;
mod client;
mod config;
mod definitions;
mod dialect;
mod django;
mod expose;
mod expression;
mod files;
mod gateways;
mod generated;
mod ids;
mod kept;
mod listen;
mod manifest;
mod packages;
mod path;
mod persist;
mod pubsub;
mod schedule;
mod sites;
mod start;
mod units;
mod variables;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::annotation::{Annotation, Request};
use crate::app::{Access, Application, Capability, ConstructRef, Id, Operation, Origin, SourceLine};
use crate::catalog::{Catalog, Expose};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Project, ProjectPath, Span};
use crate::syntax::{Grammar, Graph, Parsed, Target, warm_up};

use calls::{Call, Usage, Wanted};
use client::Recognised;
use units::Units;

/// What every analysis looks at.
struct Context<'a> {
    project: &'a Project,
    catalog: &'a Catalog,
    graph: Graph<'a>,
    django: django::Projects,
    schemas: generated::Schemas<'a>,
    /// The files with annotations.
    marked: BTreeMap<&'a ProjectPath, &'a Parsed<'a>>,
}

impl Context<'_> {
    /// Runs `look` on the tree of a file; one that carries no directive is parsed for it.
    fn with_tree<T>(&self, path: &ProjectPath, look: impl FnOnce(&Parsed<'_>) -> Option<T>) -> Option<T> {
        match self.marked.get(path) {
            Some(file) => look(file),
            None => look(&Parsed::new(path, self.project.text(path)?)?),
        }
    }

    /// Runs `look` on as much of a file's tree as holds some places.
    fn with_tree_around<T>(
        &self,
        path: &ProjectPath,
        places: &BTreeSet<usize>,
        look: impl FnOnce(&Parsed<'_>) -> Option<T>,
    ) -> Option<T> {
        match self.marked.get(path) {
            Some(file) => look(file),
            None => look(&Parsed::around(path, self.project.text(path)?, places)?),
        }
    }
}

/// A construct whose library was recognised, and where its object is used.
struct Construct<'a> {
    annotation: &'a Annotation,
    client: Recognised<'a>,
    /// The expressions that mean it, by file.
    references: BTreeMap<ProjectPath, BTreeSet<String>>,
}

/// Infers the application from the files that hold the marker, and what they import. The result is complete only where no
/// error was pushed.
pub(crate) fn analyze(
    project: &Project,
    catalog: &Catalog,
    marked: &[ProjectPath],
    parsed: &[Parsed<'_>],
    annotations: &[Annotation],
    diagnostics: &mut Diagnostics,
) -> Application {
    ids::reject_duplicates(annotations, diagnostics);
    let django = django::Projects::find(project, catalog, parsed);
    let schemas = generated::Schemas::find(project, catalog);
    let reach = || Graph::reach(project, marked, &|file| named(project, catalog, &django, file), schemas.folders());
    let (graph, ()) = rayon::join(reach, || warm_up(&queries(parsed, annotations)));
    let context = Context {
        project,
        catalog,
        graph,
        django,
        schemas,
        marked: parsed.iter().map(|file| (&file.path, file)).collect(),
    };
    let constructs = constructs(&context, annotations, diagnostics);
    ids::reject_shared(&constructs, diagnostics);
    let usage = usage(&context, &constructs);
    let units = Units::find(&context, annotations, &constructs, diagnostics);
    kept::check(&context, &constructs, diagnostics);
    let mut application = assemble(&context, annotations, &units, &constructs, &usage, diagnostics);
    for annotation in annotations {
        let schedule = schedule::schedule(&context, &units, annotation, diagnostics);
        application.schedules.extend(schedule.map(|schedule| (schedule.id.clone(), schedule)));
    }
    application.schedules.sort_unstable_keys();
    application
}

/// What `file` loads by other ways than imports.
fn named(project: &Project, catalog: &Catalog, django: &django::Projects, file: &ProjectPath) -> Vec<Target> {
    let mut found = django.named(project, catalog, file);
    found.extend(kept::found(project, catalog, file));
    found
}

/// The queries that the annotations need.
fn queries(parsed: &[Parsed<'_>], annotations: &[Annotation]) -> BTreeSet<(Grammar, &'static str)> {
    let grammars: BTreeMap<_, _> = parsed.iter().map(|file| (&file.path, file.grammar)).collect();
    let mut queries = BTreeSet::new();
    for annotation in annotations {
        let Some(grammar) = grammars.get(&annotation.origin.at.file) else { continue };
        let names: &[&str] = match annotation.origin.capability {
            Capability::ExecutionUnit | Capability::Schedule | Capability::StaticUnit | Capability::EmbedAssets => &[],
            Capability::Config => &["config"],
            Capability::Expose => &["expose", "usage", "handed_on"],
            Capability::Persist => &["mentions", "persist", "usage"],
            Capability::Pubsub => &["pubsub", "usage", "handed_on"],
        };
        queries.extend(names.iter().map(|name| (*grammar, *name)));
    }
    queries
}

fn constructs<'a>(
    context: &Context<'a>,
    annotations: &'a [Annotation],
    diagnostics: &mut Diagnostics,
) -> Vec<Construct<'a>> {
    let found: Vec<_> = annotations
        .par_iter()
        .map(|annotation| {
            let mut diagnostics = Diagnostics::default();
            (construct(context, annotation, &mut diagnostics), diagnostics)
        })
        .collect();
    let mut constructs = Vec::new();
    for (construct, problems) in found {
        constructs.extend(construct);
        diagnostics.extend(problems);
    }
    constructs
}

fn construct<'a>(
    context: &Context<'a>,
    annotation: &'a Annotation,
    diagnostics: &mut Diagnostics,
) -> Option<Construct<'a>> {
    let statement = match &annotation.request {
        Request::Persist { variables, .. } if !variables.is_empty() => return None,
        Request::Expose { statement, .. }
        | Request::Persist { statement, .. }
        | Request::Pubsub { statement }
        | Request::Config { statement, .. } => statement,
        Request::ExecutionUnit { .. }
        | Request::Schedule { .. }
        | Request::StaticUnit { .. }
        | Request::EmbedAssets { .. } => return None,
    };
    let client = match expose::recognise(context, annotation, statement) {
        Some(client) => client,
        None => client::recognise(context, annotation, statement, diagnostics)?,
    };
    let mut references = match client.name.as_str() {
        "" => BTreeMap::new(),
        name => references(context, &annotation.origin.at.file, name),
    };
    if let client::UsedFor::Expose(facts) = client.used_for {
        with_aliases(context, facts, &mut references);
    }
    for class in &client.classes {
        references.entry(class.file.clone()).or_default().extend(OWN.map(str::to_owned));
    }
    Some(Construct { annotation, client, references })
}

/// What a class calls its object.
const OWN: [&str; 2] = ["this", "super"];

/// Whether the name `name` means the construct's object at a place: `this` does in its own classes alone.
fn is_meant(construct: &Construct<'_>, name: &str, file: &ProjectPath, at: usize) -> bool {
    let own = || construct.client.classes.iter().any(|class| class.file == *file && class.body.contains(&at));
    !OWN.contains(&name) || own()
}

/// The expressions by which each file can mean what `file` calls `name`. What a `CommonJS` module makes as one of its exports
/// has another name at home than elsewhere.
fn references(context: &Context<'_>, file: &ProjectPath, name: &str) -> BTreeMap<ProjectPath, BTreeSet<String>> {
    let exported = name.strip_prefix("module.").unwrap_or(name).strip_prefix("exports");
    let Some(exported) = exported.filter(|rest| rest.is_empty() || rest.starts_with('.')) else {
        return context.graph.references(file, name);
    };
    let elsewhere = exported.strip_prefix('.').unwrap_or("default");
    let mut found = context.graph.references(file, elsewhere);
    let at_home = if exported.is_empty() {
        BTreeSet::from([name.to_owned()])
    } else {
        BTreeSet::from([format!("exports{exported}"), format!("module.exports{exported}")])
    };
    found.insert(file.clone(), at_home);
    found
}

/// Adds the attributes of an application that have its methods too, where a file speaks of them.
fn with_aliases(context: &Context<'_>, facts: &Expose, references: &mut BTreeMap<ProjectPath, BTreeSet<String>>) {
    for (path, names) in references {
        let text = context.project.text(path).unwrap_or_default();
        let attributes = names.iter().flat_map(|name| facts.aliases.iter().map(move |alias| format!("{name}.{alias}")));
        let used: Vec<_> = attributes.filter(|attribute| text.contains(attribute.as_str())).collect();
        names.extend(used);
    }
}

/// What every file that can mean a construct does with it, parsed now, as far as it speaks of one, if it carries no directive.
fn usage(context: &Context<'_>, constructs: &[Construct<'_>]) -> BTreeMap<ProjectPath, Usage> {
    let mut wanted: BTreeMap<&ProjectPath, Wanted<'_>> = BTreeMap::new();
    for construct in constructs {
        for (path, names) in &construct.references {
            let wanted = wanted.entry(path).or_default();
            wanted.objects.extend(names.iter().map(String::as_str));
            wanted.followed |= construct.client.used_for.is_followed();
            wanted.mentioned |= construct.client.used_for.is_mentioned();
        }
    }
    let found: Vec<_> = wanted
        .into_par_iter()
        .filter_map(|(path, wanted)| {
            if let Some(file) = context.marked.get(path) {
                return Some((path.clone(), calls::usage(file, &wanted)));
            }
            let text = context.project.text(path)?;
            Some((path.clone(), calls::usage_of_text(path, text, &wanted)?))
        })
        .collect();
    found.into_iter().collect()
}

/// The calls on one construct's object, in files that `within` accepts, in order of file and place.
fn calls_on<'a>(
    construct: &'a Construct<'_>,
    usage: &'a BTreeMap<ProjectPath, Usage>,
    within: impl Fn(&ProjectPath) -> bool + 'a,
) -> impl Iterator<Item = &'a Call> {
    let files = construct.references.iter().filter(move |(path, _)| within(path));
    files.flat_map(move |(path, objects)| {
        let calls = usage.get(path).into_iter().flat_map(|usage| &usage.calls);
        let chains = construct.client.used_for.chains();
        calls.filter(move |call| {
            objects.contains(&call.object)
                && is_meant(construct, &call.object, path, call.method_range.start)
                && call.chain.iter().all(|link| chains.contains(&link.method))
        })
    })
}

fn assemble(
    context: &Context<'_>,
    annotations: &[Annotation],
    units: &Units,
    constructs: &[Construct<'_>],
    usage: &BTreeMap<ProjectPath, Usage>,
    diagnostics: &mut Diagnostics,
) -> Application {
    let sites = sites::sites(context.project, annotations, diagnostics);
    let mut application = Application { units: units.build(context, diagnostics), sites, ..Application::default() };
    assets::embed(context.project, annotations, units, &mut application, diagnostics);
    let mut accesses = Accesses::default();
    let mut secrets = BTreeMap::new();
    let mut emitters = Vec::new();
    for construct in constructs {
        if !units.any_includes(&construct.annotation.origin.at.file) {
            diagnostics.push(unreachable(&construct.annotation.origin));
            continue;
        }
        match &construct.client.used_for {
            client::UsedFor::Expose(facts) => {
                if let Some(gateway) = expose::gateway(context, units, construct, facts, usage, diagnostics) {
                    gateways::join(&mut application.gateways, gateway);
                }
            }
            client::UsedFor::Persist(facts) => {
                dialect::warn(context, units, construct, facts, diagnostics);
                django::check_database(context, construct, facts, diagnostics);
                generated::make(context, units, construct, facts, &mut application.units, diagnostics);
                let mut followed = files::follow(context, construct, constructs, facts);
                followed.grant(units, construct, &mut accesses);
                persist::check_secret(construct, facts, &followed, &mut secrets, diagnostics);
                diagnostics.extend(std::mem::take(&mut followed.problems));
                let store = persist::store(units, construct, facts, usage, &mut accesses, diagnostics);
                persist::join(&mut application.stores, construct, store, diagnostics);
            }
            client::UsedFor::Pubsub(facts) => {
                emitters.push(pubsub::emitter(context, units, construct, facts, usage, &mut accesses, diagnostics));
            }
            client::UsedFor::Config(facts) => {
                let parameter = config::parameter(units, construct, facts, &mut accesses);
                application.parameters.insert(parameter.id.clone(), parameter);
            }
        }
    }
    application.topics = pubsub::topics(emitters, diagnostics);
    variables::stores(units, annotations, &mut accesses, &mut application.stores, diagnostics);
    for construct in constructs {
        if let client::UsedFor::Persist(facts) = construct.client.used_for {
            persist::migrate(&mut application, units, construct, facts);
        }
    }
    gateways::check(&mut application.gateways, diagnostics);
    application.gateways.sort_unstable_keys();
    application.stores.sort_unstable_keys();
    application.parameters.sort_unstable_keys();
    application.accesses = accesses.into_sorted();
    application
}

fn unreachable(origin: &Origin) -> Diagnostic {
    Diagnostic::new(
        Code::ConstructUnreachable,
        format!("no unit's code reaches `{}` \"{}\"", origin.capability, origin.id),
    )
    .at(origin.span.clone(), "nothing that runs imports this file")
    .help("import the file from an entry, or declare it an entry with `@klotho::execution_unit`")
}

/// The accesses found so far: unit and construct -> operation -> the lines that do it.
#[derive(Default)]
struct Accesses(BTreeMap<(Id, ConstructRef), BTreeMap<Operation, BTreeSet<SourceLine>>>);

impl Accesses {
    fn add(&mut self, unit: &Id, construct: &ConstructRef, operation: Operation, at: &SourceLine) {
        let operations = self.0.entry((unit.clone(), construct.clone())).or_default();
        operations.entry(operation).or_default().insert(at.clone());
    }

    fn into_sorted(self) -> Vec<Access> {
        self.0.into_iter().map(|((unit, construct), operations)| Access { unit, construct, operations }).collect()
    }
}

/// The span of a call's method name, for carets.
fn method_span(call: &Call) -> Span {
    Span::new(&call.at.file, call.method_range.clone())
}
