use crate::terraform::{Address, Body, Part, template};

/// Gives a role a policy that AWS keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct IamRolePolicyAttachment {
    /// The role.
    pub role: Address,
    /// The data source of the partition.
    pub partition: Address,
    /// The policy's name.
    pub policy: &'static str,
}

impl IamRolePolicyAttachment {
    pub(super) fn body(&self) -> Body {
        let policy = [
            Part::Text("arn:".into()),
            Part::Value(self.partition.attribute("partition")),
            Part::Text(format!(":iam::aws:policy/{}", self.policy)),
        ];
        Body::new().attribute("role", self.role.attribute("name")).attribute("policy_arn", template(policy))
    }
}
