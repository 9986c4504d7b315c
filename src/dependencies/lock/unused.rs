use super::Format;
use crate::dependencies::Reader;
use crate::diag::{Code, Diagnostic};
use crate::source::{ProjectPath, Span};

/// Lock files that inferra does not read, and how each becomes one that it does.
const UNREAD: [(&str, &str); 2] = [
    ("Pipfile.lock", "run `pipenv requirements > requirements.txt`"),
    ("pdm.lock", "run `pdm export -o requirements.txt`"),
];

/// Warns of lock files beside a manifest that decide nothing.
pub(in crate::dependencies) fn warn_of_unused(
    reader: &mut Reader<'_>,
    manifest: &ProjectPath,
    used: Option<&ProjectPath>,
) {
    let read = Format::ALL.map(|format| (format.file_name(), None));
    for (name, export) in read.into_iter().chain(UNREAD.map(|(name, export)| (name, Some(export)))) {
        let path = ProjectPath::join(manifest.parent(), name);
        let Some(lock) = path.and_then(|path| reader.project.other_path(path.as_str())) else { continue };
        if used == Some(&lock) || lock == *manifest {
            continue;
        }
        let decides = used.unwrap_or(manifest);
        let help = match export {
            Some(export) if manifest.extension() != Some("txt") => format!("{export}, and compile again"),
            Some(_) | None => format!("keep one of `{lock}` and `{decides}`, so that nobody takes one for the other"),
        };
        reader.diagnostics.push(
            Diagnostic::new(Code::LockNotUsed, format!("`{lock}` is not used: `{decides}` decides what is installed"))
                .at(Span::new(&lock, 0..0), "the versions in here are not those that are installed")
                .help(help),
        );
    }
}
