use super::super::Draft;
use super::super::network::Network;
use super::addons::{self, Addon};
use crate::app::Unit;
use crate::config::Architecture;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::Concern;
use crate::resource::{ClusterPlace, EksFargateProfile, IamOpenidConnectProvider};
use crate::terraform::{Address, Key, object, text};

/// The namespace of what the cluster itself needs.
const SYSTEM: &str = "kube-system";

impl Draft<'_> {
    /// Says of each unit that Fargate cannot run it.
    pub(super) fn check_fargate(&self, diagnostics: &mut Diagnostics) {
        for unit in self.eks_units() {
            match self.settings.units.get(&unit.id).map(|settings| settings.architecture.value) {
                Some(Architecture::Arm64) => diagnostics.push(no_arm(unit)),
                Some(Architecture::X86) | None => {}
            }
        }
    }

    /// Has the pods of the units and of the cluster itself run on Fargate.
    pub(super) fn fargate(&mut self, cluster: &Address, network: &Network, namespace: &str) {
        let place = ClusterPlace {
            partition: self.partition(),
            region: self.region(),
            account: self.account(),
            name: self.names.cluster(),
        };
        let policy = ("AmazonEKSFargatePodExecutionRolePolicy", "What Fargate needs to pull a pod's images.");
        let trust = EksFargateProfile::trust(&place);
        let role = self.service_role("pods", "What starts pods on Fargate", trust, &[policy]);
        let after: Vec<_> = role.policies.into_iter().chain(self.ways_out()).collect();
        let mut profile = |part: &str, namespace: &str, rule: &str| {
            let profile = EksFargateProfile {
                cluster: cluster.clone(),
                name: self.names.node_group(part),
                role: role.role.clone(),
                subnets: network.subnets.clone(),
                namespace: namespace.to_owned(),
                after: after.clone(),
            };
            let why = self.because_of_pods(rule).with(&self.settings.eks.nodes);
            self.graph.add(&Concern::Cluster, part, profile, why)
        };
        let system = profile(
            "system",
            SYSTEM,
            "What the cluster itself needs, such as its name servers, runs on Fargate as well.",
        );
        if namespace != SYSTEM {
            profile("units", namespace, "The units' pods, each on a machine of its own that is nobody's to keep.");
        }
        let later = Some((vec![system], "Without the profile there is nothing that it could run on."));
        let dns = Addon {
            name: addons::DNS,
            rule: addons::DNS_RULE,
            configuration: Some(object([(Key::Name("computeType"), text("Fargate"))])),
            after: later.clone(),
            ..Addon::default()
        };
        self.addon(cluster, dns);
        let metrics = Addon { name: addons::METRICS, rule: addons::METRICS_RULE, after: later, ..Addon::default() };
        self.addon(cluster, metrics);
    }

    /// Has IAM believe the cluster's tokens.
    pub(super) fn identity_provider(&mut self, cluster: &Address) -> Address {
        let why = self.because_of_pods(
            "Pods on Fargate prove to IAM with a token of the cluster's who they are: the agent that gives roles elsewhere cannot run there.",
        );
        let provider = IamOpenidConnectProvider { cluster: cluster.clone() };
        self.graph.add(&Concern::Cluster, "cluster", provider, why)
    }
}

/// <https://docs.aws.amazon.com/eks/latest/userguide/fargate.html>
fn no_arm(unit: &Unit) -> Diagnostic {
    let message = format!("unit `{}` is built for arm64, and Fargate on EKS runs x86_64 alone", unit.id);
    Diagnostic::new(Code::TargetCannotRun, message)
        .at(unit.origin.origin().span.clone(), "this unit would never start: Fargate has no arm64 machines for EKS")
        .help(
            "set `execution_unit.architecture = \"x86_64\"`, or `eks.nodes = \"managed\"`, or run the unit elsewhere: \
             `execution_unit.compute = \"ecs\"` or `\"lambda\"`, which have arm64",
        )
}
