use pep508_rs::{MarkerEnvironment, MarkerEnvironmentBuilder};

use super::requirement::Versions;

/// The Python and the system that dependencies are chosen for.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    pub(super) markers: MarkerEnvironment,
    minor: u32,
    machine: &'static str,
}

impl Environment {
    /// `CPython` 3.`minor` on Linux on a processor by its name in Python's platform tags. `None` where that is no version.
    ///
    /// The patch is the first one, which is also what uv takes for a Python that is named by its minor version: both must
    /// agree on what `python_full_version` means.
    pub(crate) fn linux(minor: u32, machine: &'static str) -> Option<Self> {
        let (version, full) = (format!("3.{minor}"), format!("3.{minor}.0"));
        let builder = MarkerEnvironmentBuilder {
            implementation_name: "cpython",
            implementation_version: &full,
            os_name: "posix",
            platform_machine: machine,
            platform_python_implementation: "CPython",
            platform_release: "",
            platform_system: "Linux",
            platform_version: "",
            python_full_version: &full,
            python_version: &version,
            sys_platform: "linux",
        };
        Some(Self { markers: MarkerEnvironment::try_from(builder).ok()?, minor, machine })
    }

    /// Whether a project for Pythons in `wanted` runs on this one. The newest patch is what counts: it is what a runtime has.
    pub(super) fn is_accepted_by(&self, wanted: &Versions) -> bool {
        [0, 99].iter().any(|patch| {
            let version = pep440_rs::Version::new([3, u64::from(self.minor), *patch]);
            wanted.contain(&version)
        })
    }
}

/// As people say it: `Python 3.13 on Linux (aarch64)`.
impl std::fmt::Display for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Python 3.{} on Linux ({})", self.minor, self.machine)
    }
}
