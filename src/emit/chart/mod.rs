//! The Helm chart of the units that run on Kubernetes.
//!
//! The templates are the same for every application. What differs is generated: `Chart.yaml`, `values.yaml` with the line
//! of code behind each value, and `values.schema.json`, against which Helm holds the values when it installs: ours, merged
//! with what Terraform's output `chart_values` fills in.

mod input;
mod planned;
mod schema;
#[cfg(test)]
mod tests;
mod values;
mod yaml;

pub use input::{
    Architecture, Chart, Egress, FileSystem, Listens, Migration, Mount, Nodes, Peer, Replicas, Schedule, Unit, Value,
};

use std::collections::BTreeMap;

/// The first Kubernetes whose `preStop` can sleep without a program in the image to do so. The suffix lets in versions such
/// as `v1.36.1-eks-1a2b3c4`, which count as earlier than `1.36.1`.
const KUBERNETES: &str = ">=1.30.0-0";

/// The files that every chart has.
const STATIC: [(&str, &str); 14] = [
    (".helmignore", include_str!("helmignore")),
    ("templates/NOTES.txt", include_str!("templates/NOTES.txt")),
    ("templates/_helpers.tpl", include_str!("templates/_helpers.tpl")),
    ("templates/cronjob.yaml", include_str!("templates/cronjob.yaml")),
    ("templates/deployment.yaml", include_str!("templates/deployment.yaml")),
    ("templates/horizontalpodautoscaler.yaml", include_str!("templates/horizontalpodautoscaler.yaml")),
    ("templates/migration-job.yaml", include_str!("templates/migration-job.yaml")),
    ("templates/networkpolicy.yaml", include_str!("templates/networkpolicy.yaml")),
    ("templates/persistentvolume.yaml", include_str!("templates/persistentvolume.yaml")),
    ("templates/poddisruptionbudget.yaml", include_str!("templates/poddisruptionbudget.yaml")),
    ("templates/securitygrouppolicy.yaml", include_str!("templates/securitygrouppolicy.yaml")),
    ("templates/service.yaml", include_str!("templates/service.yaml")),
    ("templates/serviceaccount.yaml", include_str!("templates/serviceaccount.yaml")),
    ("templates/targetgroupbinding.yaml", include_str!("templates/targetgroupbinding.yaml")),
];

/// The files of the chart, by path within it.
#[must_use]
pub fn emit(chart: &Chart) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> =
        STATIC.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    files.insert("Chart.yaml".to_owned(), description(chart));
    files.insert("values.yaml".to_owned(), values::values(chart, None));
    files.insert("values.schema.json".to_owned(), schema::schema(chart));
    files
}

/// The values of the chart, for a file beside its own.
pub(super) fn values_in(chart: &Chart, file: &str) -> String {
    values::values(chart, Some(file))
}

/// A `values.yaml` that has nothing in it: the values are in files like `file`.
pub(super) fn values_apart(chart: &Chart, file: &str) -> String {
    let mut text = yaml::Writer::default();
    text.comment(&header(chart, "What the templates are filled with differs: there is nothing here."));
    text.comment(&format!("Install with the values of one environment, before those from Terraform: --values {file}."));
    text.finish()
}

fn description(chart: &Chart) -> String {
    let mut text = yaml::Writer::default();
    text.comment(&header(chart, "The chart of the units that run on Kubernetes."));
    text.entry("apiVersion", "v2");
    text.text("name", &chart.name);
    text.text("description", &format!("The units of {} that run on Kubernetes.", chart.application));
    text.entry("type", "application");
    text.text("version", &chart.version);
    text.comment("What runs is said by image.tag when the chart is installed.");
    text.text("appVersion", &chart.version);
    text.text("kubeVersion", KUBERNETES);
    text.finish()
}

/// What a generated file starts with.
fn header(chart: &Chart, title: &str) -> String {
    format!(
        "{title}\nWritten by inferra for {}. Change the code or inferra.toml and compile again, not this file.",
        chart.title
    )
}
