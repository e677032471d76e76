//! Packs a folder of this machine as an archive, as it is: links stay links, what is no file is left out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::UNIX_EPOCH;

use tar::{Builder, EntryType, Header};

use super::{Progress, Trouble};
use crate::files::{Outcome, local_words};

/// The size of a block of an archive, in bytes.
const BLOCK: u64 = 512;

/// What is to be packed.
struct Item {
    /// Its place below the folder.
    at: PathBuf,
    meta: Metadata,
    /// Where it leads, where it is a link.
    target: PathBuf,
}

/// A folder as it was when it was looked at: the archive of it is as long as that says, whatever becomes of the files meanwhile.
pub(super) struct Packing {
    folder: PathBuf,
    items: Vec<Item>,
    preserve: bool,
    /// What was left out already.
    outcome: Outcome,
    /// Which item is being sent: those before it went on their way.
    begun: AtomicUsize,
    /// The items that arrived before the connection broke.
    arrived: Vec<bool>,
}

/// A file that went on its way.
pub(super) struct Sent {
    /// Which item it is.
    pub item: usize,
    /// Its name in its folder.
    pub name: Vec<u8>,
    pub size: u64,
    pub modified: i64,
}

impl Packing {
    /// Looks at a folder. Blocks.
    ///
    /// # Errors
    /// [`Trouble::Local`].
    pub fn new(folder: &Path, preserve: bool) -> Result<Self, Trouble> {
        let mut outcome = Outcome::default();
        let items = walk(folder, &mut outcome)?;
        let (begun, arrived) = (AtomicUsize::new(0), vec![false; items.len()]);
        Ok(Self { folder: folder.to_owned(), items, preserve, outcome, begun, arrived })
    }

    /// The files that went on their way, by their folders below this one. Not each of them need have arrived.
    pub fn sent(&self) -> BTreeMap<PathBuf, Vec<Sent>> {
        self.first(self.begun.load(Ordering::Relaxed))
    }

    /// All files, in the same way: some of them may have gone on their way when this folder was copied before.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<Sent>> {
        self.first(self.items.len())
    }

    /// The files among so many items.
    fn first(&self, many: usize) -> BTreeMap<PathBuf, Vec<Sent>> {
        let mut sent: BTreeMap<PathBuf, Vec<Sent>> = BTreeMap::new();
        for (item, Item { at, meta, .. }) in self.items.iter().enumerate().take(many) {
            let (Some(folder), Some(name)) = (at.parent(), at.file_name()) else { continue };
            if meta.is_file() {
                let name = name.as_encoded_bytes().to_vec();
                let (size, modified) = (size(meta), modified(meta));
                let file = Sent { item, name, size, modified };
                sent.entry(folder.to_owned()).or_default().push(file);
            }
        }
        sent
    }

    /// The same without the contents of these items: they have arrived.
    pub fn without(self, arrived: &[usize]) -> Self {
        let mut without = self.arrived;
        for item in arrived {
            if let Some(there) = without.get_mut(*item) {
                *there = true;
            }
        }
        Self { arrived: without, begun: AtomicUsize::new(0), ..self }
    }

    /// How many bytes of content have arrived.
    pub fn there(&self) -> u64 {
        let items = self.items.iter().zip(&self.arrived);
        items.filter(|(_, arrived)| **arrived).map(|(item, _)| size(&item.meta)).sum()
    }

    /// The items that are sent.
    fn left(&self) -> impl Iterator<Item = (usize, &Item)> {
        let items = self.items.iter().zip(&self.arrived).enumerate();
        items.filter(|(_, (_, arrived))| !**arrived).map(|(at, (item, _))| (at, item))
    }

    /// How many bytes of content there are.
    pub fn content(&self) -> u64 {
        self.items.iter().map(|item| size(&item.meta)).sum()
    }

    /// How long the archive is, in bytes.
    ///
    /// # Errors
    /// [`Trouble::Local`], where a name is too long for any archive.
    pub fn size(&self) -> Result<u64, Trouble> {
        // Everything but the contents, which fill whole blocks.
        let mut counted = Counted(0);
        self.each(&mut counted, |_, _| Ok(io::empty()))?;
        self.begun.store(0, Ordering::Relaxed);
        let blocks = self.left().map(|(_, item)| size(&item.meta).next_multiple_of(BLOCK));
        Ok(counted.0 + blocks.sum::<u64>())
    }

    /// Writes the archive. Blocks.
    ///
    /// # Errors
    /// [`Trouble::Local`].
    pub fn write(&self, to: impl Write, progress: &Progress) -> Result<Outcome, Trouble> {
        let mut outcome = self.outcome.clone();
        let short = RefCell::new(Vec::new());
        self.each(to, |at, size| {
            progress.begin(&local_words(at));
            let file = File::open(self.folder.join(at));
            if let Err(error) = &file {
                outcome.leave_out(
                    local_words(at),
                    &format!("{error}; it is full of null bytes there"),
                );
            }
            outcome.files += 1;
            outcome.bytes += size;
            let name = local_words(at);
            Ok(Content { file: file.ok(), left: size, progress, name, short: &short })
        })?;
        for name in short.take() {
            outcome.leave_out(
                name,
                "it got shorter meanwhile: null bytes are in the place of the rest",
            );
        }
        outcome.files += self.items.iter().filter(|item| item.meta.is_symlink()).count() as u64;
        outcome.files += self.arrived.iter().filter(|arrived| **arrived).count() as u64;
        outcome.resumed = self.there();
        outcome.bytes += outcome.resumed;
        Ok(outcome)
    }

    /// Writes an archive with these contents.
    fn each<R: Read>(
        &self,
        to: impl Write,
        mut content: impl FnMut(&Path, u64) -> Result<R, Trouble>,
    ) -> Result<(), Trouble> {
        let mut builder = Builder::new(to);
        for (number, Item { at, meta, target }) in self.left() {
            self.begun.store(number, Ordering::Relaxed);
            let path = self.folder.join(at);
            let mut header = header(meta, self.preserve);
            let packed = if meta.is_dir() {
                header.set_entry_type(EntryType::Directory);
                builder.append_data(&mut header, at, io::empty())
            } else if meta.is_symlink() {
                header.set_entry_type(EntryType::Symlink);
                builder.append_link(&mut header, at, target)
            } else {
                let size = size(meta);
                header.set_size(size);
                header.set_entry_type(EntryType::Regular);
                builder.append_data(&mut header, at, content(at, size)?)
            };
            packed.map_err(Trouble::local(&path))?;
        }
        self.begun.store(self.items.len(), Ordering::Relaxed);
        let folder = Trouble::local(&self.folder);
        builder.into_inner().and_then(|mut to| to.flush()).map_err(folder)
    }
}

/// Counts what is written.
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Everything in a folder, each folder before what is in it.
fn walk(folder: &Path, outcome: &mut Outcome) -> Result<Vec<Item>, Trouble> {
    let mut items = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        let here = folder.join(&below);
        let entries = match fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error) if below.as_os_str().is_empty() => return Err(Trouble::local(&here)(error)),
            Err(error) => {
                outcome.leave_out(local_words(&below), &error);
                continue;
            }
        };
        let mut names: Vec<_> = Vec::new();
        for entry in entries {
            names.push(entry.map_err(Trouble::local(&here))?.file_name());
        }
        names.sort_unstable();
        for name in names {
            let at = below.join(name);
            let meta = match fs::symlink_metadata(folder.join(&at)) {
                Ok(meta) => meta,
                Err(error) => {
                    outcome.leave_out(local_words(&at), &error);
                    continue;
                }
            };
            let path = folder.join(&at);
            let mut target = PathBuf::new();
            let left = if meta.is_dir() {
                folders.push(at.clone());
                None
            } else if meta.is_symlink() {
                fs::read_link(&path).map(|to| target = to).err()
            } else if meta.is_file() {
                File::open(&path).err()
            } else {
                Some(io::Error::other("it is a device, a pipe or a socket"))
            };
            match left {
                Some(why) => outcome.leave_out(local_words(&at), &why),
                None => items.push(Item { at, meta, target }),
            }
        }
    }
    Ok(items)
}

fn size(meta: &Metadata) -> u64 {
    if meta.is_file() { meta.len() } else { 0 }
}

/// A header without an owner: whoever unpacks it owns it. The numbers of this machine's users mean others in a container.
fn header(meta: &Metadata, preserve: bool) -> Header {
    let mut header = Header::new_gnu();
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(0);
    header.set_mode(mode(meta, preserve));
    header.set_mtime(u64::try_from(modified(meta)).unwrap_or(0));
    header
}

/// When it changed last, seconds since the Unix epoch.
pub(super) fn modified(meta: &Metadata) -> i64 {
    let since = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or(0)
}

/// Its permissions, without those to run as somebody else.
#[cfg(unix)]
pub(super) fn mode(meta: &Metadata, preserve: bool) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    if preserve { meta.permissions().mode() & 0o777 } else { usual(meta) }
}

#[cfg(not(unix))]
pub(super) fn mode(meta: &Metadata, _: bool) -> u32 {
    usual(meta)
}

fn usual(meta: &Metadata) -> u32 {
    if meta.is_dir() { 0o755 } else { 0o644 }
}

/// The content of a file, exactly as long as its header says: a file may change while it is read.
struct Content<'a> {
    /// Null bytes take the place of what is not there any more.
    file: Option<File>,
    left: u64,
    progress: &'a Progress,
    name: String,
    /// The names of files that had less than was said.
    short: &'a RefCell<Vec<String>>,
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if room == 0 {
            return Ok(0);
        }
        let mut count = match &mut self.file {
            Some(file) => file.read(&mut buffer[..room])?,
            None => 0,
        };
        if count == 0 {
            if self.file.take().is_some() {
                self.short.borrow_mut().push(self.name.clone());
            }
            buffer[..room].fill(0);
            count = room;
        }
        self.left -= count as u64;
        self.progress.add(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn an_archive_is_as_long_as_it_was_said_whatever_becomes_of_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at(&"deep/".repeat(60))).unwrap();
        fs::write(at("long").with_file_name("n".repeat(180)), "x").unwrap();
        std::os::unix::fs::symlink("t".repeat(150), at("link")).unwrap();
        for (name, size) in [("gone", 700), ("short", 5000), ("grown", 512), ("empty", 0)] {
            fs::write(at(name), vec![1; size]).unwrap();
        }
        let packing = Packing::new(folder.path(), true).unwrap();
        let size = packing.size().unwrap();
        fs::remove_file(at("gone")).unwrap();
        fs::write(at("short"), "less").unwrap();
        fs::write(at("grown"), vec![2; 9000]).unwrap();
        let (mut archive, progress) = (Vec::new(), Progress::default());
        let outcome = packing.write(&mut archive, &progress).unwrap();
        assert_eq!(archive.len() as u64, size);
        assert_eq!((outcome.missing, outcome.bytes), (2, packing.content()));
        assert_eq!(progress.bytes(), packing.content());
        let names = tar::Archive::new(&*archive).entries().unwrap().count();
        assert_eq!(names, 60 + 1 + 1 + 4);

        // Without those that arrived it is as much shorter, and tells of all.
        let sent = packing.sent();
        let root: Vec<&Sent> = sent[Path::new("")].iter().collect();
        assert_eq!(root.len(), 5, "links and folders are not asked about");
        let empty = root.iter().find(|file| file.name == b"empty").unwrap().item;
        let grown = root.iter().find(|file| file.name == b"grown").unwrap().item;
        let packing = packing.without(&[empty, grown]);
        assert_eq!(packing.there(), 512);
        assert_eq!(packing.size().unwrap(), size - BLOCK - 2 * BLOCK);
        assert!(packing.sent().is_empty(), "nothing is sent yet");
        let outcome = packing.write(io::sink(), &progress).unwrap();
        assert_eq!((outcome.bytes, outcome.resumed), (packing.content(), 512));
    }
}
