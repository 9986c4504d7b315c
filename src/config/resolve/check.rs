//! What each setting allows alone, but not all of them together.

use super::super::forms::{NAME, is_name};
use super::super::schema::{
    BACKING, EKS, EXECUTION_UNIT, FS_EFS, KV_ELASTICACHE, NAMES, ORM, ORM_AURORA_POSTGRES, ORM_RDS_POSTGRES,
    REDIS_CLUSTER_ELASTICACHE, REDIS_CLUSTER_MEMORYDB, REDIS_NODE_ELASTICACHE, REDIS_NODE_MEMORYDB,
    REDIS_NODE_SERVERLESS, ROOT, STATE, STATE_HTTP, STATE_S3, Table,
};
use super::super::setting::Setting;
use super::super::settings::Settings;
use super::super::{StateBackend, StateLock};
use super::Values;
use crate::app::Id;
use crate::config::{Engine, FsBacking, OrmBacking, Throughput};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::terraform::Halves;

impl Values<'_> {
    /// A name whose parts are names, but not all of them together.
    pub(super) fn check_name(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let name = &settings.name.value;
        if is_name(name) {
            return;
        }
        let message = format!("the application would be called `{name}`, which is {NAME}");
        let problem = Diagnostic::new(Code::ConfigOutOfBounds, message)
            .help("`names.prefix`, `name` and `names.suffix` make it: shorten one of them");
        let problem = self.at_values(problem, &ROOT, None, &[("name", "the name")]);
        diagnostics.push(self.at_values(problem, &NAMES, None, &[("prefix", "before it"), ("suffix", "after it")]));
    }

    /// A place of the state without what Terraform cannot do without.
    pub(super) fn check_state(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let state = &settings.state;
        let (table, key, wanted) = match (state.backend.value, state.lock.value) {
            (StateBackend::S3, _) if state.bucket.value.is_empty() => (&STATE_S3, "bucket", &state.bucket),
            (StateBackend::S3, StateLock::Dynamodb) => (&STATE_S3, "dynamodb_table", &state.dynamodb_table),
            (StateBackend::Http, _) => (&STATE_HTTP, "address", &state.address),
            (StateBackend::None | StateBackend::Local, _)
            | (StateBackend::S3, StateLock::Lockfile | StateLock::None) => {
                return;
            }
        };
        if !wanted.value.is_empty() {
            return;
        }
        let message = format!("`{}` is empty, and the state needs it", wanted.key);
        let problem = Diagnostic::new(Code::StateIncomplete, message).help(format!("set `{}`", wanted.key));
        let problem = self.at_values(problem, table, None, &[(key, "empty")]);
        let problem = if key == "dynamodb_table" {
            self.at_values(problem, &STATE_S3, None, &[("lock", "this lock is in a table")])
        } else {
            problem
        };
        diagnostics.push(self.at_values(problem, &STATE, None, &[("backend", "the state is there")]));
    }

    /// An engine without the version: what each setting allows alone, but not both together.
    pub(super) fn check_engines(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let nodes = settings.redis_nodes.iter().flat_map(|(id, node)| {
            [(&REDIS_NODE_ELASTICACHE, id, &node.elasticache), (&REDIS_NODE_MEMORYDB, id, &node.memorydb)]
        });
        let clusters = settings.redis_clusters.iter().flat_map(|(id, cluster)| {
            [(&REDIS_CLUSTER_ELASTICACHE, id, &cluster.elasticache), (&REDIS_CLUSTER_MEMORYDB, id, &cluster.memorydb)]
        });
        let values = settings.kv.iter().map(|(id, store)| (&KV_ELASTICACHE, id, &store.elasticache));
        for (section, id, node) in nodes.chain(clusters).chain(values) {
            let service = if section.backing == Some("memorydb") { "MemoryDB" } else { "ElastiCache" };
            let (engine, version) = (&node.engine, &node.engine_version);
            if engine.value.has_version(&version.value) {
                continue;
            }
            let message = format!("{service} has no {} {} (store `{id}`)", engine.value, version.value);
            let mut problem = Diagnostic::new(Code::ConfigOutOfBounds, message).help(format!(
                "set `{}` and `{}` together: redis 6.2 to 7.1, valkey from 7.2",
                engine.key, version.key
            ));
            let places = [("engine_version", "this version"), ("engine", "this engine")];
            problem = self.at_values(problem, section, Some(id), &places);
            diagnostics.push(problem);
        }
    }

    /// An engine without the major version, of caches without machines: Valkey from 7 on, Redis 7.
    /// <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html>
    pub(super) fn check_serverless_engines(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        for (id, node) in &settings.redis_nodes {
            let (engine, version) = (&node.elasticache_serverless.engine, &node.elasticache_serverless.engine_version);
            let major = version.value.parse::<u32>().unwrap_or_default();
            let is_there = match engine.value {
                Engine::Valkey => major >= 7,
                Engine::Redis => major == 7,
            };
            if is_there {
                continue;
            }
            let message = format!("ElastiCache Serverless has no {} {} (store `{id}`)", engine.value, version.value);
            let problem = Diagnostic::new(Code::ConfigOutOfBounds, message)
                .help(format!("set `{}` and `{}` together: redis 7, valkey from 7 on", engine.key, version.key));
            let places = [("engine_version", "this version"), ("engine", "this engine")];
            diagnostics.push(self.at_values(problem, &REDIS_NODE_SERVERLESS, Some(id), &places));
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
            diagnostics.push(self.at_values(problem, &ORM_RDS_POSTGRES, Some(id), &places));
        }
    }

    /// An archive that files come to before they are rarely read, or that a file system of this throughput does not have.
    /// <https://docs.aws.amazon.com/efs/latest/ug/lifecycle-management-efs.html>
    pub(super) fn check_archives(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let stores = settings.file_stores.iter();
        for (id, store) in stores.filter(|(_, store)| store.backing.value == FsBacking::Efs) {
            let (rarely, archive, throughput) =
                (&store.efs.infrequent_access_days, &store.efs.archive_days, &store.efs.throughput);
            if archive.value == 0 {
                continue;
            }
            if throughput.value != Throughput::Elastic {
                let message = format!(
                    "a file system with `{} = \"{}\"` has no archive (store `{id}`)",
                    throughput.key, throughput.value
                );
                let problem = Diagnostic::new(Code::ConfigOutOfBounds, message)
                    .help(format!("set `{}` to 0, or `{}` to `elastic`", archive.key, throughput.key));
                let places = [("archive_days", "the archive"), ("throughput", "this throughput")];
                diagnostics.push(self.at_values(problem, &FS_EFS, Some(id), &places));
            }
            if archive.value <= rarely.value {
                let message = format!(
                    "`{}` is {}, and `{}` is {} (store `{id}`)",
                    archive.key, archive.value, rarely.key, rarely.value
                );
                let problem = Diagnostic::new(Code::ConfigOutOfBounds, message)
                    .help("files come to the archive later: make `archive_days` the larger number, or 0 for never");
                let places = [("archive_days", "the archive"), ("infrequent_access_days", "what comes before it")];
                diagnostics.push(self.at_values(problem, &FS_EFS, Some(id), &places));
            }
        }
    }

    /// What RDS has and Aurora has not.
    pub(super) fn check_aurora(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let databases = settings.databases.iter();
        for (id, database) in databases.filter(|(_, it)| it.backing.value == OrmBacking::AuroraPostgres) {
            let days = &database.backup_retention_days;
            if days.value == 0 {
                let message = format!("`{}` cannot be 0 (store `{id}`): Aurora always makes backups", days.key);
                let problem = Diagnostic::new(Code::ConfigOutOfBounds, message).help("set it to 1 to 35");
                let places = [("backup_retention_days", "no days"), (BACKING, "this backing")];
                diagnostics.push(self.at_values(problem, &ORM, Some(id), &places));
            }
            let aurora = &database.aurora;
            let (min, max, version) =
                (&aurora.min_capacity_units, &aurora.max_capacity_units, &database.engine_version);
            let pauses = min.value == Halves::of(0);
            if let Some(first) = first_of_aurora(&version.value, pauses) {
                let what = if pauses { "Aurora that pauses" } else { "Aurora Serverless" };
                let message = format!("{what} has no PostgreSQL {} (store `{id}`)", version.value);
                let problem = Diagnostic::new(Code::ConfigOutOfBounds, message)
                    .help(format!("set `{}` to {first} or later, or to the major version alone", version.key));
                let places = [("engine_version", "this version"), (BACKING, "this backing")];
                diagnostics.push(self.at_values(problem, &ORM, Some(id), &places));
            }
            if min.value > max.value {
                let message = format!(
                    "`{}` is {}, more than `{}`, which is {} (store `{id}`)",
                    min.key, min.value, max.key, max.value
                );
                let problem = Diagnostic::new(Code::ConfigOutOfBounds, message)
                    .help(format!("set `{}` ({}) and `{}` ({}) together", min.key, min.origin, max.key, max.origin));
                let places = [("min_capacity_units", "the least"), ("max_capacity_units", "the most")];
                diagnostics.push(self.at_values(problem, &ORM_AURORA_POSTGRES, Some(id), &places));
            }
        }
    }

    /// Bounds the wrong way round: what each setting allows alone, but not both together.
    pub(super) fn check_replicas(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        for (id, unit) in &settings.units {
            let places = [("min_replicas", "the fewest"), ("max_replicas", "the most")];
            self.check_bounds(&unit.min_replicas, &unit.max_replicas, &EXECUTION_UNIT, Some(id), places, diagnostics);
        }
    }

    /// As [`check_replicas`](Self::check_replicas), of machines.
    pub(super) fn check_nodes(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let places = [("min_nodes", "the fewest"), ("max_nodes", "the most")];
        self.check_bounds(&settings.eks.min_nodes, &settings.eks.max_nodes, &EKS, None, places, diagnostics);
    }

    fn check_bounds(
        &self,
        min: &Setting<u32>,
        max: &Setting<u32>,
        table: &Table,
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
        diagnostics.push(self.at_values(problem, table, id, &places));
    }

    /// `problem` at the values of these settings, of one id where there is one, as far as they stand in a file.
    pub(super) fn at_values(
        &self,
        mut problem: Diagnostic,
        table: &Table,
        id: Option<&Id>,
        settings: &[(&str, &'static str)],
    ) -> Diagnostic {
        for &(key, text) in settings {
            let span = self.find(table, id, key).1.and_then(|it| it.span.clone());
            match (span, &problem.primary) {
                (Some(span), None) => problem = problem.at(span, text),
                (Some(span), Some(_)) => problem = problem.also(span, text),
                (None, _) => {}
            }
        }
        problem
    }
}

/// The first minor version of Aurora Serverless of the major one of `version`, or the first that pauses, where `version` is an
/// older one: <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html>.
fn first_of_aurora(version: &str, pauses: bool) -> Option<&'static str> {
    let (major, minor) = version.split_once('.')?;
    let (first, text) = match (major, pauses) {
        ("14", false) => (3, "14.3"),
        ("14", true) => (12, "14.12"),
        ("15", false) => (2, "15.2"),
        ("15", true) => (7, "15.7"),
        ("16", false) => (1, "16.1"),
        ("16", true) => (3, "16.3"),
        ("17", false | true) => (4, "17.4"),
        // What is newer than these lists is AWS's to know.
        _ => return None,
    };
    (minor.parse::<u32>().ok()? < first).then_some(text)
}
