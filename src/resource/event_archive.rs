use crate::terraform::{Address, Body, number, text};

/// Keeps the events of a bus, so that they can be put on it again.
#[derive(Debug, Clone, PartialEq)]
pub struct EventArchive {
    /// Its name.
    pub name: String,
    /// The bus.
    pub bus: Address,
    /// Days until an event is deleted.
    pub retention_days: u32,
}

impl EventArchive {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("event_source_arn", self.bus.attribute("arn"))
            .attribute("retention_days", number(self.retention_days))
    }
}
