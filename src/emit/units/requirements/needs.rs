use std::sync::LazyLock;

use super::Part;
use crate::catalog::PYTHON_SHIM;
use crate::dependencies::{Dependencies, Requirement, Wanted, parse_requirement};
use crate::source::{ProjectPath, Span};

/// What stands between a range and the version that the shim is tested with.
const TESTED: &str = "# tested:";

/// A package that a part of the shim needs.
#[derive(Debug, Clone)]
pub(super) struct Need {
    range: Requirement,
    /// The version to install where nobody else says one.
    tested: Option<String>,
    part: Part,
}

/// A line for the unit's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needed {
    pub(super) line: String,
    pub(super) part: Part,
}

/// A need that the application's own dependencies contradict.
pub(super) struct Conflict {
    /// What the application asks for.
    pub(super) own: String,
    pub(super) at: Span,
    /// What the shim needs.
    pub(super) need: String,
    pub(super) reason: &'static str,
}

/// The needs of a part. The files are embedded, and a test reads all of them.
pub(super) fn of(part: Part) -> Vec<Need> {
    let file = format!("requirements-{}.txt", part.name());
    let text = PYTHON_SHIM.iter().find(|(path, _)| *path == file).map_or("", |(_, text)| text);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| need(line, part)).collect()
}

fn need(line: &str, part: Part) -> Option<Need> {
    let (range, tested) = line.split_once(TESTED).map_or((line, None), |(range, tested)| (range, Some(tested)));
    let range = parse_requirement(range.trim(), Span::new(&NOWHERE, 0..0)).ok()?;
    Some(Need { range, tested: tested.map(|tested| tested.trim().to_owned()), part })
}

/// Requirements of the shim are in no file of the project.
static NOWHERE: LazyLock<ProjectPath> = LazyLock::new(ProjectPath::root);

impl Need {
    /// The line to add to what the application installs; none where that is enough.
    pub(super) fn beside(&self, own: &Dependencies) -> Result<Option<Needed>, Conflict> {
        let same = |one: &&Requirement| one.name == self.range.name;
        let (named, held) = (own.requirements.iter().filter(same), own.constraints.iter().filter(same));
        let named: Vec<_> = named.collect();
        let mut pinned = false;
        for one in named.iter().copied().chain(held) {
            let (Wanted::Versions(theirs), Wanted::Versions(ours)) = (&one.wanted, &self.range.wanted) else {
                // Which version an address has, only the installer can tell; it is told the range.
                continue;
            };
            if !theirs.may_agree_with(ours) {
                let (own, need) = (one.to_string(), self.range.to_string());
                return Err(Conflict { own, at: one.at.clone(), need, reason: self.part.reason() });
            }
            pinned |= theirs.pin().is_some();
        }
        let has_extras = self.range.extras.iter().all(|extra| named.iter().any(|one| one.extras.contains(extra)));
        // A lock file lists a package once, and what its extras bring on lines of their own.
        let enough = !named.is_empty() && (pinned && has_extras || own.lock.is_some() && self.range.extras.is_empty());
        if enough {
            return Ok(None);
        }
        let held = own.constraints.iter().any(|one| one.name == self.range.name);
        let line = match &self.tested {
            Some(tested) if named.is_empty() && !held => self.exactly(tested),
            Some(_) | None => self.range.to_string(),
        };
        Ok(Some(Needed { line, part: self.part }))
    }

    fn exactly(&self, version: &str) -> String {
        let line = self.range.to_string();
        let name = line.find(|c: char| "<>=!~".contains(c)).map_or(line.as_str(), |end| &line[..end]);
        format!("{name}=={version}")
    }
}

/// Each line once, though two parts may need it.
pub(super) fn once(needed: Vec<Needed>) -> Vec<Needed> {
    let mut found: Vec<Needed> = Vec::new();
    for one in needed {
        if !found.iter().any(|other| other.line == one.line) {
            found.push(one);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every file belongs to a part, every line is understood, and what is tested is in the range.
    #[test]
    fn the_files_of_the_shim_are_sound() {
        let development = include_str!("../../../../shims/python/requirements-dev.txt");
        let mut files: Vec<_> = PYTHON_SHIM.iter().filter(|(path, _)| path.starts_with("requirements")).collect();
        for part in Part::ALL {
            let file = format!("requirements-{}.txt", part.name());
            let at = files.iter().position(|(path, _)| *path == file).unwrap_or_else(|| panic!("{file} is missing"));
            let (_, text) = files.remove(at);
            let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).count();
            let needs = of(part);
            assert_eq!(needs.len(), lines, "{file}");
            for need in needs {
                let Some(tested) = &need.tested else { continue };
                let pin = parse_requirement(&need.exactly(tested), need.range.at.clone()).unwrap();
                // The tests may ask for more extras.
                let runs_with = |line: &str| {
                    let line = parse_requirement(line, need.range.at.clone());
                    line.is_ok_and(|line| line.name == pin.name && line.to_string().ends_with(&format!("=={tested}")))
                };
                assert!(development.lines().any(runs_with), "the shim's tests run with {pin}");
                let Wanted::Versions(range) = need.range.wanted else { panic!("{file}") };
                assert!(range.contain(&tested.parse().unwrap()), "{file}: {tested}");
            }
        }
        assert!(files.is_empty(), "no part has {files:?}");
    }
}
