use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::config::Target;

/// Infers infrastructure from application code: annotated Python and TypeScript in, plain Terraform out.
#[derive(Debug, Parser)]
#[command(name = "inferra", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to use colour. `NO_COLOR` switches it off where this says `auto`.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compile an application to Terraform and units that run.
    Compile(CompileArgs),
    /// Do everything that `compile` does, but write nothing.
    Check(CheckArgs),
    /// Turn the units of a compiled directory into zips for Lambda, and say how the others' images are built.
    Build(BuildArgs),
    /// Say what a move to another target would replace, keep and require. Nothing is written.
    Retarget(RetargetArgs),
    /// Explain a diagnostic code, such as E0203.
    Explain {
        /// The code.
        code: String,
    },
    /// Print the documentation of all directives, in Markdown.
    Reference,
    /// Print the settings in force, each with what decided it and what it overrode.
    Config(ConfigArgs),
    /// Print which backing can serve units on which compute, in Markdown.
    Matrix,
    /// Print the built-in defaults, a commented `inferra.toml`.
    Defaults,
    /// Print the JSON Schema of `inferra.toml`, for editors.
    Schema,
}

impl Command {
    /// Options that cannot go together, which clap cannot say: only some values of `--format` use standard output.
    pub(crate) fn conflict(&self) -> Option<clap::Error> {
        let input = match self {
            Self::Compile(args) => &args.input,
            Self::Check(args) => &args.input,
            Self::Retarget(args) => return args.source.several(),
            Self::Config(args) => return args.source.several(),
            Self::Build(_) | Self::Explain { .. } | Self::Reference | Self::Defaults | Self::Matrix | Self::Schema => {
                return None;
            }
        };
        let machine = match input.format {
            Format::Text => false,
            Format::Json | Format::Sarif => true,
        };
        let message =
            "`--print` and `--format json` or `sarif` would both write to standard output: ask for one of them";
        (machine && input.print.is_some())
            .then(|| Cli::command().error(clap::error::ErrorKind::ArgumentConflict, message))
    }
}

#[derive(Debug, Args)]
pub(crate) struct CompileArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// The folder to write. What inferra wrote there before is replaced; other files in it stay.
    #[arg(short, long, default_value = "out")]
    pub(crate) out: PathBuf,
    /// Where the application will run.
    #[arg(long, value_parser = target())]
    pub(crate) target: Target,
    /// When to let `terraform validate` look at what would be written.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Validate::Auto)]
    pub(crate) validate: Validate,
}

/// When Terraform is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Validate {
    /// Where something is set outside the model, Terraform is there and the output is initialised.
    Auto,
    /// Always; `terraform init` is run, in a temporary folder, where the output is not initialised.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Where the application will run.
    #[arg(long, value_parser = target(), default_value = Target::AwsLambda.name())]
    pub(crate) target: Target,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Where the application will run.
    #[arg(long, value_parser = target(), default_value = Target::AwsLambda.name())]
    pub(crate) target: Target,
    /// Only what differs from the built-in defaults.
    #[arg(long)]
    pub(crate) diff: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RetargetArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Where the application runs now.
    #[arg(long, value_parser = target())]
    pub(crate) from: Target,
    /// Where it would run.
    #[arg(long, value_parser = target())]
    pub(crate) to: Target,
    /// How to print the comparison. Problems of the application go to standard error, as text.
    #[arg(long, value_enum, default_value_t = ComparisonFormat::Text)]
    pub(crate) format: ComparisonFormat,
}

/// How a comparison is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ComparisonFormat {
    Text,
    Json,
}

/// What is compiled.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// The application's folder.
    pub(crate) app: PathBuf,
    /// A platform team's file of settings. What the application says is stronger, except for what the file's rules demand.
    /// Of several, the later ones are stronger.
    #[arg(long, value_name = "FILE")]
    pub(crate) platform: Vec<PathBuf>,
    /// The environment, a table `[env.NAME]` in the files of settings. `compile` and `check` take several (`dev,prod`, or
    /// `--env dev --env prod`): where only values differ these share one Terraform module, with a file of values for each.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) env: Vec<String>,
    /// Set one value, such as `execution_unit.memory_mb=1024`; wins over every file.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) set: Vec<String>,
}

impl SourceArgs {
    /// The complaint of a command that looks at one environment.
    fn several(&self) -> Option<clap::Error> {
        let message = "this command looks at one environment: name one with `--env`";
        (self.env.len() > 1).then(|| Cli::command().error(clap::error::ErrorKind::ArgumentConflict, message))
    }
}

#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Every environment that a file of settings names, as if `--env` named them all.
    #[arg(long, conflicts_with = "env")]
    pub(crate) all_envs: bool,
    /// Also print a value between two stages to standard output, as JSON.
    #[arg(long, value_enum, value_name = "STAGE")]
    pub(crate) print: Option<Stage>,
    /// How to report problems. `json` and `sarif` go to standard output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Print where the time went.
    #[arg(long)]
    pub(crate) timings: bool,
}

/// A value between two stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    Annotations,
    Application,
    Plan,
}

/// How problems are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Sarif,
}

#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// The folder that `inferra compile` wrote.
    #[arg(default_value = "out")]
    pub(crate) out: PathBuf,
    /// Build only this unit.
    #[arg(long)]
    pub(crate) unit: Option<String>,
}

/// A parser that knows the names, for help, completion and "did you mean".
fn target() -> impl clap::builder::TypedValueParser<Value = Target> {
    PossibleValuesParser::new(Target::ALL.map(Target::name)).try_map(|name| name.parse::<Target>())
}

fn pair(text: &str) -> Result<String, &'static str> {
    if text.contains('=') { Ok(text.to_owned()) } else { Err("write a setting and its value, with `=` between them") }
}
