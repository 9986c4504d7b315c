//! Where the statements at the top of a module start, found without a syntax tree: a file that merely uses an object needs
//! the tree of the statements that speak of it, and no other.
//!
//! A start that is missed only makes a piece longer. What is no start is never taken for one in a file that the language
//! itself accepts, as long as the lexer here and the grammar agree on where strings end.

mod python;
mod typescript;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::source::Language;

/// The pieces of `text` that hold all of `places`, in order: whole statements with what stands between them and the next.
pub(super) fn around(language: Language, text: &str, places: &BTreeSet<usize>) -> Vec<Range<usize>> {
    let starts = match language {
        Language::Python => python::starts(text),
        Language::TypeScript => typescript::starts(text),
    };
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
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn pieces<'text>(language: Language, text: &'text str, word: &str) -> Vec<&'text str> {
        let places = text.match_indices(word).map(|(at, _)| at).collect();
        around(language, text, &places).into_iter().map(|piece| &text[piece]).collect()
    }

    #[test]
    fn python_statements_keep_what_belongs_to_them() {
        let text = "\"\"\"\nx = it\n\"\"\"\nimport a\n\n@first\n# why\n@second\ndef f():\n    it()\n\nb = (\nc,\nit,\n)\nif b:\n    pass\nelse:\n    it()\nd = \\\nit\ne = 1 # it's\n";
        let expected = [
            "\"\"\"\nx = it\n\"\"\"\n",
            "@first\n# why\n@second\ndef f():\n    it()\n\nb = (\nc,\nit,\n)\nif b:\n    pass\nelse:\n    it()\nd = \\\nit\ne = 1 # it's\n",
        ];
        assert_eq!(pieces(Language::Python, text, "it"), expected);
        assert_eq!(pieces(Language::Python, text, "import"), ["import a\n\n"]);
        assert_eq!(pieces(Language::Python, text, "c,"), ["b = (\nc,\nit,\n)\n"]);
    }

    #[test]
    fn typescript_statements_keep_what_belongs_to_them() {
        let text = "import a from \"a\";\n@dec()\nexport class B {\n  c = it;\n}\nif (a) {\n} else {\n  it();\n}\nconst d = `\n};\nconst it = 1;\n`;\nconst e = /[`{]/;\nexport function f() {}\n";
        let expected = [&text[..text.find("const e").unwrap()]];
        assert_eq!(pieces(Language::TypeScript, text, "it"), expected);
        assert_eq!(pieces(Language::TypeScript, text, "f()"), ["export function f() {}\n"]);
        assert_eq!(pieces(Language::TypeScript, text, " e "), ["const e = /[`{]/;\n"]);
    }
}
