//! Nothing in the data is without a fixture that uses it.

use std::collections::BTreeSet;

use inferra::catalog::Catalog;
use inferra::source::Language;

use crate::project::{compiled, fixture_apps};

#[test]
fn every_client_library_is_used_by_a_fixture_application() {
    let mut used = BTreeSet::new();
    for app in fixture_apps() {
        let application = compiled(&app, "app", &[]).application;
        used.extend(
            application
                .gateways
                .values()
                .flat_map(|gateway| gateway.backends.iter().map(|backend| backend.library.clone())),
        );
        used.extend(application.stores.values().flat_map(|store| store.libraries()).map(str::to_owned));
        used.extend(application.topics.values().flat_map(|topic| topic.libraries()).map(str::to_owned));
        used.extend(application.parameters.values().map(|one| one.client.library.clone()));
    }
    let catalog = Catalog::load().unwrap();
    for language in Language::ALL {
        for client in catalog.clients(language) {
            assert!(used.contains(&client.library), "no fixture application uses {}", client.library);
        }
    }
}
