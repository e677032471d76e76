//! Logs saved in a file, gathered, and read from the file in which they are kept: whatever may wait for a disk.

use std::fs::OpenOptions;
use std::io::{BufWriter, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::{Gather, LogNews, MOST_GATHERED, Msg, ObjectId};
use crate::cluster::Env;
use crate::logs::{Export, Reading};

use super::Runtime;

impl Runtime {
    /// Reads of the file in which logs are kept, away from the loop.
    pub(super) fn read_spilled(&self, id: ObjectId, reading: Arc<Reading>) {
        let news = self.news_tx.clone();
        tokio::task::spawn_blocking(move || {
            let _ = news.blocking_send(Msg::Logs(id, LogNews::Came(reading.read())));
        });
    }

    /// Gathers lines of logs, away from the loop.
    pub(super) fn gather_logs(&self, export: Arc<Export>, then: Gather) {
        let news = self.news_tx.clone();
        tokio::task::spawn_blocking(move || {
            let (text, missing) = export.newest(MOST_GATHERED);
            let _ = news.blocking_send(Msg::Gathered { then, text, missing });
        });
    }

    /// Saves logs, away from the loop.
    pub(super) fn save_logs(&self, export: Arc<Export>, path: PathBuf) {
        let (env, news) = (self.outside.access.env.clone(), self.news_tx.clone());
        tokio::task::spawn_blocking(move || {
            let outcome = save(&export, &path, &env);
            // If nobody listens there is nobody to tell.
            let _ = news.blocking_send(Msg::Done(outcome));
        });
    }
}

/// Writes logs into a file that is not there yet; what is said of it. May take long.
///
/// # Errors
/// A sentence for people: which file, why, and the next step. Nothing is left of the file then.
fn save(export: &Export, path: &Path, env: &Env) -> Result<String, String> {
    let path = whole(path, env);
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let file = file.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            format!("{} is there already: name another file", path.display())
        }
        _ => format!("cannot write {}: {error}", path.display()),
    })?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    match export.write(&mut out) {
        Ok(written) => {
            let plural = if written.lines == 1 { "" } else { "s" };
            let said = format!("{} line{plural} saved in {}", written.lines, path.display());
            Ok(match written.missing {
                0 => said,
                missing => format!("{said}; {missing} were let go before they could be saved"),
            })
        }
        Err(error) => {
            // What is there of it is not what was asked for.
            let _ = std::fs::remove_file(&path);
            Err(format!("cannot write {}: {error}", path.display()))
        }
    }
}

/// The whole path: `~` is the home folder, as in a shell.
fn whole(path: &Path, env: &Env) -> PathBuf {
    let home = env.any(&["HOME", "USERPROFILE"]);
    let path = match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => Path::new(home).join(rest),
        _ => path.to_owned(),
    };
    std::path::absolute(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::export::{Form, Which};
    use crate::logs::{Buffer, Entries, Kind, Room, StreamId};

    #[test]
    fn a_file_is_written_once_and_named() {
        let dir = tempfile::tempdir().unwrap();
        let env = Env::of([("HOME", dir.path().to_str().unwrap())]);
        let mut entries = Entries::default();
        entries.push(0, StreamId(0), Kind::Line, b"one");
        let mut buffer = Buffer::new(&Room::default());
        buffer.push(&entries);
        let export = Export {
            snapshot: buffer.snapshot(),
            streams: Vec::new(),
            which: Which::All,
            form: Form::Text,
        };
        let said = save(&export, Path::new("~/web.log"), &env).unwrap();
        let file = dir.path().join("web.log");
        assert_eq!(said, format!("1 line saved in {}", file.display()));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "1970-01-01T00:00:00Z one\n");
        let why = save(&export, &file, &env).unwrap_err();
        assert!(why.contains("there already") && why.contains("web.log"), "{why}");
        let why = save(&export, &dir.path().join("no/web.log"), &env).unwrap_err();
        assert!(why.contains("no/web.log"), "{why}");
    }
}
