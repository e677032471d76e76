//! The page of one entry of the journal: what was sent, what became of it, and what it changed.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::kinds::Resource;
use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want, printable};
use crate::yaml;

use super::super::{Method, shown};
use super::Opened;
use super::entry::Told;

/// The page of one entry.
#[derive(Debug)]
pub struct Page {
    /// Its id.
    pub id: String,
}

/// How wide a sentence is written.
const WIDTH: usize = 96;

/// What must be known of an entry.
pub(super) fn want(id: &str) -> Want {
    Want::Entry { id: id.to_owned() }
}

/// The resource that an entry is about, as far as its name tells.
pub(super) fn resource(told: &Told) -> Resource {
    let (plural, group) = told.resource.split_once('.').unwrap_or((&told.resource, ""));
    Resource { group: group.to_owned(), plural: plural.to_owned(), ..Resource::default() }
}

impl Subject for Page {
    fn crumbs(&self) -> Vec<String> {
        vec!["entry".to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        vec![want(&self.id)]
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let lines = match facts.get(&want(&self.id)) {
            Answer::Entry(Some(opened)) => lines(opened),
            Answer::Entry(None) => {
                let text = format!("the journal has no entry {} (any more)", self.id);
                vec![Line::new(0, [Span::new(text, Tone::Muted)])]
            }
            _ => Vec::new(),
        };
        Sheet { lines, changes_in: None }
    }

    fn entry(&self) -> Option<&str> {
        Some(&self.id)
    }
}

fn lines(opened: &Opened) -> Vec<Line> {
    let entry = &opened.entry;
    let told = &entry.told;
    let mut lines = vec![Line::new(
        0,
        [
            Span::new(told.action.clone(), Tone::Strong),
            Span::new(format!("  {}", entry.long()), Tone::Text),
        ],
    )];
    lines.push(Line::default());
    let field = |label: &str, text: String| {
        Line::new(0, [Span::new(format!("{label:<9}"), Tone::Label), Span::new(text, Tone::Text)])
    };
    lines.push(Line::new(
        0,
        [
            Span::new(format!("{:<9}", "Result"), Tone::Label),
            Span::new(entry.ending.word(), Tone::State(entry.ending.health())),
        ],
    ));
    for part in wrapped(entry.message()) {
        lines.push(Line::new(9, [Span::new(part, Tone::Health(entry.ending.health()))]));
    }
    lines.push(field("Sent", date(&told.time)));
    if !entry.ended.is_empty() {
        lines.push(field("Ended", date(&entry.ended)));
    }
    lines.push(field("Who", told.user.clone()));
    lines.push(field("Context", told.context.clone()));
    lines.push(field("Server", told.server.clone()));
    lines.push(field("Request", format!("{} {}", told.method, told.path).trim().to_owned()));
    if let Some(of) = &told.undoes {
        lines.push(field("Undoes", of.clone()));
    }
    lines.push(field("Id", told.id.clone()));
    lines.push(Line::default());
    if opened.taken_back.is_some() {
        lines.push(muted("It was taken back."));
    }
    if told.hidden == Some(true) {
        lines.push(muted("Values that the journal does not keep were changed by it."));
    }
    lines.extend(changed(opened));
    lines
}

/// What it changed, or what was sent.
fn changed(opened: &Opened) -> Vec<Line> {
    let resource = resource(&opened.entry.told);
    let nothing = Arc::new(Value::Null);
    let after = match (opened.method(), &opened.after) {
        // Whatever the server showed last, it is gone, or going.
        (Some(Method::Delete), _) if opened.entry.is_done() => Some(&nothing),
        (_, after) => after.as_ref(),
    };
    // The answer to an eviction, or to what is made of another object, is none of the object that was read.
    let other = matches!(opened.method(), Some(Method::Evict | Method::Create));
    if let Some(after) = after.filter(|_| !other) {
        let lines = shown::difference(&resource, &opened.before, after, false);
        if !lines.is_empty() {
            return lines;
        }
        if opened.entry.is_done() {
            return vec![muted(
                "Nothing is different by it beside what the server keeps of its state.",
            )];
        }
    }
    if opened.body.is_null() {
        return Vec::new();
    }
    let text = yaml::emit(&opened.body, false);
    let sent = text.lines().map(|line| Line::new(0, [Span::new(printable(line), Tone::Text)]));
    [muted("This was sent:"), Line::default()].into_iter().chain(sent).collect()
}

fn muted(text: &str) -> Line {
    Line::new(0, [Span::new(text, Tone::Muted)])
}

/// A point in time in this machine's zone, and as it is written where it is none.
fn date(text: &str) -> String {
    match text.parse::<Timestamp>() {
        Ok(time) => time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
        Err(_) => text.to_owned(),
    }
}

/// A text of at most this many characters.
pub(super) fn cut(text: &str, width: usize) -> String {
    let text = printable(text);
    match text.char_indices().nth(width) {
        Some(_) if width > 0 => text.chars().take(width - 1).chain(['…']).collect(),
        _ => text,
    }
}

/// A sentence, whole: on as many lines as it takes.
pub(super) fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace().map(printable) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}
