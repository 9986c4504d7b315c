use pretty_assertions::assert_eq;

use super::needs::{Needed, of};
use super::*;
use crate::diag::Diagnostics;
use crate::source::ProjectPath;

/// The lines that the shim's adapter adds to what a requirements file, or a lock file, asks for.
fn added(files: &[(&str, &str)], manifest: &str) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        std::fs::write(folder.path().join(path), text).unwrap();
    }
    let project = Project::read(folder.path()).unwrap();
    let mut diagnostics = Diagnostics::default();
    let environment = Environment::linux(13, "aarch64").unwrap();
    let manifest = ProjectPath::join("", manifest).unwrap();
    let own = dependencies::read(&project, &manifest, &environment, &mut diagnostics).unwrap();
    let mut found: Vec<Needed> = Vec::new();
    for need in of(Part::LambdaHttp) {
        found.extend(need.beside(&own).map_err(|conflict| format!("{} / {}", conflict.own, conflict.need))?);
    }
    Ok(found.into_iter().map(|one| one.line).collect())
}

fn beside(requirements: &str) -> Result<Vec<String>, String> {
    added(
        &[("requirements.txt", requirements), ("pins.txt", "mangum==0.19.0\n"), ("old.txt", "mangum<0.15\n")],
        "requirements.txt",
    )
}

#[test]
fn the_tested_version_is_installed_where_nobody_else_says_one() {
    assert_eq!(beside("fastapi\n").unwrap(), ["mangum==0.22.0"]);
    // On other systems only.
    assert_eq!(beside("mangum==0.1; sys_platform == 'win32'\n").unwrap(), ["mangum==0.22.0"]);
}

#[test]
fn the_applications_version_wins() {
    assert_eq!(beside("Mangum==0.19.0\n").unwrap(), Vec::<String>::new());
    assert_eq!(beside("mangum==0.19.0 --hash=sha256:00\n").unwrap(), Vec::<String>::new());
    assert_eq!(beside("mangum\n").unwrap(), ["mangum>=0.17,<1"]);
    assert_eq!(beside("mangum>=0.10\n").unwrap(), ["mangum>=0.17,<1"]);
    assert_eq!(beside("mangum @ https://h.example/mangum.whl\n").unwrap(), ["mangum>=0.17,<1"]);
    assert_eq!(beside("-c pins.txt\n").unwrap(), ["mangum>=0.17,<1"]);
}

#[test]
fn a_contradiction_names_both_sides() {
    let contradicted = |own: &str| Err(format!("{own} / mangum>=0.17,<1"));
    assert_eq!(beside("mangum==0.16.0\n"), contradicted("mangum==0.16.0"));
    assert_eq!(beside("mangum<0.17\n"), contradicted("mangum<0.17"));
    assert_eq!(beside("mangum~=0.15.0\n"), contradicted("mangum~=0.15.0"));
    assert_eq!(beside("mangum>=1\n"), contradicted("mangum>=1"));
    assert_eq!(beside("-c old.txt\n"), contradicted("mangum<0.15"));
}

#[test]
fn a_locked_version_is_enough() {
    let manifest = ("pyproject.toml", "[project]\nname = \"p\"\ndependencies = [\"mangum\"]\n");
    let lock =
        |version: &str| format!("lock-version = \"1.0\"\n[[packages]]\nname = \"mangum\"\nversion = \"{version}\"\n");
    let found = |version: &str| added(&[manifest, ("pylock.toml", &lock(version))], "pyproject.toml");
    assert_eq!(found("0.20.0").unwrap(), Vec::<String>::new());
    assert_eq!(found("0.9.0"), Err("mangum==0.9.0 / mangum>=0.17,<1".to_owned()));
}
