//! A file that is being written: its holes stay holes, and what is there when it is cut off can be gone on with.

use std::fs::{File, FileTimes, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::Progress;

/// How much is read at once; so much of nothing but null bytes becomes a hole.
const PIECE: usize = 1 << 16;
static NOTHING: [u8; PIECE] = [0; PIECE];

/// The name of a part: the same for the same content of the same file, and for no other.
pub(super) fn name(identity: &impl Hash) -> String {
    let mut hasher = rustc_hash::FxHasher::default();
    identity.hash(&mut hasher);
    format!(".kx-{:016x}.part", hasher.finish())
}

/// A file that is being written.
pub(super) struct Part {
    path: PathBuf,
    file: File,
    at: u64,
    /// Whether it is removed when it is not finished.
    passing: bool,
}

impl Part {
    /// Goes on with a part from this byte; what is behind it is thrown away. One that is not there begins.
    pub fn resume(path: PathBuf, from: u64) -> io::Result<Self> {
        // Nothing that is no file, and no link, is written into.
        if std::fs::symlink_metadata(&path).is_ok_and(|meta| !meta.is_file()) {
            std::fs::remove_file(&path)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        private(&mut options);
        let mut file = options.open(&path)?;
        file.set_len(from)?;
        file.seek(SeekFrom::Start(from))?;
        Ok(Self { path, file, at: from, passing: false })
    }

    /// Begins a part of a name that nothing has, in a folder; unless it is finished, it is removed.
    pub fn begin(folder: &Path) -> io::Result<Self> {
        for number in 0..10_000_u32 {
            let path = folder.join(format!(".kx-{}-{number}.part", std::process::id()));
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            private(&mut options);
            match options.open(&path) {
                Ok(file) => return Ok(Self { path, file, at: 0, passing: true }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many parts are there"))
    }

    /// Takes in all that can be read; how many bytes that was. The part is as long as what came, also when reading fails.
    pub fn fill(&mut self, mut from: impl Read, progress: &Progress) -> io::Result<u64> {
        let before = self.at;
        let mut buffer = vec![0; PIECE];
        let outcome = loop {
            match from.read(&mut buffer) {
                Ok(0) => break Ok(()),
                Ok(count) => {
                    if let Err(error) = self.put(&buffer[..count]) {
                        break Err(error);
                    }
                    progress.add(count as u64);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.file.set_len(self.at)?;
        outcome.map(|()| self.at - before)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if *bytes == NOTHING[..bytes.len()] {
            self.file.seek(SeekFrom::Current(bytes.len() as i64))?;
        } else {
            self.file.write_all(bytes)?;
        }
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// It is all there: it gets its permissions (without those to run as somebody else) and its time, and becomes the file of this path.
    pub fn finish(
        mut self,
        path: &Path,
        mode: Option<u32>,
        modified: Option<i64>,
    ) -> io::Result<()> {
        if let Some(modified) = modified.and_then(time) {
            self.file.set_times(FileTimes::new().set_modified(modified))?;
        }
        permit(&self.file, mode.unwrap_or_else(default_mode))?;
        std::fs::rename(&self.path, path)?;
        self.passing = false;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.passing {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A time that files can have.
pub(super) fn time(seconds: i64) -> Option<SystemTime> {
    let apart = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(apart)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(apart)
    }
}

/// Nobody else reads what is not there yet.
#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

/// Gives a file its permissions.
#[cfg(unix)]
fn permit(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(mode & 0o777))
}

#[cfg(not(unix))]
fn permit(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// The permissions that this person's new files have.
#[cfg(unix)]
fn default_mode() -> u32 {
    // The mask can only be read by setting it, which other threads would notice.
    let mask = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let line = status.lines().find_map(|line| line.strip_prefix("Umask:"))?;
        u32::from_str_radix(line.trim(), 8).ok()
    });
    0o666 & !mask.unwrap_or(0o022)
}

#[cfg(not(unix))]
fn default_mode() -> u32 {
    0o666
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_and_resumed_parts_have_the_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("part");
        let mut content = vec![0; 3 * PIECE];
        content[PIECE + 5] = 7;
        let mut part = Part::resume(path.clone(), 0).unwrap();
        part.fill(&content[..PIECE + 9], &Progress::default()).unwrap();
        drop(part);
        let mut part = Part::resume(path, PIECE as u64).unwrap();
        part.fill(&content[PIECE..], &Progress::default()).unwrap();
        let file = folder.path().join("file");
        part.finish(&file, Some(0o4750), Some(1_000)).unwrap();
        assert!(std::fs::read(&file).unwrap() == content);
        let meta = std::fs::metadata(&file).unwrap();
        assert_eq!(meta.modified().unwrap(), time(1_000).unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            assert_eq!(meta.mode() & 0o7777, 0o750);
        }
    }

    #[test]
    fn what_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(Part::begin(folder.path()).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
