use super::{EksCluster, Principal, ServiceAccount, Statement};
use crate::terraform::{Address, Body, Expression, Part, call_with, list, template, text};

/// Has IAM believe the tokens that a cluster gives its service accounts:
/// <https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html>.
#[derive(Debug, Clone, PartialEq)]
pub struct IamOpenidConnectProvider {
    /// The cluster.
    pub cluster: Address,
}

/// For whom the tokens are made out.
const AUDIENCE: &str = "sts.amazonaws.com";

impl IamOpenidConnectProvider {
    /// Lets the pods of `account` in `cluster`, whose tokens `provider` vouches for, assume a role, and no others.
    #[must_use]
    pub fn trust(provider: &Address, cluster: &Address, account: &ServiceAccount) -> Statement {
        let subject = format!("system:serviceaccount:{}:{}", account.namespace, account.name);
        Statement {
            principal: Some(Principal::Federated(provider.clone())),
            ..Statement::allow("PodsAssumeRole", vec!["sts:AssumeRoleWithWebIdentity"], Vec::new())
        }
        .when("StringEquals", claim(cluster, "sub"), [text(subject)])
        .when("StringEquals", claim(cluster, "aud"), [text(AUDIENCE)])
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("url", EksCluster::issuer(&self.cluster))
            .attribute("client_id_list", list([text(AUDIENCE)]))
    }
}

/// The condition key for a claim of the cluster's tokens.
fn claim(cluster: &Address, name: &str) -> Expression {
    let issuer = call_with("trimprefix", [EksCluster::issuer(cluster).into(), text("https://")]);
    template([Part::Computed(issuer), Part::Text(format!(":{name}"))])
}
