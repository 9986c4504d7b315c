use super::Statement;
use crate::terraform::{Address, Body, Reference, list, text};

/// A Kubernetes cluster: the control plane, which AWS runs.
#[derive(Debug, Clone, PartialEq)]
pub struct EksCluster {
    /// Its name.
    pub name: String,
    /// The version of Kubernetes, such as `1.36`.
    pub version: String,
    /// Its role.
    pub role: Address,
    /// The policies of its role.
    pub policies: Vec<Address>,
    /// The key that encrypts what the cluster keeps secret.
    pub key: Address,
    /// Where the control plane logs to: the group of the name that EKS uses by itself.
    pub log_group: Address,
    /// Subnets in different zones.
    pub subnets: Vec<Address>,
    /// The network that may reach the public endpoint; without one there is no public endpoint.
    pub public_access: Option<String>,
}

/// Every kind of log that the control plane has: <https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html>.
const LOGS: [&str; 5] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

impl EksCluster {
    /// Lets EKS run a control plane with a role: <https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html>.
    #[must_use]
    pub fn trust() -> Statement {
        Statement::assume("EksAssumesRole", "eks.amazonaws.com")
    }

    /// The security group that EKS makes for the control plane and the machines of the cluster:
    /// <https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html>.
    #[must_use]
    pub fn security_group(cluster: &Address) -> Reference {
        cluster.attribute("vpc_config").element(0).attribute("cluster_security_group_id")
    }

    /// The address of what signs the tokens of service accounts.
    #[must_use]
    pub fn issuer(cluster: &Address) -> Reference {
        cluster.attribute("identity").element(0).attribute("oidc").element(0).attribute("issuer")
    }

    pub(super) fn body(&self) -> Body {
        let network = Body::new()
            .attribute("subnet_ids", list(self.subnets.iter().map(|subnet| subnet.attribute("id"))))
            .attribute("endpoint_private_access", true)
            .attribute("endpoint_public_access", self.public_access.is_some())
            .optional("public_access_cidrs", self.public_access.as_ref().map(|network| list([text(network)])));
        let access = Body::new()
            .attribute("authentication_mode", text("API"))
            .comment("Whoever creates the cluster can install the chart, and let others in. So can who has IAM's leave to add access entries.")
            .attribute("bootstrap_cluster_creator_admin_permissions", true);
        let encryption = Body::new()
            .attribute("resources", list([text("secrets")]))
            .block("provider", Body::new().attribute("key_arn", self.key.attribute("arn")));
        let leaves = self.policies.iter().map(Address::whole).chain([self.log_group.whole()]);
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("version", text(&self.version))
            .attribute("role_arn", self.role.attribute("arn"))
            .attribute("enabled_cluster_log_types", list(LOGS.map(text)))
            .comment("The add-ons below take the place of those that EKS would install and never update.")
            .attribute("bootstrap_self_managed_addons", false)
            .block("vpc_config", network)
            .block("access_config", access)
            .block("encryption_config", encryption)
            .comment("Past its standard support a version is replaced by the next, rather than kept at six times the price.")
            .block("upgrade_policy", Body::new().attribute("support_type", text("STANDARD")))
            .gap()
            .comment(
                "Without its policies the role can neither make nor, in the end, remove network interfaces; without its log group, EKS \
                 makes one that keeps its lines for ever.",
            )
            .attribute("depends_on", list(leaves))
    }
}
