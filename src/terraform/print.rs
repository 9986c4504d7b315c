use hcl::Expression;
use hcl::expr::ObjectKey;

use super::Block;
use super::block::{Body, Item};

/// Comments are wrapped to this width.
const COMMENT_WIDTH: usize = 110;
/// A list longer than this is written one element per line.
const LINE_WIDTH: usize = 100;

/// One line of output. `terraform fmt` pads `lead` so that the `=` of adjacent lines stand below each other.
struct Line {
    depth: usize,
    lead: String,
    /// From the `=` on, where the whole value is on this line.
    assign: Option<String>,
}

/// The text of a file: its header as a comment, then the blocks with an empty line between them.
#[must_use]
pub fn print(header: &str, blocks: &[Block]) -> String {
    let mut lines = Vec::new();
    comment(&mut lines, 0, header);
    for one in blocks {
        plain(&mut lines, 0, "");
        block(&mut lines, 0, one);
    }
    render(&lines)
}

/// The text of a file of values: its header as a comment, then what `values` says, with no block around it.
#[must_use]
pub fn print_values(header: &str, values: &Body) -> String {
    let mut lines = Vec::new();
    comment(&mut lines, 0, header);
    if !values.items.is_empty() {
        plain(&mut lines, 0, "");
    }
    body(&mut lines, 0, values);
    render(&lines)
}

/// `expression` on one line.
#[must_use]
pub fn inline(expression: &Expression) -> String {
    // hcl-rs's enum is open to us; everything but collections and calls is a leaf that it writes on one line.
    #[allow(clippy::wildcard_enum_match_arm)]
    match expression {
        Expression::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Expression::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Expression::Object(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(name, value)| format!("{} = {}", key(name), inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Expression::FuncCall(call) => {
            format!("{}({})", call.name.name.as_str(), call.args.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        // Writing to memory does not fail, and these values hold nothing that HCL cannot express.
        leaf => hcl::format::to_string(leaf).unwrap_or_default(),
    }
}

fn key(key: &ObjectKey) -> String {
    match key {
        ObjectKey::Identifier(name) => name.as_str().to_owned(),
        ObjectKey::Expression(expression) => inline(expression),
        // `ObjectKey` is non-exhaustive; there is no third kind today.
        _ => String::new(),
    }
}

fn plain(lines: &mut Vec<Line>, depth: usize, text: impl Into<String>) {
    lines.push(Line { depth, lead: text.into(), assign: None });
}

/// Writes `text` as `#` lines. Every line break and control character in it becomes a space first, so that nothing in it
/// can end the comment.
fn comment(lines: &mut Vec<Line>, depth: usize, text: &str) {
    for paragraph in text.split('\n') {
        let mut line = String::from("#");
        for word in paragraph.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
            if line.len() > 1 && line.chars().count() + 1 + word.chars().count() > COMMENT_WIDTH {
                plain(lines, depth, std::mem::replace(&mut line, String::from("#")));
            }
            line.push(' ');
            line.push_str(word);
        }
        plain(lines, depth, line);
    }
}

fn block(lines: &mut Vec<Line>, depth: usize, block: &Block) {
    for paragraph in &block.comment {
        comment(lines, depth, paragraph);
    }
    let labels = block.labels.iter().map(|label| inline(&super::text(label)));
    let head = std::iter::once(block.kind.to_string()).chain(labels).collect::<Vec<_>>().join(" ");
    if block.body.items.is_empty() {
        return plain(lines, depth, format!("{head} {{}}"));
    }
    plain(lines, depth, format!("{head} {{"));
    body(lines, depth + 1, &block.body);
    plain(lines, depth, "}");
}

fn body(lines: &mut Vec<Line>, depth: usize, content: &Body) {
    let mut previous: Option<&Item> = None;
    for item in &content.items {
        let separated = match (previous, item) {
            (None | Some(Item::Gap | Item::Comment(_)), _)
            | (_, Item::Gap)
            | (Some(Item::Attribute(..)), Item::Attribute(..)) => false,
            (Some(Item::Block(_)), _) | (_, Item::Block(_) | Item::Comment(_)) => true,
        };
        if separated {
            plain(lines, 0, "");
        }
        match item {
            Item::Attribute(name, value) => assignment(lines, depth, name, value, ""),
            Item::Block(nested) => block(lines, depth, nested),
            Item::Comment(text) => comment(lines, depth, text),
            Item::Gap => plain(lines, 0, ""),
        }
        previous = Some(item);
    }
}

fn assignment(lines: &mut Vec<Line>, depth: usize, name: &str, value: &Expression, end: &str) {
    let broken = broken(value, 2 * depth + name.chars().count() + 3);
    if broken {
        multiline(lines, depth, &format!("{name} = "), value, end);
    } else {
        lines.push(Line { depth, lead: name.to_owned(), assign: Some(format!("= {}{end}", inline(value))) });
    }
}

/// Whether `value`, starting at `column`, is written on several lines.
fn broken(value: &Expression, column: usize) -> bool {
    // As in `inline`: the rest are leaves.
    #[allow(clippy::wildcard_enum_match_arm)]
    match value {
        // A line with one item in it is no shorter, unless the item is written on several itself.
        Expression::Array(items) => {
            let divisible = items.len() > 1 || items.iter().any(|item| broken(item, column));
            divisible && column + inline(value).chars().count() > LINE_WIDTH
        }
        // `terraform fmt` counts grapheme clusters to align; rather than count as it does, leave such keys unaligned.
        Expression::Object(entries) => !entries.is_empty() && entries.keys().all(|name| key(name).is_ascii()),
        Expression::FuncCall(call) => call.args.len() == 1 && broken(&call.args[0], column),
        _ => false,
    }
}

fn multiline(lines: &mut Vec<Line>, depth: usize, before: &str, value: &Expression, after: &str) {
    // As in `inline`; `broken` said that this is one of the three.
    #[allow(clippy::wildcard_enum_match_arm)]
    match value {
        Expression::Array(items) => {
            plain(lines, depth, format!("{before}["));
            for item in items {
                if broken(item, 2 * depth) {
                    multiline(lines, depth + 1, "", item, ",");
                } else {
                    plain(lines, depth + 1, format!("{},", inline(item)));
                }
            }
            plain(lines, depth, format!("]{after}"));
        }
        Expression::Object(entries) => {
            plain(lines, depth, format!("{before}{{"));
            for (name, value) in entries {
                assignment(lines, depth + 1, &key(name), value, "");
            }
            plain(lines, depth, format!("}}{after}"));
        }
        Expression::FuncCall(call) => {
            multiline(
                lines,
                depth,
                &format!("{before}{}(", call.name.name.as_str()),
                &call.args[0],
                &format!("){after}"),
            );
        }
        leaf => plain(lines, depth, format!("{before}{}{after}", inline(leaf))),
    }
}

/// Aligns and joins. `terraform fmt` aligns each run of adjacent lines that hold a whole assignment
/// (`formatCells` in <https://github.com/hashicorp/hcl/blob/main/hclwrite/format.go>).
fn render(lines: &[Line]) -> String {
    let mut out = String::new();
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let run = rest.iter().take_while(|line| line.assign.is_some()).count().max(1);
        let width = rest[..run].iter().map(|line| line.lead.chars().count()).max().unwrap_or_default();
        for line in &rest[..run] {
            if !line.lead.is_empty() {
                out.push_str(&"  ".repeat(line.depth));
            }
            match &line.assign {
                Some(assign) => {
                    out.push_str(&line.lead);
                    out.push_str(&" ".repeat(width - line.lead.chars().count() + 1));
                    out.push_str(assign);
                }
                None => out.push_str(&line.lead),
            }
            out.push('\n');
        }
        debug_assert!(run > 0 && (first.assign.is_some() || run == 1));
        rest = &rest[run..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Key, call, list, number, object, text};
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn runs_of_single_line_attributes_are_aligned_and_others_break_them() {
        let body = Body::new()
            .attribute("a", number(1_u32))
            .attribute("longer", text("x"))
            .attribute("tags", object([(Key::Name("Name"), text("n")), (Key::Text("a b".into()), text("${m}"))]))
            .attribute("b", list([text("x"), text("y")]))
            .block("nested", Body::new().attribute("c", call("jsonencode", object([(Key::Name("k"), text("v"))]))))
            .comment("why")
            .attribute("d", number(2_u32));
        let block = Block::new("resource", &["t", "n"], body).comment("app.py:1\nrm -rf");
        let expected = "# head\n\n# app.py:1\n# rm -rf\nresource \"t\" \"n\" {\n  a      = 1\n  longer = \"x\"\n  tags = {\n    Name  = \"n\"\n    \
                        \"a b\" = \"$${m}\"\n  }\n  b = [\"x\", \"y\"]\n\n  nested {\n    c = jsonencode({\n      k = \"v\"\n    })\n  }\n\n  \
                        # why\n  d = 2\n}\n";
        assert_eq!(print("head", &[block]), expected);
    }

    #[test]
    fn a_comment_cannot_be_ended_from_inside() {
        let block = Block::new("locals", &[], Body::new()).comment("a\r\u{85}resource \"x\" \"y\" {}");
        assert_eq!(print("h", &[block]), "# h\n\n# a resource \"x\" \"y\" {}\nlocals {}\n");
    }
}
