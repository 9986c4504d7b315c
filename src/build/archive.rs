//! A zip whose bytes depend on its files alone.
//!
//! Entries are sorted by name, dated 1980-01-01 (the earliest that a zip can say), and have mode 0755 where the source file
//! is executable by its owner, 0644 otherwise. There are no entries for folders: Lambda makes them. The compressor is part
//! of this binary and works the same on every processor, so the bytes do not depend on the machine's zlib.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::BuildError;

/// Higher levels save 1 % and take several times as long.
const LEVEL: i64 = 6;

/// How many parts of a package that is too large are named.
const LARGEST: usize = 5;

/// The files of a zip, by the name that they have in it.
#[derive(Debug, Default)]
pub(super) struct Entries(BTreeMap<String, Entry>);

#[derive(Debug)]
struct Entry {
    path: PathBuf,
    executable: bool,
}

/// A zip that is in its place.
pub(super) struct Written {
    pub(super) size: u64,
    pub(super) sha256: String,
}

impl Entries {
    /// Adds a file; `true` if it took another's place.
    pub(super) fn insert(&mut self, name: String, path: PathBuf, executable: bool) -> bool {
        self.0.insert(name, Entry { path, executable }).is_some()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The size of all files.
    pub(super) fn unzipped(&self) -> Result<u64, BuildError> {
        self.0.values().map(Entry::size).sum()
    }

    /// The top-level files and folders that weigh most, largest first.
    pub(super) fn largest_folders(&self) -> Result<Vec<(String, u64)>, BuildError> {
        let mut sizes: BTreeMap<&str, u64> = BTreeMap::new();
        for (name, entry) in &self.0 {
            *sizes.entry(name.split('/').next().unwrap_or(name)).or_default() += entry.size()?;
        }
        let mut sizes: Vec<_> = sizes.into_iter().map(|(name, size)| (name.to_owned(), size)).collect();
        sizes.sort_by_key(|(_, size)| Reverse(*size));
        sizes.truncate(LARGEST);
        Ok(sizes)
    }
}

impl Entry {
    fn size(&self) -> Result<u64, BuildError> {
        let metadata = self.path.metadata().map_err(BuildError::io(format!("read {}", self.path.display())))?;
        Ok(metadata.len())
    }
}

/// Writes the zip beside its place and moves it there, so that readers see the old one or the new one, whole.
pub(super) fn write(entries: &Entries, zip: &Path) -> Result<Written, BuildError> {
    let shown = || zip.display().to_string();
    let folder = zip.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(BuildError::io(format!("create {}", folder.display())))?;
    let mut file = world_readable(tempfile::Builder::new().prefix(".inferra-"))
        .tempfile_in(folder)
        .map_err(BuildError::io(format!("write to {}", folder.display())))?;
    let bytes = compress(entries).map_err(|error| BuildError::Zip { zip: shown(), error })?;
    file.write_all(&bytes).map_err(BuildError::io(format!("write {}", shown())))?;
    file.persist(zip)
        .map_err(|refused| BuildError::Io { doing: format!("replace {}", shown()), error: refused.error })?;
    let sha256 = hexadecimal(&Sha256::digest(&bytes));
    Ok(Written { size: bytes.len() as u64, sha256 })
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn compress(entries: &Entries) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::default())
        .system(System::Unix);
    let mut zip = ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, entry) in &entries.0 {
        zip.start_file(name.as_str(), options.unix_permissions(if entry.executable { 0o755 } else { 0o644 }))?;
        zip.write_all(&std::fs::read(&entry.path)?)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Temporary files are private by default; Terraform may well run as another user.
#[cfg(unix)]
fn world_readable<'b>(
    builder: &'b mut tempfile::Builder<'static, 'static>,
) -> &'b mut tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn world_readable<'b>(
    builder: &'b mut tempfile::Builder<'static, 'static>,
) -> &'b mut tempfile::Builder<'static, 'static> {
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with the same files, made in the order and at the place of the caller's choice.
    fn entries(folder: &Path, order: &[&str]) -> Entries {
        let mut entries = Entries::default();
        for name in order {
            let path = folder.join(name.replace('/', "-"));
            std::fs::write(&path, name.repeat(1000)).unwrap();
            entries.insert((*name).to_owned(), path, name.contains(".so"));
        }
        entries
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let one =
            write(&entries(first.path(), &["b.py", "a/c.so", "a.py"]), &first.path().join("build/x.zip")).unwrap();
        let two =
            write(&entries(second.path(), &["a.py", "a/c.so", "b.py"]), &second.path().join("build/y.zip")).unwrap();
        assert_eq!(one.sha256, two.sha256);
        let (one, two) = (first.path().join("build/x.zip"), second.path().join("build/y.zip"));
        assert_eq!(std::fs::read(one).unwrap(), std::fs::read(two).unwrap());
    }

    /// The bytes are part of what a version of inferra promises: Terraform redeploys when they change.
    #[test]
    fn the_bytes_are_known() {
        let folder = tempfile::tempdir().unwrap();
        let written = write(&entries(folder.path(), &["a.py", "b.so"]), &folder.path().join("x.zip")).unwrap();
        assert_eq!(written.sha256, "bad00bb08f3f96df4e030712993b92ff1af47d9e91e9f528ea953f27e487a085");
    }

    #[test]
    fn names_times_and_modes_are_fixed() {
        let folder = tempfile::tempdir().unwrap();
        let zip = folder.path().join("x.zip");
        write(&entries(folder.path(), &["b.py", "a/c.so", "a.py"]), &zip).unwrap();
        let mut zip = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
        let seen: Vec<_> = (0..zip.len())
            .map(|index| {
                let file = zip.by_index(index).unwrap();
                (
                    file.name().unwrap().into_owned(),
                    file.unix_mode().unwrap() & 0o777,
                    file.last_modified().unwrap().year(),
                )
            })
            .collect();
        let expected = [("a.py", 0o644), ("a/c.so", 0o755), ("b.py", 0o644)];
        assert_eq!(seen, expected.map(|(name, mode)| (name.to_owned(), mode, 1980)));
    }

    #[test]
    fn a_failure_leaves_the_previous_zip_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let zip = folder.path().join("build/x.zip");
        write(&entries(folder.path(), &["a.py"]), &zip).unwrap();
        let before = std::fs::read(&zip).unwrap();
        let mut broken = Entries::default();
        broken.insert("a.py".to_owned(), folder.path().join("missing"), false);
        assert!(write(&broken, &zip).is_err());
        assert_eq!(std::fs::read(&zip).unwrap(), before);
        assert_eq!(std::fs::read_dir(folder.path().join("build")).unwrap().count(), 1);
    }

    #[test]
    fn the_heaviest_parts_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let entries = entries(folder.path(), &["a/long-name.py", "a/b.py", "c.py"]);
        assert_eq!(entries.largest_folders().unwrap(), [("a".to_owned(), 20_000), ("c.py".to_owned(), 4_000)]);
    }
}
