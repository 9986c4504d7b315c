//! How long a whole compile takes, beside a plain scan of the same generated tree, and whether its result is right.
//!
//! ```text
//! cargo bench                          1,000 and 10,000 files
//! cargo bench -- --quick               1,000 files
//! cargo bench -- --strict              a missed goal fails
//! cargo bench -- --binary path         another build
//! cargo bench -- --repetitions 15
//! cargo bench -- --folder path         where trees and output are; in memory by default, to measure the compiler and no disk
//! cargo bench -- --write folder        only write the trees there, for a profiler
//! ```
//!
//! A wrong result always fails; a missed goal is only reported, because machines differ.

mod measure;
mod report;
mod tree;

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use inferra::source::Language;

use measure::{Program, median, scan};
use report::{Measured, Small};
use tree::{Shape, Spec};

/// The seed of every tree: any other is as good.
const SEED: u64 = 20;

/// What was asked for on the command line.
struct Options {
    sizes: &'static [usize],
    strict: bool,
    repetitions: usize,
    binary: PathBuf,
    folder: PathBuf,
    write: Option<PathBuf>,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    match arguments.next() {
        // This program is also the plain scan, so that both sides pay for the start of a process.
        Some(mode) if mode == "--scan" => {
            let found = arguments.next().map_or(0, |root| scan(Path::new(&root)));
            return if found == 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
        // `cargo test --all-targets` runs benchmarks without the flag that `cargo bench` gives.
        None => return ExitCode::SUCCESS,
        Some(_) => {}
    }
    match Options::read(std::env::args_os().skip(1)).and_then(|options| run(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = OsString>) -> io::Result<Self> {
        let binary = PathBuf::from(env!("CARGO_BIN_EXE_inferra"));
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory } else { Path::new(env!("CARGO_TARGET_TMPDIR")) }.to_owned();
        let mut options = Self { sizes: &[1000, 10_000], strict: false, repetitions: 9, binary, folder, write: None };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| io::Error::other("a flag lacks its value"));
            match argument.to_str() {
                Some("--bench") => {}
                Some("--quick") => options.sizes = &[1000],
                Some("--strict") => options.strict = true,
                Some("--binary") => options.binary = value()?.into(),
                Some("--folder") => options.folder = value()?.into(),
                Some("--write") => options.write = Some(value()?.into()),
                Some("--repetitions") => {
                    options.repetitions =
                        value()?.to_str().and_then(|text| text.parse().ok()).ok_or(io::ErrorKind::InvalidInput)?;
                }
                Some(_) | None => return Err(io::Error::other(format!("unknown argument `{}`", argument.display()))),
            }
        }
        Ok(options)
    }
}

/// Measures everything; returns whether the run as a whole is a success.
fn run(options: &Options) -> io::Result<bool> {
    let languages = options.sizes.iter().flat_map(|files| Language::ALL.map(|language| (*files, language)));
    let specs = languages.flat_map(|(files, language)| {
        [Shape::One, Shape::Many].map(|shape| Spec { language, shape, files, seed: SEED })
    });
    if let Some(folder) = &options.write {
        for spec in specs {
            let root =
                folder.join(format!("{}-{}-{}", spec.language.name(), spec.shape.name().replace(' ', "-"), spec.files));
            tree::write(spec, &root)?;
        }
        return Ok(true);
    }
    let measured: Vec<_> = specs.map(|spec| measure_tree(options, spec)).collect::<io::Result<_>>()?;
    let met = report::print(&measured, &measure_small(options)?)?;
    Ok(met || !options.strict)
}

fn measure_tree(options: &Options, spec: Spec) -> io::Result<Measured> {
    let folder = tempfile::tempdir_in(&options.folder)?;
    let (app, out) = (folder.path().join("services"), folder.path().join("out"));
    fs::create_dir(&app)?;
    let truth = tree::write(spec, &app)?;
    let scanner = Program::new(&std::env::current_exe()?, ["--scan".into(), app.clone().into_os_string()]);
    let compiler = compiler(options, &app, &out);
    let right =
        || truth.check(&out).map_err(|wrong| io::Error::other(format!("the compile of {spec:?} is wrong: {wrong}")));

    // Once without the clock: file caches fill, and a wrong result shows before time is spent on it.
    scanner.time()?;
    compiler.time()?;
    right()?;
    // What an output that is not the same costs: most files stay, and some change.
    let other = compiler.with(["--set", "execution_unit.memory_mb=1024"]);
    let (mut scans, mut fresh, mut same, mut changed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.repetitions {
        scans.push(scanner.time()?);
        fs::remove_dir_all(&out)?;
        fresh.push(compiler.time()?);
        right()?;
        same.push(compiler.time()?);
        right()?;
        changed.push(other.time()?);
        right()?;
    }
    Ok(Measured {
        spec,
        units: (truth.units(), truth.unit_files()),
        scan: median(&scans),
        fresh: median(&fresh),
        same: median(&same),
        changed: median(&changed),
        peak: compiler.peak()?,
    })
}

fn measure_small(options: &Options) -> io::Result<Small> {
    let folder = tempfile::tempdir_in(&options.folder)?;
    let (app, out) = (folder.path().join("users"), folder.path().join("out"));
    tree::write_small(&app)?;
    let compiler = compiler(options, &app, &out);
    let search = Program::new(Path::new("rg"), ["-c".into(), "@klotho::".into(), app.into_os_string()]);
    compiler.time()?;
    let searchable = search.time().is_ok();
    let (mut times, mut searches): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    for _ in 0..options.repetitions * 5 {
        times.push(compiler.time()?);
        if searchable {
            searches.push(search.time()?);
        }
    }
    Ok(Small { compile: median(&times), search: searchable.then(|| median(&searches)) })
}

fn compiler(options: &Options, app: &Path, out: &Path) -> Program {
    let arguments = [
        "compile".as_ref(),
        app.as_os_str(),
        "--target".as_ref(),
        "aws-lambda".as_ref(),
        "--out".as_ref(),
        out.as_os_str(),
    ];
    Program::new(&options.binary, arguments)
}
