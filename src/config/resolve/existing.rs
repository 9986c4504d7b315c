//! What is said of things that are there already, as far as it has to fit together.

use super::super::existing::Adoptable;
use super::super::layer;
use super::super::schema::{ECS, EKS, EXISTING, FS, KV, NETWORK, NETWORK_EXISTING, ORM, PUBSUB, SECTIONS, Table};
use super::super::setting::{Origin, Setting};
use super::super::settings::Settings;
use super::candidates::{Candidate, candidates};
use super::moot::is_of_any_cluster;
use super::{Accepted, Values};
use crate::app::Id;
use crate::config::{Compute, Endpoints, ExposeBacking, FsBacking, PubsubBacking};
use crate::diag::{Code, Diagnostic, Diagnostics};

/// Whether `path` is that of the topic that carries an event.
pub(super) fn is_of_event(path: &[String]) -> bool {
    path.len() == 5 && path[0] == PUBSUB.path[0] && path[3] == EXISTING
}

impl Values<'_> {
    pub(super) fn check_existing(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        self.check_of_one(diagnostics);
        let candidates = candidates(settings);
        for candidate in &candidates {
            self.check_candidate(candidate, settings, diagnostics);
        }
        self.check_twice(&candidates, settings, diagnostics);
        self.check_file_systems(settings, diagnostics);
        self.check_secrets_of_databases(settings, diagnostics);
        self.check_topics(settings, diagnostics);
        self.check_network(settings, diagnostics);
        self.check_clusters(settings, diagnostics);
    }

    /// What names one thing cannot be said of all.
    fn check_of_one(&self, diagnostics: &mut Diagnostics) {
        for section in SECTIONS.iter().filter(|section| section.ids.is_some()) {
            for (key, _) in section.keys.iter().filter(|(key, _)| *key == EXISTING) {
                let path = section.table.key(None, key);
                let Some(found) = self.at(&path).filter(|found| found.origin != Origin::Default) else { continue };
                if found.value.to_string().is_empty() {
                    continue;
                }
                let name = joined(&path);
                let message = format!("`{name}` names one thing, and this is said of all");
                let below = joined(&section.table.path.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
                let help = format!("say it of one: `[{below}.by_id.ID]`, then `{key} = …`");
                let problem =
                    said_at(Diagnostic::new(Code::ExistingOfAll, message).help(help), found, "adopted by every one");
                diagnostics.push(problem);
            }
        }
    }

    fn check_candidate(&self, candidate: &Candidate<'_>, settings: &Settings, diagnostics: &mut Diagnostics) {
        let Candidate { table, id, adoption, kind, is_inside } = candidate;
        if !adoption.is_there() {
            let details = SECTIONS.iter().filter(|section| section.table == **table).flat_map(|section| section.keys);
            for (key, _) in details.filter(|(key, _)| key.starts_with("existing_")) {
                let path = table.key(Some(id.as_str()), key);
                self.idle_detail(&path, "nothing is adopted here", diagnostics);
            }
            return;
        }
        self.check_named(*kind, &adoption.existing, table, Some(id), EXISTING, diagnostics);
        self.check_key(&adoption.kms_key, table, Some(id), diagnostics);
        let named_group = !adoption.security_group.value.is_empty();
        if *kind == Adoptable::ReplicationGroup && !named_group {
            let key = joined(&table.key(Some(id.as_str()), "existing_security_group"));
            let message = format!("the security group of `{}` is not known", adoption.existing.value);
            let problem = Diagnostic::new(Code::ExistingIncomplete, message)
                .help(format!("set `{key}`: AWS does not name the groups of a replication group"));
            diagnostics.push(self.at_values(problem, table, Some(id), &[(EXISTING, "this is a replication group")]));
        }
        if *is_inside && !settings.network.existing.is_there() {
            let message = format!("`{}` is inside a network, and this one would be made anew", adoption.existing.value);
            let problem = Diagnostic::new(Code::ExistingIncomplete, message).help(
                "adopt its network as well: set `network.existing.vpc_id` and `network.existing.private_subnet_ids`",
            );
            diagnostics.push(self.at_values(problem, table, Some(id), &[(EXISTING, "adopted here")]));
        }
        self.check_unused(table, id, adoption, diagnostics);
        let idle: &[(&str, &str)] = match kind {
            Adoptable::Table => &[("existing_security_group", "a table"), ("existing_ingress", "a table")],
            Adoptable::ReplicationGroup if **table == KV => &[("existing_kms_key", "a replication group")],
            Adoptable::Bucket
            | Adoptable::Secret
            | Adoptable::Parameter
            | Adoptable::DbInstance
            | Adoptable::DbCluster
            | Adoptable::ReplicationGroup
            | Adoptable::ServerlessCache
            | Adoptable::MemorydbCluster
            | Adoptable::Topic
            | Adoptable::Key
            | Adoptable::EcsCluster
            | Adoptable::EksCluster => &[],
        };
        for (key, what) in idle {
            let because = format!("units reach {what} without it");
            self.idle_detail(&table.key(Some(id.as_str()), key), &because, diagnostics);
        }
    }

    /// Whether what a setting names is of the kind that it is for.
    fn check_named(
        &self,
        kind: Adoptable,
        setting: &Setting<String>,
        table: &Table,
        id: Option<&Id>,
        key: &str,
        diagnostics: &mut Diagnostics,
    ) {
        if setting.value.is_empty() {
            return;
        }
        let Err(why) = kind.named(&setting.value) else { return };
        let found = self.find(table, id, key).1;
        diagnostics.push(misnamed(kind, setting, &why, found));
    }

    fn check_key(&self, setting: &Setting<String>, table: &Table, id: Option<&Id>, diagnostics: &mut Diagnostics) {
        self.check_named(Adoptable::Key, setting, table, id, "existing_kms_key", diagnostics);
    }

    /// One thing that two ids stand for: each would take the other's data for its own.
    fn check_twice(&self, candidates: &[Candidate<'_>], settings: &Settings, diagnostics: &mut Diagnostics) {
        let mut known: Vec<(Adoptable, String, Option<&str>, &Candidate<'_>)> = Vec::new();
        for one in candidates {
            // What is said of all was reported as that.
            let own = self.at(&one.table.key(Some(one.id.as_str()), EXISTING));
            let Some(name) = own.and_then(|_| Some(one.kind.named(&one.adoption.existing.value).ok()?.name)) else {
                continue;
            };
            let database = settings.databases.get(one.id).map(|it| it.adoption.database.value.as_str());
            let same = known.iter().find(|(kind, other, of, _)| *kind == one.kind && *other == name && *of == database);
            if let Some((.., other)) = same {
                let message =
                    format!("`{}` is adopted for `{}` and for `{}`", one.adoption.existing.value, other.id, one.id);
                let problem = Diagnostic::new(Code::ExistingTwice, message)
                    .help("adopt another one: each would take the other's data for its own");
                let problem = self.at_values(problem, one.table, Some(one.id), &[(EXISTING, "adopted once more")]);
                diagnostics.push(self.at_values(problem, other.table, Some(other.id), &[(EXISTING, "adopted here")]));
            }
            known.push((one.kind, name, database, one));
        }
    }

    /// What would be adopted for files, where a folder is mounted.
    fn check_file_systems(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let mounted = settings.file_stores.iter().filter(|(_, it)| it.backing.value == FsBacking::Efs);
        for (id, store) in mounted.filter(|(_, it)| it.adoption.is_there()) {
            let (named, backing) = (&store.adoption.existing.value, &store.backing);
            let message = format!("`{named}` cannot be adopted: `{}` is `{}`", backing.key, backing.value);
            let problem = Diagnostic::new(Code::ExistingMalformed, message)
                .help("buckets of S3 are adopted, and file systems of EFS are made");
            diagnostics.push(self.at_values(problem, &FS, Some(id), &[(EXISTING, "a bucket")]));
        }
    }

    fn check_secrets_of_databases(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        for (id, database) in settings.databases.iter().filter(|(_, it)| it.adoption.server.is_there()) {
            let secret = &database.adoption.secret;
            self.check_named(Adoptable::Secret, secret, &ORM, Some(id), "existing_secret", diagnostics);
            if secret.value.is_empty() {
                diagnostics.push(self.master_user(id, &database.adoption.server.existing.value));
            }
        }
    }

    /// Says that units are who may do anything on an adopted server.
    fn master_user(&self, id: &Id, server: &str) -> Diagnostic {
        let key = joined(&ORM.key(Some(id.as_str()), "existing_secret"));
        let message = format!("units sign in to `{server}` as its master user");
        let problem = Diagnostic::new(Code::ExistingMasterUser, message).help(format!(
            "set `{key}` to a secret with `username` and `password` of a user who may do what the code does, and no more"
        ));
        self.at_values(problem, &ORM, Some(id), &[(EXISTING, "who may read and change everything on it")])
    }

    fn check_topics(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let mut known: Vec<(&Setting<String>, &str)> = Vec::new();
        for (id, topic) in &settings.topics {
            for (event, setting) in &topic.existing {
                let path = [PUBSUB.path[0], "by_id", id.as_str(), EXISTING, event].map(str::to_owned);
                let kind = Adoptable::Topic;
                match topic.backing.value {
                    PubsubBacking::Sns => {}
                    PubsubBacking::Eventbridge => {
                        let why = format!("`{}` is `{}`", topic.backing.key, topic.backing.value);
                        let message = format!("`{}` cannot be adopted: {why}", setting.value);
                        let problem = Diagnostic::new(Code::ExistingMalformed, message)
                            .help("topics of SNS are adopted, and buses of EventBridge are made");
                        diagnostics.push(match self.at(&path) {
                            Some(found) => said_at(problem, found, "a topic of SNS"),
                            None => problem,
                        });
                        continue;
                    }
                }
                if let Err(why) = kind.named(&setting.value) {
                    diagnostics.push(misnamed(kind, setting, &why, self.at(&path)));
                }
                if let Some((_, other)) = known.iter().find(|(other, _)| other.value == setting.value) {
                    let message = format!("`{}` is adopted for {other:?} and for {event:?}", setting.value);
                    let problem = Diagnostic::new(Code::ExistingTwice, message)
                        .help("adopt another one: who handles one event would be handed the other as well");
                    let found = self.at(&path);
                    diagnostics.push(match found {
                        Some(found) => said_at(problem, found, "adopted once more"),
                        None => problem,
                    });
                }
                known.push((setting, event));
            }
            self.check_key(&topic.existing_kms_key, &PUBSUB, Some(id), diagnostics);
            if topic.existing.is_empty() {
                let path = PUBSUB.key(Some(id.as_str()), "existing_kms_key");
                self.idle_detail(&path, "no topic of it is adopted", diagnostics);
            }
        }
    }

    fn check_network(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let network = &settings.network.existing;
        let table = &NETWORK_EXISTING;
        let incomplete = |message: &str, key: &str, label: &'static str, help: &str| {
            let problem = Diagnostic::new(Code::ExistingIncomplete, message).help(help);
            self.at_values(problem, table, None, &[(key, label)])
        };
        if !network.is_there() {
            let lists = [
                ("private_subnet_ids", &network.private_subnets),
                ("public_subnet_ids", &network.public_subnets),
                ("route_table_ids", &network.route_tables),
            ];
            for (key, _) in lists.iter().filter(|(_, list)| !list.value.0.is_empty()) {
                let message = format!("`network.existing.{key}` is of a VPC that is not named");
                let help = "set `network.existing.vpc_id`";
                diagnostics.push(incomplete(&message, key, "of which VPC?", help));
            }
            self.idle_detail(&table.key(None, "endpoints"), "no VPC is adopted", diagnostics);
            return;
        }
        if network.private_subnets.value.0.len() < 2 {
            let message = "an adopted VPC needs two private subnets or more, in two zones or more";
            let help = "set `network.existing.private_subnet_ids`";
            diagnostics.push(incomplete(message, "vpc_id", "adopted here", help));
        }
        self.check_public_subnets(settings, diagnostics);
        if network.endpoints.value == Endpoints::Create && network.route_tables.value.0.is_empty() {
            let message = "ways to S3 and DynamoDB are routes, and no route table is named";
            let help = "set `network.existing.route_table_ids` to those of the private subnets";
            diagnostics.push(incomplete(message, "endpoints", "to be made", help));
        }
        if network.endpoints.value == Endpoints::None && !network.route_tables.value.0.is_empty() {
            let because = "no endpoints are made in the adopted VPC";
            self.idle_detail(&table.key(None, "route_table_ids"), because, diagnostics);
        }
        let Some(adopted) = self.find(table, None, "vpc_id").1 else { return };
        for section in SECTIONS.iter().filter(|section| section.table == NETWORK) {
            for (key, _) in section.keys {
                self.unused(&NETWORK.key(None, key), adopted, &network.vpc.value, diagnostics);
            }
        }
    }

    /// A public load balancer stands in subnets that the internet reaches, and nothing else does.
    fn check_public_subnets(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let (public, private) = (&settings.network.existing.public_subnets, &settings.network.existing.private_subnets);
        if let Some(both) = public.value.0.iter().find(|subnet| private.value.0.contains(subnet)) {
            let message = format!("`{both}` is adopted as a public subnet and as a private one");
            let problem = Diagnostic::new(Code::ExistingTwice, message)
                .help("name it once: what is in a private subnet is not reached from the internet");
            let labels = [("public_subnet_ids", "public here"), ("private_subnet_ids", "private here")];
            diagnostics.push(self.at_values(problem, &NETWORK_EXISTING, None, &labels));
        }
        let named = public.value.0.len();
        let published = settings.gateways.values().find(|it| it.backing.value == ExposeBacking::Alb);
        match published {
            Some(gateway) if named < 2 => {
                let message = format!(
                    "`{}` is `{}`, which needs two public subnets of the adopted VPC or more, in two zones or more",
                    gateway.backing.key, gateway.backing.value
                );
                let problem =
                    Diagnostic::new(Code::ExistingIncomplete, message).help("set `network.existing.public_subnet_ids`");
                diagnostics.push(self.at_values(problem, &NETWORK_EXISTING, None, &[("vpc_id", "adopted here")]));
            }
            Some(_) => {}
            None => {
                let path = NETWORK_EXISTING.key(None, "public_subnet_ids");
                self.idle_detail(&path, "no gateway is a public load balancer", diagnostics);
            }
        }
    }

    fn check_clusters(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        self.check_named(Adoptable::EcsCluster, &settings.ecs_existing, &ECS, None, EXISTING, diagnostics);
        let eks = &settings.eks.existing;
        self.check_named(Adoptable::EksCluster, eks, &EKS, None, EXISTING, diagnostics);
        if eks.value.is_empty() {
            self.idle_detail(&EKS.key(None, "existing_pod_identity"), "no cluster is adopted", diagnostics);
            return;
        }
        let is_used = self.application.units.keys().any(|unit| self.compute(unit) == Compute::Eks);
        if is_used && !settings.network.existing.is_there() {
            let message = format!("`{}` is inside a network, and this one would be made anew", eks.value);
            let problem = Diagnostic::new(Code::ExistingIncomplete, message).help(
                "adopt its network as well: set `network.existing.vpc_id` and `network.existing.private_subnet_ids`",
            );
            diagnostics.push(self.at_values(problem, &EKS, None, &[(EXISTING, "adopted here")]));
        }
        let Some(adopted) = self.find(&EKS, None, EXISTING).1 else { return };
        for section in SECTIONS.iter().filter(|section| section.table == EKS) {
            for (key, _) in section.keys.iter().filter(|(key, _)| !is_of_any_cluster(key)) {
                self.unused(&EKS.key(None, key), adopted, &eks.value, diagnostics);
            }
        }
    }
}

fn misnamed(kind: Adoptable, setting: &Setting<String>, why: &str, found: Option<&Accepted>) -> Diagnostic {
    let message = format!("`{}` is no {}: {why}", setting.value, kind.title());
    let problem = Diagnostic::new(Code::ExistingMalformed, message).help(format!("give {}", kind.form()));
    match found {
        Some(found) => said_at(problem, found, &format!("for `{}`", setting.key)),
        None => problem,
    }
}

pub(super) fn said_at(problem: Diagnostic, found: &Accepted, label: &str) -> Diagnostic {
    match &found.span {
        Some(span) => problem.at(span.clone(), label),
        None => problem,
    }
}

pub(super) fn joined(path: &[String]) -> String {
    layer::join(path.iter().map(String::as_str))
}
