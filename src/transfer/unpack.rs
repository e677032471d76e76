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
    drop(archive);
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
            Err(refused) => return Ok(self.outcome.leave_out(name, refused)),
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
            Way::Not(refused) => return Ok(self.outcome.leave_out(name, refused)),
        };
        let to = folder.join(os_name(last));
        match kind {
            EntryType::Directory => {
                let there = to.symlink_metadata().is_ok();
                match self.folder(&names)? {
                    Way::To(_) if there => {}
                    Way::To(path) => self.folders.push((path, mode, modified)),
                    Way::Not(refused) => self.outcome.leave_out(name, refused),
                }
            }
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                self.progress.begin(&name);
                if !self.makes_way(&to, &name)? {
                    return Ok(());
                }
                let mut part = Part::begin(&folder).map_err(Trouble::local(&to))?;
                let bytes = part.fill(&mut entry, self.progress).map_err(Trouble::local(&to))?;
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
            _ => self.outcome.leave_out(name, Refused::Special),
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
            self.outcome.leave_out(name, why);
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
            self.outcome.leave_out(name, Refused::Missing);
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
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use tar::{Builder, Header};

    use super::super::Existing;
    use super::*;

    /// An entry as nobody but an attacker writes it: no library would.
    fn entry(archive: &mut Vec<u8>, kind: EntryType, name: &[u8], link: &[u8], content: &[u8]) {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(0o4777);
        header.set_size(content.len() as u64);
        let fields = header.as_mut_bytes();
        fields[..name.len().min(100)].copy_from_slice(&name[..name.len().min(100)]);
        fields[157..157 + link.len().min(100)].copy_from_slice(&link[..link.len().min(100)]);
        header.set_cksum();
        archive.extend_from_slice(header.as_bytes());
        archive.extend_from_slice(content);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }

    fn unpacked(archive: &[u8], to: &Path, existing: Existing) -> Result<Outcome, Trouble> {
        let ask: Ask = Arc::new(move |_| existing);
        unpack(archive, to, true, &Progress::default(), &ask)
    }

    /// Everything below a folder with its content; what a link leads to is not looked at.
    fn seen(folder: &Path, all: &mut Vec<(PathBuf, Vec<u8>)>) {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let meta = path.symlink_metadata().unwrap();
            let content = if meta.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            all.push((path.clone(), content));
            if meta.is_dir() {
                seen(&path, all);
            }
        }
    }

    /// A folder with others around it, that hold what an archive could be after; the one in the middle is unpacked into.
    fn around() -> (tempfile::TempDir, PathBuf) {
        let outer = tempfile::tempdir().unwrap();
        for name in ["a", "b/a", "mid/a"] {
            let path = outer.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "untouched").unwrap();
        }
        let to = outer.path().join("mid/to");
        fs::create_dir(&to).unwrap();
        (outer, to)
    }

    fn outside(outer: &Path, to: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all = Vec::new();
        seen(outer, &mut all);
        all.retain(|(path, _)| !path.starts_with(to));
        all
    }

    #[test]
    fn what_would_lead_out_is_left_out() {
        let (outer, to) = around();
        let before = outside(outer.path(), &to);
        let absolute = outer.path().join("a").into_os_string().into_encoded_bytes();
        let mut archive = Vec::new();
        let (file, link, hard) = (EntryType::Regular, EntryType::Symlink, EntryType::Link);
        entry(&mut archive, file, b"../a", b"", b"bad");
        entry(&mut archive, file, &absolute, b"", b"bad");
        entry(&mut archive, link, b"up", b"..", b"");
        entry(&mut archive, file, b"up/a", b"", b"is inside, in a folder of that name");
        entry(&mut archive, link, b"deep/b/up", b"../../c", b"");
        entry(&mut archive, link, b"tricky", b"deep/b/up/../..", b"");
        entry(&mut archive, hard, b"deep/hard", b"../a", b"");
        entry(&mut archive, hard, b"flat", b"deep/b/up", b"");
        entry(&mut archive, EntryType::Char, b"device", b"", b"");
        entry(&mut archive, file, b"good", b"", b"good");
        entry(&mut archive, link, b"same", b"good", b"");
        entry(&mut archive, file, b"same/x", b"", b"through a link");
        let outcome = unpacked(&archive, &to, Existing::Stop).unwrap();
        let left: Vec<&str> = outcome.left_out.iter().map(|left| left.name.as_str()).collect();
        let absolute = absolute.escape_ascii().to_string();
        assert_eq!(
            left,
            ["../a", &absolute, "up", "tricky", "deep/hard", "flat", "device", "same/x"]
        );
        assert_eq!(outside(outer.path(), &to), before);
        assert_eq!(fs::read(to.join("same")).unwrap(), b"good");
        let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(to.join("good")).unwrap());
        assert_eq!(mode & 0o7777, 0o777, "nothing runs as somebody else");
    }

    #[test]
    fn a_link_that_was_there_is_not_written_through() {
        let (outer, to) = around();
        std::os::unix::fs::symlink("../a", to.join("a")).unwrap();
        std::os::unix::fs::symlink("../../b", to.join("b")).unwrap();
        let before = outside(outer.path(), &to);
        let mut archive = Vec::new();
        entry(&mut archive, EntryType::Regular, b"a", b"", b"new");
        entry(&mut archive, EntryType::Regular, b"b/a", b"", b"new");
        let outcome = unpacked(&archive, &to, Existing::ReplaceAll).unwrap();
        assert_eq!((outcome.files, outcome.missing), (1, 1));
        assert_eq!(outside(outer.path(), &to), before);
        assert_eq!(fs::read(to.join("a")).unwrap(), b"new");
    }

    #[test]
    fn an_archive_that_is_cut_off_leaves_no_half_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = Builder::new(Vec::new());
        let mut header = Header::new_gnu();
        header.set_size(5_000);
        header.set_mode(0o644);
        builder.append_data(&mut header, "file", &[7_u8; 5_000][..]).unwrap();
        let archive = builder.into_inner().unwrap();
        assert!(unpacked(&archive[..2_000], folder.path(), Existing::Stop).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    fn name() -> impl Strategy<Value = Vec<u8>> {
        let part =
            prop::sample::select(vec!["a", "b", "c", "..", ".", "", "mid", "to", "\\", "a\n"]);
        (any::<bool>(), prop::collection::vec(part, 0..6)).prop_map(|(absolute, parts)| {
            let begin = if absolute { "/" } else { "" };
            format!("{begin}{}", parts.join("/")).into_bytes()
        })
    }

    fn kind() -> impl Strategy<Value = u8> {
        prop_oneof![4 => prop::sample::select(b"0125".to_vec()), 1 => any::<u8>()]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

        /// Whatever an archive holds, what is around the folder stays as it is, and no link that was made leads out, through however many others.
        #[test]
        fn no_archive_reaches_outside_its_folder(
            entries in prop::collection::vec((kind(), name(), name(), prop::collection::vec(any::<u8>(), 0..20)), 1..14),
            damage in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
        ) {
            let (outer, to) = around();
            let before = outside(outer.path(), &to);
            let mut archive = Vec::new();
            for (kind, name, link, content) in &entries {
                let content = if matches!(kind, b'1' | b'2' | b'5') { &[][..] } else { content };
                entry(&mut archive, EntryType::new(*kind), name, link, content);
            }
            if let Some((at, byte)) = damage {
                let at = at.index(archive.len());
                archive[at] = byte;
            }
            let _ = unpacked(&archive, &to, Existing::ReplaceAll);
            prop_assert_eq!(outside(outer.path(), &to), before);
            let mut all = Vec::new();
            seen(&to, &mut all);
            let root = to.canonicalize().unwrap();
            for (path, _) in all.iter().filter(|(path, _)| path.is_symlink()) {
                if let Ok(real) = path.canonicalize() {
                    prop_assert!(real.starts_with(&root), "{} leads to {}", path.display(), real.display());
                }
            }
        }
    }
}
