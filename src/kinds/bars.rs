//! What is used of what there is, as bars: of a quota, of a node.

use crate::sheet::{Line, Span, Tone};
use crate::store::Health;
use crate::wire::parse_quantity;

/// How many columns a full bar takes.
const BAR: i128 = 30;

/// All of it is used, in hundredths of a percent: whatever would use more is refused.
pub const FULL: i128 = 10_000;
/// So much of it is used that somebody should look.
const NEARLY_FULL: i128 = 8_000;

/// The share of something that is used although none of it may be.
pub const BEYOND: i128 = i128::MAX;

/// How much is used of what may be, in hundredths of a percent; `None` where nothing may be and nothing is.
pub fn share(used: i128, hard: i128) -> Option<i128> {
    match (used, hard) {
        (..=0, ..=0) => None,
        (_, ..=0) => Some(BEYOND),
        (used, hard) => Some(used.saturating_mul(10_000) / hard),
    }
}

/// How a share is to be looked at.
pub fn state(share: i128) -> Health {
    match share {
        FULL.. => Health::Broken,
        NEARLY_FULL.. => Health::Warning,
        _ => Health::Ok,
    }
}

/// One resource.
struct Entry<'a> {
    resource: &'a str,
    used: &'a str,
    hard: &'a str,
    share: Share,
}

/// How much of it is used; the least worth looking at first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Share {
    /// The server wrote what is no quantity.
    Unread,
    /// Nothing may be used, and nothing is.
    Nothing,
    /// So much, in hundredths of a percent.
    Part(i128),
}

impl Share {
    fn of(share: Option<i128>) -> Self {
        share.map_or(Self::Nothing, Self::Part)
    }

    fn health(self) -> Health {
        match self {
            Self::Part(share) => state(share),
            Self::Unread | Self::Nothing => Health::Idle,
        }
    }
}

/// A line for each (resource, used, hard), quantities as text; what is nearest to its limit comes first.
pub fn table<'a>(all: impl Iterator<Item = (&'a str, &'a str, &'a str)>) -> Vec<Line> {
    let mut all: Vec<Entry<'_>> = all
        .map(|(resource, used, hard)| {
            let share = match (parse_quantity(used), parse_quantity(hard)) {
                (Some(used), Some(hard)) => Share::of(share(used, hard)),
                _ => Share::Unread,
            };
            Entry { resource, used, hard, share }
        })
        .collect();
    // What is nearest to its limit is what one looks for.
    all.sort_by(|a, b| b.share.cmp(&a.share).then_with(|| a.resource.cmp(b.resource)));
    let mut lines = Vec::new();
    let width = |of: &dyn Fn(&Entry<'_>) -> usize| all.iter().map(of).max().unwrap_or(0);
    let (first, used, hard) = (
        width(&|e| e.resource.chars().count()),
        width(&|e| e.used.chars().count()),
        width(&|e| e.hard.chars().count()),
    );
    for entry in &all {
        let Entry { resource, used: u, hard: h, share } = entry;
        let health = share.health();
        lines.push(Line::new(
            2,
            [
                Span::new(format!("{resource:<first$}  "), Tone::Label),
                Span::new(format!("{u:>used$}"), Tone::Number),
                Span::new(" of ", Tone::Muted),
                Span::new(format!("{h:<hard$}  "), Tone::Number),
                Span::new(bar(*share), Tone::Bar(health)),
                Span::new("  ", Tone::Text),
                Span::new(percent(*share), Tone::State(health)),
            ],
        ));
    }
    lines
}

/// A bar of [`BAR`] columns; what is used at all has one at least.
fn bar(share: Share) -> String {
    let Share::Part(share) = share else { return ".".repeat(usize::try_from(BAR).unwrap_or(0)) };
    let share = share.clamp(0, FULL);
    let full = if share == 0 { 0 } else { (share * BAR / FULL).max(1) };
    let columns = |n: i128| usize::try_from(n).unwrap_or(0);
    format!("{}{}", "#".repeat(columns(full)), ".".repeat(columns(BAR - full)))
}

fn percent(share: Share) -> String {
    match share {
        Share::Unread => "cannot be read as quantities".to_owned(),
        Share::Nothing => "nothing may be used, and nothing is".to_owned(),
        Share::Part(BEYOND) => "used, although nothing may be".to_owned(),
        Share::Part(share) => format!("{}%", share / 100),
    }
}
