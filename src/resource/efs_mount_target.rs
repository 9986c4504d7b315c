use crate::terraform::{Address, Body, list};

/// The address of a file system in one zone of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct EfsMountTarget {
    /// The file system.
    pub file_system: Address,
    /// A subnet in the zone.
    pub subnet: Address,
    /// Its security group.
    pub security_group: Address,
}

impl EfsMountTarget {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("file_system_id", self.file_system.attribute("id"))
            .attribute("subnet_id", self.subnet.attribute("id"))
            .attribute("security_groups", list([self.security_group.attribute("id")]))
    }
}
