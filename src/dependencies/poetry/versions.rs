use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

use crate::dependencies::requirement::Versions;

/// The versions that Poetry's notation means, such as `^1.2`, `~1.2`, `1.*`, `>=1,<2` and `^1 || ^2`:
/// <https://python-poetry.org/docs/dependency-specification/#version-constraints>.
pub(in super::super) fn versions(text: &str) -> Option<Versions> {
    let any = text.split("||").flat_map(|part| part.split('|')).map(all);
    Some(Versions(any.collect::<Option<_>>()?))
}

/// Constraints that hold together, after commas or spaces.
fn all(text: &str) -> Option<VersionSpecifiers> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let operator = rest.find(|c: char| !"^~<>=!".contains(c)).unwrap_or(rest.len());
        let (operator, version) = rest.split_at(operator);
        let version = version.trim_start();
        let end =
            version.find(|c: char| c == ',' || c.is_whitespace() || "^~<>=!".contains(c)).unwrap_or(version.len());
        let (version, more) = version.split_at(end);
        found.extend(one(operator, version)?);
        rest = more.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    }
    Some(found.into_iter().collect())
}

fn one(operator: &str, version: &str) -> Option<Vec<VersionSpecifier>> {
    if version == "*" {
        return Some(Vec::new());
    }
    match operator {
        "^" => between(version, caret),
        "~" => between(version, tilde),
        "" | "=" => format!("=={version}").parse().ok().map(|one| vec![one]),
        "==" | "===" | "!=" | "<" | "<=" | ">" | ">=" | "~=" => {
            format!("{operator}{version}").parse().ok().map(|one| vec![one])
        }
        // Not our enum: anything that somebody may write.
        _ => None,
    }
}

/// From a version up to the one that `end` makes of its numbers.
fn between(version: &str, end: fn(&[u64]) -> Vec<u64>) -> Option<Vec<VersionSpecifier>> {
    let from: Version = version.parse().ok()?;
    let end = Version::new(end(from.release()));
    let below = VersionSpecifier::from_version(Operator::LessThan, end).ok()?;
    Some(vec![VersionSpecifier::greater_than_equal_version(from), below])
}

/// Up to the next change of the leftmost number that is not zero.
fn caret(release: &[u64]) -> Vec<u64> {
    let last = release.len().saturating_sub(1);
    let at = release.iter().position(|number| *number != 0).unwrap_or(last);
    raised(release, at)
}

/// Up to the next minor version, or the next major one where only that is given.
fn tilde(release: &[u64]) -> Vec<u64> {
    raised(release, usize::from(release.len() > 1))
}

fn raised(release: &[u64], at: usize) -> Vec<u64> {
    let kept = release.iter().take(at).copied();
    kept.chain([release.get(at).copied().unwrap_or_default() + 1]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_poetry_documents_them() {
        let meant = [
            ("^1.2.3", ">=1.2.3, <2"),
            ("^1.2", ">=1.2, <2"),
            ("^1", ">=1, <2"),
            ("^0.2.3", ">=0.2.3, <0.3"),
            ("^0.0.3", ">=0.0.3, <0.0.4"),
            ("^0.0", ">=0.0, <0.1"),
            ("^0", ">=0, <1"),
            ("~1.2.3", ">=1.2.3, <1.3"),
            ("~1.2", ">=1.2, <1.3"),
            ("~1", ">=1, <2"),
            ("*", ""),
            ("1.2.*", "==1.2.*"),
            ("1.2.3", "==1.2.3"),
            (">= 1.2, < 1.5", ">=1.2, <1.5"),
            (">=1.2 <1.5 !=1.3", ">=1.2, !=1.3, <1.5"),
            ("~=1.2", "~=1.2"),
        ];
        for (written, wanted) in meant {
            let Versions(any) = versions(written).unwrap();
            let [only] = any.as_slice() else { panic!("{written}") };
            assert_eq!(only.to_string(), wanted, "{written}");
        }
        assert_eq!(versions("^1.0 || ^2.1").unwrap().0.len(), 2);
        for wrong in ["latest", "^x", "><1", "1.2.3 foo"] {
            assert!(versions(wrong).is_none(), "{wrong}");
        }
    }
}
