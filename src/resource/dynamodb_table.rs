use super::Statement;
use crate::terraform::{Address, Body, text};

/// A table of `DynamoDB`: items by one key, paid by the request, encrypted with the account's own key for `DynamoDB`.
#[derive(Debug, Clone, PartialEq)]
pub struct DynamodbTable {
    /// Its name.
    pub name: String,
    /// Whether it can be brought back as it was at any time of the last 35 days.
    pub point_in_time_recovery: bool,
    /// Whether AWS refuses to delete it.
    pub deletion_protection: bool,
}

impl DynamodbTable {
    /// The attribute that is the key of an item, as the shim writes it.
    const KEY: &str = "key";
    /// The attribute that holds the second after which an item may be deleted, as the shim writes it.
    const EXPIRES: &str = "expires";

    /// Calling `actions` on the table.
    #[must_use]
    pub fn using(table: &Address, actions: Vec<&'static str>) -> Statement {
        Statement::allow("UseItems", actions, vec![table.attribute("arn").into()])
    }

    pub(super) fn body(&self) -> Body {
        let enabled = |on: bool| Body::new().attribute("enabled", on);
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("billing_mode", text("PAY_PER_REQUEST"))
            .attribute("hash_key", text(Self::KEY))
            .attribute("deletion_protection_enabled", self.deletion_protection)
            .block("attribute", Body::new().attribute("name", text(Self::KEY)).attribute("type", text("S")))
            .block("ttl", Body::new().attribute("attribute_name", text(Self::EXPIRES)).attribute("enabled", true))
            .block("point_in_time_recovery", enabled(self.point_in_time_recovery))
            .block("server_side_encryption", enabled(true))
    }
}
