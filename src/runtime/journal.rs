//! The journal's file: a line of JSON for each step of each change, appended before anything is sent.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;

use crate::change::journal::Life;

/// How long the file may grow, in bytes, before it is put aside.
const LONGEST: u64 = 32 << 20;

/// Where the journal is kept. Cheap to clone; all clones write to one file.
#[derive(Clone, Debug)]
pub struct Journal {
    path: Option<PathBuf>,
    file: Arc<Mutex<Option<File>>>,
    /// How many lines were written by this kx.
    written: watch::Sender<u64>,
    /// When this kx began, in milliseconds since the Unix epoch: the ids of its entries are not older.
    since: i64,
    /// Whether it has the commands that are run in containers whole.
    commands: bool,
}

impl Journal {
    /// The journal in this file; `None` where nothing can be kept.
    pub fn new(path: Option<PathBuf>) -> Self {
        let since = Timestamp::now().as_millisecond();
        let written = watch::Sender::new(0);
        Self { path, file: Arc::default(), written, since, commands: true }
    }

    /// The same, with the commands that are run in containers whole, or only with their programs.
    #[must_use]
    pub fn keeping_commands(self, whole: bool) -> Self {
        Self { commands: whole, ..self }
    }

    /// Whether the commands that are run in containers are kept whole.
    pub fn keeps_commands(&self) -> bool {
        self.commands
    }

    /// Its file, where there is one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The file in which what was written before is put aside.
    pub fn aside(&self) -> Option<PathBuf> {
        self.path.as_deref().map(aside)
    }

    /// Tells of every line that this kx writes.
    pub fn written(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }

    /// What the ids of a run's entries begin with.
    pub fn run() -> String {
        format!("{}-{}", Timestamp::now().as_millisecond(), std::process::id())
    }

    /// Who may still be working on the change of this id.
    pub fn life(&self, id: &str) -> Life {
        let mut parts = id.split('-').map(str::parse::<i64>);
        let (Some(Ok(since)), Some(Ok(process))) = (parts.next(), parts.next()) else {
            return Life::Gone;
        };
        if process == i64::from(std::process::id()) {
            // In a container every kx may have the same number.
            return if since >= self.since { Life::Here } else { Life::Gone };
        }
        if lives(process) { Life::Elsewhere } else { Life::Gone }
    }

    /// Appends a line.
    ///
    /// # Errors
    /// Why it could not be kept, a sentence for people that names the file.
    pub fn append(&self, line: &Value) -> Result<(), String> {
        let Some(path) = &self.path else { return Ok(()) };
        let written = self.write(path, &format!("{line}\n"));
        self.written.send_modify(|lines| *lines += 1);
        written.map_err(|error| format!("the journal cannot be kept: {}: {error}", path.display()))
    }

    fn write(&self, path: &Path, line: &str) -> std::io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.as_ref().is_some_and(|file| file.metadata().is_ok_and(|m| m.len() > LONGEST)) {
            let there = file.take();
            // Another kx may have put it aside already: what lies there now is not ours to move.
            if there.is_some_and(|file| is_at(&file, path)) {
                std::fs::rename(path, aside(path))?;
            }
        }
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert(open(path)?),
        };
        // One write, so that two programs that append do not mix their lines.
        file.write_all(line.as_bytes())
    }
}

fn aside(path: &Path) -> PathBuf {
    path.with_extension("old.jsonl")
}

/// Opens the file to append to it; nobody else may read it.
fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // A line that was cut, by a full disk or the end of its kx, must not take the next with it.
    let mut last = [b'\n'];
    if file.metadata()?.len() > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    if last != [b'\n'] {
        file.write_all(b"\n")?;
    }
    Ok(file)
}

/// Whether a path still leads to this file.
#[cfg(unix)]
pub(super) fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let both = file.metadata().and_then(|file| Ok((file, std::fs::metadata(path)?)));
    both.is_ok_and(|(file, path)| (file.dev(), file.ino()) == (path.dev(), path.ino()))
}

#[cfg(not(unix))]
pub(super) fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// Whether a process of this number runs.
#[cfg(unix)]
fn lives(process: i64) -> bool {
    use rustix::process::{Pid, test_kill_process};
    let process = i32::try_from(process).ok().and_then(Pid::from_raw);
    process.is_some_and(|process| {
        // It may be somebody else's.
        !matches!(test_kill_process(process), Err(rustix::io::Errno::SRCH))
    })
}

#[cfg(not(unix))]
fn lives(_: i64) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lines_are_appended_and_only_the_owner_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/journal.jsonl");
        for number in 0..2 {
            let journal = Journal::new(Some(path.clone()));
            journal.append(&json!({"number": number})).unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "{\"number\":0}\n{\"number\":1}\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        Journal::new(None).append(&json!({})).unwrap();
        let why = Journal::new(Some(folder.path().to_owned())).append(&json!({})).unwrap_err();
        assert!(why.contains(&folder.path().display().to_string()), "{why}");
    }

    #[test]
    fn a_line_that_was_cut_does_not_take_the_next_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        std::fs::write(&path, "{\"number\":0}\n{\"num").unwrap();
        Journal::new(Some(path.clone())).append(&json!({"number": 1})).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "{\"number\":0}\n{\"num\n{\"number\":1}\n");
    }

    #[test]
    fn of_two_that_write_only_one_puts_the_file_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (one, other) = (Journal::new(Some(path.clone())), Journal::new(Some(path.clone())));
        one.append(&json!({"by": "one"})).unwrap();
        other.append(&json!({"by": "other"})).unwrap();
        File::options().append(true).open(&path).unwrap().set_len(LONGEST + 1).unwrap();
        one.append(&json!({"by": "one again"})).unwrap();
        other.append(&json!({"by": "other again"})).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "{\"by\":\"one again\"}\n{\"by\":\"other again\"}\n");
        assert_eq!(std::fs::metadata(one.aside().unwrap()).unwrap().len(), LONGEST + 1);
    }

    #[test]
    fn who_may_still_be_at_work() {
        let journal = Journal::new(None);
        assert_eq!(journal.life(&format!("{}-0-0", Journal::run())), Life::Here);
        let before = journal.since - 1;
        assert_eq!(journal.life(&format!("{before}-{}-0-0", std::process::id())), Life::Gone);
        assert_eq!(journal.life("odd"), Life::Gone);
        #[cfg(unix)]
        assert_eq!(journal.life("1-1-0-0"), Life::Elsewhere);
    }
}
