use super::super::Draft;
use crate::plan::Concern;
use crate::resource::{AddonRole, EksAddon, EksAddonVersion};
use crate::terraform::{Address, Expression, Key, object, text};

/// An add-on of the cluster, as far as it differs from others.
#[derive(Default)]
pub(super) struct Addon<'a> {
    pub name: &'static str,
    /// Why it is there.
    pub rule: &'a str,
    pub configuration: Option<Expression>,
    pub role: Option<AddonRole>,
    /// What must be there first, and why.
    pub after: Option<(Vec<Address>, &'static str)>,
}

/// What resolves the names of services and, outside the cluster, of everything else.
pub(super) const DNS: &str = "coredns";
/// What autoscaling reads: an add-on of the community, which AWS installs but does not support.
pub(super) const METRICS: &str = "metrics-server";

pub(super) const DNS_RULE: &str = "Resolves the names that pods look up, those of stores and of AWS included.";
pub(super) const METRICS_RULE: &str = "Measures what pods use, by which Kubernetes decides how many there are.";

impl Draft<'_> {
    pub(super) fn addon(&mut self, cluster: &Address, addon: Addon<'_>) -> Address {
        let name = addon.name.replace('-', "_");
        let version = EksAddonVersion { addon: addon.name, cluster: cluster.clone() };
        let why = self
            .because_of_pods("The version that AWS recommends for the cluster's own, so that one upgrade moves both.");
        let version = self.graph.add(&Concern::Cluster, &name, version, why);
        let why = self.because_of_pods(addon.rule);
        let addon = EksAddon {
            cluster: cluster.clone(),
            addon: addon.name,
            version,
            configuration: addon.configuration,
            role: addon.role,
            after: addon.after,
        };
        self.graph.add(&Concern::Cluster, &name, addon, why)
    }
}

/// How the network of pods works:
/// <https://docs.aws.amazon.com/eks/latest/userguide/security-groups-pods-deployment.html>,
/// <https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html>.
///
/// Pods have interfaces with security groups of their own (`ENABLE_POD_ENI`), the agents on the machine are reached
/// nevertheless (`standard`), and what goes to the internet passes the pod's security groups, not the machine's, because the
/// NAT gateway translates addresses instead of the machine (`EXTERNALSNAT`).
pub(super) fn network_configuration() -> Expression {
    let environment = [
        ("ENABLE_POD_ENI", "true"),
        ("POD_SECURITY_GROUP_ENFORCING_MODE", "standard"),
        ("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true"),
    ];
    object([
        (Key::Name("enableNetworkPolicy"), text("true")),
        (Key::Name("env"), object(environment.map(|(name, value)| (Key::Name(name), text(value))))),
    ])
}
