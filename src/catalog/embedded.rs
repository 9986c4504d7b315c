//! The files that `build.rs` embedded.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The text of `annotations/<path>`; empty where there is no such file.
pub(super) fn annotation(path: &str) -> &'static str {
    find(ANNOTATIONS, path)
}

/// The text of `queries/<path>`; empty where there is no such file.
pub(super) fn query(path: &str) -> &'static str {
    find(QUERIES, path)
}

fn find(files: &[(&'static str, &'static str)], path: &str) -> &'static str {
    files.iter().find(|(name, _)| *name == path).map_or("", |(_, text)| text)
}
