use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use hcl::Expression;
use hcl::expr::{ObjectKey, TraversalOperator};

use super::{Address, Mode, Reference, inline};

/// The nested block that every resource takes: <https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle>.
const LIFECYCLE: &str = "lifecycle";

/// A top-level or nested block.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub(super) comment: Vec<String>,
    pub(super) kind: Cow<'static, str>,
    pub(super) labels: Vec<String>,
    pub(super) body: Body,
}

impl Block {
    /// A block such as `variable "name"`.
    #[must_use]
    pub fn new(kind: impl Into<Cow<'static, str>>, labels: &[&str], body: Body) -> Self {
        let labels = labels.iter().map(|&label| label.to_owned()).collect();
        Self { comment: Vec::new(), kind: kind.into(), labels, body }
    }

    /// The `resource` or `data` block at `address`.
    #[must_use]
    pub fn at(address: &Address, body: Body) -> Self {
        let kind = match address.mode() {
            Mode::Managed => "resource",
            Mode::Data => "data",
        };
        Self::new(kind, &[address.kind(), address.name()], body)
    }

    /// Its last label: the name of a variable, an output or a resource.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.labels.last().map(String::as_str)
    }

    /// Its first word: `resource`, `variables`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What it holds.
    #[must_use]
    pub fn into_body(self) -> Body {
        self.body
    }

    /// Adds a paragraph to the comment above the block.
    #[must_use]
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.comment.push(text.into());
        self
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Attribute(Cow<'static, str>, Expression),
    Block(Block),
    Comment(String),
    Gap,
}

/// What is between a block's braces, in the order in which it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    pub(super) items: Vec<Item>,
}

impl Body {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Expression>) -> Self {
        self.items.push(Item::Attribute(name.into(), value.into()));
        self
    }

    /// Adds an attribute where there is a value for it.
    #[must_use]
    pub fn optional(self, name: &'static str, value: Option<impl Into<Expression>>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// Adds a nested block.
    #[must_use]
    pub fn block(self, kind: &'static str, body: Self) -> Self {
        self.nested(Block::new(kind, &[], body))
    }

    /// Adds a nested block that has labels or a comment.
    #[must_use]
    pub fn nested(mut self, block: Block) -> Self {
        self.items.push(Item::Block(block));
        self
    }

    /// Leaves `attributes` of the resource as they are found once it was made: somebody else decides them from then on.
    #[must_use]
    pub fn ignoring_changes(self, attributes: impl IntoIterator<Item = Reference>) -> Self {
        self.block(LIFECYCLE, Self::new().attribute("ignore_changes", super::list(attributes)))
    }

    /// Adds a comment line above what comes next.
    #[must_use]
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.items.push(Item::Comment(text.into()));
        self
    }

    /// Adds an empty line.
    #[must_use]
    pub fn gap(mut self) -> Self {
        self.items.push(Item::Gap);
        self
    }

    /// The names of the arguments and nested blocks in which two bodies differ. Comments count for nothing.
    #[must_use]
    pub fn differences(&self, other: &Self) -> BTreeSet<String> {
        let (own, others) = (self.arguments(), other.arguments());
        let names: BTreeSet<&str> = own.keys().chain(others.keys()).copied().collect();
        names.into_iter().filter(|name| own.get(name) != others.get(name)).map(str::to_owned).collect()
    }

    /// The names of the arguments and nested blocks that refer to one of `addresses`.
    #[must_use]
    pub fn referring(&self, addresses: &BTreeSet<String>) -> BTreeSet<String> {
        let refers = |item: &Item| {
            let (name, body) = match item {
                Item::Attribute(name, value) => (name.as_ref(), Self::new().attribute(name.clone(), value.clone())),
                Item::Block(block) => (block.kind.as_ref(), block.body.clone()),
                Item::Comment(_) | Item::Gap => return None,
            };
            (!body.dependencies().is_disjoint(addresses)).then(|| name.to_owned())
        };
        self.items.iter().filter_map(refers).collect()
    }

    /// What is written under each name, in order.
    fn arguments(&self) -> BTreeMap<&str, Vec<String>> {
        let mut arguments: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for item in &self.items {
            match item {
                Item::Attribute(name, value) => arguments.entry(name).or_default().push(inline(value)),
                Item::Block(block) => {
                    arguments.entry(&block.kind).or_default().push(format!("{:?}", block.body.arguments()));
                }
                Item::Comment(_) | Item::Gap => {}
            }
        }
        arguments
    }

    /// Every resource and data source that the body refers to, as written: `aws_vpc.main`, `data.aws_region.current`.
    #[must_use]
    pub fn dependencies(&self) -> BTreeSet<String> {
        let resource = |path: &[String]| match path.split_first() {
            Some((first, _)) if first == "data" => {
                path.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(".")
            }
            Some(_) | None => path.iter().take(2).map(String::as_str).collect::<Vec<_>>().join("."),
        };
        self.references().iter().map(|path| resource(path)).collect()
    }

    /// The names in every reference to a resource or data source, without indices: `["aws_vpc", "main", "id"]`.
    #[must_use]
    pub fn references(&self) -> BTreeSet<Vec<String>> {
        let mut found = BTreeSet::new();
        for item in &self.items {
            match item {
                Item::Attribute(_, value) => found.extend(references(value)),
                // It speaks of the resource's own attributes.
                Item::Block(block) if block.kind == LIFECYCLE => {}
                Item::Block(block) => found.extend(block.body.references()),
                Item::Comment(_) | Item::Gap => {}
            }
        }
        found
    }
}

/// As [`Body::references`], of one value.
#[must_use]
pub fn references(value: &Expression) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    collect(value, &mut found);
    found
}

// hcl-rs's enum is open to us; the arms below are every kind of expression that this module builds.
#[allow(clippy::wildcard_enum_match_arm)]
fn collect(value: &Expression, found: &mut BTreeSet<Vec<String>>) {
    match value {
        Expression::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Expression::Object(entries) => entries.iter().for_each(|(key, value)| {
            if let ObjectKey::Expression(key) = key {
                collect(key, found);
            }
            collect(value, found);
        }),
        Expression::FuncCall(call) => call.args.iter().for_each(|argument| collect(argument, found)),
        Expression::TemplateExpr(template) => {
            if let Ok(template) = hcl::Template::from_expr(template) {
                for element in template.elements() {
                    if let hcl::template::Element::Interpolation(part) = element {
                        collect(&part.expr, found);
                    }
                }
            }
        }
        Expression::Traversal(traversal) => {
            let Expression::Variable(root) = &traversal.expr else { return };
            let steps = traversal.operators.iter().filter_map(|operator| match operator {
                TraversalOperator::GetAttr(name) => Some(name.as_str()),
                _ => None,
            });
            if !matches!(root.as_str(), "each" | "output" | "path" | "var") {
                found.insert(std::iter::once(root.as_str()).chain(steps).map(str::to_owned).collect());
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Part, call, list, template};
    use super::*;

    #[test]
    fn bodies_differ_in_what_they_say_and_not_in_comments() {
        let nested = |value: u64| Body::new().attribute("c", value).block("d", Body::new().attribute("e", value));
        let one = Body::new().comment("why").attribute("a", 1_u64).attribute("gone", 1_u64).block("b", nested(1));
        let other = Body::new().gap().attribute("a", 1_u64).attribute("new", 1_u64).block("b", nested(2));
        assert_eq!(one.differences(&other).into_iter().collect::<Vec<_>>(), ["b", "gone", "new"]);
        assert!(one.differences(&one).is_empty());
        let topic = Address::new(Mode::Managed, "aws_sns_topic", "t");
        let body = Body::new().attribute("a", topic.attribute("arn")).attribute("b", 1_u64);
        assert_eq!(body.referring(&BTreeSet::from([topic.to_string()])), BTreeSet::from(["a".to_owned()]));
    }

    #[test]
    fn dependencies_are_found_wherever_they_stand() {
        let data = Address::new(Mode::Data, "aws_region", "current");
        let topic = Address::new(Mode::Managed, "aws_sns_topic", "t");
        let queue = Address::new(Mode::Managed, "aws_sqs_queue", "q");
        let body = Body::new()
            .attribute("a", template([Part::Text("x".into()), Part::Value(data.attribute("name"))]))
            .block("b", Body::new().attribute("c", call("jsonencode", list([topic.attribute("arn")]))))
            .attribute("depends_on", list([queue.whole()]))
            .ignoring_changes([Reference::own("b").element(0).attribute("c")]);
        let found: Vec<_> = body.dependencies().into_iter().collect();
        assert_eq!(found, ["aws_sns_topic.t", "aws_sqs_queue.q", "data.aws_region.current"]);
    }
}
