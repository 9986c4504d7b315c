use super::*;
use crate::app::{Method, RoutePath, SourceLine};
use crate::source::ProjectPath;

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

#[test]
fn bindings_follow_the_rule() {
    assert_eq!(binding_variable(Capability::Persist, &id("redis"), "host"), "INFERRA_PERSIST_REDIS_HOST");
    assert_eq!(binding_prefix(Capability::Pubsub, &id("a-b.c")), "INFERRA_PUBSUB_A_B_C");
}

#[test]
fn names_respect_limits_and_stay_apart() {
    let names = Names { application: "shop" };
    assert_eq!(names.function(&id("main")), "shop-main");
    assert_eq!(names.cache(&id("Redis")), "shop-redis-14e5ac6b".replace("14e5ac6b", &digest(&["shop", "Redis"])));
    let long = [id(&format!("{}a", "x".repeat(60))), id(&format!("{}b", "x".repeat(60)))].map(|id| names.cache(&id));
    assert!(long.iter().all(|name| name.len() <= 40) && long[0] != long[1], "{long:?}");
    assert_ne!(names.topic(&id("a"), "b-c"), names.topic(&id("a-b"), "c"));
    assert_eq!(names.topic(&id("greetings"), "hello"), "shop-greetings-hello");
    let strange = names.topic(&id("t"), "ünïcode event\n");
    assert!(strange.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{strange}");
}

#[test]
fn names_in_kubernetes() {
    assert_eq!(kubernetes_namespace("shop"), "shop");
    assert_eq!(kubernetes_namespace("kube-system"), "app-kube-system");
    let names = [kubernetes_name(&id("orders:v2")), kubernetes_name(&id("Orders")), kubernetes_name(&id("orders-"))];
    for name in &names {
        let legal = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(legal && !name.ends_with('-') && name.len() <= 52, "{name}");
    }
    let gateways = [
        Names { application: "shop" }.load_balancer(&id("gw-")),
        Names { application: "internal" }.load_balancer(&id("gw")),
    ];
    assert!(!gateways[0].ends_with('-') && !gateways[1].starts_with("internal-"), "{gateways:?}");
}

#[test]
fn routes_have_names() {
    let at = SourceLine { file: ProjectPath::new(std::path::Path::new("a.py")).unwrap(), line: 1 };
    let route = |path: Vec<RouteSegment>| {
        route_label(&Route {
            path: RoutePath(path),
            method: Method::Get,
            slash_optional: false,
            by_framework: false,
            at: at.clone(),
        })
    };
    let (literal, parameter) =
        (|it: &str| RouteSegment::Literal(it.into()), |it: &str| RouteSegment::Parameter(it.into()));
    assert_eq!(route(vec![]), "get");
    assert_eq!(route(vec![literal("users"), parameter("name")]), "get_users__name");
    assert_ne!(route(vec![literal("a_b")]), route(vec![literal("a"), literal("b")]));
    assert_ne!(route(vec![parameter("a_b")]), route(vec![parameter("a"), literal("b")]));
}

#[test]
fn what_a_bus_has_fits_event_bridge() {
    let names = Names { application: "aws" };
    assert_eq!(names.event_source(&id("orders")), "app.aws.orders");
    assert_eq!(Names { application: "shop" }.event_source(&id("orders")), "shop.orders");
    assert_eq!(detail_type("user:created è"), "user:created è");
    for altered in ["", "a${b}", "&{b}", "a\nb", &"x".repeat(129)] {
        let name = detail_type(altered);
        assert!(name != altered && name.len() <= 128 && !name.contains(['$', '&', '\n']), "{name}");
    }
    assert_ne!(detail_type("a$b"), detail_type("a&b"));
    let [unit, longer] = ["c", "b-c"].map(id);
    assert_ne!(event_rule("a-b", &unit), event_rule("a", &longer));
    assert!(event_rule(&"x".repeat(200), &unit).len() <= 64 && event_target(&id(&"u".repeat(60))).len() <= 64);
    assert!(names.event_archive(&id(&"t".repeat(60))).len() <= 48);
}
