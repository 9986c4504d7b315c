use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use super::SourceLine;

/// An HTTP method, or any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Any method.
    Any,
    /// DELETE
    Delete,
    /// GET
    Get,
    /// HEAD
    Head,
    /// OPTIONS
    Options,
    /// PATCH
    Patch,
    /// POST
    Post,
    /// PUT
    Put,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 8] =
        [Self::Any, Self::Delete, Self::Get, Self::Head, Self::Options, Self::Patch, Self::Post, Self::Put];

    /// The method of a name in upper or lower case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name().eq_ignore_ascii_case(name))
    }

    /// The upper-case name; `ANY` for [`Method::Any`], as API Gateway writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "ANY",
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One part of a path between two slashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteSegment {
    /// Matches itself.
    Literal(String),
    /// Matches any one segment.
    Parameter(String),
    /// Matches one or more segments up to the end.
    Rest(String),
}

/// A path whose parameters are known, in no framework's syntax. `Display` gives `/users/{name}` and `/files/{path+}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoutePath(pub Vec<RouteSegment>);

impl fmt::Display for RoutePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("/");
        }
        self.0.iter().try_for_each(|segment| match segment {
            RouteSegment::Literal(text) => write!(f, "/{text}"),
            RouteSegment::Parameter(name) => write!(f, "/{{{name}}}"),
            RouteSegment::Rest(name) => write!(f, "/{{{name}+}}"),
        })
    }
}

impl Serialize for RoutePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A route of a web application.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Route {
    /// The path.
    pub path: RoutePath,
    /// The method.
    pub method: Method,
    /// Whether the application also answers, or redirects, the path with a slash at its end added or taken away.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub slash_optional: bool,
    /// Whether the framework adds it by itself, as FastAPI does its documentation.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_framework: bool,
    /// The line that declares it.
    pub at: SourceLine,
}
