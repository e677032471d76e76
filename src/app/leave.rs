//! Leaving while changes are under way, and opening the list of a run again.

use super::action::Action;
use super::picker::{Choice, Item};
use super::{App, CopyId, Forward, Level, Over, Run, RunId};
use crate::forward::Start;

impl App {
    /// Leaves; while changes are under way it asks first, and leaves when it is asked again.
    pub(super) fn quit(&mut self) {
        let asked = self.quitting || matches!(self.over.last(), Some(Over::Leave));
        // What kx cleans up after itself is waited for without asking.
        let busy = self.panes.going_on() > 0
            || self.copying().next().is_some()
            || self.forwarding().next().is_some();
        let still = !busy && self.under_way().all(|run| self.cleans_up(run));
        if asked || still {
            self.leave();
        } else {
            self.over.push(Over::Leave);
        }
    }

    /// The runs that are not over, the newest first.
    pub fn under_way(&self) -> impl Iterator<Item = &Run> {
        self.runs().iter().rev().filter(|run| !run.is_over())
    }

    /// The port forwards that leaving would end for somebody: those that run, but for what starts by itself the next time and has nothing
    /// going through it.
    pub fn forwarding(&self) -> impl Iterator<Item = &Forward> {
        self.forwards().iter().filter(|forward| {
            forward.status.is_on() && (forward.start != Start::Itself || forward.counts.open > 0)
        })
    }

    /// Performs an action over the question whether to leave; whether it was one of its own.
    pub(super) fn act_in_leave(&mut self, action: Action) -> bool {
        match action {
            Action::Escape | Action::Back => drop(self.over.pop()),
            Action::Cancel => {
                let ids: Vec<RunId> = self.under_way().map(|run| run.id).collect();
                for id in ids {
                    self.stop_run(id);
                }
                let ids: Vec<CopyId> = self.copying().map(|copy| copy.id).collect();
                for id in ids {
                    self.stop_copy(id);
                }
            }
            Action::Retry => {}
            _ => return false,
        }
        true
    }

    /// Whether an action does something over the list of a run, or the question whether to leave.
    pub(super) fn run_offers(&self, action: Action) -> bool {
        match (self.over.last(), action) {
            (Some(Over::Run(id)), Action::Retry) => self.run(*id).is_some_and(|run| {
                run.is_over() && !run.is_row_of_steps() && run.failed().next().is_some()
            }),
            (Some(Over::Run(id)), Action::Cancel) => self.run(*id).is_some_and(|r| !r.is_over()),
            (Some(Over::Copy(id)), Action::Retry) => {
                self.copy_of(*id).is_some_and(|copy| copy.is_over() && !copy.is_done())
            }
            (Some(Over::Copy(id)), Action::Cancel) => {
                self.copy_of(*id).is_some_and(|copy| !copy.is_over())
            }
            (Some(Over::Run(_) | Over::Copy(_)), Action::Quit)
            | (Some(Over::Leave), Action::Retry) => false,
            (Some(Over::Leave), Action::Cancel) => {
                self.under_way().next().is_some() || self.copying().next().is_some()
            }
            _ => true,
        }
    }

    /// Chooses one of the runs of this session.
    pub(super) fn choose_run(&mut self) {
        if self.runs().is_empty() {
            let text = "nothing was changed in this session; :journal lists what was before";
            return self.notify(Level::Info, text);
        }
        self.open_picker(Choice::Runs);
    }

    /// The runs of this session, the newest first.
    pub(super) fn run_items(&self) -> Vec<Item> {
        let item = |run: &Run| Item {
            name: format!("{} {}", run.id.0 + 1, run.words()),
            note: run.progress(),
            favourite: false,
            recent: false,
            current: !run.is_over(),
        };
        self.runs().iter().rev().map(item).collect()
    }

    /// Opens the list of the run that was chosen by its item.
    pub(super) fn open_run(&mut self, item: &str) {
        let number = item.split(' ').next().and_then(|number| number.parse::<u32>().ok());
        let id = number.and_then(|number| number.checked_sub(1)).map(RunId);
        if let Some(id) = id.filter(|id| self.run(*id).is_some()) {
            self.over.push(Over::Run(id));
        }
    }
}
