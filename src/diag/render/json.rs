use serde::Serialize;

use crate::diag::{Diagnostic, Label};
use crate::source::LineColumn;

use super::Texts;
use super::place::Place;

/// The diagnostics as JSON Lines: one object per line, so that a reader can stop at the first and `jq` needs no flags.
///
/// ```json
/// {"code":"E0203","severity":"error","message":"…","file":"app/main.py","start":{"line":3,"column":12},
///  "end":{"line":3,"column":15},"labels":[{"primary":true,"file":"…","start":{…},"end":{…},"text":"…"}],"help":"…"}
/// ```
///
/// Lines and columns count from 1, columns in Unicode scalar values; `end` is the position after the last character.
/// `file`, `start`, `end` and `help` are null where there is nothing to say; every key is always there.
#[must_use]
pub fn json(diagnostics: &[Diagnostic], texts: &dyn Texts) -> String {
    diagnostics.iter().map(|diagnostic| line(diagnostic, texts) + "\n").collect()
}

#[derive(Serialize)]
struct Object<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Location<'a>,
    labels: Vec<Labelled<'a>>,
    help: Option<&'a str>,
}

#[derive(Serialize, Default)]
struct Location<'a> {
    file: Option<&'a str>,
    start: Option<LineColumn>,
    end: Option<LineColumn>,
}

#[derive(Serialize)]
struct Labelled<'a> {
    primary: bool,
    #[serde(flatten)]
    place: Location<'a>,
    text: &'a str,
}

fn line(diagnostic: &Diagnostic, texts: &dyn Texts) -> String {
    let primary = diagnostic.primary.iter().map(|label| labelled(label, true, texts));
    let secondary = diagnostic.secondary.iter().map(|label| labelled(label, false, texts));
    let object = Object {
        code: diagnostic.code.id(),
        severity: super::word(diagnostic.code.severity()),
        message: &diagnostic.message,
        place: diagnostic.primary.as_ref().map_or_else(Location::default, |label| location(label, texts)),
        labels: primary.chain(secondary).collect(),
        help: diagnostic.help.as_deref(),
    };
    // Strings, numbers and nulls under fixed keys: there is nothing that JSON cannot carry.
    serde_json::to_string(&object).unwrap_or_default()
}

fn labelled<'a>(label: &'a Label, primary: bool, texts: &'a dyn Texts) -> Labelled<'a> {
    Labelled { primary, place: location(label, texts), text: &label.text }
}

fn location<'a>(label: &'a Label, texts: &'a dyn Texts) -> Location<'a> {
    let place = Place::of(&label.span, texts);
    Location {
        file: Some(place.file.as_str()),
        start: place.found.as_ref().map(|found| found.start),
        end: place.found.as_ref().map(|found| found.end),
    }
}
