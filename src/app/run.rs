//! Changes under way, and what became of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::change::edit::Draft;
use crate::change::{Change, Method, Outcome, Report, Turn, together};
use crate::store::Str;

use super::action::Action;
use super::browse::moved;
use super::{App, Effect, Level, Over};

/// The short name of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub u32);

/// Changes that were agreed to together.
#[derive(Debug)]
pub struct Run {
    /// What it is called.
    pub id: RunId,
    /// The context's name.
    pub cluster: Str,
    /// What is done, `restart`.
    pub verb: String,
    /// The changes, in the order in which they stood.
    pub changes: Vec<Change>,
    /// What became of each by now.
    pub reports: Vec<Option<Report>>,
    /// What each waits for by now; empty where it is not known to wait.
    pub waits: Vec<String>,
    /// Which of its own changes were taken back.
    pub undone: BTreeSet<usize>,
    /// The draft that its changes were edited in.
    pub draft: Option<Arc<Draft>>,
    /// How many of its changes stand above what is in view of its list.
    pub first: usize,
}

/// How many runs are remembered.
const REMEMBERED: usize = 50;

impl Run {
    /// How many of its changes are over.
    pub fn over(&self) -> usize {
        self.reports.iter().flatten().count()
    }

    /// Those that were not done, or perhaps not.
    pub fn failed(&self) -> impl Iterator<Item = &Report> {
        let bad =
            |report: &&Report| matches!(report.outcome, Outcome::Failed(_) | Outcome::Unknown(_));
        self.reports.iter().flatten().filter(bad)
    }

    /// What is to be tried again: what was not done, each after what it follows, which finds out anew what else there is to do.
    fn again(&self) -> Vec<Change> {
        let bad =
            |report: &Report| matches!(report.outcome, Outcome::Failed(_) | Outcome::Unknown(_));
        let leader = |change: &Change| {
            let target = change.deed.follows()?;
            self.changes.iter().position(|other| other.target == *target)
        };
        let failed = self.reports.iter().enumerate().filter_map(|(at, report)| {
            report.as_ref().filter(|report| bad(report)).map(|report| (at, report.change.clone()))
        });
        let mut again: BTreeMap<usize, Change> = failed.collect();
        let leaders: Vec<usize> = again.values().filter_map(leader).collect();
        for at in leaders {
            again.entry(at).or_insert_with(|| self.changes[at].clone());
        }
        again.into_values().collect()
    }

    /// How many of the changes that follow this one are over, and how many there are.
    pub fn led(&self, number: usize) -> (usize, usize) {
        let Some(leader) = self.changes.get(number) else { return (0, 0) };
        let led = |change: &Change| change.deed.follows() == Some(&leader.target);
        let led = self.changes.iter().zip(&self.reports).filter(|(change, _)| led(change));
        led.fold((0, 0), |(over, all), (_, report)| (over + usize::from(report.is_some()), all + 1))
    }

    /// Whether its changes are steps, each done in its turn.
    pub fn is_row_of_steps(&self) -> bool {
        self.changes.iter().any(|change| change.deed.turn() != Turn::Free)
    }

    /// Whether all is over.
    pub fn is_over(&self) -> bool {
        self.over() == self.changes.len()
    }

    /// Its changes that were not taken back yet, the newest first; some cannot be.
    pub(super) fn left(&self) -> impl Iterator<Item = &Report> {
        self.reports.iter().enumerate().rev().filter_map(|(number, report)| {
            // What was evicted comes back by itself, or not at all.
            let report = report.as_ref().filter(|report| {
                report.outcome == Outcome::Done
                    && report.method != Some(Method::Evict)
                    && report.change.deed.takes_back().is_none()
                    // Steps are taken back together.
                    && (self.undone.is_empty() || report.change.deed.taken_back("").is_none())
            });
            report.filter(|_| !self.undone.contains(&number))
        })
    }

    /// Whether it was one change by which the pods of a workload are being replaced.
    fn rolls_out(&self) -> bool {
        let [Some(report)] = self.reports.as_slice() else { return false };
        report.outcome == Outcome::Done
            && report.change.deed.rolls_out()
            && super::asks::refuses_rollout(&report.change.target.resource).is_none()
    }

    /// The command line of the page on which one follows what becomes of what it did, where all of it is done.
    fn follow(&self) -> Option<String> {
        if !self.is_over() || self.failed().next().is_some() {
            return None;
        }
        let mut lines = self.changes.iter().filter_map(|change| change.deed.follow());
        // Of several there is no one page.
        lines.next().filter(|_| lines.next().is_none())
    }

    /// How far it is, in a few words.
    pub fn progress(&self) -> String {
        let (all, over, failed) = (self.changes.len(), self.over(), self.failed().count());
        match (self.is_over(), failed) {
            (false, 0) => format!("{over} of {all}"),
            (false, _) => format!("{over} of {all}, {failed} not done"),
            (true, 0) if all == 1 => "done".to_owned(),
            (true, 1) if all == 1 => "not done".to_owned(),
            (true, 0) => format!("all {all} done"),
            (true, _) => format!("{} done, {failed} not", all - failed),
        }
    }

    /// What is done to what, in a line.
    pub fn words(&self) -> String {
        match self.changes.as_slice() {
            [change] => change.words(),
            all => {
                let targets: Vec<_> = all.iter().map(|change| change.target.clone()).collect();
                format!("{}: {}", self.verb, together(&targets))
            }
        }
    }

    fn summary(&self) -> (Level, String) {
        if let [Some(report)] = self.reports.as_slice() {
            let level = match report.outcome {
                Outcome::Done | Outcome::Already => Level::Info,
                Outcome::Failed(_) | Outcome::Unknown(_) => Level::Error,
            };
            return (level, report.words());
        }
        let failed = self.failed().count();
        let done = self.over() - failed;
        match failed {
            0 => (Level::Info, format!("{}: all {done} done", self.verb)),
            _ => (Level::Error, format!("{}: {done} done, {failed} not", self.verb)),
        }
    }
}

impl App {
    /// The runs of this session, the oldest first.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The run of this name.
    pub fn run(&self, id: RunId) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }

    /// Has changes carried out. Several are listed while that goes on.
    pub(super) fn start(&mut self, verb: String, changes: Vec<Change>) -> Option<RunId> {
        self.start_in(self.context.clone(), verb, changes)
    }

    /// Has changes carried out in a cluster that need not be in view.
    pub(super) fn start_in(
        &mut self,
        cluster: Str,
        verb: String,
        changes: Vec<Change>,
    ) -> Option<RunId> {
        if changes.is_empty() {
            self.notify(Level::Info, "there is nothing to change");
            return None;
        }
        // Whichever way it came here, nothing is begun of what is forbidden in a part.
        if let Some(why) = self.guarded_changes(&changes) {
            self.notify(Level::Warning, format!("nothing was done: {why}"));
            return None;
        }
        let id = RunId(self.next_run);
        self.next_run = self.next_run.wrapping_add(1);
        self.effects.push(Effect::Change {
            id,
            cluster: cluster.clone(),
            changes: changes.clone(),
        });
        if changes.len() > 1 || changes.iter().any(|change| change.deed.sequel().is_some()) {
            self.over.push(Over::Run(id));
        } else if let Some(change) = changes.first() {
            self.notify(Level::Info, format!("{} …", change.words()));
        }
        let reports = changes.iter().map(|_| None).collect();
        let waits = vec![String::new(); changes.len()];
        let undone = BTreeSet::new();
        let draft = None;
        let first = 0;
        self.runs.push(Run { id, cluster, verb, changes, reports, waits, undone, draft, first });
        if self.runs.len() > REMEMBERED
            && let Some(at) = self.runs.iter().position(Run::is_over)
        {
            self.runs.remove(at);
        }
        Some(id)
    }

    /// What a run sends was edited in this draft, which is thrown away once all of it is done.
    pub(super) fn draft_of_run(&mut self, id: RunId, draft: Option<Arc<Draft>>) {
        if let Some(run) = self.runs.iter_mut().find(|run| run.id == id) {
            run.draft = draft;
        }
    }

    /// It turned out that more must be done than was known.
    pub(super) fn joined(&mut self, id: RunId, changes: Vec<Change>) {
        let Some(run) = self.runs.iter_mut().find(|run| run.id == id) else { return };
        run.reports.extend(changes.iter().map(|_| None));
        run.waits.extend(changes.iter().map(|_| String::new()));
        run.changes.extend(changes);
        self.redraw = true;
    }

    /// A change waits for something.
    pub(super) fn changing(&mut self, id: RunId, number: usize, words: String) {
        let Some(run) = self.runs.iter_mut().find(|run| run.id == id) else { return };
        if let Some(slot) = run.waits.get_mut(number)
            && *slot != words
        {
            *slot = words;
            self.redraw = true;
        }
    }

    /// Moves along the list of a run; whether the action does.
    pub(super) fn scroll_run(&mut self, id: RunId, action: Action) -> bool {
        let height = usize::from(self.layout.list.height);
        let Some(run) = self.runs.iter_mut().find(|run| run.id == id) else { return false };
        let last = run.changes.len().saturating_sub(height.max(1));
        let Some(to) = moved(action, run.first, run.changes.len(), height) else { return false };
        run.first = to.min(last);
        true
    }

    /// Stops what of a run still waits, or was not begun yet.
    pub(super) fn stop_run(&mut self, id: RunId) {
        match self.run(id) {
            Some(run) if !run.is_over() => self.effects.push(Effect::StopRun { id }),
            _ => self.notify(Level::Info, "nothing of it goes on any more"),
        }
    }

    /// Something became of a change.
    pub(super) fn changed(&mut self, id: RunId, number: usize, report: Report) {
        let cluster = self.run(id).map_or_else(|| self.context.clone(), |run| run.cluster.clone());
        self.scaled(&cluster, &report);
        let Some(run) = self.runs.iter_mut().find(|run| run.id == id) else { return };
        if matches!(report.outcome, Outcome::Failed(_)) {
            // It may have been forbidden.
            self.permits.doubt(&run.cluster);
        }
        let done = matches!(report.outcome, Outcome::Done | Outcome::Already);
        let undid = done.then(|| report.change.deed.takes_back().map(str::to_owned)).flatten();
        let target = report.change.target.clone();
        let outcome = report.outcome.clone();
        let unsure = matches!(outcome, Outcome::Unknown(_));
        let opens = if done || unsure { report.change.deed.opens(&target) } else { None };
        let after = report.after.clone();
        if let Some(slot) = run.reports.get_mut(number) {
            *slot = Some(report);
        }
        let mut said = run.is_over().then(|| run.summary());
        let (rolls_out, follow) = (run.rolls_out(), run.follow());
        if let Some((_, text)) = &mut said
            && let Some(draft) = run.draft.clone()
        {
            if run.failed().next().is_none() {
                self.effects.push(Effect::ForgetDraft(draft));
            } else {
                text.push_str("; ");
                text.push_str(&super::edit::kept(&draft));
            }
        }
        if let Some(id) = undid {
            self.taken_back(&id);
        }
        self.redraw = true;
        let left = match opens.as_ref().filter(|_| unsure) {
            Some(opens) => self.perhaps_left(&cluster, opens),
            None => self.cleaned_up(&cluster, &target, &outcome),
        };
        if let Some((_, text)) = &mut said
            && let Some(left) = left
        {
            text.push_str("; ");
            text.push_str(&left);
        }
        if let Some((level, mut text)) = said {
            if rolls_out && let Some(key) = self.key_of_rollout() {
                text.push_str(&format!("; {key} follows it"));
            }
            if let Some(line) = follow {
                text.push_str(&format!("; :{line} shows how its objects are doing"));
            }
            self.notify(level, text);
        }
        if let Some(opens) = opens.filter(|_| done) {
            self.opens(cluster, opens, after.as_deref());
        }
    }

    /// The key that follows a rollout from here; none where that is in view.
    fn key_of_rollout(&self) -> Option<String> {
        let action = super::Action::Rollout;
        let in_view =
            self.sheet().is_some_and(|sheet| sheet.crumbs().last().is_some_and(|c| c == "rollout"));
        if in_view {
            return None;
        }
        let key = self.keymap.keys(self.layer(), action).into_iter().next();
        Some(key.filter(|_| self.refusal(action).is_none()).unwrap_or_else(|| format!(":{action}")))
    }

    /// The change of this id was taken back, where it is one of this session.
    fn taken_back(&mut self, id: &str) {
        for run in &mut self.runs {
            let mut reports = run.reports.iter().enumerate();
            let is =
                |report: &Option<Report>| report.as_ref().is_some_and(|report| report.id == id);
            if let Some((number, _)) = reports.find(|(_, report)| is(report)) {
                run.undone.insert(number);
            }
        }
    }

    /// Tries again what was not done.
    pub(super) fn retry_run(&mut self, id: RunId) {
        let Some(run) = self.run(id) else { return };
        if !run.is_over() {
            return self.notify(Level::Info, "it still goes on");
        }
        let changes = run.again();
        if changes.is_empty() {
            return self.notify(Level::Info, "all of it is done");
        }
        if run.is_row_of_steps() {
            let why = "its steps are not tried again one by one: begin it anew";
            return self.notify(Level::Info, why);
        }
        if run.cluster != self.context {
            let why = format!("it was done in {}: go there first", run.cluster);
            return self.notify(Level::Warning, why);
        }
        let verb = run.verb.clone();
        let draft = run.draft.clone();
        self.over.pop();
        if let Some(id) = self.start(verb, changes) {
            self.draft_of_run(id, draft);
        }
    }
}
