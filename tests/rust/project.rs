//! Projects on disk for tests, and compiles of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use inferra::compile::{Compilation, Options, Selection, compile, compile_for, read};
use inferra::config::Target;
use inferra::diag::Code;

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders of `fixtures/apps`, sorted.
pub(crate) fn fixture_apps() -> Vec<PathBuf> {
    let mut apps: Vec<_> =
        fs::read_dir(root().join("fixtures/apps")).unwrap().map(|entry| entry.unwrap().path()).collect();
    apps.retain(|path| path.is_dir());
    apps.sort();
    apps
}

/// The targets that an application can run on: a program that nobody calls can be no function.
pub(crate) fn targets(app: &Path) -> Vec<Target> {
    let found = compiled(app, "app", &[]).diagnostics;
    let a_program = found.iter().any(|diagnostic| diagnostic.code == Code::UnitWithoutTrigger);
    Target::ALL.into_iter().filter(|target| !(a_program && *target == Target::AwsLambda)).collect()
}

/// Every file below `folder` with its text, by path relative to it; `skipped` names folders at any depth.
pub(crate) fn tree(folder: &Path, skipped: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_dir() {
                let inside = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(inside, fs::read(&path).unwrap());
            } else if !skipped.iter().any(|name| path.ends_with(name)) {
                folders.push(path);
            }
        }
    }
    files
}

/// Writes `files` below `folder`.
pub(crate) fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// A project of text files in a folder of its own.
pub(crate) fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect());
    folder
}

/// Compiles the project in `folder` as the binary would, under the name `name`, for Lambda.
pub(crate) fn compiled(folder: &Path, name: &str, set: &[&str]) -> Compilation {
    compiled_for(Target::AwsLambda, folder, name, set)
}

/// Compiles the project in `folder` as the binary would, under the name `name`.
pub(crate) fn compiled_for(target: Target, folder: &Path, name: &str, set: &[&str]) -> Compilation {
    let set: Vec<String> = set.iter().map(|&pair| pair.to_owned()).collect();
    let options = Options { folder: name, target, platform: &[], environment: None, set: &set };
    compile(&read(folder).unwrap(), &options).unwrap()
}

/// Compiles the project in `folder` for every environment that its settings or those of `platform` name.
pub(crate) fn compiled_for_all(target: Target, folder: &Path, platform: &[PathBuf]) -> Compilation {
    let options = Options { folder: "app", target, platform, environment: None, set: &[] };
    compile_for(&read(folder).unwrap(), &options, Selection::All).unwrap()
}

/// Whether a code is about several environments of one compile, and nothing else provokes it.
pub(crate) fn is_of_environments(code: &str) -> bool {
    ["E0651", "W0652", "N0653"].contains(&code)
}

/// Runs the command in `folder`, with an empty environment.
pub(crate) fn inferra(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inferra"));
    command.args(arguments).current_dir(folder).env_clear().output().unwrap()
}
