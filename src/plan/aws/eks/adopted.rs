//! A cluster that is there already. What runs in it is somebody else's: nothing is installed there but the chart.

use super::super::Draft;
use super::Identity;
use crate::config::{Adoptable, Nodes, PodIdentity};
use crate::plan::Concern;
use crate::resource::{ExistingEksCluster, ExistingOpenidConnectProvider};
use crate::terraform::Address;

impl Draft<'_> {
    /// The cluster that is adopted, where one is, and how its pods come by a role.
    pub(super) fn adopted_kubernetes(&mut self, vpc: &Address) -> Option<(Address, Identity)> {
        let settings = &self.settings.eks;
        let named = Adoptable::EksCluster.named(&settings.existing.value).ok()?;
        let cluster = ExistingEksCluster { name: named.name, arn: named.arn, vpc: vpc.clone() };
        let why = "The cluster that is there already: its machines, add-ons and versions stay as they are.";
        let why = self.because_of_pods(why).with(&settings.existing);
        let cluster = self.graph.add(&Concern::Cluster, "main", cluster, why);
        // No agent runs on Fargate: https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html.
        let identity = match (settings.nodes.value, settings.existing_pod_identity.value) {
            (Nodes::Managed, PodIdentity::Agent) => Identity::Agent,
            (Nodes::Fargate, PodIdentity::Agent | PodIdentity::Oidc) | (Nodes::Managed, PodIdentity::Oidc) => {
                let provider = ExistingOpenidConnectProvider { cluster: cluster.clone() };
                let why = self.because_of_pods("Has IAM believe the cluster's tokens; it is there already.");
                let why = why.with(&settings.existing_pod_identity).with(&settings.nodes);
                Identity::Federated(self.graph.add(&Concern::Cluster, "main", provider, why))
            }
        };
        Some((cluster, identity))
    }
}
