use super::Insertion;
use crate::app::{Client, Wiring};
use crate::emit::units::stand_in;

/// What to insert around a JavaScript client's own text: an arrow function that is called with it at once. What the shim
/// gives stands in for the value; where the code runs without inferra, the value stays what it is.
pub(super) fn around(client: &Client, prefix: &str) -> Vec<Insertion> {
    let Dialect { global, own, lazy } = dialect(client);
    let function = client.wiring.function();
    let before = format!("(({own} => {global}.inferra?.{function}(own, \"{prefix}\"");
    match &client.wiring {
        Wiring::Callee { arguments, .. } => {
            let options =
                if arguments.is_empty() { String::new() } else { format!(", {}", serde_json::json!(arguments)) };
            // In parentheses of its own: what `new` constructs ends at the first call otherwise.
            vec![(client.callee.start, format!("({before}{options}) ?? own)(")), (client.callee.end, "))".to_owned())]
        }
        Wiring::Value { .. } => {
            vec![(client.expression.start, format!("{before}) ?? own)(")), (client.expression.end, ")".to_owned())]
        }
        Wiring::Lazy { .. } => {
            let call = format!("{global}.inferra.{function}(own, \"{prefix}\")");
            vec![
                (client.expression.start, format!("(({lazy} => {global}.inferra ? {call} : own())(() => ")),
                (client.expression.end, ")".to_owned()),
            ]
        }
        // What was imported stays readable beside what is.
        Wiring::Module { own: Some(own), .. } => {
            let target = stand_in::specifier(&client.file, prefix, own);
            vec![(client.callee.start, format!("\"{target}\" /* ")), (client.callee.end, " */".to_owned())]
        }
        // Only Python's have no module of their own.
        Wiring::Module { own: None, .. } => Vec::new(),
    }
}

/// How a file's dialect says the same.
struct Dialect {
    global: &'static str,
    /// The parameter for a value, with the result that keeps its type.
    own: &'static str,
    /// The parameter for a function.
    lazy: &'static str,
}

/// Types and a cast only where types are: the property of the global object is not declared anywhere in the user's program.
fn dialect(client: &Client) -> Dialect {
    match client.file.extension() {
        Some("ts" | "tsx" | "mts" | "cts") => {
            Dialect { global: "(globalThis as any)", own: "own): typeof own", lazy: "own): ReturnType<typeof own>" }
        }
        Some(_) | None => Dialect { global: "globalThis", own: "own)", lazy: "own)" },
    }
}
