//! From accepted values to typed settings.

use std::collections::BTreeMap;

use super::super::Network;
use super::super::adoption::{Adoption, DatabaseAdoption, NetworkAdoption, Texts};
use super::super::choices::Choice;
use super::super::layer;
use super::super::schema::{
    BACKING, BY_ID, CONFIG, ECS, EKS, EXECUTION_UNIT, EXISTING, EXPOSE, EXPOSE_ALB, EXPOSE_REST_API, FS, FS_EFS, FS_S3,
    KV, KV_DYNAMODB, KV_ELASTICACHE, NAMES, NETWORK, NETWORK_EXISTING, ORM, ORM_AURORA_POSTGRES, ORM_RDS_POSTGRES,
    PUBSUB, PUBSUB_EVENTBRIDGE, REDIS_CLUSTER, REDIS_CLUSTER_ELASTICACHE, REDIS_CLUSTER_MEMORYDB, REDIS_NODE,
    REDIS_NODE_ELASTICACHE, REDIS_NODE_MEMORYDB, REDIS_NODE_SERVERLESS, ROOT, SCHEDULE, SECRET, SECRET_SECRETS_MANAGER,
    STATE, STATE_HTTP, STATE_LOCAL, STATE_S3, STATIC_UNIT, TAGS, Table,
};
use super::super::setting::{Origin, Setting};
use super::super::settings::{
    AlbSettings, AuroraSettings, DatabaseSettings, EksSettings, EventbridgeSettings, FileStoreSettings,
    FileSystemSettings, GatewaySettings, KvSettings, NetworkSettings, PubsubSettings, RedisClusterSettings,
    RedisNodeSettings, RedisSettings, RestApiSettings, ScheduleSettings, SecretSettings, SecretStoreSettings,
    ServerlessCacheSettings, Settings, SiteSettings, StateSettings, TopicSettings, UnitSettings,
};
use super::super::value::Value;
use super::{Accepted, Values};
use crate::app::{Id, StoreKind};
use crate::terraform::Halves;

impl Values<'_> {
    /// The value for one id, or else for all. The test `every_setting_has_a_default` holds that there is one.
    pub(super) fn find(&self, table: &Table, id: Option<&Id>, key: &str) -> (Vec<String>, Option<&Accepted>) {
        let own = id.map(|id| table.key(Some(id.as_str()), key)).filter(|path| self.accepted.contains_key(path));
        let path = own.unwrap_or_else(|| table.key(None, key));
        let found = self.at(&path);
        (path, found)
    }

    fn setting<T>(&self, table: &Table, id: Option<&Id>, key: &str, read: impl Fn(Option<&Value>) -> T) -> Setting<T> {
        let (path, found) = self.find(table, id, key);
        Setting {
            value: read(found.map(|found| &found.value)),
            key: layer::join(path.iter().map(String::as_str)),
            origin: found.map_or(Origin::Default, |found| found.origin.clone()),
        }
    }

    fn text(&self, table: &Table, id: Option<&Id>, key: &str) -> Setting<String> {
        self.setting(table, id, key, |value| value.map(ToString::to_string).unwrap_or_default())
    }

    fn integer(&self, table: &Table, id: Option<&Id>, key: &str) -> Setting<u32> {
        self.setting(table, id, key, |value| match value {
            Some(Value::Integer(number)) => *number,
            Some(Value::Halves(_) | Value::Text(_) | Value::Texts(_)) | None => 0,
        })
    }

    fn halves(&self, table: &Table, id: Option<&Id>, key: &str) -> Setting<Halves> {
        self.setting(table, id, key, |value| match value {
            Some(Value::Halves(number)) => *number,
            Some(Value::Integer(_) | Value::Text(_) | Value::Texts(_)) | None => Halves::of(0),
        })
    }

    /// One of a closed set of words. The schema names the same set, so there is always one.
    fn choice<T: Choice>(&self, table: &Table, id: Option<&Id>, key: &str) -> Setting<T> {
        self.setting(table, id, key, |value| match value {
            Some(Value::Text(word)) => T::named(word).unwrap_or(T::FIRST),
            Some(Value::Integer(_) | Value::Halves(_) | Value::Texts(_)) | None => T::FIRST,
        })
    }

    pub(super) fn settings(&self) -> Settings {
        let application = self.application;
        let stores = |kind: StoreKind| application.stores.values().filter(move |store| store.kind == kind);
        Settings {
            environment: self.environment.map(str::to_owned),
            name: self.name(),
            units: application.units.keys().map(|id| (id.clone(), self.unit(id))).collect(),
            gateways: application.gateways.keys().map(|id| (id.clone(), self.gateway(id))).collect(),
            redis_nodes: stores(StoreKind::RedisNode)
                .map(|store| (store.id.clone(), self.redis_node(&store.id)))
                .collect(),
            redis_clusters: stores(StoreKind::RedisCluster)
                .map(|store| (store.id.clone(), self.redis_cluster(&store.id)))
                .collect(),
            kv: stores(StoreKind::Kv).map(|store| (store.id.clone(), self.kv(&store.id))).collect(),
            databases: stores(StoreKind::Orm).map(|store| (store.id.clone(), self.database(&store.id))).collect(),
            file_stores: stores(StoreKind::Fs).map(|store| (store.id.clone(), self.file_store(&store.id))).collect(),
            secrets: stores(StoreKind::Secret).map(|store| (store.id.clone(), self.secret_store(&store.id))).collect(),
            parameters: application.parameters.keys().map(|id| (id.clone(), self.secret(&CONFIG, id))).collect(),
            pubsub: PubsubSettings {
                dead_letter_retention_days: self.integer(&PUBSUB, None, "dead_letter_retention_days"),
                max_retries: self.integer(&PUBSUB, None, "max_retries"),
                visibility_timeout_s: self.integer(&PUBSUB, None, "visibility_timeout_s"),
            },
            topics: application.topics.keys().map(|id| (id.clone(), self.topic(id))).collect(),
            schedules: application.schedules.keys().map(|id| (id.clone(), self.schedule(id))).collect(),
            sites: application.sites.keys().map(|id| (id.clone(), self.site(id))).collect(),
            network: self.network(),
            ecs_existing: self.text(&ECS, None, EXISTING),
            eks: self.eks(),
            tags: self.tags(),
            state: self.state(),
            extra: self.extra.clone(),
        }
    }

    /// The application's name between what stands before and after every name.
    pub(super) fn name(&self) -> Setting<String> {
        let own = self.text(&ROOT, None, "name");
        let [prefix, suffix] = ["prefix", "suffix"].map(|part| self.text(&NAMES, None, part).value);
        Setting { value: format!("{prefix}{}{suffix}", own.value), ..own }
    }

    fn state(&self) -> StateSettings {
        StateSettings {
            backend: self.choice(&STATE, None, "backend"),
            path: self.text(&STATE_LOCAL, None, "path"),
            bucket: self.text(&STATE_S3, None, "bucket"),
            key: self.text(&STATE_S3, None, "key"),
            region: self.text(&STATE_S3, None, "region"),
            lock: self.choice(&STATE_S3, None, "lock"),
            dynamodb_table: self.text(&STATE_S3, None, "dynamodb_table"),
            kms_key_id: self.text(&STATE_S3, None, "kms_key_id"),
            role_arn: self.text(&STATE_S3, None, "role_arn"),
            address: self.text(&STATE_HTTP, None, "address"),
            lock_address: self.text(&STATE_HTTP, None, "lock_address"),
            unlock_address: self.text(&STATE_HTTP, None, "unlock_address"),
        }
    }

    fn network(&self) -> NetworkSettings {
        NetworkSettings {
            cidr: self.setting(&NETWORK, None, "cidr", |value| match value {
                Some(Value::Text(text)) => Network::parse(text).unwrap_or(Network::WHOLE),
                Some(Value::Integer(_) | Value::Halves(_) | Value::Texts(_)) | None => Network::WHOLE,
            }),
            zones: self.integer(&NETWORK, None, "zones"),
            nat_gateways: self.choice(&NETWORK, None, "nat_gateways"),
            existing: self.adopted_network(),
        }
    }

    fn adopted_network(&self) -> NetworkAdoption {
        let texts = |key: &str| {
            self.setting(&NETWORK_EXISTING, None, key, |value| match value {
                Some(Value::Texts(texts)) => Texts(texts.clone()),
                Some(Value::Integer(_) | Value::Halves(_) | Value::Text(_)) | None => Texts::default(),
            })
        };
        NetworkAdoption {
            vpc: self.text(&NETWORK_EXISTING, None, "vpc_id"),
            private_subnets: texts("private_subnet_ids"),
            public_subnets: texts("public_subnet_ids"),
            endpoints: self.choice(&NETWORK_EXISTING, None, "endpoints"),
            route_tables: texts("route_table_ids"),
        }
    }

    /// What a table says of something that is there already. What it has no setting for is empty.
    fn adoption(&self, table: &Table, id: &Id) -> Adoption {
        let id = Some(id);
        Adoption {
            existing: self.text(table, id, EXISTING),
            kms_key: self.text(table, id, "existing_kms_key"),
            security_group: self.text(table, id, "existing_security_group"),
            ingress: self.choice(table, id, "existing_ingress"),
        }
    }

    /// By event, what is there already and carries it.
    fn adopted_topics(&self, id: &Id) -> BTreeMap<String, Setting<String>> {
        let events = self.application.topics.get(id).into_iter().flat_map(|topic| topic.events.keys());
        let existing = events.filter_map(|event| {
            let path = [PUBSUB.path[0], BY_ID, id.as_str(), EXISTING, event].map(str::to_owned);
            let found = self.at(&path)?;
            let setting = Setting {
                value: found.value.to_string(),
                key: layer::join(path.iter().map(String::as_str)),
                origin: found.origin.clone(),
            };
            Some((event.clone(), setting))
        });
        existing.collect()
    }

    fn unit(&self, id: &Id) -> UnitSettings {
        let (table, id) = (&EXECUTION_UNIT, Some(id));
        UnitSettings {
            memory_mb: self.integer(table, id, "memory_mb"),
            timeout_s: self.integer(table, id, "timeout_s"),
            architecture: self.choice(table, id, "architecture"),
            log_retention_days: self.integer(table, id, "log_retention_days"),
            python_runtime: self.text(table, id, "python_runtime"),
            node_runtime: self.text(table, id, "node_runtime"),
            typescript_compiler: self.choice(table, id, "typescript_compiler"),
            package: self.choice(table, id, "package"),
            compute: self.setting(table, id, "compute", |value| self.meant(value)),
            cpu_units: self.integer(table, id, "cpu_units"),
            min_replicas: self.integer(table, id, "min_replicas"),
            max_replicas: self.integer(table, id, "max_replicas"),
            cpu_target_percent: self.integer(table, id, "cpu_target_percent"),
            port: self.integer(table, id, "port"),
            python_image: self.text(table, id, "python_image"),
            node_image: self.text(table, id, "node_image"),
        }
    }

    fn eks(&self) -> EksSettings {
        EksSettings {
            existing: self.text(&EKS, None, EXISTING),
            existing_pod_identity: self.choice(&EKS, None, "existing_pod_identity"),
            version: self.text(&EKS, None, "version"),
            nodes: self.choice(&EKS, None, "nodes"),
            node_type_arm64: self.text(&EKS, None, "node_type_arm64"),
            node_type_x86_64: self.text(&EKS, None, "node_type_x86_64"),
            min_nodes: self.integer(&EKS, None, "min_nodes"),
            max_nodes: self.integer(&EKS, None, "max_nodes"),
            private_access: self.text(&EKS, None, "private_access"),
            public_access: self.text(&EKS, None, "public_access"),
            namespace: self.text(&EKS, None, "namespace"),
            log_retention_days: self.integer(&EKS, None, "log_retention_days"),
        }
    }

    fn site(&self, id: &Id) -> SiteSettings {
        let (table, id) = (&STATIC_UNIT, Some(id));
        SiteSettings {
            price_class: self.text(table, id, "price_class"),
            not_found: self.choice(table, id, "not_found"),
        }
    }

    fn gateway(&self, id: &Id) -> GatewaySettings {
        GatewaySettings {
            backing: self.choice(&EXPOSE, Some(id), BACKING),
            log_retention_days: self.integer(&EXPOSE, Some(id), "log_retention_days"),
            rest_api: self.rest_api(id),
            alb: self.alb(id),
        }
    }

    fn rest_api(&self, id: &Id) -> RestApiSettings {
        let (table, id) = (&EXPOSE_REST_API, Some(id));
        RestApiSettings {
            endpoint: self.choice(table, id, "endpoint"),
            stage: self.text(table, id, "stage"),
            requests_per_second: self.integer(table, id, "requests_per_second"),
            burst: self.integer(table, id, "burst"),
            log_role: self.choice(table, id, "log_role"),
        }
    }

    fn alb(&self, id: &Id) -> AlbSettings {
        let (table, id) = (&EXPOSE_ALB, Some(id));
        AlbSettings {
            protocol: self.choice(table, id, "protocol"),
            certificate_arn: self.text(table, id, "certificate_arn"),
            domain_name: self.text(table, id, "domain_name"),
            minimum_tls: self.choice(table, id, "minimum_tls"),
            idle_timeout_s: self.integer(table, id, "idle_timeout_s"),
            deletion_protection: self.choice(table, id, "deletion_protection"),
        }
    }

    fn topic(&self, topic: &Id) -> TopicSettings {
        let (table, id) = (&PUBSUB_EVENTBRIDGE, Some(topic));
        TopicSettings {
            backing: self.choice(&PUBSUB, id, BACKING),
            eventbridge: EventbridgeSettings {
                delivery_max_retries: self.integer(table, id, "delivery_max_retries"),
                delivery_max_age_s: self.integer(table, id, "delivery_max_age_s"),
                archive_days: self.integer(table, id, "archive_days"),
                kms_key: self.text(table, id, "kms_key"),
            },
            existing: self.adopted_topics(topic),
            existing_kms_key: self.text(&PUBSUB, id, "existing_kms_key"),
        }
    }

    fn schedule(&self, id: &Id) -> ScheduleSettings {
        let (table, id) = (&SCHEDULE, Some(id));
        ScheduleSettings {
            backing: self.choice(table, id, BACKING),
            max_retries: self.integer(table, id, "max_retries"),
            max_delay_s: self.integer(table, id, "max_delay_s"),
        }
    }

    fn kv(&self, store: &Id) -> KvSettings {
        let (table, id) = (&KV_DYNAMODB, Some(store));
        KvSettings {
            backing: self.choice(&KV, id, BACKING),
            adoption: self.adoption(&KV, store),
            recovery_days: self.integer(table, id, "recovery_days"),
            deletion_protection: self.choice(table, id, "deletion_protection"),
            elasticache: self.redis(&KV_ELASTICACHE, store),
        }
    }

    fn redis(&self, table: &Table, id: &Id) -> RedisSettings {
        let id = Some(id);
        RedisSettings {
            engine: self.choice(table, id, "engine"),
            engine_version: self.text(table, id, "engine_version"),
            node_type: self.text(table, id, "node_type"),
            shards: None,
            replicas: self.integer(table, id, "replicas"),
            snapshot_retention_days: self.integer(table, id, "snapshot_retention_days"),
        }
    }

    fn redis_node(&self, id: &Id) -> RedisNodeSettings {
        RedisNodeSettings {
            backing: self.choice(&REDIS_NODE, Some(id), BACKING),
            adoption: self.adoption(&REDIS_NODE, id),
            elasticache: self.redis(&REDIS_NODE_ELASTICACHE, id),
            elasticache_serverless: self.serverless_cache(id),
            memorydb: self.redis(&REDIS_NODE_MEMORYDB, id),
        }
    }

    fn redis_cluster(&self, id: &Id) -> RedisClusterSettings {
        let sharded = |table: &Table| RedisSettings {
            shards: Some(self.integer(table, Some(id), "shards")),
            ..self.redis(table, id)
        };
        RedisClusterSettings {
            backing: self.choice(&REDIS_CLUSTER, Some(id), BACKING),
            adoption: self.adoption(&REDIS_CLUSTER, id),
            elasticache: sharded(&REDIS_CLUSTER_ELASTICACHE),
            memorydb: sharded(&REDIS_CLUSTER_MEMORYDB),
        }
    }

    fn serverless_cache(&self, id: &Id) -> ServerlessCacheSettings {
        let (table, id) = (&REDIS_NODE_SERVERLESS, Some(id));
        ServerlessCacheSettings {
            engine: self.choice(table, id, "engine"),
            engine_version: self.text(table, id, "engine_version"),
            max_storage_gb: self.integer(table, id, "max_storage_gb"),
            max_ecpu_per_second: self.integer(table, id, "max_ecpu_per_second"),
            snapshot_retention_days: self.integer(table, id, "snapshot_retention_days"),
        }
    }

    fn secret_store(&self, id: &Id) -> SecretStoreSettings {
        SecretStoreSettings {
            backing: self.choice(&SECRET, Some(id), BACKING),
            adoption: self.adoption(&SECRET, id),
            secrets_manager: self.secret(&SECRET_SECRETS_MANAGER, id),
        }
    }

    fn database(&self, store: &Id) -> DatabaseSettings {
        let (table, rds, id) = (&ORM, &ORM_RDS_POSTGRES, Some(store));
        DatabaseSettings {
            backing: self.choice(table, id, BACKING),
            adoption: DatabaseAdoption {
                server: self.adoption(table, store),
                database: self.text(table, id, "existing_database"),
                secret: self.text(table, id, "existing_secret"),
            },
            engine_version: self.text(table, id, "engine_version"),
            instance_class: self.text(rds, id, "instance_class"),
            storage_gb: self.integer(rds, id, "storage_gb"),
            max_storage_gb: self.integer(rds, id, "max_storage_gb"),
            zones: self.choice(rds, id, "zones"),
            aurora: self.aurora(id),
            backup_retention_days: self.integer(table, id, "backup_retention_days"),
            deletion_protection: self.choice(table, id, "deletion_protection"),
            final_snapshot: self.choice(table, id, "final_snapshot"),
            performance_insights: self.choice(table, id, "performance_insights"),
            logs: self.choice(table, id, "logs"),
            log_retention_days: self.integer(table, id, "log_retention_days"),
            ca_certificate: self.text(table, id, "ca_certificate"),
            ca_bundle: self.text(table, id, "ca_bundle"),
        }
    }

    fn aurora(&self, id: Option<&Id>) -> AuroraSettings {
        let table = &ORM_AURORA_POSTGRES;
        AuroraSettings {
            min_capacity_units: self.halves(table, id, "min_capacity_units"),
            max_capacity_units: self.halves(table, id, "max_capacity_units"),
            seconds_until_auto_pause: self.integer(table, id, "seconds_until_auto_pause"),
            readers: self.integer(table, id, "readers"),
        }
    }

    fn file_store(&self, store: &Id) -> FileStoreSettings {
        let (table, id) = (&FS_S3, Some(store));
        FileStoreSettings {
            backing: self.choice(&FS, id, BACKING),
            adoption: self.adoption(&FS, store),
            old_version_retention_days: self.integer(table, id, "old_version_retention_days"),
            unfinished_upload_days: self.integer(table, id, "unfinished_upload_days"),
            on_destroy: self.choice(table, id, "on_destroy"),
            efs: self.file_system(id),
        }
    }

    fn file_system(&self, id: Option<&Id>) -> FileSystemSettings {
        let table = &FS_EFS;
        FileSystemSettings {
            throughput: self.choice(table, id, "throughput"),
            provisioned_mib_per_s: self.integer(table, id, "provisioned_mib_per_s"),
            infrequent_access_days: self.integer(table, id, "infrequent_access_days"),
            archive_days: self.integer(table, id, "archive_days"),
            backups: self.choice(table, id, "backups"),
            kms_key_arn: self.text(table, id, "kms_key_arn"),
            on_destroy: self.choice(table, id, "on_destroy"),
        }
    }

    fn secret(&self, table: &Table, id: &Id) -> SecretSettings {
        SecretSettings { recovery_window_days: self.integer(table, Some(id), "recovery_window_days") }
    }

    fn tags(&self) -> BTreeMap<String, Setting<String>> {
        let names = self.accepted.keys().filter_map(|path| match path.as_slice() {
            [table, name] if table == TAGS => Some(name),
            _ => None,
        });
        let table = Table { path: &[TAGS], backing: None };
        names.map(|name| (name.clone(), self.text(&table, None, name))).collect()
    }
}
