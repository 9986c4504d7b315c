use super::name_tag;
use crate::terraform::{Address, Body, number, text};

/// A way into a file system: whoever takes it is one user, whatever it is otherwise, and sees one folder as the root.
#[derive(Debug, Clone, PartialEq)]
pub struct EfsAccessPoint {
    /// The value of its `Name` tag.
    pub name: String,
    /// The file system.
    pub file_system: Address,
}

/// The user that owns every file, and its group: nobody that a machine has by itself.
const USER: u32 = 10_001;
/// The folder that is seen as the root. The file system's own root belongs to root alone.
const ROOT: &str = "/files";

impl EfsAccessPoint {
    pub(super) fn body(&self) -> Body {
        let user = Body::new().attribute("uid", number(USER)).attribute("gid", number(USER));
        let creation = Body::new()
            .attribute("owner_uid", number(USER))
            .attribute("owner_gid", number(USER))
            .attribute("permissions", text("0750"));
        let root = Body::new().attribute("path", text(ROOT)).block("creation_info", creation);
        Body::new()
            .attribute("file_system_id", self.file_system.attribute("id"))
            .attribute("tags", name_tag(&self.name))
            .block("posix_user", user)
            .block("root_directory", root)
    }
}
