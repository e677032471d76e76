//! What stands between two tabs: spans of text that a cluster may have any say in.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use crate::sheet::{Span, Tone};
use crate::store::Health;

use super::field::Field;

/// The text of one column of a line, in spans. It holds no tabs and no control characters but line breaks, at which [`super::Writer`] goes on in
/// the same column of the next line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece(pub(super) Vec<Span>);

impl Piece {
    /// A piece of one tone.
    pub fn new(text: &str, tone: Tone) -> Self {
        let tone = match (text, tone) {
            ("<none>" | "<unset>" | "<unknown>" | "<nil>", Tone::Text) => Tone::Muted,
            _ => tone,
        };
        Self(vec![Span::new(safe(text), tone)])
    }

    /// The piece with text of another tone after it.
    #[must_use]
    pub fn and(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// How many columns it takes.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|span| span.text.width()).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|span| span.text.is_empty())
    }

    /// The piece line by line.
    pub(super) fn lines(self) -> Vec<Self> {
        let mut lines = vec![Self::default()];
        for span in self.0 {
            for (n, text) in span.text.split('\n').enumerate() {
                if n > 0 {
                    lines.push(Self::default());
                }
                if let (Some(line), false) = (lines.last_mut(), text.is_empty()) {
                    line.0.push(Span::new(text, span.tone));
                }
            }
        }
        lines
    }
}

/// What the line is about: a name.
pub fn strong<'a>(text: impl Into<Cow<'a, str>>) -> Piece {
    Piece::new(&text.into(), Tone::Strong)
}

/// Words beside what matters.
pub fn muted<'a>(text: impl Into<Cow<'a, str>>) -> Piece {
    Piece::new(&text.into(), Tone::Muted)
}

/// The title of a section.
pub fn heading<'a>(text: impl Into<Cow<'a, str>>) -> Piece {
    Piece::new(&text.into(), Tone::Heading)
}

/// The name of a field.
pub fn label<'a>(text: impl Into<Cow<'a, str>>) -> Piece {
    Piece::new(&text.into(), Tone::Label)
}

/// Text in the colour of a state.
pub fn toned<'a>(text: impl Into<Cow<'a, str>>, health: Health) -> Piece {
    Piece::new(&text.into(), Tone::Health(health))
}

/// A word for a state, in the colour that it usually has.
pub fn state<'a>(text: impl Into<Cow<'a, str>>) -> Piece {
    let text = text.into();
    let health = crate::kinds::health_of_word(&text);
    toned(text, health)
}

/// `True` or `False`, as kubectl writes them in most places.
pub fn truth(value: bool) -> Piece {
    Piece::new(if value { "True" } else { "False" }, Tone::Text)
}

/// Text that may be left out: `otherwise` (`<none>`, `<unset>`) stands for what is empty.
pub fn or<'a>(text: impl Into<Cow<'a, str>>, otherwise: &str) -> Piece {
    let text = text.into();
    if text.is_empty() { muted(otherwise) } else { Piece::from(text) }
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        Self::new(text, Tone::Text)
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Self::new(&text, Tone::Text)
    }
}

impl From<Cow<'_, str>> for Piece {
    fn from(text: Cow<'_, str>) -> Self {
        Self::new(&text, Tone::Text)
    }
}

impl From<i64> for Piece {
    fn from(number: i64) -> Self {
        Self::new(&number.to_string(), Tone::Number)
    }
}

impl From<bool> for Piece {
    fn from(value: bool) -> Self {
        Self::new(if value { "true" } else { "false" }, Tone::Text)
    }
}

impl From<Field<'_>> for Piece {
    fn from(field: Field<'_>) -> Self {
        match field.opt_int() {
            Some(number) => Self::from(number),
            None => Self::from(field.text()),
        }
    }
}

/// Text without what a terminal would act on, written as kubectl writes it where kubectl minds (cli-runtime, `terminal.go`). A tab would begin
/// a column there and take at least two places; here it is just these.
fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() && c != '\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push_str("  "),
            '\x1b' => out.push_str("^["),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}
