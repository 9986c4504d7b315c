use super::Statement;
use crate::terraform::{Address, Body, number, text};

/// A table of `DynamoDB`: items by one key, paid by the request, encrypted with the account's own key for `DynamoDB`.
#[derive(Debug, Clone, PartialEq)]
pub struct DynamodbTable {
    /// Its name.
    pub name: String,
    /// The days from which it can be brought back as it was at any second; 0 for none.
    pub recovery_days: u32,
    /// Whether AWS refuses to delete it.
    pub deletion_protection: bool,
}

impl DynamodbTable {
    /// The attribute that is the key of an item, as the shim writes it.
    pub(super) const KEY: &str = "key";
    /// The attribute that holds the second after which an item may be deleted, as the shim writes it.
    const EXPIRES: &str = "expires";

    /// Calling `actions` on the table.
    #[must_use]
    pub fn using(table: &Address, actions: Vec<&'static str>) -> Statement {
        Statement::allow("UseItems", actions, vec![table.attribute("arn").into()])
    }

    pub(super) fn body(&self) -> Body {
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
        let recovery = Body::new().attribute("enabled", self.recovery_days > 0);
        let recovery = match self.recovery_days {
            0 => recovery,
            days => recovery.attribute("recovery_period_in_days", number(days)),
        };
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("billing_mode", text("PAY_PER_REQUEST"))
            .attribute("hash_key", text(Self::KEY))
            .attribute("deletion_protection_enabled", self.deletion_protection)
            .block("attribute", Body::new().attribute("name", text(Self::KEY)).attribute("type", text("S")))
            .block("ttl", Body::new().attribute("attribute_name", text(Self::EXPIRES)).attribute("enabled", true))
            .block("point_in_time_recovery", recovery)
            .block("server_side_encryption", Body::new().attribute("enabled", true))
    }
}
