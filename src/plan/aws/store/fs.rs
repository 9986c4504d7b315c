//! Files, in what the settings choose.

mod efs;
mod s3;

pub(in super::super) use efs::{FileSystem, Mount};

use super::Draft;
use crate::app::Store;
use crate::config::FsBacking;

impl Draft<'_> {
    pub(super) fn fs(&mut self, store: &Store) {
        let Some(settings) = self.settings.file_stores.get(&store.id) else { return };
        match settings.backing.value {
            FsBacking::S3 => self.s3(store, settings),
            FsBacking::Efs => self.efs(store, settings),
        }
    }
}
