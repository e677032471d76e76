//! The lines of the page.

use crate::kinds::age;
use crate::overview::write::{Columns, aligned, field, heading, muted, number, state, text};
use crate::sheet::{Go, Line, Sheet, Span, Tone, printable};
use crate::store::{Health, Row};

use super::cause::{self, Cause};
use super::pods::{self, cell};
use super::workload::{Kind, Workload};

/// How wide bars are.
const BAR: i64 = 20;
/// How wide a sentence is at most.
const WRAPPED: usize = 72;
/// How many pods of a kind are written; more are counted.
const PODS: usize = 20;
/// How many revisions are written.
const REVISIONS: usize = 5;

/// A page that says nothing but why there is no rollout.
pub(super) fn alone(why: &str) -> Sheet {
    let why = Span::new(printable(why), Tone::State(Health::Warning));
    Sheet { lines: vec![Line::new(0, [why])], changes_in: None }
}

/// The page of a workload.
pub(super) fn sheet(workload: &Workload<'_, '_>) -> Sheet {
    let mut page = Page { workload, lines: Vec::new(), changes_in: None };
    let causes = cause::of(workload);
    page.head(&causes);
    page.causes(&causes);
    page.revisions();
    page.pods();
    page.at_hand();
    // What a server says may be anything.
    for span in page.lines.iter_mut().flat_map(|line| &mut line.spans) {
        if span.text.contains(char::is_control) {
            span.text = span.text.replace(char::is_control, " ");
        }
    }
    Sheet { lines: page.lines, changes_in: page.changes_in }
}

struct Page<'w, 'f, 'a> {
    workload: &'w Workload<'f, 'a>,
    lines: Vec<Line>,
    changes_in: Option<i64>,
}

impl Page<'_, '_, '_> {
    fn since(&mut self, at: i64) -> String {
        let now = self.workload.facts.now();
        let mut text = String::new();
        age::write_since(at, now, &mut text);
        let changes = age::changes_in(now.saturating_sub(at));
        self.changes_in = Some(self.changes_in.map_or(changes, |soonest| soonest.min(changes)));
        text
    }

    fn heading(&mut self, title: &str, more: Vec<Span>) {
        self.lines.push(Line::default());
        self.lines.push(heading(title, more));
    }

    /// What it is, how far it is, in words and in bars.
    fn head(&mut self, causes: &[Cause]) {
        let workload = self.workload;
        let title = [
            Span::new(workload.name(), Tone::Strong),
            muted(format!("  {} in {}", workload.kind.singular(), workload.namespace())),
        ];
        self.lines.push(Line::new(0, title).go(workload.go()));
        let progress = &workload.progress;
        // A rollout that something holds up is not just on its way.
        let worst = causes.first().map_or(Health::Idle, |cause| cause.health);
        let health = if progress.is_over { progress.health } else { progress.health.max(worst) };
        self.lines.push(Line::new(0, [state(health, progress.words.clone())]));
        self.lines.push(Line::default());
        let bars = [
            ("new", progress.updated, progress.to_update),
            ("ready", progress.ready, progress.desired),
            ("available", progress.available, progress.desired),
        ];
        for (label, part, whole) in bars {
            let health = if part >= whole { Health::Ok } else { health.max(Health::Changing) };
            let share =
                [bar(part, whole, health), text("  "), number(part), muted("/"), number(whole)];
            self.lines.push(field(label, share));
        }
        let old = progress.old();
        if old > 0 {
            let words =
                if old == 1 { "pod of an older template" } else { "pods of older templates" };
            self.lines.push(field("old", [number(old), muted(format!(" {words} still there"))]));
        }
        self.lines.push(field("strategy", [text(self.strategy())]));
        if !progress.is_over {
            self.deadline();
        }
    }

    /// How it goes from old pods to new ones.
    fn strategy(&self) -> String {
        let spec = self.workload.object.key("spec");
        let strategy = match self.workload.kind {
            Kind::Deployment => spec.key("strategy"),
            _ => spec.key("updateStrategy"),
        };
        let name = strategy.key("type").str_or("RollingUpdate");
        let rolling = strategy.key("rollingUpdate");
        let mut parts = vec![match name {
            "Recreate" => "Recreate: all old pods end before the first new one begins".to_owned(),
            "OnDelete" => {
                "OnDelete: a pod gets the new template when somebody deletes it".to_owned()
            }
            name => name.to_owned(),
        }];
        let limit = |key: &str| Some(rolling.key(key).text()).filter(|text| !text.is_empty());
        parts.extend(limit("maxSurge").map(|most| format!("maxSurge {most}")));
        parts.extend(limit("maxUnavailable").map(|most| format!("maxUnavailable {most}")));
        let partition = rolling.key("partition").int();
        if partition > 0 {
            parts.push(format!("partition {partition}: only from this ordinal on"));
        }
        parts.join(", ")
    }

    /// When a Deployment made its last progress, and how long it may make none.
    fn deadline(&mut self) {
        let conditions = self.workload.object.at("status.conditions");
        let mut conditions = conditions.list();
        let progressing = conditions.find(|c| c.key("type").str() == "Progressing");
        let at = progressing.and_then(|c| crate::describe::unix(c.key("lastUpdateTime")));
        let deadline = self.workload.object.at("spec.progressDeadlineSeconds").opt_int();
        if let (Some(at), Some(seconds)) = (at, deadline) {
            let ago = self.since(at);
            let words = format!("{ago} ago; the deadline is {seconds} s");
            self.lines.push(field("last progress", [text(words)]));
        }
    }

    /// Why it does not go on.
    fn causes(&mut self, causes: &[Cause]) {
        let worst = causes.first().map_or(Health::Idle, |cause| cause.health);
        if !causes.is_empty() {
            let title =
                if worst > Health::Changing { "Why it is stuck" } else { "What it waits for" };
            let title = if self.workload.progress.is_over { "What is not well" } else { title };
            self.heading(title, Vec::new());
            for cause in causes {
                let object = state(cause.health, printable(&cause.object));
                self.lines.push(Line::new(2, [object]).go(cause.go.clone()));
                for words in wrapped(&printable(&cause.words)) {
                    self.lines.push(Line::new(4, [text(words)]).go(cause.go.clone()));
                }
            }
        }
        if self.workload.progress.is_over {
            return;
        }
        for (budget, go) in cause::budgets(self.workload) {
            if causes.is_empty() {
                self.heading("Budgets", Vec::new());
            }
            let words = "  allows no disruption now: a rollout does not ask it, but a drain or an eviction waits";
            let line = Line::new(
                2,
                [Span::new(printable(&budget), Tone::State(Health::Idle)), muted(words)],
            );
            self.lines.push(line.go(go));
        }
    }

    /// What keeps its revisions, the one that is rolled out to first.
    fn revisions(&mut self) {
        let workload = self.workload;
        let by_sets = workload.kind == Kind::Deployment;
        let pods = workload.pods.as_ref();
        // Of the old ones, those that still have pods, and the one to go back to.
        let shown = workload.revisions.iter().take(REVISIONS);
        let shown: Vec<_> = shown.collect();
        if shown.is_empty() {
            return;
        }
        self.heading(if by_sets { "ReplicaSets" } else { "Revisions" }, Vec::new());
        let head = ["  ", "REVISION", "NAME", "PODS", "READY", "AGE", "IMAGES"];
        let head = head.map(|title| vec![Span::new(title, Tone::Heading)]);
        let mut rows = vec![Columns::new(2, head.to_vec())];
        for revision in shown {
            let mine = |rows: &[&Row]| -> (usize, usize) {
                let mine = rows.iter().filter(|row| revision.has(&row.labels));
                mine.fold((0, 0), |(all, ready), row| (all + 1, ready + usize::from(is_ready(row))))
            };
            let (all, ready) = pods.map_or((0, 0), |pods| {
                let ((a, b), (c, d)) = (mine(&pods.new), mine(&pods.old));
                (a + c, b + d)
            });
            let age = revision.created.map_or_else(String::new, |at| self.since(at));
            let tone = if revision.wanted { Tone::Strong } else { Tone::Text };
            let mut images = vec![Span::new(printable(&revision.images()), tone)];
            if !revision.cause.is_empty() {
                images.push(muted(format!("  {}", printable(revision.cause))));
            }
            let sign = if revision.wanted { "→ " } else { "  " };
            let plural = if by_sets { "replicasets" } else { "controllerrevisions" };
            let cells = vec![
                vec![Span::new(sign, Tone::Health(Health::Changing))],
                vec![number(revision.number)],
                vec![Span::new(printable(revision.name), tone)],
                vec![number(all)],
                vec![number(ready)],
                vec![muted(age)],
                images,
            ];
            let go = workload.beside("apps", plural, revision.name);
            rows.push(Columns::new(2, cells).go(go));
        }
        self.lines.extend(aligned(rows, &[false, true, false, true, true, true, false]));
        let more = workload.revisions.len().saturating_sub(REVISIONS);
        if more > 0 {
            self.lines.push(Line::new(4, [muted(format!("… and {more} older"))]));
        }
    }

    fn pods(&mut self) {
        let Some(pods) = &self.workload.pods else {
            self.heading("Pods", Vec::new());
            self.lines.push(Line::new(2, [muted("reading …")]));
            return;
        };
        for (title, rows) in [("New pods", &pods.new), ("Old pods", &pods.old)] {
            if rows.is_empty() && title == "Old pods" {
                continue;
            }
            self.heading(title, vec![text("  "), number(rows.len())]);
            if rows.is_empty() {
                self.lines.push(Line::new(2, [muted("none yet")]));
            }
            let lines: Vec<Columns> = rows.iter().take(PODS).map(|row| self.pod(row)).collect();
            self.lines.extend(aligned(lines, &[false, false, true, false, false, true]));
            let more = rows.len().saturating_sub(PODS);
            if more > 0 {
                self.lines.push(Line::new(2, [muted(format!("… and {more} more"))]));
            }
        }
    }

    fn pod(&mut self, row: &Row) -> Columns {
        let age = self.since(row.created);
        let now = self.workload.facts.now();
        let said = |name: &str| printable(&cell(row, name).text(now));
        let restarts = match said("RESTARTS").as_str() {
            "0" => String::new(),
            some => format!("restarts {some}"),
        };
        let cells = vec![
            vec![text(printable(&row.name))],
            vec![state(row.health, pods::text(row, "STATUS"))],
            vec![number(said("READY"))],
            vec![muted(said("NODE"))],
            vec![muted(restarts)],
            vec![muted(age)],
        ];
        Columns::new(2, cells).go(self.workload.beside("", "pods", &row.name))
    }

    /// What can be done from here.
    fn at_hand(&mut self) {
        let workload = self.workload;
        let paused = workload.object.at("spec.paused").flag();
        let mut all: Vec<(&str, String)> = Vec::new();
        // kubectl's "last": the second highest number.
        let mut numbers: Vec<_> = workload.revisions.iter().collect();
        numbers.sort_by_key(|revision| std::cmp::Reverse(revision.number));
        if let Some(before) = numbers.get(1) {
            let images = printable(&before.images());
            let words = format!("roll back to revision {}  {images}", before.number);
            all.push(("rollback-previous", words));
            all.push(("rollback", "choose a revision to roll back to".to_owned()));
        }
        match (workload.kind, paused) {
            (Kind::Deployment, true) => all.push(("resume", "resume the rollout".to_owned())),
            (Kind::Deployment, false) if !workload.progress.is_over => {
                all.push(("pause", "pause the rollout".to_owned()));
            }
            _ => {}
        }
        all.push(("restart", "restart: replace all pods once more".to_owned()));
        self.heading("What can be done", Vec::new());
        for (action, words) in all {
            let line = Line::new(2, [text(words)]);
            self.lines.push(line.go(Go::Command(action.to_owned())));
        }
    }
}

fn is_ready(row: &Row) -> bool {
    row.health == Health::Ok
}

/// Words in lines that a narrow screen has room for: why something is stuck must not end where the screen does.
fn wrapped(words: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WRAPPED => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// How many of so many, as text: `####......`. Whoever draws it has better signs.
fn bar(part: i64, whole: i64, health: Health) -> Span {
    let part = part.clamp(0, whole.max(0));
    let filled = if whole <= 0 { BAR } else { part.saturating_mul(BAR) / whole };
    let filled = usize::try_from(filled).unwrap_or(0);
    let free = usize::try_from(BAR).unwrap_or(0).saturating_sub(filled);
    Span::new("#".repeat(filled) + &".".repeat(free), Tone::Bar(health))
}
