//! A form: what an action asks before it changes anything, over the page in view.
//!
//! Above stand the fields, below them what will happen: the sheet of a [`Proposal`], read and written like any other.

mod entry;

pub use entry::Entry;

use crate::access::Request;
use crate::change::edit::Editing;
use crate::change::{Change, Complaint, Confirm, Field, Input, Proposal};
use crate::forward::{Start, Wanted};

use super::SessionId;
use super::action::Action;
use super::edit::Edit;
use super::sheet::{Means, SheetPage};
use super::sure::Asked;

/// What an action asks before it changes anything.
#[derive(Debug)]
pub struct Form {
    /// What will happen.
    pub page: SheetPage,
    /// What is asked, and the answers so far.
    pub entries: Vec<Entry>,
    /// Which entry takes the keys.
    pub focus: usize,
    /// What is wrong with the answers.
    pub complaint: Option<Complaint>,
    /// What must be known beside what will happen.
    pub aside: Option<String>,
    /// Why the server would surely refuse it.
    pub forbidden: Option<String>,
    /// Whether the last entry is a word to type before anything happens.
    pub guarded: bool,
    /// The word that a guardrail wants to be typed.
    pub(super) word: Option<String>,
    /// What is done once it was typed, where that is no change; and the word.
    pub(super) then: Option<(Asked, String)>,
    /// The edit that it belongs to.
    pub(super) edit: Option<Edit>,
    /// The session that is being prepared meanwhile.
    pub(super) session: Option<SessionId>,
    /// What the server will be asked for, as the page said when it was written last.
    pub(super) asks: Vec<Request>,
    /// What the proposal was told last.
    told: Option<Vec<String>>,
}

impl Form {
    /// The form of a proposal of which nothing is known yet.
    pub fn new(page: SheetPage) -> Self {
        Self {
            page,
            entries: Vec::new(),
            focus: 0,
            complaint: None,
            aside: None,
            forbidden: None,
            guarded: false,
            word: None,
            then: None,
            edit: None,
            session: None,
            asks: Vec::new(),
            told: None,
        }
    }

    /// Its title.
    pub fn title(&self) -> String {
        self.page.proposal().map(Proposal::title).unwrap_or_default()
    }

    /// The verb on the key that agrees.
    pub fn verb(&self) -> String {
        self.page.proposal().map(Proposal::verb).unwrap_or_default()
    }

    /// The entry that takes the keys.
    pub fn entry(&self) -> Option<&Entry> {
        self.entries.get(self.focus)
    }

    /// Whether an action does something in it as it is; one of which it knows nothing may.
    pub(super) fn offers(&self, action: Action) -> bool {
        match action {
            Action::NextField | Action::PreviousField => self.entries.len() > 1,
            Action::NextOption | Action::PreviousOption => {
                self.entry().is_some_and(|entry| !matches!(entry.field.input, Input::Text(_)))
            }
            _ => true,
        }
    }

    fn entry_mut(&mut self) -> Option<&mut Entry> {
        self.entries.get_mut(self.focus)
    }

    /// Asks what must be asked by now; what the person touched stays as it is.
    pub(super) fn refresh(&mut self, means: &Means<'_>) {
        // An answer may lead to another question, and that to one more.
        for _ in 0..3 {
            if !self.ask(means) {
                break;
            }
        }
    }

    /// Asks; whether the proposal was told something new by that.
    fn ask(&mut self, means: &Means<'_>) -> bool {
        let asked = self.page.propose(means, |proposal, facts| {
            (proposal.fields(facts), self.confirm(proposal.confirm(facts)))
        });
        let Some((mut fields, confirm)) = asked else {
            return false;
        };
        self.guarded = false;
        if let Confirm::Type(word) = confirm {
            self.guarded = true;
            fields.push(Field::text("to confirm", "", &format!("type {word}")));
        }
        let mut old = std::mem::take(&mut self.entries);
        self.entries = fields
            .into_iter()
            .map(|field| {
                let same = old.iter().position(|e| e.field.label == field.label);
                match same.map(|at| old.swap_remove(at)) {
                    Some(entry) if entry.touched => Entry { field, ..entry },
                    Some(entry) if entry.field == field => entry,
                    _ => Entry::new(field),
                }
            })
            .collect();
        self.focus = self.focus.min(self.entries.len().saturating_sub(1));
        self.tell()
    }

    /// Asks what the server will be asked for.
    pub(super) fn look_ahead(&mut self, means: &Means<'_>) {
        self.asks = self.page.propose(means, |page, facts| page.asks(facts)).unwrap_or_default();
    }

    /// Tells the proposal what is answered by now; whether that is new to it.
    fn tell(&mut self) -> bool {
        let asked = self.entries.len() - usize::from(self.guarded).min(self.entries.len());
        let answers: Vec<String> = self.entries.iter().take(asked).map(Entry::answer).collect();
        if self.told.as_ref() == Some(&answers) {
            return false;
        }
        self.told = Some(answers.clone());
        self.page.answer(answers);
        true
    }

    /// With what the editor is opened when the person agrees, where it is.
    pub(super) fn editing(&self) -> Option<Editing> {
        self.page.proposal()?.editing()
    }

    /// The forward that begins when the person agrees, where one does.
    pub(super) fn forward(&self, means: &Means<'_>) -> Option<(Wanted, Start)> {
        self.page.propose(means, |proposal, facts| proposal.forward(facts))?
    }

    /// What the person agrees to.
    pub(super) fn agreed(&self, means: &Means<'_>) -> Result<Vec<Change>, Complaint> {
        let agreed = self.page.propose(means, |proposal, facts| {
            if let Confirm::Type(word) = self.confirm(proposal.confirm(facts)) {
                let typed = self.entries.last().map(Entry::answer).unwrap_or_default();
                if typed.trim() != word {
                    let at = self.entries.len().saturating_sub(1);
                    return Err(Complaint::of(at, format!("type {word} to confirm")));
                }
            }
            proposal.changes(facts)
        });
        agreed.unwrap_or_else(|| Ok(Vec::new()))
    }

    /// What must be done to agree, given what the proposal itself wants.
    fn confirm(&self, own: Confirm) -> Confirm {
        match (own, &self.word) {
            (Confirm::Key, Some(word)) => Confirm::Type(word.clone()),
            (own, _) => own,
        }
    }

    /// From now on a word must be typed; it is asked for at once.
    pub(super) fn demand(&mut self, word: String, means: &Means<'_>) {
        let complaint = format!("type {word} to confirm");
        self.word = Some(word);
        self.refresh(means);
        let last = self.entries.len().saturating_sub(1);
        self.complain(Complaint::of(last, complaint));
    }

    /// What is wrong stands beside its field, which takes the keys.
    pub(super) fn complain(&mut self, complaint: Complaint) {
        if let Some(field) = complaint.field.filter(|field| *field < self.entries.len()) {
            self.focus = field;
        }
        self.complaint = Some(complaint);
    }

    /// Types text into the entry that takes the keys.
    pub(super) fn insert(&mut self, text: &str) {
        self.complaint = None;
        if let Some(entry) = self.entry_mut() {
            entry.insert(text);
        }
        self.tell();
    }

    /// Performs an action of the form's own; whether it was one.
    pub(super) fn act(&mut self, action: Action, height: usize) -> bool {
        let count = self.entries.len().max(1);
        match action {
            Action::NextField => self.focus = (self.focus + 1) % count,
            Action::PreviousField => self.focus = (self.focus + count - 1) % count,
            Action::PageUp | Action::PageDown => {
                return self.page.act(action, height).unwrap_or(false);
            }
            Action::NextOption | Action::PreviousOption
                if let Some(entry) = self.entry_mut()
                    && !matches!(entry.field.input, Input::Text(_)) =>
            {
                entry.step(action == Action::NextOption);
                self.complaint = None;
                self.tell();
            }
            Action::NextOption => return self.edit(Action::CursorRight),
            Action::PreviousOption => return self.edit(Action::CursorLeft),
            _ => return self.edit(action),
        }
        true
    }

    fn edit(&mut self, action: Action) -> bool {
        let edited = self.entry_mut().is_some_and(|entry| entry.edit(action));
        if edited {
            self.complaint = None;
            self.tell();
        }
        edited
    }
}
