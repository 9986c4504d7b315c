//! What is read from the statements that speak of an object is what is read from the whole file, wherever the grammar accepts
//! that file.

mod statements;

use std::collections::BTreeSet;
use std::path::Path;

use super::{Usage, Wanted, usage_at, usage_of_text};
use statements::{PYTHON, TYPESCRIPT};

use crate::source::{Project, ProjectPath};
use crate::syntax::Parsed;

/// `INFERRA_FUZZ=100000` looks further.
const ROUNDS: u64 = 250;

#[test]
#[allow(clippy::disallowed_methods, reason = "INFERRA_FUZZ is the tests' own switch")]
fn of_statements_and_of_fixtures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let project = Project::read(&root).unwrap();
    let seeds: Vec<_> =
        project.sources().filter_map(|(path, bytes)| Some((path, std::str::from_utf8(bytes).ok()?))).collect();
    let mut shorter: usize = seeds.iter().map(|(path, text)| check(path, text, &words(text))).sum();
    assert!(shorter > seeds.len(), "{shorter} of {}", seeds.len());
    shorter = 0;
    let rounds = std::env::var("INFERRA_FUZZ").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    for round in 0..rounds {
        let mut random = Random(round.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let name = *random.of(&["a.py", "a.ts", "a.tsx", "a.js"]);
        let statements: &[&str] = if name == "a.py" { &PYTHON } else { &TYPESCRIPT };
        let path = ProjectPath::new(Path::new(name)).unwrap();
        // Most files have no error in them, so most of these have one of the few wrong statements at most.
        let text: String = (0..=random.below(9)).map(|_| *random.of::<&str>(statements)).collect();
        shorter += check(&path, &text, &BTreeSet::from(["it", "this.it", "self.it"]));
        shorter += check(&path, &changed(&text, &mut random), &BTreeSet::from(["it"]));
        let (path, text) = random.of(&seeds);
        let text = changed(text, &mut random);
        let words: Vec<_> = words(&text).into_iter().collect();
        if !words.is_empty() {
            shorter += check(path, &text, &BTreeSet::from([*random.of(&words), *random.of(&words)]));
        }
    }
    assert!(u64::try_from(shorter).unwrap() > rounds / 2, "{shorter} in {rounds} rounds");
}

/// Compares both ways for each object; returns how often the short one was shorter.
fn check(path: &ProjectPath, text: &str, objects: &BTreeSet<&str>) -> usize {
    let whole = Parsed::new(path, text).unwrap();
    // What a grammar makes of the rest of a file that it does not accept is chance, and such a file never runs.
    if whole.first_error().is_some() {
        return 0;
    }
    let mut shorter = 0;
    for object in objects {
        for [followed, mentioned] in [[false, false], [true, false], [false, true]] {
            let wanted = Wanted { objects: BTreeSet::from([*object]), followed, mentioned };
            let expected = usage_at(&whole, &wanted, || std::iter::once(0..text.len()));
            let nothing = Usage { calls: Vec::new(), handed_on: Vec::new(), mentions: Vec::new() };
            let found = usage_of_text(path, text, &wanted).unwrap_or(nothing);
            assert_eq!(format!("{found:#?}"), format!("{expected:#?}"), "{object} in {path}:\n{text}");
            let places = wanted.places(text).map(|place| place.start).collect();
            let parsed = Parsed::around(path, text, &places).unwrap();
            shorter += usize::from(parsed.root().descendant_count() < whole.root().descendant_count());
        }
    }
    shorter
}

/// Names in a text that calls stand behind, or that are given to calls.
fn words(text: &str) -> BTreeSet<&str> {
    let of_name = |c: char| c.is_alphanumeric() || "_$.".contains(c);
    let names = text.match_indices(['.', '(', ')', ',']).map(|(at, _)| {
        let before = text[..at].trim_end_matches(of_name).len();
        text[before..at].trim_start_matches(|c: char| !c.is_alphabetic())
    });
    names.filter(|name| !name.is_empty() && name.len() < 40 && name.is_ascii()).take(12).collect()
}

fn changed(text: &str, random: &mut Random) -> String {
    const INSERTED: [&str; 34] = [
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "'",
        "`",
        "\"\"\"",
        "'''",
        "\\",
        "/",
        "//",
        "/*",
        "*/",
        "#",
        "\r",
        "\u{feff}",
        "é",
        "\0",
        "${",
        "\t",
        ";",
        "\n",
        "\\\n",
        "f\"{",
        "it.get(1)",
        "\nconst ",
        "</",
        "/>",
        "<a>",
        "\n",
        " ",
    ];
    let mut text = text.to_owned();
    for _ in 0..=random.below(2) {
        let mut at = random.below(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match random.below(7) {
            0 => text = text.replace('\n', "\r\n"),
            1 => text = text.replace("    ", "\t"),
            2 => text = text.replace(";\n", "\n"),
            3 => {
                let rest = text.split_off(at);
                text.push_str(rest.split_once('\n').map_or("", |(_, rest)| rest));
            }
            4 if at < text.len() => _ = text.remove(at),
            _ => text.insert_str(at, random.of::<&str>(&INSERTED)),
        }
    }
    text
}

/// <https://en.wikipedia.org/wiki/Xorshift>: the same numbers in every run.
struct Random(u64);

impl Random {
    /// A number from 0 to `most`.
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (u64::try_from(most).unwrap() + 1)).unwrap()
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() - 1)]
    }
}
