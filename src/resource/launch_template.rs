use std::collections::BTreeMap;

use crate::terraform::{Body, Key, number, object, text};

/// How the machines of a node group are set up.
#[derive(Debug, Clone, PartialEq)]
pub struct LaunchTemplate {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The size of machine.
    pub instance_type: String,
    /// The tags of the machines and their disks.
    pub tags: BTreeMap<String, String>,
}

impl LaunchTemplate {
    /// Images of all pods of a machine, and what they write; in GiB.
    const DISK_GIB: u32 = 50;

    pub(super) fn body(&self) -> Body {
        let metadata = Body::new()
            .attribute("http_endpoint", text("enabled"))
            .attribute("http_tokens", text("required"))
            .attribute("http_put_response_hop_limit", number(1_u32));
        let disk = Body::new()
            .attribute("volume_type", text("gp3"))
            .attribute("volume_size", number(Self::DISK_GIB))
            .attribute("encrypted", true)
            .attribute("delete_on_termination", true);
        let disk = Body::new().attribute("device_name", text("/dev/xvda")).block("ebs", disk);
        let tagged = |kind: &'static str| {
            let tags = object(self.tags.iter().map(|(name, value)| (Key::Text(name.clone()), text(value))));
            Body::new().attribute("resource_type", text(kind)).attribute("tags", tags)
        };
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .comment("Here and not in the node group: another size then replaces machines one by one, not the group.")
            .attribute("instance_type", text(&self.instance_type))
            .attribute("update_default_version", true)
            .comment("One hop ends on the machine: pods cannot ask for its role's credentials.")
            .block("metadata_options", metadata)
            .block("block_device_mappings", disk)
            .comment("What EKS starts is not given the provider's tags.")
            .block("tag_specifications", tagged("instance"))
            .block("tag_specifications", tagged("volume"))
    }
}
