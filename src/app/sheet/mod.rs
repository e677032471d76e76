//! The page of a written sheet: a describe, and whatever else is written from what is read.
//!
//! Its [`Subject`] says what must be known; that is read while the page is on the stack in view, and the sheet is written anew when an answer
//! changes. A page that is left keeps its lines, and asks for everything anew when it comes back into view.

mod feeds;
mod follow;
mod hear;
mod lines;

use std::collections::HashMap;
use std::sync::Arc;

use crate::change::Proposal;
use crate::kinds::Resource;
use crate::sheet::{Answer, Facts, Go, Sheet, Subject, Want};

use super::action::Action;
use super::reader::Reader;

pub(super) use feeds::Means;
use feeds::{Feed, Feeds, Way};

/// How often the wants are asked for again because an answer to one of them is known at once.
const ROUNDS: usize = 4;

/// The page of a written sheet.
#[derive(Debug)]
pub struct SheetPage {
    /// The object that it is about, where it is about one.
    pub about: Option<About>,
    /// Its text, and where the person is in it.
    pub reader: Reader,
    subject: Box<dyn Subject>,
    answers: HashMap<Want, Answer>,
    feeds: Feeds,
    sheet: Sheet,
    /// Whether the subject must be asked what it wants.
    asks: bool,
    /// Whether something is known that is not written yet.
    news: bool,
    /// Whether everything was known when it was last written: from then on, what differs is a change.
    whole: bool,
    /// When the sheet must be written anew because time passes.
    stale_at: Option<i64>,
    /// When rows that changed are to be written, and when they last were: of many rows some always change.
    rows_due: Option<i64>,
    rows_at: i64,
    /// Whether the cursor is to be put on the first line that leads somewhere, once there is one.
    seeks: bool,
    /// Whether the object that the page is about was deleted; it is shown as it was last.
    deleted: bool,
}

/// An object that a page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its resource.
    pub resource: Arc<Resource>,
    /// Its namespace, empty where it is cluster-scoped.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// How much is known of what a sheet wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetState {
    /// Something is still being read.
    Loading,
    /// What is written is what the server has.
    Live,
    /// The object that it is about was deleted.
    Deleted,
    /// Something cannot be read any more: since when, and why.
    Stale(i64, String),
    /// It cannot be written: why.
    Failed(String),
}

impl SheetPage {
    /// The page of a subject of which nothing is known yet.
    pub fn new(subject: Box<dyn Subject>, about: Option<About>) -> Self {
        Self {
            about,
            reader: Reader::default(),
            seeks: subject.is_list(),
            subject,
            answers: HashMap::new(),
            feeds: Feeds::default(),
            sheet: Sheet::default(),
            asks: true,
            news: true,
            whole: false,
            stale_at: None,
            rows_due: None,
            rows_at: i64::MIN,
            deleted: false,
        }
    }

    /// What is written; its lines are those of the reader.
    pub fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// The words of the way here.
    pub fn crumbs(&self) -> Vec<String> {
        self.subject.crumbs()
    }

    /// The release of Helm that it is about, where it is about one.
    pub(super) fn release(&self) -> Option<&crate::helm::About> {
        self.subject.release()
    }

    /// Whether it shows what it otherwise hides; `None` where it hides nothing.
    pub fn revealed(&self) -> Option<bool> {
        self.subject.revealed()
    }

    /// Shows what it otherwise hides, or hides it again.
    pub(super) fn reveal(&mut self, reveal: bool) {
        self.subject.reveal(reveal);
        self.news = true;
    }

    /// Where the line under the cursor leads.
    pub fn go(&self) -> Option<&Go> {
        self.sheet.lines.get(self.reader.here())?.go.as_ref()
    }

    /// The entry of the journal that the line under the cursor leads to, or the page is about.
    pub fn entry(&self) -> Option<&str> {
        match self.go() {
            Some(Go::Entry(id)) => Some(id),
            _ => self.subject.entry(),
        }
    }

    /// The number of the port forward that the line under the cursor is of.
    pub fn forward(&self) -> Option<u32> {
        match self.go()? {
            Go::Forward(id) => Some(*id),
            _ => None,
        }
    }

    /// What the line under the cursor has to be copied, where that is not its text.
    pub fn copy(&self) -> Option<&str> {
        self.sheet.lines.get(self.reader.here())?.copy.as_deref()
    }

    /// When it must be looked at again because time passes.
    pub(super) fn next_wake(&self, now: i64) -> Option<i64> {
        [self.stale_at, self.rows_due, self.reader.next_wake(now)].into_iter().flatten().min()
    }

    /// Performs an action that is about this page alone; whether it was one.
    pub(super) fn act(&mut self, action: Action, height: usize) -> Result<bool, String> {
        match action {
            // As in YAML, where a line leads nowhere.
            Action::DrillDown if self.go().is_none() => self.reader.act(Action::Fold, height),
            _ => self.reader.act(action, height),
        }
    }

    /// What it proposes to change, where it does.
    pub fn proposal(&self) -> Option<&dyn Proposal> {
        self.subject.proposal()
    }

    /// Asks its proposal something; `None` where it has none.
    pub(super) fn propose<T>(
        &self,
        means: &Means<'_>,
        then: impl FnOnce(&dyn Proposal, &Facts<'_>) -> T,
    ) -> Option<T> {
        self.with_facts(means, |subject, facts| Some(then(subject.proposal()?, facts)))
    }

    /// Answers its proposal; it is written anew.
    pub(super) fn answer(&mut self, answers: Vec<String>) {
        if let Some(proposal) = self.subject.proposal_mut() {
            proposal.answer(answers);
            self.asks = true;
            self.news = true;
        }
    }

    fn with_facts<T>(
        &self,
        means: &Means<'_>,
        then: impl FnOnce(&dyn Subject, &Facts<'_>) -> T,
    ) -> T {
        let rows = |want: &Want| self.feeds.rows(want, means.store);
        let facts = Facts::new(&self.answers, &rows, means.catalog, means.now);
        then(&*self.subject, &facts)
    }

    /// Reads what is wanted by now, and lets go of the rest.
    pub(super) fn read(&mut self, means: &mut Means<'_>) {
        self.look_at_rows(means);
        if !means.connected {
            // With the connection went whatever was read over it.
            let lost =
                |want: &Want, feed: &Feed| matches!(feed.way, Way::Read(_)) && !want.is_local();
            self.asks |= self.feeds.let_go_of(lost, means);
            let wants = self.with_facts(means, |subject, facts| subject.wants(facts));
            if !wants.iter().all(Want::is_local) {
                return;
            }
        }
        for _ in 0..ROUNDS {
            if !std::mem::take(&mut self.asks) {
                break;
            }
            let mut wants = Vec::new();
            for want in self.with_facts(means, |subject, facts| subject.wants(facts)) {
                if !wants.contains(&want) {
                    wants.push(want);
                }
            }
            self.asks = self.feeds.want(wants, &mut self.answers, means);
            self.news |= self.asks;
            self.turn_out(means);
            // Rows that another page watches are there already, and nobody would tell of them.
            self.look_at_rows(means);
        }
        self.asks = false;
    }

    /// What the page is about may only turn out by what is read.
    fn turn_out(&mut self, means: &Means<'_>) {
        let Some(Want::Object { group, resource, namespace, name }) = self.subject.about() else {
            return;
        };
        if let Some(resource) = means.catalog.named(&group, &resource) {
            self.about = Some(About { resource, namespace, name });
        }
    }

    /// Writes the sheet anew where that is due; whether it differs.
    pub(super) fn write(&mut self, means: &Means<'_>) -> bool {
        let late = self.stale_at.is_some_and(|at| at <= means.now);
        let news = std::mem::take(&mut self.news);
        if !news && !late {
            return false;
        }
        let sheet = self.with_facts(means, |subject, facts| subject.sheet(facts));
        self.stale_at = sheet.changes_in.map(|seconds| means.now.saturating_add(seconds.max(1)));
        let marked = (news && self.whole).then_some(means.now);
        self.whole = self.is_whole();
        if sheet == self.sheet {
            return false;
        }
        self.reader.write(lines::lines(&sheet), marked);
        if self.seeks
            && let Some(at) = sheet.lines.iter().position(|line| line.go.is_some())
        {
            self.seeks = false;
            self.reader.go_to_line(at);
        }
        self.sheet = sheet;
        true
    }

    /// Lets go of all that is read for it; what is written stays.
    pub(super) fn leave(&mut self, means: &mut Means<'_>) {
        self.feeds.let_go_of(|_, _| true, means);
        self.asks = true;
        self.whole = false;
        self.rows_due = None;
    }

    /// Asks again for what failed and for what is only told when it is asked for; whether there was any of it.
    pub(super) fn ask_again(&mut self, means: &mut Means<'_>) -> bool {
        let answers = &self.answers;
        let deleted = self.feeds.first.clone().filter(|_| self.deleted);
        let again = self.feeds.let_go_of(
            |want, feed| {
                let once = want.is_local()
                    || matches!(
                        want,
                        Want::Text { .. }
                            | Want::Lines { .. }
                            | Want::Review { .. }
                            | Want::File { .. }
                    );
                let lost = matches!(
                    answers.get(want),
                    Some(Answer::Failed(_) | Answer::Absent | Answer::Object(None))
                );
                once || lost || feed.trouble.is_some() || Some(want) == deleted.as_ref()
            },
            means,
        );
        self.asks |= again;
        again
    }
}
