use indexmap::IndexMap;
use serde::Serialize;

use super::OutsideTheModel;
use crate::app::{Id, Origin};
use crate::config::SettingUse;
use crate::resource::Resource;
use crate::terraform::{Address, Body};

/// What a resource is there for; each concern is a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concern {
    /// The private network, shared by all.
    Network,
    /// The cluster that containers run on, shared by all.
    Cluster,
    /// A unit.
    Unit(Id),
    /// A gateway.
    Gateway(Id),
    /// A store.
    Store(Id),
    /// A topic.
    Topic(Id),
    /// A value that is set where the application runs.
    Parameter(Id),
    /// A schedule.
    Schedule(Id),
    /// A web site.
    Site(Id),
}

/// Why a resource exists and what decided its form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The directives that ask for it.
    pub origins: Vec<Origin>,
    /// The settings that it was made with.
    pub settings: Vec<SettingUse>,
    /// Why it follows from them: a sentence.
    pub rule: String,
}

impl Provenance {
    /// A resource that `origins` ask for, because of `rule`.
    pub(super) fn new<'a>(origins: impl IntoIterator<Item = &'a Origin>, rule: impl Into<String>) -> Self {
        let mut all: Vec<Origin> = Vec::new();
        for origin in origins {
            if !all.contains(origin) {
                all.push(origin.clone());
            }
        }
        Self { origins: all, settings: Vec::new(), rule: rule.into() }
    }

    /// Made with `setting`.
    #[must_use]
    pub(super) fn with(mut self, setting: impl Into<SettingUse>) -> Self {
        self.settings.push(setting.into());
        self
    }
}

/// A resource in its place.
#[derive(Debug, Clone)]
pub struct PlannedResource {
    /// The resource.
    pub resource: Resource,
    /// What it is there for.
    pub concern: Concern,
    /// Why.
    pub provenance: Provenance,
    /// What somebody set outside the model, with the block's body as it is then.
    outside: Option<(Body, Vec<OutsideTheModel>)>,
}

impl PlannedResource {
    /// What is written in its block.
    #[must_use]
    pub fn body(&self) -> Body {
        match &self.outside {
            Some((body, _)) => body.clone(),
            None => self.resource.body(),
        }
    }

    /// What somebody set outside the model.
    #[must_use]
    pub fn outside_the_model(&self) -> &[OutsideTheModel] {
        self.outside.as_ref().map_or(&[], |(_, list)| list)
    }
}

/// The resources of a plan, by address, in the order in which they are written.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    resources: IndexMap<Address, PlannedResource>,
    /// Addresses that were asked for twice, with what asked for them first.
    taken: Vec<(Address, Provenance)>,
}

impl Graph {
    /// Adds a resource under the name `name` and gives its address. Two resources of one address are remembered, for
    /// [`taken`](Self::taken): a name is never changed because of another resource, or it would not be stable.
    pub(super) fn add(
        &mut self,
        concern: &Concern,
        name: &str,
        resource: impl Into<Resource>,
        provenance: Provenance,
    ) -> Address {
        let resource = resource.into();
        let address = resource.address(name);
        let planned = PlannedResource { resource, concern: concern.clone(), provenance, outside: None };
        if let Some(first) = self.resources.insert(address.clone(), planned) {
            self.taken.push((address.clone(), first.provenance));
        }
        address
    }

    /// The addresses that more than one resource wanted, each with the directives behind two of them.
    pub(super) fn taken(&self) -> impl Iterator<Item = (&Address, [&[Origin]; 2])> {
        self.taken.iter().filter_map(|(address, first)| {
            let last = &self.resources.get(address)?.provenance;
            Some((address, [first.origins.as_slice(), last.origins.as_slice()]))
        })
    }

    /// Writes `body` for the resource at `address`, which has `list` from outside the model.
    pub(super) fn put_outside(&mut self, address: &Address, body: Body, list: Vec<OutsideTheModel>) {
        if let Some(planned) = self.resources.get_mut(address) {
            planned.outside = Some((body, list));
        }
    }

    /// The resources and their addresses.
    pub fn iter(&self) -> impl Iterator<Item = (&Address, &PlannedResource)> {
        self.resources.iter()
    }

    /// The resource at `address`.
    #[must_use]
    pub fn get(&self, address: &Address) -> Option<&PlannedResource> {
        self.resources.get(address)
    }

    /// The number of resources, data sources included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }
}
