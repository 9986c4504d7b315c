use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use indexmap::IndexMap;

use crate::app::{
    Access, Application, Backend, Capability, Client, ConstructRef, Gateway, Id, Method, Operation, Origin, Route,
    RoutePath, RouteSegment, SourceLine, Store, StoreClient, StoreKind, Topic, TopicEmitter, Unit, UnitOrigin,
    Visibility, WebApplication, WebInterface, Wiring,
};
use crate::source::{Language, ProjectPath};

use super::{Part, Picture};

/// Builds applications in a few words.
struct Draft(Application);

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn at(file: &str, line: usize) -> SourceLine {
    SourceLine { file: ProjectPath::new(Path::new(file)).unwrap(), line }
}

fn origin(file: &str, line: usize, capability: Capability, name: &str) -> Origin {
    Origin { at: at(file, line), capability, id: id(name), span: crate::source::Span::new(&at(file, line).file, 0..0) }
}

fn client(library: &str, file: &str, wiring: Wiring) -> Client {
    Client {
        library: library.to_owned(),
        file: at(file, 1).file,
        expression: 0..0,
        callee: 0..0,
        name: String::new(),
        wiring,
    }
}

impl Draft {
    fn new() -> Self {
        let (units, gateways) = (IndexMap::new(), IndexMap::new());
        Self(Application { units, gateways, ..Application::default() })
    }

    fn unit(mut self, name: &str, file: &str) -> Self {
        let unit = Unit {
            id: id(name),
            origin: UnitOrigin::Declared(vec![origin(file, 1, Capability::ExecutionUnit, name)]),
            language: Language::TypeScript,
            runs: true,
            keep_warm: false,
            entries: vec![at(file, 1).file],
            import_roots: Vec::new(),
            files: Vec::new(),
            assets: Vec::new(),
            manifest: None,
            packages: None,
            variables: BTreeMap::new(),
            migration: None,
        };
        self.0.units.insert(id(name), unit);
        self
    }

    fn gateway(mut self, name: &str, unit: &str, file: &str, routes: &[(Method, &str)]) -> Self {
        let route = |(method, path): &(Method, &str)| {
            let segments = path.split('/').filter(|part| !part.is_empty());
            let path = RoutePath(segments.map(|part| RouteSegment::Literal(part.to_owned())).collect());
            Route { path, method: *method, slash_optional: false, by_framework: false, at: at(file, 20) }
        };
        let gateway = Gateway {
            id: id(name),
            origin: origin(file, 8, Capability::Expose, name),
            visibility: Visibility::Public,
            backends: vec![Backend {
                origin: origin(file, 8, Capability::Expose, name),
                unit: id(unit),
                library: "Express".to_owned(),
                application: WebApplication {
                    file: at(file, 1).file,
                    export: None,
                    factory: false,
                    part: None,
                    prepared_by: None,
                    interface: WebInterface::NodeHttp,
                    listens: None,
                },
                routes: routes.iter().map(route).collect(),
            }],
        };
        self.0.gateways.insert(id(name), gateway);
        self
    }

    fn store(mut self, name: &str, file: &str) -> Self {
        let store = Store {
            id: id(name),
            origin: origin(file, 5, Capability::Persist, name),
            kind: StoreKind::RedisNode,
            clients: vec![StoreClient {
                origin: origin(file, 5, Capability::Persist, name),
                client: Some(client(
                    "redis-py",
                    file,
                    Wiring::Value { function: "keywords".into(), items: crate::app::ItemCalls::default() },
                )),
            }],
            variables: BTreeMap::new(),
        };
        self.0.stores.insert(id(name), store);
        self
    }

    fn topic(mut self, name: &str, file: &str) -> Self {
        let topic = Topic {
            id: id(name),
            origin: origin(file, 4, Capability::Pubsub, name),
            emitters: vec![TopicEmitter {
                origin: origin(file, 4, Capability::Pubsub, name),
                client: client(
                    "Node.js events",
                    file,
                    Wiring::Value { function: "emitter.bind".into(), items: crate::app::ItemCalls::default() },
                ),
            }],
            events: BTreeMap::new(),
        };
        self.0.topics.insert(id(name), topic);
        self
    }

    fn access(mut self, unit: &str, construct: ConstructRef, operations: &[Operation]) -> Self {
        let lines = BTreeSet::from([at("src/use.ts", 31)]);
        let operations = operations.iter().map(|operation| (operation.clone(), lines.clone())).collect();
        self.0.accesses.push(Access { unit: id(unit), construct, operations });
        self
    }

    fn stores(self, unit: &str, store: &str, operations: &[Operation]) -> Self {
        self.access(unit, ConstructRef::Store(id(store)), operations)
    }

    fn publishes(self, unit: &str, topic: &str, events: &[&str]) -> Self {
        let operations: Vec<_> = events.iter().map(|event| Operation::Publish((*event).to_owned())).collect();
        self.access(unit, ConstructRef::Topic(id(topic)), &operations)
    }

    fn subscribes(self, unit: &str, topic: &str, events: &[&str]) -> Self {
        let operations: Vec<_> = events.iter().map(|event| Operation::Subscribe((*event).to_owned())).collect();
        self.access(unit, ConstructRef::Topic(id(topic)), &operations)
    }

    fn picture(&self) -> Picture {
        let backing = |part: &Part| {
            let name = match part {
                Part::Gateway(_) => "Amazon API Gateway",
                Part::Unit(_) => "AWS Lambda, nodejs22.x",
                Part::Topic(_) => "Amazon SNS",
                Part::Parameter(_) => "Parameter Store",
                Part::Schedule(_) => "EventBridge Scheduler",
                Part::Site(_) => "CloudFront",
                Part::Store(_) => "Amazon ElastiCache",
            };
            Some(name.to_owned())
        };
        Picture::of("shop", &self.0, &backing)
    }
}

fn store_behind_gateway() -> Draft {
    Draft::new()
        .unit("main", "app/main.py")
        .gateway("redis-gw", "main", "app/main.py", &[(Method::Get, "/users/name"), (Method::Post, "/users")])
        .store("redis", "app/main.py")
        .stores("main", "redis", &[Operation::Connect, Operation::Read, Operation::Write])
}

fn sender_and_receiver() -> Draft {
    Draft::new()
        .unit("sender", "src/sender.ts")
        .unit("receiver", "src/receiver.ts")
        .gateway("api", "sender", "src/sender.ts", &[(Method::Post, "/greetings")])
        .topic("greetings", "src/receiver.ts")
        .publishes("sender", "greetings", &["hello"])
        .subscribes("receiver", "greetings", &["hello"])
}

fn shop() -> Draft {
    Draft::new()
        .unit("storefront", "src/storefront/server.ts")
        .unit("checkout", "src/checkout/server.ts")
        .unit("warehouse", "src/warehouse/worker.ts")
        .unit("mailer", "src/mailer/worker.ts")
        .unit("analytics-of-everything-that-happens-in-the-shop", "src/analytics/worker.ts")
        .unit("backoffice", "src/backoffice/server.ts")
        .gateway("public", "storefront", "src/storefront/server.ts", &[(Method::Get, "/"), (Method::Get, "/items")])
        .gateway("pay", "checkout", "src/checkout/server.ts", &[(Method::Post, "/orders"), (Method::Any, "/carts/all")])
        .gateway(
            "office",
            "backoffice",
            "src/backoffice/server.ts",
            &[(Method::Any, "/a/very/long/path/to/something"); 7],
        )
        .topic("orders", "src/events.ts")
        .topic("stock", "src/events.ts")
        .store("sessions", "src/sessions.ts")
        .store("catalogue", "src/catalogue.ts")
        .store("counters", "src/analytics/counters.ts")
        .stores("storefront", "sessions", &[Operation::Connect, Operation::Read, Operation::Write])
        .stores("storefront", "catalogue", &[Operation::Connect, Operation::Read])
        .stores("checkout", "sessions", &[Operation::Connect, Operation::Read])
        .stores("backoffice", "catalogue", &[Operation::Connect, Operation::Write])
        .stores("analytics-of-everything-that-happens-in-the-shop", "counters", &[Operation::Connect])
        .stores("backoffice", "counters", &[Operation::Connect, Operation::Read])
        .publishes("checkout", "orders", &["placed", "cancelled"])
        .subscribes("warehouse", "orders", &["placed", "cancelled"])
        .subscribes("mailer", "orders", &["placed"])
        .subscribes("analytics-of-everything-that-happens-in-the-shop", "orders", &["cancelled", "placed"])
        .publishes("warehouse", "stock", &["changed"])
        .subscribes("storefront", "stock", &["changed"])
        .subscribes("analytics-of-everything-that-happens-in-the-shop", "stock", &["changed"])
        .publishes("backoffice", "stock", &["changed", "counted", "a", "b", "c", "d"])
}

fn drafts() -> [Draft; 3] {
    [store_behind_gateway(), sender_and_receiver(), shop()]
}

#[test]
fn the_same_application_gives_the_same_picture() {
    for draft in drafts() {
        assert_eq!(draft.picture().svg(), draft.picture().svg());
        assert_eq!(draft.picture().mermaid(), draft.picture().mermaid());
    }
}

#[test]
fn mermaid_has_a_node_per_part_and_an_arrow_per_direction() {
    let expected = r#"flowchart LR
  %% src/sender.ts:8 @klotho::expose "api"
  n0(["api<br/>Amazon API Gateway"])
  %% src/sender.ts:1 @klotho::execution_unit "sender"
  n1["sender<br/>AWS Lambda, nodejs22.x"]
  %% src/receiver.ts:1 @klotho::execution_unit "receiver"
  n2["receiver<br/>AWS Lambda, nodejs22.x"]
  %% src/receiver.ts:4 @klotho::pubsub "greetings"
  n3{{"greetings<br/>Amazon SNS"}}
  n0 -->|"POST /greetings"| n1
  n1 -->|"hello"| n3
  n3 -->|"hello"| n2
  classDef gateway fill:#dbeafe,stroke:#3b82c4,color:#10243a
  class n0 gateway
  classDef unit fill:#f4f1ea,stroke:#8a7a55,color:#2b2618
  class n1,n2 unit
  classDef topic fill:#efe5fb,stroke:#9065c8,color:#2c1a45
  class n3 topic
"#;
    assert_eq!(sender_and_receiver().picture().mermaid(), expected);
}

#[test]
fn every_node_names_its_directive() {
    let draft = shop();
    let svg = draft.picture().svg();
    for origin in draft.0.units.values().map(|unit| unit.origin.origin()) {
        assert!(svg.contains(&origin.to_string().replace('"', "&quot;")), "{origin}");
    }
    assert!(svg.contains("<title>store sessions: Amazon ElastiCache\nsrc/sessions.ts:5 @klotho::persist"));
}

#[test]
fn what_the_code_uses_stands_in_for_an_unknown_backing() {
    let picture = Picture::of("shop", &sender_and_receiver().0, &|_| None);
    assert!(picture.mermaid().contains("greetings<br/>Node.js events"));
}

#[test]
fn names_from_the_code_stay_text() {
    let evil = "</text><script>alert(1)</script>\"]; click n0 \"javascript:x\" %%{init: {}}%%\n\u{0}&`";
    let draft = Draft::new()
        .unit("a", "100%%{init}%%.ts")
        .unit("b", "b<&>\".ts")
        .topic("t", "t.ts")
        .publishes("a", "t", &[evil])
        .subscribes("b", "t", &[evil]);
    let svg = draft.picture().svg();
    assert!(!svg.contains("<script") && !svg.contains('\u{0}') && !svg.contains("b<&>"), "{svg}");
    assert_eq!(svg.matches("<svg").count(), 1);
    let mermaid = draft.picture().mermaid();
    assert!(!mermaid.contains("%%{") && !mermaid.contains("click n0 \"") && !mermaid.contains('`'), "{mermaid}");
    assert_eq!(mermaid.matches("n0 -->").count(), 1);
}

#[test]
fn an_application_of_nothing_is_an_empty_picture() {
    let picture = Draft::new().picture();
    assert_eq!(picture.mermaid(), "flowchart LR\n");
    assert!(picture.svg().ends_with("</svg>\n"));
}

#[test]
fn boxes_and_labels_never_touch() {
    for draft in drafts() {
        let rects = rectangles(&draft.picture().svg());
        for (at, a) in rects.iter().enumerate() {
            for b in &rects[at + 1..] {
                let apart = a[0] + a[2] < b[0] || b[0] + b[2] < a[0] || a[1] + a[3] < b[1] || b[1] + b[3] < a[1];
                assert!(apart, "{a:?} and {b:?}");
            }
        }
    }
}

/// Position and size of every `<rect>`.
fn rectangles(svg: &str) -> Vec<[i64; 4]> {
    let number = |tag: &str, name: &str| -> i64 {
        let from = tag.split_once(&format!(" {name}=\"")).unwrap().1;
        from.split_once('"').unwrap().0.parse().unwrap()
    };
    svg.split("<rect").skip(1).map(|tag| ["x", "y", "width", "height"].map(|name| number(tag, name))).collect()
}
