//! What libraries add to an application that they are given: `SwaggerModule.setup("docs", app, document)`.

use tree_sitter::Node;

use super::argument::{Declaration, Given};
use super::object::Object;
use super::walk::{Below, Walk};
use crate::analyze::calls::{HandedOn, all_arguments};
use crate::analyze::path::{WrittenPath, catch_all, read};
use crate::app::{Method, RoutePath};
use crate::catalog::Extension;

impl<'a> Walk<'_, '_, 'a> {
    /// What an extension answers; false where that is not known.
    pub(super) fn extended(
        &mut self,
        object: &Object<'a>,
        extension: &Extension,
        handed: &HandedOn,
        below: &Below,
    ) -> bool {
        let Some(parameter) = &extension.path else { return true };
        let (file, at) = (&handed.span.file, handed.span.start);
        let arguments = self.context.with_tree_around(file, &[at].into(), |parsed| {
            let node = parsed.root().descendant_for_byte_range(at, at)?;
            let call = std::iter::successors(Some(node), Node::parent).find(|node| node.kind() == "call_expression")?;
            Some(all_arguments(parsed, call))
        });
        let Some(arguments) = arguments.filter(|all| all.len() <= extension.parameters.len()) else { return false };
        let declaration = Declaration { file, at, line: None, name: &handed.name, arguments: &arguments };
        let Given::Texts(texts) = declaration.texts(self.definitions, &extension.parameters, parameter) else {
            return false;
        };
        let mut paths: Vec<RoutePath> = Vec::new();
        for text in texts.into_iter().flatten() {
            let known = |text: &str| match read(object.facts.path_syntax, text) {
                WrittenPath::Known(path) => Some(path),
                WrittenPath::KnownUpTo(_) => None,
            };
            let Some(path) = known(&text) else { return false };
            paths.extend(catch_all(path));
            paths.extend(extension.also.iter().filter_map(|end| known(&format!("{text}{end}"))));
        }
        let line = self.line(&declaration);
        for path in &paths {
            self.add(below, path, Method::Get, false, &line);
        }
        true
    }
}
