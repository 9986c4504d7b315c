//! The chart that several environments share: its templates, and the values of each.

use std::collections::BTreeMap;

use super::{Environment, FOLDER, name};
use crate::emit::chart::{Chart, emit, values_apart};
use crate::plan::naming::kubernetes_namespace;

/// The file of the values that hold where nothing else is said.
const VALUES: &str = "values.yaml";

/// The files of the chart, by path in the root; none where no unit is on Kubernetes.
pub(super) fn texts(members: &[&Environment<'_>], whom: &str) -> BTreeMap<String, String> {
    let charts: Option<Vec<_>> = members.iter().map(|one| Chart::of(one.plan)).collect();
    let Some(charts) = charts.filter(|charts| !charts.is_empty()) else { return BTreeMap::new() };
    let application = name::shared(members);
    let of_all = |chart: &Chart| Chart {
        name: kubernetes_namespace(&application),
        application: application.clone(),
        title: whom.to_owned(),
        ..chart.clone()
    };
    let mut files = emit(&of_all(&charts[0]));
    let same = charts.iter().all(|chart| emit(&of_all(chart)).get(VALUES) == files.get(VALUES));
    if !same {
        files.insert(VALUES.to_owned(), values_apart(&of_all(&charts[0]), &format!("{FOLDER}/<environment>.yaml")));
        for (environment, chart) in members.iter().zip(&charts) {
            let values = emit(chart).remove(VALUES).unwrap_or_default();
            files.insert(format!("{FOLDER}/{}.yaml", environment.name), values);
        }
    }
    files.into_iter().map(|(path, text)| (format!("chart/{path}"), text)).collect()
}
