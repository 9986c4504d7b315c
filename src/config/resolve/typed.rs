//! From accepted values to typed settings.

use std::collections::BTreeMap;

use super::super::layer;
use super::super::schema::{BY_ID, TAGS};
use super::super::settings::{
    DatabaseSettings, EksSettings, FileStoreSettings, GatewaySettings, KvSettings, NetworkSettings, Origin,
    PubsubSettings, RedisSettings, ScheduleSettings, SecretSettings, Setting, Settings, SiteSettings, UnitSettings,
};
use super::super::value::Value;
use super::super::{
    Architecture, Compute, Engine, NatGateways, Network, Nodes, NotFoundPage, OnDestroy, Package, Switch,
    TypescriptCompiler, Zones,
};
use super::{Accepted, KV, ORM, REDIS_CLUSTER, REDIS_NODE, Values};
use crate::app::{Id, StoreKind};

impl Values<'_> {
    /// The value for one id, or else for all. The test `every_setting_has_a_default` holds that there is one.
    pub(super) fn find(&self, section: &[&str], id: Option<&Id>, key: &str) -> (String, Option<&Accepted>) {
        let path =
            |middle: &[&str]| [section, middle, &[key]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let own = id.map(|id| path(&[BY_ID, id.as_str()])).filter(|path| self.accepted.contains_key(path));
        let path = own.unwrap_or_else(|| path(&[]));
        (layer::join(path.iter().map(String::as_str)), self.accepted.get(&path))
    }

    fn text(&self, section: &[&str], id: Option<&Id>, key: &str) -> Setting<String> {
        let (key, found) = self.find(section, id, key);
        let value = match found.map(|found| &found.value) {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Integer(_)) | None => String::new(),
        };
        Setting { value, key, origin: found.map_or(Origin::Default, |found| found.origin.clone()) }
    }

    fn integer(&self, section: &[&str], id: Option<&Id>, key: &str) -> Setting<u32> {
        let (key, found) = self.find(section, id, key);
        let value = match found.map(|found| &found.value) {
            Some(Value::Integer(number)) => *number,
            Some(Value::Text(_)) | None => 0,
        };
        Setting { value, key, origin: found.map_or(Origin::Default, |found| found.origin.clone()) }
    }

    fn word<T>(&self, section: &[&str], id: Option<&Id>, key: &str, read: impl Fn(&str) -> T) -> Setting<T> {
        let Setting { value, key, origin } = self.text(section, id, key);
        Setting { value: read(&value), key, origin }
    }

    pub(super) fn settings(&self) -> Settings {
        let application = self.application;
        let stores = |kind: StoreKind| application.stores.values().filter(move |store| store.kind == kind);
        let redis =
            |kind, section| stores(kind).map(|store| (store.id.clone(), self.redis(section, &store.id))).collect();
        Settings {
            name: self.text(&[], None, "name"),
            units: application.units.keys().map(|id| (id.clone(), self.unit(id))).collect(),
            gateways: application.gateways.keys().map(|id| (id.clone(), self.gateway(id))).collect(),
            redis_nodes: redis(StoreKind::RedisNode, REDIS_NODE),
            redis_clusters: redis(StoreKind::RedisCluster, REDIS_CLUSTER),
            kv: stores(StoreKind::Kv).map(|store| (store.id.clone(), self.kv(&store.id))).collect(),
            databases: stores(StoreKind::Orm).map(|store| (store.id.clone(), self.database(&store.id))).collect(),
            file_stores: stores(StoreKind::Fs).map(|store| (store.id.clone(), self.file_store(&store.id))).collect(),
            secrets: stores(StoreKind::Secret)
                .map(|store| (store.id.clone(), self.secret(&["persist", "secret"], &store.id)))
                .collect(),
            parameters: application.parameters.keys().map(|id| (id.clone(), self.secret(&["config"], id))).collect(),
            pubsub: PubsubSettings {
                dead_letter_retention_days: self.integer(&["pubsub"], None, "dead_letter_retention_days"),
                max_retries: self.integer(&["pubsub"], None, "max_retries"),
                visibility_timeout_s: self.integer(&["pubsub"], None, "visibility_timeout_s"),
            },
            schedules: application.schedules.keys().map(|id| (id.clone(), self.schedule(id))).collect(),
            sites: application.sites.keys().map(|id| (id.clone(), self.site(id))).collect(),
            network: NetworkSettings {
                cidr: self.word(&["network"], None, "cidr", |text| {
                    let whole = Network { address: std::net::Ipv4Addr::UNSPECIFIED, prefix: 0 };
                    Network::parse(text).unwrap_or(whole)
                }),
                zones: self.integer(&["network"], None, "zones"),
                nat_gateways: self.word(&["network"], None, "nat_gateways", |text| {
                    if text == "single" { NatGateways::Single } else { NatGateways::PerZone }
                }),
            },
            eks: self.eks(),
            tags: self.tags(),
        }
    }

    fn unit(&self, id: &Id) -> UnitSettings {
        let (section, id) = (&["execution_unit"], Some(id));
        UnitSettings {
            memory_mb: self.integer(section, id, "memory_mb"),
            timeout_s: self.integer(section, id, "timeout_s"),
            architecture: self.word(section, id, "architecture", |text| {
                if text == Architecture::X86.name() { Architecture::X86 } else { Architecture::Arm64 }
            }),
            log_retention_days: self.integer(section, id, "log_retention_days"),
            python_runtime: self.text(section, id, "python_runtime"),
            node_runtime: self.text(section, id, "node_runtime"),
            typescript_compiler: self.word(section, id, "typescript_compiler", |text| {
                let named = TypescriptCompiler::ALL.into_iter().find(|compiler| compiler.name() == text);
                named.unwrap_or(TypescriptCompiler::Project)
            }),
            package: self.word(
                section,
                id,
                "package",
                |text| {
                    if text == "image" { Package::Image } else { Package::Zip }
                },
            ),
            compute: self.word(section, id, "compute", |text| {
                let named = Compute::ALL.into_iter().find(|compute| compute.name() == text);
                named.unwrap_or(self.target.compute())
            }),
            cpu_units: self.integer(section, id, "cpu_units"),
            min_replicas: self.integer(section, id, "min_replicas"),
            max_replicas: self.integer(section, id, "max_replicas"),
            cpu_target_percent: self.integer(section, id, "cpu_target_percent"),
            port: self.integer(section, id, "port"),
            python_image: self.text(section, id, "python_image"),
            node_image: self.text(section, id, "node_image"),
        }
    }

    fn eks(&self) -> EksSettings {
        let section = &["eks"];
        EksSettings {
            version: self.text(section, None, "version"),
            nodes: self.word(
                section,
                None,
                "nodes",
                |text| if text == "fargate" { Nodes::Fargate } else { Nodes::Managed },
            ),
            node_type_arm64: self.text(section, None, "node_type_arm64"),
            node_type_x86_64: self.text(section, None, "node_type_x86_64"),
            min_nodes: self.integer(section, None, "min_nodes"),
            max_nodes: self.integer(section, None, "max_nodes"),
            private_access: self.text(section, None, "private_access"),
            public_access: self.text(section, None, "public_access"),
            namespace: self.text(section, None, "namespace"),
            log_retention_days: self.integer(section, None, "log_retention_days"),
        }
    }

    fn site(&self, id: &Id) -> SiteSettings {
        let (section, id) = (&["static_unit"], Some(id));
        SiteSettings {
            price_class: self.text(section, id, "price_class"),
            not_found: self.word(section, id, "not_found", |text| {
                if text == NotFoundPage::Index.name() { NotFoundPage::Index } else { NotFoundPage::Page }
            }),
        }
    }

    fn gateway(&self, id: &Id) -> GatewaySettings {
        GatewaySettings { log_retention_days: self.integer(&["expose"], Some(id), "log_retention_days") }
    }

    fn schedule(&self, id: &Id) -> ScheduleSettings {
        let (section, id) = (&["schedule"], Some(id));
        ScheduleSettings {
            max_retries: self.integer(section, id, "max_retries"),
            max_delay_s: self.integer(section, id, "max_delay_s"),
        }
    }

    fn kv(&self, id: &Id) -> KvSettings {
        let switch = |key| self.word(KV, Some(id), key, |text| if text == "off" { Switch::Off } else { Switch::On });
        KvSettings {
            recovery_days: self.integer(KV, Some(id), "recovery_days"),
            deletion_protection: switch("deletion_protection"),
        }
    }

    fn redis(&self, section: &[&str], id: &Id) -> RedisSettings {
        let id = Some(id);
        RedisSettings {
            engine: self.word(section, id, "engine", |text| {
                if text == Engine::Redis.name() { Engine::Redis } else { Engine::Valkey }
            }),
            engine_version: self.text(section, id, "engine_version"),
            node_type: self.text(section, id, "node_type"),
            shards: (section == REDIS_CLUSTER).then(|| self.integer(section, id, "shards")),
            replicas: self.integer(section, id, "replicas"),
            snapshot_retention_days: self.integer(section, id, "snapshot_retention_days"),
        }
    }

    fn database(&self, id: &Id) -> DatabaseSettings {
        let (section, id) = (ORM, Some(id));
        let switch = |key| self.word(section, id, key, |text| if text == "off" { Switch::Off } else { Switch::On });
        DatabaseSettings {
            engine_version: self.text(section, id, "engine_version"),
            instance_class: self.text(section, id, "instance_class"),
            storage_gb: self.integer(section, id, "storage_gb"),
            max_storage_gb: self.integer(section, id, "max_storage_gb"),
            zones: self.word(
                section,
                id,
                "zones",
                |text| if text == "single" { Zones::Single } else { Zones::Multiple },
            ),
            backup_retention_days: self.integer(section, id, "backup_retention_days"),
            deletion_protection: switch("deletion_protection"),
            final_snapshot: switch("final_snapshot"),
            performance_insights: switch("performance_insights"),
            logs: switch("logs"),
            log_retention_days: self.integer(section, id, "log_retention_days"),
            ca_certificate: self.text(section, id, "ca_certificate"),
            ca_bundle: self.text(section, id, "ca_bundle"),
        }
    }

    fn file_store(&self, id: &Id) -> FileStoreSettings {
        let (section, id) = (&["persist", "fs"], Some(id));
        FileStoreSettings {
            old_version_retention_days: self.integer(section, id, "old_version_retention_days"),
            unfinished_upload_days: self.integer(section, id, "unfinished_upload_days"),
            on_destroy: self.word(section, id, "on_destroy", |text| {
                if text == "delete" { OnDestroy::Delete } else { OnDestroy::Keep }
            }),
        }
    }

    fn secret(&self, section: &[&str], id: &Id) -> SecretSettings {
        SecretSettings { recovery_window_days: self.integer(section, Some(id), "recovery_window_days") }
    }

    fn tags(&self) -> BTreeMap<String, Setting<String>> {
        let names = self.accepted.keys().filter_map(|path| match path.as_slice() {
            [table, name] if table == TAGS => Some(name),
            _ => None,
        });
        names.map(|name| (name.clone(), self.text(&[TAGS], None, name))).collect()
    }
}
