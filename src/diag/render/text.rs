use std::borrow::Cow;
use std::collections::BTreeSet;

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Level, Origin, Padding, Renderer, Snippet, normalize_untrusted_str,
};

use crate::diag::{Code, Diagnostic, Label, Severity};
use crate::source::ProjectPath;

use super::Texts;
use super::place::{Found, Place};

/// How the text looks; the caller knows whether its reader is a terminal and whether `NO_COLOR` is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// No escape sequences.
    Plain,
    /// ANSI colours.
    Coloured,
}

/// The diagnostics as a compiler prints them: message, place, excerpt, labels, help; one blank line after each.
#[must_use]
pub fn text(diagnostics: &[Diagnostic], texts: &dyn Texts, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    diagnostics.iter().map(|diagnostic| one(diagnostic, texts, &renderer) + "\n\n").collect()
}

/// The line that closes a run: how many problems, and where to read more. Empty where there are none.
#[must_use]
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter_map(|severity| counted(severity, diagnostics))
        .collect();
    let codes: BTreeSet<Code> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    match codes.first() {
        None => String::new(),
        Some(only) if codes.len() == 1 => format!("{}; `inferra explain {}` says more", counts.join(", "), only.id()),
        Some(_) => {
            let ids: Vec<&str> = codes.iter().map(|code| code.id()).collect();
            format!("{}; `inferra explain CODE` says more about {}", counts.join(", "), ids.join(", "))
        }
    }
}

fn counted(severity: Severity, diagnostics: &[Diagnostic]) -> Option<String> {
    let count = diagnostics.iter().filter(|diagnostic| diagnostic.code.severity() == severity).count();
    let plural = if count == 1 { "" } else { "s" };
    (count > 0).then(|| format!("{count} {}{plural}", super::word(severity)))
}

fn one(diagnostic: &Diagnostic, texts: &dyn Texts, renderer: &Renderer) -> String {
    let mut title = level(diagnostic.code.severity()).primary_title(inert_line(&diagnostic.message));
    title = title.id(diagnostic.code.id());
    let mut elements = excerpts(diagnostic, texts);
    if let Some(help) = &diagnostic.help {
        // As in rustc's output, a line of air between the excerpt and what follows it.
        if matches!(elements.last(), Some(Element::Cause(_))) {
            elements.push(Padding.into());
        }
        elements.push(Level::HELP.message(inert(help)).into());
    }
    renderer.render(&[title.elements(elements)])
}

const fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// One excerpt per file, the primary label's file first, the others in the order in which labels name them. A file
/// without text is named, and its labels become notes.
fn excerpts<'a>(diagnostic: &'a Diagnostic, texts: &'a dyn Texts) -> Vec<Element<'a>> {
    let primary = diagnostic.primary.iter().map(|label| (AnnotationKind::Primary, label));
    let secondary = diagnostic.secondary.iter().map(|label| (AnnotationKind::Context, label));
    let labels: Vec<(AnnotationKind, &Label)> = primary.chain(secondary).collect();
    let mut files: Vec<&ProjectPath> = Vec::new();
    for (_, label) in &labels {
        if !files.contains(&&label.span.file) {
            files.push(&label.span.file);
        }
    }
    files
        .into_iter()
        .flat_map(|file| {
            let labels: Vec<_> = labels.iter().filter(|(_, label)| label.span.file == *file).copied().collect();
            match texts.text(file) {
                Some(text) => vec![excerpt(file, text, &labels, texts).into()],
                None => named(file, &labels),
            }
        })
        .collect()
}

fn excerpt<'a>(
    file: &ProjectPath,
    text: &'a str,
    labels: &[(AnnotationKind, &'a Label)],
    texts: &'a dyn Texts,
) -> Snippet<'a, Annotation<'a>> {
    let annotations = labels.iter().filter_map(|(kind, label)| {
        let Found { range, .. } = Place::of(&label.span, texts).found?;
        let words = Some(inert_line(&label.text)).filter(|words| !words.is_empty());
        Some(kind.span(range).label(words))
    });
    Snippet::source(without_c1(text)).path(inert_line(file.as_str())).annotations(annotations)
}

fn named<'a>(file: &ProjectPath, labels: &[(AnnotationKind, &'a Label)]) -> Vec<Element<'a>> {
    let notes = labels.iter().filter(|(_, label)| !label.text.is_empty());
    std::iter::once(Origin::path(inert_line(file.as_str())).into())
        .chain(notes.map(|(_, label)| Level::NOTE.message(inert(&label.text)).into()))
        .collect()
}

/// `text` without anything that a terminal would obey: it may quote the user's code, or a file's name.
fn inert(text: &str) -> String {
    normalize_untrusted_str(&without_c1(text))
}

fn inert_line(text: &str) -> String {
    inert(text).replace('\n', "␊")
}

/// The C1 controls are escape sequences to some terminals, and the renderer lets them through. The replacement is as
/// many bytes long, so spans hold.
fn without_c1(text: &str) -> Cow<'_, str> {
    const C1: std::ops::RangeInclusive<char> = '\u{80}'..='\u{9f}';
    if text.contains(|c| C1.contains(&c)) {
        Cow::Owned(text.replace(|c| C1.contains(&c), "¿"))
    } else {
        Cow::Borrowed(text)
    }
}
