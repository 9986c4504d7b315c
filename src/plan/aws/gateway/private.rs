//! The way of an API's requests to containers: a link into the VPC.

use super::super::Draft;
use crate::app::{Backend, Gateway};
use crate::resource::Integration;

impl Draft<'_> {
    /// What the API hands the requests for `backend` to, a unit in containers.
    pub(super) fn private_integration(&mut self, _gateway: &Gateway, _backend: &Backend) -> Option<Integration> {
        None
    }
}
