use std::collections::BTreeMap;

use crate::terraform::{Address, Body, Expression, Key, Part, Reference, call, object, template, text};

/// The files of a site, one object for each address.
#[derive(Debug, Clone, PartialEq)]
pub struct S3SiteFiles {
    /// The bucket.
    pub bucket: Address,
    /// The folder that holds them, relative to the module's.
    pub folder: String,
    /// The files by address, each with how it is served.
    pub files: BTreeMap<String, ServedAs>,
}

/// How a file is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedAs {
    /// Its path in the folder.
    pub file: String,
    /// Its media type.
    pub content_type: String,
    /// For how long others may keep it.
    pub cache_control: &'static str,
}

impl S3SiteFiles {
    fn source(&self) -> Expression {
        let folder = Part::Text(format!("/{}/", self.folder));
        let file = Part::Value(Reference::own("each").attribute("value").attribute("file"));
        template([Part::Value(Reference::own("path").attribute("module")), folder, file])
    }

    pub(super) fn body(&self) -> Body {
        let files = self.files.iter().map(|(path, served)| {
            let served = object([
                (Key::Name("file"), text(&served.file)),
                (Key::Name("type"), text(&served.content_type)),
                (Key::Name("cache"), text(served.cache_control)),
            ]);
            (Key::Text(path.clone()), served)
        });
        let value = |name: &'static str| Reference::own("each").attribute("value").attribute(name);
        Body::new()
            .attribute("for_each", object(files))
            .gap()
            .attribute("bucket", self.bucket.attribute("bucket"))
            .attribute("key", Reference::own("each").attribute("key"))
            .attribute("source", self.source())
            .attribute("source_hash", call("filemd5", self.source()))
            .attribute("content_type", value("type"))
            .attribute("cache_control", value("cache"))
    }
}
