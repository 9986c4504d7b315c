//! Same source, same configuration, same version: the same bytes, wherever the project lies and in whatever order the file
//! system lists it.

use std::fs;

use pretty_assertions::assert_eq;

use crate::project::{compiled_for, fixture_apps, targets, tree, write};

#[test]
fn two_paths_and_two_orders_give_the_same_bytes() {
    for app in fixture_apps() {
        let files = tree(&app, &["node_modules", "__pycache__", "expected"]);
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let deep = second.path().join("another/much longer/path with a space");
        write(first.path(), &files);
        // Folders list their files in the order of creation on some file systems, by hash on others: write them backwards,
        // after a file that is gone again.
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("zzz.py"), "").unwrap();
        for (path, bytes) in files.iter().rev() {
            write(&deep, &std::iter::once((path.clone(), bytes.clone())).collect());
        }
        fs::remove_file(deep.join("zzz.py")).unwrap();
        for target in targets(&app) {
            let one = compiled_for(target, first.path(), "app", &[]);
            let two = compiled_for(target, &deep, "app", &[]);
            assert!(one.files.is_some(), "{target}: {:#?}", one.diagnostics);
            assert_eq!(one.files, two.files);
            assert_eq!(one.diagnostics, two.diagnostics);
        }
    }
}

#[test]
fn no_output_names_the_machine() {
    for app in fixture_apps() {
        let folder = app.to_str().unwrap();
        let outputs =
            targets(&app).into_iter().flat_map(|target| compiled_for(target, &app, "app", &[]).files.unwrap());
        for (path, bytes) in outputs {
            let text = String::from_utf8_lossy(&bytes);
            assert!(
                !text.contains(folder) && !text.contains(env!("CARGO_MANIFEST_DIR")),
                "{path} names this machine's folders"
            );
        }
    }
}
