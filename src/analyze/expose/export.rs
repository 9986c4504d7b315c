//! How the entry point gets at the application.

use tree_sitter::Node;

use super::Sockets;
use crate::analyze::definitions::{DEFAULT, Function, functions_around, result_of};
use crate::analyze::expression::Expression;
use crate::analyze::{Construct, Context};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, Span};

/// How an application is reached.
pub(super) struct Reached {
    /// The name to import; `None` where the entry point has to wait for the application's `listen`.
    pub(super) name: Option<String>,
    /// Whether that is a function that makes it.
    pub(super) factory: bool,
    /// What the application is called in what that function gives, where it gives more.
    pub(super) part: Option<String>,
}

impl Reached {
    /// By an import of that name.
    const fn by(name: String) -> Self {
        Self { name: Some(name), factory: false, part: None }
    }
}

pub(super) fn export(
    context: &Context<'_>,
    construct: &Construct<'_>,
    sockets: &Sockets,
    diagnostics: &mut Diagnostics,
) -> Option<Reached> {
    let importable_as = |name: &str| Some(Reached::by(name.to_owned()));
    let (file, name) = (&construct.annotation.origin.at.file, &construct.client.name);
    let listens = || Some(Reached { name: None, factory: false, part: None });
    // By then everything is mounted, however late that is.
    if construct.client.listens.is_some() {
        return listens();
    }
    let importable = construct.client.top_level
        && match Language::of(file) {
            Some(Language::Python) => true,
            Some(Language::TypeScript) => construct.client.exported && !name.is_empty(),
            None => false,
        };
    if importable {
        return importable_as(name);
    }
    if construct.client.top_level
        && let Some(exported) = context.graph.exported_names(file, name).next()
    {
        return importable_as(exported);
    }
    let script = Language::of(file) == Some(Language::TypeScript);
    if script && !(sockets.listening.is_empty() && sockets.hosted.is_empty()) {
        return listens();
    }
    if let Some(reached) = exported_factory(context, construct).filter(|_| script) {
        return Some(reached);
    }
    let help = match Language::of(file) {
        Some(Language::TypeScript) => {
            format!(
                "export `{name}`, or the function that makes and returns it: `export {{ {name} }}` or `module.exports = {{ {name} }}`"
            )
        }
        Some(Language::Python) | None => match factory(context, construct) {
            Ok(reached) => return Some(reached),
            Err(help) => help,
        },
    };
    let mut unreachable =
        Diagnostic::new(Code::ApplicationUnreachable, format!("the entry point cannot reach `{name}`"))
            .at(Span::new(file, construct.client.expression.clone()), "made here, but other modules cannot import it")
            .also(construct.annotation.origin.span.clone(), "exposed by this directive");
    for function in &sockets.functions {
        unreachable =
            unreachable.also(function.clone(), "made the function of another entry point, which never listens");
    }
    diagnostics.push(unreachable.help(help));
    None
}

/// The function that makes the application and returns it; where there is none, what to do about it.
fn factory(context: &Context<'_>, construct: &Construct<'_>) -> Result<Reached, String> {
    let name = &construct.client.name;
    let outside = || format!("make `{name}` at the top of the module, or in a function there that returns it");
    let file = context.marked.get(&construct.annotation.origin.at.file).ok_or_else(outside)?;
    let functions = functions_around(file, construct.client.expression.start);
    let [function] = &functions[..] else { return Err(outside()) };
    if !function.top_level || function.asynchronous || !returns(function, name) {
        return Err(outside());
    }
    if let Some(result) = result_of(context, &file.path, &function.name) {
        return Ok(Reached::by(result));
    }
    if function.required() > 0 {
        return Err(format!(
            "give the parameters of `{0}` defaults, or put the directive above a line that calls it, such as `app = {0}(…)`",
            function.name
        ));
    }
    Ok(Reached { name: Some(function.name.clone()), factory: true, part: None })
}

/// The exported function of JavaScript that makes the application and returns it, a promise of it, or an object that holds it.
fn exported_factory(context: &Context<'_>, construct: &Construct<'_>) -> Option<Reached> {
    let (path, name) = (&construct.annotation.origin.at.file, &construct.client.name);
    let file = context.marked.get(path)?;
    let functions = functions_around(file, construct.client.expression.start);
    let [function] = &functions[..] else { return None };
    if !function.top_level || function.required() > 0 {
        return None;
    }
    let node = file.root().descendant_for_byte_range(function.range.start, function.range.end)?;
    let declared = std::iter::successors(Some(node), Node::parent).any(|node| {
        let given = node.child_by_field_name("left").map(|left| file.text_of(left));
        node.kind() == "export_statement" || given == Some("module.exports")
    });
    let other = context.graph.exported_names(path, &function.name).next();
    let exported = match other {
        Some(other) => other.to_owned(),
        None if declared && function.name.is_empty() => DEFAULT.to_owned(),
        None if declared => function.name.clone(),
        None => return None,
    };
    let is_application = |value: &Expression| *value == Expression::Name(name.clone());
    let part = function.returns.iter().find_map(|(value, _)| {
        let part = value.parts().iter().find(|part| is_application(&part.value))?;
        part.keyword.clone()
    });
    let whole = function.returns.iter().any(|(value, _)| is_application(value));
    (whole || part.is_some()).then(|| Reached { name: Some(exported), factory: true, part: part.filter(|_| !whole) })
}

/// Whether a function returns what it calls `name`, as it is or inside of something else.
fn returns(function: &Function, name: &str) -> bool {
    function.returns.iter().any(|(value, _)| match value {
        Expression::Name(returned) => returned == name,
        Expression::Call(call) => {
            call.arguments.iter().any(|argument| argument.value == Expression::Name(name.to_owned()))
        }
        Expression::Text(_)
        | Expression::None
        | Expression::Bool(_)
        | Expression::Join(_)
        | Expression::List(_)
        | Expression::Spread(_)
        | Expression::Either(..)
        | Expression::Object(_)
        | Expression::Function(_)
        | Expression::Method(..)
        | Expression::Member(..)
        | Expression::Other => false,
    })
}
