use serde::{Deserialize, Serialize};

use super::{Id, Origin, Route, SourceLine};
use crate::source::ProjectPath;

/// What is reachable over HTTP under one address: the web application of one unit, or of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gateway {
    /// Its id.
    pub id: Id,
    /// Its first directive.
    pub origin: Origin,
    /// Who may call it.
    pub visibility: Visibility,
    /// The units that answer, each once, sorted.
    pub backends: Vec<Backend>,
}

impl Gateway {
    /// What `unit` answers.
    #[must_use]
    pub fn backend(&self, unit: &Id) -> Option<&Backend> {
        self.backends.iter().find(|backend| backend.unit == *unit)
    }

    /// All routes, each with the unit that answers it.
    pub fn routes(&self) -> impl Iterator<Item = (&Id, &Route)> {
        self.backends.iter().flat_map(|backend| backend.routes.iter().map(|route| (&backend.unit, route)))
    }
}

/// The part of a gateway that one unit answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backend {
    /// Its directive.
    pub origin: Origin,
    /// The unit.
    pub unit: Id,
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
    /// Whether that name is a function that makes the application.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub factory: bool,
    /// What the application is called in what that function gives, where it gives an object with more in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The function of the shim that is called before the code that makes it, with its module below the shim's package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepared_by: Option<String>,
    /// How it is called.
    pub interface: WebInterface,
    /// Where the code itself listens, if it gets there; `None` where no call of it does.
    pub listens: Option<Listens>,
}

/// Where code listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listens {
    /// The port; `None` where the code does not say it.
    pub port: Option<u16>,
    /// Whether the code gets there for certain, though maybe only after its modules were loaded.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// The line that listens.
    pub at: SourceLine,
    /// The call in its file, for diagnostics of later stages.
    #[serde(skip)]
    pub span: crate::source::Span,
}

/// The calling convention between a server and a web application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebInterface {
    /// Python's asynchronous gateway interface, <https://asgi.readthedocs.io>.
    Asgi,
    /// A `(request, response)` listener of `node:http`.
    NodeHttp,
    /// Python's synchronous gateway interface, <https://peps.python.org/pep-3333/>.
    Wsgi,
}
