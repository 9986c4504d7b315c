//! Folders as settings write them: `BASE_DIR / "templates"`, `os.path.join(BASE_DIR, "templates")`.

use tree_sitter::Node;

use super::settings::{Settings, values};
use crate::source::ProjectPath;
use crate::syntax::{Parsed, arguments, callee, member, string_literal};

/// Names and calls followed before giving up.
const MAX_DEPTH: usize = 24;

/// The paths of the project that are in a value; the project itself is none.
pub(super) fn folders(settings: &Settings<'_>, file: &Parsed<'_>, start: &str, value: Node<'_>) -> Vec<String> {
    Reader { settings, start }.gather(file, value)
}

struct Reader<'r, 'a> {
    settings: &'r Settings<'a>,
    /// The folder that relative paths start from: that of `manage.py`.
    start: &'r str,
}

impl Reader<'_, '_> {
    fn gather(&self, file: &Parsed<'_>, value: Node<'_>) -> Vec<String> {
        let (mut found, mut waiting) = (Vec::new(), vec![value]);
        while let Some(node) = waiting.pop() {
            if let Some(path) = self.path(file, node, MAX_DEPTH) {
                found.extend(Some(path).filter(|path| !path.is_empty()));
                continue;
            }
            let mut cursor = node.walk();
            waiting.extend(node.named_children(&mut cursor));
        }
        found
    }

    fn path(&self, file: &Parsed<'_>, node: Node<'_>, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match node.kind() {
            "parenthesized_expression" => self.path(file, node.named_child(0)?, depth),
            "string" => below(self.start, string_literal(file, node)?),
            "identifier" if file.text_of(node) == "__file__" => Some(file.path.as_str().to_owned()),
            "identifier" => {
                let name = file.text_of(node);
                let own = values(file, name).pop();
                let value = own.or_else(|| self.settings.values(name).pop())?;
                self.path(value.file, value.node, depth)
            }
            "binary_operator" => {
                let operator = node.child_by_field_name("operator")?;
                (file.text_of(operator) == "/").then_some(())?;
                let left = self.path(file, node.child_by_field_name("left")?, depth)?;
                below(&left, string_literal(file, node.child_by_field_name("right")?)?)
            }
            "attribute" => {
                let (object, name) = member(file, node)?;
                (file.text_of(name) == "parent")
                    .then(|| self.path(file, object, depth))
                    .flatten()
                    .map(|path| parent(&path))
            }
            "subscript" => {
                let (object, name) = member(file, node.child_by_field_name("value")?)?;
                (file.text_of(name) == "parents").then_some(())?;
                let levels: usize = file.text_of(node.child_by_field_name("subscript")?).parse().ok()?;
                let path = self.path(file, object, depth)?;
                Some((0..=levels.min(MAX_DEPTH)).fold(path, |path, _| parent(&path)))
            }
            "call" => self.called(file, node, depth),
            // A grammar's kinds are open to us; no other one is a path.
            _ => None,
        }
    }

    /// Functions of `os.path` and methods of `pathlib.Path`, by their own names: whatever module they are taken from, no
    /// others of these names are about paths.
    fn called(&self, file: &Parsed<'_>, call: Node<'_>, depth: usize) -> Option<String> {
        let function = callee(call)?;
        let list = call.child_by_field_name("arguments").map(arguments).unwrap_or_default();
        let first = || self.path(file, list.first()?.value, depth);
        let texts = |from: usize, path: String| {
            let mut texts = list.iter().skip(from).map(|argument| string_literal(file, argument.value));
            texts.try_fold(path, |path, text| below(&path, text?))
        };
        let (object, name) = match member(file, function) {
            Some((object, name)) => (Some(object), file.text_of(name)),
            None => (None, file.text_of(function)),
        };
        match name {
            "resolve" | "absolute" => self.path(file, object?, depth),
            "joinpath" => texts(0, self.path(file, object?, depth)?),
            "Path" | "PurePath" | "str" | "abspath" | "realpath" | "normpath" | "fspath" if list.len() == 1 => first(),
            "Path" | "PurePath" | "join" => texts(1, first()?),
            "dirname" => first().map(|path| parent(&path)),
            // The names of functions are open to us.
            _ => None,
        }
    }
}

fn below(folder: &str, text: &str) -> Option<String> {
    // A text that starts with a slash names a place of the machine.
    (!text.starts_with('/')).then(|| ProjectPath::join(folder, text)).flatten().map(|path| path.as_str().to_owned())
}

fn parent(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned())
}
