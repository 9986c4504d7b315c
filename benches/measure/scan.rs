use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use ignore::{WalkBuilder, WalkState};
use memchr::memmem::Finder;

/// The least that any such compiler has to do: walk the tree as git would, in parallel, read every file, and search it for
/// the marker. Returns the number of files that hold it.
pub(crate) fn scan(root: &Path) -> usize {
    let marked = AtomicUsize::new(0);
    let finder = Finder::new("@klotho::");
    WalkBuilder::new(root).require_git(false).build_parallel().run(|| {
        let (marked, finder, mut bytes) = (&marked, &finder, Vec::new());
        Box::new(move |entry| {
            let Ok(entry) = entry else { return WalkState::Continue };
            if entry.file_type().is_some_and(|kind| kind.is_file()) {
                bytes.clear();
                let read = File::open(entry.path()).and_then(|mut file| file.read_to_end(&mut bytes));
                if read.is_ok() && finder.find(&bytes).is_some() {
                    marked.fetch_add(1, Ordering::Relaxed);
                }
            }
            WalkState::Continue
        })
    });
    marked.into_inner()
}
