//! Generates source trees like those that people have, with the truth about them: a benchmark that only times a compiler
//! rewards the one that does not look.
//!
//! The same [`Spec`] always gives the same bytes. The trees are real programs in shape: imports only go to modules that
//! exist and come earlier, so nothing is circular, and every name that is imported is exported.

mod graph;
mod plan;
mod python;
mod random;
mod small;
mod truth;
mod typescript;
mod words;

use std::fs;
use std::io;
use std::path::Path;

use inferra::source::Language;
use rayon::prelude::*;

use plan::Plan;
use random::Random;
pub(crate) use small::write_small;
pub(crate) use truth::Truth;

/// Whose share of the tree a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One service that loads almost every file.
    One,
    /// Many services in one repository; each loads its own part and what they share.
    Many,
}

impl Shape {
    /// The name for tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::One => "one unit",
            Self::Many => "many units",
        }
    }
}

/// What tree to make.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec {
    /// The language of its sources.
    pub(crate) language: Language,
    /// How its files are divided into units.
    pub(crate) shape: Shape,
    /// The number of its source files, other people's code aside.
    pub(crate) files: usize,
    /// Another seed, another tree.
    pub(crate) seed: u64,
}

/// Writes the tree below `root` and returns what a right compile of it finds.
pub(crate) fn write(spec: Spec, root: &Path) -> io::Result<Truth> {
    let plan = Plan::new(spec);
    for folder in plan.folders() {
        fs::create_dir_all(root.join(folder))?;
    }
    (0..plan.modules.len()).into_par_iter().try_for_each(|at| {
        let seed = spec.seed.wrapping_mul(0x1_0001).wrapping_add(at as u64);
        let text = match spec.language {
            Language::Python => python::text(&plan, at, &mut Random::new(seed)),
            Language::TypeScript => typescript::text(&plan, at, &mut Random::new(seed)),
        };
        fs::write(root.join(&plan.modules[at].path), text)
    })?;
    for (path, text) in surroundings(spec.language) {
        let path = root.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, text)?;
    }
    write_junk(spec, root)?;
    Ok(Truth::of(&plan))
}

/// The files of a project that are not its sources.
fn surroundings(language: Language) -> Vec<(&'static str, &'static str)> {
    let readme = ("README.md", "# Services\n\nDirectives such as `@klotho::persist` are explained in the handbook.\n");
    let ignored = (".gitignore", ".venv/\nnode_modules/\n");
    match language {
        Language::Python => {
            vec![
                readme,
                ignored,
                (manifest(language), "fastapi==0.115.0\nredis==5.2.0\n"),
                ("docs/adr/0001.md", "# Packages\n"),
            ]
        }
        Language::TypeScript => vec![
            readme,
            ignored,
            (
                manifest(language),
                "{ \"name\": \"services\", \"type\": \"module\", \"dependencies\": { \"express\": \"5.1.0\" } }\n",
            ),
            ("tsconfig.json", "{ \"compilerOptions\": { \"strict\": true, \"module\": \"nodenext\" } }\n"),
        ],
    }
}

/// The file that names the project's dependencies.
const fn manifest(language: Language) -> &'static str {
    match language {
        Language::Python => "requirements.txt",
        Language::TypeScript => "package.json",
    }
}

/// Other people's code, a twentieth of the project's own, with directives that must not be seen.
fn write_junk(spec: Spec, root: &Path) -> io::Result<()> {
    let (folder, file, text) = match spec.language {
        Language::Python => {
            let text = "import redis\n\n# @klotho::persist { id = \"not-ours\" }\nclient = redis.Redis()\n";
            (".venv/lib/python3.13/site-packages", "__init__.py", text)
        }
        Language::TypeScript => {
            let text = "import express from \"express\";\n// @klotho::expose { id = \"not-ours\", target = \"public\" }\nexport const app = express();\n";
            ("node_modules", "index.js", text)
        }
    };
    for at in 0..spec.files / 20 {
        let package = root.join(folder).join(format!("package{at}"));
        fs::create_dir_all(&package)?;
        fs::write(package.join(file), text)?;
    }
    Ok(())
}
