//! What every module has, whatever is in it.

use super::{File, set_by};
use crate::app::Id;
use crate::config::StateBackend;
use crate::plan::{Plan, PlannedParameter, PlannedState, PlannedUnit};
use crate::resource::{BUILD_DIRECTORY, IMAGE_TAG};
use crate::terraform::{Block, Body, Key, object, text};

/// Terraform from 1.7 on has everything that inferra writes: the module's own test came last, with its mocks.
const TERRAFORM: &str = ">= 1.7.0";
/// The first whose state in S3 can be locked by an object beside it.
const TERRAFORM_WITH_LOCKFILES: &str = ">= 1.10.0";
/// The provider's minor versions only add, and its next major one takes away. 5.100 is the oldest that was tried.
const AWS_PROVIDER: &str = "~> 5.100";

/// The file that says what the module needs.
pub(in super::super) const VERSIONS: &str = "versions.tf";
/// The file of its variables.
pub(in super::super) const VARIABLES: &str = "variables.tf";
/// The file that says where the state is.
pub(in super::super) const BACKEND: &str = "backend.tf";

/// [`VERSIONS`], `providers.tf`, [`VARIABLES`], [`BACKEND`] and `outputs.tf`.
pub(super) fn files(plan: &Plan) -> Vec<File> {
    let mut files = vec![
        File::new(VERSIONS, "What this module needs.", vec![versions(&[plan.state.as_ref()])]),
        File::new("providers.tf", "How AWS is reached.", vec![provider(plan)]),
        File::new(VARIABLES, "What this module takes.", variables(plan)),
    ];
    if let Some(state) = &plan.state {
        files.push(File::new(BACKEND, "Where the state lives.", vec![backend(state)]));
    }
    let outputs: Vec<_> = outputs(plan).collect();
    if !outputs.is_empty() {
        files.push(File::new("outputs.tf", "What this module gives.", outputs));
    }
    files
}

/// What a module needs whose state is in one of `states`.
pub(in super::super) fn versions(states: &[Option<&PlannedState>]) -> Block {
    let locked = states.iter().flatten().any(|state| state.has_lockfile());
    let terraform = if locked { TERRAFORM_WITH_LOCKFILES } else { TERRAFORM };
    let aws = object([(Key::Name("source"), text("hashicorp/aws")), (Key::Name("version"), text(AWS_PROVIDER))]);
    let body = Body::new()
        .attribute("required_version", text(terraform))
        .block("required_providers", Body::new().attribute("aws", aws));
    let block = Block::new("terraform", &[], body);
    if states.iter().any(Option::is_some) {
        return block;
    }
    block.comment(
        "There is no backend here: where the state lives is yours to say, in a file of your own such as backend.tf.",
    )
}

fn backend(state: &PlannedState) -> Block {
    let block = set_by(backend_with(state.backend, state.body.clone()), &state.settings);
    credentials(state.backend).into_iter().fold(block, Block::comment)
}

/// The back end of this kind, with `body` in its block.
pub(in super::super) fn backend_with(backend: StateBackend, body: Body) -> Block {
    Block::new("terraform", &[], Body::new().nested(Block::new("backend", &[backend.name()], body)))
}

/// Where what is secret of a back end is said.
pub(in super::super) const fn credentials(backend: StateBackend) -> Option<&'static str> {
    match backend {
        StateBackend::None | StateBackend::Local => None,
        StateBackend::S3 => Some("Credentials come from the environment, as for the AWS command line."),
        StateBackend::Http => Some(
            "Who asks is said by TF_HTTP_USERNAME and TF_HTTP_PASSWORD in the environment of whoever runs Terraform.",
        ),
    }
}

fn provider(plan: &Plan) -> Block {
    let own = [(Key::Name("Application"), text(&plan.application)), (Key::Name("ManagedBy"), text("inferra"))];
    let users = plan.tags.iter().map(|(name, value)| (Key::Text(name.clone()), text(value)));
    // A tag of the user's replaces ours of the same name.
    let own = own.into_iter().filter(|(name, _)| match name {
        Key::Name(name) => !plan.tags.contains_key(*name),
        Key::Text(_) => true,
    });
    let tags = Body::new().attribute("tags", object(own.chain(users)));
    Block::new("provider", &["aws"], Body::new().block("default_tags", tags))
        .comment("Region and credentials come from the environment, as for the AWS command line.")
}

fn variables(plan: &Plan) -> Vec<Block> {
    let tagged = plan.units.values().any(PlannedUnit::takes_image_tag);
    let values = plan.parameters.iter().filter_map(|(id, parameter)| value(id, parameter));
    std::iter::once(build_directory()).chain(tagged.then(image_tag)).chain(values).collect()
}

/// The variable that holds a value of the configuration; none for a secret.
fn value(id: &Id, parameter: &PlannedParameter) -> Option<Block> {
    let description = format!("The value of \"{id}\", which the application reads.");
    let body = Body::new()
        .attribute("description", text(description))
        .attribute("type", crate::terraform::keyword("string"))
        .optional("default", parameter.default.as_deref().map(text));
    let block = Block::new("variable", &[parameter.variable.as_deref()?], body);
    Some(block.comment(parameter.origin.to_string()))
}

fn image_tag() -> Block {
    let body = Body::new()
        .attribute(
            "description",
            text("The tag under which the units' images were pushed to their repositories, such as a commit's hash."),
        )
        .attribute("type", crate::terraform::keyword("string"));
    Block::new("variable", &[IMAGE_TAG], body)
}

fn build_directory() -> Block {
    let body = Body::new()
        .attribute(
            "description",
            text("The folder of the units' zips, as `inferra build` writes them; relative to where Terraform runs."),
        )
        .attribute("type", crate::terraform::keyword("string"))
        .attribute("default", text("../build"));
    Block::new("variable", &[BUILD_DIRECTORY], body)
}

fn outputs(plan: &Plan) -> impl Iterator<Item = Block> {
    plan.outputs.iter().map(|(name, output)| {
        let body =
            Body::new().attribute("description", text(&output.description)).attribute("value", output.value.clone());
        let block = Block::new("output", &[name], body);
        output.origins.iter().fold(block, |block, origin| block.comment(origin.to_string()))
    })
}
