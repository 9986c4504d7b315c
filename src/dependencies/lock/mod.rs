//! Lock files. Each format is read into the same packages, of which those are taken that the manifest's wishes reach: what
//! development groups and other systems need is in a lock file too.

mod poetry;
mod standard;
mod unused;
mod uv;
mod walk;

use std::collections::BTreeMap;

use pep440_rs::Version;
use pep508_rs::{ExtraName, MarkerTree, PackageName};

use super::document::Document;
use super::pyproject::Manifest;
use super::requirement::{Requirement, Versions};
use super::requirements_txt::{LOCAL_HELP, LOCAL_LABEL, local_message};
use super::{Dependencies, Reader};
use crate::source::{ProjectPath, Span};

pub(super) use unused::warn_of_unused;

/// A format that inferra reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Poetry,
    Uv,
    /// <https://packaging.python.org/en/latest/specifications/pylock-toml/>
    Standard,
}

impl Format {
    /// In the order in which they are looked for.
    const ALL: [Self; 3] = [Self::Uv, Self::Standard, Self::Poetry];

    const fn file_name(self) -> &'static str {
        match self {
            Self::Poetry => "poetry.lock",
            Self::Uv => "uv.lock",
            Self::Standard => "pylock.toml",
        }
    }

    /// How the file is made anew.
    const fn refresh(self) -> &'static str {
        match self {
            Self::Poetry => "run `poetry lock`",
            Self::Uv => "run `uv lock`",
            Self::Standard => {
                "make it again with the tool that wrote it, such as `uv export --format pylock.toml -o pylock.toml`"
            }
        }
    }

    fn packages(self, reader: &mut Reader<'_>, document: &Document<'_>) -> Option<Vec<Package>> {
        match self {
            Self::Poetry => poetry::packages(reader, document),
            Self::Uv => uv::packages(reader, document),
            Self::Standard => standard::packages(reader, document),
        }
    }
}

/// A package of a lock file.
#[derive(Debug)]
struct Package {
    name: PackageName,
    version: Option<Version>,
    source: Source,
    hashes: Vec<String>,
    /// Where it is in the lock file.
    at: Span,
    /// Where it holds.
    marker: MarkerTree,
    needs: Vec<Need>,
    /// What an extra adds.
    extras: BTreeMap<ExtraName, Vec<Need>>,
}

/// Where a package comes from.
#[derive(Debug, Clone)]
enum Source {
    Index,
    Address(String),
    /// A folder or a file of the machine on which the lock file was made.
    Local(String),
}

/// What a package needs.
#[derive(Debug, Clone)]
struct Need {
    name: PackageName,
    extras: Vec<ExtraName>,
    /// The version, where a lock file has several.
    versions: Versions,
    /// Where it holds, among other things with which extra of the package that needs it.
    marker: MarkerTree,
}

/// A lock file that was read.
struct Lock<'a> {
    file: &'a ProjectPath,
    format: Format,
    packages: Vec<Package>,
}

/// Whether a file is a lock file that needs no manifest beside it.
pub(super) fn is_standard(file: &ProjectPath) -> bool {
    file.file_name() == Format::Standard.file_name()
}

/// A lock file that was found.
pub(super) struct Found {
    format: Format,
    file: ProjectPath,
}

impl Found {
    /// What it says. `None` where something is wrong with it, which was pushed then.
    pub(super) fn read(&self, reader: &mut Reader<'_>, manifest: &Manifest) -> Option<Dependencies> {
        read(reader, self.format, &self.file, manifest)
    }
}

/// What a lock file says that stands alone.
pub(super) fn without_manifest(reader: &mut Reader<'_>, file: &ProjectPath) -> Option<Dependencies> {
    read(reader, Format::Standard, file, &Manifest::default())
}

fn read(reader: &mut Reader<'_>, format: Format, file: &ProjectPath, manifest: &Manifest) -> Option<Dependencies> {
    let text = reader.text(file)?;
    let document = Document::parse(reader, file, &text)?;
    let packages = format.packages(reader, &document)?;
    let lock = Lock { file, format, packages };
    let mut requirements = walk::reached(reader, &lock, manifest)?;
    // Installers that check one hash check all, and there are none of a repository.
    if requirements.iter().any(|requirement| requirement.hashes.is_empty()) {
        for requirement in &mut requirements {
            requirement.hashes.clear();
        }
    }
    Some(Dependencies { requirements, lock: Some(file.clone()), ..Dependencies::default() })
}

/// The lock file of a manifest: in its folder, Poetry's first where the manifest is Poetry's; or uv's further up, where a
/// workspace has one for all its members.
pub(super) fn beside(reader: &Reader<'_>, manifest_file: &ProjectPath, manifest: &Manifest) -> Option<Found> {
    let folder = manifest_file.parent();
    let at = |folder: &str, format: Format| {
        let path =
            if folder.is_empty() { format.file_name().to_owned() } else { format!("{folder}/{}", format.file_name()) };
        Some(Found { format, file: reader.project.other_path(&path)? })
    };
    let first = manifest.is_poetry.then_some(Format::Poetry);
    let here = first.into_iter().chain(Format::ALL).find_map(|format| at(folder, format));
    let above = || {
        let above = std::iter::successors(parent(folder), |folder| parent(folder));
        let mut found = above.filter_map(|folder| at(folder, Format::Uv));
        found.find(|found| uv::has_member(reader, &found.file, folder))
    };
    here.or_else(above)
}

fn parent(folder: &str) -> Option<&str> {
    (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
}

impl Package {
    /// The package as it is installed.
    fn pinned(&self, reader: &mut Reader<'_>) -> Option<Requirement> {
        let at = self.at.clone();
        let wanted = match (&self.source, &self.version) {
            (Source::Address(address), _) => super::Wanted::Url(address.clone()),
            (Source::Index, Some(version)) => super::Wanted::Versions(Versions::exactly(version.clone())),
            (Source::Local(path), _) => {
                reader.refused(at, local_message(path), LOCAL_LABEL, LOCAL_HELP);
                return None;
            }
            (Source::Index, None) => {
                let message = format!("`{}` has no version in the lock file", self.name);
                reader.illegible(at, message, "cannot be installed", "make the lock file again");
                return None;
            }
        };
        let (name, hashes, marker) = (self.name.clone(), self.hashes.clone(), MarkerTree::TRUE);
        let requirement =
            Requirement { name, extras: Vec::new(), wanted, hashes, at, asked_by: Vec::new(), direct: false, marker };
        (!reader.refuses_address(&requirement)).then_some(requirement)
    }
}

/// A name in a lock file; one that is none is reported.
fn name_of(reader: &mut Reader<'_>, at: &Span, name: Option<&str>) -> Option<PackageName> {
    let found = name.and_then(|name| PackageName::new(name.to_owned()).ok());
    if found.is_none() {
        reader.illegible(at.clone(), "a package without a name", "in this entry", "make the lock file again");
    }
    found
}

/// A marker in a lock file; one that is not understood is reported.
fn marker_of(reader: &mut Reader<'_>, at: &Span, text: Option<&str>) -> Option<MarkerTree> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Some(MarkerTree::TRUE) };
    let parsed = text.parse().ok();
    if parsed.is_none() {
        let message = format!("`{text}` is no marker that inferra knows");
        reader.illegible(at.clone(), message, "of this package", "make the lock file again");
    }
    parsed
}

/// Hashes in order and each once: what is written from them must not depend on the order of files in the lock.
fn hashes<'h>(found: impl Iterator<Item = &'h str>) -> Vec<String> {
    let mut hashes: Vec<_> = found.filter(|hash| is_hash(hash)).map(str::to_owned).collect();
    hashes.sort();
    hashes.dedup();
    hashes
}

fn is_hash(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, digest)| {
        let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric());
        plain(algorithm) && plain(digest)
    })
}
