//! What to say of a client that cannot be made, and of what making it does not do.

use std::collections::BTreeSet;

use super::super::units::Units;
use super::{Construct, Context, Schema, dependency};
use crate::app::{Id, Kept};
use crate::catalog::Generated;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{ProjectPath, Span};
use crate::syntax::join;

/// There is nothing that the client could be made from.
pub(super) fn no_schema(construct: &Construct<'_>, facts: &Generated) -> Diagnostic {
    let paths: Vec<_> = facts.schemas.iter().map(|path| format!("`{path}`")).collect();
    let client = &construct.client;
    let message = format!("the schema of this {} client was not found", client.library);
    Diagnostic::new(Code::SchemaMissing, message)
        .at(Span::new(&construct.annotation.origin.at.file, client.expression.clone()), "made from a schema")
        .also(construct.annotation.origin.span.clone(), "because of this directive")
        .help(format!("put it at {} in the folder of `package.json`", paths.join(" or ")))
}

/// Reports what the client cannot be made or bundled with; gives whether there is any.
pub(super) fn reject(
    context: &Context<'_>,
    construct: &Construct<'_>,
    schema: &Schema<'_>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let problems = [
        tool(context, construct, schema),
        maker(construct, schema),
        engine(construct, schema),
        kind(construct, schema),
    ];
    let found: Vec<_> = problems.into_iter().flatten().collect();
    let any = !found.is_empty();
    for problem in found {
        diagnostics.push(problem);
    }
    any
}

/// The tool has to be there, and new enough.
fn tool(context: &Context<'_>, construct: &Construct<'_>, schema: &Schema<'_>) -> Option<Diagnostic> {
    let tool = &schema.facts.tool;
    let layout = context.graph.layout();
    let origin = &construct.annotation.origin.span;
    let Some((manifest, version)) = dependency(layout, &schema.folder, &tool.package) else {
        let manifest = join(layout.manifest(&schema.folder).map_or("", |one| &one.folder), "package.json");
        let path = context.project.other_path(&manifest)?;
        let message = format!("`{}` is not among the dependencies", tool.package);
        let problem = Diagnostic::new(Code::SchemaMissing, message)
            .at(Span::new(&path, 0..0), "it makes the client when the unit is built")
            .also(origin.clone(), "because of this directive");
        return Some(problem.help(format!("add it: `npm install --save-dev {}`", tool.package)));
    };
    let major = version.trim_start_matches(['^', '~', '>', '=', 'v', ' ']).split('.').next()?;
    let major: u32 = major.parse().ok()?;
    if major >= tool.least {
        return None;
    }
    let path = context.project.other_path(&manifest)?;
    let text = context.project.bytes(&path).ok()?;
    let written = format!("\"{}\"", tool.package);
    let at = memchr::memmem::find(&text, written.as_bytes()).unwrap_or_default();
    let library = construct.client.library;
    Some(
        Diagnostic::new(Code::ClientNotBundled, format!("{library} {major} needs machine code beside its client"))
            .at(Span::new(&path, at..at + written.len()), "the unit is built without what it would download")
            .also(origin.clone(), "because of this directive")
            .help(format!(
                "use {library} {least}: `npm install --save-dev {package}@{least}`, and `{module}@{least}`",
                least = tool.least,
                package = tool.package,
                module = schema.facts.module,
            )),
    )
}

/// A package that is kept whole builds the project with the modules that are installed, where no client is made.
pub(super) fn beside_kept(construct: &Construct<'_>, unit: &Id, kept: &Kept) -> Diagnostic {
    let (library, package) = (construct.client.library, &kept.package);
    let message = format!("a client of {library} cannot be made for unit `{unit}`, which keeps `{package}` whole");
    Diagnostic::new(Code::ClientNotBundled, message)
        .at(construct.annotation.origin.span.clone(), format!("`{package}` builds the project without it"))
        .help("move what uses the database to a unit of its own, by `@klotho::execution_unit`")
}

/// Something has to make a client.
fn maker(construct: &Construct<'_>, schema: &Schema<'_>) -> Option<Diagnostic> {
    if schema.maker().is_some() {
        return None;
    }
    let maker = &schema.facts.maker;
    let known: Vec<_> = maker.known.iter().map(|name| format!("`{} = \"{name}\"`", maker.setting)).collect();
    let other = schema.all(&maker.block, &maker.setting).next().map_or(0..0, |one| one.range.clone());
    Some(
        Diagnostic::new(Code::ClientNotBundled, format!("no `{}` of the schema makes a client", maker.block))
            .at(Span::new(&schema.file, other), "makes something else")
            .also(construct.annotation.origin.span.clone(), "because of this directive")
            .help(format!("add one with {}", known.join(" or "))),
    )
}

/// The client has to be JavaScript alone.
fn engine(construct: &Construct<'_>, schema: &Schema<'_>) -> Option<Diagnostic> {
    let maker = schema.maker()?;
    let (setting, allowed) = schema.facts.only.iter().find_map(|(name, allowed)| {
        let setting = schema.setting(&maker.of, name)?;
        (!setting.text.as_ref().is_some_and(|text| allowed.contains(text))).then_some((setting, allowed))
    })?;
    let written = setting.text.as_deref().unwrap_or("this");
    let allowed: Vec<_> = allowed.iter().map(|value| format!("`{} = \"{value}\"`", setting.name)).collect();
    Some(
        Diagnostic::new(Code::ClientNotBundled, format!("a client of the kind `{written}` cannot be bundled"))
            .at(Span::new(&schema.file, setting.range.clone()), "it needs machine code beside it")
            .also(construct.annotation.origin.span.clone(), "because of this directive")
            .help(format!("write {}, or drop the line", allowed.join(" or "))),
    )
}

/// The backing has to be able to stand in for the database.
fn kind(construct: &Construct<'_>, schema: &Schema<'_>) -> Option<Diagnostic> {
    let database = &schema.facts.database;
    let Some(setting) = schema.database() else {
        return Some(
            Diagnostic::new(Code::SchemaMissing, format!("the schema has no `{}`", database.block))
                .at(Span::new(&schema.file, 0..0), "says of no database what it is")
                .also(construct.annotation.origin.span.clone(), "because of this directive")
                .help(format!(
                    "add `{} db {{ … }}` with `{} = \"{}\"`",
                    database.block, database.setting, database.becomes
                )),
        );
    };
    let written = setting.text.as_deref().unwrap_or_default();
    if database.known.iter().any(|known| known == written) {
        return None;
    }
    Some(
        Diagnostic::new(Code::DatabaseNotCovered, format!("no backing stands in for a database of `{written}`"))
            .at(Span::new(&schema.file, setting.range.clone()), "here")
            .also(construct.annotation.origin.span.clone(), "because of this directive")
            .help("the backing is PostgreSQL: use PostgreSQL, or SQLite, on your own machine as well"),
    )
}

/// Nothing that is deployed makes or changes tables, which the client expects to be there, unless the code does.
pub(super) fn tell_of_tables(
    context: &Context<'_>,
    units: &Units,
    construct: &Construct<'_>,
    schema: &Schema<'_>,
    diagnostics: &mut Diagnostics,
) {
    let Some(database) = schema.database() else { return };
    let file = &construct.annotation.origin.at.file;
    let files: BTreeSet<_> = units.including(file).flat_map(|unit| units.files(unit)).collect();
    let makes = |text: &str| schema.facts.makes_tables.iter().any(|wanted| text.contains(wanted));
    if files.into_iter().filter_map(|file| context.project.text(file)).any(makes) {
        return;
    }
    let folder = join(schema.file.parent(), &schema.facts.migrations);
    let has_steps =
        ProjectPath::join("", &folder).is_some_and(|at| context.project.below(at.as_str()).next().is_some());
    let is_other = database.text.as_ref() != Some(&schema.facts.database.becomes);
    let label = match (has_steps, is_other) {
        (true, true) => format!("`{folder}` is for this database, and PostgreSQL needs steps of its own"),
        (true, false) => format!("`{folder}` is not run by what is deployed"),
        (false, _) => "nothing that is deployed makes its tables".to_owned(),
    };
    let id = &construct.annotation.origin.id;
    diagnostics.push(
        Diagnostic::new(Code::TablesNotMade, format!("the tables of `{id}` have to be made"))
            .at(Span::new(&schema.file, database.range.clone()), label)
            .also(construct.annotation.origin.span.clone(), "because of this directive")
            .help(
                "make them when the application starts, or run Prisma Migrate against the database in each deployment",
            ),
    );
}
