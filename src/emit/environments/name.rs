//! The application's name, where environments have different ones: most names in the cloud start with it.

use super::Environment;

/// The application as all of the environments call it: what their names have in common at the start, or else at the end.
pub(super) fn shared(members: &[&Environment<'_>]) -> String {
    let names: Vec<_> = members.iter().map(|one| one.plan.application.as_str()).collect();
    let Some(first) = names.first() else { return String::new() };
    if names.iter().all(|name| name == first) {
        return (*first).to_owned();
    }
    let parts: Vec<Vec<&str>> = names.iter().map(|name| name.split('-').collect()).collect();
    let common = |from_end: bool| {
        let part = |at: usize, parts: &Vec<&str>| {
            let at = if from_end { parts.len().checked_sub(at + 1)? } else { at };
            parts.get(at).map(|part| (*part).to_owned())
        };
        let mut found: Vec<String> = (0..parts[0].len())
            .map_while(|at| {
                part(at, &parts[0]).filter(|one| parts.iter().all(|all| part(at, all).as_ref() == Some(one)))
            })
            .collect();
        if from_end {
            found.reverse();
        }
        found.join("-")
    };
    [common(false), common(true)].into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| (*first).to_owned())
}

/// What is between the places of the names in `texts`, where all texts are the same but for the names; one piece more than names.
pub(super) fn around<'t>(texts: &[&'t str], names: &[&str]) -> Option<Vec<&'t str>> {
    let first = *texts.first()?;
    let pieces: Vec<Vec<&str>> = texts.iter().zip(names).map(|(text, name)| text.split(name).collect()).collect();
    if pieces[0].len() > 1 && pieces.iter().all(|one| *one == pieces[0]) {
        return pieces.into_iter().next();
    }
    // A short name may also stand where none is meant, as in `a-main`: one place alone is tried.
    let place = first.match_indices(names[0]).find_map(|(at, name)| {
        let (before, behind) = (&first[..at], &first[at + name.len()..]);
        let same = texts
            .iter()
            .zip(names)
            .all(|(text, name)| text.strip_prefix(before).and_then(|rest| rest.strip_prefix(name)) == Some(behind));
        same.then_some(vec![before, behind])
    });
    place.filter(|_| names.iter().all(|name| !name.is_empty()))
}
