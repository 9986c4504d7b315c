//! Clients that a tool of their library makes from a schema, when the unit is built.

mod problem;
mod schema;

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::units::Units;
use super::{Construct, Context};
use crate::app::{self, Id, Packages, Replaced, Unit};
use crate::catalog::{Catalog, Generated, Persist};
use crate::diag::Diagnostics;
use crate::source::{Language, Project, ProjectPath};
use crate::syntax::{Layout, MadeFolder, join};
use schema::Setting;

/// The schemas of a project that clients are made from.
pub(super) struct Schemas<'a>(Vec<Schema<'a>>);

/// A schema.
struct Schema<'a> {
    facts: &'a Generated,
    file: ProjectPath,
    /// Others that it is one with: what lies below a folder of its own.
    parts: Vec<ProjectPath>,
    /// The folder that its path is one of the usual ones from: of a package, as a rule.
    folder: String,
    settings: Vec<Setting>,
}

impl<'a> Schemas<'a> {
    pub(super) fn find(project: &Project, catalog: &'a Catalog) -> Self {
        let known: Vec<_> = catalog.generated(Language::TypeScript).collect();
        let all = project.others().flat_map(|file| {
            known.iter().filter_map(move |facts| {
                let folder = facts.schemas.iter().find_map(|usual| {
                    let folder = file.as_str().strip_suffix(usual)?;
                    (folder.is_empty() || folder.ends_with('/')).then(|| folder.trim_end_matches('/').to_owned())
                })?;
                let text = String::from_utf8(project.bytes(file).ok()?.to_vec()).ok()?;
                let parts = parts(project, file, &folder);
                Some(Schema { facts, file: file.clone(), parts, folder, settings: schema::settings(&text) })
            })
        });
        Self(all.collect())
    }

    /// The folders that the clients are written to.
    pub(super) fn folders(&self) -> Vec<MadeFolder> {
        let folder = |schema: &Schema<'_>| {
            let maker = schema.maker()?;
            let written = schema.setting(&maker.of, &schema.facts.maker.folder)?.text.as_deref()?;
            let folder = ProjectPath::join(schema.file.parent(), written)?;
            Some(MadeFolder { folder: folder.to_string(), module: schema.facts.module.clone() })
        };
        // What is written outside of the project, or over all of it, is no folder of its own.
        self.0.iter().filter_map(folder).filter(|made| !made.folder.is_empty()).collect()
    }

    /// The schema of the client that `file` makes: of the nearest folder upwards, or the only one.
    fn of(&self, facts: &Generated, file: &ProjectPath) -> Option<&Schema<'a>> {
        let all = || self.0.iter().filter(|schema| schema.facts.module == facts.module);
        let above = |schema: &&Schema<'_>| {
            let rest = file.as_str().strip_prefix(&schema.folder);
            rest.is_some_and(|rest| schema.folder.is_empty() || rest.starts_with('/'))
        };
        let nearest = all().filter(above).max_by_key(|schema| schema.folder.len());
        nearest.or_else(|| all().next().filter(|_| all().count() == 1))
    }
}

impl Schema<'_> {
    /// The setting that says what is made, where that is a client.
    fn maker(&self) -> Option<&Setting> {
        let maker = &self.facts.maker;
        let mut all = self.all(&maker.block, &maker.setting);
        all.find(|one| one.text.as_ref().is_some_and(|text| maker.known.contains(text)))
    }

    /// The setting that names the kind of database.
    fn database(&self) -> Option<&Setting> {
        self.all(&self.facts.database.block, &self.facts.database.setting).next()
    }

    fn all(&self, block: &str, name: &str) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(move |one| one.block == block && one.name == name)
    }

    /// A setting of one maker.
    fn setting(&self, of: &str, name: &str) -> Option<&Setting> {
        self.all(&self.facts.maker.block, name).find(|one| one.of == of)
    }
}

/// The other files of a schema, which lie beside it or deeper, in a folder that is not a package's:
/// <https://www.prisma.io/docs/orm/prisma-schema/overview/location#multi-file-prisma-schema>.
fn parts(project: &Project, file: &ProjectPath, package: &str) -> Vec<ProjectPath> {
    let is_part = |other: &&ProjectPath| *other != file && other.extension() == file.extension();
    let own = file.parent();
    if own == package && project.path(&join(own, "package.json")).is_some() {
        return Vec::new();
    }
    project.below(own).filter(is_part).cloned().collect()
}

/// Lets the units that use a client make it when they are built.
pub(super) fn make(
    context: &Context<'_>,
    units: &Units,
    construct: &Construct<'_>,
    facts: &Persist,
    built: &mut IndexMap<Id, Unit>,
    diagnostics: &mut Diagnostics,
) {
    let Some(facts) = &facts.generated else { return };
    let file = &construct.annotation.origin.at.file;
    let Some(schema) = context.schemas.of(facts, file) else {
        diagnostics.push(problem::no_schema(construct, facts));
        return;
    };
    if problem::reject(context, construct, schema, diagnostics) {
        return;
    }
    problem::tell_of_tables(context, units, construct, schema, diagnostics);
    let Some(made) = made(context.graph.layout(), schema) else { return };
    for unit in units.including(file) {
        let Some(unit) = built.get_mut(unit) else { continue };
        match unit.packages.as_ref().and_then(|packages| packages.kept.as_ref()) {
            Some(kept) => diagnostics.push(problem::beside_kept(construct, &unit.id, kept)),
            None => add(unit, &made, schema),
        }
    }
}

fn add(unit: &mut Unit, made: &app::Generated, schema: &Schema<'_>) {
    let Some(manifest) = &unit.manifest else { return };
    let plain = || Packages { folder: manifest.parent().to_owned(), ..Packages::default() };
    let packages = unit.packages.get_or_insert_with(plain);
    if packages.generated.iter().any(|other| other.schema == made.schema) {
        return;
    }
    packages.generated.push(made.clone());
    unit.files.extend(schema.parts.iter().chain([&schema.file]).cloned());
    unit.files.sort();
    unit.files.dedup();
}

fn made(layout: &Layout, schema: &Schema<'_>) -> Option<app::Generated> {
    let (facts, maker) = (schema.facts, schema.maker()?);
    // The tool is a package's own: it is started where that one is, with paths from there.
    let folder = layout.manifest(&schema.folder).map_or("", |manifest| &manifest.folder);
    let path = if schema.parts.is_empty() { schema.file.as_str() } else { schema.file.parent() };
    let path = path.strip_prefix(folder)?.trim_start_matches('/');
    let filled = |argument: &String| argument.replace("{schema}", path).replace("{maker}", &maker.of);
    let database = schema.database()?;
    let replaced = (database.text.as_ref() != Some(&facts.database.becomes)).then(|| Replaced {
        start: database.range.start,
        end: database.range.end,
        text: format!("\"{}\"", facts.database.becomes),
    });
    let owned = |map: &IndexMap<String, String>| map.clone().into_iter().collect::<BTreeMap<_, _>>();
    Some(app::Generated {
        package: facts.tool.package.clone(),
        folder: folder.to_owned(),
        arguments: facts.tool.arguments.iter().map(filled).collect(),
        environment: owned(&facts.tool.environment),
        programs: facts.tool.programs.clone(),
        schema: schema.file.to_string(),
        parts: schema.parts.iter().map(ToString::to_string).collect(),
        unused: facts.unused.clone().into_iter().collect(),
        replaced,
    })
}

/// The `package.json` that a package's dependency is listed in, with its version: its own, or that of its workspace.
fn dependency<'l>(layout: &'l Layout, folder: &str, name: &str) -> Option<(String, &'l str)> {
    let own = layout.manifest(folder)?;
    let root = layout.root(&own.folder).and_then(|root| layout.package(root));
    let mut manifests = std::iter::once(own).chain(root);
    manifests.find_map(|one| Some((join(&one.folder, "package.json"), one.dependency(name)?)))
}
