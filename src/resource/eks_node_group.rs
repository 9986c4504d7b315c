use super::Statement;
use crate::terraform::{Address, Body, list, number, text};

/// Machines of a cluster, all alike, that EKS starts, updates and repairs.
#[derive(Debug, Clone, PartialEq)]
pub struct EksNodeGroup {
    /// The cluster.
    pub cluster: Address,
    /// Its name.
    pub name: String,
    /// The role of the machines.
    pub role: Address,
    /// Subnets in different zones.
    pub subnets: Vec<Address>,
    /// The kind of image that the machines start from.
    pub ami_type: &'static str,
    /// How the machines are set up.
    pub launch_template: Address,
    /// The fewest machines.
    pub min: u32,
    /// The most machines.
    pub max: u32,
    /// What a machine needs to join the cluster.
    pub after: Vec<Address>,
}

impl EksNodeGroup {
    /// Amazon Linux 2023 on 64-bit ARM.
    pub const ARM64: &'static str = "AL2023_ARM_64_STANDARD";
    /// Amazon Linux 2023 on 64-bit x86.
    pub const X86: &'static str = "AL2023_x86_64_STANDARD";

    /// Lets machines take a role: <https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html>.
    #[must_use]
    pub fn trust() -> Statement {
        Statement::assume("MachinesAssumeRole", "ec2.amazonaws.com")
    }

    pub(super) fn body(&self) -> Body {
        let template = Body::new()
            .attribute("id", self.launch_template.attribute("id"))
            .attribute("version", self.launch_template.attribute("latest_version"));
        let scaling = Body::new()
            .attribute("min_size", number(self.min))
            .attribute("max_size", number(self.max))
            .attribute("desired_size", number(self.min));
        Body::new()
            .attribute("cluster_name", self.cluster.attribute("name"))
            .attribute("node_group_name", text(&self.name))
            .attribute("node_role_arn", self.role.attribute("arn"))
            .attribute("subnet_ids", list(self.subnets.iter().map(|subnet| subnet.attribute("id"))))
            .attribute("ami_type", text(self.ami_type))
            .comment("The machines follow when the cluster is given another version.")
            .attribute("version", self.cluster.attribute("version"))
            .block("launch_template", template)
            .block("scaling_config", scaling)
            .block("update_config", Body::new().attribute("max_unavailable", number(1_u32)))
            .block("node_repair_config", Body::new().attribute("enabled", true))
            .gap()
            .comment(
                "A machine that starts before there is a network for its pods, credentials for that network, or a way to AWS, never \
                 becomes ready.",
            )
            .attribute("depends_on", list(self.after.iter().map(Address::whole)))
    }
}
