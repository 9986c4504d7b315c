//! Imports by a call: <https://docs.python.org/3/library/importlib.html#importlib.import_module>.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Binding, Import, end_of_string, is_name};

/// Functions whose first argument is the name of a module.
const FUNCTIONS: [&str; 2] = ["import_module", "__import__"];

/// What all of their names hold.
static COMMON: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("import_"));

/// The imports whose module is a plain string. A name that is made up when the program runs is nobody's to know.
pub(super) fn by_name(text: &str) -> Vec<Import> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    if COMMON.find(bytes).is_none() {
        return found;
    }
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset),
            b'"' | b'\'' => at = end_of_string(bytes, at).unwrap_or_else(|end| end.max(at + 1)),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let end =
                    at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                if FUNCTIONS.contains(&&text[at..end]) {
                    found.extend(argument(&text[end..]).map(|module| import(text, at, module)));
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

/// The plain string that is the whole first argument.
fn argument(call: &str) -> Option<&str> {
    let inside = call.trim_start_matches(' ').strip_prefix('(')?.trim_start();
    let quote = inside.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (module, rest) = inside[1..].split_once(quote)?;
    let plain = module.split('.').all(|part| part.is_empty() || is_name(part)) && !module.trim_matches('.').is_empty();
    (plain && rest.trim_start().starts_with([',', ')'])).then_some(module)
}

/// In `name = importlib.import_module("a.b")` the name is the module.
fn import(text: &str, at: usize, module: &str) -> Import {
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let named = text[line..at]
        .trim()
        .split_once('=')
        .filter(|(name, callee)| is_name(name.trim()) && matches!(callee.trim(), "" | "importlib."));
    let bindings = named
        .filter(|_| !module.starts_with('.'))
        .map(|(name, _)| Binding::Module { local: name.trim().to_owned(), module: module.to_owned() });
    Import { module: module.to_owned(), at, bindings: bindings.into_iter().collect() }
}
