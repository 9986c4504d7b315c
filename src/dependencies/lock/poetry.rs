//! `poetry.lock`, of Poetry 1 and 2.

use std::collections::BTreeMap;

use pep508_rs::{ExtraName, MarkerTree, PackageName};
use toml::de::DeTable;

use super::{Need, Package, Source, hashes, marker_of, name_of};
use crate::dependencies::Reader;
use crate::dependencies::document::{Document, Value, items, table_of, text, text_of, texts};
use crate::dependencies::poetry::{git_address, marker as marker_of_dependency, versions};
use crate::dependencies::requirement::Versions;
use crate::source::Span;

pub(super) fn packages(reader: &mut Reader<'_>, document: &Document<'_>) -> Option<Vec<Package>> {
    items(document.root(), "package").map(|value| package(reader, document, value)).collect()
}

fn package(reader: &mut Reader<'_>, document: &Document<'_>, value: &Value<'_>) -> Option<Package> {
    let table = value.get_ref().as_table()?;
    let at = table.get("name").map_or(document.at(value), |name| document.at(name));
    let written = text_of(table, "name");
    let name = name_of(reader, &at, written)?;
    // Poetry 1.0 to 1.2 listed the files of all packages at the end.
    let elsewhere = document.table(&["metadata", "files"]).zip(written);
    let elsewhere = elsewhere.into_iter().flat_map(|(files, name)| items(files, name));
    let files = items(table, "files").chain(elsewhere);
    let files = files.filter_map(|file| text_of(file.get_ref().as_table()?, "hash"));
    Some(Package {
        name,
        version: text_of(table, "version").and_then(|version| version.parse().ok()),
        source: source(table),
        hashes: hashes(files),
        marker: holds(reader, &at, table)?,
        needs: needs(reader, &at, table)?,
        extras: BTreeMap::new(),
        at,
    })
}

/// Where a package holds: for its Pythons, and, since Poetry 2, where its `markers` do. Those may be given group by group.
fn holds(reader: &mut Reader<'_>, at: &Span, table: &DeTable<'_>) -> Option<MarkerTree> {
    let markers = table.get("markers");
    let main = markers.and_then(|value| value.get_ref().as_table()).and_then(|groups| text_of(groups, "main"));
    let mut marker = marker_of(reader, at, markers.and_then(text).or(main))?;
    let pythons = text_of(table, "python-versions").and_then(versions);
    if pythons.is_some_and(|pythons| !reader.environment.is_accepted_by(&pythons)) {
        marker = MarkerTree::FALSE;
    }
    Some(marker)
}

/// `[package.dependencies]`: a version, a table, or a list of them for different places.
fn needs(reader: &mut Reader<'_>, at: &Span, table: &DeTable<'_>) -> Option<Vec<Need>> {
    let mut found = Vec::new();
    for (name, value) in table_of(table, "dependencies").into_iter().flatten() {
        let package = name_of(reader, at, Some(name.get_ref()))?;
        let forms: Vec<&Value<'_>> = value.get_ref().as_array().map_or_else(|| vec![value], |all| all.iter().collect());
        for form in forms {
            found.extend(need(reader, at, &package, form, table)?);
        }
    }
    Some(found)
}

fn need(
    reader: &mut Reader<'_>,
    at: &Span,
    name: &PackageName,
    value: &Value<'_>,
    package: &DeTable<'_>,
) -> Option<Vec<Need>> {
    let empty = DeTable::default();
    let table = value.get_ref().as_table().unwrap_or(&empty);
    let version = text(value).or_else(|| text_of(table, "version")).unwrap_or("*");
    let Some(marker) = marker_of_dependency(reader, table) else {
        return marker_of(reader, at, text_of(table, "markers")).map(|_| Vec::new());
    };
    let need = Need {
        name: name.clone(),
        extras: texts(table, "extras").filter_map(|extra| ExtraName::new(extra.to_owned()).ok()).collect(),
        versions: versions(version).unwrap_or_else(Versions::all),
        marker,
    };
    let optional = table.get("optional").and_then(|value| value.get_ref().as_bool()) == Some(true);
    if !optional || names_an_extra(&need.marker) {
        return Some(vec![need]);
    }
    // Its marker does not say with which extra it comes; the list of extras does.
    let lists = table_of(package, "extras").into_iter().flatten();
    let with = lists.filter(|(_, list)| mentions(list, name)).filter_map(|(extra, _)| {
        let mut marker: MarkerTree = format!("extra == '{}'", extra.get_ref()).parse().ok()?;
        marker.and(need.marker.clone());
        Some(Need { marker, ..need.clone() })
    });
    Some(with.collect())
}

/// Whether a marker can only hold with some extra.
fn names_an_extra(marker: &MarkerTree) -> bool {
    marker.try_to_string().is_some_and(|text| text.contains("extra"))
}

/// Whether a list of requirements, such as `httptools (>=0.6.3)`, has one of that package.
fn mentions(list: &Value<'_>, name: &PackageName) -> bool {
    let items = list.get_ref().as_array().into_iter().flat_map(|items| items.iter()).filter_map(text);
    items.into_iter().any(|item| {
        let own = item.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).next().unwrap_or(item);
        PackageName::new(own.to_owned()).is_ok_and(|own| own == *name)
    })
}

fn source(table: &DeTable<'_>) -> Source {
    let Some(source) = table_of(table, "source") else { return Source::Index };
    let url = text_of(source, "url").unwrap_or_default();
    match text_of(source, "type") {
        Some("git") => {
            let commit = text_of(source, "resolved_reference").or_else(|| text_of(source, "reference"));
            let inside =
                text_of(source, "subdirectory").map_or_else(String::new, |folder| format!("#subdirectory={folder}"));
            let commit = commit.map_or_else(String::new, |commit| format!("@{commit}"));
            Source::Address(format!("{}{commit}{inside}", git_address(url, &DeTable::default())))
        }
        Some("url") => Source::Address(url.to_owned()),
        Some("directory" | "file") => Source::Local(url.to_owned()),
        // An index by another name (`legacy`), which is the installer's to be told of.
        Some(_) | None => Source::Index,
    }
}
