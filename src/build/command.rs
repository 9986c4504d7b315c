//! Runs a tool: without a shell, with its output passed on line by line and its errors kept whole.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};

use super::{BuildError, Event, Job};

/// A tool, its arguments, and the folder that it runs in.
#[derive(Debug)]
pub(super) struct Tool {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
}

/// What a tool that succeeded wrote to its standard error.
pub(super) struct Said {
    pub(super) stderr: String,
}

impl Tool {
    pub(super) fn new(program: &Path) -> Self {
        Self { program: program.into(), arguments: Vec::new(), environment: Vec::new() }
    }

    pub(super) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    pub(super) fn args<T: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    pub(super) fn envs<'v>(mut self, variables: impl IntoIterator<Item = (&'v str, &'v str)>) -> Self {
        self.environment.extend(variables.into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// Runs the tool in `folder`, telling the job's caller what it says.
    pub(super) fn run(self, job: &mut Job<'_>, folder: &Path, purpose: &'static str) -> Result<Said, BuildError> {
        let command = self.to_string();
        (job.progress)(Event::Running { unit: job.name.to_owned(), purpose, command: command.clone() });
        let running = BuildError::io(format!("run `{command}`"));
        let unit = job.name.to_owned();
        let mut say = |line| (job.progress)(Event::Said { unit: unit.clone(), line });
        let (status, stdout, stderr) = self.stream(folder, &mut say).map_err(running)?;
        if status.success() {
            return Ok(Said { stderr });
        }
        let message = if stderr.trim().is_empty() { stdout } else { stderr };
        Err(BuildError::Command { unit, command, status: status.to_string(), message })
    }

    /// Runs the tool and gives its standard output, or nothing if it fails: for asking whether a tool works at all.
    pub(super) fn ask(self, folder: &Path) -> Option<String> {
        let (status, stdout, _) = self.stream(folder, &mut |_| {}).ok()?;
        status.success().then_some(stdout)
    }

    fn stream(&self, folder: &Path, say: &mut dyn FnMut(String)) -> io::Result<(ExitStatus, String, String)> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (sender, lines) = channel();
        let errors = sender.clone();
        // Both pipes are read at once: a tool that fills one while the other is read would wait for ever.
        let (stdout, stderr) = std::thread::scope(|scope| {
            let stdout = scope.spawn(move || read(stdout, &sender));
            let stderr = scope.spawn(move || read(stderr, &errors));
            lines.into_iter().for_each(say);
            (stdout.join(), stderr.join())
        });
        let whole = |joined: std::thread::Result<io::Result<String>>| {
            joined.unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
        };
        let (stdout, stderr) = (whole(stdout), whole(stderr));
        Ok((child.wait()?, stdout?, stderr?))
    }
}

/// Reads a pipe to its end, sending each line on the way.
fn read(pipe: Option<impl Read>, lines: &Sender<String>) -> io::Result<String> {
    let mut all = String::new();
    let Some(pipe) = pipe else { return Ok(all) };
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while pipe.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        // Nobody listens any more only if the whole build is being torn down.
        _ = lines.send(text.trim_end().to_owned());
        all.push_str(&text);
        line.clear();
    }
    Ok(all)
}

/// The command as a shell would need it typed, so that it can be tried by hand.
impl std::fmt::Display for Tool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = std::iter::once(&self.program).chain(&self.arguments).map(|word| quoted(&word.to_string_lossy()));
        f.write_str(&words.collect::<Vec<_>>().join(" "))
    }
}

/// A word as a shell would need it typed.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_typed_as_shown() {
        let tool = Tool::new(Path::new("/usr/bin/pip")).args(["install", "a b", "it's", ""]);
        assert_eq!(tool.to_string(), r"/usr/bin/pip install 'a b' 'it'\''s' ''");
    }
}
