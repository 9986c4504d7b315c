//! The chart that several environments share: its templates, and the values of each.

use std::collections::BTreeMap;

use super::module::Reason;
use super::{Environment, FOLDER, name};
use crate::emit::chart::{Chart, emit, values_apart, values_in};
use crate::plan::naming::kubernetes_namespace;

/// The file of the values that hold where nothing else is said.
const VALUES: &str = "values.yaml";

/// The files of the chart, by path in the root; none where no unit is on Kubernetes.
pub(super) fn texts(members: &[&Environment<'_>], whom: &str) -> BTreeMap<String, String> {
    let all: Vec<_> = members.iter().filter_map(|one| files_of(members, one, whom)).collect();
    let Some(mut files) = all.first().cloned() else { return BTreeMap::new() };
    if all.iter().any(|one| one.get(VALUES) != files.get(VALUES)) {
        for environment in members {
            let file = format!("{FOLDER}/{}.yaml", environment.name);
            let values = Chart::of(environment.plan).map(|chart| values_in(&chart, &format!("chart/{file}")));
            files.insert(file, values.unwrap_or_default());
        }
        let apart = of_all(members, members[0], whom);
        let file = format!("chart/{FOLDER}/<environment>.yaml");
        files.insert(VALUES.to_owned(), apart.map(|chart| values_apart(&chart, &file)).unwrap_or_default());
    }
    files.into_iter().map(|(path, text)| (format!("chart/{path}"), text)).collect()
}

/// The files beside the values that are not the same for all: there is one chart in a root.
pub(super) fn differing(members: &[&Environment<'_>]) -> Vec<Reason> {
    let all: Vec<_> = members.iter().filter_map(|one| files_of(members, one, "")).collect();
    let Some(first) = all.first() else { return Vec::new() };
    let differs = |path: &&String| **path != VALUES && all.iter().any(|files| files.get(*path) != first.get(*path));
    let reason = |path: &String| Reason::Beside(format!("the chart's `{path}` is not the same"));
    first.keys().filter(differs).map(reason).collect()
}

/// The chart of one environment, as one for all of them.
fn of_all(members: &[&Environment<'_>], one: &Environment<'_>, whom: &str) -> Option<Chart> {
    let application = name::shared(members);
    let chart = Chart::of(one.plan)?;
    Some(Chart { name: kubernetes_namespace(&application), application, title: whom.to_owned(), ..chart })
}

fn files_of(members: &[&Environment<'_>], one: &Environment<'_>, whom: &str) -> Option<BTreeMap<String, String>> {
    Some(emit(&of_all(members, one, whom)?))
}
