use std::collections::{BTreeMap, BTreeSet};

use super::super::Draft;
use super::super::network::Network;
use super::addons::{self, Addon};
use crate::config::Architecture;
use crate::plan::Concern;
use crate::resource::{AddonRole, EksNodeGroup, EksPodIdentity, LaunchTemplate, ServiceAccount};
use crate::terraform::Address;

/// The service account of the add-on that makes pods' network.
const NETWORK_ACCOUNT: &str = "aws-node";

impl Draft<'_> {
    /// The machines, one group for each processor that a unit is for, and the add-ons around them.
    pub(super) fn machines(&mut self, cluster: &Address, network: &Network) {
        let before = self.node_addons(cluster);
        let policies = [
            ("AmazonEKSWorkerNodePolicy", "What a machine needs to join a cluster and to hand roles on to pods."),
            ("AmazonEC2ContainerRegistryPullOnly", "Machines pull images, and push none."),
        ];
        let role = self.service_role("nodes", "The machines of the cluster", EksNodeGroup::trust(), &policies);
        let after: Vec<_> = before.into_iter().chain(role.policies).chain(self.ways_out()).collect();
        let units = self.eks_units().filter_map(|unit| self.settings.units.get(&unit.id));
        let architectures: BTreeSet<_> = units.map(|unit| unit.architecture.value.name()).collect();
        let both = [Architecture::Arm64, Architecture::X86];
        let groups: Vec<_> = both
            .into_iter()
            .filter(|architecture| architectures.contains(architecture.name()))
            .map(|architecture| self.node_group(cluster, network, architecture, &role.role, &after))
            .collect();
        let later = Some((groups, "It runs on machines, and is reported as broken until there is one."));
        let dns = Addon { name: addons::DNS, rule: addons::DNS_RULE, after: later.clone(), ..Addon::default() };
        self.addon(cluster, dns);
        let metrics = Addon { name: addons::METRICS, rule: addons::METRICS_RULE, after: later, ..Addon::default() };
        self.addon(cluster, metrics);
    }

    /// What runs on every machine and has to be there before the first.
    fn node_addons(&mut self, cluster: &Address) -> [Address; 3] {
        let agent = Addon {
            name: "eks-pod-identity-agent",
            rule: "Gives each pod the role of its service account. The machine's own role is out of their reach.",
            ..Addon::default()
        };
        let agent = self.addon(cluster, agent);
        let account = ServiceAccount { namespace: "kube-system".to_owned(), name: NETWORK_ACCOUNT.to_owned() };
        let policy =
            ("AmazonEKS_CNI_Policy", "Gives machines and pods their addresses; the machines' own role need not.");
        let role = self.service_role(
            "pod-network",
            "The network of pods",
            EksPodIdentity::trust(cluster, &account),
            &[policy],
        );
        let mut before = role.policies;
        before.push(agent.clone());
        let network = Addon {
            name: "vpc-cni",
            rule: "Gives pods addresses of the VPC, security groups of their own, and the network policies of the chart.",
            configuration: Some(addons::network_configuration()),
            role: Some(AddonRole { role: role.role, service_account: NETWORK_ACCOUNT }),
            after: Some((before, "It asks the agent for its role, and cannot start without.")),
        };
        let network = self.addon(cluster, network);
        let services = Addon {
            name: "kube-proxy",
            rule: "Makes services reachable under one address, the cluster's name servers among them.",
            ..Addon::default()
        };
        [agent, network, self.addon(cluster, services)]
    }

    fn node_group(
        &mut self,
        cluster: &Address,
        network: &Network,
        architecture: Architecture,
        role: &Address,
        after: &[Address],
    ) -> Address {
        let settings = &self.settings.eks;
        let (instance_type, ami_type) = match architecture {
            Architecture::Arm64 => (&settings.node_type_arm64, EksNodeGroup::ARM64),
            Architecture::X86 => (&settings.node_type_x86_64, EksNodeGroup::X86),
        };
        let name = self.names.node_group(architecture.name());
        let template = LaunchTemplate {
            name: name.clone(),
            description: format!("Machines ({architecture}) of {}", self.settings.name.value),
            instance_type: instance_type.value.clone(),
            tags: self.machine_tags(architecture),
        };
        let why =
            self.because_of_pods("How machines start: disks encrypted, their credentials out of the pods' reach.");
        let template = self.graph.add(&Concern::Cluster, architecture.name(), template, why.with(instance_type));
        let group = EksNodeGroup {
            cluster: cluster.clone(),
            name,
            role: role.clone(),
            subnets: network.subnets.clone(),
            ami_type,
            launch_template: template,
            min: settings.min_nodes.value,
            max: settings.max_nodes.value,
            after: after.to_vec(),
        };
        let purpose = format!("The machines that {architecture} pods run on, spread over the zones.");
        let why = self.because_of_pods(&purpose).with(&settings.min_nodes).with(&settings.max_nodes);
        self.graph.add(&Concern::Cluster, architecture.name(), group, why)
    }

    fn machine_tags(&self, architecture: Architecture) -> BTreeMap<String, String> {
        let own = [
            ("Application", self.settings.name.value.clone()),
            ("ManagedBy", "inferra".to_owned()),
            ("Name", self.names.tag(&["node", architecture.name()])),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value));
        let users = self.settings.tags.iter().map(|(name, setting)| (name.clone(), setting.value.clone()));
        own.into_iter().chain(users).collect()
    }
}
