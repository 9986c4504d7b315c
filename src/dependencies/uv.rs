//! `[tool.uv]`: <https://docs.astral.sh/uv/reference/settings/>.

use toml::de::DeTable;

use super::Reader;
use super::document::{Document, items, table_of, text_of};
use super::poetry::git_address;
use super::pyproject::Manifest;
use super::requirement::Wanted;
use super::requirements_txt::{LOCAL_HELP, LOCAL_LABEL, local_message};

/// Applies where uv takes packages from, and what it holds others to.
pub(super) fn sources(reader: &mut Reader<'_>, document: &Document<'_>, manifest: &mut Manifest) {
    let Some(uv) = document.table(&["tool", "uv"]) else { return };
    for value in items(uv, "constraint-dependencies") {
        if let Some(requirement) = reader.requirement(document, value)
            && requirement.marker.evaluate(&reader.environment.markers, &[])
        {
            manifest.constraints.push(requirement);
        }
    }
    if let Some(value) = uv.get("override-dependencies") {
        manifest.for_a_lock.push(("`override-dependencies`".to_owned(), document.at(value)));
    }
    let Some(sources) = table_of(uv, "sources") else { return };
    for (key, value) in sources {
        let wish = manifest.wishes.iter_mut().find(|wish| wish.name.as_ref() == normal(key.get_ref()));
        let Some(wish) = wish else { continue };
        let at = document.at(value);
        let Some(source) = value.get_ref().as_table() else {
            manifest.for_a_lock.push((format!("the sources of `{}`", key.get_ref()), at));
            continue;
        };
        if let Some(path) = local(source, key.get_ref()) {
            reader.refused(at, local_message(&path), LOCAL_LABEL, LOCAL_HELP);
        } else if source.get("marker").is_some() || source.get("index").is_some() {
            manifest.for_a_lock.push((format!("the source of `{}`", key.get_ref()), at));
        } else if let Some(git) = text_of(source, "git") {
            wish.wanted = Wanted::Url(git_address(git, source));
        } else if let Some(url) = text_of(source, "url") {
            wish.wanted = Wanted::Url(url.to_owned());
        }
    }
}

/// The place of a source that is on this machine.
fn local(source: &DeTable<'_>, name: &str) -> Option<String> {
    let workspace = source.get("workspace").map(|_| name.to_owned());
    text_of(source, "path").map(str::to_owned).or(workspace)
}

/// As packages are compared: <https://packaging.python.org/en/latest/specifications/name-normalization/>.
fn normal(name: &str) -> String {
    pep508_rs::PackageName::new(name.to_owned()).map_or_else(|_| name.to_owned(), |name| name.to_string())
}
