use std::fmt;

/// What may stand where values differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Whatever has a value once Terraform plans.
    Expression,
    /// A literal, for what is made up in a test: that of the first module does.
    FirstLiteral,
    /// Nothing: Terraform reads it before there are any values, so that it is the same for all:
    /// <https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#literal-values-only>,
    /// <https://developer.hashicorp.com/terraform/language/values/outputs>.
    Nothing,
}

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

    /// What may stand here where values differ.
    pub(super) fn takes(&self) -> Takes {
        let kind = self.block.split('.').next().unwrap_or_default();
        let steps: Vec<&str> = self.steps.iter().map(String::as_str).collect();
        let is_condition = |step: &str| ["precondition", "postcondition"].iter().any(|it| step.starts_with(it));
        match (kind, steps.as_slice()) {
            ("mock_provider", _) => Takes::FirstLiteral,
            ("terraform" | "variable", _) | ("output", ["description", ..]) => Takes::Nothing,
            // <https://developer.hashicorp.com/terraform/language/expressions/custom-conditions>
            (_, ["lifecycle", step, ..]) if is_condition(step) => Takes::Expression,
            (_, ["lifecycle", ..]) => Takes::Nothing,
            (_, _) => Takes::Expression,
        }
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
