//! Embeds `annotations/`, `queries/` and the shims' sources in the binary, so that inferra needs nothing beside itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// A folder to embed, the constant that holds it, and which of its files ship.
struct Tree {
    folder: &'static str,
    constant: &'static str,
    wanted: fn(&str) -> bool,
}

const TREES: [Tree; 4] = [
    Tree { folder: "annotations", constant: "ANNOTATIONS", wanted: |path| has_extension(path, "toml") },
    Tree { folder: "queries", constant: "QUERIES", wanted: |path| has_extension(path, "scm") },
    Tree {
        folder: "shims/python/inferra_runtime",
        constant: "PYTHON_SHIM",
        wanted: |path| ["py", "txt", "typed"].iter().any(|extension| has_extension(path, extension)),
    },
    Tree {
        folder: "shims/node",
        constant: "NODE_SHIM",
        wanted: |path| path.starts_with("src/") || path == "package.json" || path == "package-lock.json",
    },
];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let target = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let mut code = String::new();
    for tree in &TREES {
        println!("cargo::rerun-if-changed={}", tree.folder);
        let folder = root.join(tree.folder);
        let mut files = Vec::new();
        collect(&folder, &folder, &mut files)?;
        files.retain(|file| (tree.wanted)(file));
        files.sort();
        _ = writeln!(code, "pub(crate) const {}: &[(&str, &str)] = &[", tree.constant);
        for file in files {
            let path = folder.join(&file).display().to_string();
            _ = writeln!(code, "    ({file:?}, include_str!({path:?})),");
        }
        code.push_str("];\n");
    }
    fs::write(target.join("embedded.rs"), code)
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("node_modules") && !path.ends_with("__pycache__") {
                collect(root, &path, files)?;
            }
        } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            files.push(name.replace('\\', "/"));
        }
    }
    Ok(())
}
