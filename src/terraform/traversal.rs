use hcl::Expression;
use hcl::expr::{Traversal, Variable};

/// The reference that `text` is: names with dots between them, and whole numbers in brackets, such as `aws_kms_key.own.arn` or
/// `var.zones[0]`. `None` for anything else: nothing but a name can come out of it, whatever the text says.
#[must_use]
pub fn traversal(text: &str) -> Option<Expression> {
    let mut parts = text.split('.').map(part);
    let (root, indices) = parts.next()??;
    let root = Traversal::builder(Variable::new(root).ok()?);
    let indexed = |builder, indices: Vec<u64>| indices.into_iter().fold(builder, hcl::expr::TraversalBuilder::index);
    let mut builder = indexed(root, indices);
    for next in parts {
        let (name, indices) = next?;
        builder = indexed(builder.attr(name), indices);
    }
    Some(Expression::from(builder.build()))
}

/// A name and the indices behind it.
fn part(text: &str) -> Option<(&str, Vec<u64>)> {
    let (name, mut rest) = text.split_at(text.find('[').unwrap_or(text.len()));
    let mut indices = Vec::new();
    while !rest.is_empty() {
        let (index, behind) = rest.strip_prefix('[')?.split_once(']')?;
        let digits = !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit());
        indices.push(index.parse().ok().filter(|_| digits)?);
        rest = behind;
    }
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let fitting = starts && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    (fitting && !matches!(name, "true" | "false" | "null")).then_some((name, indices))
}

#[cfg(test)]
mod tests {
    use super::super::inline;
    use super::*;

    #[test]
    fn names_and_indices_are_a_traversal_and_nothing_else_is() {
        for text in ["aws_kms_key.own.arn", "var.zones[0]", "data.aws_vpc.x[1].ids[22].a", "tags"] {
            assert_eq!(inline(&traversal(text).unwrap()), text);
        }
        let wrong = [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "a b",
            "a.b()",
            "file(\"x\")",
            "${a.b}",
            "a.b[*]",
            "a[x]",
            "a[\"k\"]",
            "a[0",
            "a[]",
            "a]0[",
            "1a",
            "a.b\nc",
            "a.b # c",
            "true",
            "a[+1]",
            "a[0]b",
            "a/*",
            "\"a\"",
            "a.é",
            "a[99999999999999999999]",
        ];
        for text in wrong {
            assert_eq!(traversal(text), None, "{text}");
        }
    }
}
