//! One compile for several environments: sources are read once, and what follows from the settings is made for each.

use super::{Compilation, CompileError, Front, Options, Planned};
use crate::config::environments;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::emit::environments::{Apart, Environment, Root, listed, reject_shared, together};
use crate::plan::Plan;
use crate::source::Project;

/// Which environments are compiled for.
#[derive(Debug, Clone, Copy)]
pub enum Selection<'a> {
    /// These.
    Named(&'a [String]),
    /// Every one that a file of settings names.
    All,
}

/// What several environments become.
#[derive(Debug)]
pub struct Environments {
    /// Each with its plan, in the order in which the files of settings name them.
    pub plans: Vec<(String, Plan)>,
    /// The roots of the output; none where there are errors.
    pub roots: Vec<Root>,
}

/// Compiles a project that was read, for each of the environments; `options` says nothing of them.
pub fn compile_for(
    project: &Project,
    options: &Options<'_>,
    selection: Selection<'_>,
) -> Result<Compilation, CompileError> {
    let mut front = Front::of(project, options)?;
    let names = chosen(&front, selection);
    if names.is_empty() {
        let problem = Diagnostic::new(Code::EnvironmentUnknown, "there is no environment to compile for")
            .help("no file of settings has a table `[env.…]`");
        let planned = front.planned(project, options, None);
        // A file that cannot be read may well name one.
        let problem = Some(&problem).filter(|_| !front.with([]).has_errors());
        let found = front.with(planned.found.items().chain(problem));
        return Ok(front.compilation(project, vec![planned], found, None));
    }
    let all: Vec<_> = names.iter().map(|name| front.planned(project, options, Some(name))).collect();
    front.clock.lap("plan");
    let problems = problems(&names, &all);
    let mut found = front.with(&problems);
    let plans: Vec<_> = names.iter().map(String::as_str).zip(all.iter().map(|one| &one.plan)).collect();
    let (mut files, mut roots) = (None, Vec::new());
    if !found.has_errors() {
        let outputs: Result<Vec<_>, CompileError> = all.iter().map(|one| one.emitted(project, &front)).collect();
        let outputs = names.iter().zip(&all).zip(outputs?).map(|((name, planned), files)| Environment {
            name,
            plan: &planned.plan,
            files,
            settings: &planned.entries,
        });
        let (made, of_made) = together(&outputs.collect::<Vec<_>>())?;
        reject_shared(&plans, &of_made, &mut found);
        for root in &of_made {
            note(root, &mut found);
        }
        files = Some(made).filter(|_| !found.has_errors());
        roots = of_made;
    }
    front.clock.lap("emit");
    let plans = plans.into_iter().map(|(name, plan)| (name.to_owned(), plan.clone())).collect();
    let mut compilation = front.compilation(project, all, found, files);
    compilation.environments = Some(Environments { plans, roots });
    Ok(compilation)
}

/// The environments in the order in which the files of settings name them, and then those that no file has: of these,
/// resolving complains.
fn chosen(front: &Front, selection: Selection<'_>) -> Vec<String> {
    let known = environments(&front.documents);
    match selection {
        Selection::All => known,
        Selection::Named(names) => {
            let mut chosen: Vec<_> = known.into_iter().filter(|name| names.contains(name)).collect();
            for name in names {
                if !chosen.contains(name) {
                    chosen.push(name.clone());
                }
            }
            chosen
        }
    }
}

/// The problems of all environments. What not all of them have says which ones do.
fn problems(names: &[String], all: &[Planned]) -> Vec<Diagnostic> {
    let mut problems: Vec<(&Diagnostic, Vec<&str>)> = Vec::new();
    for (name, planned) in names.iter().zip(all) {
        for problem in planned.found.items() {
            match problems.iter_mut().find(|(known, _)| *known == problem) {
                Some((_, who)) if who.last() == Some(&name.as_str()) => {}
                Some((_, who)) => who.push(name),
                None => problems.push((problem, vec![name])),
            }
        }
    }
    let said = problems.into_iter().map(|(problem, who)| {
        let mut problem = problem.clone();
        if who.len() < names.len() && problem.code != Code::EnvironmentUnknown {
            problem.message = format!("{} (in {})", problem.message, listed(&who));
        }
        problem
    });
    said.collect()
}

/// Says why a root is apart.
fn note(root: &Root, diagnostics: &mut Diagnostics) {
    let Some(Apart { from, differences, count, settings }) = &root.apart else { return };
    let more = match count - differences.len() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let (own, others) = (listed(&root.environments), listed(from));
    let message = format!("{own} cannot share a root with {others}: {}{more}", differences.join(", "));
    let problem = Diagnostic::new(Code::RootsApart, message);
    diagnostics.push(match settings.as_slice() {
        [] => problem,
        settings => problem.help(format!("settings that differ: {}", settings.join(", "))),
    });
}
