use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;

fn stems(folder: &str, extension: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_capability_has_a_schema_and_every_schema_a_capability() {
    let names: BTreeSet<_> = Capability::ALL.iter().map(|capability| capability.name().to_owned()).collect();
    assert_eq!(stems("annotations", "toml"), names);
}

#[test]
fn every_language_has_its_data_and_every_data_file_a_language() {
    let names: BTreeSet<_> = Language::ALL.iter().map(|language| language.name().to_owned()).collect();
    assert_eq!(stems("annotations/clients", "toml"), names);
    let folders: BTreeSet<_> =
        embedded::QUERIES.iter().map(|(path, _)| path.split('/').next().unwrap().to_owned()).collect();
    assert_eq!(folders, names);
}

#[test]
fn the_data_fits_its_types_and_symbols_are_unique() {
    let catalog = Catalog::load().unwrap();
    for language in Language::ALL {
        // Of stanzas with one symbol for one capability, at most one counts without a condition.
        let unconditional = catalog.clients(language).iter().filter(|one| one.when.is_none() && one.names.is_empty());
        let symbols: Vec<_> = unconditional
            .flat_map(|one| {
                one.symbols.iter().map(move |symbol| (one.used_for.capability(), one.is_for_secrets(), symbol))
            })
            .collect();
        assert_eq!(symbols.iter().collect::<BTreeSet<_>>().len(), symbols.len());
    }
    for capability in Capability::ALL {
        let schema = catalog.schema(capability);
        assert!(schema.keys.contains_key("id"), "{capability} is found by its id");
        let languages: BTreeSet<_> = Language::ALL.iter().map(|language| language.name()).collect();
        assert!(schema.examples.keys().all(|name| languages.contains(name.as_str())));
    }
}

#[test]
fn the_runtime_has_the_driver_of_every_backing() {
    let catalog = Catalog::load().unwrap();
    let (_, manifest) = embedded::NODE_SHIM.iter().find(|(path, _)| *path == "package.json").unwrap();
    let manifest: serde_json::Value = serde_json::from_str(manifest).unwrap();
    let drivers = catalog.drivers(Language::TypeScript);
    assert!(drivers.contains("pg"));
    for driver in drivers {
        assert!(manifest["dependencies"][driver].is_string(), "{driver}");
    }
}
