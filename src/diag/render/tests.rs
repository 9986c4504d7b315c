use std::collections::BTreeMap;
use std::path::Path;

use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::diag::{Code, Diagnostic};
use crate::source::{ProjectPath, Span};

use super::{Style, json, sarif, summary, text};

const MAIN: &str = "import redis\n\n# @klotho::persist { id = }\nclient = redis.Redis()\n";

fn path(path: &str) -> ProjectPath {
    ProjectPath::new(Path::new(path)).unwrap()
}

fn files(files: &[(&str, &str)]) -> BTreeMap<ProjectPath, String> {
    files.iter().map(|(name, text)| (path(name), (*text).to_owned())).collect()
}

/// The first `needle` in `text`.
fn span(file: &str, text: &str, needle: &str) -> Span {
    let start = text.find(needle).unwrap();
    Span::new(&path(file), start..start + needle.len())
}

fn invalid_toml() -> Diagnostic {
    Diagnostic::new(Code::InvalidToml, "the body is no valid TOML")
        .at(span("app/main.py", MAIN, "}"), "a value is missing before this")
        .also(span("app/main.py", MAIN, "redis.Redis"), "the directive governs this")
        .help("write a value, such as `id = \"redis\"`")
}

fn plain(diagnostic: Diagnostic, sources: &[(&str, &str)]) -> String {
    text(&[diagnostic], &files(sources), Style::Plain)
}

#[test]
fn text_has_message_place_excerpt_labels_and_help() {
    let expected = r#"error[E0203]: the body is no valid TOML
 --> app/main.py:3:27
  |
3 | # @klotho::persist { id = }
  |                           ^ a value is missing before this
4 | client = redis.Redis()
  |          ----------- the directive governs this
  |
  = help: write a value, such as `id = "redis"`

"#;
    assert_eq!(plain(invalid_toml(), &[("app/main.py", MAIN)]), expected);
}

#[test]
fn a_label_in_another_file_gets_its_own_excerpt() {
    let other = "a = 1\nb = 2\n";
    let diagnostic = Diagnostic::new(Code::DuplicateId, "two stores have the id `redis`")
        .at(span("app/main.py", MAIN, "redis.Redis"), "")
        .also(span("b.py", other, "b"), "the first is here");
    let expected = "error[E0307]: two stores have the id `redis`
 --> app/main.py:4:10
  |
4 | client = redis.Redis()
  |          ^^^^^^^^^^^
  |
 ::: b.py:2:1
  |
2 | b = 2
  | - the first is here

";
    assert_eq!(plain(diagnostic, &[("app/main.py", MAIN), ("b.py", other)]), expected);
}

#[test]
fn a_file_without_text_is_still_named() {
    let diagnostic = Diagnostic::new(Code::FileNotUtf8, "`a.py` is not UTF-8")
        .at(Span::new(&path("a.py"), 7..8), "byte 8 is the first that is not")
        .help("save the file as UTF-8");
    let expected = "error[E0104]: `a.py` is not UTF-8
--> a.py
 = note: byte 8 is the first that is not
 = help: save the file as UTF-8

";
    assert_eq!(plain(diagnostic, &[]), expected);
}

#[test]
fn a_diagnostic_without_a_place_is_message_and_help() {
    let diagnostic = Diagnostic::new(Code::NoAnnotation, "no directive in this project").help("annotate something");
    let expected = "error[E0102]: no directive in this project\n |\n = help: annotate something\n\n";
    assert_eq!(plain(diagnostic, &[]), expected);
}

#[test]
fn severities_have_their_words_and_colour_is_the_callers_choice() {
    let all = [
        Diagnostic::new(Code::EventWithoutCounterpart, "nobody subscribes"),
        Diagnostic::new(Code::CatchAllRoute, "became a catch-all"),
    ];
    assert_eq!(
        text(&all, &files(&[]), Style::Plain),
        "warning[W0508]: nobody subscribes\n\nnote[N0509]: became a catch-all\n\n"
    );
    assert!(text(&all, &files(&[]), Style::Coloured).contains("\u{1b}["));
}

#[test]
fn what_the_user_wrote_cannot_drive_the_terminal() {
    let source = "a = '\u{1b}[31m\u{9b}31m'\n";
    let diagnostic = Diagnostic::new(Code::InvalidId, "no name: `\u{1b}]0;x\u{7}\u{9b}2J\n`")
        .at(span("a.py", source, "31m'"), "here \u{1b}[1m\nand")
        .help("not \u{1b}[2J");
    for style in [Style::Plain, Style::Coloured] {
        let rendered = text(std::slice::from_ref(&diagnostic), &files(&[("a.py", source)]), style);
        assert!(!rendered.contains(['\u{9b}', '\u{7}']), "{rendered:?}");
        assert!(style == Style::Coloured || !rendered.contains('\u{1b}'), "{rendered:?}");
        assert!(!rendered.contains("\u{1b}[31m") && !rendered.contains("\u{1b}[2J"), "{rendered:?}");
    }
}

#[test]
fn tabs_line_ends_and_wide_characters_keep_the_caret_in_place() {
    let source = "def f():\r\n\tnäme = \"日本\", bad\r\n";
    let diagnostic = Diagnostic::new(Code::InvalidToml, "wrong").at(span("a.py", source, "bad"), "this");
    let expected = "error[E0203]: wrong
 --> a.py:2:15
  |
2 |     näme = \"日本\", bad
  |                    ^^^ this

";
    assert_eq!(plain(diagnostic, &[("a.py", source)]), expected);
}

#[test]
fn a_span_over_lines_is_drawn_over_them() {
    let source = "a = f(\n    1,\n    2,\n)\n";
    let diagnostic =
        Diagnostic::new(Code::AttachedToWrongShape, "wrong").at(span("a.py", source, &source[4..]), "this");
    let rendered = plain(diagnostic, &[("a.py", source)]);
    assert!(rendered.contains(" --> a.py:1:5\n"), "{rendered}");
    assert!(rendered.contains("4 | | )\n  | |_^ this\n"), "{rendered}");
}

/// Every possible span of texts with everything awkward in them, and some beyond, in every format.
#[test]
fn no_span_panics() {
    for source in ["", "\n", "a", "é\r\n\t日\r\n", "\u{feff}a\n\n", "a\rb\r\n", "👩‍👩‍👧 = 1\nx"] {
        let sources = files(&[("a.py", source)]);
        for start in 0..source.len() + 3 {
            for end in start.saturating_sub(1)..source.len() + 3 {
                let span = Span { file: path("a.py"), start, end };
                let all = [Diagnostic::new(Code::InvalidToml, "m").at(span.clone(), "l").also(span, "k")];
                assert!(text(&all, &sources, Style::Plain).contains("a.py:"), "{source:?} {start}..{end}");
                let object: Value = serde_json::from_str(&json(&all, &sources)).unwrap();
                assert!(object["start"]["column"].as_u64() > Some(0));
                assert!(sarif(&all, &sources).contains("startColumn"));
            }
        }
    }
}

#[test]
fn text_and_json_agree_on_places() {
    for source in ["", "a\n", "a\r\nb", "é\r\n\t日\r\n", "x\n\n"] {
        let sources = files(&[("a.py", source)]);
        for at in 0..=source.len() {
            let all = [Diagnostic::new(Code::InvalidToml, "m").at(Span::new(&path("a.py"), at..at), "l")];
            let object: Value = serde_json::from_str(&json(&all, &sources)).unwrap();
            let place = format!(" a.py:{}:{}\n", object["start"]["line"], object["start"]["column"]);
            let rendered = text(&all, &sources, Style::Plain);
            assert!(rendered.contains(&place), "{source:?} at {at}: {place} not in\n{rendered}");
        }
    }
}

#[test]
fn json_is_one_object_per_line_with_every_key() {
    let all = [invalid_toml(), Diagnostic::new(Code::NoAnnotation, "nothing")];
    let rendered = json(&all, &files(&[("app/main.py", MAIN)]));
    let lines: Vec<Value> = rendered.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines[0],
        serde_json::json!({
            "code": "E0203", "severity": "error", "message": "the body is no valid TOML", "file": "app/main.py",
            "start": { "line": 3, "column": 27 }, "end": { "line": 3, "column": 28 },
            "labels": [
                { "primary": true, "file": "app/main.py", "start": { "line": 3, "column": 27 },
                  "end": { "line": 3, "column": 28 }, "text": "a value is missing before this" },
                { "primary": false, "file": "app/main.py", "start": { "line": 4, "column": 10 },
                  "end": { "line": 4, "column": 21 }, "text": "the directive governs this" },
            ],
            "help": "write a value, such as `id = \"redis\"`",
        })
    );
    assert_eq!(
        lines[1],
        serde_json::json!({
            "code": "E0102", "severity": "error", "message": "nothing", "file": null, "start": null, "end": null,
            "labels": [], "help": null,
        })
    );
}

#[test]
fn sarif_has_a_rule_per_code_and_a_result_per_diagnostic() {
    let all = [invalid_toml(), Diagnostic::new(Code::NoAnnotation, "nothing")];
    let log: Value = serde_json::from_str(&sarif(&all, &files(&[("app/main.py", MAIN)]))).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), Code::ALL.len());
    let result = &run["results"][0];
    let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(rule["id"], result["ruleId"]);
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "app/main.py");
    assert_eq!(
        place["region"],
        serde_json::json!({ "startLine": 3, "startColumn": 27, "endLine": 3, "endColumn": 28 })
    );
    assert_eq!(result["relatedLocations"][0]["message"]["text"], "the directive governs this");
    assert_eq!(run["results"][1]["locations"], serde_json::json!([]));
}

fn fingerprints(diagnostics: &[Diagnostic], source: &str) -> Vec<String> {
    let log: Value = serde_json::from_str(&sarif(diagnostics, &files(&[("a b:é.py", source)]))).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a%20b%3A%C3%A9.py");
    let name = |result: &Value| result["partialFingerprints"]["inferraContext/v1"].as_str().unwrap().to_owned();
    results.iter().map(name).collect()
}

#[test]
fn fingerprints_survive_unrelated_edits_and_tell_equal_lines_apart() {
    let of = |source: &str, needle: &str| {
        let places = source.match_indices(needle);
        let all: Vec<_> = places
            .map(|(at, word)| Span::new(&path("a b:é.py"), at..at + word.len()))
            .map(|span| Diagnostic::new(Code::UnknownKey, format!("line {}", span.start)).at(span, ""))
            .collect();
        fingerprints(&all, source)
    };
    let before = of("x = 1\nkey = 2\nkey = 2\n", "key");
    assert_eq!(before, of("import a\n\nx = 2\n    key = 2\r\nz = 1\nkey  = 2\n", "key"));
    assert_ne!(before[0], before[1]);
    assert_ne!(before[0], of("key = 3\n", "key")[0]);
}

#[test]
fn the_summary_counts_and_points_at_the_pages() {
    assert_eq!(summary(&[]), "");
    assert_eq!(summary(&[invalid_toml()]), "1 error; `inferra explain E0203` says more");
    let all = [invalid_toml(), invalid_toml(), Diagnostic::new(Code::CatchAllRoute, "m")];
    assert_eq!(summary(&all), "2 errors, 1 note; `inferra explain CODE` says more about E0203, N0509");
}
