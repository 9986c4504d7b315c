//! From a plan to the text of files. Nothing here decides anything, and nothing here writes to a disk.

pub mod chart;
pub mod environments;
pub mod plan_json;
pub(crate) mod sites;
pub mod terraform;
pub mod topology;
pub(crate) mod units;
