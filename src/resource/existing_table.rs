use super::DynamodbTable;
use super::existing::{Demand, answer, demanding};
use crate::terraform::{Body, Key, call_with, equal, object, text};

/// A table of `DynamoDB` that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingTable {
    /// Its name.
    pub name: String,
    /// Its ARN, where that was given.
    pub arn: Option<String>,
}

impl ExistingTable {
    pub(super) fn body(&self) -> Body {
        let key = Demand::that(
            equal(answer("hash_key"), text(DynamodbTable::KEY)),
            format!("The table's partition key is not called {:?}, under which values are kept.", DynamodbTable::KEY),
        );
        let attribute = object([(Key::Name("name"), text(DynamodbTable::KEY)), (Key::Name("type"), text("S"))]);
        let of_text = Demand::that(
            call_with("contains", [answer("attribute").into(), attribute]),
            "The table's partition key is no text (S).",
        );
        let alone = Demand::none("range_key", "The table has a sort key: a value is kept under one key.");
        let demands = [key, of_text, alone].into_iter().chain(Demand::arn("arn", self.arn.as_ref()));
        demanding(Body::new().attribute("name", text(&self.name)), demands)
    }
}
