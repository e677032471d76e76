//! Copies to and from containers: they go on whatever is looked at meanwhile.

use crate::files::{Existing, Job, Outcome, RemotePath, Way, size_words};
use crate::store::Str;

use super::action::Action;
use super::files::Through;
use super::picker::{Choice, Item, Picker};
use super::{App, Effect, Level, Over};

/// The short name of a copy between the app and the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CopyId(pub u32);

/// A copy to or from a container.
#[derive(Clone, Debug)]
pub struct Copy {
    /// What it is called.
    pub id: CopyId,
    /// The context's name.
    pub cluster: Str,
    /// What is copied, and how.
    pub job: Job,
    /// How it is.
    pub state: CopyState,
    /// How many bytes were copied.
    pub bytes: u64,
    /// Of how many, once that is known.
    pub of: Option<u64>,
    /// How many files were begun.
    pub files: u64,
    /// What is being copied.
    pub name: String,
    /// Bytes a second of late.
    pub rate: u64,
    /// What is there already, where it waits for an answer about that.
    asks: Option<String>,
    /// What a folder becomes in the container.
    lands: Option<RemotePath>,
}

/// How a copy is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyState {
    /// It goes on.
    Going,
    /// It is over: what it came to.
    Done(Box<Outcome>),
    /// It came to nothing: why.
    Failed(String),
    /// The person stopped it.
    Stopped,
}

/// What is heard of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyNews {
    /// How far it is.
    Far {
        /// How many bytes were copied.
        bytes: u64,
        /// Of how many, once that is known.
        of: Option<u64>,
        /// How many files were begun.
        files: u64,
        /// What is being copied.
        name: String,
        /// Bytes a second since it was told before.
        rate: u64,
    },
    /// This is what a folder becomes in the container.
    Lands(RemotePath),
    /// Something is there already, and it waits to be told what is done with that.
    Exists(String),
    /// It is over.
    Done(Box<Outcome>),
    /// It came to nothing.
    Failed {
        /// Why.
        why: String,
        /// The program that the container does not have, where that is why.
        program: Option<String>,
    },
}

/// How many copies are remembered.
const REMEMBERED: usize = 50;

impl Copy {
    /// Whether it is over, one way or another.
    pub fn is_over(&self) -> bool {
        self.state != CopyState::Going
    }

    /// Whether all of it was copied.
    pub fn is_done(&self) -> bool {
        matches!(&self.state, CopyState::Done(outcome) if outcome.is_whole())
    }

    /// What is there already, where it waits for an answer about that.
    pub fn asks(&self) -> Option<&str> {
        self.asks.as_deref()
    }

    /// What is done, where, in a line.
    pub fn words(&self) -> String {
        let place = self.job.files.words();
        match &self.job.way {
            Way::Down { .. } => format!("{} of {place}", self.job.words()),
            Way::Up { to, .. } => format!("{} to {} in {place}", self.job.words(), to.words()),
        }
    }

    /// How far it is, in a few words: `12 MiB of 1.0 GiB, 8.0 MiB/s`.
    pub fn progress(&self) -> String {
        match &self.state {
            CopyState::Going if let Some(name) = &self.asks => format!("{name} is there already"),
            CopyState::Going => {
                let mut words = size_words(self.bytes);
                if let Some(of) = self.of {
                    words.push_str(&format!(" of {}", size_words(of)));
                }
                if self.rate > 0 {
                    words.push_str(&format!(", {}/s", size_words(self.rate)));
                }
                words
            }
            CopyState::Done(outcome) if outcome.is_whole() => "done".to_owned(),
            CopyState::Done(_) => "done, but not all".to_owned(),
            CopyState::Failed(_) => "not done".to_owned(),
            CopyState::Stopped => "stopped".to_owned(),
        }
    }

    /// How much of it is done, in thousandths; `None` where that is not known.
    pub fn share(&self) -> Option<u16> {
        match (&self.state, self.of) {
            (CopyState::Done(_), _) => Some(1000),
            (_, Some(of)) if of > 0 => {
                let share = u128::from(self.bytes.min(of)) * 1000 / u128::from(of);
                u16::try_from(share).ok()
            }
            _ => None,
        }
    }

    /// The path in the container, for whoever opens its folder.
    fn folder(&self) -> RemotePath {
        match &self.job.way {
            Way::Down { from, .. } => from.parent().unwrap_or_default(),
            Way::Up { to, .. } => to.clone(),
        }
    }
}

impl App {
    /// The copies of this session, the oldest first.
    pub fn copies(&self) -> &[Copy] {
        &self.copies
    }

    /// The copy of this name.
    pub fn copy_of(&self, id: CopyId) -> Option<&Copy> {
        self.copies.iter().find(|copy| copy.id == id)
    }

    /// The copies that go on, the newest first.
    pub fn copying(&self) -> impl Iterator<Item = &Copy> {
        self.copies.iter().rev().filter(|copy| !copy.is_over())
    }

    /// Begins copies in the cluster in view; one alone is shown.
    pub(super) fn start_copies(&mut self, jobs: Vec<Job>) {
        let many = jobs.len();
        for job in jobs {
            let id = CopyId(self.next_copy);
            self.next_copy = self.next_copy.wrapping_add(1);
            let cluster = self.context.clone();
            self.effects.push(Effect::StartCopy { id, cluster: cluster.clone(), job: job.clone() });
            self.copies.push(Copy {
                id,
                cluster,
                job,
                state: CopyState::Going,
                bytes: 0,
                of: None,
                files: 0,
                name: String::new(),
                rate: 0,
                asks: None,
                lands: None,
            });
            if many == 1 {
                self.over.push(Over::Copy(id));
            }
            if self.copies.len() > REMEMBERED
                && let Some(at) = self.copies.iter().position(Copy::is_over)
            {
                self.copies.remove(at);
            }
        }
        if many > 1 {
            self.notify(Level::Info, format!("{many} copies were begun; :copies lists them"));
        }
    }

    /// Something is heard of a copy.
    pub(super) fn copy_news(&mut self, id: CopyId, news: CopyNews) {
        let shown = matches!(self.over.last(), Some(Over::Copy(over)) if *over == id);
        let Some(copy) = self.copies.iter_mut().find(|copy| copy.id == id && !copy.is_over())
        else {
            return;
        };
        self.redraw = true;
        match news {
            CopyNews::Far { bytes, of, files, name, rate } => {
                (copy.bytes, copy.of, copy.files, copy.rate) = (bytes, of, files, rate);
                copy.name = name;
            }
            CopyNews::Exists(name) => copy.asks = Some(name),
            CopyNews::Lands(to) => copy.lands = Some(to),
            CopyNews::Done(outcome) => {
                copy.bytes = outcome.bytes;
                let level = if outcome.is_whole() { Level::Info } else { Level::Warning };
                let words = outcome.words();
                copy.state = CopyState::Done(outcome);
                let job = copy.job.clone();
                self.uploaded(&job);
                // Where it is in view, it says so itself.
                if !shown {
                    self.notify(level, words);
                }
            }
            CopyNews::Failed { why, program } => {
                copy.state = CopyState::Failed(why.clone());
                let (files, folder) = (copy.job.files.clone(), copy.folder());
                let here = copy.cluster == self.context;
                self.permits.doubt(&self.context.clone());
                if program.is_some()
                    && here
                    && files.root.is_empty()
                    && (shown || self.over.is_empty())
                {
                    if shown {
                        self.over.pop();
                    }
                    return self.offer_way_through(&why, Through { place: files.place, folder });
                }
                if !shown {
                    self.notify(Level::Error, why);
                }
            }
        }
    }

    /// Asks what is done with what is there already, once nothing else takes the keys.
    pub(super) fn ask_about_copies(&mut self) {
        let free = matches!(self.over.last(), None | Some(Over::Copy(_)));
        if free && self.asking().is_some() {
            let items = self.existing_items();
            self.over.push(Over::Picker(Picker::new(Choice::Existing, items)));
        }
    }

    /// The copy that asks.
    fn asking(&self) -> Option<&Copy> {
        self.copies.iter().find(|copy| !copy.is_over() && copy.asks.is_some())
    }

    /// What can be answered.
    pub(super) fn existing_items(&self) -> Vec<Item> {
        let about = self.asking().and_then(Copy::asks).unwrap_or_default();
        let item = |(existing, words): (Existing, &str)| {
            let one = matches!(existing, Existing::Keep | Existing::Replace);
            let note = if one { about.to_owned() } else { String::new() };
            Item { name: words.to_owned(), note, ..Item::default() }
        };
        Existing::ALL.into_iter().map(item).collect()
    }

    /// An answer was chosen; none is no.
    pub(super) fn answer_copy(&mut self, words: Option<&str>) {
        let chosen = Existing::ALL.into_iter().find(|(_, known)| Some(*known) == words);
        let existing = chosen.map_or(Existing::Stop, |(existing, _)| existing);
        let Some(id) = self.asking().map(|copy| copy.id) else { return };
        if let Some(copy) = self.copies.iter_mut().find(|copy| copy.id == id) {
            copy.asks = None;
        }
        self.effects.push(Effect::AnswerCopy { id, existing });
    }

    /// Performs an action over a copy; whether it was one of its own.
    pub(super) fn act_in_copy(&mut self, id: CopyId, action: Action) -> bool {
        match action {
            Action::Escape | Action::Back => drop(self.over.pop()),
            Action::Cancel => self.stop_copy(id),
            Action::Retry => self.copy_again(id),
            _ => return false,
        }
        true
    }

    /// Stops a copy.
    pub(super) fn stop_copy(&mut self, id: CopyId) {
        match self.copies.iter_mut().find(|copy| copy.id == id && !copy.is_over()) {
            Some(copy) => {
                copy.state = CopyState::Stopped;
                copy.asks = None;
                self.effects.push(Effect::StopCopy { id });
            }
            None => self.notify(Level::Info, "it does not go on any more"),
        }
    }

    /// Copies again what was not copied; a file goes on where it was, and of a folder what has arrived is not copied again.
    fn copy_again(&mut self, id: CopyId) {
        let Some(copy) = self.copy_of(id) else { return };
        match copy.state {
            CopyState::Going => self.notify(Level::Info, "it still goes on"),
            _ if copy.cluster != self.context => {
                let why = format!("it was begun in {}: go there first", copy.cluster);
                self.notify(Level::Warning, why);
            }
            _ => {
                let begun = copy.lands.clone().or_else(|| copy.job.begun.clone());
                let job = Job { begun, again: true, ..copy.job.clone() };
                self.over.pop();
                self.start_copies(vec![job]);
            }
        }
    }

    /// Chooses one of the copies of this session.
    pub(super) fn choose_copy(&mut self) {
        if self.copies.is_empty() {
            return self.notify(Level::Info, "nothing was copied in this session");
        }
        self.open_picker(Choice::Copies);
    }

    /// The copies of this session, the newest first.
    pub(super) fn copy_items(&self) -> Vec<Item> {
        let item = |copy: &Copy| Item {
            name: format!("{} {}", copy.id.0 + 1, copy.words()),
            note: copy.progress(),
            current: !copy.is_over(),
            ..Item::default()
        };
        self.copies.iter().rev().map(item).collect()
    }

    /// Opens the copy that was chosen by its item.
    pub(super) fn open_copy(&mut self, item: &str) {
        let number = item.split(' ').next().and_then(|number| number.parse::<u32>().ok());
        let id = number.and_then(|number| number.checked_sub(1)).map(CopyId);
        if let Some(id) = id.filter(|id| self.copy_of(*id).is_some()) {
            self.over.push(Over::Copy(id));
        }
    }
}
