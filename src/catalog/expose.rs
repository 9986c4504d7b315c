use indexmap::IndexMap;
use serde::Deserialize;

use crate::app::{Method, WebInterface};

/// A web framework.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "facts of their own, each a key of the data")]
pub struct Expose {
    /// How its application object is called.
    pub interface: WebInterface,
    /// The function of the shim that is called before the application is made, with its module below the shim's package.
    #[serde(default)]
    pub prepared_by: Option<String>,
    /// How it writes parameters in paths.
    pub path_syntax: PathSyntax,
    /// Where its routes are declared.
    #[serde(default)]
    pub routes_from: RoutesFrom,
    /// Whether this stands for every application of the interface whose library is not known.
    #[serde(default)]
    pub any: bool,
    /// The name of the parameter that holds a path, in calls that declare a route and say nothing else of it.
    #[serde(default = "path")]
    pub path_parameter: String,
    /// What declares a route: methods of the application, and canonical names of what is put in a list of routes.
    #[serde(default)]
    pub routes: IndexMap<String, RouteCall>,
    /// Methods that give an object whose methods declare routes of the path that they are given.
    #[serde(default)]
    pub routes_at: Vec<String>,
    /// Whether a route has a handler as its second argument; without one the method is something else.
    #[serde(default)]
    pub routes_need_handler: bool,
    /// Methods that the framework answers by itself wherever another is declared.
    #[serde(default)]
    pub implies: IndexMap<Method, Vec<Method>>,
    /// What it does with a slash at the end of a path.
    #[serde(default)]
    pub slashes: Slashes,
    /// What making the application says of its routes.
    #[serde(default)]
    pub constructor: Constructor,
    /// Objects that hold routes until an application mounts them, with the same methods.
    #[serde(default)]
    pub routers: Vec<Router>,
    /// What mounts something whose routes are followed, named as `routes` are.
    #[serde(default)]
    pub follows: IndexMap<String, MountCall>,
    /// Methods that mount something whose routes are not followed.
    #[serde(default)]
    pub mounts: Vec<String>,
    /// Attributes of the application that have its methods too.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Canonical names of what answers GET requests below a path with files.
    #[serde(default)]
    pub files: Vec<String>,
    /// What answers requests at the path that it is mounted at, whatever their method, by canonical name.
    #[serde(default)]
    pub endpoints: IndexMap<String, Endpoint>,
    /// The position of the parameter by which a function that requests are handed to passes them on.
    #[serde(default = "after_response")]
    pub passes_on_by: usize,
    /// Properties of a request that hold its path: what compares them decides for itself which paths it answers.
    #[serde(default)]
    pub path_properties: Vec<String>,
    /// Methods of the application that give it in another form, such as a function that a server calls.
    #[serde(default)]
    pub forms: Vec<String>,
    /// Methods that give the same application with all that is declared on it below a path.
    #[serde(default)]
    pub derives: Vec<String>,
    /// Methods that put a router's own routes below a path.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// What serves an application that it is given, by canonical name.
    #[serde(default)]
    pub served_by: IndexMap<String, ServedBy>,
    /// Whether a route may have a name before its path.
    #[serde(default)]
    pub names_first: bool,
    /// Whether the rest of a path, where a path ends with it, may be nothing at all.
    #[serde(default)]
    pub rest_optional: bool,
    /// The option of a route that takes WebSocket connections.
    pub socket_option: Option<String>,
    /// Methods that return the application itself, so that another call can follow.
    #[serde(default)]
    pub chains: Vec<String>,
    /// Canonical names of middleware that answers OPTIONS requests on every path.
    #[serde(default)]
    pub preflights: Vec<String>,
    /// Methods that make the application listen.
    #[serde(default)]
    pub listens: Vec<String>,
    /// Methods and canonical names that declare what a gateway cannot serve.
    #[serde(default)]
    pub refuses: Vec<String>,
    /// Canonical names of what takes the application as its argument to serve it, and adds no route.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Canonical names of what makes of the application the function that a provider calls: it never listens.
    #[serde(default)]
    pub functions: Vec<String>,
    /// What takes the application as its argument to extend or describe it, and serves nothing, by canonical name.
    #[serde(default)]
    pub extended_by: IndexMap<String, Extension>,
    /// Methods that are given what answers requests for which there is no route.
    #[serde(default)]
    pub unmatched: Vec<String>,
    /// What a function says that answers that there is nothing.
    #[serde(default)]
    pub misses: Vec<String>,
    /// Methods by which an application keeps settings.
    pub settings: Option<SettingMethods>,
    /// Canonical names of what makes an application of the one that is its first argument, with the same routes.
    #[serde(default)]
    pub wrappers: Vec<String>,
    /// Canonical names of what may be mounted without answering a path of its own.
    #[serde(default)]
    pub middleware: Vec<String>,
}

fn path() -> String {
    "path".to_owned()
}

/// What extends or describes an application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The names of its parameters, in order. What is given more arguments is not known.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// The parameter with the path at and below which it answers GET requests; without one it answers none.
    pub path: Option<String>,
    /// What it answers as well: that path with these at its end.
    #[serde(default)]
    pub also: Vec<String>,
}

/// Methods by which an application keeps settings, each of which has a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingMethods {
    /// Gives one a value: `app.set("port", 3000)`.
    pub set: String,
    /// Gives one the value `true`.
    pub enable: String,
    /// Gives its value back.
    pub get: String,
}

/// What serves an application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServedBy {
    /// The option that holds the application, or its method of that name.
    pub application: String,
    /// The port where no option says another.
    pub port: u16,
}

/// `(request, response, next)`
const fn after_response() -> usize {
    2
}

/// Where a framework's routes are declared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutesFrom {
    /// By calls on the application and its routers.
    #[default]
    Calls,
    /// In the URL configuration that Django's settings name.
    DjangoSettings,
    /// In the controllers of the module that a `NestJS` application is made of.
    NestModules,
}

/// How a framework writes parameters in paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathSyntax {
    /// `/users/{name}` and `/files/{path:path}`.
    Braces,
    /// `/users/:name` and `/files/*`.
    Colons,
    /// `/users/<name>`, `/users/<int:id>` and `/files/<path:rest>`.
    Angles,
}

/// A call that declares a route.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum RouteCall {
    /// For one method.
    Fixed(Method),
    /// For the methods that an argument lists.
    Listed(ListedRoute),
}

/// A call whose argument lists the methods of a route.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedRoute {
    /// The names of its positional parameters, in order, as far as they matter. The first one is the path.
    pub parameters: Vec<String>,
    /// The parameter that holds the path, where it is not the first one.
    pub path: Option<String>,
    /// The parameter that lists the methods, where there is one.
    pub methods: Option<String>,
    /// The methods where that argument is absent.
    #[serde(default = "any")]
    pub default: Vec<Method>,
    /// The parameter of the handler, where a class as handler answers the methods that it defines.
    pub handler: Option<String>,
    /// What these routes imply, where it differs from the others.
    pub implies: Option<IndexMap<Method, Vec<Method>>>,
}

fn any() -> Vec<Method> {
    vec![Method::Any]
}

/// What answers requests at one path, such as a GraphQL server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The option that holds its path, which is also what the path is called as a property of it.
    pub option: Option<String>,
    /// Its path where nothing else is said; without one it is the path that it is mounted at.
    pub path: Option<String>,
    /// Whether it answers below that path, too.
    #[serde(default)]
    pub below: bool,
}

/// A call that mounts something.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "facts of their own, each a key of the data")]
pub struct MountCall {
    /// The names of its positional parameters, in order, as far as they matter.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// Whether it takes any number of things to mount, behind a path, or several, that may be left out.
    #[serde(default)]
    pub several: bool,
    /// The parameter that holds the path that everything is mounted below.
    pub prefix: Option<String>,
    /// Whether that path stands in for the one that the router was made with.
    #[serde(default)]
    pub replaces: bool,
    /// The parameter of what is mounted.
    #[serde(default)]
    pub mounted: String,
    /// The parameter of a list of routes in its place.
    pub lists: Option<String>,
    /// Whether what is mounted is a function that declares routes on an object of its own, which it is given.
    #[serde(default)]
    pub called: bool,
    /// Whether a request's path alone does not say that it is meant.
    #[serde(default)]
    pub anywhere: bool,
}

/// What the arguments say that an application or a router is made with.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constructor {
    /// The names of its positional parameters, in order, as far as they matter.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// The parameter that holds the path that all its routes start with.
    pub prefix: Option<String>,
    /// The parameter of a path below which its routes are answered as well.
    pub also_below: Option<String>,
    /// The parameter that lists routes.
    pub lists: Option<String>,
    /// The parameter that lists middleware.
    pub middleware: Option<String>,
    /// Routes that nobody declares.
    #[serde(default)]
    pub serves: Vec<Served>,
}

/// An object that holds routes until an application mounts it.
#[derive(Debug, Deserialize)]
pub struct Router {
    /// The canonical names of what makes it.
    pub symbols: Vec<String>,
    /// What making it says of its routes.
    #[serde(flatten)]
    pub constructor: Constructor,
}

/// A route that a framework adds by itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Served {
    /// Its path, in the framework's syntax, where no argument says another.
    pub path: String,
    /// Parameters that hold another path; the first one given counts.
    #[serde(default)]
    pub named_by: Vec<String>,
    /// The parameter of a folder whose name is the path, where none of those is given.
    pub folder: Option<String>,
    /// What follows that other path.
    #[serde(default)]
    pub suffix: String,
    /// Its methods.
    pub methods: Vec<Method>,
    /// Parameters without which, or with `None` for which, the route is not there.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Whether `needs` have to be given.
    #[serde(default)]
    pub needs_given: bool,
}

/// What a framework does with a slash at the end of a path.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "facts of their own, each a key of the data")]
pub struct Slashes {
    /// Whether `/` below a prefix is the prefix with a slash at its end, and without.
    #[serde(default)]
    pub root: bool,
    /// Whether it answers or redirects `/users/` where only `/users` is declared.
    #[serde(default)]
    pub optional: bool,
    /// Whether each router decides it by itself, and the application for its own routes only.
    #[serde(default)]
    pub own: bool,
    /// Whether it is so for declared methods only, and not for those that these imply: a gateway has few routes to give.
    #[serde(default)]
    pub declared: bool,
    /// The setting of the application by which it does not.
    pub strict: Option<String>,
    /// Parameters of the application or of a route that decide it, and the value with which it does.
    #[serde(default)]
    pub switches: IndexMap<String, bool>,
}
