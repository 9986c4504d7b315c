use std::ops::Range;

use tree_sitter::Node;

use super::Parsed;
use super::walk::leave;

/// A comment as a person sees it: one block comment, or a run of line comments on adjacent lines.
#[derive(Debug)]
pub(crate) struct CommentBlock {
    /// The bytes in the file.
    pub(crate) range: Range<usize>,
    /// The text with comment leaders and margins replaced by spaces: byte `i` here is byte `range.start + i` of the file,
    /// so a position inside a directive's body maps back by adding a constant.
    pub(crate) blanked: String,
    /// The column of its first byte, from 0.
    pub(crate) column: usize,
    /// Whether code stands before it on its line.
    pub(crate) trailing: bool,
}

/// Every comment of the file, in order.
pub(crate) fn comment_blocks(file: &Parsed<'_>) -> Vec<CommentBlock> {
    let mut blocks: Vec<(Node<'_>, Node<'_>)> = Vec::new();
    for node in comments(file) {
        match blocks.last_mut() {
            Some((first, last)) if joins(file, *first, *last, node) => *last = node,
            _ => blocks.push((node, node)),
        }
    }
    blocks.into_iter().map(|(first, last)| block(file, first, last)).collect()
}

// By number and with one cursor: asking every node of a file for its name takes longer than all else here.
fn comments<'tree>(file: &'tree Parsed<'_>) -> Vec<Node<'tree>> {
    let comment = file.grammar.tree_sitter().id_for_node_kind("comment", true);
    let mut found = Vec::new();
    let mut cursor = file.root().walk();
    loop {
        let node = cursor.node();
        if node.kind_id() == comment {
            found.push(node);
        } else if cursor.goto_first_child() {
            continue;
        }
        if !leave(&mut cursor) {
            return found;
        }
    }
}

// A comment at the end of a line of code never joins with the one below it.
fn joins(file: &Parsed<'_>, first: Node<'_>, last: Node<'_>, next: Node<'_>) -> bool {
    let line_comment = |node: Node<'_>| !file.text_of(node).starts_with("/*");
    let (last_end, next_start) = (last.end_position(), next.start_position());
    line_comment(last)
        && line_comment(next)
        && next_start.row == last_end.row + 1
        && next_start.column == first.start_position().column
        && !is_trailing(file, first)
}

fn is_trailing(file: &Parsed<'_>, node: Node<'_>) -> bool {
    let before = &file.text[node.start_byte() - node.start_position().column..node.start_byte()];
    !before.trim().is_empty()
}

fn block(file: &Parsed<'_>, first: Node<'_>, last: Node<'_>) -> CommentBlock {
    let range = first.start_byte()..last.end_byte();
    let mut bytes = file.text.as_bytes()[range.clone()].to_vec();
    if bytes.starts_with(b"/*") {
        blank_block_comment(&mut bytes);
    } else {
        for line in bytes.split_mut(|byte| *byte == b'\n') {
            blank_leader(line, |byte| matches!(byte, b'#' | b'/'));
        }
    }
    CommentBlock {
        range,
        // Only whole ASCII bytes were replaced, by ASCII spaces.
        blanked: String::from_utf8(bytes).unwrap_or_default(),
        column: first.start_position().column,
        trailing: is_trailing(file, first),
    }
}

fn blank_block_comment(bytes: &mut [u8]) {
    if bytes.ends_with(b"*/") {
        let end = bytes.len() - 2;
        bytes[end..].fill(b' ');
    }
    bytes[..2].fill(b' ');
    // Where `*/` would end the comment, people write `*\/`: <https://jsdoc.app/about-block-inline-tags>. What stands for it keeps
    // every place, and is read as `*/` where values are.
    let escapes: Vec<_> = memchr::memmem::find_iter(bytes, br"*\/").collect();
    for at in escapes {
        bytes[at + 1] = b'/';
    }
    for line in bytes.split_mut(|byte| *byte == b'\n') {
        blank_leader(line, |byte| byte == b'*');
    }
}

fn blank_leader(line: &mut [u8], leader: impl Fn(u8) -> bool) {
    let Some(start) = line.iter().position(|byte| !byte.is_ascii_whitespace()) else { return };
    let length = line[start..].iter().take_while(|byte| leader(**byte)).count();
    line[start..start + length].fill(b' ');
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::ProjectPath;

    #[track_caller]
    fn blocks(path: &str, text: &str) -> Vec<(String, bool)> {
        let path = ProjectPath::new(Path::new(path)).unwrap();
        let parsed = Parsed::new(&path, text).unwrap();
        comment_blocks(&parsed).into_iter().map(|block| (block.blanked, block.trailing)).collect()
    }

    #[test]
    fn adjacent_line_comments_join_and_keep_their_length() {
        let text = "# a {\n#   b = 1 # c\n# }\nx = 1  # tail\n# next\n";
        let expected = [("  a {\n    b = 1 # c\n  }", false), ("  tail", true), ("  next", false)];
        assert_eq!(blocks("a.py", text), expected.map(|(text, trailing)| (text.to_owned(), trailing)));
    }

    #[test]
    fn a_block_comment_loses_its_margin() {
        let text = "/**\n * a {\n *   u = \"https://x\"\n * }\n */\nlet x = 1;\n";
        assert_eq!(blocks("a.ts", text)[0].0, "   \n   a {\n     u = \"https://x\"\n   }\n   ");
    }

    #[test]
    fn margins_of_every_kind() {
        let block = |text: &str| blocks("a.ts", text)[0].0.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in [
            "/* a { b = 1 } */",
            "/** a { b = 1 } */",
            "/***\n *** a {\n b = 1\n\t* }\n ***/",
            "/*\r\n   a {\r\n*b = 1\r\n  * }*/",
            "// a {\n// b = 1\n// }",
            "/// a {\n//! b = 1\n/// }",
            "  /*\n   * a { b = 1 }\n   */\n",
        ] {
            assert_eq!(block(text).replace("! ", ""), "a { b = 1 }", "{text:?}");
        }
        assert_eq!(block("/* a { b = \"**\\/*.js\" } */"), "a { b = \"**//*.js\" }");
    }
}
