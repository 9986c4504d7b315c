use super::Statement;
use crate::terraform::{Address, Body, text};

/// Gives the pods of a service account a role, through the agent that runs on each machine:
/// <https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html>.
#[derive(Debug, Clone, PartialEq)]
pub struct EksPodIdentity {
    /// The cluster.
    pub cluster: Address,
    /// The service account.
    pub service_account: ServiceAccount,
    /// The role.
    pub role: Address,
}

/// A service account of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl EksPodIdentity {
    /// Lets EKS give a role to the pods of `account` in `cluster` and to no others. EKS says for whom it asks in tags of the
    /// session, which is why it may set them: <https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html>.
    #[must_use]
    pub fn trust(cluster: &Address, account: &ServiceAccount) -> Statement {
        Statement {
            actions: vec!["sts:AssumeRole", "sts:TagSession"],
            ..Statement::assume("PodsAssumeRole", "pods.eks.amazonaws.com")
        }
        .when("StringEquals", text("aws:RequestTag/eks-cluster-arn"), [cluster.attribute("arn").into()])
        .when("StringEquals", text("aws:RequestTag/kubernetes-namespace"), [text(&account.namespace)])
        .when("StringEquals", text("aws:RequestTag/kubernetes-service-account"), [text(&account.name)])
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("cluster_name", self.cluster.attribute("name"))
            .attribute("namespace", text(&self.service_account.namespace))
            .attribute("service_account", text(&self.service_account.name))
            .attribute("role_arn", self.role.attribute("arn"))
    }
}
