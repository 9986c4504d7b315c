//! The Terraform of every backing, byte for byte. One application has a construct of each kind; its compiles together have
//! every legal cell of the matrix. `INFERRA_BLESS=1 cargo test` writes what is there now: read the difference.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use indexmap::IndexMap;
use inferra::config::{Compute, Target};
use inferra::plan::{Cell, matrix};
use pretty_assertions::assert_eq;

use crate::project::{compiled_for, root, tree, write};

/// What backings cannot do without.
const NEEDED: [&str; 2] = [
    "expose.alb.certificate_arn=arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    "expose.alb.domain_name=shop.example.com",
];

/// In the output of a compile.
const MODULE: &str = "terraform/";

#[test]
fn every_backing_becomes_what_is_expected() {
    let (application, expected) = (root().join("fixtures/matrix/app"), root().join("fixtures/matrix/expected"));
    let mut actual = BTreeMap::new();
    for compute in Compute::ALL {
        let backings = backings(compute);
        let most = backings.values().map(Vec::len).max().unwrap();
        for number in 0..most {
            let mut settings = vec![format!("name=cells-{compute}-{number}")];
            settings.extend(NEEDED.map(str::to_owned));
            settings.extend(backings.iter().map(|(table, all)| format!("{table}.backing={}", all[number % all.len()])));
            let settings: Vec<_> = settings.iter().map(String::as_str).collect();
            let compilation = compiled_for(target(compute), &application, "app", &settings);
            let files = compilation.files.unwrap_or_else(|| panic!("{:#?}", compilation.diagnostics));
            let kept = files.into_iter().filter(|(path, _)| is_kept(compute, path));
            actual.extend(kept.map(|(path, bytes)| {
                (format!("{compute}-{number}/{}", path.strip_prefix(MODULE).unwrap()), bytes.to_vec())
            }));
        }
    }
    if std::env::var_os("INFERRA_BLESS").is_some() {
        if expected.exists() {
            fs::remove_dir_all(&expected).unwrap();
        }
        write(&expected, &actual);
    }
    let texts = |files: BTreeMap<String, Vec<u8>>| -> BTreeMap<_, _> {
        files.into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
    };
    assert_eq!(texts(actual), texts(tree(&expected, &[])));
}

/// By table, what can serve a unit on `compute`.
fn backings(compute: Compute) -> IndexMap<&'static str, Vec<String>> {
    let column = Compute::ALL.iter().position(|one| *one == compute).unwrap();
    let mut found: IndexMap<_, Vec<_>> = IndexMap::new();
    for row in matrix() {
        if row.cells[column] == Cell::Legal {
            found.entry(row.table).or_default().push(row.backing);
        }
    }
    found
}

fn target(compute: Compute) -> Target {
    match compute {
        Compute::Lambda => Target::AwsLambda,
        Compute::Eks => Target::Eks,
        Compute::Ecs => Target::Ecs,
    }
}

/// A module of functions as a whole; of the others what is not the same there.
fn is_kept(compute: Compute, path: &str) -> bool {
    let Some(file) =
        path.strip_prefix(MODULE).filter(|file| Path::new(file).extension().is_some_and(|end| end == "tf"))
    else {
        return false;
    };
    match compute {
        Compute::Lambda => true,
        Compute::Eks | Compute::Ecs => file.starts_with("gateway_") || file == "unit_main.tf",
    }
}
