//! What is written: values in, text out.

pub mod topology;
