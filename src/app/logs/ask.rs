//! What is asked on the page of logs: a time, from when on they are read, which fields, where they are saved.

use jiff::tz::TimeZone;

use crate::logs::{Since, when};

use super::super::prompt::{Prompt, Purpose};
use super::super::{App, Effect, Level, Over};
use super::Form;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The time to go to.
    Time,
    /// From when on they are read.
    From,
    /// The fields that are shown as columns.
    Fields,
    /// The jq expression whose results are shown instead of the lines.
    Expression,
    /// Where what is shown is saved.
    Save,
    /// Where all that is there is saved.
    SaveAll,
}

impl Ask {
    /// What can be answered, for beside the prompt.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Time => "go to: 11:59, 2026-01-15 11:59, 10m",
            Self::From => "read from: 10m, 2h, 11:59, all",
            Self::Fields => "fields as columns: path status user.id",
            Self::Expression => {
                "jq over lines of JSON: .msg, or select(.level == \"error\"); nothing for the lines"
            }
            Self::Save => "save what is shown: .log, or .jsonl for JSON",
            Self::SaveAll => "save all that is there: .log, or .jsonl for JSON",
        }
    }

    /// The sign before the line.
    pub const fn sign(self) -> char {
        match self {
            Self::Time | Self::From => '@',
            Self::Fields => '=',
            Self::Expression => '|',
            Self::Save | Self::SaveAll => '>',
        }
    }
}

impl App {
    /// Asks something of logs.
    pub(in crate::app) fn ask_logs(&mut self, ask: Ask) {
        let Some(logs) = self.logs() else { return };
        let text = match ask {
            Ask::Time | Ask::From => String::new(),
            Ask::Fields => logs.face.fields.join(" "),
            Ask::Expression => logs.expressed().map(|on| on.text().to_owned()).unwrap_or_default(),
            Ask::Save | Ask::SaveAll => logs.file_name(self.now).display().to_string(),
        };
        self.over.push(Over::Prompt(Prompt::new(Purpose::Logs(ask), &text)));
    }

    /// Takes the answer.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(in crate::app) fn answer_logs(&mut self, ask: Ask, text: &str) -> Result<(), String> {
        let text = text.trim();
        let now = self.now;
        let no_time = || format!("{text:?} is no time: {}", when::EXAMPLES);
        if text.is_empty() && !matches!(ask, Ask::Fields | Ask::Expression) {
            return Ok(());
        }
        match ask {
            Ask::Time => {
                let moment = when::moment(text, now, &TimeZone::system()).ok_or_else(no_time)?;
                let Some(logs) = self.logs_mut() else { return Ok(()) };
                logs.go_to_time(moment.start);
                let before = logs.is_before(moment.start);
                if before {
                    let key =
                        self.keymap.keys(super::super::Layer::Logs, super::super::Action::ReadFrom);
                    let key = key.into_iter().next().unwrap_or_else(|| ":read-from".to_owned());
                    let words = format!("older lines were not read: {key} reads them");
                    self.notify(Level::Info, words);
                }
            }
            Ask::From => {
                let since = match text {
                    "all" => None,
                    _ => {
                        let moment = when::moment(text, now, &TimeZone::system());
                        let start = moment.ok_or_else(no_time)?.start;
                        Some(Since::At(start.div_euclid(1_000_000_000)))
                    }
                };
                self.read_logs_anew(|query| {
                    query.since = since;
                    query.tail = None;
                });
            }
            Ask::Fields => {
                let Some(logs) = self.logs_mut() else { return Ok(()) };
                logs.set_fields(text);
            }
            Ask::Expression => self.express_logs(text),
            Ask::Save | Ask::SaveAll => {
                let path = std::path::PathBuf::from(text);
                let Some(logs) = self.logs() else { return Ok(()) };
                if ask == Ask::Save && logs.is_expressing() {
                    return Err("the lines are still being evaluated: in a moment".to_owned());
                }
                let export = logs.saved(&path, ask == Ask::SaveAll);
                self.effects.push(Effect::Save { export, path });
            }
        }
        Ok(())
    }
}

impl super::LogPage {
    /// Whether everything that is there was written after this time, and there may be more before.
    fn is_before(&self, time: i64) -> bool {
        self.buffer.began().is_some_and(|first| first > time)
            && (self.query.tail.is_some() || self.query.since.is_some())
    }

    /// Shows these fields as columns; none for all of them behind what a line says.
    fn set_fields(&mut self, text: &str) {
        self.face.fields = text.split_whitespace().map(str::to_owned).collect();
        self.widths.clear();
        self.face.form = Form::Compact;
        self.stale = true;
    }
}
