//! Which version of a package is installed.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::source::Project;
use crate::syntax::{Layout, join};

/// The major version of a package that the lock file has or, without one, that the range in `package.json` can only mean; of a
/// range without an end, its least one if that is new enough.
pub(super) fn major(
    project: &Project,
    layout: &Layout,
    folder: &str,
    package: &str,
    range: &str,
    least: u32,
) -> Option<u32> {
    let own = layout.manifest(folder).map_or("", |manifest| &manifest.folder);
    let root = layout.root(own).unwrap_or(own);
    let text = |folder: &str, name: &str| {
        let path = project.path(&join(folder, name))?;
        project.bytes(&path).ok().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok())
    };
    for name in ["package-lock.json", "npm-shrinkwrap.json"] {
        let found = [own, root].into_iter().find_map(|folder| of_npm(&text(folder, name)?, package));
        if found.is_some() {
            return found;
        }
    }
    for name in ["pnpm-lock.yaml", "yarn.lock"] {
        let found = [own, root].into_iter().find_map(|folder| of_lines(&text(folder, name)?, package));
        if found.is_some() {
            return found;
        }
    }
    of_range(range, least)
}

/// npm's lock file: <https://docs.npmjs.com/cli/configuring-npm/package-lock-json#packages>.
fn of_npm(lock: &str, package: &str) -> Option<u32> {
    let lock: Value = serde_json::from_str(lock).ok()?;
    let installed = lock.get("packages")?.get(format!("node_modules/{package}"))?;
    number(installed.get("version")?.as_str()?)
}

/// pnpm's and Yarn's: a line with the package's name, and close below it one with its version. Two of them are none.
fn of_lines(lock: &str, package: &str) -> Option<u32> {
    let lines: Vec<_> = lock.lines().map(|line| line.trim().replace(['"', '\''], "")).collect();
    let is_head = |line: &str| {
        let rest = line.strip_prefix(package);
        rest.is_some_and(|rest| line.ends_with(':') && (rest == ":" || rest.starts_with('@')))
    };
    let versions = lines.windows(3).filter(|lines| is_head(&lines[0])).filter_map(|lines| {
        let version = lines[1..].iter().find_map(|line| line.strip_prefix("version"))?;
        number(version.trim_start_matches([':', ' ']))
    });
    let found: BTreeSet<_> = versions.collect();
    found.first().copied().filter(|_| found.len() == 1)
}

/// The range of a manifest: <https://docs.npmjs.com/cli/using-npm/semver-range>.
fn of_range(range: &str, least: u32) -> Option<u32> {
    let range = range.trim();
    if let Some(open) = range.strip_prefix(">=") {
        return number(open.trim()).filter(|major| is_one(open.trim()) && *major >= least);
    }
    let one = range.trim_start_matches(['^', '~', '=', 'v']).trim();
    is_one(one).then(|| number(one)).flatten()
}

/// Whether a text is one version, or a part of one.
fn is_one(text: &str) -> bool {
    let release = text.split(['-', '+']).next().unwrap_or_default();
    let is_part = |part: &str| matches!(part, "x" | "X" | "*") || part.bytes().all(|byte| byte.is_ascii_digit());
    !text.contains([' ', '|', ':', '/']) && release.split('.').all(|part| !part.is_empty() && is_part(part))
}

fn number(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_ranges() {
        for range in ["^7.1.0", "~7", "7", "7.x", "v7.10.0", "=7.0.0-dev.3", ">=7.2", "^ 7"] {
            assert_eq!(of_range(range, 7), Some(7), "{range}");
        }
        assert_eq!(of_range("6.19.0", 7), Some(6));
        let unknown = [
            "catalog:",
            "workspace:*",
            "*",
            "x",
            "",
            "latest",
            ">=5",
            ">=5 <8",
            ">=7 <8 || 5",
            "^7 || ^5",
            "5 - 8",
            "npm:prisma@7",
            "file:../prisma",
            "<8",
        ];
        for range in unknown {
            assert_eq!(of_range(range, 7), None, "{range}");
        }
    }

    #[test]
    fn versions_of_lock_files() {
        let npm = r#"{"packages": {"node_modules/prisma": {"version": "6.1.0"}, "web/node_modules/prisma": {"version": "7.0.0"}}}"#;
        assert_eq!(of_npm(npm, "prisma"), Some(6));
        assert_eq!(of_npm("{}", "prisma"), None);
        for lock in [
            "  .:\n    devDependencies:\n      prisma:\n        specifier: 'catalog:'\n        version: 7.10.0(typescript@5.9.2)\n",
            "prisma@^5 || ^7:\n  version \"7.10.0\"\n  resolved \"https://registry.npmjs.org/prisma\"\n",
            "\"prisma@npm:*\":\n  version: 7.10.0\n  resolution: \"prisma@npm:7.10.0\"\n",
        ] {
            assert_eq!(of_lines(lock, "prisma"), Some(7), "{lock}");
        }
        let two = "prisma@5:\n  version \"5.0.0\"\n  x\nprisma@7:\n  version \"7.0.0\"\n  x\n";
        assert_eq!(of_lines(two, "prisma"), None);
    }
}
