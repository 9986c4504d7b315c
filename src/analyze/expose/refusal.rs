use crate::config::Target;
use crate::diag::{Code, Diagnostic};
use crate::source::Span;

/// A route that takes WebSocket connections.
pub(super) fn of_web_socket(declared_by: &str, span: Span) -> Diagnostic {
    let (able, unable): (Vec<_>, Vec<_>) = Target::ALL.into_iter().partition(|target| target.serves_web_sockets());
    let names =
        |targets: Vec<Target>| targets.into_iter().map(|target| format!("`{target}`")).collect::<Vec<_>>().join(", ");
    let help = if able.is_empty() {
        format!(
            "no target serves WebSockets yet, neither of {}: take the route out of the exposed application, and run \
             what needs it elsewhere",
            names(unable)
        )
    } else {
        format!("targets that serve WebSockets: {}", names(able))
    };
    Diagnostic::new(
        Code::MethodNotCovered,
        format!("`{declared_by}` takes WebSocket connections, which an HTTP API cannot serve"),
    )
    .at(span, "no connection would ever reach the application")
    .help(help)
}
