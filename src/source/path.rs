use std::borrow::Borrow;
use std::fmt;
use std::path::{Component, Path};
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;
use serde::Serialize;

/// A file's path inside the project: relative, `/`-separated, without `.` or `..`. The only form of path that reaches
/// output, so nothing that inferra writes names the machine it ran on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ProjectPath(Arc<str>);

/// A table by path. Resolving imports looks up several paths for each, so the hash is a fast one; nobody gains by making the
/// paths of their own project collide.
pub(crate) type PathMap<T> = IndexMap<ProjectPath, T, FxBuildHasher>;

/// A set of paths, as [`PathMap`].
pub(crate) type PathSet = IndexSet<ProjectPath, FxBuildHasher>;

impl ProjectPath {
    /// Normalises `relative`; `None` if it is absolute, leaves the project through `..`, or is not UTF-8.
    #[must_use]
    pub fn new(relative: &Path) -> Option<Self> {
        let mut parts: Vec<&str> = Vec::new();
        for component in relative.components() {
            match component {
                Component::Normal(part) => parts.push(part.to_str()?),
                Component::CurDir => {}
                Component::ParentDir => {
                    parts.pop()?;
                }
                Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        Some(Self(parts.join("/").into()))
    }

    /// A file that may lie beside the project, such as a platform team's settings: `..` is kept where it leads out. Only
    /// for files that hold settings; what becomes part of the output lies inside.
    pub(crate) fn beside(relative: &Path) -> Self {
        let mut parts: Vec<String> = Vec::new();
        for component in relative.components() {
            match component {
                Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
                Component::ParentDir if parts.last().is_some_and(|last| last != "..") => {
                    parts.pop();
                }
                Component::ParentDir => parts.push("..".to_owned()),
                Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
            }
        }
        Self(parts.join("/").into())
    }

    /// The project's own folder.
    pub(crate) fn root() -> Self {
        Self("".into())
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds this file; empty for the project's root.
    #[must_use]
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last component.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The extension of the last component, without its dot.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        self.file_name().rsplit_once('.').map(|(_, extension)| extension)
    }

    /// The path without its extension.
    #[must_use]
    pub fn stem(&self) -> &str {
        self.extension().map_or(&self.0, |extension| &self.0[..self.0.len() - extension.len() - 1])
    }

    /// `relative` as seen from `folder` (a [`parent`](Self::parent)); `None` where it would leave the project.
    #[must_use]
    pub fn join(folder: &str, relative: &str) -> Option<Self> {
        Self::new(&Path::new(folder).join(relative))
    }
}

// Agrees with the derived `Hash` and `Ord`, which are those of the text.
impl Borrow<str> for ProjectPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProjectPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_path() {
        let path = ProjectPath::new(Path::new("./app/../src/a.b.ts")).unwrap();
        assert_eq!(path.as_str(), "src/a.b.ts");
        assert_eq!(
            (path.parent(), path.file_name(), path.extension(), path.stem()),
            ("src", "a.b.ts", Some("ts"), "src/a.b")
        );
    }

    #[test]
    fn nothing_leaves_the_project() {
        assert_eq!(ProjectPath::join("app", "../../etc/passwd"), None);
        assert_eq!(ProjectPath::new(Path::new("/etc/passwd")), None);
        assert_eq!(ProjectPath::join("app", "../x.py").unwrap().as_str(), "x.py");
        assert_eq!(ProjectPath::beside(Path::new("a/../../../b/./c.toml")).as_str(), "../../b/c.toml");
    }
}
