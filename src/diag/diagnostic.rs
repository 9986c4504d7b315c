use crate::diag::{Code, Severity};
use crate::source::Span;

/// A place that a diagnostic speaks of, and what to say there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The words beside the caret; may be empty.
    pub text: String,
}

/// One problem, with everything that a person needs to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a diagnostic says nothing until it is pushed"]
pub struct Diagnostic {
    /// The stable code; it decides the severity and the explanation page.
    pub code: Code,
    /// What is wrong: one lower-case sentence without a full stop, names in backquotes.
    pub message: String,
    /// Where; absent only where no file is to blame (an empty project, an output directory).
    pub primary: Option<Label>,
    /// The other places involved.
    pub secondary: Vec<Label>,
    /// The edit to make.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic with no place yet.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), primary: None, secondary: Vec::new(), help: None }
    }

    /// Points at `span` with the words `text`.
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.primary = Some(Label { span, text: text.into() });
        self
    }

    /// Adds another place involved.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
    }

    /// Adds a problem where there is one.
    pub(crate) fn extend_with(&mut self, problem: Option<Diagnostic>) {
        self.items.extend(problem);
    }

    /// Adds the problems that another collector found.
    pub fn extend(&mut self, other: Self) {
        self.items.extend(other.items);
    }

    /// The problems, in the order in which they were found.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Diagnostic> {
        self.items.iter()
    }

    /// Whether a problem with this code was found.
    #[must_use]
    pub fn contains(&self, code: Code) -> bool {
        self.items.iter().any(|item| item.code == code)
    }

    /// Whether output must be withheld.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|item| item.code.severity() == Severity::Error)
    }

    /// Adds the problems that another collector found, if they count.
    pub fn extend_if(&mut self, counts: bool, other: Self) {
        if counts {
            self.extend(other);
        }
    }

    /// All problems, sorted by file, place and code; those without a place come first. Exact duplicates are dropped.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.items.sort_by(|a, b| {
            let key = |item: &Diagnostic| {
                (item.primary.as_ref().map(|label| label.span.clone()), item.code, item.message.clone())
            };
            key(a).cmp(&key(b))
        });
        self.items.dedup();
        self.items
    }
}
