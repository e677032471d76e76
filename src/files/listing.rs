//! What a container answers to [`script::list`](super::script::list).

use std::collections::HashMap;

use super::entry::{Entry, Kind};

/// The entries that an answer lists, in its order. What was cut off or is no such answer lists what can be understood of it.
///
/// The names are those that stand alone; a line of `stat` only counts where it ends in the name that is next. So a name that looks like such a line
/// is a name, and what was deleted meanwhile is missing.
pub fn parse(answer: &[u8]) -> Vec<Entry> {
    let (names, rest) = until_empty(answer);
    let (links, rest) = links(rest);
    let mut entries = match rest.split_first() {
        Some((b's', lines)) => told_by_stat(&names, lines),
        Some((b't', records)) => told_by_shell(records),
        _ => Vec::new(),
    };
    for entry in &mut entries {
        let Some((folder, target)) = links.get(&*entry.name) else { continue };
        if entry.kind == Kind::Link {
            entry.is_folder = *folder;
            entry.target = Some(target.to_vec());
        }
    }
    entries
}

/// A name without what the shell put before it.
fn bare(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"./").unwrap_or(name)
}

/// The next piece that a null byte ends, and what follows it.
fn piece(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(0, bytes)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

/// The pieces up to an empty one, and what follows that.
fn until_empty(mut bytes: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let mut pieces = Vec::new();
    while let Some((piece, rest)) = piece(bytes) {
        bytes = rest;
        if piece.is_empty() {
            break;
        }
        pieces.push(piece);
    }
    (pieces, bytes)
}

/// Where each link leads, and whether to a folder.
type Links<'a> = HashMap<&'a [u8], (bool, &'a [u8])>;

fn links(bytes: &[u8]) -> (Links<'_>, &[u8]) {
    let (pieces, rest) = until_empty(bytes);
    let mut links = HashMap::new();
    for pair in pieces.chunks_exact(2) {
        let Some((sign, target)) = pair[1].split_first() else { continue };
        // readlink ends its answer with one line break of its own.
        let target = target.strip_suffix(b"\n").unwrap_or(target);
        links.insert(bare(pair[0]), (*sign == b'd', target));
    }
    (links, rest)
}

fn told_by_stat(names: &[&[u8]], mut lines: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(names.len());
    for name in names {
        if let Some((entry, rest)) = line(name, lines) {
            entries.push(entry);
            lines = rest;
        }
    }
    entries
}

/// The line about this name, where it is the next one.
fn line<'a>(name: &[u8], lines: &'a [u8]) -> Option<(Entry, &'a [u8])> {
    let mut rest = lines;
    let mut words = [""; 7];
    for word in &mut words {
        let end = memchr::memchr(b' ', rest)?;
        *word = std::str::from_utf8(&rest[..end]).ok()?;
        rest = &rest[end + 1..];
    }
    let rest = rest.strip_prefix(name)?.strip_prefix(b"\n")?;
    let [mode, size, uid, gid, modified, user, group] = words;
    let mode = u32::from_str_radix(mode, 16).ok()?;
    let named = |name: &str, number: &str| {
        if name == "UNKNOWN" { number.to_owned() } else { name.to_owned() }
    };
    let kind = Kind::of_mode(mode);
    let entry = Entry {
        name: bare(name).to_vec(),
        kind,
        mode: Some(mode),
        size: size.parse().ok(),
        owner: named(user, uid),
        group: named(group, gid),
        modified: modified.parse().ok(),
        target: None,
        is_folder: kind == Kind::Folder,
    };
    Some((entry, rest))
}

fn told_by_shell(records: &[u8]) -> Vec<Entry> {
    let (records, _) = until_empty(records);
    let entry = |record: &&[u8]| {
        let (sign, name) = record.split_first()?;
        let kind = match sign {
            b'd' => Kind::Folder,
            b'l' => Kind::Link,
            b'f' => Kind::File,
            _ => Kind::Other,
        };
        let (name, is_folder) = (bare(name).to_vec(), kind == Kind::Folder);
        Some(Entry { name, kind, is_folder, ..Entry::default() })
    };
    records.iter().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::super::script;
    use super::*;

    /// What a shell of this machine answers.
    fn listed(folder: &std::path::Path, path: &str) -> Vec<Entry> {
        use std::os::unix::ffi::OsStrExt as _;
        let words = script::list(folder.as_os_str().as_bytes());
        let out = Command::new("/bin/sh").args(&words[1..]).env("PATH", path).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        parse(&out.stdout)
    }

    #[cfg(unix)]
    fn odd_folder() -> tempfile::TempDir {
        use std::os::unix::ffi::OsStrExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &[u8], text: &str| {
            let path = folder.path().join(std::ffi::OsStr::from_bytes(name));
            std::fs::write(path, text).unwrap();
        };
        for name in ODD {
            file(name, "abc");
        }
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        for (target, link) in [("sub", "to-sub"), ("no\nwhere\n", "broken")] {
            std::os::unix::fs::symlink(target, folder.path().join(link)).unwrap();
        }
        folder
    }

    /// The last looks like the line that stat writes of another.
    const ODD: [&[u8]; 10] = [
        b"plain",
        b" spaces ",
        b"-rf",
        b"new\nline\n",
        b"*",
        b"..hidden",
        b"\xff\xfe",
        b"quote'\"$(x)`",
        "\u{202e}bidi".as_bytes(),
        b"x\n81a4 3 0 0 1 root root .\\plain",
    ];

    #[test]
    #[cfg(unix)]
    fn odd_names_are_listed_as_they_are() {
        let folder = odd_folder();
        let entries = listed(folder.path(), "/bin:/usr/bin");
        assert_eq!(entries.len(), ODD.len() + 3);
        for name in ODD {
            let entry = entries.iter().find(|entry| entry.name == name);
            let entry = entry.unwrap_or_else(|| panic!("{:?}", String::from_utf8_lossy(name)));
            assert_eq!((entry.kind, entry.size), (Kind::File, Some(3)));
            assert!(entry.modified.is_some_and(|at| at > 1_600_000_000) && !entry.owner.is_empty());
        }
        let named = |name: &[u8]| entries.iter().find(|entry| entry.name == name).unwrap();
        assert!(named(b"sub").is_folder && named(b"to-sub").is_folder);
        assert_eq!(named(b"to-sub").target.as_deref(), Some(&b"sub"[..]));
        let broken = named(b"broken");
        assert_eq!((broken.kind, broken.is_folder), (Kind::Link, false));
        assert_eq!(broken.target.as_deref(), Some(&b"no\nwhere\n"[..]));
    }

    #[test]
    #[cfg(unix)]
    fn without_stat_the_shell_tells_what_it_can() {
        let folder = odd_folder();
        let entries = listed(folder.path(), "/nowhere");
        assert_eq!(entries.len(), ODD.len() + 3);
        for name in ODD {
            assert!(entries.iter().any(|e| e.name == name && e.kind == Kind::File));
        }
        let link = entries.iter().find(|entry| entry.name == b"to-sub").unwrap();
        assert_eq!((link.kind, link.is_folder, link.size), (Kind::Link, true, None));
    }

    #[test]
    #[cfg(unix)]
    fn many_files_and_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(listed(folder.path(), "/bin:/usr/bin"), []);
        for number in 0..1_000 {
            std::fs::write(folder.path().join(number.to_string()), b"").unwrap();
        }
        assert_eq!(listed(folder.path(), "/bin:/usr/bin").len(), 1_000);
    }

    proptest! {
        #[test]
        fn any_bytes_list_something_or_nothing(bytes in prop::collection::vec(prop::sample::select(b"\0\0\0./ast dlfo1\n8".to_vec()), 0..200)) {
            let _ = parse(&bytes);
        }
    }
}
