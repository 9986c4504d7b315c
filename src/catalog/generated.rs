use indexmap::IndexMap;
use serde::Deserialize;

/// A client that a tool of its library makes from a schema in the project, for one kind of database. Neither is it in the
/// library's package, nor has it to be in the project before a unit is built.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generated {
    /// The module that code imports the client from, and that the folder stands for which the tool writes to.
    pub module: String,
    /// The paths that the schema may have, from the folder of a package.
    pub schemas: Vec<String>,
    /// The name of the folder beside a schema that holds what changes a database step by step.
    pub migrations: String,
    /// Texts of code that makes tables by itself.
    pub makes_tables: Vec<String>,
    /// What the tool makes, by the setting that says it. The block's name is handed to the tool.
    pub maker: Maker,
    /// The setting that names the kind of database.
    pub database: Database,
    /// Settings that may have other values than the unit can be built with.
    #[serde(default)]
    pub only: IndexMap<String, Vec<String>>,
    /// The tool.
    pub tool: Tool,
    /// Packages that connect elsewhere than planned, each with what it loads for that: it is not needed in a unit.
    #[serde(default)]
    pub unused: IndexMap<String, Vec<String>>,
}

/// What says what is made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maker {
    /// The kind of the block.
    pub block: String,
    /// The setting.
    pub setting: String,
    /// The values that make the client.
    pub known: Vec<String>,
    /// The setting that names the folder to write to, relative to the schema's; without it the tool writes into its package.
    pub folder: String,
}

/// What says what kind of database the client is for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// The kind of the block.
    pub block: String,
    /// The setting.
    pub setting: String,
    /// The values that the backing can stand in for.
    pub known: Vec<String>,
    /// The value in a unit.
    pub becomes: String,
}

/// A program of a package of the application's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// The package, which has the program of its name.
    pub package: String,
    /// The first major version whose client works without a program beside it.
    pub least: u32,
    /// What it is told; `{schema}` and `{maker}` stand for the schema's path and the name of the block.
    pub arguments: Vec<String>,
    /// Its environment beside the build's own.
    #[serde(default)]
    pub environment: IndexMap<String, String>,
    /// Variables that name a program which is not used, though the tool would fetch it where none is named.
    #[serde(default)]
    pub programs: Vec<String>,
}
