use super::existing::{Demand, answer, demanding};
use crate::terraform::{Address, Body, Expression, Reference, call_with, equal, number, text};

/// A security group of a store that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingSecurityGroup {
    /// Which it is.
    pub group: StoreGroup,
    /// The VPC that it has to be in.
    pub vpc: Address,
}

/// Which group lets units into a store that is there already.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreGroup {
    /// The one with this id.
    Named(String),
    /// The first of a list of ids.
    FirstOfList(Reference),
    /// The first of a set of ids, in the order of the alphabet.
    FirstOfSet(Reference),
}

impl StoreGroup {
    /// The first group of the data source `store`, as that names its groups.
    #[must_use]
    pub fn first_of(store: &Address) -> Self {
        match store.kind() {
            "aws_db_instance" => Self::FirstOfList(store.attribute("vpc_security_groups")),
            "aws_rds_cluster" => Self::FirstOfSet(store.attribute("vpc_security_group_ids")),
            "aws_elasticache_serverless_cache" => Self::FirstOfList(store.attribute("security_group_ids")),
            _ => Self::FirstOfSet(store.attribute("security_group_ids")),
        }
    }

    fn id(&self) -> Expression {
        match self {
            Self::Named(id) => text(id),
            Self::FirstOfList(groups) => groups.clone().element(0).into(),
            Self::FirstOfSet(groups) => {
                call_with("element", [call_with("sort", [groups.clone().into()]), number(0_u32)])
            }
        }
    }
}

impl ExistingSecurityGroup {
    pub(super) fn body(&self) -> Body {
        let inside = Demand::that(
            equal(answer("vpc_id"), self.vpc.attribute("id")),
            "The store's security group is in another VPC than the units: a rule there cannot name them.",
        );
        demanding(Body::new().attribute("id", self.group.id()), [inside])
    }
}
