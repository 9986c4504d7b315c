use std::convert::Infallible;
use std::fmt;
use std::path::Path;
use std::str::FromStr as _;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers, release_specifiers_to_ranges};
use pep508_rs::{ExtraName, MarkerTree, PackageName, Pep508Url, VersionOrUrl};

use crate::source::Span;

/// One thing to install.
#[derive(Debug, Clone)]
pub(crate) struct Requirement {
    pub(crate) name: PackageName,
    /// Sorted, each once.
    pub(crate) extras: Vec<ExtraName>,
    pub(crate) wanted: Wanted,
    /// Of the files that it may be installed from, as installers write them: `sha256:…`.
    pub(crate) hashes: Vec<String>,
    /// Where it is asked for, or where a lock has it.
    pub(crate) at: Span,
    /// Who asks for it, where a lock file decides: names of packages, sorted.
    pub(crate) asked_by: Vec<String>,
    /// Whether the manifest itself asks for it.
    pub(crate) direct: bool,
    /// Where it holds.
    pub(super) marker: MarkerTree,
}

/// Which files of a package will do.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// A file of an index, of one of these versions.
    Versions(Versions),
    /// The file, or the repository, at this address.
    Url(String),
}

/// Versions: those that fit any of these lists. There is more than one only in what Poetry writes as `^1 || ^2`.
#[derive(Debug, Clone)]
pub(crate) struct Versions(pub(super) Vec<VersionSpecifiers>);

impl Versions {
    pub(crate) fn contain(&self, version: &Version) -> bool {
        self.0.iter().any(|specifiers| specifiers.contains(version))
    }

    pub(super) fn all() -> Self {
        Self(vec![VersionSpecifiers::empty()])
    }

    pub(super) fn exactly(version: Version) -> Self {
        Self(vec![VersionSpecifiers::from(VersionSpecifier::equals_version(version))])
    }

    /// The only version that fits, where that is plain.
    pub(crate) fn pin(&self) -> Option<&Version> {
        let [specifiers] = self.0.as_slice() else { return None };
        specifiers.iter().find_map(|one| match one.operator() {
            Operator::Equal | Operator::ExactEqual => Some(one.version()),
            Operator::EqualStar
            | Operator::NotEqual
            | Operator::NotEqualStar
            | Operator::TildeEqual
            | Operator::LessThan
            | Operator::LessThanEqual
            | Operator::GreaterThan
            | Operator::GreaterThanEqual => None,
        })
    }

    /// Whether some version may fit both. Only what can be told without an index counts, so `true` promises nothing.
    pub(crate) fn may_agree_with(&self, other: &Self) -> bool {
        if let Some(pin) = self.pin() {
            return other.contain(pin);
        }
        if let Some(pin) = other.pin() {
            return self.contain(pin);
        }
        let ranges = |of: &VersionSpecifiers| release_specifiers_to_ranges(of.clone());
        self.0.iter().any(|own| other.0.iter().any(|theirs| !ranges(own).intersection(&ranges(theirs)).is_empty()))
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one =
            |specifiers: &VersionSpecifiers| specifiers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        f.write_str(&self.0.iter().map(one).collect::<Vec<_>>().join(" || "))
    }
}

/// An address as written. The library's own type puts environment variables in, which must stay out of what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address(String);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Pep508Url for Address {
    type Err = Infallible;

    fn parse_url(url: &str, _: Option<&Path>) -> Result<Self, Infallible> {
        Ok(Self(url.to_owned()))
    }
}

/// Reads a requirement as <https://packaging.python.org/en/latest/specifications/dependency-specifiers/> has it.
pub(crate) fn parse(text: &str, at: Span) -> Result<Requirement, String> {
    if text.contains(|c: char| c.is_control() || c == '\\') {
        return Err("it has a character that no requirement has".to_owned());
    }
    let parsed = pep508_rs::Requirement::<Address>::from_str(text).map_err(|error| error.message.to_string())?;
    let wanted = match parsed.version_or_url {
        None => Wanted::Versions(Versions::all()),
        Some(VersionOrUrl::VersionSpecifier(specifiers)) => Wanted::Versions(Versions(vec![specifiers])),
        Some(VersionOrUrl::Url(address)) => Wanted::Url(address.0),
    };
    let mut extras = parsed.extras;
    extras.sort();
    extras.dedup();
    let marker = parsed.marker;
    let (hashes, asked_by) = (Vec::new(), Vec::new());
    Ok(Requirement { name: parsed.name, extras, wanted, hashes, at, asked_by, direct: true, marker })
}

/// As a line of a requirements file, without marker and hashes: both are somebody else's to write.
impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if !self.extras.is_empty() {
            let extras: Vec<_> = self.extras.iter().map(ToString::to_string).collect();
            write!(f, "[{}]", extras.join(","))?;
        }
        match &self.wanted {
            Wanted::Versions(versions) => write!(f, "{versions}"),
            Wanted::Url(address) => write!(f, " @ {address}"),
        }
    }
}
