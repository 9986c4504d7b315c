use indexmap::IndexMap;
use serde::Deserialize;

/// What a Django project says by names in its settings and URL configurations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Django {
    /// The environment variable that names the settings module.
    pub variable: String,
    /// The script that sets it where nothing else does.
    pub script: String,
    /// The settings that say what belongs to the project.
    pub settings: DjangoSettings,
    /// Who serves static files.
    #[serde(rename = "static")]
    pub static_files: DjangoStatic,
    /// What lies in an application's folder and is no part of it when it runs.
    pub left_out: LeftOut,
    /// What URL configurations are made of.
    pub urls: DjangoUrls,
}

/// Names of settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DjangoSettings {
    /// The module of the URL patterns.
    pub urls: String,
    /// The list of applications.
    pub applications: String,
    /// The list of middleware.
    pub middleware: String,
    /// Whose names of the project's own modules have to be right.
    pub names: Vec<String>,
    /// Whose values are folders, or hold some.
    pub folders: Vec<String>,
    /// Below which path static files are.
    pub static_url: String,
    /// Whether errors are shown to everybody.
    pub debug: String,
    /// What signs sessions.
    pub secret_key: String,
    /// How a key starts that is for a developer only.
    pub insecure_key: String,
}

/// Who serves static files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DjangoStatic {
    /// The application that knows them.
    pub application: String,
    /// Middleware that serves them.
    pub servers: Vec<String>,
    /// Applications that show nothing without them.
    pub needed_by: Vec<String>,
}

/// Names of files and folders.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Whole names of folders.
    pub folders: Vec<String>,
    /// Whole names of files.
    pub files: Vec<String>,
    /// Starts of files' names.
    pub prefixes: Vec<String>,
    /// Ends of files' names.
    pub suffixes: Vec<String>,
}

/// What URL configurations are made of, by canonical name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DjangoUrls {
    /// The name of a module's list of patterns.
    pub patterns: String,
    /// Makes a pattern of a path with converters.
    pub path: Vec<String>,
    /// Makes a pattern of a regular expression.
    pub regular_expression: Vec<String>,
    /// Takes in other patterns.
    pub include: Vec<String>,
    /// Gives a converter its name.
    pub register: Vec<String>,
    /// Gives no pattern outside of a developer's machine.
    pub nothing: Vec<String>,
    /// Attributes of other objects that hold patterns.
    pub attributes: Vec<String>,
    /// Converters by what they match.
    pub converters: IndexMap<String, Matches>,
}

/// What a converter matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matches {
    /// Text without a slash.
    Segment,
    /// Any text.
    Rest,
}
