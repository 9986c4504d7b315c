//! What a directive in JavaScript or TypeScript exposes: the application that its statement makes, or makes listen, wherever
//! it stands.

use std::ops::Range;

use tree_sitter::Node;

use super::make::made;
use super::object::{Mounted, frameworks};
use crate::analyze::Context;
use crate::analyze::calls::all_arguments;
use crate::analyze::client::{Recognised, UsedFor};
use crate::analyze::definitions::{DEFAULT, Definitions, Meaning, script_parameters};
use crate::analyze::expression::{MAX_DEPTH, bare, dotted, expression};
use crate::analyze::listen::value_in;
use crate::catalog::Expose;
use crate::syntax::{Parsed, arguments, callee, is_function, member, preorder};

/// The application of the annotated statement; `None` where there is none that is known.
pub(super) fn recognise<'a>(
    context: &Context<'a>,
    file: &Parsed<'a>,
    statement: &Range<usize>,
) -> Option<Recognised<'a>> {
    let node = file.root().descendant_for_byte_range(statement.start, statement.end)?;
    let look = Look { context, file, definitions: Definitions::new(context) };
    look.listening(node).or_else(|| look.serving(node)).or_else(|| look.making(node)).or_else(|| look.handling(node))
}

struct Look<'l, 'a> {
    context: &'l Context<'a>,
    file: &'l Parsed<'a>,
    definitions: Definitions<'l, 'a>,
}

impl<'a> Look<'_, 'a> {
    /// The application that a node gives.
    fn application(&self, node: Node<'_>) -> Option<(&'a str, &'a Expose)> {
        let read = expression(self.file, node, MAX_DEPTH);
        let found = made(self.context, &self.definitions, &self.file.path, &read, node.start_byte());
        found.iter().find_map(|mounted| match mounted {
            Mounted::Object(object) if !object.router => Some((object.library, object.facts)),
            Mounted::Object(_) | Mounted::Files | Mounted::Endpoint(..) | Mounted::Handler(_) | Mounted::Unknown => {
                None
            }
        })
    }

    /// `app.listen(3000)`, by itself or anywhere in the statement.
    fn listening(&self, statement: Node<'_>) -> Option<Recognised<'a>> {
        preorder(statement, |_| true).filter(|node| node.kind() == "call_expression").find_map(|call| {
            let (object, method) = member(self.file, callee(call)?)?;
            let method = self.file.text_of(method);
            let listens = |facts: &Expose| facts.listens.iter().any(|listens| listens == method);
            // Most calls are none of these.
            if !frameworks(self.context, &self.file.path).any(|(_, facts)| listens(facts)) {
                return None;
            }
            let (library, facts) = self.application(object).filter(|(_, facts)| listens(facts))?;
            let name = dotted(self.file, object).unwrap_or_default();
            let found = self.recognised(library, facts, name, object);
            Some(Recognised { listens: Some(call.byte_range()), exported: false, ..found })
        })
    }

    /// `serve({ fetch: app.fetch, port: 3000 })`, by itself or anywhere in the statement.
    fn serving(&self, statement: Node<'_>) -> Option<Recognised<'a>> {
        preorder(statement, |_| true).filter(|node| node.kind() == "call_expression").find_map(|call| {
            let name = dotted(self.file, callee(call)?)?;
            let Meaning::External(symbol) = self.definitions.meaning(&self.file.path, &name, call.start_byte()) else {
                return None;
            };
            let all = || frameworks(self.context, &self.file.path);
            let served = all().find_map(|(_, facts)| facts.served_by.get(&symbol))?;
            let first = arguments(call.child_by_field_name("arguments")?).first()?.value;
            let given = value_in(self.file, first, &served.application).unwrap_or(first);
            let object = match member(self.file, given) {
                Some((object, method)) if self.file.text_of(method) == served.application => object,
                Some(_) | None => given,
            };
            let (library, facts) = self.application(object)?;
            let name = dotted(self.file, object).unwrap_or_default();
            let found = self.recognised(library, facts, name, object);
            Some(Recognised { listens: Some(call.byte_range()), exported: false, ..found })
        })
    }

    /// `const app = express()`, `export default createApp()`, `this.app = express()`, `return express()`.
    fn making(&self, statement: Node<'_>) -> Option<Recognised<'a>> {
        values(statement).into_iter().find_map(|(name, value)| {
            let (library, facts) = self.application(value)?;
            let found = self.recognised(library, facts, self.name_of(name), value);
            // What an object of a class holds, no other module can import.
            let held = found.name.starts_with("this.");
            Some(Recognised { exported: found.exported && !held, ..found })
        })
    }

    /// `(request, response) => { … }`, which `http.createServer` calls.
    fn handling(&self, statement: Node<'_>) -> Option<Recognised<'a>> {
        let declared = preorder(statement, |_| true).find(|node| is_function(*node))?;
        let own = values(statement).into_iter().find(|(_, value)| *value == declared);
        let name = match own {
            Some((name, _)) => self.name_of(name),
            None => self.file.text_of(declared.child_by_field_name("name")?).to_owned(),
        };
        let whole = own.is_some() || inner(statement) == declared;
        if !whole || script_parameters(self.file, declared).len() != 2 {
            return None;
        }
        let (client, facts) = frameworks(self.context, &self.file.path).find(|(_, facts)| facts.any)?;
        Some(self.recognised(&client.library, facts, name, declared))
    }

    /// What the code calls a value by its target: the name of a variable, what is exported without one, a property.
    fn name_of(&self, target: Option<Node<'_>>) -> String {
        let Some(target) = target else { return DEFAULT.to_owned() };
        let written = self.file.text_of(target);
        if written == "module.exports" || written == "exports" {
            return DEFAULT.to_owned();
        }
        let exported = written.strip_prefix("module.").unwrap_or(written).strip_prefix("exports.");
        if let Some(exported) = exported {
            return exported.to_owned();
        }
        match target.kind() {
            "property_identifier" => format!("this.{written}"),
            "object_pattern" | "array_pattern" => String::new(),
            _ => dotted(self.file, target).unwrap_or_default(),
        }
    }

    fn recognised(&self, library: &'a str, facts: &'a Expose, name: String, value: Node<'_>) -> Recognised<'a> {
        let around = std::iter::successors(value.parent(), Node::parent);
        let local = around.clone().any(is_function);
        let exported = around.clone().take_while(|node| !is_function(*node)).any(|node| {
            let assigned = node.child_by_field_name("left").map(|left| self.file.text_of(left));
            node.kind() == "export_statement"
                || assigned.is_some_and(|left| left.starts_with("module.exports") || left.starts_with("exports"))
        });
        Recognised {
            library,
            symbol: String::new(),
            name,
            beside: None,
            used_for: UsedFor::Expose(facts),
            expression: value.byte_range(),
            callee: callee(value).map_or_else(|| value.byte_range(), |callee| callee.byte_range()),
            arguments: all_arguments(self.file, value),
            options: Vec::new(),
            literal: None,
            item: String::new(),
            listens: None,
            exported: exported || value.parent().is_some_and(|parent| parent.kind() == "export_statement"),
            top_level: !local,
            has_entries: false,
            inside: None,
            classes: Vec::new(),
            fallback: None,
        }
    }
}

/// The values that a statement gives to something, with what they are given to; `None` for a default export.
fn values(statement: Node<'_>) -> Vec<(Option<Node<'_>>, Node<'_>)> {
    let gives = |node: Node<'_>| {
        matches!(
            node.kind(),
            "variable_declarator"
                | "assignment_expression"
                | "public_field_definition"
                | "return_statement"
                | "export_statement"
        )
    };
    let mut found = Vec::new();
    for node in preorder(statement, |_| true).filter(|node| gives(*node)) {
        let field = |name: &str| node.child_by_field_name(name);
        let value = match node.kind() {
            "assignment_expression" => field("right"),
            "return_statement" => node.named_child(0),
            _ => field("value"),
        };
        found.extend(value.map(|value| (field("name").or_else(|| field("left")), value)));
    }
    found
}

/// The declaration inside of an export.
fn inner(statement: Node<'_>) -> Node<'_> {
    let exported = statement.child_by_field_name("declaration").or_else(|| statement.child_by_field_name("value"));
    exported.unwrap_or_else(|| bare(statement).unwrap_or(statement))
}
