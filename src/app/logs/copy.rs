//! What of logs goes elsewhere: into the clipboard, other programs and files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::logs::export::{Form, Which, write_line};
use crate::logs::{Export, Kind, ansi};

use super::LogPage;

/// About how much text another program is given, in bytes.
const MOST: usize = 16 << 20;

impl LogPage {
    /// The text of the line under the cursor, as it was written but for sequences; of marked lines, all of them.
    pub(in crate::app) fn line_here(&mut self) -> Option<String> {
        if !self.marks.is_empty() {
            let marks: Vec<u64> = self.marks.iter().copied().collect();
            return Some(self.text_of(marks));
        }
        let line = self.buffer.line(self.cursor)?;
        Some(ansi::plain(&String::from_utf8_lossy(&line.text)))
    }

    /// The lines that are shown, as they are read elsewhere: time, container and text. Of very many the newest; how many are missing then.
    pub(in crate::app) fn text(&mut self) -> (String, u64) {
        let (count, _) = self.counts();
        let mut numbers = Vec::new();
        let (mut bytes, mut rank) = (0, count);
        while bytes < MOST
            && let Some(before) = rank.checked_sub(1)
        {
            rank = before;
            let Some(number) = self.at(rank) else { continue };
            bytes += self.buffer.line(number).map_or(0, |line| line.text.len() + 40);
            numbers.push(number);
        }
        numbers.reverse();
        (self.text_of(numbers), rank)
    }

    fn text_of(&mut self, numbers: Vec<u64>) -> String {
        let mut out = Vec::new();
        for number in numbers {
            let Some(line) = self.buffer.line(number) else { continue };
            if line.entry.kind == Kind::More && out.last() == Some(&b'\n') {
                // A line that was too long for one entry is one again.
                out.pop();
                out.extend(ansi::plain(&String::from_utf8_lossy(&line.text)).into_bytes());
                out.push(b'\n');
                continue;
            }
            // Memory takes whatever is written to it.
            let _ = write_line(&self.streams, Form::Text, (&line.entry, &line.text), &mut out);
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    /// All that is shown, as text, for a program that reads it bit by bit.
    ///
    /// # Errors
    /// Says that it is not known yet what that is.
    pub(in crate::app) fn whole(&self) -> Result<Arc<Export>, String> {
        if self.is_expressing() {
            return Err("the lines are still being evaluated: in a moment".to_owned());
        }
        Ok(self.saved(Path::new("shown.log"), false))
    }

    /// What is to be saved in a file of this name: all that is there, or what is shown.
    pub(super) fn saved(&self, path: &Path, all: bool) -> Arc<Export> {
        let which = match () {
            () if all || !self.is_narrowed() => Which::All,
            () if self.kept.is_unfinished() => Which::Kept(Box::new(self.filter.clone())),
            () => Which::These(self.kept.numbers().clone()),
        };
        Arc::new(Export {
            snapshot: self.buffer.snapshot(),
            streams: self.streams.clone(),
            which,
            form: Form::of(path),
        })
    }

    /// A name for a file of these logs, written now.
    pub(super) fn file_name(&self, now: i64) -> PathBuf {
        let title: String = self
            .title
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '-' })
            .take(80)
            .collect();
        let now = jiff::Timestamp::from_second(now).unwrap_or_default();
        let now = now.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y%m%d-%H%M%S");
        PathBuf::from(format!("{}-{now}.log", title.trim_start_matches(['.', '-'])))
    }
}
