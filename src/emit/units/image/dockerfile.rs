//! The text of a Dockerfile: <https://docs.docker.com/reference/dockerfile/>.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Image;
use crate::config::Architecture;
use crate::source::ProjectPath;

/// Neither in `/etc/passwd` nor root.
const USER: &str = "10001:10001";

/// A Dockerfile in the making.
pub(super) struct Dockerfile(String);

impl Dockerfile {
    /// Starts the stage that installs and builds.
    pub(super) fn new(image: &Image<'_>) -> Self {
        let base = image.base;
        let processor = match image.architecture {
            Architecture::Arm64 => "arm64",
            Architecture::X86 => "amd64",
        };
        Self(format!(
            "# Made by inferra. To be built in this folder, for the processor that it runs on:\n\
             #   docker build --platform linux/{processor} --tag <repository>:<tag> .\n\
             FROM {base} AS build\n"
        ))
    }

    /// Starts the stage that is the image.
    pub(super) fn final_stage(&mut self, image: &Image<'_>) {
        _ = writeln!(self.0, "\nFROM {}", image.base);
    }

    /// Lines of the language's own, as they are.
    pub(super) fn lines(&mut self, lines: &str) {
        self.0.push_str(lines);
        self.0.push('\n');
    }

    /// A command without a shell.
    pub(super) fn run<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) {
        _ = writeln!(self.0, "RUN {}", exec(words));
    }

    /// Copies files to the same paths in the image; each has to be [`is_plain`].
    pub(super) fn copy(&mut self, paths: &[&str]) {
        let mut folders: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for path in paths {
            let folder = path.rsplit_once('/').map_or_else(|| "./".to_owned(), |(folder, _)| format!("{folder}/"));
            folders.entry(folder).or_default().push(path);
        }
        for (folder, paths) in &folders {
            _ = writeln!(self.0, "COPY {}", exec(paths.iter().copied().chain([folder.as_str()])));
        }
    }

    /// Ends the image with who runs what: a program that is always started, and what it is given or, without one, what is
    /// started.
    pub(super) fn start(mut self, image: &Image<'_>, program: &[&str], command: &[&str]) -> String {
        // Fargate would mount a folder there that only root may write to; what is a volume of the image keeps its permissions:
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html.
        _ = writeln!(
            self.0,
            "# Kept writable for everybody where the rest of the file system is read-only.\nVOLUME [\"/tmp\"]"
        );
        _ = writeln!(self.0, "USER {USER}");
        let ports: Vec<_> = image.ports.iter().flatten().map(ToString::to_string).collect();
        if !ports.is_empty() {
            _ = writeln!(self.0, "EXPOSE {}", ports.join(" "));
        }
        if !program.is_empty() {
            _ = writeln!(self.0, "ENTRYPOINT {}", exec(program.iter().copied()));
        }
        _ = writeln!(self.0, "CMD {}", exec(command.iter().copied()));
        self.0
    }
}

/// Whether a path means itself in `COPY`, which expands variables and patterns even in the form of a list. Where one does
/// not, everything is copied at once, at the price of installing again after each change.
pub(super) fn is_plain(path: &ProjectPath) -> bool {
    path.as_str().chars().all(|c| c.is_ascii_alphanumeric() || "._-/+@".contains(c))
}

/// The form of a list, in which no shell reads the words.
fn exec<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<_> = words.into_iter().map(|word| serde_json::Value::from(word).to_string()).collect();
    format!("[{}]", words.join(", "))
}
