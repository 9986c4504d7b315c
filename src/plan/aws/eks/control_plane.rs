use super::super::Draft;
use super::super::network::Network;
use crate::config::Nodes;
use crate::plan::Concern;
use crate::resource::{ClusterApiIngressRule, EksCluster, IamPolicyDocument, KmsAlias, KmsKey, LogGroup};
use crate::terraform::Address;

/// What a control plane does on the account's behalf: <https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html>.
const CLUSTER: (&str, &str) =
    ("AmazonEKSClusterPolicy", "What a control plane does in the account, as AWS documents it.");
/// <https://docs.aws.amazon.com/eks/latest/userguide/security-groups-pods-deployment.html>
const POD_INTERFACES: (&str, &str) = (
    "AmazonEKSVPCResourceController",
    "Pods have security groups of their own: the control plane gives each pod a network interface that has them.",
);

impl Draft<'_> {
    /// The control plane, and what must be there before it: its logs, its key, its role.
    pub(super) fn control_plane(&mut self, network: &Network) -> Address {
        let settings = &self.settings.eks;
        let logs =
            LogGroup { name: self.names.control_plane_log_group(), retention_days: settings.log_retention_days.value };
        let why = self
            .because_of_pods("Made before the cluster, for which EKS would make one that keeps its lines for ever.");
        let logs = self.graph.add(&Concern::Cluster, "cluster", logs, why.with(&settings.log_retention_days));
        let key = self.key();
        let policies = match settings.nodes.value {
            Nodes::Managed => vec![CLUSTER, POD_INTERFACES],
            // Each pod has a machine and a network interface of its own, and AWS makes both.
            Nodes::Fargate => vec![CLUSTER],
        };
        let role = self.service_role("control-plane", "The control plane", EksCluster::trust(), &policies);

        let public = Some(settings.public_access.value.clone()).filter(|network| network != "none");
        let reach = match public {
            Some(_) => {
                "Runs the units' pods. Its API is reached from inside the network, and from the network that the setting names."
            }
            None => {
                "Runs the units' pods. Its API is reached from inside the cluster, and from the network that `eks.private_access` \
                 names."
            }
        };
        let cluster = EksCluster {
            name: self.names.cluster(),
            version: settings.version.value.clone(),
            role: role.role,
            policies: role.policies,
            key,
            log_group: logs,
            subnets: network.subnets.clone(),
            public_access: public,
        };
        let why = self.because_of_pods(reach);
        let why = why.with(&settings.version).with(&settings.nodes).with(&settings.public_access);
        let cluster = self.graph.add(&Concern::Cluster, "main", cluster, why);
        if settings.private_access.value != "none" {
            let admission = ClusterApiIngressRule {
                cluster: cluster.clone(),
                network: settings.private_access.value.clone(),
                description: "To the Kubernetes API, over the private network".to_owned(),
            };
            let why = self.because_of_pods("From here the chart is installed, over a VPN or a peering.");
            self.graph.add(&Concern::Cluster, "cluster_api", admission, why.with(&settings.private_access));
        }
        cluster
    }

    fn key(&mut self) -> Address {
        let (partition, account) = (self.partition(), self.account());
        let document = IamPolicyDocument { statements: vec![KmsKey::account_decides(&partition, &account)] };
        let why = self.because_of_pods("Who may use the key.");
        let document = self.graph.add(&Concern::Cluster, "cluster_key", document, why);
        let description = format!("Secrets of the Kubernetes cluster of {}", self.settings.name.value);
        let key = KmsKey { description, document };
        let why = self.because_of_pods(
            "Kubernetes' Secrets are encrypted with a key of the account's own before they are stored.",
        );
        let key = self.graph.add(&Concern::Cluster, "cluster", key, why);
        let alias = KmsAlias { name: self.names.key_alias("cluster"), key: key.clone() };
        let why = self.because_of_pods("The key's name, for people.");
        self.graph.add(&Concern::Cluster, "cluster", alias, why);
        key
    }
}
