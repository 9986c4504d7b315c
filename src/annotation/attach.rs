use tree_sitter::Node;

use crate::source::Language;
use crate::syntax::{CommentBlock, Parsed};

/// The statement that a comment stands above: the outermost node that starts first after it, with nothing but comments
/// and space between, and, where indentation is syntax, at the comment's own indentation.
pub(super) fn statement_below<'tree>(
    file: &'tree Parsed<'_>,
    blocks: &[CommentBlock],
    comment: &CommentBlock,
) -> Option<Node<'tree>> {
    if comment.trailing {
        return None;
    }
    let node = first_after(file.root(), comment.range.end)?;
    let between = comment.range.end..node.start_byte();
    let code_between = file.text[between.clone()].char_indices().any(|(offset, c)| {
        let at = between.start + offset;
        !c.is_whitespace() && !blocks.iter().any(|block| block.range.contains(&at))
    });
    let indented_alike = match file.grammar.language() {
        Language::Python => node.start_position().column == comment.column,
        Language::TypeScript => true,
    };
    (!code_between && indented_alike).then_some(node)
}

fn first_after(node: Node<'_>, offset: usize) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        if child.end_byte() <= offset || child.kind() == "comment" {
            continue;
        }
        if child.start_byte() < offset {
            match first_after(child, offset) {
                Some(found) => return Some(found),
                None => continue,
            }
        }
        // A closing brace: the body ends here, and no statement follows in it.
        if !child.is_named() {
            return None;
        }
        // Python's grammar puts a comment at the start of a body before the body's own node.
        return if child.kind() == "block" { child.named_child(0) } else { Some(child) };
    }
    None
}
