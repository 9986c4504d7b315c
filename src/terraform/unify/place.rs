use std::fmt;

/// Where a value stands: the block, and the names that lead to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The block, as others refer to it: `aws_sns_topic.t`, `provider.aws`.
    pub block: String,
    /// The arguments, nested blocks and keys that lead to the value.
    pub steps: Vec<String>,
}

impl Place {
    pub(super) fn of(block: &str) -> Self {
        Self { block: block.to_owned(), steps: Vec::new() }
    }

    /// The place of what is called `name` here, `number` others of that name before it.
    pub(super) fn step(&self, name: &str, number: usize) -> Self {
        let step = if number == 0 { name.to_owned() } else { format!("{name}_{}", number + 1) };
        Self { block: self.block.clone(), steps: self.steps.iter().cloned().chain([step]).collect() }
    }

    /// Whether one of `kinds` is around it. A kind is a block, or `argument of block`.
    pub(super) fn is_within(&self, kinds: &[&str]) -> bool {
        let block = self.block.split('.').next().unwrap_or_default();
        kinds.iter().any(|kind| match kind.split_once(" of ") {
            Some((argument, of)) => block == of && self.steps.first().is_some_and(|step| step == argument),
            None => block == *kind || self.steps.iter().any(|step| step == kind),
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return write!(f, "`{}`", self.block);
        }
        write!(f, "`{}` of `{}`", self.steps.join("."), self.block)
    }
}

/// Where modules differ in more than values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fork {
    /// Some have something, and others do not.
    Only {
        /// What.
        place: Place,
        /// The names of those that have it.
        with: Vec<String>,
    },
    /// They say something of another form, or something else where Terraform takes no variable.
    Other {
        /// Where.
        place: Place,
    },
}

impl Fork {
    /// Where it is.
    #[must_use]
    pub const fn place(&self) -> &Place {
        match self {
            Self::Only { place, .. } | Self::Other { place } => place,
        }
    }
}

impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Only { place, with } => write!(f, "{place} is in {} only", super::comment::listed(with)),
            Self::Other { place } => write!(f, "{place} differs in more than a value"),
        }
    }
}
