//! What kx runs in a container to look at its files and to copy them, done on a simulated one.

use std::borrow::Cow;
use std::io::{self, Write as _};

use tar::{Archive, Builder, EntryType, Header};

use super::disk::{Complaint, Disk, Inode, Node};
use crate::files::script::{Meaning, NO_FILE, SHORT, picked};
use crate::files::{RemotePath, inside, os_name};

/// What came of it: what is written, and what is complained about.
pub type Answer = Result<Vec<u8>, String>;

/// Whether it reads its input.
pub fn reads(meaning: &Meaning) -> bool {
    matches!(meaning, Meaning::Pick(_) | Meaning::Unpack | Meaning::Write { .. })
}

/// The most input that is taken in, in bytes.
pub const MOST: usize = 64 << 20;

/// Does it.
pub fn perform(
    meaning: &Meaning,
    path: &RemotePath,
    disk: &mut Disk,
    input: &[u8],
    now: i64,
) -> Answer {
    let complain = |why: Complaint| format!("sh: {}: {why}\n", path.words());
    match meaning {
        Meaning::List => list(disk, path).map_err(complain),
        Meaning::Look => Ok(look(disk, path).into_bytes()),
        Meaning::Read(from) => {
            let content = disk.read(path).map_err(|_| format!("{NO_FILE}\n"))?;
            Ok(behind(&content, *from).to_vec())
        }
        Meaning::Pack(from) | Meaning::Pick(from) => {
            if !disk.is_folder(path) {
                return Err(complain("Not a directory"));
            }
            let paths = matches!(meaning, Meaning::Pick(_)).then(|| picked(input));
            let archive = pack(disk, path, paths.as_deref());
            let archive = archive.map_err(|error| format!("tar: {error}\n"))?;
            Ok(behind(&archive, *from).to_vec())
        }
        Meaning::Sizes => {
            let sizes = disk.below(path).into_iter().filter_map(|(_, inode)| match &inode.node {
                Node::File(content) => Some(format!("{}\n", content.len())),
                _ => None,
            });
            Ok(sizes.collect::<String>().into_bytes())
        }
        Meaning::Unpack => {
            disk.make_folders(path, now).map_err(complain)?;
            unpack(disk, path, input, now).map_err(|why| format!("tar: {why}\n"))?;
            Ok(Vec::new())
        }
        // What was cut off here is not kept.
        Meaning::Check => Ok(Vec::new()),
        Meaning::Forget => {
            disk.remove(path);
            Ok(Vec::new())
        }
        Meaning::Write { file, size, mode, modified, .. } => {
            if input.len() as u64 != *size {
                return Err(format!("{SHORT}\n"));
            }
            let file = RemotePath::new(file);
            disk.write(&file, input.to_vec(), *mode, *modified)
                .map_err(|why| format!("sh: {}: {why}\n", file.words()))?;
            Ok(Vec::new())
        }
    }
}

fn behind(content: &[u8], from: u64) -> &[u8] {
    usize::try_from(from).ok().and_then(|from| content.get(from..)).unwrap_or_default()
}

fn size(inode: &Inode) -> u64 {
    match &inode.node {
        Node::File(content) => content.len() as u64,
        Node::Link(target) => target.len() as u64,
        Node::Folder => 4096,
    }
}

/// The mode with what it is, as `stat` has it.
fn mode(inode: &Inode) -> u32 {
    inode.mode
        | match inode.node {
            Node::Folder => 0o040_000,
            Node::File(_) => 0o100_000,
            Node::Link(_) => 0o120_000,
        }
}

fn list(disk: &Disk, folder: &RemotePath) -> Result<Vec<u8>, Complaint> {
    let entries = disk.list(folder)?;
    let (mut names, mut links, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for (name, inode) in entries {
        let name = [b"./", &*name].concat();
        names.extend_from_slice(&name);
        names.push(0);
        if let Node::Link(target) = &inode.node {
            let sign: &[u8] = if disk.is_folder(&folder.join(&name)) { b"d" } else { b"o" };
            for piece in [&name, &b"\0"[..], sign, target, b"\n\0"] {
                links.extend_from_slice(piece);
            }
        }
        let (mode, size, modified) = (mode(inode), size(inode), inode.modified);
        lines.extend_from_slice(format!("{mode:x} {size} 0 0 {modified} root root ").as_bytes());
        lines.extend_from_slice(&name);
        lines.push(b'\n');
    }
    Ok([&names[..], b"\0", &links, b"\0s", &lines].concat())
}

fn look(disk: &Disk, path: &RemotePath) -> String {
    let Some(inode) = disk.get(path) else { return "n \n".to_owned() };
    let kind = match inode.node {
        Node::Folder => 'd',
        Node::File(_) => 'f',
        Node::Link(_) => 'n',
    };
    format!("{kind} {} {} {:o}\n", size(&inode), inode.modified, inode.mode)
}

/// Packs a folder, or these paths of it with all below them.
fn pack(disk: &Disk, folder: &RemotePath, paths: Option<&[Vec<u8>]>) -> io::Result<Vec<u8>> {
    let mut builder = Builder::new(Vec::new());
    let is_of = |name: &[u8], path: &Vec<u8>| {
        let path = path.strip_prefix(b"./").unwrap_or(path);
        name.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    };
    for (name, inode) in disk.below(folder) {
        let bare = name.strip_prefix(b"./").unwrap_or(&name);
        if paths.is_some_and(|paths| !paths.iter().any(|path| is_of(bare, path))) {
            continue;
        }
        let mut header = Header::new_gnu();
        header.set_mode(inode.mode);
        header.set_mtime(u64::try_from(inode.modified).unwrap_or(0));
        header.set_size(0);
        let path = os_name(&name);
        match &inode.node {
            Node::Folder => {
                header.set_entry_type(EntryType::Directory);
                builder.append_data(&mut header, path, io::empty())?;
            }
            Node::File(content) => {
                header.set_entry_type(EntryType::Regular);
                header.set_size(content.len() as u64);
                builder.append_data(&mut header, path, &content[..])?;
            }
            Node::Link(target) => {
                header.set_entry_type(EntryType::Symlink);
                builder.append_link(&mut header, path, os_name(target))?;
            }
        }
    }
    let mut archive = builder.into_inner()?;
    archive.flush()?;
    Ok(archive)
}

fn unpack(disk: &mut Disk, folder: &RemotePath, archive: &[u8], now: i64) -> Result<(), String> {
    let mut archive = Archive::new(archive);
    for entry in archive.entries().map_err(|error| error.to_string())? {
        let mut entry = entry.map_err(|error| error.to_string())?;
        let name = entry.path_bytes().into_owned();
        if inside(&name).is_err() {
            continue;
        }
        let path = folder.join(&name);
        let modified = entry.header().mtime().ok().and_then(|at| i64::try_from(at).ok());
        let (modified, mode) = (modified.unwrap_or(now), entry.header().mode().unwrap_or(0o644));
        match entry.header().entry_type() {
            EntryType::Directory => disk.make_folders(&path, modified)?,
            EntryType::Symlink => {
                let target = entry.link_name_bytes().map(Cow::into_owned).unwrap_or_default();
                disk.link(&path, &target, modified);
            }
            EntryType::Regular => {
                let mut content = Vec::new();
                io::copy(&mut entry, &mut content).map_err(|error| error.to_string())?;
                disk.write(&path, content, mode, modified)?;
            }
            _ => {}
        }
    }
    Ok(())
}
