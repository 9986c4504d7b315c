use std::fmt::Write as _;

use crate::app::StoreKind;
use crate::source::Language;

use super::{Catalog, Client, Expose, Persist, Pubsub, Use};

/// What is known of each library: what a directive may stand above, what works then, and what is an error.
pub(super) fn table(catalog: &Catalog) -> String {
    let mut page = String::from(
        "| language | library | capability, kind | what the directive stands above | what works | what is an error |\n\
         |---|---|---|---|---|---|\n",
    );
    for language in Language::ALL {
        let or_secret = |client: &&Client| client.is_for_secrets() && client.for_secrets().is_some();
        // What counts for secrets, too, is listed once.
        for client in catalog.clients(language).iter().filter(|client| !or_secret(client)) {
            let capability = client.used_for.capability();
            let (kind, works, mut errors) = match &client.used_for {
                Use::Expose(facts) => ("", exposed(facts), code(&facts.refuses)),
                Use::Persist(facts) => (facts.kind.name(), persisted(facts), not_persisted(facts)),
                Use::Pubsub(facts) => ("", published(facts), refused(facts)),
                Use::Config(_) => ("", "reading the variable".to_owned(), Vec::new()),
            };
            let kind = match (client.is_for_secrets(), client.for_secrets().is_some(), kind) {
                (true, _, _) => " with `secret = true`".to_owned(),
                (false, true, kind) => format!(", {kind}, also with `secret = true`"),
                (false, false, "") => String::new(),
                (false, false, kind) => format!(", {kind}"),
            };
            errors.extend(code(client.hints.keys()));
            _ = writeln!(
                page,
                "| {} | {} | `{capability}`{kind} | {} | {works} | {} |",
                language.name(),
                client.library,
                code(&client.symbols).join(", "),
                errors.join(", ")
            );
        }
    }
    page
}

fn code<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    names.into_iter().map(|name| format!("`{name}`")).collect()
}

fn exposed(facts: &Expose) -> String {
    let mut works = Vec::new();
    let routes = code(facts.routes.keys());
    if !routes.is_empty() {
        works.push(format!("routes by {}", routes.join(", ")));
    }
    let holders = code(facts.routers.iter().flat_map(|router| &router.symbols));
    if !holders.is_empty() {
        works.push(format!("routes of {}", holders.join(", ")));
    }
    let followed = code(facts.follows.keys());
    if !followed.is_empty() {
        works.push(format!("what is mounted by {}", followed.join(", ")));
    }
    let mounts = code(&facts.mounts);
    if !mounts.is_empty() {
        works.push(format!("all below what {} mounts", mounts.join(", ")));
    }
    match (facts.routes_from, works.is_empty()) {
        (super::RoutesFrom::DjangoSettings, _) => "the routes of `ROOT_URLCONF`".to_owned(),
        (super::RoutesFrom::NestModules, _) => {
            "the controllers of the root module, and of the modules that it imports".to_owned()
        }
        (super::RoutesFrom::Calls, true) => "every path".to_owned(),
        (super::RoutesFrom::Calls, false) => works.join("; "),
    }
}

fn persisted(facts: &Persist) -> String {
    match facts.kind {
        StoreKind::Secret => return "reading it".to_owned(),
        StoreKind::Kv | StoreKind::Fs | StoreKind::Orm | StoreKind::RedisNode | StoreKind::RedisCluster => {}
    }
    if !facts.closed {
        return "every method".to_owned();
    }
    let lists = [&facts.reads, &facts.writes, &facts.lists, &facts.deletes, &facts.neutral];
    let mut methods = code(lists.into_iter().flatten());
    if let Some(files) = &facts.files {
        methods.extend(code(files.opens.keys().chain(&files.by_path).chain(&files.makes).chain(&files.yields)));
    }
    methods.sort();
    methods.dedup();
    methods.join(", ")
}

fn not_persisted(facts: &Persist) -> Vec<String> {
    let arguments = facts.refuses.iter().map(|name| format!("the argument `{name}`"));
    let only = facts.only.iter().map(|(name, value)| format!("`{name}` other than `{value}`"));
    let in_place = facts.items.iter().flat_map(|items| &items.changes);
    let in_place = in_place.map(|name| format!("`{name}` of a value"));
    let of_files = facts.files.iter().flat_map(|files| files.unsupported.keys().chain(files.elsewhere.keys()));
    let mut errors = code(facts.unsupported.keys().chain(of_files));
    errors.extend(arguments.chain(only).chain(in_place));
    errors
}

fn published(facts: &Pubsub) -> String {
    let subscribes = facts.subscribes.iter().filter(|method| !facts.unsupported.contains_key(*method));
    let (publishes, subscribes) = (code(&facts.publishes), code(subscribes));
    format!("{} publish; {} subscribe", publishes.join(", "), subscribes.join(", "))
}

fn refused(facts: &Pubsub) -> Vec<String> {
    code(facts.unsupported.keys())
}
