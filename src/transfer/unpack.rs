//! Unpacks an archive that nobody trusts into a folder: nothing lands outside it, and nothing is written through a link.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tar::{Archive, Entry, EntryType};

use super::part::{Part, time};
use super::{Ask, Chosen, Progress, Trouble};
use crate::files::{Outcome, Refused, inside, link_inside, local_words, os_name, shown};

/// Unpacks an archive into a folder, which is made. Blocks.
///
/// # Errors
/// [`Trouble`]: of this machine, or where the person wants no more.
pub fn unpack(
    mut from: impl Read,
    to: &Path,
    preserve: bool,
    progress: &Progress,
    ask: &Ask,
) -> Result<Outcome, Trouble> {
    let mut unpacker = Unpacker {
        root: to,
        preserve,
        progress,
        chosen: Chosen::new(ask),
        folders: Vec::new(),
        outcome: Outcome { to: local_words(to), ..Outcome::default() },
    };
    let new = !to.exists();
    if new {
        fs::create_dir_all(to).map_err(Trouble::local(to))?;
    }
    let mut archive = Archive::new(&mut from);
    let reading = Trouble::local;
    for entry in archive.entries().map_err(reading(to))? {
        let entry = entry.map_err(reading(to))?;
        unpacker.take(entry, new)?;
    }
    // What follows its end means nothing, but whoever sends it waits for it to be taken.
    io::copy(&mut from, &mut io::sink()).map_err(reading(to))?;
    unpacker.settle();
    Ok(unpacker.outcome)
}

struct Unpacker<'a> {
    root: &'a Path,
    preserve: bool,
    progress: &'a Progress,
    chosen: Chosen,
    /// Folders that were made, with the permissions and times that they get once all is in them.
    folders: Vec<(PathBuf, u32, i64)>,
    outcome: Outcome,
}

/// Where something goes, or why not.
enum Way {
    To(PathBuf),
    Not(Refused),
}

impl Unpacker<'_> {
    fn take<R: Read>(&mut self, mut entry: Entry<'_, R>, new: bool) -> Result<(), Trouble> {
        let path = entry.path_bytes().into_owned();
        let name = shown(path.strip_prefix(b"./").unwrap_or(&path));
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::XGlobalHeader) {
            return Ok(());
        }
        let names = match inside(&path) {
            Ok(names) => names,
            Err(refused) => {
                self.outcome.leave_out(name, &refused);
                return Ok(());
            }
        };
        let mode = entry.header().mode().unwrap_or(0o644) & 0o777;
        let modified = entry.header().mtime().unwrap_or(0).min(i64::MAX as u64) as i64;
        let Some((last, above)) = names.split_last() else {
            // The folder itself; one that was there keeps what it has.
            if new && kind.is_dir() {
                self.folders.push((self.root.to_owned(), mode, modified));
            }
            return Ok(());
        };
        let folder = match self.folder(above)? {
            Way::To(folder) => folder,
            Way::Not(refused) => {
                self.outcome.leave_out(name, &refused);
                return Ok(());
            }
        };
        let to = folder.join(os_name(last));
        match kind {
            EntryType::Directory => {
                let there = to.symlink_metadata().is_ok();
                match self.folder(&names)? {
                    Way::To(_) if there => {}
                    Way::To(path) => self.folders.push((path, mode, modified)),
                    Way::Not(refused) => self.outcome.leave_out(name, &refused),
                }
            }
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                self.progress.begin(&name);
                if !self.makes_way(&to, &name)? {
                    return Ok(());
                }
                let mut part = Part::begin(&folder).map_err(Trouble::local(&to))?;
                let bytes = part.fill(&mut entry, self.progress).map_err(Trouble::local(&to))?;
                // Reading an archive that ends too early ends, too.
                if bytes != entry.size() {
                    let error =
                        io::Error::new(io::ErrorKind::UnexpectedEof, "the archive is cut off");
                    return Err(Trouble::local(&to)(error));
                }
                let mode = self.preserve.then_some(mode);
                part.finish(&to, mode, Some(modified)).map_err(Trouble::local(&to))?;
                self.outcome.files += 1;
                self.outcome.bytes += bytes;
            }
            EntryType::Symlink => {
                let target = entry.link_name_bytes().map(Cow::into_owned).unwrap_or_default();
                self.symlink((name, above.len()), &target, &to)?;
            }
            EntryType::Link => {
                let target = entry.link_name_bytes().map(Cow::into_owned).unwrap_or_default();
                self.hard_link((name, above.len()), &target, &to)?;
            }
            _ => self.outcome.leave_out(name, &Refused::Special),
        }
        Ok(())
    }

    /// Goes down to a folder, name by name, and makes what is missing. Links are not followed.
    fn folder(&self, names: &[&[u8]]) -> Result<Way, Trouble> {
        let mut path = self.root.to_owned();
        for name in names {
            path.push(os_name(name));
            match fs::symlink_metadata(&path) {
                Ok(meta) if meta.is_dir() => {}
                Ok(_) => return Ok(Way::Not(Refused::Blocked)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    fs::create_dir(&path).map_err(Trouble::local(&path))?;
                }
                Err(error) => return Err(Trouble::local(&path)(error)),
            }
        }
        Ok(Way::To(path))
    }

    /// Whether something may be written there: nothing is, or the person agrees to replace it.
    fn makes_way(&mut self, to: &Path, name: &str) -> Result<bool, Trouble> {
        let Ok(meta) = fs::symlink_metadata(to) else { return Ok(true) };
        if meta.is_dir() {
            self.outcome.leave_out(name.to_owned(), "there is a folder of that name");
            return Ok(false);
        }
        if !self.chosen.replaces(&local_words(to))? {
            self.outcome.kept += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// Makes a symbolic link where it cannot lead out of the folder.
    fn symlink(
        &mut self,
        (name, depth): (String, usize),
        target: &[u8],
        to: &Path,
    ) -> Result<(), Trouble> {
        if let Err(refused) = link_inside(depth, target) {
            let why = format!("{refused}: {}", shown(target));
            self.outcome.leave_out(name, &why);
        } else if self.makes_way(to, &name)? {
            clear(to)?;
            symlink(target, to).map_err(Trouble::local(to))?;
            self.outcome.files += 1;
        }
        Ok(())
    }

    /// Makes a hard link to a file that is in the folder. One to a symbolic link becomes another such, since that leads elsewhere from here.
    fn hard_link(
        &mut self,
        (name, depth): (String, usize),
        target: &[u8],
        to: &Path,
    ) -> Result<(), Trouble> {
        let Some(from) = self.linked(target) else {
            self.outcome.leave_out(name, &Refused::Missing);
            return Ok(());
        };
        if from == to {
            return Ok(());
        }
        if let Ok(target) = fs::read_link(&from) {
            let target = target.into_os_string().into_encoded_bytes();
            return self.symlink((name, depth), &target, to);
        }
        if self.makes_way(to, &name)? {
            clear(to)?;
            fs::hard_link(from, to).map_err(Trouble::local(to))?;
            self.outcome.files += 1;
        }
        Ok(())
    }

    /// The file that a hard link means, where it is one in the folder.
    fn linked(&self, target: &[u8]) -> Option<PathBuf> {
        let names = inside(target).ok()?;
        let (last, above) = names.split_last()?;
        let mut path = self.root.to_owned();
        for name in above {
            path.push(os_name(name));
            fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_dir)?;
        }
        path.push(os_name(last));
        let meta = fs::symlink_metadata(&path).ok()?;
        (meta.is_file() || meta.is_symlink()).then_some(path)
    }

    /// Gives folders their permissions and times: the deepest first, since a folder that may not be written in may not be changed either.
    fn settle(&mut self) {
        for (path, mode, modified) in self.folders.drain(..).rev() {
            if !self.preserve {
                continue;
            }
            // A folder that this person could not enter, or empty, helps nobody.
            let settled = fs::File::open(&path).and_then(|folder| {
                if let Some(modified) = time(modified) {
                    folder.set_times(fs::FileTimes::new().set_modified(modified))?;
                }
                permit(&folder, mode | 0o700)
            });
            if let Err(error) = settled {
                tracing::debug!(%error, path = %path.display(), "a folder keeps what it has");
            }
        }
    }
}

/// Takes away what is to be replaced by a link.
fn clear(path: &Path) -> Result<(), Trouble> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Trouble::local(path)(error)),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn permit(folder: &fs::File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    folder.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn permit(_: &fs::File, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn symlink(target: &[u8], to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(os_name(target), to)
}

#[cfg(not(unix))]
fn symlink(_: &[u8], _: &Path) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "links cannot be made here"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
