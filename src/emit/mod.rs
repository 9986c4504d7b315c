//! What is written: values in, text out.

pub mod plan_json;
pub mod terraform;
pub mod topology;
pub mod units;
