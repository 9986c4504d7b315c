//! Poetry's own tables: <https://python-poetry.org/docs/dependency-specification/>.

mod versions;

use pep508_rs::{ExtraName, MarkerTree, PackageName};
use toml::de::{DeTable, DeValue};

pub(super) use versions::versions;

use super::Reader;
use super::document::{Document, Value, table_of, text, text_of, texts};
use super::pyproject::Manifest;
use super::requirement::{Requirement, Versions, Wanted};
use super::requirements_txt::{LOCAL_HELP, LOCAL_LABEL, local_message};
use crate::source::Span;

/// Reads `[tool.poetry.dependencies]`: the main group alone; the others are for development.
pub(super) fn dependencies(
    reader: &mut Reader<'_>,
    document: &Document<'_>,
    poetry: &DeTable<'_>,
    manifest: &mut Manifest,
) {
    for (key, value) in table_of(poetry, "dependencies").into_iter().flatten() {
        let name = key.get_ref().as_ref();
        let at = Span::new(document.file, key.span().start..value.span().end.max(key.span().end));
        if name == "python" {
            if let Some(wanted) = text(value).and_then(versions) {
                reader.check_python(&wanted, at);
            }
            continue;
        }
        let forms: Vec<&Value<'_>> = value.get_ref().as_array().map_or_else(|| vec![value], |all| all.iter().collect());
        for form in forms {
            dependency(reader, name, form, at.clone(), manifest);
        }
    }
}

/// Notes which of `[project]`'s dependencies Poetry's table gives a source of its own.
pub(super) fn sources(document: &Document<'_>, poetry: &DeTable<'_>, manifest: &mut Manifest) {
    for (key, value) in table_of(poetry, "dependencies").into_iter().flatten() {
        let elsewhere = ["git", "url", "path", "source"];
        let table = value.get_ref().as_table();
        if table.is_some_and(|table| elsewhere.iter().any(|name| table.get(*name).is_some())) {
            let at = Span::new(document.file, key.span());
            manifest.for_a_lock.push((format!("the source of `{}`", key.get_ref()), at));
        }
    }
}

fn dependency(reader: &mut Reader<'_>, name: &str, value: &Value<'_>, at: Span, manifest: &mut Manifest) {
    let illegible = |reader: &mut Reader<'_>, at: Span, label: String| {
        let help = "see https://python-poetry.org/docs/dependency-specification/";
        reader.illegible(at, format!("`{name}` is no dependency as Poetry writes it"), label, help);
    };
    let Ok(package) = PackageName::new(name.to_owned()) else {
        return illegible(reader, at, "no name of a package".to_owned());
    };
    let empty = DeTable::default();
    let (version, table) = match value.get_ref() {
        DeValue::String(version) => (Some(version.as_ref()), &empty),
        DeValue::Table(table) => (text_of(table, "version"), table),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) => {
            return illegible(reader, at, "a version or a table is wanted here".to_owned());
        }
    };
    if table.get("optional").is_some_and(|value| value.get_ref().as_bool() == Some(true)) {
        // Installed with an extra only, and a deployed application names none.
        return;
    }
    if let Some(path) = text_of(table, "path") {
        return reader.refused(at, local_message(path), LOCAL_LABEL, LOCAL_HELP);
    }
    let Some(marker) = marker(reader, table) else {
        return illegible(reader, at, "its condition is not understood".to_owned());
    };
    let wanted = match (text_of(table, "git"), text_of(table, "url")) {
        (Some(git), _) => Wanted::Url(git_address(git, table)),
        (None, Some(url)) => Wanted::Url(url.to_owned()),
        (None, None) => match versions(version.unwrap_or("*")) {
            Some(versions) => Wanted::Versions(versions),
            None => return illegible(reader, at, format!("`{}` is no version", version.unwrap_or_default())),
        },
    };
    if matches!(&wanted, Wanted::Versions(Versions(any)) if any.len() > 1) {
        manifest.for_a_lock.push((format!("the choice of versions of `{name}`"), at.clone()));
    }
    if text_of(table, "source").is_some() {
        manifest.for_a_lock.push((format!("the source of `{name}`"), at.clone()));
    }
    let mut extras: Vec<_> = texts(table, "extras").filter_map(|extra| ExtraName::new(extra.to_owned()).ok()).collect();
    extras.sort();
    let (hashes, asked_by) = (Vec::new(), Vec::new());
    let requirement = Requirement { name: package, extras, wanted, hashes, at, asked_by, direct: true, marker };
    let written = format!("{name} = {}", version.unwrap_or("…"));
    manifest.take(reader, requirement, &written);
}

/// As installers write the address of a repository: <https://pip.pypa.io/en/stable/topics/vcs-support/>.
pub(super) fn git_address(git: &str, table: &DeTable<'_>) -> String {
    let scheme = if git.starts_with("git+") { "" } else { "git+" };
    // `git@host:path` is ssh's short form, which is no address.
    let git = match git.split_once(':').filter(|_| !git.contains("://")) {
        Some((host, path)) => format!("ssh://{host}/{path}"),
        None => git.to_owned(),
    };
    let at = ["rev", "tag", "branch"].iter().find_map(|key| text_of(table, key));
    let at = at.map_or_else(String::new, |at| format!("@{at}"));
    let inside = text_of(table, "subdirectory").map_or_else(String::new, |folder| format!("#subdirectory={folder}"));
    format!("{scheme}{git}{at}{inside}")
}

/// Where a dependency holds: its `markers`, `python` and `platform`. `None` where they are not understood.
pub(super) fn marker(reader: &Reader<'_>, table: &DeTable<'_>) -> Option<MarkerTree> {
    let mut marker = match text_of(table, "markers") {
        Some(text) => text.parse().ok()?,
        None => MarkerTree::TRUE,
    };
    let here = |holds: bool| if holds { MarkerTree::TRUE } else { MarkerTree::FALSE };
    if let Some(python) = text_of(table, "python") {
        marker.and(here(reader.environment.is_accepted_by(&versions(python)?)));
    }
    if let Some(platform) = text_of(table, "platform") {
        marker.and(here(platform.split("||").map(str::trim).any(|one| match one.strip_prefix('!') {
            Some(other) => other.trim_start_matches('=') != "linux",
            None => one.trim_start_matches('=') == "linux",
        })));
    }
    Some(marker)
}
