//! Where the statements at the top of a module start, found without a syntax tree: a file that merely uses an object needs
//! the tree of the statements that speak of it, and no other.
//!
//! A start that is missed only makes a piece longer. One that is none would be taken from the text of a string or a comment,
//! so wherever the lexer here may see other strings than the grammar does, there are no pieces.

mod python;
mod typescript;

use std::collections::BTreeSet;
use std::ops::Range;

use super::Grammar;

/// The pieces of `text` that hold all of `places`, in order: whole statements with what stands between them and the next.
/// `None` where only the grammar can tell.
pub(super) fn around(grammar: Grammar, text: &str, places: &BTreeSet<usize>) -> Option<Vec<Range<usize>>> {
    if has_odd_lines(text) {
        return None;
    }
    let starts = match grammar {
        Grammar::Python => python::starts(text),
        Grammar::TypeScript => typescript::starts(text, false),
        Grammar::Tsx => typescript::starts(text, true),
    }?;
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut begin = 0;
    for end in starts.into_iter().chain([text.len()]) {
        if places.range(begin..end).next().is_some() {
            match pieces.last_mut() {
                Some(last) if last.end == begin => last.end = end,
                Some(_) | None => pieces.push(begin..end),
            }
        }
        begin = end;
    }
    Some(pieces)
}

/// Whether some line may end otherwise than in a line feed, or the text before one.
fn has_odd_lines(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'\r', 0, bytes).any(|at| bytes[at] == 0 || bytes.get(at + 1) != Some(&b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn pieces<'text>(grammar: Grammar, text: &'text str, word: &str) -> Vec<&'text str> {
        let places = text.match_indices(word).map(|(at, _)| at).collect();
        around(grammar, text, &places).unwrap().into_iter().map(|piece| &text[piece]).collect()
    }

    #[test]
    fn python_statements_keep_what_belongs_to_them() {
        let text = "\"\"\"\nx = it\n\"\"\"\nimport a\n\n@first\n# why\n@second\ndef f():\n    it()\n\nb = (\nc,\nit,\n)\nif b:\n    pass\nelse:\n    it()\nd = \\\nit\ne = 1 # it's\n";
        let expected = [
            "\"\"\"\nx = it\n\"\"\"\n",
            "@first\n# why\n@second\ndef f():\n    it()\n\nb = (\nc,\nit,\n)\nif b:\n    pass\nelse:\n    it()\nd = \\\nit\ne = 1 # it's\n",
        ];
        assert_eq!(pieces(Grammar::Python, text, "it"), expected);
        assert_eq!(pieces(Grammar::Python, text, "import"), ["import a\n\n"]);
        assert_eq!(pieces(Grammar::Python, text, "c,"), ["b = (\nc,\nit,\n)\n"]);
    }

    #[test]
    fn typescript_statements_keep_what_belongs_to_them() {
        let text = "import a from \"a\";\n@dec()\nexport class B {\n  c = it;\n}\nif (a) {\n} else {\n  it();\n}\nconst d = `\n};\nconst it = 1;\n`;\nconst e = /[`{]/;\nexport function f() {}\n";
        let expected = [&text[..text.find("const e").unwrap()]];
        assert_eq!(pieces(Grammar::TypeScript, text, "it"), expected);
        assert_eq!(pieces(Grammar::TypeScript, text, "f()"), ["export function f() {}\n"]);
        assert_eq!(pieces(Grammar::TypeScript, text, " e "), ["const e = /[`{]/;\n"]);
    }
}
