//! Lambda's limits on a deployment package, as AWS documents them at [`LIMITS_PAGE`]. AWS writes MB and means 1024 x 1024
//! bytes: its own error for the unzipped size names 262144000.

use std::fmt;

use super::Report;

/// Where AWS documents the limits.
pub const LIMITS_PAGE: &str = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";

/// The largest zip that can be uploaded directly; a larger one has to go through S3.
pub const ZIPPED_LIMIT: u64 = 50 * MEGABYTE;

/// The largest function, unzipped, whatever way it is uploaded.
pub const UNZIPPED_LIMIT: u64 = 250 * MEGABYTE;

const MEGABYTE: u64 = 1024 * 1024;

/// A size for people, in AWS's megabytes, rounded up so that nothing over a limit looks like the limit.
pub(super) fn megabytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(MEGABYTE);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} is {} (limit {} for a direct upload), {} unzipped (limit {})",
            self.unit,
            self.zip,
            megabytes(self.zipped),
            megabytes(ZIPPED_LIMIT),
            megabytes(self.unzipped),
            megabytes(UNZIPPED_LIMIT),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::BuildError;

    #[test]
    fn a_unit_over_the_limit_is_told_what_to_do() {
        let error = BuildError::TooLarge {
            unit: "main".to_owned(),
            unzipped: UNZIPPED_LIMIT + 1,
            setting: "execution_unit.package = \"image\"".to_owned(),
            largest: vec![("torch".to_owned(), 200 * MEGABYTE)],
        };
        let text = error.to_string();
        for part in ["`main` is 250.1 MB", "at most 250.0 MB", "package = \"image\"", "torch (200.0 MB)"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!(megabytes(0), "0.0 MB");
        assert_eq!(megabytes(1), "0.1 MB");
        assert_eq!(megabytes(ZIPPED_LIMIT), "50.0 MB");
        assert_eq!(megabytes(ZIPPED_LIMIT + 1), "50.1 MB");
    }
}
