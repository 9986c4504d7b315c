//! Running programs: how long they take, and how much memory at most.

mod scan;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use scan::scan;

/// How often the memory of a running program is looked at. The kernel keeps the peak, so only a peak within the last of these
/// intervals can be missed, and a compile ends with writing files out of memory that it already holds.
const LOOK_EVERY: Duration = Duration::from_micros(500);

/// A program and its arguments.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
}

impl Program {
    /// `path` with `arguments`.
    pub(crate) fn new(path: &Path, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self { path: path.to_owned(), arguments: arguments.into_iter().map(Into::into).collect() }
    }

    /// The same with more arguments.
    pub(crate) fn with(&self, more: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        let mut longer = self.clone();
        longer.arguments.extend(more.into_iter().map(Into::into));
        longer
    }

    /// Runs it once, from start to end of the process. An error where it fails, with what it said.
    pub(crate) fn time(&self) -> io::Result<Duration> {
        let start = Instant::now();
        let output = self.command().output()?;
        let time = start.elapsed();
        if output.status.success() {
            return Ok(time);
        }
        let said: String = String::from_utf8_lossy(&output.stderr).chars().take(4000).collect();
        Err(io::Error::other(format!("{} {:?} failed: {said}", self.path.display(), self.arguments)))
    }

    /// The most memory that it had at once, in bytes; `None` where the system does not say. Takes no part in timing.
    pub(crate) fn peak(&self) -> io::Result<Option<u64>> {
        let mut child = self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let status = format!("/proc/{}/status", child.id());
        let mut peak = None;
        while child.try_wait()?.is_none() {
            peak = peak.max(high_water_mark(&status));
            thread::sleep(LOOK_EVERY);
        }
        Ok(peak)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).stdin(Stdio::null());
        command
    }
}

/// `VmHWM` of <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>, which starts anew when a program is loaded, so
/// the memory of this process takes no part in it.
fn high_water_mark(status: &str) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// The middle of `times`.
pub(crate) fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
