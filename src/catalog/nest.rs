use indexmap::IndexMap;
use serde::Deserialize;

use crate::app::Method;

/// What a `NestJS` application says by decorators on classes, and by calls on itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nest {
    /// Classes that list controllers and other such classes.
    pub module: NestModule,
    /// Classes whose methods answer requests.
    pub controller: NestController,
    /// Calls on the application.
    pub application: NestApplication,
}

/// What a module is made of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NestModule {
    /// The canonical names of the decorators that make a class a module.
    pub decorators: Vec<String>,
    /// The list of other modules.
    pub imports: String,
    /// The list of controllers.
    pub controllers: String,
    /// The list of what else is made.
    pub providers: String,
    /// The class of a module that a function describes.
    pub class: String,
    /// What gives a class that is defined later.
    pub forward: Vec<String>,
    /// Modules of libraries that answer no request.
    pub quiet: Vec<String>,
    /// Decorators of providers that take what a gateway cannot serve.
    pub refuses: Vec<String>,
    /// What puts modules below paths.
    pub prefixes: NestPrefixes,
}

/// What puts modules below paths.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NestPrefixes {
    /// The canonical names of the modules that do it.
    pub symbols: Vec<String>,
    /// The path of an entry.
    pub path: String,
    /// The module of an entry.
    pub module: String,
    /// The entries below it.
    pub children: String,
}

/// What a controller is made of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NestController {
    /// The canonical names of the decorators that make a class a controller.
    pub decorators: Vec<String>,
    /// The option that holds its path.
    pub path: String,
    /// Functions that make one decorator of several.
    pub compose: Vec<String>,
    /// The decorators that make a method a route.
    pub routes: IndexMap<String, Method>,
}

/// Calls on the application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NestApplication {
    /// Puts every route below a path.
    pub prefix: String,
    /// The option with the routes that stay outside of it.
    pub exclude: String,
    /// What such a route calls its path.
    pub exclude_path: String,
    /// What it calls its method.
    pub exclude_method: String,
    /// That method's value for all of them.
    pub any_method: String,
    /// Gives routes versions.
    pub versioning: String,
    /// The option that says where a request names its version.
    pub version_type: String,
    /// Its values that change no path.
    pub in_headers: Vec<String>,
    /// Methods that give what is below the application.
    pub below: Vec<String>,
    /// Lets other origins ask.
    pub cors: String,
    /// The option that does so when the application is made.
    pub cors_option: String,
}
