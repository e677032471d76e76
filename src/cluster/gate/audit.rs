//! The audit log: a line of JSON for each request as it is sent or refused, and one when its answer ends, so that it can be proved what kx
//! looked at.
//!
//! Each line has `context`, `process`, `request` (its number there), `event` (`sent`, `refused`, `ended`), `time` (RFC 3339), `verb` (the HTTP
//! method) and `path`; that of the end has `status` (the HTTP status; null where there was no answer), `duration_ms`, and `bytes` and `bytes_sent`: the
//! answer's body as it came and the request's, or all that passed where the answer turned the connection into a stream.
//!
//! A request is written down before it is sent: what a crash or a pulled plug cuts off is not missing. Bodies, headers and tokens are never written.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::meter::Entry;

/// The number of the next request, whatever its cluster.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A file that requests are written to. Cheap to clone; all clones write to one file.
#[derive(Clone, Debug)]
pub struct Audit {
    path: PathBuf,
    file: Arc<Mutex<File>>,
}

impl Audit {
    /// Opens the file; what is in it stays.
    ///
    /// # Errors
    /// Why it cannot be opened, a sentence for people that names the file.
    pub fn open(path: &Path) -> Result<Self, String> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            format!("the audit log {} cannot be written: {error}", path.display())
        })?;
        Ok(Self { path: path.to_owned(), file: Arc::new(Mutex::new(file)) })
    }

    /// Writes a line; whether that was possible.
    fn write(&self, line: &Value) -> bool {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let written = file.write_all(format!("{line}\n").as_bytes());
        if let Err(error) = &written {
            tracing::error!(%error, path = %self.path.display(), "the audit log cannot be written");
        }
        written.is_ok()
    }

    /// A request is about to be sent, or was refused: the number it is written down by. `None` where it cannot be written down, and so must not be
    /// sent.
    pub(super) fn asks(&self, context: &str, entry: &Entry) -> Option<u64> {
        let number = NEXT.fetch_add(1, Relaxed);
        let mut line = head(context, number, if entry.refused { "refused" } else { "sent" });
        line["time"] = json!(entry.at.to_string());
        line["verb"] = json!(entry.method.as_str());
        line["path"] = json!(entry.path);
        self.write(&line).then_some(number)
    }

    /// The answer to a request ended, or the request failed.
    pub(super) fn ended(&self, context: &str, number: u64, entry: &Entry) {
        let mut line = head(context, number, "ended");
        line["time"] = json!(Timestamp::now().to_string());
        line["verb"] = json!(entry.method.as_str());
        line["path"] = json!(entry.path);
        line["status"] = json!(entry.status);
        line["duration_ms"] = json!(entry.took.map(|took| took.as_secs_f64() * 1000.0));
        line["bytes"] = json!(entry.bytes);
        line["bytes_sent"] = json!(entry.bytes_sent);
        self.write(&line);
    }
}

fn head(context: &str, number: u64, event: &str) -> Value {
    json!({"context": context, "process": std::process::id(), "request": number, "event": event})
}
