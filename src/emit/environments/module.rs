//! The Terraform module that several environments share.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::state::{State, state};
use super::variables::Variables;
use super::{Environment, FOLDER, chart};
use crate::config::StateBackend;
use crate::emit::terraform::module::{BACKEND, VARIABLES, VERSIONS, versions};
use crate::emit::terraform::{Content, File, TEST, files, header};
use crate::terraform::{Block, Body, Expression, Fork, print, print_values, unify};

/// Why environments cannot share a module.
#[derive(Debug)]
pub(super) enum Reason {
    /// The graph.
    Graph(Fork),
    /// The built code of a unit, or something else beside Terraform, in words.
    Beside(String),
}

impl Reason {
    /// How far from the cause it is: a resource that is missing says more than what refers to it.
    pub(super) fn rank(&self) -> usize {
        match self {
            Self::Graph(Fork::Only { place, .. }) if place.steps.is_empty() && place.block.starts_with("aws_") => 0,
            Self::Beside(_) => 1,
            Self::Graph(Fork::Only { place, .. }) if !place.steps.is_empty() => 2,
            Self::Graph(Fork::Other { .. }) => 3,
            Self::Graph(Fork::Only { .. }) => 4,
        }
    }

    /// The block that differs.
    pub(super) fn block(&self) -> Option<&str> {
        match self {
            Self::Graph(fork) => Some(&fork.place().block),
            Self::Beside(_) => None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Graph(fork) => fork.fmt(f),
            Self::Beside(what) => f.write_str(what),
        }
    }
}

/// The module.
pub(super) struct Module {
    files: Vec<File>,
    state: Option<State>,
    /// What its variables hold in each environment.
    values: Vec<Body>,
}

/// The module of `members`; otherwise everything that keeps them apart.
pub(super) fn module(members: &[&Environment<'_>]) -> Result<Module, Vec<Reason>> {
    let mut reasons = beside(members);
    reasons.extend(chart::differing(members));
    let state = state(members).unwrap_or_else(|reason| {
        reasons.push(reason);
        None
    });
    let mut of_each: Vec<_> = members.iter().map(|one| files(one.plan)).collect();
    let taken = of_each.iter().flatten().filter(|file| file.path == VARIABLES).flat_map(File::blocks);
    let taken: BTreeSet<String> = taken.filter_map(Block::label).map(str::to_owned).collect();
    let mut variables = Variables::new(members, taken);
    let names: Vec<_> = members.iter().map(|one| one.name).collect();
    let mut unified = Vec::new();
    for path in paths(&of_each) {
        if path == VERSIONS || path == BACKEND {
            continue;
        }
        let blocks: Vec<_> = of_each.iter().map(|files| blocks_of(files, &path)).collect();
        match unify(&names, &blocks, &mut variables) {
            Ok(blocks) => unified.push((path, blocks)),
            Err(forks) => reasons.extend(forks.into_iter().map(Reason::Graph)),
        }
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let values = (0..members.len()).map(|at| variables.values(at)).collect();
    let states: Vec<_> = members.iter().map(|one| one.plan.state.as_ref()).collect();
    unified.push((VERSIONS.to_owned(), vec![versions(&states)]));
    if let Some(state) = &state {
        unified.push((BACKEND.to_owned(), vec![state.block.clone()]));
    }
    if let Some((_, blocks)) = unified.iter_mut().find(|(path, _)| path == VARIABLES) {
        blocks.extend(variables.blocks());
    }
    if let Some((_, blocks)) = unified.iter_mut().find(|(path, _)| path == TEST) {
        assume(blocks, variables.assumed(), members[0].name);
    }
    // The titles of the files, and the files that are no Terraform, are the same for all.
    let mut first = std::mem::take(&mut of_each[0]);
    for file in &mut first {
        let blocks = unified.iter_mut().find(|(path, _)| *path == file.path);
        if let (Some((_, new)), Content::Blocks { blocks, .. }) = (blocks, &mut file.content) {
            *blocks = std::mem::take(new);
        }
    }
    Ok(Module { files: first, state, values })
}

/// Holds a test to the values that its made-up answers are of: they outweigh those of every file,
/// <https://developer.hashicorp.com/terraform/language/tests#variables>.
fn assume(test: &mut Vec<Block>, values: Vec<(String, Expression)>, environment: &str) {
    if values.is_empty() {
        return;
    }
    let at = test.iter().position(|block| block.kind() == "variables");
    let before = at.map_or_else(Body::new, |at| test.remove(at).into_body());
    let body = before.comment(format!("As in {environment}, whose answers from AWS are made up above."));
    let body = values.into_iter().fold(body, |body, (name, value)| body.attribute(name, value));
    // After the provider, as in every test.
    test.insert(at.unwrap_or(1), Block::new("variables", &[], body));
}

/// The paths of all files, in the order of the first module's: what tests say comes after what they speak of.
fn paths(modules: &[Vec<File>]) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for file in modules.iter().flatten() {
        if !paths.contains(&file.path) {
            paths.push(file.path.clone());
        }
    }
    paths
}

fn blocks_of<'m>(files: &'m [File], path: &str) -> &'m [Block] {
    files.iter().find(|file| file.path == path).map_or(&[], File::blocks)
}

/// What differs beside Terraform and decides what is built: there is one of it in a root.
fn beside(members: &[&Environment<'_>]) -> Vec<Reason> {
    let Some((first, others)) = members.split_first() else { return Vec::new() };
    let mut reasons = Vec::new();
    for other in others {
        for (id, unit) in &first.plan.units {
            let Some(same) = other.plan.units.get(id) else { continue };
            if unit.build() != same.build() {
                let builds = [unit.build(), same.build()];
                let what = format!(
                    "unit `{id}` is built for {} in {}, for {} in {}",
                    builds[0], first.name, builds[1], other.name
                );
                reasons.push(Reason::Beside(what));
            }
        }
        let made = |path: &&String| path.starts_with("units/") || path.starts_with("sites/");
        let paths: BTreeSet<_> = first.files.keys().chain(other.files.keys()).filter(made).collect();
        let differing = paths.into_iter().filter(|path| first.files.get(*path) != other.files.get(*path));
        reasons.extend(differing.map(|path| {
            Reason::Beside(format!("the file `{path}` is not the same in {} and {}", first.name, other.name))
        }));
    }
    reasons
}

impl Module {
    /// Its files, by path in the root.
    pub(super) fn texts(self, members: &[&Environment<'_>], whom: &str) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for File { path, content } in self.files {
            let text = match content {
                Content::Blocks { title, blocks } if path.ends_with(".tftest.hcl") => {
                    let title =
                        format!("{title} The values are those of an environment: {}.", values_option("<environment>"));
                    print(&header(whom, &title), &blocks)
                }
                Content::Blocks { title, blocks } => print(&header(whom, &title), &blocks),
                Content::Other(text) => text.to_owned(),
            };
            texts.insert(format!("terraform/{path}"), text);
        }
        let kind = self.state.as_ref().map(|state| state.backend);
        let values = members.iter().zip(&self.values);
        for (environment, values) in values {
            let title = format!("{}\n{}", title_of_values(environment), commands(environment.name, kind));
            let text = print_values(&header(whom, &title), values);
            texts.insert(format!("terraform/{}", values_file(environment.name)), text);
        }
        for (environment, body) in members.iter().zip(self.state.iter().flat_map(|state| &state.bodies)) {
            let title = format!("Where the state of environment {} lives.", environment.name);
            let file = kind.map(|kind| backend_file(environment.name, kind)).unwrap_or_default();
            texts.insert(format!("terraform/{file}"), print_values(&header(whom, &title), body));
        }
        texts
    }
}

fn title_of_values(environment: &Environment<'_>) -> String {
    format!("What the variables of this module hold in environment {}.", environment.name)
}

fn values_option(name: &str) -> String {
    format!("-var-file={}", values_file(name))
}

/// How an environment is chosen, from the module's folder.
fn commands(name: &str, backend: Option<StateBackend>) -> String {
    let values = values_option(name);
    let init = backend.map_or_else(
        || "Initialise with a state of its own".to_owned(),
        |backend| format!("terraform init -reconfigure -backend-config={}", backend_file(name, backend)),
    );
    format!("{init}, then terraform plan {values}; terraform test takes the same file.")
}

/// The file of an environment's values, in the module.
pub(super) fn values_file(name: &str) -> String {
    format!("{FOLDER}/{name}.tfvars")
}

/// The file that says where an environment's state is, in the module:
/// <https://developer.hashicorp.com/terraform/language/backend#file>.
pub(super) fn backend_file(name: &str, backend: StateBackend) -> String {
    format!("{FOLDER}/{name}.{}.tfbackend", backend.name())
}
