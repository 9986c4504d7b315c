//! The module's own test: what it promises, held against the real provider's rules without an account or a network.

mod adopted;
mod checks;
mod mocks;

use super::{Content, File};
use crate::plan::{Plan, PlannedPackage, PlannedUnit, Runs};
use crate::resource::BUILD_DIRECTORY;
use crate::terraform::{Block, Body, keyword, text};

/// Where the test is, in the module: where `terraform test` looks.
pub(in crate::emit) const FILE: &str = "tests/plan.tftest.hcl";
/// Where zips stand in for those of `inferra build`, whose contents no test here looks at.
const BUILD: &str = "tests/build";

/// A zip with nothing in it: the mark of its end, and no entries.
/// <https://pkwaredownloads.blob.core.windows.net/pkware-general/Documentation/APPNOTE-6.3.9.TXT>, 4.3.16.
const EMPTY_ZIP: &str = "PK\u{5}\u{6}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// The title of the test.
const TITLE: &str = "What this module promises. Needs no account, no network beyond the provider's, and no build: terraform init, then terraform test.";

/// The test and what it needs, by path within the module.
pub(super) fn files(plan: &Plan) -> Vec<File> {
    let zips = zips(plan);
    let mut blocks = vec![mocks::provider(plan)];
    blocks.extend(variables(plan, !zips.is_empty()));
    blocks.push(run(plan));
    let zips = zips.into_iter().map(|zip| (format!("{BUILD}/{zip}"), Content::Other(EMPTY_ZIP)));
    let zips = zips.map(|(path, content)| File { path, content });
    std::iter::once(File::new(FILE, TITLE, blocks)).chain(zips).collect()
}

fn zips(plan: &Plan) -> Vec<String> {
    let zips = plan.units.values().filter_map(|unit| match &unit.runs {
        Runs::Lambda(function) => match &function.package {
            PlannedPackage::Zip { zip, .. } => Some(zip.rsplit('/').next().unwrap_or_default().to_owned()),
            PlannedPackage::Image { .. } => None,
        },
        Runs::Eks(_) | Runs::Ecs(_) => None,
    });
    zips.collect()
}

fn variables(plan: &Plan, zips: bool) -> Option<Block> {
    let mut body = Body::new();
    if zips {
        body = body.comment("Empty zips in place of those that `inferra build` makes.");
        body = body.attribute(BUILD_DIRECTORY, text(format!("./{BUILD}")));
    }
    let tagged = plan.units.values().any(PlannedUnit::takes_image_tag);
    if tagged {
        body = body.attribute("image_tag", text("test"));
    }
    let asked = plan.parameters.values().filter(|parameter| parameter.default.is_none());
    let asked: Vec<_> = asked.filter_map(|parameter| parameter.variable.clone()).collect();
    let any = zips || tagged || !asked.is_empty();
    let body = asked.into_iter().fold(body, |body, variable| body.attribute(variable, text("test")));
    any.then(|| Block::new("variables", &[], body))
}

fn run(plan: &Plan) -> Block {
    let (command, what) = if checks::is_kept(plan) {
        (
            "plan",
            "Everything is planned, by a provider that checks each argument and calls nobody; what is kept can only be planned.",
        )
    } else {
        (
            "apply",
            "Everything is made, in the order that it asks for, by a provider that checks each argument and calls nobody.",
        )
    };
    let run = Body::new().attribute("command", keyword(command));
    let body = checks::all(plan).into_iter().fold(run, |body, check| body.nested(check.block()));
    Block::new("run", &["promises"], body).comment(what)
}
