//! Lines of a written page.

use crate::store::{Health, Str};

/// What a written page says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its lines, from top to bottom.
    pub lines: Vec<Line>,
    /// In how many seconds some of its text changes by the passing of time alone; `None` where it does not.
    pub changes_in: Option<i64>,
}

/// A line of a written page. What follows with a deeper indent belongs to it and is folded away with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// How many columns it stands in from the left; these are not in the spans.
    pub indent: u16,
    /// Its text, in pieces.
    pub spans: Vec<Span>,
    /// What enter leads to.
    pub go: Option<Go>,
    /// Whether what belongs to it is folded away until somebody opens it.
    pub folded: bool,
    /// What is copied from it, where that is not its text.
    pub copy: Option<Str>,
}

/// A piece of text of one tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text, without line breaks.
    pub text: String,
    /// What it means.
    pub tone: Tone,
}

/// What a piece of text means; a theme says how that looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Text,
    /// The name of a field.
    Label,
    /// The title of a section, the headings of a table.
    Heading,
    /// What the line is about.
    Strong,
    /// Words beside what matters.
    Muted,
    /// Rules and tree lines.
    Faint,
    /// A figure.
    Number,
    /// A state: its glyph is drawn before the text by whoever draws it.
    State(Health),
    /// The colour of a state, without its glyph.
    Health(Health),
    /// A bar: `#` for what is used and `.` for what is free, in the colour of this state. Whoever draws it may have better signs.
    Bar(Health),
    /// A line that is only in the newer of two.
    Added,
    /// A line that is only in the older of two.
    Removed,
}

/// Where a line leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Go {
    /// What this command line does: `pods shop -l app=web /status=Pending`.
    Command(String),
    /// An object's own page.
    Object {
        /// Its API group, empty for the core group.
        group: Str,
        /// Its resource: a plural, or a Kind.
        resource: Str,
        /// Its namespace, empty where it is cluster-scoped.
        namespace: Str,
        /// Its name.
        name: Str,
    },
    /// The entry of the journal of this id.
    Entry(Str),
    /// The port forward of this number: what listens there is opened in the browser.
    Forward(u32),
}

/// Text without what a terminal would take for more than text.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str("    "),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

impl Line {
    /// A line of these pieces.
    pub fn new(indent: u16, spans: impl IntoIterator<Item = Span>) -> Self {
        Self { indent, spans: spans.into_iter().collect(), ..Self::default() }
    }

    /// The line that leads somewhere.
    #[must_use]
    pub fn go(mut self, go: Go) -> Self {
        self.go = Some(go);
        self
    }

    /// Its text as it is copied, with its indent and without glyphs.
    pub fn text(&self) -> String {
        let spans = self.spans.iter().map(|span| span.text.as_str());
        let indent = " ".repeat(usize::from(self.indent));
        std::iter::once(indent.as_str()).chain(spans).collect::<String>().trim_end().to_owned()
    }
}

impl Span {
    /// A piece of text.
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }
}

impl Sheet {
    /// All its text, as it is copied.
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| line.text() + "\n").collect()
    }
}
