//! Looks at what is in a container: a folder, the beginning of a file, what a path is.

use super::exec::{Kept, run};
use super::{Means, Trouble};
use crate::cluster::Client;
use crate::files::{Entry, Files, Job, Kind, RemotePath, parse, script};

/// The longest answer about a folder that is taken in: some 200,000 entries.
const LONGEST: usize = 32 << 20;

/// Reads what a folder holds; and whether there is more than is taken in.
///
/// # Errors
/// [`Trouble`].
pub async fn list(
    client: &Client,
    files: &Files,
    folder: &RemotePath,
) -> Result<(Vec<Entry>, bool), Trouble> {
    let mut answer = Kept::new(LONGEST, false);
    let command = script::list(&files.path(folder));
    let ran = run(client, files, command, None::<tokio::io::Empty>, &mut answer).await?;
    if !ran.is_well() && !answer.more {
        return Err(ran.trouble(files));
    }
    Ok((parse(&answer.bytes), answer.more))
}

/// Reads the beginning of a file, at most so many bytes; and whether there is more.
///
/// # Errors
/// [`Trouble`].
pub async fn read(
    client: &Client,
    files: &Files,
    file: &RemotePath,
    most: usize,
) -> Result<(Vec<u8>, bool), Trouble> {
    let mut answer = Kept::new(most, false);
    let command = script::read(&files.path(file), 0);
    let ran = run(client, files, command, None::<tokio::io::Empty>, &mut answer).await?;
    if !ran.is_well() && !answer.more {
        return Err(ran.trouble(files));
    }
    Ok((answer.bytes, answer.more))
}

/// What a path in a container is; links are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// What; `None` where there is nothing.
    pub kind: Option<Kind>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// When it changed last, seconds since the Unix epoch.
    pub modified: Option<i64>,
    /// Its permissions.
    pub mode: Option<u32>,
}

/// Looks what a path is; goes on trying while the connection breaks.
pub(super) async fn look(job: &Job, means: &Means, path: &RemotePath) -> Result<Look, Trouble> {
    let (files, mut tried) = (&job.files, 0);
    loop {
        let mut answer = Kept::new(1024, true);
        let command = script::look(&files.path(path));
        let ran = run(&means.client, files, command, None::<tokio::io::Empty>, &mut answer).await?;
        if let Some(why) = ran.cut() {
            super::again(job, &mut tried, false, why).await?;
            continue;
        }
        if !ran.is_well() {
            return Err(ran.trouble(files));
        }
        return looked(&answer.bytes)
            .ok_or_else(|| Trouble::Remote(format!("it is not said what {} is", path.words())));
    }
}

fn looked(answer: &[u8]) -> Option<Look> {
    let text = std::str::from_utf8(answer).ok()?;
    let mut words = text.split_whitespace();
    let kind = match words.next()? {
        "d" => Some(Kind::Folder),
        "f" => Some(Kind::File),
        "o" => Some(Kind::Other),
        "n" => None,
        _ => return None,
    };
    let size = words.next().and_then(|word| word.parse().ok());
    let modified = words.next().and_then(|word| word.parse().ok());
    let mode = words.next().and_then(|word| u32::from_str_radix(word, 8).ok());
    Some(Look { kind, size, modified, mode })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_path() {
        let file = Look {
            kind: Some(Kind::File),
            size: Some(12),
            modified: Some(1_700_000_000),
            mode: Some(0o644),
        };
        assert_eq!(looked(b"f 12 1700000000 644\n"), Some(file));
        let bare = Look { size: Some(12), modified: None, mode: None, ..file };
        assert_eq!(looked(b"f 12\n"), Some(bare));
        assert_eq!(looked(b"n \n").map(|look| look.kind), Some(None));
        assert_eq!((looked(b""), looked(b"what"), looked(b"\xff")), (None, None, None));
    }
}
