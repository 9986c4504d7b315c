//! The table of measurements, and which goals they meet.

use std::io::{self, Write as _};
use std::time::Duration;

use inferra::source::Language;

use crate::tree::{Shape, Spec};

/// A compile may take this many times as long as a scan of the same tree.
const SCANS: f64 = 5.0;
/// The most memory at once.
const MEGABYTES: f64 = 150.0;
/// A file of a large tree may cost this much more than one of a small tree: noise, and deeper folders.
const GROWTH: f64 = 1.25;
/// A small application, beside `rg` on the same files, and alone.
const SEARCHES: f64 = 2.0;
const SMALL: Duration = Duration::from_millis(15);

/// What was measured on one tree. Times are medians.
#[derive(Debug)]
pub(crate) struct Measured {
    /// The tree.
    pub(crate) spec: Spec,
    /// Its units, and the files in all of them.
    pub(crate) units: (usize, usize),
    /// A plain scan.
    pub(crate) scan: Duration,
    /// A whole compile to a folder that is not there yet.
    pub(crate) fresh: Duration,
    /// A whole compile over an output that is the same already.
    pub(crate) same: Duration,
    /// A whole compile over an output of which some files change.
    pub(crate) changed: Duration,
    /// The most memory at once, in bytes.
    pub(crate) peak: Option<u64>,
}

/// What was measured on three files. Times are medians.
#[derive(Debug)]
pub(crate) struct Small {
    /// A whole compile over the output of the one before.
    pub(crate) compile: Duration,
    /// `rg` for the marker; `None` where there is no `rg`.
    pub(crate) search: Option<Duration>,
}

/// Whether measurements are good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Pass,
    Miss,
}

impl Verdict {
    const fn of(pass: bool) -> Self {
        if pass { Self::Pass } else { Self::Miss }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Miss => "MISS",
        }
    }
}

/// Prints everything; returns whether every goal was met.
pub(crate) fn print(measured: &[Measured], small: &Small) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "\n{:<11} {:<11} {:>7} {:>6} {:>11} {:>10} {:>17} {:>17} {:>17} {:>9}",
        "language",
        "shape",
        "files",
        "units",
        "unit files",
        "scan",
        "fresh output",
        "same output",
        "changed output",
        "peak"
    )?;
    for row in measured {
        let (units, unit_files) = row.units;
        writeln!(
            out,
            "{:<11} {:<11} {:>7} {units:>6} {unit_files:>11} {} {} {:>5.1}x {} {:>5.1}x {} {:>5.1}x {:>9}",
            row.spec.language.title(),
            row.spec.shape.name(),
            row.spec.files,
            milliseconds(row.scan),
            milliseconds(row.fresh),
            row.scans(row.fresh),
            milliseconds(row.same),
            row.scans(row.same),
            milliseconds(row.changed),
            row.scans(row.changed),
            row.megabytes().map_or_else(|| "unknown".to_owned(), |peak| format!("{peak:.0} MB")),
        )?;
    }
    writeln!(out)?;
    let mut goals = goals(measured);
    goals.extend(goals_of_small(small));
    for (goal, verdict) in &goals {
        writeln!(out, "{}  {goal}", verdict.name())?;
    }
    if small.search.is_none() {
        writeln!(out, "SKIPPED  a three-file application beside `rg`: no `rg` on PATH")?;
    }
    Ok(goals.iter().all(|(_, verdict)| *verdict == Verdict::Pass))
}

impl Measured {
    fn scans(&self, time: Duration) -> f64 {
        time.as_secs_f64() / self.scan.as_secs_f64()
    }

    #[allow(clippy::cast_precision_loss, reason = "a tenth of a megabyte is more than anyone reads here")]
    fn megabytes(&self) -> Option<f64> {
        self.peak.map(|peak| peak as f64 / 1e6)
    }

    #[allow(clippy::cast_precision_loss, reason = "there are never so many files")]
    fn per_file(&self) -> f64 {
        self.changed.as_secs_f64() / self.spec.files as f64
    }

    fn name(&self) -> String {
        format!("{} {} {}", self.spec.language.title(), self.spec.files, self.spec.shape.name())
    }
}

fn goals(measured: &[Measured]) -> Vec<(String, Verdict)> {
    let mut goals = Vec::new();
    let largest = measured.iter().map(|row| row.spec.files).max().unwrap_or_default();
    for row in measured.iter().filter(|row| row.spec.files == largest) {
        for (output, time) in [("fresh", row.fresh), ("same", row.same), ("changed", row.changed)] {
            let scans = row.scans(time);
            let goal = format!("{}, {output} output: {scans:.1} times the scan, at most {SCANS}", row.name());
            goals.push((goal, Verdict::of(scans <= SCANS)));
        }
        if let Some(peak) = row.megabytes() {
            goals.push((format!("{}: {peak:.0} MB, at most {MEGABYTES}", row.name()), Verdict::of(peak <= MEGABYTES)));
        }
    }
    for language in Language::ALL {
        for shape in [Shape::One, Shape::Many] {
            let mut rows: Vec<_> =
                measured.iter().filter(|row| row.spec.language == language && row.spec.shape == shape).collect();
            rows.sort_by_key(|row| row.spec.files);
            if let [small, .., large] = rows[..] {
                let growth = large.per_file() / small.per_file();
                let files = (large.spec.files, small.spec.files);
                let goal = format!(
                    "{} {}: a file of {} costs {growth:.2} times one of {}, at most {GROWTH}",
                    language.title(),
                    shape.name(),
                    files.0,
                    files.1
                );
                goals.push((goal, Verdict::of(growth <= GROWTH)));
            }
        }
    }
    goals
}

fn goals_of_small(small: &Small) -> Vec<(String, Verdict)> {
    let time = milliseconds(small.compile);
    let alone = format!("three files: {}, at most {}", time.trim(), milliseconds(SMALL).trim());
    let mut goals = vec![(alone, Verdict::of(small.compile <= SMALL))];
    if let Some(search) = small.search {
        let times = small.compile.as_secs_f64() / search.as_secs_f64();
        let goal = format!("three files: {times:.1} times `rg` ({}), at most {SEARCHES}", milliseconds(search).trim());
        goals.push((goal, Verdict::of(times <= SEARCHES)));
    }
    goals
}

fn milliseconds(time: Duration) -> String {
    format!("{:>7.1} ms", time.as_secs_f64() * 1000.0)
}
