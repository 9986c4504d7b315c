//! The picture: who calls whom, as [Mermaid](https://mermaid.js.org) and as SVG, both from one [`Picture`].

mod layout;
mod mermaid;
mod svg;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::app::{Application, Backend, ConstructRef, Id, Operation, Origin, Schedule, SourceLine, Unit, UnitOrigin};

/// A thing in the picture, by kind and id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// An entry of [`Application::gateways`].
    Gateway(Id),
    /// An entry of [`Application::units`].
    Unit(Id),
    /// An entry of [`Application::topics`].
    Topic(Id),
    /// An entry of [`Application::stores`].
    Store(Id),
    /// An entry of [`Application::parameters`].
    Parameter(Id),
    /// An entry of [`Application::schedules`].
    Schedule(Id),
    /// An entry of [`Application::sites`].
    Site(Id),
}

impl Part {
    /// The id, unique among parts of the same kind.
    #[must_use]
    pub const fn id(&self) -> &Id {
        match self {
            Self::Gateway(id)
            | Self::Unit(id)
            | Self::Topic(id)
            | Self::Store(id)
            | Self::Parameter(id)
            | Self::Schedule(id)
            | Self::Site(id) => id,
        }
    }

    /// The word for the kind.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Gateway(_) => "gateway",
            Self::Unit(_) => "unit",
            Self::Topic(_) => "topic",
            Self::Store(_) => "store",
            Self::Parameter(_) => "config",
            Self::Schedule(_) => "schedule",
            Self::Site(_) => "site",
        }
    }

    /// The column, counted from the side where requests come in, that the part is never left of.
    const fn least_rank(&self) -> usize {
        match self {
            Self::Gateway(_) | Self::Schedule(_) | Self::Site(_) => 0,
            Self::Unit(_) => 1,
            Self::Topic(_) | Self::Store(_) | Self::Parameter(_) => 2,
        }
    }
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    part: Part,
    /// What serves it, such as `Amazon SNS`.
    backing: String,
    /// The directives it comes from; at least one.
    origins: Vec<Origin>,
}

/// What an arrow means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EdgeKind {
    /// A gateway hands requests to a unit.
    Request,
    /// A unit uses a store.
    Use,
    /// A unit publishes to a topic, a topic delivers to a unit, or a schedule calls one.
    Event,
}

/// An arrow; `from` and `to` are positions in [`Picture::nodes`].
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edge {
    from: usize,
    to: usize,
    kind: EdgeKind,
    /// What passes along it: routes, operations or events, each with the lines of code behind it.
    what: Vec<(String, Vec<SourceLine>)>,
}

/// The application as boxes and arrows, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    name: String,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

impl Picture {
    /// The picture of `application` under the title `name`. `backing` says what serves a part on the target; where it
    /// says nothing, the part shows what the code uses.
    #[must_use]
    pub fn of(name: &str, application: &Application, backing: &dyn Fn(&Part) -> Option<String>) -> Self {
        let nodes: Vec<Node> = parts(application)
            .map(|(part, own, origins)| Node { backing: backing(&part).unwrap_or(own), part, origins })
            .collect();
        let places: BTreeMap<&Part, usize> = nodes.iter().enumerate().map(|(at, node)| (&node.part, at)).collect();
        let mut edges = requests(application, &places);
        edges.extend(uses(application, &places));
        edges.extend(runs(application, &places));
        Self { name: name.to_owned(), nodes, edges }
    }

    /// The Mermaid flowchart.
    #[must_use]
    pub fn mermaid(&self) -> String {
        mermaid::draw(self)
    }

    /// The SVG image: no scripts, no style sheets, no references, legible on light and on dark pages.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::draw(self)
    }
}

/// Every part with the name of what the code itself uses and its directives.
fn parts(application: &Application) -> impl Iterator<Item = (Part, String, Vec<Origin>)> {
    let gateways = application.gateways.values();
    let units = application.units.values();
    let topics = application.topics.values();
    let stores = application.stores.values();
    gateways
        .map(|gateway| {
            let libraries: BTreeSet<_> = gateway.backends.iter().map(|backend| backend.library.as_str()).collect();
            let libraries: Vec<_> = libraries.into_iter().collect();
            let origins = gateway.backends.iter().map(|backend| backend.origin.clone()).collect();
            (Part::Gateway(gateway.id.clone()), libraries.join(", "), origins)
        })
        .chain(units.map(|unit| (Part::Unit(unit.id.clone()), unit.language.name().to_owned(), unit_origins(unit))))
        .chain(topics.map(|topic| {
            let libraries: Vec<_> = topic.libraries().into_iter().collect();
            (Part::Topic(topic.id.clone()), libraries.join(", "), topic.origins().cloned().collect())
        }))
        .chain(stores.map(|store| {
            let libraries: Vec<_> = store.libraries().into_iter().collect();
            (Part::Store(store.id.clone()), libraries.join(", "), store.origins().cloned().collect())
        }))
        .chain(
            application
                .parameters
                .values()
                .map(|one| (Part::Parameter(one.id.clone()), one.client.library.clone(), vec![one.origin.clone()])),
        )
        .chain(
            application
                .schedules
                .values()
                .map(|one| (Part::Schedule(one.id.clone()), one.function.clone(), vec![one.origin.clone()])),
        )
        .chain(
            application.sites.values().map(|one| {
                (Part::Site(one.id.clone()), format!("{} files", one.files.len()), vec![one.origin.clone()])
            }),
        )
}

fn unit_origins(unit: &Unit) -> Vec<Origin> {
    match &unit.origin {
        UnitOrigin::Declared(origins) => origins.clone(),
        UnitOrigin::Implied(origin) => vec![origin.clone()],
    }
}

fn requests(application: &Application, places: &BTreeMap<&Part, usize>) -> Vec<Edge> {
    let edge = |gateway: &Id, backend: &Backend| {
        let what =
            backend.routes.iter().map(|route| (format!("{} {}", route.method, route.path), vec![route.at.clone()]));
        Some(Edge {
            from: *places.get(&Part::Gateway(gateway.clone()))?,
            to: *places.get(&Part::Unit(backend.unit.clone()))?,
            kind: EdgeKind::Request,
            what: what.collect(),
        })
    };
    let gateways = application.gateways.values();
    gateways.flat_map(|gateway| gateway.backends.iter().filter_map(|backend| edge(&gateway.id, backend))).collect()
}

/// An arrow from each schedule to the unit of its function.
fn runs(application: &Application, places: &BTreeMap<&Part, usize>) -> Vec<Edge> {
    let edge = |schedule: &Schedule| {
        Some(Edge {
            from: *places.get(&Part::Schedule(schedule.id.clone()))?,
            to: *places.get(&Part::Unit(schedule.unit.clone()))?,
            kind: EdgeKind::Event,
            what: vec![(schedule.when.to_string(), vec![schedule.origin.at.clone()])],
        })
    };
    application.schedules.values().filter_map(edge).collect()
}

/// Up to two arrows for each access: towards the construct, and, for what a unit subscribes to, from it.
fn uses(application: &Application, places: &BTreeMap<&Part, usize>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for access in &application.accesses {
        let (part, kind) = match &access.construct {
            ConstructRef::Store(id) => (Part::Store(id.clone()), EdgeKind::Use),
            ConstructRef::Topic(id) => (Part::Topic(id.clone()), EdgeKind::Event),
            ConstructRef::Parameter(id) => (Part::Parameter(id.clone()), EdgeKind::Use),
        };
        let (Some(unit), Some(construct)) = (places.get(&Part::Unit(access.unit.clone())), places.get(&part)) else {
            continue;
        };
        let (there, back) = directions(&access.operations);
        if !there.is_empty() {
            edges.push(Edge { from: *unit, to: *construct, kind, what: there });
        }
        if !back.is_empty() {
            edges.push(Edge { from: *construct, to: *unit, kind, what: back });
        }
    }
    edges
}

type What = Vec<(String, Vec<SourceLine>)>;

/// What a unit does to a construct, and what the construct delivers to it.
fn directions(operations: &BTreeMap<Operation, BTreeSet<SourceLine>>) -> (What, What) {
    let (mut connects, mut there, mut back) = (What::new(), What::new(), What::new());
    for (operation, lines) in operations {
        let lines = lines.iter().cloned().collect();
        match operation {
            Operation::Connect => connects.push((operation.to_string(), lines)),
            Operation::Read | Operation::Write | Operation::List | Operation::Delete => {
                there.push((operation.to_string(), lines));
            }
            Operation::Publish(event) => there.push((event.clone(), lines)),
            Operation::Subscribe(event) => back.push((event.clone(), lines)),
        }
    }
    // That a reader connects goes without saying.
    if there.is_empty() {
        there = connects;
    }
    (there, back)
}

#[cfg(test)]
mod tests;
