//! Generated documents are current.

use std::fs;

use inferra::catalog::{Catalog, reference};
use pretty_assertions::assert_eq;

use crate::project::root;

#[test]
fn the_reference_of_directives_is_current() {
    let path = root().join("docs/directives.md");
    let current = reference(&Catalog::load().unwrap());
    if std::env::var_os("INFERRA_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &current).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), current, "run `inferra reference > docs/directives.md`");
}

#[test]
fn the_forbidden_words_do_not_appear() {
    // Built here from parts, so that this file does not hold them.
    let words = ["TO".to_owned() + "DO", "FIX".to_owned() + "ME", "dbg".to_owned() + "!("];
    for folder in ["src", "tests", "shims", "queries", "annotations", "benches"] {
        for (path, bytes) in crate::project::tree(&root().join(folder), &["node_modules", "__pycache__", ".venv"]) {
            let text = String::from_utf8_lossy(&bytes);
            for word in &words {
                assert!(!text.contains(word.as_str()), "{folder}/{path} holds {word}");
            }
        }
    }
}
