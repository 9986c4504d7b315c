//! Documents are current.

use std::fs;
use std::path::Path;

use inferra::catalog::{Catalog, reference};
use inferra::diag::Code;
use pretty_assertions::assert_eq;

use crate::project::{compiled, fixture_apps, inferra, project, root, tree};

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
fn the_schema_of_settings_is_current() {
    let current = serde_json::to_string_pretty(&inferra::config::schema()).unwrap() + "\n";
    held(&root().join("docs/inferra.schema.json"), &current, "run `inferra schema > docs/inferra.schema.json`");
}

#[test]
fn the_matrix_is_current() {
    let path = root().join("docs/matrix.md");
    let document = fs::read_to_string(&path).unwrap();
    let (head, _) = document.split_once("\n| Setting |").unwrap();
    held(&path, &format!("{head}\n{}", inferra::plan::matrix_table()), "put the output of `inferra matrix` at its end");
}

/// The examples of the documentation hold what they are said to hold: every key and rule is known.
#[test]
fn the_examples_of_settings_are_settings() {
    let text = fs::read_to_string(root().join("docs/settings.md")).unwrap();
    let blocks = text.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("toml\n"));
    let rules = blocks.filter(|block| block.starts_with("[[rule]]"));
    for rule in rules.chain(["[[rule]]\nsetting = \"network\"\nlock = true\n"]) {
        let folder = project(&[("main.py", "x = 1\n"), ("inferra.toml", rule)]);
        let said = compiled(folder.path(), "app", &[]).diagnostics;
        let wrong = said.iter().filter(|one| one.code.id().starts_with("E06") && one.code != Code::TagRequired);
        assert_eq!(wrong.map(|one| &one.message).collect::<Vec<_>>(), [] as [&String; 0], "{rule}");
    }
}

fn held(path: &Path, current: &str, advice: &str) {
    if std::env::var_os("INFERRA_BLESS").is_some() {
        fs::write(path, current).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), current, "{advice}");
}

/// Every block of the example but commands is an excerpt: of an application, of its expected output, or of what a compile says.
#[test]
fn the_example_of_the_readme_is_current() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let example = readme.split("\n## A worked example\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let sources = excerpted();
    let blocks: Vec<_> = example.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n')).collect();
    assert!(blocks.len() > 5, "the example has its blocks");
    for (language, block) in blocks.into_iter().filter(|(language, _)| *language != "sh") {
        assert!(sources.iter().any(|text| text.contains(block)), "README.md, no longer so:\n```{language}\n{block}```");
    }
}

fn excerpted() -> Vec<String> {
    let files = fixture_apps().into_iter().flat_map(|app| tree(&app, &["node_modules"]).into_values());
    let mut texts: Vec<_> = files.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
    let folder = tempfile::tempdir().unwrap();
    let app = root().join("fixtures/apps/python-fastapi-redis");
    let app = app.to_str().unwrap();
    let output = inferra(&["compile", app, "--target", "aws-lambda", "-o", "out"], folder.path());
    texts.push(String::from_utf8(output.stderr).unwrap());
    texts
}

#[test]
fn the_forbidden_words_do_not_appear() {
    // Built here from parts, so that this file does not hold them.
    let words = ["TO".to_owned() + "DO", "FIX".to_owned() + "ME", "dbg".to_owned() + "!("];
    for folder in ["src", "tests", "shims", "queries", "annotations", "benches"] {
        for (path, bytes) in tree(&root().join(folder), &["node_modules", "__pycache__", ".venv"]) {
            let text = String::from_utf8_lossy(&bytes);
            for word in &words {
                assert!(!text.contains(word.as_str()), "{folder}/{path} holds {word}");
            }
        }
    }
}
