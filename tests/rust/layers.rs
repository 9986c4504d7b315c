//! A module imports from lower layers only.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::project::{root, tree};

/// The table in the documentation of the crate.
const LAYERS: [(&str, usize); 18] = [
    ("source", 0),
    ("diag", 1),
    ("app", 2),
    ("dependencies", 2),
    ("terraform", 2),
    ("catalog", 3),
    ("resource", 3),
    ("config", 4),
    ("syntax", 4),
    ("annotation", 5),
    ("analyze", 6),
    ("plan", 6),
    ("build", 7),
    ("emit", 7),
    ("compile", 8),
    ("validate", 8),
    ("cli", 9),
    ("main", 10),
];

/// What a module does not import although the numbers would allow it: the two halves of the compiler.
const APART: [(&[&str], &[&str]); 2] = [
    (&["plan", "resource", "terraform", "emit"], &["syntax", "annotation", "analyze"]),
    (&["resource", "terraform"], &["app"]),
];

#[test]
fn modules_import_lower_layers_only() {
    let layers: BTreeMap<_, _> = LAYERS.into_iter().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module_of(&path);
        for (line, imported) in imports(&text) {
            let (Some(own), Some(other)) = (layers.get(module), layers.get(imported.as_str())) else {
                wrong.push(format!("src/{path}:{line}: `{imported}` or `{module}` is in no layer"));
                continue;
            };
            let apart =
                APART.iter().any(|(halves, others)| halves.contains(&module) && others.contains(&imported.as_str()));
            if module != imported && (other >= own || apart) {
                wrong.push(format!("src/{path}:{line}: `{module}` imports `{imported}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_in_the_table_and_the_documentation_shows_it() {
    let documentation = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let table: Vec<_> = documentation.lines().skip_while(|line| !line.contains("0 source")).take(2).collect();
    let table = table.join(" ");
    for (module, layer) in LAYERS.into_iter().filter(|(module, _)| *module != "main") {
        let words: Vec<_> = table.split_whitespace().collect();
        let at =
            words.iter().position(|word| *word == module).unwrap_or_else(|| panic!("`{module}` is not in src/lib.rs"));
        let shown = words[..at].iter().rev().find_map(|word| word.parse::<usize>().ok());
        assert_eq!(shown, Some(layer), "the layer of `{module}` in src/lib.rs");
    }
    for (path, _) in sources() {
        let module = module_of(&path);
        assert!(module == "lib" || LAYERS.iter().any(|(name, _)| *name == module), "src/{path} is in no layer");
    }
}

fn sources() -> Vec<(String, String)> {
    let files = tree(&root().join("src"), &[]).into_iter();
    // Tests may look at what later stages make of a value.
    files
        .filter(|(path, _)| {
            Path::new(path).extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("/tests.rs")
                && !path.contains("/tests/")
        })
        .map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap()))
        .collect()
}

fn module_of(path: &str) -> &str {
    let first = path.split('/').next().unwrap();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The modules that a file names after `crate::`, with the line. The crate root itself imports nothing.
fn imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
        for (at, _) in line.match_indices("crate::") {
            // `pub(crate)::` does not exist, `inferra::` is another word.
            let rest = &line[at + "crate::".len()..];
            let names = rest.strip_prefix('{').map_or(rest, |inside| inside.split('}').next().unwrap_or(inside));
            let grouped = rest.starts_with('{');
            for name in names.split(", ").take(if grouped { usize::MAX } else { 1 }) {
                let module: String = name.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if !module.is_empty() {
                    found.push((number + 1, module));
                }
            }
        }
    }
    found
}
