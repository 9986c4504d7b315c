use super::Statement;
use crate::terraform::{Address, Body, Part, list, template, text};

/// Has the pods of a namespace run on Fargate.
#[derive(Debug, Clone, PartialEq)]
pub struct EksFargateProfile {
    /// The cluster.
    pub cluster: Address,
    /// Its name.
    pub name: String,
    /// The role by which Fargate starts pods.
    pub role: Address,
    /// Private subnets in different zones.
    pub subnets: Vec<Address>,
    /// The namespace.
    pub namespace: String,
    /// What Fargate needs to start a pod.
    pub after: Vec<Address>,
}

/// Where a cluster is, as ARNs say it: three data sources and the cluster's name.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterPlace {
    /// The data source of the partition.
    pub partition: Address,
    /// The data source of the region.
    pub region: Address,
    /// The data source of the account.
    pub account: Address,
    /// The cluster's name.
    pub name: String,
}

impl EksFargateProfile {
    /// Lets Fargate start pods with a role, for the profiles of one cluster alone:
    /// <https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html>.
    #[must_use]
    pub fn trust(place: &ClusterPlace) -> Statement {
        let profiles = template([
            Part::Text("arn:".into()),
            Part::Value(place.partition.attribute("partition")),
            Part::Text(":eks:".into()),
            Part::Value(place.region.attribute("name")),
            Part::Text(":".into()),
            Part::Value(place.account.attribute("account_id")),
            Part::Text(format!(":fargateprofile/{}/*", place.name)),
        ]);
        Statement::assume("FargateAssumesRole", "eks-fargate-pods.amazonaws.com").when(
            "ArnLike",
            text("aws:SourceArn"),
            [profiles],
        )
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("cluster_name", self.cluster.attribute("name"))
            .attribute("fargate_profile_name", text(&self.name))
            .attribute("pod_execution_role_arn", self.role.attribute("arn"))
            .attribute("subnet_ids", list(self.subnets.iter().map(|subnet| subnet.attribute("id"))))
            .block("selector", Body::new().attribute("namespace", text(&self.namespace)))
            .gap()
            .comment("Fargate pulls images with the role's policies, over the subnets' way to the internet.")
            .attribute("depends_on", list(self.after.iter().map(Address::whole)))
    }
}
