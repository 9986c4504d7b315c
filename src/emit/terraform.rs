//! The Terraform module: a file per concern, each block with the directive that it comes from.

pub(super) mod module;
mod tests_hcl;

use std::collections::BTreeMap;

use crate::config::{Origin, SettingUse};
use crate::plan::{Concern, Plan, PlannedResource, naming};
use crate::terraform::{Address, Block, print};
pub(super) use tests_hcl::FILE as TEST;

/// A file of the module.
#[derive(Debug)]
pub(super) struct File {
    /// Its path in the module.
    pub(super) path: String,
    pub(super) content: Content,
}

/// What is in a file.
#[derive(Debug)]
pub(super) enum Content {
    /// Blocks below a header with this title.
    Blocks { title: String, blocks: Vec<Block> },
    /// Something else than Terraform's language.
    Other(&'static str),
}

impl File {
    /// Its blocks, where it is Terraform.
    pub(super) fn blocks(&self) -> &[Block] {
        match &self.content {
            Content::Blocks { blocks, .. } => blocks,
            Content::Other(_) => &[],
        }
    }

    fn new(path: impl Into<String>, title: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { path: path.into(), content: Content::Blocks { title: title.into(), blocks } }
    }
}

/// The files of the module, by path within it.
#[must_use]
pub fn emit(plan: &Plan) -> BTreeMap<String, String> {
    let whom = plan.title();
    let text = |content| match content {
        Content::Blocks { title, blocks } => print(&header(&whom, &title), &blocks),
        Content::Other(text) => text.to_owned(),
    };
    files(plan).into_iter().map(|file| (file.path, text(file.content))).collect()
}

/// The files of the module.
pub(super) fn files(plan: &Plan) -> Vec<File> {
    let mut files = module::files(plan);
    for concern in concerns(plan) {
        let of_concern = plan.resources.iter().filter(|(_, planned)| planned.concern == concern);
        let blocks: Vec<_> = of_concern.map(|(address, planned)| block(address, planned)).collect();
        files.push(File::new(naming::terraform_file(&concern), title(&concern), blocks));
    }
    files.extend(tests_hcl::files(plan));
    files
}

fn concerns(plan: &Plan) -> Vec<Concern> {
    let mut concerns: Vec<_> = plan.resources.iter().map(|(_, planned)| planned.concern.clone()).collect();
    concerns.sort();
    concerns.dedup();
    concerns
}

fn title(concern: &Concern) -> String {
    match concern {
        Concern::Network => "The private network.".to_owned(),
        Concern::Cluster => "What containers run on.".to_owned(),
        Concern::Unit(id) => format!("Unit \"{id}\"."),
        Concern::Gateway(id) => format!("Gateway \"{id}\"."),
        Concern::Store(id) => format!("Store \"{id}\"."),
        Concern::Topic(id) => format!("Topic \"{id}\"."),
        Concern::Parameter(id) => format!("Configuration value \"{id}\"."),
        Concern::Schedule(id) => format!("Schedule \"{id}\"."),
        Concern::Site(id) => format!("Web site \"{id}\"."),
    }
}

/// What every file starts with; `whom` is what it is for, as people say it.
pub(super) fn header(whom: &str, title: &str) -> String {
    format!("{title}\nWritten by inferra for {whom}. Change the code or inferra.toml and compile again, not this file.")
}

fn block(address: &Address, planned: &PlannedResource) -> Block {
    let why = &planned.provenance;
    let mut block = Block::at(address, planned.body());
    for origin in &why.origins {
        block = block.comment(origin.to_string());
    }
    block = block.comment(why.rule.as_str());
    set_by(block, &why.settings)
}

/// `block` with a comment on what settings that are no defaults decided it.
fn set_by(block: Block, settings: &[SettingUse]) -> Block {
    let set: Vec<_> = settings.iter().filter(|setting| setting.origin != Origin::Default).map(set).collect();
    if set.is_empty() { block } else { block.comment(format!("Set by {}.", set.join("; "))) }
}

fn set(setting: &SettingUse) -> String {
    format!("{}: {} = {}", setting.origin, setting.key, setting.value)
}
