use tree_sitter::{Node, TreeCursor};

/// `root` and everything inside it, each node before its children; those of a node that `enters` refuses are left out.
///
/// A loop and not a recursion: the depth of a tree is up to whoever wrote the file, and the stack is not.
pub(crate) fn preorder<'tree>(
    root: Node<'tree>,
    enters: impl Fn(Node<'tree>) -> bool,
) -> impl Iterator<Item = Node<'tree>> {
    let mut cursor = Some(root.walk());
    std::iter::from_fn(move || {
        let at = cursor.as_mut()?;
        let node = at.node();
        let goes_on = (enters(node) && at.goto_first_child()) || leave(at);
        if !goes_on {
            cursor = None;
        }
        Some(node)
    })
}

/// Goes on behind the cursor's node and everything inside it; false where nothing is left.
pub(crate) fn leave(cursor: &mut TreeCursor<'_>) -> bool {
    while !cursor.goto_next_sibling() {
        if !cursor.goto_parent() {
            return false;
        }
    }
    true
}
