//! The built-in editor: another way to write a draft's text. What becomes of the text afterwards is the same as of any other editor's.

mod act;
mod find;
mod flow;
mod replace;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::change::edit::{Aim, Draft};
use crate::editor::{
    At, Buffer, Help, Pos, Problem, Schemas, Step, Suggestion, help, place, suggestions,
};

use super::EditId;
use super::reader::Search;

/// How many columns stay in sight beside the cursor.
const MARGIN: usize = 4;

/// What lines of kx's own begin with.
const NOTE: &str = "# kx:";

/// What could be written at the cursor.
#[derive(Clone, Debug)]
pub struct Offered {
    /// Each, what fits best first.
    pub all: Vec<Suggestion>,
    /// Which would be taken.
    pub chosen: usize,
    /// Whether the person chose it, so that enter takes it.
    pub picked: bool,
    /// Where in the cursor's line it would stand, in bytes.
    pub from: usize,
    to: usize,
}

/// The built-in editor.
#[derive(Debug)]
pub struct Editor {
    pub(super) id: EditId,
    /// The draft that is written.
    pub draft: Arc<Draft>,
    /// Its text.
    pub buffer: Buffer,
    /// What is wrong with it, from the first line to the last, as far as that is known by now.
    pub problems: Vec<Problem>,
    /// What could be written at the cursor, while that is offered.
    pub offered: Option<Offered>,
    /// What is known of the field at the cursor, or of what is chosen.
    pub help: Option<Help>,
    /// Whether that is shown.
    pub helps: bool,
    /// What is searched for.
    pub search: Search,
    /// The first line shown.
    pub first: usize,
    /// How many columns are scrolled off.
    pub left: usize,
    /// Why the schemas of an apiVersion of the text are not known.
    pub without: Option<String>,
    /// How it read when it was opened.
    opened: Arc<str>,
    /// Whether nobody had changed the draft before.
    fresh: bool,
    /// Which version of the text the draft's file has, and since when.
    kept: u64,
    kept_at: i64,
    /// Which version was looked at, or is; `None` where schemas came since.
    looked: Option<u64>,
    /// Whether an answer is waited for.
    looking: bool,
    schemas: Schemas,
    /// The apiVersions whose schemas were asked for.
    asked: BTreeSet<String>,
    /// The apiVersions and kinds that the cluster serves.
    kinds: Vec<(String, String)>,
    /// What was copied or cut last.
    copied: String,
    /// What matches were replaced by last.
    replacement: String,
    /// How many were replaced since that was asked.
    replaced: usize,
    /// Whether the search that is typed is for what is to be replaced.
    replaces: bool,
    /// Where the cursor was when a search or a line's number began to be typed.
    origin: Pos,
    /// Whether the cursor is to be kept in sight; not after the wheel.
    follows: bool,
    /// Whether a word is being typed: the last that was done was a letter.
    types: bool,
}

impl Editor {
    /// Opens a draft's text.
    pub(super) fn new(
        id: EditId,
        draft: Arc<Draft>,
        text: &str,
        kinds: Vec<(String, String)>,
    ) -> Self {
        let mut buffer = Buffer::new(text);
        // kx's own lines stand at the top; the person's begin below.
        let begin = buffer.lines().iter().take_while(|line| line.starts_with(NOTE)).count();
        buffer.go(Pos::new(begin, 0), false);
        Self {
            id,
            draft,
            problems: Vec::new(),
            offered: None,
            help: None,
            helps: true,
            search: Search::default(),
            first: 0,
            left: 0,
            without: None,
            opened: buffer.text().into(),
            fresh: false,
            kept: buffer.version(),
            kept_at: i64::MIN,
            looked: None,
            looking: false,
            schemas: Schemas::new(),
            asked: BTreeSet::new(),
            kinds,
            copied: String::new(),
            replacement: String::new(),
            replaced: 0,
            replaces: false,
            origin: Pos::default(),
            follows: true,
            types: false,
            buffer,
        }
    }

    /// Whether the text is another than when it was opened.
    pub fn is_changed(&self) -> bool {
        !self.buffer.reads(&self.opened)
    }

    /// Whether the text is this, as far as a person wrote it: notes of kx's own that are gone from it make no other text.
    fn reads_besides_notes(&self, text: &str) -> bool {
        let lines = self.buffer.lines();
        let own = lines.iter().take_while(|line| line.starts_with(NOTE)).count();
        text == self.buffer.text() || text == lines.get(own..).unwrap_or_default().join("\n")
    }

    /// What is wrong with a line.
    pub fn problems_of(&self, line: usize) -> &[Problem] {
        let start = self.problems.partition_point(|problem| problem.line < line);
        let end = self.problems.partition_point(|problem| problem.line <= line);
        self.problems.get(start..end).unwrap_or_default()
    }

    /// How many lines of the screen a line takes: its own, and one for each problem that is told below it.
    pub fn rows(&self, line: usize) -> usize {
        1 + self.told(line).count()
    }

    /// The problems that are told below a line. Below that of the cursor they wait while something is offered there.
    pub fn told(&self, line: usize) -> impl Iterator<Item = &Problem> {
        let hidden = self.offered.is_some() && line == self.buffer.cursor().line;
        self.problems_of(line).iter().filter(move |_| !hidden)
    }

    /// Keeps the cursor in sight on a screen of this size.
    pub(super) fn settle(&mut self, (width, height): (usize, usize)) {
        let last = self.buffer.lines().len() - 1;
        self.first = self.first.min(last);
        if !self.follows {
            return;
        }
        let line = self.buffer.cursor().line;
        self.first = self.first.min(line).max((line + 1).saturating_sub(height.max(1)));
        let rows = |first: usize| (first..=line).map(|l| self.rows(l)).sum::<usize>();
        let mut taken = rows(self.first);
        while taken > height && self.first < line {
            taken -= self.rows(self.first);
            self.first += 1;
        }
        let column = self.buffer.column();
        let room = width.saturating_sub(1).max(1);
        let margin = MARGIN.min(room / 3);
        if column < self.left + margin {
            self.left = column.saturating_sub(margin);
        } else if column + margin > self.left + room {
            self.left = column + margin - room;
        }
        if column + margin <= room {
            self.left = 0;
        }
    }

    /// Scrolls; the cursor stays where it is.
    pub(super) fn scroll(&mut self, lines: isize) {
        let last = self.buffer.lines().len() - 1;
        self.first = self.first.saturating_add_signed(lines).min(last);
        self.follows = false;
    }

    /// Something was done: what is known by line follows the lines.
    fn touched(&mut self) {
        self.follows = true;
        self.types = false;
        for replaced in self.buffer.take_replaced() {
            let end = replaced.line + replaced.were;
            for problem in &mut self.problems {
                if problem.line > end {
                    problem.line = problem.line - replaced.were + replaced.are;
                } else if problem.line > replaced.line {
                    problem.line = replaced.line;
                }
            }
        }
    }

    /// Finds out what is known of where the cursor stands. With `offer`, what could be written there is offered.
    fn look(&mut self, offer: bool) {
        let place = place(self.buffer.lines(), self.buffer.cursor());
        self.offered = None;
        if offer && self.buffer.selection().is_none() {
            let all = suggestions(&place, &self.schemas, &self.kinds);
            let (At::Field { from, to, .. } | At::Value { from, to, .. }) = place.at else {
                return;
            };
            if !all.is_empty() {
                self.offered = Some(Offered { all, chosen: 0, picked: false, from, to });
            }
        }
        self.help = match &self.offered {
            Some(offered) => offered.all.first().map(|suggestion| suggestion.help.clone()),
            None => help(&place, &self.schemas),
        };
    }

    /// Whether what is typed just now leads to an offer: a word has begun, or a value is to come that can be chosen.
    fn leads_to_offer(&self) -> bool {
        let place = place(self.buffer.lines(), self.buffer.cursor());
        match &place.at {
            At::Field { typed, colon, .. } => !typed.is_empty() && !colon,
            At::Value { typed, .. } => {
                let named = matches!(place.path.as_slice(), [Step::Field(name)] if name == "apiVersion" || name == "kind");
                !typed.is_empty() || !named
            }
            At::Elsewhere => false,
        }
    }

    /// Chooses another of what is offered.
    fn choose(&mut self, down: bool) {
        let Some(offered) = &mut self.offered else { return };
        let count = offered.all.len().max(1);
        offered.chosen = (offered.chosen + if down { 1 } else { count - 1 }) % count;
        offered.picked = true;
        self.help = offered.all.get(offered.chosen).map(|suggestion| suggestion.help.clone());
    }

    /// Writes what is chosen.
    fn take(&mut self) {
        let Some(offered) = self.offered.take() else { return };
        let Some(suggestion) = offered.all.get(offered.chosen) else { return };
        let line = self.buffer.cursor().line;
        let blanks = format!("\n{}", " ".repeat(offered.from));
        let text = suggestion.text.replace('\n', &blanks);
        let (start, end) = (Pos::new(line, offered.from), Pos::new(line, offered.to));
        self.buffer.begin_step();
        self.buffer.replace(start, end, &text);
        let cursor = self.buffer.cursor();
        self.buffer.end_step(cursor, None);
        // What can be chosen next is offered at once.
        let more = suggestion.text.ends_with(": ");
        self.look(more);
    }

    /// Whether objects must be whole: what is applied may be a part.
    fn is_whole(&self) -> bool {
        self.draft.aim != Aim::Apply
    }
}
