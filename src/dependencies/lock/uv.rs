//! `uv.lock`: <https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile>. Its format is uv's own business, and its
//! version is checked.

use pep508_rs::{ExtraName, MarkerTree};
use toml::de::DeTable;

use super::{Need, Package, Source, hashes, marker_of, name_of};
use crate::dependencies::Reader;
use crate::dependencies::document::{Document, Value, items, table_of, text, text_of, texts};
use crate::dependencies::requirement::Versions;
use crate::source::{ProjectPath, Span};

/// The version that uv 0.4 and all later ones write so far.
const VERSION: &str = "1";

pub(super) fn packages(reader: &mut Reader<'_>, document: &Document<'_>) -> Option<Vec<Package>> {
    let version = document.root().get("version");
    let known = version.and_then(|value| value.get_ref().as_integer()).is_some_and(|number| number.as_str() == VERSION);
    if !known {
        let at = version.map_or(document.start(), |value| document.at(value));
        let help =
            "write it with a uv that inferra knows, or export it: `uv export --format pylock.toml -o pylock.toml`";
        reader.illegible(at, format!("`{}` has a version that inferra does not know", document.file), "not 1", help);
        return None;
    }
    items(document.root(), "package").map(|value| package(reader, document, value)).collect()
}

fn package(reader: &mut Reader<'_>, document: &Document<'_>, value: &Value<'_>) -> Option<Package> {
    let table = value.get_ref().as_table()?;
    let at = table.get("name").map_or(document.at(value), |name| document.at(name));
    let name = name_of(reader, &at, text_of(table, "name"))?;
    let files = items(table, "wheels").chain(table.get("sdist"));
    let files = files.filter_map(|file| text_of(file.get_ref().as_table()?, "hash"));
    let mut marker = MarkerTree::TRUE;
    if table.get("resolution-markers").is_some() {
        marker = MarkerTree::FALSE;
        for one in texts(table, "resolution-markers") {
            marker.or(marker_of(reader, &at, Some(one))?);
        }
    }
    let mut extras = std::collections::BTreeMap::new();
    for (extra, _) in table_of(table, "optional-dependencies").into_iter().flatten() {
        let optional = table_of(table, "optional-dependencies")?;
        let needs = needs(reader, &at, optional, extra.get_ref())?;
        extras.extend(ExtraName::new(extra.get_ref().to_string()).ok().map(|extra| (extra, needs)));
    }
    Some(Package {
        name,
        version: text_of(table, "version").and_then(|version| version.parse().ok()),
        source: source(table),
        hashes: hashes(files),
        needs: needs(reader, &at, table, "dependencies")?,
        extras,
        marker,
        at,
    })
}

fn needs(reader: &mut Reader<'_>, at: &Span, table: &DeTable<'_>, key: &str) -> Option<Vec<Need>> {
    items(table, key).map(|value| need(reader, at, value.get_ref().as_table()?)).collect()
}

fn need(reader: &mut Reader<'_>, at: &Span, table: &DeTable<'_>) -> Option<Need> {
    let version = text_of(table, "version").and_then(|version| version.parse().ok());
    Some(Need {
        name: name_of(reader, at, text_of(table, "name"))?,
        extras: texts(table, "extra").filter_map(|extra| ExtraName::new(extra.to_owned()).ok()).collect(),
        versions: version.map_or_else(Versions::all, Versions::exactly),
        marker: marker_of(reader, at, text_of(table, "marker"))?,
    })
}

fn source(table: &DeTable<'_>) -> Source {
    let Some(source) = table_of(table, "source") else { return Source::Index };
    if let Some(git) = text_of(source, "git") {
        return Source::Address(repository(git));
    }
    if let Some(url) = text_of(source, "url") {
        return Source::Address(url.to_owned());
    }
    let local = ["virtual", "editable", "directory", "path"].iter().find_map(|key| text_of(source, key));
    local.map_or(Source::Index, |path| Source::Local(path.to_owned()))
}

/// `https://host/x?rev=main&subdirectory=a#commit` as installers write it.
fn repository(git: &str) -> String {
    let (address, commit) = git.split_once('#').unwrap_or((git, ""));
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let folder = query.split('&').find_map(|part| part.strip_prefix("subdirectory="));
    let folder = folder.map_or_else(String::new, |folder| format!("#subdirectory={folder}"));
    let commit = if commit.is_empty() { String::new() } else { format!("@{commit}") };
    format!("git+{address}{commit}{folder}")
}

/// Whether the lock file of a workspace has the member in `folder`.
pub(super) fn has_member(reader: &Reader<'_>, file: &ProjectPath, folder: &str) -> bool {
    let Ok(bytes) = reader.project.bytes(file) else { return false };
    let Ok(lock) = std::str::from_utf8(&bytes) else { return false };
    let relative = folder.strip_prefix(file.parent()).unwrap_or(folder).trim_start_matches('/');
    let Ok(root) = DeTable::parse(lock) else { return false };
    items(root.get_ref(), "package").any(|value| {
        let source = value.get_ref().as_table().and_then(|table| table_of(table, "source"));
        let places = ["virtual", "editable"];
        source.is_some_and(|source| places.iter().any(|key| source.get(*key).and_then(text) == Some(relative)))
    })
}
