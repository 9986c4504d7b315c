use serde::{Deserialize, Serialize};

use super::{Id, Origin, Route};
use crate::source::ProjectPath;

/// A web application reachable over HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gateway {
    /// Its id.
    pub id: Id,
    /// Its directive.
    pub origin: Origin,
    /// The unit that serves it.
    pub unit: Id,
    /// Who may call it.
    pub visibility: Visibility,
    /// The framework, such as `FastAPI`.
    pub library: String,
    /// What the entry point hands requests to.
    pub application: WebApplication,
    /// The routes found in the code, sorted, without duplicates.
    pub routes: Vec<Route>,
}

/// Who may call a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Anyone on the internet.
    Public,
}

/// The object that answers requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebApplication {
    /// The file that makes it.
    pub file: ProjectPath,
    /// The name by which other modules can import it; `None` where it is only reachable by its `listen` call.
    pub export: Option<String>,
    /// How it is called.
    pub interface: WebInterface,
}

/// The calling convention between a server and a web application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebInterface {
    /// Python's asynchronous gateway interface, <https://asgi.readthedocs.io>.
    Asgi,
    /// A `(request, response)` listener of `node:http`.
    NodeHttp,
}
