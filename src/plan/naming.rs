//! Every name that inferra gives: to environment variables, files, Terraform blocks and things in the cloud.
//!
//! A name follows from what it names and from nothing else, so it stays when something is added beside it. Where an AWS
//! limit or alphabet forces a change, a digest of the original is appended, so that two originals stay two names.

mod rule;

use std::collections::BTreeMap;

use super::Concern;
use crate::app::{Application, Capability, Id, Origin, Route, RouteSegment};
use crate::diag::{Code, Diagnostic, Diagnostics};
use rule::{
    ACCESS_CONTROL, API, BUCKET, CACHE, CACHE_SUBNET_GROUP, CLUSTER, DATABASE, DETAIL_TYPE, EVENT_ARCHIVE, EVENT_BUS,
    EVENT_RULE, FILE_SYSTEM, FUNCTION, KEY_ALIAS, KUBERNETES, LOAD_BALANCER, LOG_GROUP_PART, NODE_GROUP, PARAMETER,
    QUEUE, REPOSITORY, ROLE, Rule, SCHEDULE, SECRET, SECURITY_GROUP, SERVICE, STATEMENT, TABLE, TAG, TOPIC, VPC_LINK,
    digest, fit,
};

/// The start of every environment variable of a construct, such as `INFERRA_PERSIST_REDIS`.
#[must_use]
pub fn binding_prefix(capability: Capability, id: &Id) -> String {
    format!("INFERRA_{}_{}", upper(capability.name()), upper(id.as_str()))
}

/// An id as part of a setting's key: in quotes where it is no plain word.
pub(super) fn setting_key(id: &Id) -> String {
    let id = id.as_str();
    let bare = id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if bare { id.to_owned() } else { format!("{id:?}") }
}

/// The environment variable for one property of a construct, such as `INFERRA_PERSIST_REDIS_HOST`.
#[must_use]
pub fn binding_variable(capability: Capability, id: &Id, property: &str) -> String {
    format!("{}_{}", binding_prefix(capability, id), upper(property))
}

fn upper(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// Reports ids of one capability that become one name. What [`binding_prefix`] keeps apart, [`label`] and [`slug`] do too.
pub(super) fn check(application: &Application, diagnostics: &mut Diagnostics) {
    let units = application.units.values().map(|unit| (Capability::ExecutionUnit, &unit.id, unit.origin.origin()));
    let gateways = application.gateways.values().map(|gateway| (Capability::Expose, &gateway.id, &gateway.origin));
    let stores = application.stores.values().map(|store| (Capability::Persist, &store.id, &store.origin));
    let topics = application.topics.values().map(|topic| (Capability::Pubsub, &topic.id, &topic.origin));
    let parameters = application.parameters.values().map(|one| (Capability::Config, &one.id, &one.origin));
    let schedules = application.schedules.values().map(|one| (Capability::Schedule, &one.id, &one.origin));
    let sites = application.sites.values().map(|one| (Capability::StaticUnit, &one.id, &one.origin));
    let all = units.chain(gateways).chain(stores).chain(topics).chain(parameters).chain(schedules).chain(sites);
    let mut names: BTreeMap<String, (&Id, &Origin)> = BTreeMap::new();
    for (capability, id, origin) in all {
        let prefix = binding_prefix(capability, id);
        if let Some((other, first)) = names.insert(prefix.clone(), (id, origin)) {
            diagnostics.push(
                Diagnostic::new(Code::NameCollision, format!("the ids `{other}` and `{id}` are one name: `{prefix}`"))
                    .at(origin.span.clone(), "this id")
                    .also(first.span.clone(), "and this one")
                    .help("ids of one capability must differ in more than case and punctuation: rename one"),
            );
        }
    }
}

/// An id as part of a Terraform name: lower case, `_` for everything else.
#[must_use]
pub fn label(id: &Id) -> String {
    upper(id.as_str()).to_ascii_lowercase()
}

/// An id as a folder's or file's name.
#[must_use]
pub fn slug(id: &Id) -> String {
    id.as_str().chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}

/// The database of a store. `store_` keeps it from being a word of SQL, which no server takes as a name.
#[must_use]
pub fn database(store: &Id) -> String {
    // PostgreSQL cuts names at 63 bytes: https://www.postgresql.org/docs/current/sql-syntax-lexical.html.
    let whole = format!("store_{}", label(store));
    if whole.len() <= 63 { whole } else { format!("{}_{}", &whole[..54], digest(&[store.as_str()])) }
}

/// The file of Terraform for a concern.
#[must_use]
pub fn terraform_file(concern: &Concern) -> String {
    match concern {
        Concern::Network => "network.tf".to_owned(),
        Concern::Cluster => "cluster.tf".to_owned(),
        Concern::Unit(id) => format!("unit_{}.tf", label(id)),
        Concern::Gateway(id) => format!("gateway_{}.tf", label(id)),
        Concern::Store(id) => format!("store_{}.tf", label(id)),
        Concern::Topic(id) => format!("topic_{}.tf", label(id)),
        Concern::Parameter(id) => format!("config_{}.tf", label(id)),
        Concern::Schedule(id) => format!("schedule_{}.tf", label(id)),
        Concern::Site(id) => format!("site_{}.tf", label(id)),
    }
}

/// The output that holds a gateway's address.
#[must_use]
pub fn url_output(gateway: &Id) -> String {
    format!("{}_url", label(gateway))
}

/// The variable of the module that holds a value of the configuration.
#[must_use]
pub fn config_variable(parameter: &Id) -> String {
    format!("config_{}", label(parameter))
}

/// The output that says how a secret gets its value.
#[must_use]
pub fn secret_output(capability: Capability, id: &Id) -> String {
    format!("{}_{}_secret", label(id), capability.name())
}

/// An event as part of a Terraform name.
pub(super) fn event_label(topic: &Id, event: &str) -> String {
    let plain: String = event.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let altered = plain != event;
    let plain = if altered { format!("{plain}_{}", digest(&[event])) } else { plain };
    format!("{}_{plain}", label(topic))
}

/// A route as part of a Terraform name: `get_users__name` for `GET /users/{name}`.
pub(super) fn route_label(route: &Route) -> String {
    let mut name = route.method.name().to_ascii_lowercase();
    let mut altered = false;
    for segment in &route.path.0 {
        let (separator, text, rest) = match segment {
            RouteSegment::Literal(text) => ("_", text, false),
            RouteSegment::Parameter(text) => ("__", text, false),
            RouteSegment::Rest(text) => ("__", text, true),
        };
        let plain: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        altered |= rest || plain.is_empty() || plain.contains('_');
        name.push_str(separator);
        name.push_str(&plain);
    }
    if altered { format!("{name}_{}", digest(&[&route.path.to_string()])) } else { name }
}

/// The names of things in the cloud, all starting with the application's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub application: &'a str,
}

impl Names<'_> {
    pub(super) fn function(self, unit: &Id) -> String {
        self.fit(&FUNCTION, &[unit.as_str()])
    }

    /// The function that runs a unit's migrations. No id holds a `+`, so no unit's function has such a name.
    pub(super) fn migration_function(self, unit: &Id) -> String {
        self.fit(&FUNCTION, &[&format!("{unit}+migrate")])
    }

    pub(super) fn migration_log_group(self, unit: &Id) -> String {
        format!("/aws/lambda/{}", self.migration_function(unit))
    }

    pub(super) fn role(self, unit: &Id) -> String {
        self.fit(&ROLE, &[unit.as_str()])
    }

    pub(super) fn unit_log_group(self, unit: &Id) -> String {
        format!("/aws/lambda/{}", self.function(unit))
    }

    /// AWS keeps one resource policy for all log groups that services deliver to, and only these do not count in its size:
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html>.
    pub(super) fn access_log_group(self, gateway: &Id) -> String {
        format!("/aws/vendedlogs/apigateway/{}", self.fit(&LOG_GROUP_PART, &[gateway.as_str()]))
    }

    pub(super) fn security_group(self, kind: &str, id: &str) -> String {
        self.fit(&SECURITY_GROUP, &[kind, id])
    }

    pub(super) fn cache(self, store: &Id) -> String {
        self.fit(&CACHE, &[store.as_str()])
    }

    pub(super) fn cache_subnet_group(self, store: &Id) -> String {
        self.fit(&CACHE_SUBNET_GROUP, &[store.as_str()])
    }

    /// A database server, and what belongs to it alone.
    pub(super) fn database(self, store: &Id) -> String {
        self.fit(&DATABASE, &[store.as_str()])
    }

    pub(super) fn table(self, store: &Id) -> String {
        self.fit(&TABLE, &[store.as_str()])
    }

    pub(super) fn topic(self, topic: &Id, event: &str) -> String {
        // `a` + `b-c` must differ from `a-b` + `c`, so an event with the separator in it counts as altered.
        if event.contains('-') {
            let event = format!("{event}-{}", digest(&[topic.as_str(), event]));
            return self.fit(&TOPIC, &[topic.as_str(), &event]);
        }
        self.fit(&TOPIC, &[topic.as_str(), event])
    }

    /// The bus of a topic's events.
    pub(super) fn event_bus(self, topic: &Id) -> String {
        self.fit(&EVENT_BUS, &[topic.as_str()])
    }

    pub(super) fn event_archive(self, topic: &Id) -> String {
        self.fit(&EVENT_ARCHIVE, &[topic.as_str()])
    }

    /// Where a topic's events say that they come from. AWS keeps what starts with `aws.` for itself:
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html>.
    pub(super) fn event_source(self, topic: &Id) -> String {
        let source = format!("{}.{}", self.application, fit(&EVENT_BUS, &[topic.as_str()]));
        if source.to_ascii_lowercase().starts_with("aws.") { format!("app.{source}") } else { source }
    }

    /// The queue for what the key of a topic's bus does not encrypt; no unit's id has such an end, unless somebody wants it to.
    pub(super) fn bus_dead_letters(self, topic: &Id) -> String {
        self.fit(&QUEUE, &[topic.as_str(), "bus-dead-letters"])
    }

    pub(super) fn dead_letters(self, unit: &Id) -> String {
        self.fit(&QUEUE, &[unit.as_str(), "dead-letters"])
    }

    pub(super) fn api(self, gateway: &Id) -> String {
        self.fit(&API, &[gateway.as_str()])
    }

    /// The queue from which a unit in a container takes its events.
    pub(super) fn queue(self, unit: &Id) -> String {
        self.fit(&QUEUE, &[unit.as_str(), "events"])
    }

    /// The cluster of containers, and what belongs to it alone.
    pub(super) fn cluster(self) -> String {
        self.fit(&CLUSTER, &[])
    }

    /// A role of the cluster's own, such as that of its nodes. No id holds a `+`, so no unit's role has such a name.
    pub(super) fn cluster_role(self, role: &str) -> String {
        self.fit(&ROLE, &[&format!("cluster+{role}")])
    }

    pub(super) fn node_group(self, part: &str) -> String {
        self.fit(&NODE_GROUP, &[part])
    }

    pub(super) fn key_alias(self, part: &str) -> String {
        format!("alias/{}", self.fit(&KEY_ALIAS, &[part]))
    }

    /// The repository of a unit's images.
    pub(super) fn repository(self, unit: &Id) -> String {
        self.fit(&REPOSITORY, &[unit.as_str()])
    }

    /// A service of ECS, and the family of its task definitions.
    pub(super) fn service(self, unit: &Id) -> String {
        self.fit(&SERVICE, &[unit.as_str()])
    }

    /// The role by which ECS starts a unit; see [`cluster_role`](Self::cluster_role) for its `+`.
    pub(super) fn execution_role(self, unit: &Id) -> String {
        self.fit(&ROLE, &[&format!("{unit}+start")])
    }

    /// The log group of a unit in a container.
    pub(super) fn container_log_group(self, unit: &Id) -> String {
        format!("/ecs/{}", self.fit(&LOG_GROUP_PART, &[unit.as_str()]))
    }

    /// The log group that EKS writes the control plane's logs to, by its own rule:
    /// <https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html>.
    pub(super) fn control_plane_log_group(self) -> String {
        format!("/aws/eks/{}/cluster", self.cluster())
    }

    /// AWS keeps names that start with `internal-` for itself:
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>.
    pub(super) fn load_balancer(self, gateway: &Id) -> String {
        let name = self.fit(&LOAD_BALANCER, &[gateway.as_str()]);
        if name.starts_with("internal-") { fit(&LOAD_BALANCER, &["lb", &name]) } else { name }
    }

    /// What a load balancer knows a unit's containers by.
    pub(super) fn target_group(self, unit: &Id) -> String {
        self.fit(&LOAD_BALANCER, &[unit.as_str()])
    }

    pub(super) fn vpc_link(self, gateway: &Id) -> String {
        self.fit(&VPC_LINK, &[gateway.as_str()])
    }

    /// The domain in which the units find each other.
    pub(super) fn private_domain(self) -> String {
        format!("{}.internal", self.fit(&KUBERNETES, &[]))
    }

    /// How `CloudFront` signs its requests to a site's bucket.
    pub(super) fn access_control(self, site: &Id) -> String {
        self.fit(&ACCESS_CONTROL, &[site.as_str()])
    }

    /// The start of a bucket's name; see [`BUCKET`]. AWS keeps names that start with `sthree-` for itself.
    pub(super) fn bucket(self, id: &Id) -> String {
        let name = self.fit(&BUCKET, &[id.as_str()]);
        if name.starts_with("sthree-") { fit(&BUCKET, &["bucket", &name]) } else { name }
    }

    /// The start of the name of a site's bucket; a store of files may have the same id.
    pub(super) fn site_bucket(self, id: &Id) -> String {
        let name = self.fit(&BUCKET, &["site", id.as_str()]);
        if name.starts_with("sthree-") { fit(&BUCKET, &["bucket", &name]) } else { name }
    }

    /// The secret behind a construct. Stores and values of the configuration may have one id.
    pub(super) fn secret(self, capability: Capability, id: &Id) -> String {
        let name = fit(&SECRET, &[id.as_str()]);
        // Secrets Manager adds six characters to a name; one that looks as if it had them is found by the wrong name.
        let suffixed = name.len() > 7 && name.as_bytes()[name.len() - 7] == b'-';
        let end = if suffixed { "/value" } else { "" };
        format!("{}/{capability}/{name}{end}", fit(&SECRET, &[self.application]))
    }

    /// A value in Parameter Store, where no name may start with `aws` or `ssm`, as an application's may.
    pub(super) fn parameter(self, id: &Id) -> String {
        format!("/config/{}/{}", fit(&PARAMETER, &[self.application]), fit(&PARAMETER, &[id.as_str()]))
    }

    /// A secret in Parameter Store, apart from the values that are none.
    pub(super) fn secret_parameter(self, id: &Id) -> String {
        format!("/persist/{}/{}", fit(&PARAMETER, &[self.application]), fit(&PARAMETER, &[id.as_str()]))
    }

    pub(super) fn file_system(self, store: &Id) -> String {
        self.fit(&FILE_SYSTEM, &[store.as_str()])
    }

    pub(super) fn tag(self, parts: &[&str]) -> String {
        self.fit(&TAG, parts)
    }

    /// What calls a function at certain times.
    pub(super) fn schedule(self, schedule: &Id) -> String {
        self.fit(&SCHEDULE, &[schedule.as_str()])
    }

    /// The role of what calls a function; see [`cluster_role`](Self::cluster_role) for its `+`.
    pub(super) fn schedule_role(self, schedule: &Id) -> String {
        self.fit(&ROLE, &[&format!("{schedule}+schedule")])
    }

    /// What keeps an instance of a unit ready. No schedule's id has such an end, unless somebody wants it to.
    pub(super) fn warmth(self, unit: &Id) -> String {
        self.fit(&SCHEDULE, &[unit.as_str(), "keep-warm", &digest(&["keep-warm", unit.as_str()])])
    }

    /// The role of what keeps an instance ready.
    pub(super) fn warmth_role(self, unit: &Id) -> String {
        self.fit(&ROLE, &[&format!("{unit}+warm")])
    }

    fn fit(self, rule: &Rule, parts: &[&str]) -> String {
        let all: Vec<_> = std::iter::once(self.application).chain(parts.iter().copied()).collect();
        fit(rule, &all)
    }
}

/// The name of a unit's objects in Kubernetes, and in the domain of a container cluster.
#[must_use]
pub fn kubernetes_name(unit: &Id) -> String {
    fit(&KUBERNETES, &[unit.as_str()])
}

/// The namespace of an application of which no setting says it.
#[must_use]
pub fn kubernetes_namespace(application: &str) -> String {
    // Kubernetes keeps these for itself, and what runs there is the cluster's own.
    if application.to_ascii_lowercase().starts_with("kube-") {
        return fit(&KUBERNETES, &["app", application]);
    }
    fit(&KUBERNETES, &[application])
}

/// The type that an event of `EventBridge` has: the event's own name, where one fits. A policy would read a variable in `$` and
/// `&`: <https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/data-sources/iam_policy_document>.
pub(super) fn detail_type(event: &str) -> String {
    let fits = !event.is_empty() && event.len() <= 128 && !event.contains(|c: char| "$&".contains(c) || c.is_control());
    if fits { event.to_owned() } else { fit(&DETAIL_TYPE, &["event", event, &digest(&[event])]) }
}

/// The name of the rule that chooses an event for a unit; its bus has the topic's name.
pub(super) fn event_rule(event: &str, unit: &Id) -> String {
    // As of topics: `a` + `b-c` must differ from `a-b` + `c`.
    if event.contains('-') {
        return fit(&EVENT_RULE, &[event, &digest(&[event]), unit.as_str()]);
    }
    fit(&EVENT_RULE, &[event, unit.as_str()])
}

/// What a rule knows a unit by.
pub(super) fn event_target(unit: &Id) -> String {
    fit(&EVENT_RULE, &[unit.as_str()])
}

/// The name of a statement in a function's policy.
pub(super) fn statement(parts: &[&str]) -> String {
    fit(&STATEMENT, parts)
}

#[cfg(test)]
mod tests;
