//! What is left to be copied of a folder out of a container, where it was begun before: all but what stands on this machine as it is there.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use tokio::task::spawn_blocking;

use super::down::broken;
use super::look::list;
use super::{Means, Trouble};
use crate::files::{Entry, Job, Kind, RemotePath, inside, os_name};

/// The most folders that are looked into; what is in others is copied once more.
const LOOKED_AT: usize = 1_000;
/// The most names that are asked for at once, in bytes: programs take only so many (execve(2), "Limits on size of arguments and environment").
const AT_ONCE: usize = 32 << 10;

/// What is left of a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Left {
    /// The paths of what is left, below the folder, in portions: files, links and folders with all that is in them.
    pub portions: Vec<Vec<Vec<u8>>>,
    /// How many files and links arrived before.
    pub files: u64,
    /// How many bytes of content these have.
    pub bytes: u64,
}

impl Left {
    fn push(&mut self, path: Vec<u8>) {
        let last = self.portions.last_mut();
        let room = |portion: &&mut Vec<Vec<u8>>| {
            portion.iter().map(Vec::len).sum::<usize>() + path.len() <= AT_ONCE
        };
        match last.filter(room) {
            Some(portion) => portion.push(path),
            None => self.portions.push(vec![path]),
        }
    }

    /// What stands in a folder of this machine as it is in the container has arrived; folders that are there on both sides are to be looked into.
    fn sift(&mut self, below: &[u8], here: &Path, entries: Vec<Entry>) -> Vec<Vec<u8>> {
        let mut folders = Vec::new();
        for entry in entries {
            let path = [below, b"/", &entry.name].concat();
            // A container may name anything: what is no name in this folder is left to what unpacks it.
            if entry.name.contains(&b'/') || inside(&entry.name).is_err() {
                self.push(path);
                continue;
            }
            let meta = fs::symlink_metadata(here.join(os_name(&entry.name)));
            match (entry.kind, meta) {
                (Kind::Folder, Ok(meta)) if meta.is_dir() => folders.push(path),
                (Kind::Link, Ok(meta)) if meta.is_symlink() => self.files += 1,
                (Kind::File, Ok(meta)) if meta.is_file() && is_same(&entry, &meta) => {
                    self.files += 1;
                    self.bytes += meta.len();
                }
                _ => self.push(path),
            }
        }
        folders
    }
}

/// Whether a file has the size and the time that it has in the container: it gets both only once its content is whole.
fn is_same(entry: &Entry, meta: &fs::Metadata) -> bool {
    let modified = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let modified = modified.and_then(|since| i64::try_from(since.as_secs()).ok());
    entry.size == Some(meta.len()) && entry.modified.is_some() && entry.modified == modified
}

/// Finds out what is left of a folder of a container that was begun to be copied to this one.
///
/// # Errors
/// [`Trouble`]: the container cannot be asked.
pub(super) async fn left(
    job: &Job,
    means: &Means,
    from: &RemotePath,
    to: &Path,
) -> Result<Left, Trouble> {
    let mut left = Left::default();
    let mut folders = vec![b".".to_vec()];
    let mut looked_at = 0;
    while let Some(below) = folders.pop() {
        let listed = list(&means.client, &job.files, &from.join(&below)).await;
        let (entries, more) = match listed {
            Ok(listed) => listed,
            Err(trouble) if looked_at == 0 => return Err(trouble),
            // What copies it says why.
            Err(_) => (Vec::new(), true),
        };
        looked_at += 1;
        if more || looked_at > LOOKED_AT {
            left.push(below);
            continue;
        }
        let here = to.join(os_name(&below));
        let sifted = spawn_blocking(move || {
            let more = left.sift(&below, &here, entries);
            (left, more)
        });
        let more;
        (left, more) = sifted.await.map_err(broken)?;
        folders.extend(more);
    }
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_there_as_it_was_sent_is_not_left() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["whole", "older", "shorter"] {
            fs::write(at(name), "content").unwrap();
        }
        fs::create_dir(at("both")).unwrap();
        let modified = fs::metadata(at("whole")).unwrap().modified().unwrap();
        let modified = modified.duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
        let entry = |name: &str, kind, size, modified| Entry {
            name: name.as_bytes().to_vec(),
            kind,
            size: Some(size),
            modified: Some(modified),
            ..Entry::default()
        };
        let entries = vec![
            entry("whole", Kind::File, 7, modified),
            entry("older", Kind::File, 7, modified + 1),
            entry("shorter", Kind::File, 8, modified),
            entry("missing", Kind::File, 7, modified),
            entry("both", Kind::Folder, 0, 0),
            entry("there", Kind::Folder, 0, 0),
            entry("..", Kind::Folder, 0, 0),
            entry("../whole", Kind::File, 7, modified),
        ];
        let mut left = Left::default();
        let folders = left.sift(b"./deep", folder.path(), entries);
        assert_eq!(folders, [b"./deep/both"]);
        assert_eq!((left.files, left.bytes), (1, 7));
        let names = left.portions.concat();
        let names: Vec<_> = names.iter().map(|name| String::from_utf8_lossy(name)).collect();
        let wanted = ["older", "shorter", "missing", "there", "..", "../whole"];
        assert_eq!(names, wanted.map(|name| format!("./deep/{name}")));
    }

    #[test]
    fn many_names_are_asked_for_in_portions() {
        let mut left = Left::default();
        for number in 0..10_000 {
            left.push(format!("./a name of some length {number}").into_bytes());
        }
        assert!(left.portions.len() > 5 && left.portions.concat().len() == 10_000);
        let longest = left.portions.iter().map(|portion| portion.concat().len()).max();
        assert!(longest.unwrap() <= AT_ONCE);
    }
}
