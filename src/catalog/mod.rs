//! The typed view of `annotations/` and `queries/`: what directives look like and which libraries are known. Open facts
//! are data there; this module checks the data once and gives it types.

mod client;
mod django;
mod embedded;
mod expose;
mod generated;
mod kept;
mod nest;
mod own;
mod reference;
mod schema;
mod support;

pub use client::{Awaited, Client, Config, DataOperation, Dialect, Files, Items, Persist, Pubsub, Url, Use, When};
pub use django::{Django, DjangoSettings, DjangoStatic, DjangoUrls, LeftOut, Matches};
pub use expose::{
    Constructor, Endpoint, Expose, Extension, ListedRoute, MountCall, PathSyntax, RouteCall, Router, RoutesFrom,
    Served, ServedBy, Slashes,
};
pub use generated::{Database, Generated, Maker, Tool};
pub use kept::KeptPackage;
pub use nest::{Nest, NestApplication, NestController, NestModule, NestPrefixes};
pub use reference::reference;
pub use schema::{AttachesTo, Key, KeyType, Schema};

pub(crate) use embedded::{NODE_SHIM, PYTHON_SHIM};
pub(crate) use own::Refusal;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::app::Capability;
use crate::source::Language;

/// Data that does not fit its types. Only possible for data that was changed without running the tests.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct CatalogError {
    file: String,
    problem: String,
}

/// Everything that inferra knows about directives and libraries.
#[derive(Debug)]
pub struct Catalog {
    schemas: IndexMap<Capability, Schema>,
    clients: IndexMap<Language, Vec<Client>>,
    /// The lists of methods that stanzas of a language can name.
    methods: IndexMap<Language, IndexMap<String, client::Methods>>,
    kept: IndexMap<Language, Vec<KeptPackage>>,
    django: Django,
    nest: Nest,
}

impl Catalog {
    /// Reads the embedded data.
    pub fn load() -> Result<Self, CatalogError> {
        let mut schemas = IndexMap::new();
        for capability in Capability::ALL {
            let file = format!("{capability}.toml");
            schemas.insert(capability, parse(&file, embedded::annotation(&file))?);
        }
        let (mut clients, mut kept) = (IndexMap::new(), IndexMap::new());
        let mut methods = IndexMap::new();
        for language in Language::ALL {
            let file = format!("clients/{}.toml", language.name());
            let read: client::File = parse(&file, embedded::annotation(&file))?;
            methods.insert(language, read.methods.clone());
            let (known, whole) = read.into_parts().map_err(|problem| CatalogError { file, problem })?;
            let secrets: Vec<_> = known.iter().filter_map(Client::for_secrets).collect();
            clients.insert(language, known.into_iter().chain(secrets).collect());
            kept.insert(language, whole);
        }
        let file = "frameworks/django.toml";
        let django = parse(file, embedded::annotation(file))?;
        let file = "frameworks/nest.toml";
        let nest = parse(file, embedded::annotation(file))?;
        Ok(Self { schemas, clients, methods, kept, django, nest })
    }

    /// The schema of a capability's directive.
    #[must_use]
    pub fn schema(&self, capability: Capability) -> &Schema {
        &self.schemas[&capability]
    }

    /// What a Django project says by names.
    #[must_use]
    pub const fn django(&self) -> &Django {
        &self.django
    }

    /// What a `NestJS` application says by decorators and calls.
    #[must_use]
    pub const fn nest(&self) -> &Nest {
        &self.nest
    }

    /// The known libraries of a language.
    #[must_use]
    pub fn clients(&self, language: Language) -> &[Client] {
        &self.clients[&language]
    }

    /// The packages that speak to the backings of a language's clients, sorted.
    #[must_use]
    pub fn drivers(&self, language: Language) -> BTreeSet<&str> {
        let stores = self.clients(language).iter().filter_map(|client| match &client.used_for {
            Use::Persist(facts) => Some(facts),
            Use::Expose(_) | Use::Pubsub(_) | Use::Config(_) => None,
        });
        stores.flat_map(|facts| &facts.drivers).map(String::as_str).collect()
    }

    /// The clients that are made from schemas.
    pub fn generated(&self, language: Language) -> impl Iterator<Item = &Generated> {
        self.clients(language).iter().filter_map(|client| match &client.used_for {
            Use::Persist(facts) => facts.generated.as_deref(),
            Use::Expose(_) | Use::Pubsub(_) | Use::Config(_) => None,
        })
    }

    /// The packages of a language that are not bundled.
    #[must_use]
    pub fn kept(&self, language: Language) -> &[KeptPackage] {
        &self.kept[&language]
    }

    /// The libraries one of whose canonical symbols is `symbol`, such as `redis.Redis`; those with a condition first.
    pub fn clients_of<'a, 's>(
        &'a self,
        language: Language,
        symbol: &'s str,
    ) -> impl Iterator<Item = &'a Client> + use<'a, 's> {
        let conditional = |client: &&Client| client.when.is_some() || !client.names.is_empty();
        let known = move || {
            self.clients(language).iter().filter(move |client| client.symbols.iter().any(|known| known == symbol))
        };
        known().filter(conditional).chain(known().filter(move |client| !conditional(client)))
    }

    /// The text of `queries/<language>/<capability>.scm`; empty where the language has none for the capability.
    #[must_use]
    pub fn query(language: Language, name: &str) -> &'static str {
        embedded::query(&format!("{}/{name}.scm", language.name()))
    }
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, CatalogError> {
    toml::from_str(text).map_err(|error| CatalogError { file: file.to_owned(), problem: error.to_string() })
}

#[cfg(test)]
mod tests;
