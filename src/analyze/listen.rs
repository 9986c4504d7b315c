//! Where a web application's own code listens. A container has to know the port; a function has none.

use std::ops::Range;

use tree_sitter::Node;

use super::definitions::is_class;
use super::expose::{Sockets, frameworks};
use super::expression::{bare, dotted};
use super::{Construct, Context, kept};
use crate::app::{Listens, SourceLine};
use crate::catalog::{Expose, ServedBy};
use crate::source::{LineIndex, ProjectPath, Span};
use crate::syntax::{Parsed, ResolvedSymbol, arguments, callee, is_function, member, preorder, string_literal};

/// The variable that says whether an application runs on its developer's machine.
const MODE: &str = "NODE_ENV";

/// Definitions followed before giving up: `const PORT = config.port`, made of a constant, made of a constant.
const MAX_STEPS: usize = 8;

/// The call by which the application, or a server made of it, listens.
pub(super) fn listens(
    context: &Context<'_>,
    construct: &Construct<'_>,
    facts: &Expose,
    sockets: &Sockets,
) -> Option<Listens> {
    if facts.listens.is_empty() {
        return None;
    }
    let call_at = |path: &ProjectPath, range: Range<usize>| {
        context.with_tree(path, |file| {
            let node = file.root().descendant_for_byte_range(range.start, range.end)?;
            let call = std::iter::successors(Some(node), Node::parent).find(|node| node.kind() == "call_expression")?;
            Some(found(context, file, call))
        })
    };
    // The directive says which one counts.
    if let Some(range) = &construct.client.listens {
        return call_at(&construct.annotation.origin.at.file, range.clone());
    }
    let own = sockets.listening.iter().filter_map(|span| call_at(&span.file, span.start..span.end));
    // `http.createServer(app).listen(…)`, in one statement or two.
    let of_servers = sockets.hosted.iter().flat_map(|span| {
        let listening = context.with_tree(&span.file, |file| {
            let server = server_of(file, span)?;
            if served_by(context, file, server.call).is_some() {
                return Some(vec![found(context, file, server.call)]);
            }
            let listening = calls_of(file, facts).filter(|call| {
                let object = callee(*call).and_then(|callee| member(file, callee)).map(|(object, _)| object);
                object.is_some_and(|object| {
                    object.byte_range() == server.call.byte_range() || Some(file.text_of(object)) == server.name
                })
            });
            Some(listening.map(|call| found(context, file, call)).collect::<Vec<_>>())
        });
        listening.unwrap_or_default()
    });
    agreed(own.chain(of_servers))
}

/// The first of several calls that listen. Which of them runs is up to the program, so a port is known only where all say it.
fn agreed(listening: impl Iterator<Item = Listens>) -> Option<Listens> {
    listening.reduce(|first, other| Listens { port: first.port.filter(|port| other.port == Some(*port)), ..first })
}

/// A server that is made of the application.
struct Server<'tree, 'text> {
    call: Node<'tree>,
    /// What it is called, where it has a name.
    name: Option<&'text str>,
}

fn server_of<'tree, 'text>(file: &'tree Parsed<'text>, application: &Span) -> Option<Server<'tree, 'text>> {
    let node = file.root().descendant_for_byte_range(application.start, application.end)?;
    let is_call = |node: &Node<'_>| matches!(node.kind(), "call_expression" | "new_expression");
    let call = std::iter::successors(node.parent(), Node::parent).find(is_call)?;
    let around = std::iter::successors(call.parent(), Node::parent).find(|node| bare(*node).is_none());
    let target = around.and_then(|node| match node.kind() {
        "variable_declarator" => node.child_by_field_name("name"),
        "assignment_expression" => node.child_by_field_name("left"),
        // A grammar's kinds are open to us; in any other place the server gets no name.
        _ => None,
    });
    Some(Server { call, name: target.map(|name| file.text_of(name)) })
}

/// The calls of methods by which things listen.
fn calls_of<'tree>(file: &'tree Parsed<'_>, facts: &'tree Expose) -> impl Iterator<Item = Node<'tree>> {
    every(file.root(), "call_expression").filter(|call| {
        let method = callee(*call).and_then(|callee| member(file, callee)).map(|(_, method)| file.text_of(method));
        method.is_some_and(|method| facts.listens.iter().any(|listens| listens == method))
    })
}

/// Every node of a kind below `root`, in the order of the text.
fn every<'tree>(root: Node<'tree>, kind: &'static str) -> impl Iterator<Item = Node<'tree>> {
    preorder(root, |_| true).filter(move |node| node.kind() == kind)
}

fn found(context: &Context<'_>, file: &Parsed<'_>, call: Node<'_>) -> Listens {
    let list = call.child_by_field_name("arguments").map(arguments).unwrap_or_default();
    let own = list.first().and_then(|first| port(context, file, first.value, MAX_STEPS));
    // What serves an application where no option says the port.
    let silent = list.first().is_none_or(|first| value_in(file, first.value, "port").is_none());
    let port = own.or_else(|| served_by(context, file, call).filter(|_| silent).map(|served| served.port));
    let line = LineIndex::new(file.text).position(call.start_byte()).line;
    let at = SourceLine { file: file.path.clone(), line };
    Listens { port, late: is_late(context, file, call), at, span: Span::new(&file.path, call.byte_range()) }
}

/// Whether a call in a function is reached whatever happens: no condition is around it, nothing in the file asks whether the
/// file is the program, and the functions around it are called here.
fn is_late(context: &Context<'_>, file: &Parsed<'_>, call: Node<'_>) -> bool {
    let guards = ["require.main", "import.meta", "process.argv", "module.parent", MODE];
    // What serves a build of the project is told the mode in which it runs, and is ready only when the application listens.
    let of_mode = |guard: &str| guard == MODE && kept::is_imported(context, &file.path);
    let mut in_function = false;
    let mut node = call;
    while let Some(parent) = node.parent() {
        match parent.kind() {
            "if_statement" | "ternary_expression" | "switch_statement" | "catch_clause" | "binary_expression" => {
                return false;
            }
            _ if is_function(parent) => {
                in_function = true;
                let named = parent.child_by_field_name("name").or_else(|| {
                    let declarator = parent.parent().filter(|around| around.kind() == "variable_declarator")?;
                    declarator.child_by_field_name("name")
                });
                let called = |name: &str| {
                    every(file.root(), "call_expression").filter_map(callee).any(|callee| file.text_of(callee) == name)
                };
                // One without a name is called where it stands, or by what it is given to.
                if named.is_some_and(|name| !called(file.text_of(name))) {
                    return false;
                }
            }
            // A grammar's kinds are open to us; anything else runs what is in it.
            _ => {}
        }
        node = parent;
    }
    in_function && !guards.iter().any(|guard| file.text.contains(guard) && !of_mode(guard))
}

/// What serves the application that a call is given, where it is such a call.
fn served_by<'a>(context: &Context<'a>, file: &Parsed<'_>, call: Node<'_>) -> Option<&'a ServedBy> {
    let name = dotted(file, callee(call)?)?;
    match context.graph.symbol(&file.path, &name) {
        ResolvedSymbol::External(symbol) => {
            frameworks(context, &file.path).find_map(|(_, facts)| facts.served_by.get(&symbol))
        }
        ResolvedSymbol::Project { .. } => None,
    }
}

/// The port that an expression gives where no environment variable says otherwise: no deployed unit is given one.
fn port(context: &Context<'_>, file: &Parsed<'_>, node: Node<'_>, steps: usize) -> Option<u16> {
    let steps = steps.checked_sub(1)?;
    let part = |name: &str| port(context, file, node.child_by_field_name(name)?, steps);
    match node.kind() {
        "number" => file.text_of(node).replace('_', "").parse().ok().filter(|port| *port > 0),
        "string" | "template_string" => string_literal(file, node)?.parse().ok().filter(|port| *port > 0),
        "parenthesized_expression" | "as_expression" | "non_null_expression" | "satisfies_expression" => {
            port(context, file, node.named_child(0)?, steps)
        }
        // `process.env.PORT ?? 3000`, `process.env.PORT || 3000`: the right side, where the left one is not set.
        "binary_expression" if from_environment(file, node.child_by_field_name("left")?, steps) => {
            let operator = file.text_of(node.child_by_field_name("operator")?);
            matches!(operator, "??" | "||").then(|| part("right")).flatten()
        }
        // `process.env.PORT ? Number(process.env.PORT) : 3000`.
        "ternary_expression" if from_environment(file, node.child_by_field_name("condition")?, steps) => {
            part("alternative")
        }
        "unary_expression" if file.text_of(node).starts_with('+') => part("argument"),
        "call_expression" => {
            let first = arguments(node.child_by_field_name("arguments")?).first()?.value;
            if let Some(set) = setting(context, file, node, first) {
                return port(context, file, set, steps);
            }
            let converts = matches!(file.text_of(callee(node)?), "Number" | "parseInt" | "Number.parseInt");
            port(context, file, first, steps).filter(|_| converts)
        }
        "object" => port(context, file, value_in(file, node, "port")?, steps),
        "identifier" | "shorthand_property_identifier" => constant(context, file, file.text_of(node), "", steps),
        "member_expression" => {
            let (object, name) = member(file, node)?;
            if object.kind() == "this" {
                return port(context, file, held(file, node, file.text_of(name))?, steps);
            }
            let constant = |object| constant(context, file, object, file.text_of(name), steps);
            constant(file.text_of(object)).filter(|_| object.kind() == "identifier")
        }
        // A grammar's kinds are open to us; of any other expression nothing is known.
        _ => None,
    }
}

/// The one value that the class around a place gives what its objects have under a name.
fn held<'tree>(file: &'tree Parsed<'_>, place: Node<'tree>, name: &str) -> Option<Node<'tree>> {
    let class = std::iter::successors(place.parent(), Node::parent).find(|node| is_class(*node))?;
    let given = |node: Node<'tree>| match node.kind() {
        "public_field_definition" if file.text_of(node.child_by_field_name("name")?) == name => {
            node.child_by_field_name("value")
        }
        "assignment_expression" => {
            let set = file.text_of(node.child_by_field_name("left")?).strip_prefix("this.") == Some(name);
            set.then(|| node.child_by_field_name("right"))?
        }
        // A grammar's kinds are open to us; nothing else gives a field its value.
        _ => None,
    };
    let mut values = preorder(class, |_| true).filter_map(given);
    values.next().filter(|_| values.next().is_none())
}

/// What an object has under a name.
pub(super) fn value_in<'tree>(file: &Parsed<'_>, object: Node<'tree>, name: &str) -> Option<Node<'tree>> {
    let mut cursor = object.walk();
    let pair = object.named_children(&mut cursor).find(|pair| {
        let key = pair.child_by_field_name("key").unwrap_or(*pair);
        file.text_of(key) == name
    })?;
    Some(pair.child_by_field_name("value").unwrap_or(pair))
}

/// What `app.set("port", …)` says, where `call` is `app.get("port")`; nothing where several calls do.
fn setting<'tree>(
    context: &Context<'_>,
    file: &'tree Parsed<'_>,
    call: Node<'tree>,
    name: Node<'tree>,
) -> Option<Node<'tree>> {
    let (app, method) = member(file, callee(call)?)?;
    let mut known = frameworks(context, &file.path).filter_map(|(_, facts)| facts.settings.as_ref());
    let methods = known.find(|methods| methods.get == file.text_of(method))?;
    let name = string_literal(file, name)?;
    let mut set = every(file.root(), "call_expression").filter_map(|call| {
        let (object, method) = member(file, callee(call)?)?;
        let list = arguments(call.child_by_field_name("arguments")?);
        let [key, value] = list.as_slice() else { return None };
        let same = file.text_of(object) == file.text_of(app) && file.text_of(method) == methods.set;
        (same && string_literal(file, key.value) == Some(name)).then_some(value.value)
    });
    set.next().filter(|_| set.next().is_none())
}

/// The port that a name stands for, or what it has under `part`: a constant of the file itself, or of the file that it is
/// imported from.
fn constant(context: &Context<'_>, file: &Parsed<'_>, name: &str, part: &str, steps: usize) -> Option<u16> {
    let mut declarators = every(file.root(), "variable_declarator")
        .filter(|node| node.child_by_field_name("name").is_some_and(|own| file.text_of(own) == name));
    if let Some(declarator) = declarators.next() {
        // Of two with one name, which is meant is a question of scopes.
        if declarators.next().is_some() {
            return None;
        }
        let value = declarator.child_by_field_name("value")?;
        if !required(file, value) {
            let value = if part.is_empty() { value } else { value_in(file, unwrapped(value), part)? };
            return port(context, file, value, steps).filter(|_| is_constant(file, declarator, name));
        }
    }
    let dotted = if part.is_empty() { name.to_owned() } else { format!("{name}.{part}") };
    match context.graph.symbol(&file.path, &dotted) {
        ResolvedSymbol::Project { file: other, name } if other != file.path => context.with_tree(&other, |other| {
            let (name, part) = name.split_once('.').unwrap_or((&name, ""));
            constant(context, other, name, part, steps.checked_sub(1)?)
        }),
        ResolvedSymbol::Project { .. } | ResolvedSymbol::External(_) => None,
    }
}

/// Whether a value is a module: `require("./config")`.
fn required(file: &Parsed<'_>, value: Node<'_>) -> bool {
    file.text_of(value).starts_with("require(")
}

/// The object in `{ port: 3000 } as const`, and in `Object.freeze({ port: 3000 })`.
fn unwrapped(value: Node<'_>) -> Node<'_> {
    let value = std::iter::successors(Some(value), |value| bare(*value)).last().unwrap_or(value);
    let list = if value.kind() == "call_expression" { value.child_by_field_name("arguments") } else { None };
    list.and_then(|list| list.named_child(0)).unwrap_or(value)
}

/// Whether what a statement declares keeps its value: it says so, or nothing in the file gives it another one.
fn is_constant(file: &Parsed<'_>, declarator: Node<'_>, name: &str) -> bool {
    let says_so = declarator.parent().is_some_and(|all| file.text_of(all).starts_with("const"));
    let given = |kind: &'static str, field: &'static str| {
        let mut all = every(file.root(), kind).filter_map(move |node| node.child_by_field_name(field));
        all.any(|target| file.text_of(target) == name)
    };
    says_so
        || !(given("assignment_expression", "left")
            || given("augmented_assignment_expression", "left")
            || given("update_expression", "argument"))
}

/// Whether an expression is a variable of the environment, also inside a conversion, that nobody sets for a deployed unit.
fn from_environment(file: &Parsed<'_>, node: Node<'_>, steps: usize) -> bool {
    let inner = match node.kind() {
        "parenthesized_expression" | "as_expression" | "non_null_expression" => node.named_child(0),
        "unary_expression" if file.text_of(node).starts_with('+') => node.child_by_field_name("argument"),
        "call_expression" => node.child_by_field_name("arguments").and_then(|list| list.named_child(0)),
        // A grammar's kinds are open to us; anything else is no wrapping.
        _ => None,
    };
    if let Some(inner) = inner {
        return steps.checked_sub(1).is_some_and(|steps| from_environment(file, inner, steps));
    }
    let text: String = file.text_of(node).split_whitespace().collect();
    let name = text.strip_prefix("process.env.").or_else(|| {
        let quoted = text.strip_prefix("process.env[")?.strip_suffix(']')?;
        ["\"", "'"].iter().find_map(|quote| quoted.strip_prefix(quote)?.strip_suffix(quote))
    });
    name.is_some_and(|name| {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        plain && !IN_EVERY_CONTAINER.iter().any(|start| name.starts_with(start))
    })
}

/// How variables start that images, orchestrators and the shim set: of these the code's own default is not what counts.
const IN_EVERY_CONTAINER: [&str; 8] = ["AWS_", "ECS_", "HOME", "HOSTNAME", "INFERRA_", "KUBERNETES_", "NODE_", "PATH"];
