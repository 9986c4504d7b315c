use std::collections::{BTreeMap, BTreeSet, VecDeque};

use pep508_rs::{ExtraName, PackageName};

use super::{Format, Lock, Need, Package, Source};
use crate::dependencies::Reader;
use crate::dependencies::pyproject::Manifest;
use crate::dependencies::requirement::{Requirement, Versions, Wanted};

/// The packages that are installed, by their place in the lock file, each with those that ask for it.
#[derive(Default)]
struct Reached {
    packages: BTreeMap<usize, BTreeSet<String>>,
    direct: BTreeSet<usize>,
    /// What was followed already: a package alone, or one of its extras.
    followed: BTreeSet<(usize, Option<ExtraName>)>,
}

/// The pinned packages that `manifest` asks for, and what those need, sorted by name. What the lock file lacks is reported.
pub(super) fn reached(reader: &mut Reader<'_>, lock: &Lock<'_>, manifest: &Manifest) -> Option<Vec<Requirement>> {
    let mut reached = Reached::default();
    let mut waiting = VecDeque::new();
    for wish in &manifest.wishes {
        if let Some(package) = wished(reader, lock, wish) {
            reached.direct.insert(package);
            waiting.push_back((package, wish.extras.clone(), None));
        }
    }
    if lock.format == Format::Standard {
        // It lists what is installed, and says nothing of who needs what.
        let holds = |package: &Package| package.marker.evaluate(&reader.environment.markers, &[]);
        let all = lock.packages.iter().enumerate().filter(|(_, package)| holds(package));
        let all = all.filter(|(_, package)| manifest.name.as_deref() != Some(package.name.as_ref()));
        waiting.extend(all.map(|(at, _)| (at, Vec::new(), None)));
    }
    while let Some((at, extras, asker)) = waiting.pop_front() {
        reached.packages.entry(at).or_default().extend(asker);
        for extra in std::iter::once(None).chain(extras.into_iter().map(Some)) {
            if reached.followed.insert((at, extra.clone())) {
                waiting.extend(follow(reader, lock, at, extra.as_ref()));
            }
        }
    }
    pinned(reader, lock, manifest, &reached)
}

/// What a package, or one of its extras, needs.
fn follow(
    reader: &mut Reader<'_>,
    lock: &Lock<'_>,
    at: usize,
    extra: Option<&ExtraName>,
) -> Vec<(usize, Vec<ExtraName>, Option<String>)> {
    let package = &lock.packages[at];
    let listed = extra.map_or(Some(&package.needs), |extra| package.extras.get(extra));
    // An extra that a package has under another name for the same needs is in their markers only.
    let needs: BTreeMap<usize, &Need> = package.needs.iter().chain(listed.into_iter().flatten()).enumerate().collect();
    let with = extra.map(std::slice::from_ref).unwrap_or_default();
    let holding = needs.into_values().filter(|need| need.marker.evaluate(&reader.environment.markers, with));
    let mut found = Vec::new();
    for need in holding.cloned().collect::<Vec<_>>() {
        match candidate(reader, lock, &need.name, &need.versions) {
            Some(target) => found.push((target, need.extras, Some(package.name.to_string()))),
            None => reader.outdated(
                package.at.clone(),
                format!("`{}` does not have `{}`", lock.file, need.name),
                format!("`{}` needs it", package.name),
                lock.format.refresh(),
            ),
        }
    }
    found
}

/// The package of that name for the environment; of several, the one of the right version.
fn candidate(reader: &Reader<'_>, lock: &Lock<'_>, name: &PackageName, versions: &Versions) -> Option<usize> {
    let named: Vec<_> = lock.packages.iter().enumerate().filter(|(_, package)| package.name == *name).collect();
    if let [(only, _)] = named[..] {
        return Some(only);
    }
    let holds = |package: &Package| package.marker.evaluate(&reader.environment.markers, &[]);
    let fits = |package: &Package| package.version.as_ref().is_none_or(|version| versions.contain(version));
    named.iter().find(|(_, package)| holds(package) && fits(package)).map(|(at, _)| *at)
}

/// The package that the manifest asks for.
fn wished(reader: &mut Reader<'_>, lock: &Lock<'_>, wish: &Requirement) -> Option<usize> {
    let versions = match &wish.wanted {
        Wanted::Versions(versions) => versions.clone(),
        Wanted::Url(_) => Versions::all(),
    };
    let found = candidate(reader, lock, &wish.name, &versions);
    let locked = found.and_then(|at| lock.packages[at].version.as_ref()).filter(|version| !versions.contain(version));
    match (found, locked) {
        (Some(at), None) => return Some(at),
        (Some(at), Some(version)) => {
            let problem = Some(lock.packages[at].at.clone());
            let message = format!("`{}` has `{}` {version}, which is not what is asked for", lock.file, wish.name);
            stale(reader, lock, wish, message, problem);
        }
        (None, _) => stale(reader, lock, wish, format!("`{}` does not have `{}`", lock.file, wish.name), None),
    }
    None
}

fn stale(
    reader: &mut Reader<'_>,
    lock: &Lock<'_>,
    wish: &Requirement,
    message: String,
    locked_at: Option<crate::source::Span>,
) {
    let mut problem = crate::diag::Diagnostic::new(crate::diag::Code::LockOutOfDate, message)
        .at(wish.at.clone(), "asked for here")
        .help(format!("{}, and compile again", lock.format.refresh()));
    if let Some(at) = locked_at {
        problem = problem.also(at, "locked here");
    }
    reader.diagnostics.push(problem);
}

fn pinned(
    reader: &mut Reader<'_>,
    lock: &Lock<'_>,
    manifest: &Manifest,
    reached: &Reached,
) -> Option<Vec<Requirement>> {
    let mut found = Vec::new();
    for (at, askers) in &reached.packages {
        let package = &lock.packages[*at];
        let own = manifest
            .name
            .as_deref()
            .is_some_and(|name| PackageName::new(name.to_owned()).is_ok_and(|name| name == package.name));
        if own && matches!(package.source, Source::Local(_)) {
            continue;
        }
        let direct = reached.direct.contains(at);
        let asked_by = askers.iter().cloned().collect();
        found.push(Requirement { asked_by, direct, ..package.pinned(reader)? });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Some(found)
}
