//! A jq expression on the page of logs: which lines are asked about, and what is shown of the answers.
//!
//! The lines are evaluated outside, some at a time, those that are on the screen first. A line is shown as it was written until its answer is there; that
//! none of them is shown for which the expression gives nothing holds from the first answer on.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::logs::{Expression, Kind, Made, Missing};

use super::super::{App, Effect, Level, ObjectId};
use super::LogPage;

/// So many answers are kept, those that were given last: for what is on the screen, and around it.
const ANSWERS: usize = 2_000;
/// About so much text is asked about at once, in bytes; at first little, so that something is seen soon.
const FIRST: usize = 16 << 10;
const BATCH: usize = 512 << 10;
/// About so much text is looked through for lines to ask about, in bytes.
const LOOKED: usize = 1 << 20;

/// An expression, and how far its lines are evaluated.
#[derive(Debug)]
pub struct Expressed {
    expression: Arc<Expression>,
    /// The answers that are kept, and in which order they came.
    made: FxHashMap<u64, Made>,
    order: VecDeque<u64>,
    /// Lines on the screen of which nothing is known.
    wanted: BTreeSet<u64>,
    /// Entries from this one on came since, and were not looked at.
    fresh: u64,
    /// What is being evaluated.
    asked: Option<Asked>,
    /// The answers to that, where the lines that they are about must be read from the file again first.
    unkept: Option<Vec<Made>>,
    /// Whether anything was answered.
    begun: bool,
    /// For how many lines it failed, and why at the one answered last.
    failed: (u64, String),
}

/// A question: which lines it is about.
#[derive(Debug)]
struct Asked {
    number: u64,
    about: About,
    lines: Vec<u64>,
}

/// What the answers are for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum About {
    /// Only what is shown of these lines.
    Screen,
    /// Which of these entries are kept: the newest of those that are still to be looked through.
    Left(Range<u64>),
    /// Which of these entries are kept: those that came since.
    Fresh(Range<u64>),
}

impl Expressed {
    fn new(expression: Arc<Expression>, end: u64) -> Self {
        Self {
            expression,
            made: FxHashMap::default(),
            order: VecDeque::new(),
            wanted: BTreeSet::new(),
            fresh: end,
            asked: None,
            unkept: None,
            begun: false,
            failed: (0, String::new()),
        }
    }

    /// The expression.
    pub fn text(&self) -> &str {
        self.expression.text()
    }

    /// Whether anything was answered: until then all lines are shown.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    /// For how many lines it failed, and why at the one answered last.
    pub fn failed(&self) -> Option<(u64, &str)> {
        (self.failed.0 > 0).then_some((self.failed.0, self.failed.1.as_str()))
    }

    fn count(&mut self, made: &Made) {
        if let Made::Failed(why) = made {
            self.failed.0 += 1;
            // It may quote the line.
            self.failed.1 = crate::sheet::printable(why);
        }
    }

    fn remember(&mut self, number: u64, made: Made) {
        self.wanted.remove(&number);
        if self.made.insert(number, made).is_none() {
            self.order.push_back(number);
        }
        while self.order.len() > ANSWERS {
            if let Some(oldest) = self.order.pop_front() {
                self.made.remove(&oldest);
            }
        }
    }
}

impl LogPage {
    /// The expression that lines are evaluated by.
    pub fn expressed(&self) -> Option<&Expressed> {
        self.expressed.as_ref()
    }

    /// Shows what this expression makes of the lines; `None` for the lines.
    pub(in crate::app) fn express(&mut self, expression: Option<Arc<Expression>>) {
        let end = self.range().end;
        self.forgets |= self.expressed.is_some();
        self.expressed = expression.map(|expression| Expressed::new(expression, end));
        self.sift();
    }

    /// The expression, for another page that shows what it has in the same way.
    pub(super) fn expression(&self) -> Option<Arc<Expression>> {
        self.expressed.as_ref().map(|expressed| Arc::clone(&expressed.expression))
    }

    /// What is looked through is looked through anew.
    pub(super) fn express_anew(&mut self) {
        let end = self.range().end;
        if let Some(expressed) = &mut self.expressed {
            // What is being evaluated was asked about for what is not wanted any more.
            expressed.fresh = end;
            if let Some(asked) = &mut expressed.asked {
                asked.about = About::Screen;
            }
        }
    }

    /// What is shown instead of this line; `None` for what was written.
    pub(super) fn instead(&mut self, number: u64) -> Option<Vec<String>> {
        let expressed = self.expressed.as_mut()?;
        match expressed.made.get(&number) {
            Some(Made::Results(results)) if !results.is_empty() => Some(results.clone()),
            Some(_) => None,
            None => {
                expressed.wanted.insert(number);
                None
            }
        }
    }

    /// Whether the expression leaves this line out, as far as that is known.
    pub(super) fn is_left_out(&self, number: u64) -> bool {
        self.expressed.as_ref().is_some_and(|expressed| {
            let made = expressed.made.get(&number);
            made.is_some_and(|made| !expressed.expression.keeps(made))
        })
    }

    /// Whether lines wait to be evaluated, or are being evaluated.
    pub(super) fn is_expressing(&self) -> bool {
        self.expressed.as_ref().is_some_and(|expressed| {
            self.kept.is_unfinished() || expressed.fresh < self.range().end
        })
    }

    /// The lines to ask about next, with the number of the question; `None` where none are, or an answer is still awaited.
    pub(super) fn question(&mut self) -> Option<(u64, Arc<Expression>, Vec<Vec<u8>>)> {
        let end = self.range().end;
        let expressed = self.expressed.as_ref()?;
        if expressed.asked.is_some() {
            return None;
        }
        let (about, lines, texts) = if !expressed.wanted.is_empty() && expressed.begun {
            let wanted = expressed.wanted.iter();
            // Those that are not there any more are wanted again when they are drawn.
            let lines = wanted.filter_map(|number| self.buffer.line(*number));
            let (lines, texts) = lines.map(|line| (line.number, line.text)).unzip();
            (About::Screen, lines, texts)
        } else if expressed.fresh < end && expressed.begun {
            let from = expressed.fresh.max(self.range().start);
            let (until, lines, texts) = self.candidates(from, true)?;
            (About::Fresh(from..until), lines, texts)
        } else if self.kept.is_unfinished() || !expressed.begun {
            let left = self.kept.left();
            let (from, lines, texts) = self.candidates(left.end, false)?;
            (About::Left(from..left.end), lines, texts)
        } else {
            return None;
        };
        let expressed = self.expressed.as_mut()?;
        // What has gone since, or will be evaluated now, is wanted no more.
        expressed.wanted.clear();
        // An answer to another expression is none to this one.
        self.questions += 1;
        let number = self.questions;
        expressed.asked = Some(Asked { number, about, lines });
        Some((number, Arc::clone(&expressed.expression), texts))
    }

    /// The lines that the filter keeps from an entry on, or back from it, as many as are asked about at once: how far that is, their numbers and texts.
    /// `None` where they must be read from the file first.
    fn candidates(&mut self, from: u64, forward: bool) -> Option<(u64, Vec<u64>, Vec<Vec<u8>>)> {
        let begun = self.expressed.as_ref().is_some_and(|expressed| expressed.begun);
        let most = if begun { BATCH } else { FIRST };
        let (all, left) = (self.range(), self.kept.left());
        let end = if forward { all.end } else { left.start };
        let (mut lines, mut texts) = (Vec::new(), Vec::new());
        let (mut bytes, mut looked, mut at) = (0, 0, from);
        'blocks: while at != end && bytes < most && looked < LOOKED {
            let inside = if forward { at } else { at.saturating_sub(1) };
            let (first, entries) = match self.buffer.block(inside) {
                Ok(block) => block,
                Err(Missing::Coming) => {
                    self.buffer.will_want(inside, forward);
                    if at == from {
                        return None;
                    }
                    break;
                }
                Err(Missing::Gone) => {
                    // It cannot be read; or it was let go meanwhile.
                    let gone = self.buffer.bounds(inside);
                    at = match gone {
                        Some(gone) if forward => gone.end.min(end),
                        Some(gone) => gone.start.max(end),
                        None => end,
                    };
                    continue;
                }
            };
            let after = (first + entries.len() as u64).min(if forward { all.end } else { at });
            let before = if forward { at } else { first.max(end) };
            let numbers: Box<dyn Iterator<Item = u64>> =
                if forward { Box::new(before..after) } else { Box::new((before..after).rev()) };
            for number in numbers {
                let place = usize::try_from(number - first).unwrap_or(usize::MAX);
                if let Some((entry, text)) = entries.get(place) {
                    looked += text.len() + 16;
                    if entry.kind == Kind::Line && self.filter.keeps(&entry, text) {
                        bytes += text.len() + 16;
                        lines.push(number);
                        texts.push(text.to_vec());
                    }
                }
                at = if forward { number + 1 } else { number };
                if bytes >= most {
                    break 'blocks;
                }
            }
        }
        Some((at, lines, texts))
    }

    /// An answer: what was made of each line that was asked about, in order.
    pub(super) fn answered(&mut self, number: u64, made: Vec<Made>) {
        let Some(expressed) = &mut self.expressed else { return };
        if expressed.asked.as_ref().is_none_or(|asked| asked.number != number) {
            return;
        }
        let range = expressed.asked.as_ref().and_then(|asked| match &asked.about {
            About::Screen => None,
            About::Left(range) | About::Fresh(range) => Some(range.clone()),
        });
        if range.is_some_and(|range| !self.buffer.has_all(&range)) {
            expressed.unkept = Some(made);
            return;
        }
        let Some(asked) = expressed.asked.take() else { return };
        expressed.begun = true;
        let expression = Arc::clone(&expressed.expression);
        let answers: Vec<(u64, bool)> = asked
            .lines
            .iter()
            .zip(&made)
            .map(|(number, made)| (*number, expression.keeps(made)))
            .collect();
        for (number, made) in asked.lines.into_iter().zip(made) {
            if asked.about != About::Screen {
                expressed.count(&made);
            }
            // What is far above the screen takes no room from what may be on it.
            let far = matches!(asked.about, About::Left(_));
            if !far || expressed.order.len() < ANSWERS / 2 {
                expressed.remember(number, made);
            }
        }
        match asked.about {
            About::Screen => {}
            About::Left(range) => self.keep_of(range, &answers, false),
            About::Fresh(range) => {
                expressed.fresh = range.end;
                self.keep_of(range, &answers, true);
            }
        }
        self.stale = true;
    }

    /// The lines that answers wait for may be there by now.
    pub(super) fn answered_by_now(&mut self) {
        let Some(expressed) = &mut self.expressed else { return };
        let number = expressed.asked.as_ref().map(|asked| asked.number);
        if let (Some(made), Some(number)) = (expressed.unkept.take(), number) {
            self.answered(number, made);
        }
    }

    /// Keeps of these entries those that the expression keeps, and what is no line where the filter keeps it.
    fn keep_of(&mut self, range: Range<u64>, answers: &[(u64, bool)], forward: bool) {
        let answers: FxHashMap<u64, bool> = answers.iter().copied().collect();
        let parts = self.expression().is_none_or(|expression| expression.keeps(&Made::Plain));
        let all = self.range();
        let searching = !self.search.text().is_empty();
        let mut number = if forward { range.start } else { range.end };
        while if forward { number < range.end } else { number > range.start } {
            let here = if forward { number } else { number - 1 };
            number = if forward { number + 1 } else { here };
            let Ok((first, entries)) = self.buffer.block(here) else { continue };
            let place = usize::try_from(here - first).unwrap_or(usize::MAX);
            let Some((entry, text)) = entries.get(place) else { continue };
            let hit = match entry.kind {
                Kind::Line => answers.get(&here).copied().unwrap_or(false),
                // What follows of a line that was too long for one is no JSON, whatever it looks like.
                Kind::More => parts && self.filter.keeps(&entry, text),
                _ => self.filter.keeps(&entry, text),
            };
            if forward {
                self.kept.add(here, (&entry, text), hit);
                if searching {
                    let found = hit && self.search.is_in(&entry, text);
                    self.search.hits.add(here, (&entry, text), found);
                }
            } else if hit {
                self.kept.add_before(here, (&entry, text), all.end);
            }
        }
        if !forward {
            self.kept.looked_back_to(range.start, all.start);
        }
    }

    /// It is not evaluated any more: the lines are shown as they were written.
    pub(super) fn unexpress(&mut self) -> bool {
        let was = self.expressed.is_some();
        if was {
            self.express(None);
        }
        was
    }
}

/// A batch of answers, or why there will be none.
pub type Answers = Result<Vec<Made>, String>;

impl App {
    /// Shows what a jq expression makes of the lines of the logs in view; of an empty one, the lines.
    pub(in crate::app) fn express_logs(&mut self, text: &str) {
        if let Some(logs) = self.logs_mut() {
            logs.express(Expression::new(text).map(Arc::new));
        }
    }

    /// The same, where logs are in view.
    pub(in crate::app) fn express_by_name(&mut self, text: &str) -> Result<(), String> {
        if self.logs().is_none() {
            return Err("only lines of logs are evaluated: open logs first".to_owned());
        }
        self.express_logs(text);
        Ok(())
    }

    /// Asks what expressions make of lines, where any are to be asked about and nothing is asked yet.
    pub(in crate::app) fn ask_expressions(&mut self) {
        let pages =
            self.contexts.values_mut().flat_map(|context| context.views.iter_mut().flatten());
        for page in pages {
            let super::super::Page::Logs(logs) = page else { continue };
            if std::mem::take(&mut logs.forgets) {
                self.effects.push(Effect::ForgetExpression { id: logs.id });
            }
            if let Some((question, expression, lines)) = logs.question() {
                let id = logs.id;
                self.effects.push(Effect::Express { id, question, expression, lines });
            }
        }
    }

    /// What an expression made of lines.
    pub(in crate::app) fn expressed(&mut self, id: ObjectId, question: u64, answers: Answers) {
        let in_view = self.logs().is_some_and(|logs| logs.id == id);
        let pages =
            self.contexts.values_mut().flat_map(|context| context.views.iter_mut().flatten());
        let mut found = pages.filter_map(|page| match page {
            super::super::Page::Logs(logs) if logs.id == id => Some(logs),
            _ => None,
        });
        let Some(logs) = found.next() else { return };
        match answers {
            Ok(made) => logs.answered(question, made),
            Err(why) => {
                let asked = logs.expressed.as_ref().and_then(|expressed| expressed.asked.as_ref());
                if asked.is_none_or(|asked| asked.number != question) {
                    return;
                }
                logs.unexpress();
                self.notify(Level::Warning, format!("jq: {why}; lines are shown as written"));
            }
        }
        self.redraw |= in_view;
    }
}
