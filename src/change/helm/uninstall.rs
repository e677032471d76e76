//! The page that shows what goes with a release, and asks for its name.

use crate::helm::{About, Loaded, read};
use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want, printable};
use crate::store::{Health, Row};

use super::super::{Change, Complaint, Confirm, Field, Proposal, Target, Turn};
use super::plan::{End, How, forget_all};
use super::{Back, about, hook, plan_lines, revisions};

/// Shows what goes with releases.
#[derive(Debug)]
pub(super) struct Uninstalling {
    targets: Vec<Target>,
    answers: Vec<String>,
}

const KEEP: usize = 0;
const HOOKS: usize = 1;
const TIMEOUT: usize = 2;

/// Kinds of which more is lost than the object, and what.
const LOST: [(&str, &str); 4] = [
    ("CustomResourceDefinition", "all objects of its kind go with it, of every namespace"),
    ("Namespace", "all that is in it goes with it"),
    ("PersistentVolumeClaim", "what is on its volume may be lost"),
    ("PersistentVolume", "what is on it may be lost"),
];

impl Uninstalling {
    pub(super) fn new(targets: Vec<Target>) -> Self {
        Self { targets, answers: Vec::new() }
    }

    fn answer_to(&self, field: usize) -> &str {
        self.answers.get(field).map_or("", |answer| answer.trim())
    }

    fn known<'a>(
        facts: &'a Facts<'_>,
        about: &About,
    ) -> Result<(Vec<&'a Row>, &'a Loaded), String> {
        let rows = revisions(about, facts)?;
        let newest = rows.first().copied();
        let newest = newest.ok_or_else(|| format!("Helm keeps no revision of {}", about.name))?;
        let loaded = read::revision(newest, facts).known();
        let loaded =
            loaded.map_err(|why| why.unwrap_or_else(|| "the release is being read".to_owned()))?;
        Ok((rows, loaded))
    }

    fn lines_of(&self, facts: &Facts<'_>, target: &Target) -> Vec<Line> {
        let about = about(target);
        let found = Self::known(facts, &about);
        let found =
            found.and_then(|(rows, last)| Ok((End::new(last, facts.catalog())?, rows, last)));
        let (end, rows, last) = match found {
            Ok(found) => found,
            Err(why) => return vec![warning(0, &why)],
        };
        let release = &last.release;
        let head = format!(
            "  {}, revision {}, {}",
            release.chart_name(),
            release.version,
            release.info.status
        );
        let mut lines = vec![Line::new(
            0,
            [
                Span::new(format!("{} in {}", about.name, about.namespace), Tone::Strong),
                Span::new(printable(&head), Tone::Muted),
            ],
        )];
        if release.info.status == "uninstalled" {
            lines.push(warning(0, "it is uninstalled already: only its records go"));
        } else {
            if release.info.status.starts_with("pending-") {
                lines.push(warning(0, "another operation may be under way"));
            }
            lines.extend(objects(&end));
            if self.answer_to(HOOKS) != "false" {
                for event in ["pre-delete", "post-delete"] {
                    lines.extend(plan_lines::hooks(release, event));
                }
            }
        }
        let words = match (self.answer_to(KEEP), rows.len()) {
            ("true", number) => format!("{number} kept: a later rollback brings the release back"),
            (_, number) => format!("{number} deleted: nothing leads back"),
        };
        lines.push(Line::default());
        lines.push(Line::new(
            0,
            [Span::new("Revisions  ", Tone::Heading), Span::new(words, Tone::Text)],
        ));
        lines
    }
}

fn warning(indent: u16, text: &str) -> Line {
    Line::new(indent, [Span::new(printable(text), Tone::State(Health::Warning))])
}

/// What goes, kind by kind in the order in which it goes, and what stays.
fn objects(end: &End) -> Vec<Line> {
    let all = end.remove.len();
    let title = Span::new("Objects", Tone::Heading);
    let count = Span::new(format!("  {all} deleted"), Tone::Removed);
    let mut lines = vec![Line::default(), Line::new(0, [title, count])];
    let mut rest = end.remove.as_slice();
    while let Some(first) = rest.first() {
        let same = |target: &&Target| target.resource.kind == first.resource.kind;
        let number = rest.iter().take_while(same).count();
        let (these, others) = rest.split_at(number);
        let names: Vec<&str> = these.iter().map(|target| target.name.as_str()).collect();
        lines.push(Line::new(
            2,
            [
                Span::new(format!("{number:>3} {}  ", first.resource.kind), Tone::Strong),
                Span::new(printable(&names.join(", ")), Tone::Text),
            ],
        ));
        if let Some((_, lost)) = LOST.iter().find(|(kind, _)| *kind == first.resource.kind) {
            lines.push(warning(6, lost));
        }
        rest = others;
    }
    for name in &end.keep {
        lines.push(Line::new(
            2,
            [
                Span::new(format!("{name}  "), Tone::Strong),
                Span::new("stays: its resource policy says so", Tone::Muted),
            ],
        ));
    }
    lines.extend(end.unknown.iter().map(|why| warning(2, &format!("left out: {why}"))));
    lines
}

impl Subject for Uninstalling {
    fn crumbs(&self) -> Vec<String> {
        vec![super::super::together(&self.targets), "uninstall".to_owned()]
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let mut wants = Vec::new();
        for target in &self.targets {
            let about = about(target);
            wants.push(read::revisions(&about));
            let rows = revisions(&about, facts).unwrap_or_default();
            wants.extend(rows.first().and_then(|row| read::stored(row)));
        }
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        super::sheet(&self.targets, |target| self.lines_of(facts, target))
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

impl Proposal for Uninstalling {
    fn title(&self) -> String {
        match self.targets.as_slice() {
            [one] => format!("Uninstall release {}", about(one).name),
            all => format!("Uninstall {} releases", all.len()),
        }
    }

    fn verb(&self) -> String {
        "uninstall".to_owned()
    }

    fn fields(&self, _: &Facts<'_>) -> Vec<Field> {
        vec![
            Field::switch("keep history", false, "the records stay, and with them a way back"),
            Field::switch("run hooks", true, "before and after"),
            Field::text("timeout", hook::TIMEOUT.to_string(), "seconds for each hook"),
        ]
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.answers = answers;
    }

    fn confirm(&self, _: &Facts<'_>) -> Confirm {
        match self.targets.as_slice() {
            [one] => Confirm::Type(about(one).name),
            all => Confirm::Type(format!("uninstall {}", all.len())),
        }
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let timeout = match self.answer_to(TIMEOUT) {
            "" => hook::TIMEOUT,
            typed => typed
                .parse()
                .map_err(|_| Complaint::of(TIMEOUT, "type a number of seconds, or nothing"))?,
        };
        let keep = self.answer_to(KEEP) == "true";
        let how = How { hooks: self.answer_to(HOOKS) != "false", timeout, most: 0, keep };
        let mut changes = Vec::new();
        for target in &self.targets {
            let (rows, last) = Self::known(facts, &about(target))?;
            let revision = last.release.version;
            let to = if keep { Ok(revision) } else { Err(GONE) };
            let back = Back { release: target.clone(), to, takes_back: None };
            if last.release.info.status == "uninstalled" {
                if keep {
                    let why = format!("{} is uninstalled already", last.release.name);
                    return Err(Complaint::of(KEEP, why));
                }
                changes.extend(forget_all(&rows, Turn::Free, &back, facts.catalog()));
                continue;
            }
            let end = End::new(last, facts.catalog())?;
            changes.extend(end.steps(last, &rows, how, &back, facts.catalog())?);
        }
        Ok(changes)
    }
}

/// Why an uninstalled release does not come back.
const GONE: &str = "its records are deleted, so nothing leads back; install its chart again (keep history leaves a way back)";
