//! What no input may do: crash the compiler, make it point outside a file, or get output beside an error or broken code.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use inferra::app::Unit;
use inferra::compile::Compilation;
use inferra::diag::{Diagnostic, Severity, render};
use inferra::source::Project;

use crate::project::{compiled, fixture_apps, project, root, tree, write};

/// Enough to meet each kind of change on each kind of file; `INFERRA_FUZZ=100000` looks further.
const ROUNDS: u64 = 150;

type Files = BTreeMap<String, Vec<u8>>;

#[test]
fn changed_input_is_compiled_or_refused() {
    let seeds = seeds();
    let rounds = std::env::var("INFERRA_FUZZ").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    for round in 0..rounds {
        let mut random = Random(round.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut files = random.of(&seeds).clone();
        let sources: Vec<String> = files.keys().filter(|path| grammar(path).is_some()).cloned().collect();
        let path = random.of(&sources).clone();
        for _ in 0..=random.below(2) {
            let changed = mutated(&files[&path], &mut random);
            files.insert(path.clone(), changed);
        }
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &files);
        let outcome = std::panic::catch_unwind(|| check(folder.path(), &files));
        assert!(outcome.is_ok(), "round {round}, {path}:\n{}", String::from_utf8_lossy(&files[&path]));
    }
}

fn check(folder: &Path, files: &Files) {
    let compilation = compiled(folder, "app", &[]);
    for diagnostic in &compilation.diagnostics {
        let places = diagnostic.primary.iter().chain(&diagnostic.secondary);
        for span in places.map(|label| &label.span) {
            let bytes = &files[span.file.as_str()];
            assert!(span.start <= span.end && span.end <= bytes.len(), "{diagnostic:?}");
            if let Ok(text) = std::str::from_utf8(bytes) {
                let whole = text.is_char_boundary(span.start) && text.is_char_boundary(span.end);
                assert!(whole, "{diagnostic:?} cuts a character");
            }
        }
    }
    let project = Project::read(folder).unwrap();
    let texts = (&project, &compilation.texts);
    _ = render::text(&compilation.diagnostics, &texts, render::Style::Plain);
    _ = render::json(&compilation.diagnostics, &texts);
    _ = render::sarif(&compilation.diagnostics, &texts);
    let failed = errors(&compilation.diagnostics) > 0;
    assert_eq!(compilation.files.is_none(), failed, "{:?}", compilation.diagnostics);
    edits_keep_the_code_whole(&compilation, files);
}

fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.iter().filter(|diagnostic| diagnostic.code.severity() == Severity::Error).count()
}

fn edits_keep_the_code_whole(compilation: &Compilation, files: &Files) {
    for (path, bytes) in compilation.files.iter().flatten() {
        let Some(inside) = path.strip_prefix("units/").and_then(|path| path.split_once('/')).map(|(_, path)| path)
        else {
            continue;
        };
        // The project may hold a file of the entry point's name that no unit loads.
        let of_unit = |unit: &Unit| unit.files.iter().any(|file| file.as_str() == inside);
        if !compilation.application.units.values().any(of_unit) {
            continue;
        }
        let Some(original) = files.get(inside).filter(|original| **original != **bytes) else { continue };
        let lines = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').count();
        assert_eq!(lines(original), lines(bytes), "{inside}");
        assert!(has_syntax_error(inside, original) || !has_syntax_error(inside, bytes), "{inside}");
    }
}

fn grammar(path: &str) -> Option<tree_sitter::Language> {
    match Path::new(path).extension()?.to_str()? {
        "py" => Some(tree_sitter_python::LANGUAGE.into()),
        "ts" | "mts" | "cts" => Some(tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()),
        "js" | "mjs" | "cjs" | "jsx" | "tsx" => Some(tree_sitter_typescript::LANGUAGE_TSX.into()),
        _ => None,
    }
}

fn has_syntax_error(path: &str, bytes: &[u8]) -> bool {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&grammar(path).unwrap()).unwrap();
    parser.parse(bytes, None).unwrap().root_node().has_error()
}

/// The fixture applications, and every diagnostic fixture with its marks still in it.
fn seeds() -> Vec<Files> {
    let skipped = ["node_modules", "expected", "tests", ".venv"];
    let apps: Vec<_> = fixture_apps().iter().map(|app| tree(app, &skipped)).collect();
    let mut seeds = Vec::new();
    for language in ["python", "typescript"] {
        let mut paths: Vec<_> = fs::read_dir(root().join("fixtures/diagnostics").join(language)).unwrap().collect();
        paths.sort_by_key(|entry| entry.as_ref().unwrap().path());
        for path in paths.into_iter().map(|entry| entry.unwrap().path()) {
            let mut files = if path.is_dir() {
                tree(&path, &[])
            } else {
                let extension = path.extension().unwrap().to_str().unwrap();
                Files::from([(format!("main.{extension}"), fs::read(&path).unwrap())])
            };
            files.entry("requirements.txt".to_owned()).or_default();
            files.entry("package.json".to_owned()).or_insert_with(|| b"{}".to_vec());
            seeds.push(files);
            // The applications are what goes through all stages: as many again as there are fixtures of one kind.
            seeds.extend(apps.get(seeds.len() % 3).cloned());
        }
    }
    seeds
}

fn mutated(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    const INSERTED: [&str; 26] = [
        "{",
        "}",
        "(",
        ")",
        "[",
        "\"",
        "'",
        "`",
        "\"\"\"",
        "\\",
        "/",
        "/*",
        "*/",
        "#",
        "// ",
        "\r",
        "\u{feff}",
        "é",
        "日本",
        "\0",
        "${",
        "@klotho::",
        "# @klotho::persist { id = \"é",
        "/* @klotho::pubsub { id = \"x\" } */",
        "\t",
        ";",
    ];
    let mut bytes = bytes.to_vec();
    let at = random.below(bytes.len());
    let lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let line = random.below(lines.len().saturating_sub(1));
    match random.below(11) {
        0 if at < bytes.len() => bytes[at] ^= 1 << random.below(7),
        1 => {
            return lines
                .iter()
                .enumerate()
                .filter(|(number, _)| *number != line)
                .flat_map(|(_, line)| line.clone())
                .collect();
        }
        2 => {
            let twice = |(number, text): (usize, &Vec<u8>)| text.repeat(if number == line { 2 } else { 1 });
            return lines.iter().enumerate().flat_map(twice).collect();
        }
        3 => bytes.truncate(at),
        4 => return String::from_utf8_lossy(&bytes).replace('\n', "\r\n").into_bytes(),
        5 => _ = bytes.splice(0..0, *b"\xef\xbb\xbf"),
        6 => _ = bytes.splice(at..at, vec![*random.of(b"[({x\" "); 3000]),
        7 => {
            let mut swapped = lines;
            let other = random.below(swapped.len().saturating_sub(1));
            if line < swapped.len() {
                swapped.swap(line, other);
            }
            return swapped.concat();
        }
        8 => {
            let end = (at + random.below(12)).min(bytes.len());
            bytes.drain(at..end);
        }
        _ => _ = bytes.splice(at..at, random.of(&INSERTED).bytes()),
    }
    bytes
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

#[test]
fn deep_nesting_is_no_crash() {
    const DEPTH: usize = 50_000;
    let python = "# @klotho::expose { id = \"gw\", target = \"public\" }\napp = FastAPI()\n";
    let typescript = "/* @klotho::expose { id = \"gw\", target = \"public\" } */\nexport const app = express();\n";
    let cases = [
        ("main.py", format!("{python}x = {}{}\n", "[".repeat(DEPTH), "]".repeat(DEPTH))),
        ("main.py", format!("{python}x = f{}\n", "()".repeat(DEPTH))),
        ("main.py", format!("{python}app.get(f{})\n", "()".repeat(DEPTH))),
        ("main.ts", format!("{typescript}{}{}", "{".repeat(DEPTH), "}".repeat(DEPTH))),
        ("main.ts", format!("{}{typescript}{}", "{".repeat(DEPTH), "}".repeat(DEPTH))),
        ("main.ts", format!("// @klotho::pubsub {{ id = {} }}\n", "[".repeat(DEPTH))),
    ];
    for (path, text) in cases {
        let folder = project(&[(path, &text), ("requirements.txt", ""), ("package.json", "{}")]);
        // On a thread of the size that the program's own first thread has.
        let folder = folder.path().to_owned();
        let run = move || _ = compiled(&folder, "app", &[]);
        std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
    }
}
