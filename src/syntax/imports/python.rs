mod by_name;

use std::borrow::Cow;

use memchr::{memchr, memchr3, memmem};

use super::{Binding, Import};
use by_name::by_name;

/// The imports of a Python file, wherever they stand: top level, in functions, in `try`.
pub(super) fn imports(text: &str) -> Vec<Import> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    // Most files import at their start: nothing after the last `import` needs to be understood.
    let Some(last) = memmem::find_iter(bytes, b"import").last() else { return found };
    let mut at = 0;
    // The indentation of an `if` whose block only type checkers read.
    let mut erased = None;
    while at <= last {
        let indent = bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
        let start = at + indent;
        let blank = matches!(bytes.get(start), None | Some(b'\n' | b'\r' | b'#'));
        let line_begins = at == 0 || bytes[at - 1] == b'\n';
        if line_begins && !blank && erased.is_some_and(|outer| indent <= outer) {
            erased = None;
        }
        if let Some((import, end)) = statement(text, start) {
            if erased.is_none() {
                found.extend(import);
            }
            at = end;
            continue;
        }
        if erased.is_none() && is_for_types(&text[start..]) {
            erased = Some(indent);
        } else if erased.is_none()
            && let Some((import, end)) = on_line_of_compound(text, start)
        {
            found.extend(import);
            at = end;
            continue;
        }
        at = end_of_line(bytes, start);
    }
    found.extend(by_name(text));
    found
}

/// Whether a line starts a block that only type checkers read, `if TYPE_CHECKING:` or `if typing.TYPE_CHECKING:` under any
/// name of that module: <https://docs.python.org/3/library/typing.html#typing.TYPE_CHECKING>.
fn is_for_types(line: &str) -> bool {
    let condition =
        line.strip_prefix("if ").and_then(|rest| rest.split_once(':')).map(|(condition, _)| condition.trim());
    let name = condition.and_then(|condition| condition.strip_suffix("TYPE_CHECKING"));
    name.is_some_and(|of| of.is_empty() || of.strip_suffix('.').is_some_and(is_name))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Words that start a statement whose body may stand on its own line.
const COMPOUND: [&str; 9] = ["try", "except", "else", "finally", "if", "elif", "with", "for", "while"];

/// The import in `try: import redis`.
fn on_line_of_compound(text: &str, start: usize) -> Option<(Vec<Import>, usize)> {
    let line = text.get(start..)?.lines().next()?;
    let rest = COMPOUND.iter().find_map(|word| line.strip_prefix(word))?;
    if !rest.starts_with([' ', ':', '(']) {
        return None;
    }
    line.match_indices(':').find_map(|(colon, _)| {
        let body = &line[colon + 1..];
        statement(text, start + line.len() - body.trim_start().len())
    })
}

/// The statement at `start` if it is an import, and the byte after its line.
fn statement(text: &str, start: usize) -> Option<(Vec<Import>, usize)> {
    let rest = text.get(start..)?;
    let keyword = ["import", "from"]
        .into_iter()
        .find(|word| rest.strip_prefix(word).is_some_and(|after| after.starts_with([' ', '\t', '('])))?;
    let (logical, end) = logical_line(text, start);
    let body = logical[keyword.len()..].trim();
    let imports = if keyword == "import" { plain(body, start) } else { from(body, start).into_iter().collect() };
    Some((imports, end))
}

/// The statement's text with comments, parentheses and line joins taken out, and the byte after it.
fn logical_line(text: &str, start: usize) -> (Cow<'_, str>, usize) {
    let bytes = text.as_bytes();
    // Nearly always the statement is its line.
    let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |offset| start + offset);
    if !text[start..end].contains(['#', ';', '(', '\\']) {
        return (Cow::Borrowed(&text[start..end]), (end + 1).min(bytes.len()));
    }
    let (mut logical, mut at, mut depth) = (String::new(), start, 0_usize);
    while at < bytes.len() {
        let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
        let line = &text[at..end];
        let line = line.split('#').next().unwrap_or(line);
        let (line, more) = line.split_once(';').map_or((line, false), |(line, _)| (line, true));
        depth += line.matches('(').count();
        depth = depth.saturating_sub(line.matches(')').count());
        let joined = line.trim_end().ends_with('\\');
        logical.push_str(&line.replace(['(', ')', '\\'], " "));
        logical.push(' ');
        if more {
            // The statement after `;` may be another import: continue scanning right behind it.
            let semicolon = at + text[at..end].find(';').unwrap_or(0);
            return (Cow::Owned(logical), semicolon + 1);
        }
        at = (end + 1).min(bytes.len());
        if depth == 0 && !joined {
            break;
        }
    }
    (Cow::Owned(logical), at)
}

fn plain(body: &str, at: usize) -> Vec<Import> {
    body.split(',')
        .filter_map(|part| {
            let (module, alias) = aliased(part)?;
            // Without an alias the statement gives the outermost package.
            let package = module.split('.').next().unwrap_or(module);
            let (local, means) = alias.map_or((package, package), |alias| (alias, module));
            let binding = Binding::Module { local: local.to_owned(), module: means.to_owned() };
            Some(Import { module: module.to_owned(), at, bindings: vec![binding] })
        })
        .collect()
}

fn from(body: &str, at: usize) -> Option<Import> {
    let split = memmem::find_iter(body.as_bytes(), b"import").find(|found| {
        let before = body[..*found].chars().next_back();
        let after = body[found + "import".len()..].chars().next();
        before.is_some_and(|c| c.is_whitespace() || c == '.') && after.is_none_or(char::is_whitespace)
    })?;
    let module: String = body[..split].split_whitespace().collect();
    let bindings = body[split + "import".len()..]
        .split(',')
        .filter_map(|part| {
            let (name, alias) = aliased(part)?;
            Some(if name == "*" {
                Binding::Star
            } else {
                Binding::Symbol { local: alias.unwrap_or(name).to_owned(), name: name.to_owned() }
            })
        })
        .collect();
    Some(Import { module, at, bindings })
}

fn aliased(part: &str) -> Option<(&str, Option<&str>)> {
    let mut words = part.split_whitespace();
    let name = words.next()?;
    Some((name, words.next().filter(|word| *word == "as").and_then(|_| words.next())))
}

/// The byte after the line that `at` is in; a string that spans lines counts as one line.
fn end_of_line(bytes: &[u8], mut at: usize) -> usize {
    loop {
        let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
        let Some(offset) = memchr3(b'"', b'\'', b'#', &bytes[at..end]) else { return (end + 1).min(bytes.len()) };
        let quote = at + offset;
        if bytes[quote] == b'#' {
            return (end + 1).min(bytes.len());
        }
        at = end_of_string(bytes, quote).unwrap_or_else(|end| end);
    }
}

/// The byte after the string that starts at `quote`. One that is never closed ends with its line, or if it is a long one, with
/// the text.
pub(in crate::syntax) fn end_of_string(bytes: &[u8], quote: usize) -> Result<usize, usize> {
    let mark = bytes[quote];
    let triple = [mark; 3];
    let long = bytes[quote..].starts_with(&triple);
    let mut at = quote + if long { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == mark && !long => return Ok(at + 1),
            byte if byte == mark && bytes[at..].starts_with(&triple) => return Ok(at + 3),
            b'\n' if !long => return Err(at),
            _ => at += 1,
        }
    }
    Err(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(local: &str, name: &str) -> Binding {
        Binding::Symbol { local: local.to_owned(), name: name.to_owned() }
    }

    fn module(local: &str, module: &str) -> Binding {
        Binding::Module { local: local.to_owned(), module: module.to_owned() }
    }

    #[test]
    fn every_form_of_import() {
        let text = "\
import redis, os.path as osp
import a.b.c
from redis import Redis as R, StrictRedis  # note
from . import store
from ..pkg.mod import (
    x,  # the first
    y as z,
)
from m import *
def f():
    try: pass
    finally: pass
    import lazy; import other
try: import fast
except ImportError: from slow import fast
if TYPE_CHECKING:
    import types_only

    from types_only import T
else: import at_run_time
if t.TYPE_CHECKING:
    import types_only
if not TYPE_CHECKING:
    import not_types
world = importlib.import_module(\"zones.world\")
def g(): return import_module( '.moon' , package=__package__)
__import__(\"old\")
import_module(f\"zones.{x}\"), import_module(\"zones.\" + x), \"import_module('text')\" # import_module('comment')
";
        let found: Vec<_> = imports(text).into_iter().map(|import| (import.module, import.bindings)).collect();
        let expected = [
            ("redis", vec![module("redis", "redis")]),
            ("os.path", vec![module("osp", "os.path")]),
            ("a.b.c", vec![module("a", "a")]),
            ("redis", vec![symbol("R", "Redis"), symbol("StrictRedis", "StrictRedis")]),
            (".", vec![symbol("store", "store")]),
            ("..pkg.mod", vec![symbol("x", "x"), symbol("z", "y")]),
            ("m", vec![Binding::Star]),
            ("lazy", vec![module("lazy", "lazy")]),
            ("other", vec![module("other", "other")]),
            ("fast", vec![module("fast", "fast")]),
            ("slow", vec![symbol("fast", "fast")]),
            ("at_run_time", vec![module("at_run_time", "at_run_time")]),
            ("not_types", vec![module("not_types", "not_types")]),
            ("zones.world", vec![module("world", "zones.world")]),
            (".moon", Vec::new()),
            ("old", Vec::new()),
        ];
        assert_eq!(found, expected.map(|(name, bindings)| (name.to_owned(), bindings)));
    }

    #[test]
    fn text_that_only_looks_like_an_import() {
        let text = "\"\"\"\nimport inside\n\"\"\"\nx = 'import a'\n# import b\ns = \"it's\"\nimport real\nimportant = 1\nfrom_x = 2\n";
        let found: Vec<_> = imports(text).into_iter().map(|import| import.module).collect();
        assert_eq!(found, ["real"]);
    }
}
