#[cfg(not(unix))]
use std::fs;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Reads and writes files one after another, most of them in the folder of the one before: by the handle of that folder, which
/// spares the system the way there.
#[derive(Debug, Default)]
pub(crate) struct InFolder {
    folder: PathBuf,
    #[cfg(unix)]
    handle: Option<std::os::fd::OwnedFd>,
    buffer: Vec<u8>,
}

/// Holds nearly every source file at once.
const BUFFER: usize = 64 * 1024;

impl InFolder {
    /// The bytes of a file.
    pub(crate) fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        let mut file = self.open(path)?;
        self.buffer.resize(BUFFER, 0);
        let mut bytes = Vec::new();
        loop {
            match file.read(&mut self.buffer) {
                Ok(0) => return Ok(bytes),
                Ok(length) => bytes.extend_from_slice(&self.buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Makes a file hold `bytes`.
    pub(crate) fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        io::Write::write_all(&mut self.create(path)?, bytes)
    }
}

#[cfg(unix)]
impl InFolder {
    fn open(&mut self, path: &Path) -> io::Result<File> {
        self.open_with(path, rustix::fs::OFlags::RDONLY)
    }

    fn create(&mut self, path: &Path) -> io::Result<File> {
        use rustix::fs::OFlags;
        self.open_with(path, OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC)
    }

    fn open_with(&mut self, path: &Path, flags: rustix::fs::OFlags) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, openat};
        use rustix::io::retry_on_intr;
        let (handle, name) = self.at(path)?;
        // What any new file may be; the user's mask takes away from it.
        let mode = Mode::from_raw_mode(0o666);
        Ok(retry_on_intr(|| openat(handle, name, flags | OFlags::CLOEXEC, mode))?.into())
    }

    /// Gives the file `from`, which `other` is at, one more name.
    pub(crate) fn link(&mut self, path: &Path, other: &mut Self, from: &Path) -> io::Result<()> {
        let (handle, name) = self.at(path)?;
        let (other, from) = other.at(from)?;
        Ok(rustix::fs::linkat(other, from, handle, name, rustix::fs::AtFlags::empty())?)
    }

    /// The length of a file; `None` where there is none, or something else, such as a link.
    pub(crate) fn length(&mut self, path: &Path) -> Option<u64> {
        use rustix::fs::{AtFlags, FileType, statat};
        let (handle, name) = self.at(path).ok()?;
        let found = statat(handle, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let is_file = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
        is_file.then(|| u64::try_from(found.st_size).ok()).flatten()
    }

    fn at<'p>(&mut self, path: &'p Path) -> io::Result<(&std::os::fd::OwnedFd, &'p std::ffi::OsStr)> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidFilename.into());
        };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        // Comparing paths part by part takes longer than comparing their bytes.
        let kept = self.handle.take().filter(|_| self.folder.as_os_str() == folder.as_os_str());
        let handle = if let Some(handle) = kept {
            handle
        } else {
            folder.clone_into(&mut self.folder);
            File::open(folder)?.into()
        };
        Ok((self.handle.insert(handle), name))
    }
}

#[cfg(not(unix))]
impl InFolder {
    fn open(&mut self, path: &Path) -> io::Result<File> {
        File::open(path)
    }

    fn create(&mut self, path: &Path) -> io::Result<File> {
        File::create(path)
    }

    /// Gives the file `from` one more name.
    pub(crate) fn link(&mut self, path: &Path, _: &mut Self, from: &Path) -> io::Result<()> {
        fs::hard_link(from, path)
    }

    /// The length of a file; `None` where there is none, or something else, such as a link.
    pub(crate) fn length(&mut self, path: &Path) -> Option<u64> {
        fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len())
    }
}
