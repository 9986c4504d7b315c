use super::Statement;
use crate::terraform::{Address, Expression, Part, template};

/// An encrypted value of Parameter Store. It is no resource: a person makes it, and Terraform never sees its value.
#[derive(Debug, Clone)]
pub struct SecretParameter {
    /// Its name, which begins with `/`.
    pub name: String,
    /// The part of AWS that it is in.
    pub partition: Address,
    /// The region that it is in.
    pub region: Address,
    /// The account whose it is.
    pub account: Address,
}

impl SecretParameter {
    /// Reading the value. It is encrypted with the account's own key for Parameter Store, which lets every principal of the
    /// account decrypt, so no `kms:` action is needed:
    /// <https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-restrict-decryption.html>.
    #[must_use]
    pub fn read(&self) -> Statement {
        let arn = template([
            Part::Text("arn:".into()),
            Part::Value(self.partition.attribute("partition")),
            Part::Text(":ssm:".into()),
            Part::Value(self.region.attribute("name")),
            Part::Text(":".into()),
            Part::Value(self.account.attribute("account_id")),
            Part::Text(format!(":parameter{}", self.name)),
        ]);
        Statement::allow("ReadSecretParameter", vec!["ssm:GetParameter"], vec![arn])
    }

    /// The command that puts the value in.
    #[must_use]
    pub fn command(&self) -> Expression {
        template([
            Part::Text("aws ssm put-parameter --region ".into()),
            Part::Value(self.region.attribute("name")),
            Part::Text(format!(" --name {} --type SecureString --overwrite --value file://value.txt", self.name)),
        ])
    }
}
