//! Libraries of a company's own, from files beside the settings: the stanzas of `annotations/clients/`, with the language they
//! are for.

use std::collections::BTreeSet;
use std::ops::Range;

use indexmap::IndexMap;
use serde::Deserialize;

use super::client::{File, Methods};
use super::{Catalog, Client, Use};
use crate::app::{StoreKind, Wiring};
use crate::diag::closest;
use crate::source::Language;

/// A file of a company's own libraries.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    language: toml::Spanned<String>,
    client: Vec<toml::Spanned<Client>>,
    #[serde(default)]
    methods: IndexMap<String, Methods>,
}

/// Why a file teaches nothing.
pub(crate) struct Refusal {
    /// Where in its text.
    pub at: Range<usize>,
    /// What is wrong there.
    pub problem: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Catalog {
    /// Adds the libraries of `text`. They come before the known ones, so that one of the same symbol takes its place.
    pub(crate) fn learn(&mut self, text: &str) -> Result<(), Refusal> {
        let Own { language, client, methods } = toml::from_str(text).map_err(|error| Refusal {
            at: error.span().unwrap_or(0..0),
            problem: error.message().lines().next().unwrap_or("this is not TOML").to_owned(),
            help: None,
        })?;
        let Some(spoken) = Language::ALL.into_iter().find(|known| known.name() == language.get_ref()) else {
            let names = Language::ALL.map(Language::name);
            let help = closest(language.get_ref(), names)
                .map_or_else(|| format!("one of: {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
            let problem = format!("inferra reads no language `{}`", language.get_ref());
            return Err(Refusal { at: language.span(), problem, help: Some(help) });
        };
        let mut stanzas = Vec::new();
        for stanza in client {
            let at = stanza.span();
            let stanza = stanza.into_inner();
            self.check(spoken, &stanza).map_err(|(problem, help)| Refusal { at: at.clone(), problem, help })?;
            let read = File::of(vec![stanza], self.methods_of(spoken, &methods)).into_parts();
            let read = read.map(|(stanzas, _)| stanzas);
            stanzas.extend(read.map_err(|problem| Refusal { at, problem, help: None })?);
        }
        let secrets: Vec<_> = stanzas.iter().filter_map(Client::for_secrets).collect();
        let known = self.clients.entry(spoken).or_default();
        known.splice(0..0, stanzas.into_iter().chain(secrets));
        Ok(())
    }

    /// The lists of methods that a stanza can name: the file's, and those of the known libraries.
    fn methods_of(&self, language: Language, own: &IndexMap<String, Methods>) -> IndexMap<String, Methods> {
        let mut all = self.methods[&language].clone();
        all.extend(own.clone());
        all
    }

    /// A stanza can only be connected as a known library of its kind is: the shim has nothing else.
    fn check(&self, language: Language, stanza: &Client) -> Result<(), Problem> {
        let plain = |text: &String| !text.is_empty() && !text.chars().any(char::is_control);
        if !plain(&stanza.library) || !stanza.symbols.iter().all(plain) || stanza.symbols.is_empty() {
            return Err(("`library` and `symbols` are names, and there is one at least".to_owned(), None));
        }
        let alike = || self.clients[&language].iter().filter(|known| same_kind(&known.used_for, &stanza.used_for));
        for wiring in wirings(&stanza.used_for) {
            let known: Vec<_> = alike().flat_map(|known| wirings(&known.used_for)).collect();
            check_wiring(wiring, &known)?;
        }
        check_extras(&stanza.used_for, &alike().map(|known| &known.used_for).collect::<Vec<_>>())
    }
}

type Problem = (String, Option<String>);

/// A wiring has the style, the function and the properties of a known one: the shim takes nothing else.
fn check_wiring(wiring: &Wiring, known: &[&Wiring]) -> Result<(), Problem> {
    let (style, function) = shape(wiring);
    let same: Vec<_> = known.iter().filter(|other| shape(other) == (style, function)).collect();
    if same.is_empty() {
        let shapes: BTreeSet<_> = known.iter().map(|known| shape(known)).collect();
        let help = match closest(function, shapes.iter().map(|(_, name)| *name)) {
            Some(near) if near != function => format!("did you mean `{near}`?"),
            Some(_) | None => {
                let all: Vec<_> = shapes.iter().map(|(style, name)| format!("`{style}` with `{name}`")).collect();
                format!("there are: {}", all.join(", "))
            }
        };
        let problem = format!("the shim has no `{function}` of style `{style}` for this kind of library");
        return Err((problem, Some(help)));
    }
    if !same.iter().any(|other| properties(other) == properties(wiring)) {
        let names: Vec<_> = same.iter().flat_map(|other| properties(other)).map(|name| format!("`{name}`")).collect();
        let problem = format!("the arguments of `{function}` are not those that it takes");
        return Err((problem, Some(format!("name {}, and nothing else", names.join(", ")))));
    }
    match arguments(wiring).find(|(_, value)| !is_name(value)) {
        Some((_, value)) => Err((format!("`{value}` is no name of an argument"), None)),
        None => Ok(()),
    }
}

/// What runs beside the client is the known libraries' own: a taught one brings no program, migration or driver.
fn check_extras(own: &Use, known: &[&Use]) -> Result<(), Problem> {
    let refused = |what: &str| Err((format!("`{what}` cannot be taught: it is part of inferra's own libraries"), None));
    match own {
        Use::Persist(facts) => {
            let persisted = || {
                known.iter().filter_map(|known| match known {
                    Use::Persist(facts) => Some(facts),
                    Use::Expose(_) | Use::Pubsub(_) | Use::Config(_) => None,
                })
            };
            if facts.generated.is_some() {
                return refused("generated");
            }
            if facts.migration.is_some() && !persisted().any(|known| known.migration == facts.migration) {
                return refused("migration");
            }
            if facts.drivers.iter().any(|driver| !persisted().any(|known| known.drivers.contains(driver))) {
                return refused("drivers");
            }
            Ok(())
        }
        Use::Expose(facts) => {
            let is_known = known.iter().any(|known| match known {
                Use::Expose(known) => known.prepared_by == facts.prepared_by,
                Use::Persist(_) | Use::Pubsub(_) | Use::Config(_) => false,
            });
            if facts.prepared_by.is_some() && !is_known { refused("prepared_by") } else { Ok(()) }
        }
        Use::Pubsub(_) | Use::Config(_) => Ok(()),
    }
}

/// Whether two libraries are for the same thing.
fn same_kind(one: &Use, other: &Use) -> bool {
    let kind = |of: &Use| -> Option<StoreKind> {
        match of {
            Use::Persist(facts) => Some(facts.kind),
            Use::Expose(_) | Use::Pubsub(_) | Use::Config(_) => None,
        }
    };
    one.capability() == other.capability() && kind(one) == kind(other)
}

fn wirings(of: &Use) -> impl Iterator<Item = &Wiring> {
    let all = match of {
        // The entry point serves it; nothing of it is replaced.
        Use::Expose(_) => [None, None],
        Use::Persist(facts) => [Some(&facts.wiring), None],
        Use::Pubsub(facts) => [Some(&facts.wiring), None],
        Use::Config(facts) => [Some(&facts.wiring), Some(&facts.secret_wiring)],
    };
    all.into_iter().flatten()
}

/// How a library is connected, and by what.
fn shape(wiring: &Wiring) -> (&'static str, &str) {
    let style = match wiring {
        Wiring::Callee { .. } => "callee",
        Wiring::Value { .. } => "value",
        Wiring::Lazy { .. } => "lazy",
        Wiring::Module { .. } => "module",
    };
    (style, wiring.function())
}

/// The texts of a wiring that become code.
fn arguments(wiring: &Wiring) -> impl Iterator<Item = (&String, &String)> {
    let arguments = match wiring {
        Wiring::Callee { arguments, .. } => Some(arguments),
        Wiring::Value { .. } | Wiring::Lazy { .. } | Wiring::Module { .. } => None,
    };
    arguments.into_iter().flatten()
}

fn properties(wiring: &Wiring) -> BTreeSet<&String> {
    arguments(wiring).map(|(name, _)| name).collect()
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const CACHE: &str = "language = \"python\"\n\n[[client]]\nlibrary = \"acme\"\nsymbols = [\"acme.Cache\"]\ncapability = \"persist\"\nkind = \"redis_node\"\nmethods = \"redis\"\nwiring = { style = \"callee\", function = \"keywords\", arguments = { host = \"server\", port = \"port\", tls = \"ssl\" } }\n";

    fn refusal(text: &str) -> Refusal {
        Catalog::load().unwrap().learn(text).err().unwrap()
    }

    #[test]
    fn a_library_of_the_house_is_a_library() {
        let mut catalog = Catalog::load().unwrap();
        assert!(catalog.learn(CACHE).is_ok());
        let found: Vec<_> = catalog.clients_of(Language::Python, "acme.Cache").collect();
        let [Client { used_for: Use::Persist(facts), .. }] = found.as_slice() else { panic!("{found:?}") };
        assert!(facts.reads.iter().any(|method| method == "hgetall"));
    }

    #[test]
    fn what_the_shim_cannot_connect_is_refused() {
        let refused = refusal(&CACHE.replace("keywords", "keyword"));
        assert_eq!(refused.help.as_deref(), Some("did you mean `keywords`?"));
        assert!(CACHE[refused.at].starts_with("[[client]]"));
        assert!(refusal(&CACHE.replace("\"keywords\"", "\"kv_cache.cache\"")).problem.contains("kv_cache.cache"));
    }

    #[test]
    fn no_text_of_the_file_becomes_code() {
        let refused = refusal(&CACHE.replace("\"server\"", "\"x\\\"), evil(\""));
        assert!(refused.problem.contains("is no name of an argument"), "{}", refused.problem);
        assert!(refusal(&CACHE.replace("tls = \"ssl\"", "tsl = \"ssl\"")).problem.contains("are not those"));
        assert!(refusal(&CACHE.replace("methods =", "drivers = [\"../x\"]\nmethods =")).problem.contains("drivers"));
        assert!(
            refusal(&CACHE.replace("methods =", "migration = \"os.system\"\nmethods =")).problem.contains("migration")
        );
        assert!(refusal(&CACHE.replace("\"acme\"", "\"a\\nb\"")).problem.contains("are names"));
    }

    #[test]
    fn what_is_no_such_file_is_refused_at_its_place() {
        assert!(refusal("language = \"ruby\"\nclient = []\n").problem.contains("ruby"));
        assert!(refusal(&CACHE.replace("symbols", "symbol")).problem.contains("symbol"));
        assert!(refusal(&CACHE.replace("\"redis\"", "\"rediss\"")).problem.contains("rediss"));
    }
}
