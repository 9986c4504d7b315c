use super::Insertion;
use crate::app::{Client, Wiring};

/// What to insert around a Python client's own text.
pub(super) fn around(client: &Client, prefix: &str) -> Vec<Insertion> {
    let function = shim_function(client.wiring.function());
    match &client.wiring {
        Wiring::Callee { arguments, .. } => {
            let pairs: Vec<_> = arguments.iter().map(|(name, value)| format!(", {name}=\"{value}\"")).collect();
            vec![
                (client.callee.start, format!("{function}(")),
                (client.callee.end, format!(", \"{prefix}\"{})", pairs.concat())),
            ]
        }
        Wiring::Value { .. } => {
            vec![(client.expression.start, format!("{function}(")), (client.expression.end, format!(", \"{prefix}\")"))]
        }
        Wiring::Lazy { .. } => vec![
            (client.expression.start, format!("{function}(lambda: ")),
            (client.expression.end, format!(", \"{prefix}\")")),
        ],
        Wiring::Module { .. } => {
            let name = &client.name;
            vec![(client.expression.end, format!("; {name} = {function}({name}, \"{prefix}\")"))]
        }
    }
}

/// The expression for a function of the Python shim, by its name below the package.
fn shim_function(function: &str) -> String {
    match function.rsplit_once('.') {
        Some((module, name)) => format!("__import__(\"inferra_runtime.{module}\", fromlist=[\"_\"]).{name}"),
        None => format!("__import__(\"inferra_runtime\").{function}"),
    }
}
