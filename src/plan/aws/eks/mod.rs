//! Units as Deployments on a Kubernetes cluster of EKS. The objects inside the cluster are the chart's; here is what they
//! need around them.

mod addons;
mod adopted;
mod balancer;
mod control_plane;
mod fargate;
mod files;
mod nodes;
mod pods;
mod values;

use indexmap::IndexMap;

use super::Draft;
use crate::app::Unit;
use crate::config::{Compute, Nodes};
use crate::diag::Diagnostics;
use crate::plan::naming::kubernetes_namespace;
use crate::plan::{Concern, PlannedKubernetes, Provenance};
use crate::resource::{
    CallerIdentity, IamPolicyDocument, IamRole, IamRolePolicyAttachment, Partition, Region, Statement,
};
use crate::terraform::Address;

/// What the pods share.
#[derive(Clone)]
pub(super) struct Cluster {
    pub address: Address,
    /// The namespace of the units' objects.
    pub namespace: String,
    /// How pods come by a role.
    pub identity: Identity,
}

/// How pods come by a role.
#[derive(Clone)]
pub(super) enum Identity {
    /// An agent on each machine gives it to them.
    Agent,
    /// They show a token that this provider vouches for: Fargate has no place for an agent.
    Federated(Address),
}

/// A role of the cluster's own.
struct ServiceRole {
    role: Address,
    policies: Vec<Address>,
}

impl<'a> Draft<'a> {
    /// The units on EKS.
    pub(super) fn eks_units(&self) -> impl Iterator<Item = &'a Unit> {
        self.units_on(Compute::Eks)
    }

    /// The cluster, where a unit is on it, and what its pods run on.
    pub(super) fn eks_cluster(&mut self, diagnostics: &mut Diagnostics) {
        let Some(network) = self.network.clone().filter(|_| self.eks_units().next().is_some()) else { return };
        let settings = &self.settings.eks;
        let namespace = match settings.namespace.value.as_str() {
            "" => kubernetes_namespace(&self.settings.name.value),
            namespace => namespace.to_owned(),
        };
        if let Some((cluster, identity)) = self.adopted_kubernetes(&network.vpc) {
            let (version, nodes) = (None, settings.nodes.value);
            self.check_no_mounts(diagnostics);
            match settings.nodes.value {
                Nodes::Managed => {}
                Nodes::Fargate => self.check_fargate(diagnostics),
            }
            self.kubernetes =
                Some(PlannedKubernetes { version, nodes, namespace: namespace.clone(), files: IndexMap::new() });
            self.eks = Some(Cluster { address: cluster, namespace, identity });
            return;
        }
        let cluster = self.control_plane(&network);
        let identity = match settings.nodes.value {
            Nodes::Managed => {
                self.machines(&cluster, &network);
                Identity::Agent
            }
            Nodes::Fargate => {
                self.check_fargate(diagnostics);
                self.fargate(&cluster, &network, &namespace);
                Identity::Federated(self.identity_provider(&cluster))
            }
        };
        self.kubernetes = Some(PlannedKubernetes {
            version: Some(settings.version.value.clone()),
            nodes: settings.nodes.value,
            namespace: namespace.clone(),
            files: self.cluster_mounts().values().map(|mount| (mount.volume(), mount.store.id.clone())).collect(),
        });
        let cluster = Cluster { address: cluster, namespace, identity };
        self.file_driver(&cluster, diagnostics);
        self.eks = Some(cluster);
    }

    /// A part of the cluster, which all units on it ask for.
    fn because_of_pods(&self, rule: &str) -> Provenance {
        let origins: Vec<_> = self.eks_units().map(|unit| unit.origin.origin()).collect();
        Provenance::new(origins, rule)
    }

    fn partition(&mut self) -> Address {
        let why = self.because_of_pods("ARNs start with the partition, which is another in China or for a government.");
        self.read(&Concern::Cluster, Partition, why)
    }

    fn account(&mut self) -> Address {
        let why = self.because_of_pods("ARNs of things that belong to nobody in this module name the account.");
        self.read(&Concern::Cluster, CallerIdentity, why)
    }

    fn region(&mut self) -> Address {
        let why = self.because_of_pods("What runs in the cluster is told its region.");
        self.read(&Concern::Cluster, Region, why)
    }

    /// A role of the cluster's own, with policies that AWS keeps because only AWS knows what its software calls.
    fn service_role(
        &mut self,
        part: &str,
        description: &str,
        trust: Statement,
        policies: &[(&'static str, &str)],
    ) -> ServiceRole {
        let name = format!("cluster_{}", part.replace('-', "_"));
        let why = self.because_of_pods(&format!("{description}: nothing else has this role."));
        let document = IamPolicyDocument { statements: vec![trust] };
        let trust = self.graph.add(&Concern::Cluster, &format!("trust_{name}"), document, why.clone());
        let role = IamRole {
            name: self.names.cluster_role(part),
            description: format!("{description} of {}", self.settings.name.value),
            trust,
        };
        let role = self.graph.add(&Concern::Cluster, &name, role, why);
        let partition = self.partition();
        let attach = |(policy, rule): &(&'static str, &str)| {
            let attachment = IamRolePolicyAttachment { role: role.clone(), partition: partition.clone(), policy };
            let why = self.because_of_pods(rule);
            self.graph.add(&Concern::Cluster, &format!("{name}_{}", snake(policy)), attachment, why)
        };
        let policies = policies.iter().map(attach).collect();
        ServiceRole { role, policies }
    }

    /// The subnets' ways to the internet, which whatever starts in them needs at once: the machines to join, the pods for their
    /// images.
    fn ways_out(&self) -> Vec<Address> {
        let of_network = self.graph.iter().filter(|(_, planned)| planned.concern == Concern::Network);
        let ways = of_network.map(|(address, _)| address);
        ways.filter(|way| matches!(way.kind(), "aws_route" | "aws_route_table_association")).cloned().collect()
    }
}

/// A policy's name as part of a Terraform name: `AmazonEKS_CNI_Policy` is `cni`.
fn snake(policy: &str) -> String {
    let core = policy.trim_start_matches("Amazon").trim_start_matches("EKS").trim_matches('_');
    let core = core.strip_suffix("Policy").unwrap_or(core).trim_end_matches('_');
    let letters: Vec<char> = core.chars().collect();
    let mut name = String::new();
    for (index, c) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(index + 1);
        // A word starts after a small letter, and at the last capital of a row of them.
        let starts =
            before.is_some_and(|before| !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase));
        if c.is_ascii_uppercase() && starts {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn policies_have_names() {
        assert_eq!(snake("AmazonEKSClusterPolicy"), "cluster");
        assert_eq!(snake("AmazonEKS_CNI_Policy"), "cni");
        assert_eq!(snake("AmazonEC2ContainerRegistryPullOnly"), "ec2_container_registry_pull_only");
        assert_eq!(snake("AmazonEKSVPCResourceController"), "vpc_resource_controller");
    }
}
