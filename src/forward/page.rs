//! The page of the forwards: where each listens, where it leads, and what passes.

use std::net::SocketAddr;

use crate::kinds::write_bytes;
use crate::sheet::{Answer, Facts, Go, Line, Sheet, Span, Subject, Tone, Want, printable};
use crate::store::Health;
use crate::text::{Cut, fit, width};

use super::{Counts, Saved, Start, Status};

/// The widest that a column becomes, in columns of the terminal.
const WIDEST: usize = 44;
/// The figures that stand to the right.
const FIGURES: std::ops::Range<usize> = 4..9;

/// A forward as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its number.
    pub id: u32,
    /// What is forwarded.
    pub what: Saved,
    /// The object as kubectl calls it, `service/web`.
    pub object: String,
    /// Where it listens; empty while it does not.
    pub listens: Vec<SocketAddr>,
    /// How it is.
    pub status: Status,
    /// What has passed.
    pub counts: Counts,
    /// Whether it is there again the next time.
    pub start: Start,
}

impl Shown {
    /// Where it listens, or would: `localhost:8080`.
    pub fn local(&self) -> String {
        let port = self.listens.first().map_or(self.what.local, SocketAddr::port);
        let address = &self.what.address;
        match (port, address.contains(':')) {
            (0, _) => address.clone(),
            (port, true) => format!("[{address}]:{port}"),
            (port, false) => format!("{address}:{port}"),
        }
    }

    /// The URL at which a browser finds it; `None` while its port is not known.
    pub fn url(&self) -> Option<String> {
        let port = self.listens.first().map_or(self.what.local, SocketAddr::port);
        if port == 0 {
            return None;
        }
        let secure = self.what.port.contains("https")
            || matches!(self.what.port.as_str(), "443" | "8443" | "6443");
        let scheme = if secure { "https" } else { "http" };
        // What listens everywhere listens here too.
        let host = match self.what.address.as_str() {
            "0.0.0.0" | "::" => "localhost".to_owned(),
            address if address.contains(':') => format!("[{address}]"),
            address => address.to_owned(),
        };
        Some(format!("{scheme}://{host}:{port}/"))
    }
}

/// Lists the forwards.
#[derive(Debug, Default)]
pub struct Forwards;

impl Subject for Forwards {
    fn crumbs(&self) -> Vec<String> {
        vec!["forwards".to_owned()]
    }

    fn is_list(&self) -> bool {
        true
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        vec![Want::Forwards]
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let Answer::Forwards(all) = facts.get(&Want::Forwards) else { return Sheet::default() };
        let muted = |text: &str| Line::new(0, [Span::new(text, Tone::Muted)]);
        if all.is_empty() {
            let lines = vec![
                muted("No port is forwarded."),
                muted(
                    "On a pod, a service or a workload, shift-f begins a forward, and so does :port-forward 8080:http.",
                ),
            ];
            return Sheet { lines, changes_in: None };
        }
        let rows: Vec<[String; 11]> = all.iter().map(cells).collect();
        let headings = [
            "STATE", "LOCAL", "OBJECT", "PORT", "OPEN", "ALL", "BROKEN", "SENT", "RECEIVED",
            "KEPT", "CONTEXT",
        ]
        .map(str::to_owned);
        let widths: [usize; 11] = std::array::from_fn(|column| {
            let all = rows.iter().chain([&headings]);
            all.map(|row| width(&row[column])).max().unwrap_or(0).min(WIDEST)
        });
        // A glyph stands before the words of a state.
        let heading = headings.iter().enumerate().map(|(at, text)| {
            Span::new(padded(text, widths[at] + 2 * usize::from(at == 0), at), Tone::Heading)
        });
        let mut lines = vec![Line::new(0, heading)];
        for (shown, row) in all.iter().zip(rows) {
            lines.extend(entry(shown, &row, &widths));
        }
        Sheet { lines, changes_in: None }
    }
}

fn cells(shown: &Shown) -> [String; 11] {
    let Counts { open, total, broken, sent, received, .. } = &shown.counts;
    let namespace = if shown.what.namespace.is_empty() {
        String::new()
    } else {
        format!(" in {}", shown.what.namespace)
    };
    [
        shown.status.word().to_owned(),
        shown.local(),
        printable(&format!("{}{namespace}", shown.object)),
        shown.what.port.clone(),
        open.to_string(),
        total.to_string(),
        broken.to_string(),
        bytes(*sent),
        bytes(*received),
        shown.start.word().to_owned(),
        printable(&shown.what.context),
    ]
}

fn bytes(count: u64) -> String {
    let mut text = String::new();
    write_bytes(i64::try_from(count).unwrap_or(i64::MAX), &mut text);
    text
}

/// The lines of a forward: its figures, and below them where it leads and what went wrong last.
fn entry(shown: &Shown, row: &[String; 11], widths: &[usize; 11]) -> Vec<Line> {
    let go = Go::Forward(shown.id);
    let tone = |at: usize| match at {
        0 => Tone::State(shown.status.health()),
        1 => Tone::Strong,
        9 | 10 => Tone::Muted,
        6 if shown.counts.broken > 0 => Tone::Health(Health::Warning),
        _ => Tone::Text,
    };
    let spans =
        row.iter().enumerate().map(|(at, text)| Span::new(padded(text, widths[at], at), tone(at)));
    let mut line = Line::new(0, spans).go(go.clone());
    line.copy = shown.url().map(|url| url.as_str().into());
    let mut lines = vec![line];
    let note = shown.status.note();
    let error = shown.counts.last_error.as_deref().unwrap_or_default();
    let leads = matches!(shown.status, Status::Ready { .. });
    let what = if leads { "to" } else { "why" };
    for (what, text) in [(what, note.as_str()), ("last broken", error)] {
        if !text.is_empty() {
            let label = Span::new(format!("{what}: "), Tone::Label);
            lines.push(
                Line::new(4, [label, Span::new(printable(text), Tone::Muted)]).go(go.clone()),
            );
        }
    }
    lines
}

/// A cell as wide as its column, with the blank behind it; figures stand to the right.
fn padded(text: &str, wanted: usize, column: usize) -> String {
    let fitted = fit(text, wanted, Cut::Middle);
    let text = if fitted.is_cut() {
        format!("{}…{}", &text[..fitted.head], &text[fitted.tail..])
    } else {
        text.to_owned()
    };
    let room = " ".repeat(wanted.saturating_sub(width(&text)));
    if FIGURES.contains(&column) { format!("{room}{text}  ") } else { format!("{text}{room}  ") }
}
