//! What of logs goes elsewhere: into the clipboard, other programs and files. Only the line under the cursor is at hand; all else is gathered outside, for
//! it may be in the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::logs::export::{Form, Which};
use crate::logs::{Export, Numbers, ansi};

use super::super::effect::Opener;
use super::super::{App, Effect, Level};
use super::LogPage;

/// What gathered lines are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gather {
    /// The clipboard.
    Copy,
    /// Another program, under this name.
    Open(Opener, String),
}

/// About how much text is gathered, in bytes.
pub const MOST_GATHERED: usize = 16 << 20;

impl App {
    /// Copies the line under the cursor or those that are marked; or all that are shown.
    pub(in crate::app) fn copy_logs(&mut self, all: bool) {
        let Some(logs) = self.logs_mut() else { return };
        let export = match (all, logs.marked()) {
            (true, _) => logs.whole(),
            (false, 1..) => Ok(logs.marked_lines()),
            (false, 0) => {
                let text = logs.line_here().filter(|text| !text.is_empty());
                return match text {
                    Some(text) => self.effects.push(Effect::Copy(text)),
                    None => self.notify(Level::Warning, NOTHING),
                };
            }
        };
        self.gather(export, Gather::Copy);
    }

    /// Opens the lines that are shown in another program.
    pub(in crate::app) fn open_logs_in(&mut self, with: Opener) {
        let Some(logs) = self.logs() else { return };
        let name = format!("{}.log", logs.title).replace(['/', ':', ' '], "-");
        let export = logs.whole();
        self.gather(export, Gather::Open(with, name));
    }

    fn gather(&mut self, export: Result<Arc<Export>, String>, then: Gather) {
        match export {
            Ok(export) => self.effects.push(Effect::Gather { export, then }),
            Err(why) => self.notify(Level::Info, why),
        }
    }

    /// Lines were gathered; so many older ones are not among them.
    pub(in crate::app) fn gathered(&mut self, then: Gather, text: String, missing: u64) {
        if text.is_empty() {
            return self.notify(Level::Warning, NOTHING);
        }
        if missing > 0 {
            self.notify(Level::Warning, format!("{missing} older lines are not in it"));
        }
        self.effects.push(match then {
            Gather::Copy => Effect::Copy(text),
            Gather::Open(with, name) => Effect::Open { with, text, name },
        });
    }
}

const NOTHING: &str = "there is nothing to copy here";

impl LogPage {
    /// The text of the line under the cursor, as it was written but for sequences.
    fn line_here(&mut self) -> Option<String> {
        let line = self.buffer.line(self.cursor)?;
        Some(ansi::plain(&String::from_utf8_lossy(&line.text)))
    }

    /// The marked lines, as text.
    fn marked_lines(&self) -> Arc<Export> {
        let mut marked = Numbers::default();
        for number in &self.marks {
            marked.insert(*number);
        }
        self.export(Which::These(marked), Form::Text)
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
        self.export(which, Form::of(path))
    }

    fn export(&self, which: Which, form: Form) -> Arc<Export> {
        let (snapshot, streams) = (self.buffer.snapshot(), self.streams.clone());
        Arc::new(Export { snapshot, streams, which, form })
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
