//! SARIF 2.1.0, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::diag::{Code, Diagnostic, Label};

use super::Texts;
use super::place::Place;

/// What relative URIs start from; the name that code hosts know for the root of the sources.
const ROOT: &str = "%SRCROOT%";

/// The diagnostics as one SARIF log with one run. Every code is a rule with its explanation page, found or not.
#[must_use]
pub fn sarif(diagnostics: &[Diagnostic], texts: &dyn Texts) -> String {
    let mut fingerprints = Fingerprints::default();
    let results: Vec<Value> =
        diagnostics.iter().map(|diagnostic| result(diagnostic, texts, &mut fingerprints)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": Code::ALL.iter().copied().map(rule).collect::<Vec<_>>(),
            } },
            "originalUriBaseIds": { ROOT: { "description": { "text": "The application's root directory." } } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: Code) -> Value {
    let (title, body) = code.page().split_once('\n').unwrap_or((code.page(), ""));
    let title = title.split_once(": ").map_or(title, |(_, words)| words);
    json!({
        "id": code.id(),
        "name": format!("{code:?}"),
        "shortDescription": { "text": title },
        "help": { "text": body.trim(), "markdown": code.page().trim_end() },
        "defaultConfiguration": { "level": super::word(code.severity()) },
    })
}

fn result(diagnostic: &Diagnostic, texts: &dyn Texts, fingerprints: &mut Fingerprints) -> Value {
    let primary = diagnostic.primary.as_ref();
    let help = diagnostic.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
    let related = diagnostic.secondary.iter().enumerate().map(|(at, label)| {
        let mut location = location(label, texts);
        location["id"] = json!(at + 1);
        location
    });
    json!({
        "ruleId": diagnostic.code.id(),
        "ruleIndex": Code::ALL.iter().position(|code| *code == diagnostic.code),
        "level": super::word(diagnostic.code.severity()),
        "message": { "text": format!("{}{help}", diagnostic.message) },
        "locations": primary.iter().map(|label| location(label, texts)).collect::<Vec<_>>(),
        "relatedLocations": related.collect::<Vec<_>>(),
        "partialFingerprints": { "inferraContext/v1": fingerprints.of(diagnostic, texts) },
    })
}

fn location(label: &Label, texts: &dyn Texts) -> Value {
    let place = Place::of(&label.span, texts);
    let mut physical = json!({ "artifactLocation": { "uri": uri(place.file.as_str()), "uriBaseId": ROOT } });
    if let Some(found) = place.found {
        physical["region"] = json!({
            "startLine": found.start.line,
            "startColumn": found.start.column,
            "endLine": found.end.line,
            "endColumn": found.end.column,
        });
    }
    let mut location = json!({ "physicalLocation": physical });
    if !label.text.is_empty() {
        location["message"] = json!({ "text": label.text });
    }
    location
}

/// A path as a relative URI: what RFC 3986 does not allow in a path segment is percent-encoded. So is `:`, which would
/// make the part before it a scheme.
fn uri(path: &str) -> String {
    path.bytes().fold(String::new(), |mut uri, byte| {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            _ = write!(uri, "%{byte:02X}");
        }
        uri
    })
}

/// Names for problems that stay the same when other lines are added, moved or changed: by code, file, the words of the
/// line and of the span in it, and, for equal ones, by their order.
#[derive(Default)]
struct Fingerprints {
    seen: BTreeMap<String, usize>,
}

impl Fingerprints {
    fn of(&mut self, diagnostic: &Diagnostic, texts: &dyn Texts) -> String {
        let place = diagnostic.primary.as_ref().map(|label| Place::of(&label.span, texts));
        let file = place.as_ref().map_or("", |place| place.file.as_str());
        let found = place.as_ref().and_then(|place| place.found.as_ref());
        let line = found.map_or_else(|| diagnostic.message.clone(), |found| words(found.lines()));
        let covered = found.map(|found| words(found.covered())).unwrap_or_default();
        let digest = Sha256::digest(format!("{}\0{file}\0{line}\0{covered}", diagnostic.code.id()));
        let mut fingerprint = digest[..16].iter().fold(String::new(), |mut hex, byte| {
            _ = write!(hex, "{byte:02x}");
            hex
        });
        let count = self.seen.entry(fingerprint.clone()).or_default();
        *count += 1;
        _ = write!(fingerprint, ":{count}");
        fingerprint
    }
}

/// `text` with every run of white space as one space, so that indentation and line ends do not count.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
