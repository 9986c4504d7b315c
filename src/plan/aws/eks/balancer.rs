//! What enters pods into the target groups of load balancers: the AWS Load Balancer Controller, which runs in the cluster and
//! is installed there by its own chart. It makes nothing here: load balancers, target groups and rules are Terraform's.

use super::super::Draft;
use super::{Cluster, Identity};
use crate::plan::{Concern, Output, Provenance};
use crate::resource::{
    EksPodIdentity, IamOpenidConnectProvider, IamPolicyDocument, IamRolePolicy, LbTargetGroup, ServiceAccount,
};
use crate::terraform::{Address, Expression, Key, object, text};

/// The namespace and the name of its service account in its chart.
const ACCOUNT: (&str, &str) = ("kube-system", "aws-load-balancer-controller");

impl Draft<'_> {
    /// The controller's role and what installing it takes, where a unit on EKS is behind a gateway. An adopted cluster has one.
    pub(super) fn balancer_controller(&mut self, cluster: &Cluster) {
        if !self.settings.eks.existing.value.is_empty() {
            return;
        }
        let balanced = self.eks_units().filter_map(|unit| Some((unit, self.target_groups.get(&unit.id)?)));
        let (units, groups): (Vec<_>, Vec<Address>) =
            balanced.map(|(unit, balanced)| (unit, balanced.target_group.clone())).unzip();
        let Some(network) = self.network.clone().filter(|_| !units.is_empty()) else { return };
        let because = |rule: &str| Provenance::new(units.iter().map(|unit| unit.origin.origin()), rule);
        let account = ServiceAccount { namespace: ACCOUNT.0.to_owned(), name: ACCOUNT.1.to_owned() };
        let trust = match &cluster.identity {
            Identity::Agent => EksPodIdentity::trust(&cluster.address, &account),
            Identity::Federated(provider) => IamOpenidConnectProvider::trust(provider, &cluster.address, &account),
        };
        let role =
            self.service_role("balancing", "The controller that registers pods at load balancers", trust, &[]).role;
        let document = IamPolicyDocument { statements: LbTargetGroup::register(&groups).to_vec() };
        let why = because("Registering pods in the units' own target groups, and reading what it takes to do so.");
        let document = self.graph.add(&Concern::Cluster, "policy_cluster_balancing", document, why.clone());
        let policy = IamRolePolicy { name: self.names.cluster_role("balancing"), role: role.clone(), document };
        self.graph.add(&Concern::Cluster, "cluster_balancing", policy, why);
        let annotations = match &cluster.identity {
            Identity::Agent => {
                let association =
                    EksPodIdentity { cluster: cluster.address.clone(), service_account: account, role: role.clone() };
                let why = because("Gives the controller its role, by the service account that its chart makes.");
                self.graph.add(&Concern::Cluster, "cluster_balancing", association, why);
                None
            }
            Identity::Federated(_) => Some(role.attribute("arn").into()),
        };
        let region = self.region();
        let value = Output {
            description:
                "Values for the chart of the AWS Load Balancer Controller, which registers pods at the load balancers."
                    .to_owned(),
            value: values(cluster, &region, &network.vpc, annotations),
            origins: units.iter().map(|unit| unit.origin.origin().clone()).collect(),
        };
        self.outputs.insert("load_balancer_controller_values".to_owned(), value);
    }
}

/// As <https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/helm/aws-load-balancer-controller/values.yaml>
/// names them. Region and VPC are said because pods cannot ask the machine for them.
fn values(cluster: &Cluster, region: &Address, vpc: &Address, role: Option<Expression>) -> Expression {
    let mut account = vec![(Key::Name("name"), text(ACCOUNT.1))];
    account.extend(
        role.map(|role| {
            (Key::Name("annotations"), object([(Key::Text("eks.amazonaws.com/role-arn".to_owned()), role)]))
        }),
    );
    object([
        (Key::Name("clusterName"), cluster.address.attribute("name").into()),
        (Key::Name("region"), region.attribute("name").into()),
        (Key::Name("vpcId"), vpc.attribute("id").into()),
        (Key::Name("serviceAccount"), object(account)),
        // Services of the type LoadBalancer are left to others; it may not make what they ask for.
        (Key::Name("enableServiceMutatorWebhook"), Expression::Bool(false)),
    ])
}
