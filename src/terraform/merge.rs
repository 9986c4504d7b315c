//! What a body has, and what somebody adds to it.

use hcl::Expression;
use hcl::expr::ObjectKey;

use super::block::Item;
use super::{Block, Body};

impl Body {
    /// The value of the argument `name`.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Expression> {
        self.items.iter().find_map(|item| match item {
            Item::Attribute(own, value) if own == name => Some(value),
            Item::Attribute(..) | Item::Block(_) | Item::Comment(_) | Item::Gap => None,
        })
    }

    /// Its arguments, in order.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &Expression)> {
        self.items.iter().filter_map(|item| match item {
            Item::Attribute(name, value) => Some((name.as_ref(), value)),
            Item::Block(_) | Item::Comment(_) | Item::Gap => None,
        })
    }

    /// The number of its nested blocks of this kind.
    #[must_use]
    pub fn count_blocks(&self, kind: &str) -> usize {
        self.items.iter().filter(|item| matches!(item, Item::Block(block) if block.kind == kind)).count()
    }

    /// Gives the argument `name` another value, in its place or else as the last one above the blocks, with a comment above it.
    #[must_use]
    pub fn with_argument(mut self, name: &str, value: Expression, comment: String) -> Self {
        let is_own = |item: &Item| matches!(item, Item::Attribute(own, _) if own == name);
        let at = self.items.iter().position(is_own).unwrap_or_else(|| self.end_of_arguments());
        self.items.retain(|item| !is_own(item));
        self.items.insert(at, Item::Attribute(name.to_owned().into(), value));
        self.items.insert(at, Item::Comment(comment));
        self
    }

    /// Where the first block begins, with the comments above it.
    fn end_of_arguments(&self) -> usize {
        let block = self.items.iter().position(|item| matches!(item, Item::Block(_))).unwrap_or(self.items.len());
        let above = self.items[..block].iter().rev().take_while(|item| matches!(item, Item::Comment(_) | Item::Gap));
        block - above.count()
    }

    /// Changes the first nested block of this kind.
    #[must_use]
    pub fn with_block(mut self, kind: &str, change: impl FnOnce(Self) -> Self) -> Self {
        let block = self.items.iter_mut().find_map(|item| match item {
            Item::Block(block) if block.kind == kind => Some(block),
            Item::Block(_) | Item::Attribute(..) | Item::Comment(_) | Item::Gap => None,
        });
        if let Some(Block { body, .. }) = block {
            *body = change(std::mem::take(body));
        }
        self
    }
}

/// Whether a value refers to nothing and computes nothing.
// hcl-rs's enum is open to us; everything else refers or computes.
#[must_use]
#[allow(clippy::wildcard_enum_match_arm)]
pub fn is_literal(value: &Expression) -> bool {
    match value {
        Expression::Null | Expression::Bool(_) | Expression::Number(_) | Expression::String(_) => true,
        Expression::Array(items) => items.iter().all(is_literal),
        Expression::Object(entries) => entries.iter().all(|(key, value)| {
            let key = match key {
                ObjectKey::Expression(key) => is_literal(key),
                _ => true,
            };
            key && is_literal(value)
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Address, Mode, list, number, print, text};
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn an_argument_is_replaced_in_its_place_and_a_new_one_stands_above_the_blocks() {
        let nested = Body::new().attribute("d", number(1_u32));
        let body =
            Body::new().attribute("a", number(1_u32)).attribute("b", text("x")).comment("why").block("c", nested);
        let body = body.with_argument("a", number(2_u32), "x:1".to_owned());
        let body = body.with_argument("n", text("y"), "x:2".to_owned());
        let body = body.with_block("c", |body| body.with_argument("d", number(3_u32), "x:3".to_owned()));
        let expected = "# h\n\nr {\n  # x:1\n  a = 2\n  b = \"x\"\n\n  # x:2\n  n = \"y\"\n\n  # why\n  c {\n    # x:3\n    d = 3\n  }\n}\n";
        assert_eq!(print("h", &[Block::new("r", &[], body.clone())]), expected);
        assert_eq!((body.count_blocks("c"), body.argument("a")), (1, Some(&number(2_u32))));
    }

    #[test]
    fn what_refers_or_computes_is_no_literal() {
        let topic = Address::new(Mode::Managed, "aws_sns_topic", "t");
        assert!(is_literal(&list([text("a"), number(1_u32)])));
        assert!(
            !is_literal(&list([topic.attribute("arn")])) && !is_literal(&super::super::call("jsonencode", text("a")))
        );
    }
}
