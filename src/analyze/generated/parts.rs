//! The files that are one schema: <https://www.prisma.io/docs/orm/prisma-schema/overview/location#multi-file-prisma-schema>.

use serde_json::Value;

use crate::catalog::Generated;
use crate::source::{Project, ProjectPath};
use crate::syntax::join;

/// The other files of a schema, where the project says that the folder in which it lies is the schema.
pub(super) fn of(project: &Project, facts: &Generated, file: &ProjectPath, package: &str) -> Vec<ProjectPath> {
    if is_named(project, facts, file, package) { beside(project, file, package) } else { Vec::new() }
}

/// The files of the same kind beside a schema or deeper, in a folder that is not a package's.
pub(super) fn beside(project: &Project, file: &ProjectPath, package: &str) -> Vec<ProjectPath> {
    let is_part = |other: &&ProjectPath| *other != file && other.extension() == file.extension();
    let own = file.parent();
    if own == package && project.path(&join(own, "package.json")).is_some() {
        return Vec::new();
    }
    project.below(own).filter(is_part).cloned().collect()
}

/// Whether the project names the folder of a schema, in a folder from the package's upwards.
fn is_named(project: &Project, facts: &Generated, file: &ProjectPath, package: &str) -> bool {
    let mut folders = std::iter::successors(Some(package), |folder| {
        (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(parent, _)| parent))
    });
    let means =
        |folder: &str, name: &str| ProjectPath::join(folder, name).is_some_and(|named| named.as_str() == file.parent());
    folders.any(|folder| {
        let by_manifest = in_manifest(project, &facts.named.key, folder);
        let mut by_code = facts.named.files.iter().filter_map(|name| {
            let path = ProjectPath::join(folder, name)?;
            in_code(project.text(&path)?, &facts.named.setting)
        });
        by_manifest.is_some_and(|name| means(folder, &name)) || by_code.any(|name| means(folder, &name))
    })
}

fn in_manifest(project: &Project, key: &[String], folder: &str) -> Option<String> {
    let bytes = project.bytes(&project.path(&join(folder, "package.json"))?).ok()?;
    let manifest: Value = serde_json::from_slice(&bytes).ok()?;
    let named = key.iter().try_fold(&manifest, |value, key| value.get(key))?;
    named.as_str().map(str::to_owned)
}

/// The path that a setting of code has, as far as its text shows: the literals behind it, which may be those of `path.join`.
fn in_code(text: &str, setting: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix(setting)?.trim_start().strip_prefix(':'))?;
    let quotes = ['"', '\'', '`'];
    let literals: Vec<_> = line.split(quotes).skip(1).step_by(2).collect();
    (!literals.is_empty()).then(|| literals.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_code_names() {
        for (text, named) in [
            ("export default defineConfig({\n  schema: \"prisma/schema\",\n});", Some("prisma/schema")),
            ("  schema: path.join('prisma', 'models'),", Some("prisma/models")),
            ("  schemas: \"a\",\n  // schema: \"b\"", None),
            ("  schema: folder,", None),
        ] {
            assert_eq!(in_code(text, "schema").as_deref(), named, "{text}");
        }
    }
}
