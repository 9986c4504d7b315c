use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use hcl::expr::TraversalBuilder;
use hcl::{Expression, Identifier, Traversal};
use serde::{Serialize, Serializer};

/// Whether Terraform manages a thing or only reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A `resource` block.
    Managed,
    /// A `data` block.
    Data,
}

/// A resource's address: `aws_sns_topic.greetings_hello` or `data.aws_region.current`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    mode: Mode,
    kind: &'static str,
    name: Arc<str>,
}

impl Address {
    /// The address of the `kind` called `name`; characters that Terraform does not allow in names become `_`.
    #[must_use]
    pub fn new(mode: Mode, kind: &'static str, name: &str) -> Self {
        Self { mode, kind, name: Identifier::sanitized(name).as_str().into() }
    }

    /// Managed or only read.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The resource type, such as `aws_sns_topic`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// The name in the module.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A reference to one of its attributes.
    #[must_use]
    pub fn attribute(&self, name: &'static str) -> Reference {
        Reference { root: Root::Resource(self.clone()), steps: vec![Step::Attribute(name)] }
    }

    /// A reference to the thing itself, as `depends_on` wants it.
    #[must_use]
    pub fn whole(&self) -> Reference {
        Reference { root: Root::Resource(self.clone()), steps: Vec::new() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mode {
            Mode::Managed => write!(f, "{}.{}", self.kind, self.name),
            Mode::Data => write!(f, "data.{}.{}", self.kind, self.name),
        }
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Root {
    Resource(Address),
    Variable(Cow<'static, str>),
    Own(&'static str),
    Output(Arc<str>),
}

/// A step from a value into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Step {
    Attribute(&'static str),
    Element(usize),
}

/// A reference from one block to a part of another, or to a variable of the module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    root: Root,
    steps: Vec<Step>,
}

impl Reference {
    /// The module's variable `name`.
    #[must_use]
    pub fn variable(name: impl Into<Cow<'static, str>>) -> Self {
        Self { root: Root::Variable(name.into()), steps: Vec::new() }
    }

    /// The module's output `name`, as its tests see it.
    #[must_use]
    pub fn output(name: &str) -> Self {
        Self { root: Root::Output(name.into()), steps: Vec::new() }
    }

    /// The attribute or block `name` of the very resource in whose block this is written.
    #[must_use]
    pub const fn own(name: &'static str) -> Self {
        Self { root: Root::Own(name), steps: Vec::new() }
    }

    /// Element `index` of the list that this refers to.
    #[must_use]
    pub fn element(mut self, index: usize) -> Self {
        self.steps.push(Step::Element(index));
        self
    }

    /// Attribute `name` of the object that this refers to.
    #[must_use]
    pub fn attribute(mut self, name: &'static str) -> Self {
        self.steps.push(Step::Attribute(name));
        self
    }

    /// The resource that is referred to; `None` for anything else.
    #[must_use]
    pub const fn address(&self) -> Option<&Address> {
        match &self.root {
            Root::Resource(address) => Some(address),
            Root::Variable(_) | Root::Own(_) | Root::Output(_) => None,
        }
    }

    /// The only place where a reference becomes syntax.
    fn traversal(&self) -> Traversal {
        let builder = match &self.root {
            Root::Variable(name) => Traversal::builder(identifier("var")).attr(Identifier::sanitized(name)),
            Root::Own(name) => Traversal::builder(identifier(name)),
            Root::Output(name) => Traversal::builder(identifier("output")).attr(Identifier::sanitized(name)),
            Root::Resource(address) => match address.mode {
                Mode::Managed => Traversal::builder(identifier(address.kind)).attr(address.name()),
                Mode::Data => Traversal::builder(identifier("data")).attr(address.kind).attr(address.name()),
            },
        };
        let into = |builder: TraversalBuilder, step: &Step| match step {
            Step::Attribute(name) => builder.attr(*name),
            Step::Element(index) => builder.index(*index as u64),
        };
        self.steps.iter().fold(builder, into).build()
    }
}

fn identifier(name: &str) -> hcl::expr::Variable {
    hcl::expr::Variable::from(Identifier::sanitized(name))
}

impl From<Reference> for Expression {
    fn from(reference: Reference) -> Self {
        Self::from(reference.traversal())
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::print::inline(&self.clone().into()))
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_written_as_traversals() {
        let zones = Address::new(Mode::Data, "aws_availability_zones", "available");
        assert_eq!(zones.attribute("names").element(1).to_string(), "data.aws_availability_zones.available.names[1]");
        assert_eq!(Address::new(Mode::Managed, "aws_vpc", "main").attribute("id").to_string(), "aws_vpc.main.id");
        let cluster = Address::new(Mode::Managed, "aws_eks_cluster", "main");
        assert_eq!(
            cluster.attribute("identity").element(0).attribute("oidc").element(0).attribute("issuer").to_string(),
            "aws_eks_cluster.main.identity[0].oidc[0].issuer"
        );
        assert_eq!(Reference::variable("build_directory").to_string(), "var.build_directory");
    }

    #[test]
    fn a_name_cannot_carry_syntax() {
        let address = Address::new(Mode::Managed, "aws_vpc", "a\" {}\n${x}");
        assert!(address.name().chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{address}");
    }
}
