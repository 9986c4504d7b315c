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
    fn check(&self, language: Language, stanza: &Client) -> Result<(), (String, Option<String>)> {
        let plain = |text: &String| !text.is_empty() && !text.chars().any(char::is_control);
        if !plain(&stanza.library) || !stanza.symbols.iter().all(plain) || stanza.symbols.is_empty() {
            return Err(("`library` and `symbols` are names, and there is one at least".to_owned(), None));
        }
        let mut functions = BTreeSet::new();
        for known in self.clients[&language].iter().filter(|known| same_kind(&known.used_for, &stanza.used_for)) {
            functions.extend(wirings(&known.used_for).map(shape));
        }
        for wiring in wirings(&stanza.used_for) {
            let shape = shape(wiring);
            if !functions.contains(&shape) {
                let names: BTreeSet<_> = functions.iter().map(|(_, function)| *function).collect();
                let help = match closest(shape.1, names.iter().copied()) {
                    Some(near) if near != shape.1 => format!("did you mean `{near}`?"),
                    Some(_) | None => {
                        let all: Vec<_> =
                            functions.iter().map(|(style, name)| format!("`{style}` with `{name}`")).collect();
                        format!("there are: {}", all.join(", "))
                    }
                };
                let problem = format!("the shim has no `{}` of style `{}` for this kind of library", shape.1, shape.0);
                return Err((problem, Some(help)));
            }
            if let Some(word) = arguments(wiring).find(|word| !is_name(word)) {
                return Err((format!("`{word}` is no name of an argument"), None));
            }
        }
        Ok(())
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
fn arguments(wiring: &Wiring) -> impl Iterator<Item = &String> {
    let arguments = match wiring {
        Wiring::Callee { arguments, .. } => Some(arguments),
        Wiring::Value { .. } | Wiring::Lazy { .. } | Wiring::Module { .. } => None,
    };
    arguments.into_iter().flatten().flat_map(|(name, value)| [name, value])
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const CACHE: &str = "language = \"python\"\n\n[[client]]\nlibrary = \"acme\"\nsymbols = [\"acme.Cache\"]\ncapability = \"persist\"\nkind = \"redis_node\"\nmethods = \"redis\"\nwiring = { style = \"callee\", function = \"keywords\", arguments = { host = \"server\" } }\n";

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
        assert!(refusal(&CACHE.replace("\"acme\"", "\"a\\nb\"")).problem.contains("are names"));
    }

    #[test]
    fn what_is_no_such_file_is_refused_at_its_place() {
        assert!(refusal("language = \"ruby\"\nclient = []\n").problem.contains("ruby"));
        assert!(refusal(&CACHE.replace("symbols", "symbol")).problem.contains("symbol"));
        assert!(refusal(&CACHE.replace("\"redis\"", "\"rediss\"")).problem.contains("rediss"));
    }
}
