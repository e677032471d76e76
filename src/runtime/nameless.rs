//! Files without a name, for what memory has no room for: whatever becomes of kx, nothing of them stays.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};

use crate::logs::{Disk, Disks, Refused};

/// How much may wait to be written, in pieces.
const WAITING: usize = 256;

/// Makes files in a folder.
#[derive(Clone, Debug)]
pub struct Nameless {
    folder: PathBuf,
}

impl Nameless {
    /// Files in this folder, which is made where it is not there; in the system's folder for temporary files where none is given.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder: folder.unwrap_or_else(std::env::temp_dir) }
    }
}

impl Disks for Nameless {
    fn open(&self) -> Option<Arc<dyn Disk>> {
        let written = Written::new(&self.folder);
        written.map(|written| Arc::new(written) as Arc<dyn Disk>).ok()
    }
}

/// A file, and the thread that writes it.
#[derive(Debug)]
struct Written {
    file: Arc<File>,
    pieces: SyncSender<(u64, Arc<[u8]>)>,
    done: Arc<AtomicU64>,
    broken: Arc<AtomicBool>,
}

impl Written {
    fn new(folder: &std::path::Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let file = Arc::new(nameless(folder)?);
        let (pieces, waiting) = sync_channel::<(u64, Arc<[u8]>)>(WAITING);
        let (done, broken) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (out, count, failed) = (Arc::clone(&file), Arc::clone(&done), Arc::clone(&broken));
        std::thread::Builder::new().name("logs to disk".into()).spawn(move || {
            for (offset, bytes) in waiting {
                if write_at(&out, &bytes, offset).is_err() {
                    failed.store(true, Ordering::Release);
                    break;
                }
                count.fetch_add(1, Ordering::Release);
            }
        })?;
        Ok(Self { file, pieces, done, broken })
    }
}

impl Disk for Written {
    fn write(&self, offset: u64, bytes: Arc<[u8]>) -> Result<(), Refused> {
        if self.broken.load(Ordering::Acquire) {
            return Err(Refused::Broken);
        }
        self.pieces.try_send((offset, bytes)).map_err(|error| match error {
            TrySendError::Full(_) => Refused::Busy,
            TrySendError::Disconnected(_) => Refused::Broken,
        })
    }

    fn written(&self) -> u64 {
        self.done.load(Ordering::Acquire)
    }

    fn read(&self, offset: u64, bytes: &mut [u8]) -> bool {
        read_at(&self.file, bytes, offset).is_ok()
    }
}

/// A file that nobody else can read, and that is gone when nobody has it open any more.
fn nameless(folder: &std::path::Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    private(&mut options);
    let now = jiff::Timestamp::now().as_nanosecond();
    for attempt in 0..100 {
        let path = folder.join(format!("logs-{}-{now}-{attempt}", std::process::id()));
        match options.open(&path) {
            Ok(file) => {
                #[cfg(unix)]
                std::fs::remove_file(&path)?;
                return Ok(file);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
fn private(options: &mut OpenOptions) {
    /// The system deletes the file when it is closed, however that comes about (`FILE_FLAG_DELETE_ON_CLOSE`).
    const DELETE_ON_CLOSE: u32 = 0x0400_0000;
    std::os::windows::fs::OpenOptionsExt::custom_flags(options, DELETE_ON_CLOSE);
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        offset += read as u64;
    }
    Ok(())
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
        bytes = &bytes[written..];
        offset += written as u64;
    }
    Ok(())
}
