use crate::terraform::{Address, Body, Key, call, list, object, text};

/// Chooses events of a bus.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRule {
    /// Its name on the bus.
    pub name: String,
    /// The bus.
    pub bus: Address,
    /// The source of the events.
    pub source: String,
    /// Their type.
    pub detail_type: String,
}

impl EventRule {
    pub(super) fn body(&self) -> Body {
        let pattern = object([
            (Key::Name("source"), list([text(&self.source)])),
            (Key::Text("detail-type".to_owned()), list([text(&self.detail_type)])),
        ]);
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("event_bus_name", self.bus.attribute("name"))
            .attribute("event_pattern", call("jsonencode", pattern))
    }
}
