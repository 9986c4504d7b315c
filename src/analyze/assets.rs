//! Files that directives name by globs.

use std::collections::BTreeSet;

use globset::{Glob, GlobBuilder, GlobMatcher};

use super::units::Units;
use crate::annotation::{Annotation, Request, Written};
use crate::app::Application;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Project, ProjectPath};

/// Adds what `embed_assets` names to the units that hold the directive's file. What is a site's alone stays out.
pub(super) fn embed(
    project: &Project,
    annotations: &[Annotation],
    units: &Units,
    application: &mut Application,
    diagnostics: &mut Diagnostics,
) {
    let of_sites: BTreeSet<&ProjectPath> = application.sites.values().flat_map(|site| &site.own_files).collect();
    for annotation in annotations {
        let Request::EmbedAssets { include, exclude } = &annotation.request else { continue };
        let folder = annotation.origin.at.file.parent();
        let excluded = Globs::of(folder, exclude, diagnostics);
        let included = Globs::of(folder, include, diagnostics);
        let mut found = included.files(project, diagnostics);
        found.retain(|path| !excluded.matches(path) && !of_sites.contains(path));
        let holders: Vec<_> = units.including(&annotation.origin.at.file).collect();
        if holders.is_empty() {
            let message = "no unit holds the file that names these assets";
            diagnostics.push(
                Diagnostic::new(Code::ConstructUnreachable, message)
                    .at(annotation.origin.span.clone(), "nothing that runs imports this file")
                    .help("put the directive into a file that a unit loads, such as its entry"),
            );
        }
        for unit in holders {
            let Some(unit) = application.units.get_mut(unit) else { continue };
            let files: BTreeSet<_> = unit.files.drain(..).chain(found.iter().cloned()).collect();
            unit.files = files.into_iter().collect();
            let assets: BTreeSet<_> = unit.assets.drain(..).chain(found.iter().cloned()).collect();
            unit.assets = assets.into_iter().collect();
        }
    }
}

/// Globs as written in one directive, as far as they are right.
pub(super) struct Globs<'a> {
    globs: Vec<(&'a Written, String, GlobMatcher)>,
}

impl<'a> Globs<'a> {
    /// The globs of a directive in a file of `folder`; what is wrong with them is reported.
    pub(super) fn of(folder: &str, written: &'a [Written], diagnostics: &mut Diagnostics) -> Self {
        let mut globs = Vec::new();
        for one in written {
            match from_root(folder, &one.text).and_then(|text| Ok((compiled(&text)?, text))) {
                Ok((glob, text)) => globs.push((one, text, glob.compile_matcher())),
                Err(why) => diagnostics.push(
                    Diagnostic::new(Code::InvalidGlob, format!("`{}` is no glob of files in this project", one.text))
                        .at(one.span.clone(), why)
                        .help("write a path from this file's folder, or with `/` first from the project's root: `static/**`"),
                ),
            }
        }
        Self { globs }
    }

    pub(super) fn matches(&self, path: &ProjectPath) -> bool {
        self.globs.iter().any(|(_, _, glob)| glob.is_match(path.as_str()))
    }

    /// The files that any of them matches, sorted; one that matches nothing is reported.
    pub(super) fn files(&self, project: &Project, diagnostics: &mut Diagnostics) -> Vec<ProjectPath> {
        let mut found = BTreeSet::new();
        for (written, text, glob) in &self.globs {
            let folder = literal_folder(text);
            let hidden = text.split('/').any(|part| part.starts_with('.'));
            let shown = |path: &ProjectPath| hidden || !path.as_str().split('/').any(|part| part.starts_with('.'));
            let files = project.files_below(folder);
            let before = found.len();
            found.extend(files.into_iter().filter(|path| glob.is_match(path.as_str()) && shown(path)));
            if found.len() == before {
                diagnostics.push(
                    Diagnostic::new(Code::NothingMatches, format!("`{}` matches no file", written.text))
                        .at(written.span.clone(), format!("looked below `{}`", if folder.is_empty() { "." } else { folder }))
                        .help("if a build step makes the files, run it before; hidden files count only where the glob names them"),
                );
            }
        }
        found.into_iter().collect()
    }

    /// The folder that all of them, and of `others`, start from.
    pub(super) fn and_common_folder(&self, others: &Self) -> String {
        let folders = self.globs.iter().chain(&others.globs).map(|(_, text, _)| literal_folder(text));
        let common = folders.map(|folder| folder.split('/').collect::<Vec<_>>()).reduce(|common, folder| {
            common.into_iter().zip(folder).take_while(|(one, other)| one == other).map(|(one, _)| one).collect()
        });
        common.unwrap_or_default().join("/")
    }
}

/// A glob as seen from the project's root.
fn from_root(folder: &str, written: &str) -> Result<String, String> {
    let (folder, glob) = written.strip_prefix('/').map_or((folder, written), |glob| ("", glob));
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in glob.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or("it leaves the project")?;
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        return Err("it names nothing".to_owned());
    }
    Ok(parts.join("/"))
}

fn compiled(glob: &str) -> Result<Glob, String> {
    let built = GlobBuilder::new(glob).literal_separator(true).build();
    built.map_err(|error| error.kind().to_string())
}

/// The part of a glob before the first component that is a pattern; a glob without any is a file's path.
fn literal_folder(glob: &str) -> &str {
    let mut end = 0;
    for (at, _) in glob.match_indices('/') {
        if glob[end..at].contains(['*', '?', '[', '{', '\\']) {
            break;
        }
        end = at;
    }
    &glob[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_start_from_the_folder_or_the_root() {
        assert_eq!(from_root("app/web", "static/**").unwrap(), "app/web/static/**");
        assert_eq!(from_root("app/web", "/static/**").unwrap(), "static/**");
        assert_eq!(from_root("app/web", "../x.txt").unwrap(), "app/x.txt");
        assert!(from_root("app", "../../x").is_err());
        assert!(from_root("", "./").is_err());
    }

    #[test]
    fn the_walk_starts_where_the_pattern_does() {
        assert_eq!(literal_folder("a/b/*.txt"), "a/b");
        assert_eq!(literal_folder("a/b*/c/d"), "a");
        assert_eq!(literal_folder("a/b/c.txt"), "a/b");
        assert_eq!(literal_folder("*.txt"), "");
        assert!(compiled("a[").is_err());
    }
}
