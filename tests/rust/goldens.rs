//! The whole output of every fixture application, byte for byte. `INFERRA_BLESS=1 cargo test` writes what is there now;
//! read the difference as a reviewer of that Terraform would.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use inferra::config::Target;
use pretty_assertions::assert_eq;

use crate::project::{compiled_for, fixture_apps, inferra, root, targets, tree, write};

/// The file that marks a folder as inferra's output.
const MARKER: &str = ".inferra";

/// Files that are copies of the shims' own sources, or of the chart's templates; their golden copy would repeat them for each
/// unit and application.
fn is_copy(path: &str) -> bool {
    let mut parts = path.split('/').skip(2);
    // Modules that stand in for others are made for their unit.
    let shim =
        path.starts_with("units/") && parts.next() == Some("inferra_runtime") && parts.next() != Some("bindings");
    shim || path.starts_with("chart/templates/")
}

#[test]
fn every_fixture_compiles_to_what_is_expected() {
    for app in fixture_apps() {
        // An application says by a folder for which targets its whole output is kept.
        let kept = |target: &Target| app.join("expected").join(target.name()).is_dir();
        let first = targets(&app)[0];
        assert!(kept(&first), "{}: make expected/{first} to keep its output", app.display());
        for target in Target::ALL.into_iter().filter(kept) {
            compiles_to_what_is_expected(&app, target);
        }
    }
}

fn compiles_to_what_is_expected(app: &Path, target: Target) {
    let name = app.file_name().unwrap().to_str().unwrap();
    let compilation = compiled_for(target, app, name, &[]);
    assert!(compilation.files.is_some(), "{name} on {target}: {:#?}", compilation.diagnostics);
    let files = compilation.files.unwrap_or_default().into_iter();
    let actual = files.filter(|(path, _)| !is_copy(path)).map(|(path, bytes)| (path, bytes.to_vec())).collect();
    is_held(&app.join("expected").join(target.name()), &actual, &format!("{name} on {target}"));
}

fn is_held(expected_folder: &Path, actual: &BTreeMap<String, Vec<u8>>, title: &str) {
    if std::env::var_os("INFERRA_BLESS").is_some() {
        if expected_folder.exists() {
            fs::remove_dir_all(expected_folder).unwrap();
        }
        write(expected_folder, actual);
        // Marks the folder as output, so that it is not read as a part of the application.
        fs::write(expected_folder.join(MARKER), "Expected output, compared byte for byte by the tests.\n").unwrap();
    }
    let mut expected = tree(expected_folder, &[]);
    expected.remove(MARKER);
    assert_eq!(texts(actual), texts(&expected), "{title}: see the comment at the top of this file");
}

/// What an application becomes with other settings, where that is more than another value: the folder below `expected`, the
/// application, the target and the settings. Only what is made for the cloud is kept, the units are those of the application.
const VARIANTS: [(&str, &str, Target, &[&str]); 1] =
    [("eks-efs", "javascript-files-gallery", Target::Eks, &["persist.fs.backing=efs"])];

#[test]
fn every_variant_compiles_to_what_is_expected() {
    for (folder, name, target, settings) in VARIANTS {
        let app = root().join("fixtures/apps").join(name);
        let compilation = compiled_for(target, &app, name, settings);
        let files = compilation.files.unwrap_or_default().into_iter();
        let of_the_cloud =
            |path: &str| !is_copy(path) && (path.starts_with("terraform/") || path.starts_with("chart/"));
        let actual = files.filter(|(path, _)| of_the_cloud(path)).map(|(path, bytes)| (path, bytes.to_vec())).collect();
        is_held(&app.join("expected").join(folder), &actual, &format!("{name} as {folder}"));
    }
}

#[test]
fn a_move_to_containers_and_back_gives_the_first_output_again() {
    for app in fixture_apps() {
        let (work, out) = (tempfile::tempdir().unwrap(), "out");
        let compile = |target: &str| {
            let run = inferra(&["compile", app.to_str().unwrap(), "--target", target, "-o", out], work.path());
            assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
            tree(&work.path().join(out), &[])
        };
        let [here, .., there] = targets(&app)[..] else { panic!("{} runs in one place only", app.display()) };
        let (first, moved, back) = (compile(here.name()), compile(there.name()), compile(here.name()));
        assert_ne!(texts(&first), texts(&moved));
        assert_eq!(texts(&first), texts(&back));
    }
}

#[test]
fn an_edited_file_differs_on_single_lines_only() {
    for app in fixture_apps() {
        let compilation = compiled_for(targets(&app)[0], &app, "app", &[]);
        let files = compilation.files.unwrap();
        for (id, unit) in &compilation.application.units {
            for path in &unit.files {
                // Assets may be anything.
                let Ok(original) = fs::read_to_string(app.join(path.as_str())) else { continue };
                let copy = String::from_utf8(files[&format!("units/{id}/{path}")].to_vec()).unwrap();
                assert_eq!(original.lines().count(), copy.lines().count(), "{path}: line numbers in traces hold");
            }
        }
    }
}

fn texts(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, String> {
    files.iter().map(|(path, bytes)| (path.as_str(), String::from_utf8_lossy(bytes).into_owned())).collect()
}
