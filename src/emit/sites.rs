//! The files of web sites, as they are.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use crate::app::Application;
use crate::plan::Plan;
use crate::source::Project;

/// The files of every site, below `sites/<site>/`. Fails where a file of the project can no longer be read.
pub(crate) fn site_files(
    project: &Project,
    application: &Application,
    plan: &Plan,
) -> io::Result<BTreeMap<String, Arc<Vec<u8>>>> {
    let mut files = BTreeMap::new();
    for (id, site) in &application.sites {
        let Some(planned) = plan.sites.get(id) else { continue };
        for (path, source) in &site.files {
            files.insert(format!("{}/{path}", planned.directory), project.bytes(source)?);
        }
    }
    Ok(files)
}
