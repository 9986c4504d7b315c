//! `pylock.toml`: <https://packaging.python.org/en/latest/specifications/pylock-toml/>.

use std::collections::BTreeMap;

use pep440_rs::VersionSpecifiers;
use toml::de::DeTable;

use super::{Package, Source, hashes, marker_of, name_of};
use crate::dependencies::Reader;
use crate::dependencies::document::{Document, Value, items, table_of, text, text_of, texts};
use crate::dependencies::requirement::Versions;

pub(super) fn packages(reader: &mut Reader<'_>, document: &Document<'_>) -> Option<Vec<Package>> {
    let version = text_of(document.root(), "lock-version");
    if !version.is_some_and(|version| version.starts_with("1.")) {
        let message = format!("`{}` has a version that inferra does not know", document.file);
        reader.illegible(document.start(), message, "`lock-version` is not 1", "make it again as version 1.0");
        return None;
    }
    let pythons = document.root().get("requires-python");
    if let Some(value) = pythons
        && let Some(wanted) = text(value).and_then(|text| text.parse::<VersionSpecifiers>().ok())
    {
        reader.check_python(&Versions(vec![wanted]), document.at(value));
    }
    let groups: Vec<_> = texts(document.root(), "default-groups").collect();
    items(document.root(), "packages").map(|value| package(reader, document, value, &groups)).collect()
}

fn package(reader: &mut Reader<'_>, document: &Document<'_>, value: &Value<'_>, groups: &[&str]) -> Option<Package> {
    let table = value.get_ref().as_table()?;
    let at = table.get("name").map_or(document.at(value), |name| document.at(name));
    let name = name_of(reader, &at, text_of(table, "name"))?;
    let settled = text_of(table, "marker").map(|marker| settled(marker, groups));
    let archive = table_of(table, "archive");
    let files = items(table, "wheels").chain(table.get("sdist")).chain(table.get("archive"));
    let found: Vec<String> = files.filter_map(|file| hash(file.get_ref().as_table()?)).collect();
    let source = match (table_of(table, "vcs"), archive, table_of(table, "directory")) {
        (Some(vcs), ..) => Source::Address(repository(vcs)),
        (None, Some(archive), _) => address(archive),
        (None, None, Some(directory)) => Source::Local(text_of(directory, "path").unwrap_or(".").to_owned()),
        (None, None, None) => Source::Index,
    };
    Some(Package {
        name,
        version: text_of(table, "version").and_then(|version| version.parse().ok()),
        source,
        hashes: hashes(found.iter().map(String::as_str)),
        marker: marker_of(reader, &at, settled.as_deref())?,
        needs: Vec::new(),
        extras: BTreeMap::new(),
        at,
    })
}

/// The strongest that every installer checks; other algorithms are not in use.
fn hash(file: &DeTable<'_>) -> Option<String> {
    let hashes = table_of(file, "hashes")?;
    let algorithm = ["sha256", "sha384", "sha512"].into_iter().find(|name| hashes.get(*name).is_some())?;
    Some(format!("{algorithm}:{}", text_of(hashes, algorithm)?))
}

fn address(archive: &DeTable<'_>) -> Source {
    let path = || Source::Local(text_of(archive, "path").unwrap_or("archive").to_owned());
    text_of(archive, "url").map_or_else(path, |url| Source::Address(url.to_owned()))
}

fn repository(vcs: &DeTable<'_>) -> String {
    let kind = text_of(vcs, "type").unwrap_or("git");
    let (url, commit) = (text_of(vcs, "url").unwrap_or_default(), text_of(vcs, "commit-id").unwrap_or_default());
    let inside = text_of(vcs, "subdirectory").map_or_else(String::new, |folder| format!("#subdirectory={folder}"));
    format!("{kind}+{url}@{commit}{inside}")
}

/// A marker with what it says of groups and extras decided: the groups are those of a plain installation, and there are no
/// extras. `'dev' in dependency_groups` and the like are this format's own and no part of other markers.
fn settled(marker: &str, groups: &[&str]) -> String {
    let mut text = marker.to_owned();
    for set in ["dependency_groups", "extras"] {
        while let Some(at) = text.find(set) {
            let Some((start, name, negated)) = tested(&text[..at]) else { break };
            let holds = set == "dependency_groups" && groups.contains(&name);
            let version = if holds == negated { "python_version < '0'" } else { "python_version >= '0'" };
            text = format!("{}{version}{}", &text[..start], &text[at + set.len()..]);
        }
    }
    text
}

/// The name in front of `in`: where its quote opens, and whether `not` stands between.
fn tested(before: &str) -> Option<(usize, &str, bool)> {
    let before = before.trim_end().strip_suffix("in")?.trim_end();
    let (before, negated) = before.strip_suffix("not").map_or((before, false), |before| (before.trim_end(), true));
    let quote = before.chars().next_back().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = &before[..before.len() - 1];
    let start = inner.rfind(quote)?;
    Some((start, &inner[start + 1..], negated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_decided() {
        let marker =
            "'dev' in dependency_groups or (\"main\" in dependency_groups and 'x' not in extras) and os_name == 'nt'";
        assert_eq!(
            settled(marker, &["main"]),
            "python_version < '0' or (python_version >= '0' and python_version >= '0') and os_name == 'nt'"
        );
    }
}
