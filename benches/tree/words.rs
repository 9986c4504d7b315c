use inferra::source::Language;

use super::random::Random;

pub(super) const DOMAINS: [&str; 20] = [
    "orders",
    "billing",
    "catalog",
    "shipping",
    "accounts",
    "inventory",
    "payments",
    "search",
    "reviews",
    "messaging",
    "pricing",
    "support",
    "identity",
    "media",
    "planning",
    "tickets",
    "loyalty",
    "returns",
    "routing",
    "partners",
];
pub(super) const PACKAGES: [&str; 12] = [
    "core", "models", "services", "storage", "jobs", "views", "policies", "exports", "metrics", "adapters", "queries",
    "rules",
];
pub(super) const NOUNS: [&str; 24] = [
    "order", "invoice", "item", "customer", "parcel", "account", "batch", "record", "quote", "review", "message",
    "session", "profile", "address", "discount", "product", "vendor", "region", "report", "policy", "token", "channel",
    "refund", "label",
];
pub(super) const VERBS: [&str; 16] = [
    "load", "save", "build", "merge", "filter", "collect", "resolve", "update", "apply", "render", "validate", "parse",
    "compute", "assign", "expand", "split",
];
pub(super) const ADJECTIVES: [&str; 14] = [
    "pending", "active", "stale", "recent", "partial", "verified", "default", "primary", "remote", "cached", "nested",
    "signed", "shared", "daily",
];
pub(super) const EVENTS: [&str; 6] = ["created", "changed", "removed", "expired", "approved", "rejected"];

const PROSE: [&str; 40] = [
    "the", "value", "is", "kept", "for", "later", "because", "other", "parts", "of", "the", "system", "depend", "on",
    "it", "and", "callers", "expect", "a", "stable", "result", "when", "nothing", "changed", "since", "the",
    "previous", "run", "so", "this", "path", "must", "stay", "cheap", "even", "for", "large", "inputs", "in", "bursts",
];

/// A sentence for comments and docstrings.
pub(super) fn sentence(random: &mut Random) -> String {
    let length = random.between(6, 14);
    let mut words = vec![random.pick(&ADJECTIVES), random.pick(&NOUNS)];
    let start = random.below(PROSE.len());
    words.extend((0..length).map(|offset| PROSE[(start + offset) % PROSE.len()]));
    let mut text = words.join(" ");
    text[..1].make_ascii_uppercase();
    text + "."
}

/// `pending_invoice` as `PendingInvoice`.
pub(super) fn camel(snake: &str) -> String {
    snake.split('_').map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

/// `pending_invoice` as `pendingInvoice`.
pub(super) fn lower_camel(snake: &str) -> String {
    let mut name = camel(snake);
    name[..1].make_ascii_lowercase();
    name
}

/// The function that the module `name` exports.
pub(super) fn function(name: &str, language: Language) -> String {
    match language {
        Language::Python => format!("load_{name}"),
        Language::TypeScript => lower_camel(&format!("load_{name}")),
    }
}
