//! Rolling a workload back: its revisions, what differs between the live template and the chosen one, and the way back.

mod by;
mod deed;
mod revisions;

use std::sync::Arc;

use jiff::Timestamp;

use crate::diff::{self, Edit, diff};
use crate::kinds::age;
use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want, printable};
use crate::store::Health;
use crate::yaml;

use super::several::{known, object};
use super::{Change, Complaint, Does, Field, Input, Of, Offer, Proposal, Target, helm};
use deed::Rollback;
use revisions::{Revision, plain, revisions, same};

/// Shows the revisions to choose from.
pub(super) const CHOOSE: Offer = Offer {
    action: "rollback",
    of: Of::Kinds,
    needs: revisions::needs,
    does: Does::Asks(|targets| Rolling::proposal_of(targets, false)),
};

/// Goes back to the revision before.
pub(super) const PREVIOUS: Offer = Offer {
    action: "rollback-previous",
    of: Of::Kinds,
    needs: revisions::needs,
    does: Does::Asks(|targets| Rolling::proposal_of(targets, true)),
};

/// How many lines are shown around a difference.
const CONTEXT: usize = 3;

/// Shows the revisions of one workload, or the way back to the one before for several.
#[derive(Debug)]
struct Rolling {
    targets: Vec<Target>,
    /// Whether it can only be the revision before.
    previous: bool,
    chosen: Option<i64>,
}

impl Rolling {
    fn proposal_of(targets: Vec<Target>, previous: bool) -> Box<dyn Proposal> {
        if helm::are_releases(&targets) {
            return helm::rollback(targets, previous);
        }
        let previous = previous || targets.len() > 1;
        Box::new(Self { targets, previous, chosen: None })
    }

    /// The revision to go to: the one chosen, else the newest whose template is not the live one.
    fn to(&self, facts: &Facts<'_>, target: &Target) -> Result<Revision, String> {
        let all = revisions(facts, target);
        if let Some(number) = self.chosen {
            let found = all.into_iter().find(|revision| revision.number == number);
            return found
                .ok_or_else(|| format!("{} has no revision {number} any more", target.short()));
        }
        // kubectl's "last": the second highest number.
        all.into_iter()
            .nth(1)
            .ok_or_else(|| format!("{} has no revision before this one", target.short()))
    }

    fn table(&self, facts: &Facts<'_>, target: &Target, lines: &mut Vec<Line>) {
        let all = revisions(facts, target);
        let live = known(facts, target).map(|object| &object["spec"]["template"]);
        let to = self.to(facts, target).ok().map(|revision| revision.number);
        let row = |revision: &Revision| {
            let now = live.is_some_and(|live| same(live, &revision.template));
            let pods =
                revision.pods.map_or_else(String::new, |(ready, all)| format!("{ready}/{all}"));
            [
                revision.number.to_string(),
                since(&revision.created, facts.now()),
                pods,
                revision.images(),
                if revision.cause.is_empty() { "-".to_owned() } else { printable(&revision.cause) },
                if revision.by.is_empty() { "-".to_owned() } else { printable(&revision.by) },
                (if now { "live" } else { "" }).to_owned(),
            ]
        };
        let rows: Vec<[String; 7]> = all.iter().map(row).collect();
        let heads = ["REVISION", "AGE", "READY", "IMAGES", "CHANGE-CAUSE", "BY", ""];
        let width = |i: usize| {
            let cells = rows.iter().map(|row| row[i].chars().count());
            cells.chain([heads[i].len()]).max().unwrap_or(0).min(48)
        };
        let widths: Vec<usize> = (0..heads.len()).map(width).collect();
        let head = heads.iter().zip(&widths).map(|(head, &width)| format!("{head:width$}  "));
        lines.push(Line::new(2, [Span::new(head.collect::<String>(), Tone::Heading)]));
        for (row, revision) in rows.iter().zip(&all) {
            let tone = if Some(revision.number) == to { Tone::Strong } else { Tone::Muted };
            let sign = if Some(revision.number) == to { "→ " } else { "  " };
            let mut spans = vec![Span::new(sign, Tone::Health(Health::Changing))];
            for (i, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let tone = if i == 6 { Tone::Health(Health::Ok) } else { tone };
                spans.push(Span::new(format!("{}  ", fit(cell, width)), tone));
            }
            lines.push(Line::new(0, spans));
        }
    }

    fn difference(&self, facts: &Facts<'_>, target: &Target, lines: &mut Vec<Line>) {
        let Some(live) = known(facts, target).map(|object| &object["spec"]["template"]) else {
            return;
        };
        let to = match self.to(facts, target) {
            Ok(to) => to,
            Err(why) => {
                lines.push(Line::new(0, [Span::new(why, Tone::State(Health::Warning))]));
                return;
            }
        };
        let (live, then) = (plain(live), plain(&to.template));
        let (live, then) = (yaml::emit(&live, false), yaml::emit(&then, false));
        let changes = diff(&live, &then);
        let count = |edit| changes.iter().filter(|change| change.edit == edit).count();
        let title = format!("{}  live → revision {}", target.short(), to.number);
        let mut head = vec![Span::new(title, Tone::Strong)];
        if changes.iter().all(|change| change.edit == Edit::Keep) {
            head.push(Span::new("  no difference", Tone::Muted));
            lines.push(Line::new(0, head));
            return;
        }
        head.push(Span::new(format!("  +{}", count(Edit::Add)), Tone::Added));
        head.push(Span::new(format!(" −{}", count(Edit::Remove)), Tone::Removed));
        lines.push(Line::new(0, head));
        lines.extend(diff::lines(&changes, CONTEXT));
    }
}

/// A text of this many columns, cut where it is longer.
fn fit(text: &str, width: usize) -> String {
    if text.chars().count() > width {
        let cut: String = text.chars().take(width.saturating_sub(1)).collect();
        return format!("{cut}…");
    }
    format!("{text:width$}")
}

fn since(time: &str, now: i64) -> String {
    let mut text = String::new();
    if let Ok(at) = time.parse::<Timestamp>() {
        age::write_since(at.as_second(), now, &mut text);
    }
    text
}

impl Subject for Rolling {
    fn crumbs(&self) -> Vec<String> {
        vec![super::target::together(&self.targets), "rollback".to_owned()]
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let mut wants = Vec::new();
        for target in &self.targets {
            // Several are shown without their tables.
            let pods = revisions::pods(facts, target).filter(|_| !self.previous);
            for want in [object(target), revisions::kept(target)].into_iter().chain(pods) {
                if !wants.contains(&want) {
                    wants.push(want);
                }
            }
        }
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let mut lines = Vec::new();
        for target in &self.targets {
            if known(facts, target).is_none() {
                continue;
            }
            if !self.previous {
                self.table(facts, target, &mut lines);
                let words = "The server keeps no user of a revision: BY is what its objects say, the field manager that last set the template.";
                lines.push(Line::new(2, [Span::new(words, Tone::Faint)]));
                lines.push(Line::default());
            }
            self.difference(facts, target, &mut lines);
        }
        Sheet { lines, changes_in: None }
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

impl Proposal for Rolling {
    fn title(&self) -> String {
        format!("Roll back {}", super::target::together(&self.targets))
    }

    fn verb(&self) -> String {
        "roll back".to_owned()
    }

    fn fields(&self, facts: &Facts<'_>) -> Vec<Field> {
        let [target] = self.targets.as_slice() else { return Vec::new() };
        let all = revisions(facts, target);
        if self.previous || all.is_empty() {
            return Vec::new();
        }
        let options: Vec<String> = all.iter().map(|revision| revision.number.to_string()).collect();
        let first = usize::from(options.len() > 1);
        vec![Field {
            label: "to revision".to_owned(),
            input: Input::Choice(options, first),
            hint: "left and right choose".to_owned(),
        }]
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.chosen = answers.first().and_then(|answer| answer.parse().ok());
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let change = |target: &Target| {
            let to = self.to(facts, target)?;
            Ok(Change {
                target: target.clone(),
                deed: Arc::new(Rollback { to, previous: self.previous }),
            })
        };
        self.targets.iter().map(change).collect::<Result<_, String>>().map_err(Complaint::from)
    }
}
