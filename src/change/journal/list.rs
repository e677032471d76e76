//! The page of the journal: who changed what, when, and what became of it.

use crate::kinds::age;
use crate::sheet::{Answer, Facts, Go, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

use super::{Entry, Journaled, Query};

/// Lists the entries of the journal.
#[derive(Debug)]
pub struct List(pub Query);

/// The widest that a column becomes, in characters.
const WIDEST: usize = 40;

impl List {
    fn want(&self) -> Want {
        Want::Journal { query: self.0.clone() }
    }

    /// What stands above the entries.
    fn head(&self, journaled: &Journaled) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut note = "Enter opens an entry; undo takes it back.".to_owned();
        if !self.0.words.is_empty() {
            note = format!("Those with {}. {note}", self.0.words.join(" and "));
        }
        lines.push(Line::new(0, [Span::new(note, Tone::Muted)]));
        if let Some(why) = &journaled.failed {
            let why = format!("the journal cannot be read whole: {why}");
            lines.push(Line::new(0, [Span::new(why, Tone::State(Health::Warning))]));
        }
        if journaled.damaged > 0 {
            let what = match journaled.damaged {
                1 => "1 line is damaged and left out".to_owned(),
                many => format!("{many} lines are damaged and left out"),
            };
            let file = journaled.file.as_deref().unwrap_or("the journal");
            let text = format!("{what}: {file}");
            lines.push(Line::new(0, [Span::new(text, Tone::State(Health::Warning))]));
        }
        lines.push(Line::default());
        lines
    }

    /// What stands below them.
    fn foot(&self, journaled: &Journaled) -> Option<Line> {
        let muted = |text: &str| Line::new(0, [Span::new(text, Tone::Muted)]);
        if journaled.reading {
            return Some(muted("reading what is older …"));
        }
        if let Some(last) = journaled.entries.last().filter(|_| journaled.more) {
            let older = format!("journal {}", self.0.before(last.id()));
            return Some(muted("older ones: enter").go(Go::Command(older)));
        }
        let none = journaled.entries.is_empty().then_some(());
        none.map(|()| match (&journaled.file, self.0.words.is_empty()) {
            (None, _) => muted("No journal is kept here."),
            (Some(_), true) => muted("Nothing was changed by kx yet."),
            (Some(_), false) => muted("There are none with these words."),
        })
    }
}

impl Subject for List {
    fn crumbs(&self) -> Vec<String> {
        let mut crumbs = vec!["journal".to_owned()];
        if !self.0.words.is_empty() {
            crumbs.push(self.0.words.join(" "));
        }
        if self.0.before.is_some() {
            crumbs.push("older".to_owned());
        }
        crumbs
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        vec![self.want()]
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let Answer::Journal(journaled) = facts.get(&self.want()) else { return Sheet::default() };
        let mut lines = self.head(journaled);
        let entries = &journaled.entries;
        let now = facts.now();
        if !entries.is_empty() {
            let rows: Vec<[String; 6]> =
                entries.iter().map(|entry| cells(entry, journaled, now)).collect();
            let headings =
                ["AGE", "RESULT", "ACTION", "OBJECT", "CONTEXT", "USER"].map(str::to_owned);
            let width = |column: usize| {
                let all = rows.iter().chain([&headings]);
                all.map(|row| row[column].chars().count()).max().unwrap_or(0).min(WIDEST)
            };
            let widths: [usize; 6] = std::array::from_fn(width);
            let heading: Vec<Span> = headings
                .iter()
                .enumerate()
                // A glyph stands before the words of a state.
                .map(|(i, h)| {
                    Span::new(padded(h, widths[i] + 2 * usize::from(i == 1)), Tone::Heading)
                })
                .collect();
            lines.push(Line::new(0, heading));
            lines.extend(entries.iter().zip(rows).map(|(entry, row)| line(entry, row, &widths)));
        }
        lines.extend(self.foot(journaled));
        let ages = entries.iter().filter_map(|entry| Some(now.saturating_sub(entry.time()?)));
        let changes_in = ages.map(age::changes_in).min();
        Sheet { lines, changes_in }
    }
}

fn padded(text: &str, width: usize) -> String {
    let text = super::page::cut(text, width);
    let room = width.saturating_sub(text.chars().count()) + 2;
    text + &" ".repeat(room)
}

/// How long ago it was sent.
fn since(entry: &Entry, now: i64) -> String {
    let mut text = String::new();
    age::write_since(entry.time().unwrap_or(age::UNKNOWN), now, &mut text);
    text
}

fn cells(entry: &Entry, journaled: &Journaled, now: i64) -> [String; 6] {
    let age = since(entry, now);
    let taken = if journaled.taken_back(entry.id()).is_some() { ", taken back" } else { "" };
    [
        age,
        format!("{}{taken}", entry.ending.word()),
        entry.action().to_owned(),
        entry.long(),
        entry.context().to_owned(),
        entry.user().to_owned(),
    ]
}

fn line(entry: &Entry, row: [String; 6], widths: &[usize; 6]) -> Line {
    let [age, result, action, object, context, user] = row;
    let spans = [
        Span::new(padded(&age, widths[0]), Tone::Muted),
        Span::new(padded(&result, widths[1]), Tone::State(entry.ending.health())),
        Span::new(padded(&action, widths[2]), Tone::Text),
        Span::new(padded(&object, widths[3]), Tone::Strong),
        Span::new(padded(&context, widths[4]), Tone::Text),
        Span::new(padded(&user, widths[5]), Tone::Muted),
        Span::new(crate::sheet::printable(entry.message()), Tone::Muted),
    ];
    Line::new(0, spans).go(Go::Entry(entry.id().into()))
}
