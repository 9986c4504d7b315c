//! What each setting allows alone, but not all of them together.

use super::super::settings::{Setting, Settings};
use super::{ORM, REDIS_CLUSTER, REDIS_NODE, Values};
use crate::app::Id;
use crate::diag::{Code, Diagnostic, Diagnostics};

impl Values<'_> {
    /// An engine without the version: what each setting allows alone, but not both together.
    pub(super) fn check_engines(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let nodes = settings.redis_nodes.iter().map(|(id, node)| (REDIS_NODE, id, node));
        let clusters = settings.redis_clusters.iter().map(|(id, cluster)| (REDIS_CLUSTER, id, cluster));
        for (section, id, node) in nodes.chain(clusters) {
            let (engine, version) = (&node.engine, &node.engine_version);
            if engine.value.has_version(&version.value) {
                continue;
            }
            let message = format!("ElastiCache has no {} {} (store `{id}`)", engine.value, version.value);
            let mut problem = Diagnostic::new(Code::ConfigOutOfBounds, message).help(format!(
                "set `{}` and `{}` together: redis 6.2 to 7.1, valkey from 7.2",
                engine.key, version.key
            ));
            let places = [("engine_version", "this version"), ("engine", "this engine")];
            problem = self.at_values(problem, section, Some(id), places);
            diagnostics.push(problem);
        }
    }

    /// Less storage at the most than to begin with: RDS wants a tenth more, and advises a quarter.
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html>
    pub(super) fn check_storage(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        for (id, database) in &settings.databases {
            let (least, most) = (&database.storage_gb, &database.max_storage_gb);
            if most.value == 0 || most.value >= least.value + least.value.div_ceil(10) {
                continue;
            }
            let message =
                format!("`{}` is {}, and storage begins with {} (store `{id}`)", most.key, most.value, least.value);
            let problem = Diagnostic::new(Code::ConfigOutOfBounds, message)
                .help("make it a tenth more than `storage_gb` at least, or 0 for storage that does not grow");
            let places = [("max_storage_gb", "the most"), ("storage_gb", "the beginning")];
            diagnostics.push(self.at_values(problem, ORM, Some(id), places));
        }
    }

    /// Bounds the wrong way round: what each setting allows alone, but not both together.
    pub(super) fn check_replicas(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        for (id, unit) in &settings.units {
            let places = [("min_replicas", "the fewest"), ("max_replicas", "the most")];
            self.check_bounds(
                &unit.min_replicas,
                &unit.max_replicas,
                &["execution_unit"],
                Some(id),
                places,
                diagnostics,
            );
        }
    }

    /// As [`check_replicas`](Self::check_replicas), of machines.
    pub(super) fn check_nodes(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let places = [("min_nodes", "the fewest"), ("max_nodes", "the most")];
        self.check_bounds(&settings.eks.min_nodes, &settings.eks.max_nodes, &["eks"], None, places, diagnostics);
    }

    fn check_bounds(
        &self,
        min: &Setting<u32>,
        max: &Setting<u32>,
        section: &[&str],
        id: Option<&Id>,
        places: [(&str, &'static str); 2],
        diagnostics: &mut Diagnostics,
    ) {
        if min.value <= max.value {
            return;
        }
        // Without the unit's id, units of which nothing of their own is set are one problem.
        let message = format!("`{}` is {}, more than `{}`, which is {}", min.key, min.value, max.key, max.value);
        let problem = Diagnostic::new(Code::ConfigOutOfBounds, message)
            .help(format!("set `{}` ({}) and `{}` ({}) together", min.key, min.origin, max.key, max.origin));
        diagnostics.push(self.at_values(problem, section, id, places));
    }

    /// `problem` at the values of these settings, of one id where there is one, as far as they stand in a file.
    fn at_values(
        &self,
        mut problem: Diagnostic,
        section: &[&str],
        id: Option<&Id>,
        settings: [(&str, &'static str); 2],
    ) -> Diagnostic {
        for (key, text) in settings {
            let span = self.find(section, id, key).1.and_then(|it| it.span.clone());
            match (span, &problem.primary) {
                (Some(span), None) => problem = problem.at(span, text),
                (Some(span), Some(_)) => problem = problem.also(span, text),
                (None, _) => {}
            }
        }
        problem
    }
}
