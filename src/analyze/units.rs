use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::client::UsedFor;
use super::{Construct, Context, manifest, packages, start};
use crate::annotation::{Annotation, Request};
use crate::app::{Id, Origin, Unit, UnitOrigin};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, ProjectPath, Span};
use crate::syntax::Absence;

/// The id of the one unit of an application that declares none.
const IMPLIED: &str = "main";

/// The deployable slices: which files start each, which it includes, which it owns.
pub(super) struct Units {
    slices: IndexMap<Id, Slice>,
    /// The unit of each exposed application, by gateway and file.
    gateways: BTreeMap<(Id, ProjectPath), Id>,
    /// Files that belong to every unit.
    shared: BTreeSet<ProjectPath>,
}

struct Slice {
    origin: UnitOrigin,
    /// Whether one of its directives asks for an instance that is always ready.
    keep_warm: bool,
    /// Where to point when the unit itself is the problem.
    span: Span,
    entries: BTreeSet<ProjectPath>,
    /// Everything that it loads.
    included: BTreeSet<ProjectPath>,
    /// What it loads without going through another unit's entry: the code that is its own.
    owned: BTreeSet<ProjectPath>,
}

impl Units {
    pub(super) fn find(
        context: &Context<'_>,
        annotations: &[Annotation],
        constructs: &[Construct<'_>],
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let exposed: Vec<_> = constructs
            .iter()
            .filter(|construct| matches!(construct.client.used_for, UsedFor::Expose(_)))
            .map(|construct| construct.annotation)
            .collect();
        let mut units = declared(annotations);
        if units.is_empty() {
            let scheduled = annotations.iter().filter(|one| matches!(one.request, Request::Schedule { .. }));
            units = implied(&exposed.iter().copied().chain(scheduled).collect::<Vec<_>>());
        }
        let mut found = Self { slices: units, gateways: BTreeMap::new(), shared: shared(annotations) };
        found.reach(context);
        for annotation in exposed {
            if let Some(unit) = found.gateway_unit(context, annotation, diagnostics) {
                let key = (annotation.origin.id.clone(), annotation.origin.at.file.clone());
                found.gateways.insert(key, unit.clone());
                if let Some(slice) = found.slices.get_mut(&unit) {
                    slice.entries.insert(annotation.origin.at.file.clone());
                }
            }
        }
        // A gateway's file is one more entry of its unit.
        found.reach(context);
        found
    }

    fn reach(&mut self, context: &Context<'_>) {
        let all: BTreeSet<_> = self.slices.values().flat_map(|slice| &slice.entries).cloned().collect();
        for slice in self.slices.values_mut() {
            let borders = all.difference(&slice.entries).cloned().collect();
            let starts = || slice.entries.iter().chain(&self.shared);
            let closure = |borders: &BTreeSet<_>| context.graph.closure(starts(), borders);
            (slice.included, slice.owned) = (closure(&BTreeSet::new()), closure(&borders));
        }
    }

    /// The unit of an exposed application: the one that declares or owns its file, else the one whose entry it reaches over
    /// the fewest imports.
    fn gateway_unit(
        &self,
        context: &Context<'_>,
        annotation: &Annotation,
        diagnostics: &mut Diagnostics,
    ) -> Option<Id> {
        let file = &annotation.origin.at.file;
        let mut candidates: Vec<&Id> = self.owners(file).collect();
        if candidates.is_empty() {
            let entries: BTreeSet<_> = self.slices.values().flat_map(|slice| &slice.entries).cloned().collect();
            let distances = context.graph.distances(file, &entries);
            let nearest = distances.values().min().copied();
            let near = |entry: &ProjectPath| distances.get(entry).copied() == nearest && nearest.is_some();
            candidates =
                self.slices.iter().filter(|(_, slice)| slice.entries.iter().any(near)).map(|(id, _)| id).collect();
        }
        if let [only] = candidates[..] {
            return Some(only.clone());
        }
        let names: Vec<_> = candidates.iter().map(|id| format!("`{id}`")).collect();
        let (message, label) = if names.is_empty() {
            (
                "no unit reaches this application".to_owned(),
                "no entry imports this file, and it imports no entry".to_owned(),
            )
        } else {
            ("the unit of this application is not clear".to_owned(), format!("it could be {}", names.join(" or ")))
        };
        diagnostics.push(
            Diagnostic::new(Code::GatewayUnitUnclear, message)
                .at(annotation.origin.span.clone(), label)
                .help("put `@klotho::execution_unit` with the right id in this file"),
        );
        None
    }

    /// The units whose own code `file` is.
    pub(super) fn owners<'a>(&'a self, file: &'a ProjectPath) -> impl Iterator<Item = &'a Id> {
        self.slices.iter().filter(|(_, slice)| slice.owned.contains(file)).map(|(id, _)| id)
    }

    /// The units that load `file`.
    pub(super) fn including<'a>(&'a self, file: &'a ProjectPath) -> impl Iterator<Item = &'a Id> {
        self.slices.iter().filter(|(_, slice)| slice.included.contains(file)).map(|(id, _)| id)
    }

    pub(super) fn includes(&self, unit: &Id, file: &ProjectPath) -> bool {
        self.slices.get(unit).is_some_and(|slice| slice.included.contains(file))
    }

    /// The files that a unit loads.
    pub(super) fn files(&self, unit: &Id) -> impl Iterator<Item = &ProjectPath> {
        self.slices.get(unit).into_iter().flat_map(|slice| &slice.included)
    }

    pub(super) fn any_includes(&self, file: &ProjectPath) -> bool {
        self.slices.values().any(|slice| slice.included.contains(file))
    }

    /// The unit of the application that this directive exposes.
    pub(super) fn of_gateway(&self, origin: &Origin) -> Option<&Id> {
        self.gateways.get(&(origin.id.clone(), origin.at.file.clone()))
    }

    /// The units as the application has them.
    pub(super) fn build(&self, context: &Context<'_>, diagnostics: &mut Diagnostics) -> IndexMap<Id, Unit> {
        let mut reported = BTreeSet::new();
        for file in self.slices.values().flat_map(|slice| &slice.included) {
            if reported.insert(file) {
                report_file(context, file, diagnostics);
            }
        }
        let built =
            self.slices.iter().filter_map(|(id, slice)| Some((id.clone(), slice.build(id, context, diagnostics)?)));
        let mut units: IndexMap<_, _> = built.collect();
        units.sort_unstable_keys();
        units
    }
}

impl Slice {
    fn new(origin: UnitOrigin, span: Span) -> Self {
        Self {
            origin,
            keep_warm: false,
            span,
            entries: BTreeSet::new(),
            included: BTreeSet::new(),
            owned: BTreeSet::new(),
        }
    }

    fn build(&self, id: &Id, context: &Context<'_>, diagnostics: &mut Diagnostics) -> Option<Unit> {
        let languages: BTreeSet<_> = self.entries.iter().filter_map(Language::of).collect();
        let mut languages = languages.into_iter();
        let language = languages.next()?;
        if let Some(other) = languages.next() {
            diagnostics.push(
                Diagnostic::new(
                    Code::MixedLanguages,
                    format!("the unit `{id}` has {} and {} entries", language.title(), other.title()),
                )
                .at(self.span.clone(), "one unit runs in one language")
                .help("give the entries of each language a unit of their own"),
            );
            return None;
        }
        let entry = self.entries.first()?;
        let found = manifest::find(context.project, language, entry);
        if found.is_none() {
            let wanted = match language {
                Language::Python => "`requirements.txt`, `pyproject.toml` or `pylock.toml`",
                Language::TypeScript => "`package.json`",
            };
            diagnostics.push(
                Diagnostic::new(Code::ManifestMissing, format!("the dependencies of unit `{id}` are listed nowhere"))
                    .at(self.span.clone(), format!("no {wanted} in the folder of `{entry}` or above it"))
                    .help(format!("add {wanted} with what the code imports")),
            );
        }
        let (manifest, beside) = found.map_or((None, Vec::new()), |(manifest, beside)| (Some(manifest), beside));
        let mut files: BTreeSet<_> = self.included.clone();
        files.extend(beside);
        let needs = match language {
            Language::Python => None,
            Language::TypeScript => Some(packages::needs(context, &self.included, manifest.as_ref(), diagnostics)),
        };
        let packages = needs.and_then(|needs| {
            files.extend(needs.files);
            needs.packages
        });
        files.extend(context.django.data(&self.entries).cloned());
        Some(Unit {
            id: id.clone(),
            origin: self.origin.clone(),
            language,
            entries: self.entries.iter().cloned().collect(),
            keep_warm: self.keep_warm,
            runs: start::runs(context, &self.entries),
            import_roots: import_roots(context, language, &self.included, entry),
            files: files.into_iter().collect(),
            manifest,
            packages,
            variables: context.django.defaults(context.catalog, &self.entries),
            migration: None,
        })
    }
}

fn declared(annotations: &[Annotation]) -> IndexMap<Id, Slice> {
    let mut units: IndexMap<Id, Slice> = IndexMap::new();
    let starts = |request: &Request| matches!(request, Request::ExecutionUnit { all_units: false, .. });
    for annotation in annotations.iter().filter(|annotation| starts(&annotation.request)) {
        let origin = annotation.origin.clone();
        let slice = units
            .entry(origin.id.clone())
            .or_insert_with(|| Slice::new(UnitOrigin::Declared(Vec::new()), annotation.origin.span.clone()));
        slice.entries.insert(origin.at.file.clone());
        slice.keep_warm |= matches!(annotation.request, Request::ExecutionUnit { keep_warm: true, .. });
        if let UnitOrigin::Declared(origins) = &mut slice.origin {
            origins.push(origin);
        }
    }
    units
}

/// The files of which a directive says that they belong to every unit.
fn shared(annotations: &[Annotation]) -> BTreeSet<ProjectPath> {
    let all = |request: &Request| matches!(request, Request::ExecutionUnit { all_units: true, .. });
    let files = annotations.iter().filter(|annotation| all(&annotation.request));
    files.map(|annotation| annotation.origin.at.file.clone()).collect()
}

/// The one unit that starts from all that is called from outside.
fn implied(called: &[&Annotation]) -> IndexMap<Id, Slice> {
    let (Some(first), Ok(id)) = (called.first(), Id::new(IMPLIED)) else { return IndexMap::new() };
    let origin: Origin = first.origin.clone();
    let mut slice = Slice::new(UnitOrigin::Implied(origin), first.origin.span.clone());
    slice.entries.extend(called.iter().map(|annotation| annotation.origin.at.file.clone()));
    IndexMap::from([(id, slice)])
}

/// What a file that a unit loads may have wrong.
fn report_file(context: &Context<'_>, file: &ProjectPath, diagnostics: &mut Diagnostics) {
    if context.graph.is_illegible(file)
        && let Some(bytes) = context.project.source(file)
    {
        diagnostics.push(crate::diag::not_utf8(file, bytes));
    }
    for import in context.graph.missing(file) {
        let statement = import.at..import.at + statement_length(context, file, import.at);
        diagnostics.push(missing(Span::new(file, statement), &import.module, context.graph.absence(file, import)));
    }
}

/// An import that can only mean something of the project, which is not there.
fn missing(at: Span, module: &str, absence: Absence) -> Diagnostic {
    match absence {
        Absence::File => Diagnostic::new(Code::UnresolvedImport, format!("`{module}` is no file of the project"))
            .at(at, "imported here, but not found")
            .help("if the file is made by a build step, make it first: what is not there is not deployed"),
        Absence::Alias { config, pattern, tried } => {
            let tried: Vec<_> = tried.iter().map(|path| format!("`{path}`")).collect();
            Diagnostic::new(Code::AliasTargetMissing, format!("`{module}` means no file of the project"))
                .at(at, format!("`{pattern}` in `{config}` gives this name to {}", tried.join(", ")))
                .help("correct the name or the pattern; a package with such a name belongs into `package.json`")
        }
        Absence::Package { manifest, name, version } => {
            Diagnostic::new(Code::WorkspacePackageMissing, format!("the project has no package `{name}`"))
                .at(at, format!("`{manifest}` asks for `{version}`, a package of the project"))
                .help("put its folder into the workspace, or compile from the folder that holds both packages")
        }
        Absence::Module { manifest, name } => {
            Diagnostic::new(Code::WorkspacePackageMissing, format!("`{name}` is no module of its package"))
                .at(at, format!("neither a file that `{manifest}` names, nor the source of one"))
                .help(
                    "correct the name or the manifest; sources are looked for by `rootDir` and `outDir`, then in `src`",
                )
        }
    }
}

fn statement_length(context: &Context<'_>, file: &ProjectPath, at: usize) -> usize {
    context.project.text(file).and_then(|text| text.get(at..)?.lines().next()).map_or(0, str::len)
}

/// The folders that must be on the import path for the unit's absolute imports, the one of its entry module first.
fn import_roots(
    context: &Context<'_>,
    language: Language,
    files: &BTreeSet<ProjectPath>,
    entry: &ProjectPath,
) -> Vec<String> {
    match language {
        Language::TypeScript => Vec::new(),
        Language::Python => {
            let used: BTreeSet<&str> = files.iter().flat_map(|file| context.graph.roots(file)).collect();
            let holds = |root: &&str| root.is_empty() || entry.as_str().starts_with(&format!("{root}/"));
            let of_entry =
                used.iter().copied().find(holds).unwrap_or(if entry.as_str().starts_with("src/") { "src" } else { "" });
            // A folder with a dot in its name is no package: what is in it can only be a script beside its modules.
            let inside = entry.parent().strip_prefix(of_entry).unwrap_or_default();
            let of_entry = if inside.contains('.') { entry.parent() } else { of_entry };
            let others = used.iter().copied().filter(|root| *root != of_entry);
            std::iter::once(of_entry).chain(others).map(str::to_owned).collect()
        }
    }
}
