//! The whole output of every fixture application, byte for byte. `INFERRA_BLESS=1 cargo test` writes what is there now;
//! read the difference as a reviewer of that Terraform would.

use std::collections::BTreeMap;
use std::fs;

use pretty_assertions::assert_eq;

use crate::project::{compiled, fixture_apps, tree, write};

/// The file that marks a folder as inferra's output.
const MARKER: &str = ".inferra";

/// Files of the units that are copies of the shims' own sources; their golden copy would repeat them for each unit.
fn is_shim(path: &str) -> bool {
    path.starts_with("units/") && path.split('/').nth(2) == Some("inferra_runtime")
}

#[test]
fn every_fixture_compiles_to_what_is_expected() {
    for app in fixture_apps() {
        let name = app.file_name().unwrap().to_str().unwrap();
        let compilation = compiled(&app, name, &[]);
        assert!(compilation.files.is_some(), "{name}: {:#?}", compilation.diagnostics);
        let files = compilation.files.unwrap_or_default().into_iter();
        let actual = files.filter(|(path, _)| !is_shim(path)).map(|(path, bytes)| (path, bytes.to_vec())).collect();
        let expected_folder = app.join("expected/aws-lambda");
        if std::env::var_os("INFERRA_BLESS").is_some() {
            if expected_folder.exists() {
                fs::remove_dir_all(&expected_folder).unwrap();
            }
            write(&expected_folder, &actual);
            // Marks the folder as output, so that it is not read as a part of the application.
            fs::write(expected_folder.join(MARKER), "Expected output, compared byte for byte by the tests.\n").unwrap();
        }
        let mut expected = tree(&expected_folder, &[]);
        expected.remove(MARKER);
        assert_eq!(texts(&actual), texts(&expected), "{name}: see the comment at the top of this file");
    }
}

#[test]
fn an_edited_file_differs_on_single_lines_only() {
    for app in fixture_apps() {
        let compilation = compiled(&app, "app", &[]);
        let files = compilation.files.unwrap();
        for (id, unit) in &compilation.application.units {
            for path in &unit.files {
                let original = fs::read_to_string(app.join(path.as_str())).unwrap();
                let copy = String::from_utf8(files[&format!("units/{id}/{path}")].to_vec()).unwrap();
                assert_eq!(original.lines().count(), copy.lines().count(), "{path}: line numbers in traces hold");
            }
        }
    }
}

fn texts(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, String> {
    files.iter().map(|(path, bytes)| (path.as_str(), String::from_utf8_lossy(bytes).into_owned())).collect()
}
