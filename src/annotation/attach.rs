use tree_sitter::Node;

use crate::source::Language;
use crate::syntax::{CommentBlock, Parsed, leave};

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
    let mut at = comment.range.end;
    let mut code_between = false;
    for block in blocks.iter().filter(|block| between.start <= block.range.start && block.range.end <= between.end) {
        code_between |= !file.text[at..block.range.start].trim().is_empty();
        at = block.range.end;
    }
    code_between |= !file.text[at..between.end].trim().is_empty();
    let indented_alike = match file.grammar.language() {
        Language::Python => node.start_position().column == comment.column,
        Language::TypeScript => true,
    };
    (!code_between && indented_alike).then_some(node)
}

fn first_after(root: Node<'_>, offset: usize) -> Option<Node<'_>> {
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let ahead = node.end_byte() > offset && node.kind() != "comment";
        if ahead && node.start_byte() < offset && cursor.goto_first_child() {
            continue;
        }
        if ahead && node.start_byte() >= offset {
            if node.is_named() {
                // Python's grammar puts a comment at the start of a body before the body's own node.
                return if node.kind() == "block" { node.named_child(0) } else { Some(node) };
            }
            // A closing brace: the body ends here, and no statement follows in it.
            if !cursor.goto_parent() {
                return None;
            }
        }
        if !leave(&mut cursor) {
            return None;
        }
    }
}
