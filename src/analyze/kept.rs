//! Packages that a unit keeps whole, because they serve what a build of the project makes, and the files that they find by
//! where they lie.

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use memchr::memmem;

use super::client::UsedFor;
use super::{Construct, Context};
use crate::app::Kept;
use crate::catalog::{Catalog, KeptPackage};
use crate::config;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, Project, ProjectPath, Span};
use crate::syntax::{Target, import_of};

/// What a unit keeps, and the project's files that it takes.
pub(super) struct Whole {
    pub(super) kept: Kept,
    pub(super) files: Vec<ProjectPath>,
}

/// The files that a package loads which `file` imports.
pub(super) fn found(project: &Project, catalog: &Catalog, file: &ProjectPath) -> Vec<Target> {
    let Some((package, _)) = imported(project, catalog, file) else { return Vec::new() };
    let folder = folder_of(project, file);
    let globs = globs(package.finds.iter().chain(&package.apart.files));
    let files = sources(project, folder).filter(|path| globs.is_match(inside(folder, path))).cloned().collect();
    vec![Target { files, ..Target::default() }]
}

/// Whether a file imports a package that is kept whole.
pub(super) fn is_imported(context: &Context<'_>, file: &ProjectPath) -> bool {
    imported(context.project, context.catalog, file).is_some()
}

/// What a unit of these files keeps; the first decides.
pub(super) fn whole(
    context: &Context<'_>,
    included: &BTreeSet<ProjectPath>,
    diagnostics: &mut Diagnostics,
) -> Option<Whole> {
    let imported = |file| Some((file, imported(context.project, context.catalog, file)?));
    let (file, (package, at)) = included.iter().find_map(imported)?;
    let folder = folder_of(context.project, file);
    for (name, instead) in &package.refuses {
        let Some(refused) = ProjectPath::join(folder, name).filter(|path| context.project.contains(path)) else {
            continue;
        };
        diagnostics.push(
            Diagnostic::new(Code::KeptPackageUnready, format!("{} cannot read `{refused}` in a unit", package.library))
                .at(Span::new(&refused, 0..0), "of no use when the unit runs")
                .also(at.clone(), "imported here")
                .help(instead.clone()),
        );
    }
    let set = |name: &&String| sets_anything(context.project, folder, name);
    for name in package.hidden.iter().filter(set) {
        diagnostics.push(
            Diagnostic::new(Code::HiddenFileNotShipped, format!("`{name}` is no part of a unit, and {} reads it", package.library))
                .at(at.clone(), "imported here")
                .help("set its variables where the unit is built, or write what is no secret into the code; `@klotho::config` is for the rest"),
        );
    }
    let built_by = package.build.join(" ");
    diagnostics.push(
        Diagnostic::new(
            Code::KeptPackage,
            format!("{} is not bundled: the unit keeps it, and what `{built_by}` makes", package.library),
        )
        .at(at, "imported here")
        .help(package.note.clone()),
    );
    let own = |path: &&ProjectPath| Language::of(path) != Some(Language::Python) && path.as_str() != config::FILE_NAME;
    let kept = Kept {
        package: package.package.clone(),
        folder: folder.to_owned(),
        build: package.build.clone(),
        environment: package.environment.clone(),
        makes: package.makes.clone(),
        without: package.without.clone(),
    };
    Some(Whole { kept, files: context.project.below(folder).filter(own).cloned().collect() })
}

/// Whether a hidden file is there and has more than comments.
fn sets_anything(project: &Project, folder: &str, name: &str) -> bool {
    let file = ProjectPath::join(folder, name).filter(|file| project.has_hidden(file.as_str()));
    let Some(bytes) = file.and_then(|file| project.bytes(&file).ok()) else { return false };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    text.lines().any(|line| !line.trim().is_empty() && !line.trim().starts_with('#'))
}

/// Reports objects that are used where nothing connects them: a package may run some of the files that it finds apart from the
/// unit's own code.
pub(super) fn check(context: &Context<'_>, constructs: &[Construct<'_>], diagnostics: &mut Diagnostics) {
    let connected = |construct: &&Construct<'_>| match construct.client.used_for {
        UsedFor::Expose(_) => false,
        UsedFor::Persist(_) | UsedFor::Pubsub(_) | UsedFor::Config(_) => true,
    };
    let connected: Vec<_> = constructs.iter().filter(connected).collect();
    let mut seen = BTreeSet::new();
    for construct in constructs.iter().filter(|construct| matches!(construct.client.used_for, UsedFor::Expose(_))) {
        let start = &construct.annotation.origin.at.file;
        let reached = context.graph.closure([start], &BTreeSet::new());
        let importing =
            reached.iter().filter_map(|file| Some((file, imported(context.project, context.catalog, file)?.0)));
        for (file, package) in importing.collect::<Vec<_>>() {
            for apart in apart(context.project, package, folder_of(context.project, file)) {
                let uses = context.graph.closure([&apart], &BTreeSet::new());
                for construct in connected.iter().filter(|one| uses.contains(&one.annotation.origin.at.file)) {
                    let origin = &construct.annotation.origin;
                    if seen.insert((apart.clone(), origin.span.clone())) {
                        diagnostics.push(used_apart(package, &apart, origin));
                    }
                }
            }
        }
    }
}

fn used_apart(package: &KeptPackage, apart: &ProjectPath, origin: &crate::app::Origin) -> Diagnostic {
    Diagnostic::new(
        Code::UsedApart,
        format!("{} runs `{apart}` where `{} {}` is not connected", package.library, origin.capability, origin.id),
    )
    .at(origin.span.clone(), "loaded by that file, directly or not")
    .also(Span::new(apart, 0..0), "runs apart from the unit's own code")
    .help(package.apart.instead.clone())
}

/// The files that a package runs apart.
fn apart(project: &Project, package: &KeptPackage, folder: &str) -> Vec<ProjectPath> {
    let (files, finds) = (globs(&package.apart.files), globs(&package.finds));
    let says = |path: &ProjectPath, any_of: &[String]| {
        let text: String = project.text(path).unwrap_or_default().split_whitespace().collect();
        any_of.iter().any(|said| text.contains(said.as_str()))
    };
    let is_apart = |path: &&ProjectPath| {
        let inside = inside(folder, path);
        files.is_match(inside) && !says(path, &package.apart.unless)
            || finds.is_match(inside) && says(path, &package.apart.says)
    };
    sources(project, folder).filter(is_apart).cloned().collect()
}

/// The package that is not bundled and that a file imports, with the place of that.
fn imported<'c>(project: &Project, catalog: &'c Catalog, file: &ProjectPath) -> Option<(&'c KeptPackage, Span)> {
    let language = Language::of(file)?;
    let text = project.text(file)?;
    catalog.kept(language).iter().find_map(|package| {
        // Few files speak of it, and fewer import it.
        memmem::find(text.as_bytes(), package.package.as_bytes())?;
        Some((package, Span::new(file, import_of(language, text, &package.package)?)))
    })
}

/// The folder of the nearest manifest, or the project's own.
fn folder_of<'f>(project: &Project, file: &'f ProjectPath) -> &'f str {
    let mut folders = std::iter::successors(Some(file.parent()), |folder| {
        (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(parent, _)| parent))
    });
    let has = |folder: &&str| ProjectPath::join(folder, "package.json").is_some_and(|path| project.contains(&path));
    folders.find(has).unwrap_or_default()
}

fn sources<'p>(project: &'p Project, folder: &'p str) -> impl Iterator<Item = &'p ProjectPath> {
    project.below(folder).filter(|path| Language::of(path) == Some(Language::TypeScript))
}

/// A path, seen from the folder that it lies in.
fn inside<'p>(folder: &str, path: &'p ProjectPath) -> &'p str {
    path.as_str().strip_prefix(folder).unwrap_or(path.as_str()).trim_start_matches('/')
}

/// Those of our own data, which a test reads.
fn globs<'g>(patterns: impl IntoIterator<Item = &'g String>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    let read = patterns.into_iter().filter_map(|text| GlobBuilder::new(text).literal_separator(true).build().ok());
    for glob in read {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}
