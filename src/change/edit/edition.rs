//! What is shown of an edited draft before it is sent: what the server would store, or what is wrong.

use std::sync::Arc;

use crate::kinds::{Recreation, modelled};
use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

use super::super::{Change, Complaint, Confirm, Deed, Field, Proposal, Target, shown};
use super::draft::{Aim, Draft, Part};
use super::merge::Keep;
use super::put::{Apply, Create, Put};
use super::recreate::Recreate;
use super::review::{Review, Reviewed, Said, together};
use super::text::{self, Mistake};

/// How wide a sentence is written: a form's width.
const WIDTH: usize = 90;

/// What is to happen next with an edited text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Send,
    /// Send those that the server would take.
    SendOthers,
    /// Send although the server cannot say what it would store.
    SendUnseen,
    TakeOver,
    Recreate,
    EditOn,
}

/// That the editor is to be opened (again).
#[derive(Clone, Debug, PartialEq)]
pub enum Editing {
    /// With this text of this draft.
    On(Arc<Draft>, String),
    /// With a draft as it was left.
    Kept(Arc<Draft>),
    /// With a new draft of these objects.
    Anew(Vec<Target>),
    /// Not again: the draft is left, and kept or thrown away.
    Leave(Arc<Draft>, bool),
}

/// Shows what the server would store of a draft.
#[derive(Debug)]
pub struct Edition {
    reviewed: Reviewed,
    chosen: String,
    /// Whether values are shown that must not be seen by everybody.
    reveal: bool,
}

impl Edition {
    /// Of a draft that was read after the editor.
    pub fn new(reviewed: Reviewed) -> Self {
        Self { reviewed, chosen: String::new(), reveal: false }
    }

    fn reviews(&self) -> &[Review] {
        self.reviewed.reviews.as_deref().unwrap_or_default()
    }

    fn aim(&self) -> Aim {
        self.reviewed.draft.aim
    }

    fn word(&self, then: Then) -> String {
        match then {
            // "edit" beside "edit on" would not say which of them changes something.
            Then::Send if self.aim() == Aim::Edit => "send it",
            Then::Send => self.aim().verb(),
            Then::SendOthers => "send the others",
            Then::SendUnseen => "send it unseen",
            Then::TakeOver => "take the fields over",
            Then::Recreate => "delete and make anew",
            Then::EditOn => "edit on",
        }
        .to_owned()
    }

    /// What can happen next, what is best first.
    fn ways(&self) -> Vec<Then> {
        let all = self.reviews();
        let count = |is: fn(&Said) -> bool| all.iter().filter(|r| is(&r.said)).count();
        let good = count(|said| matches!(said, Said::Stored(_)));
        // What an earlier document makes room for is as good as that one is.
        let later = count(|said| matches!(said, Said::Later(_, None)));
        if all.is_empty() {
            return vec![Then::EditOn];
        }
        if good + later == all.len() {
            return vec![Then::Send, Then::EditOn];
        }
        let mut ways = vec![Then::EditOn];
        let bad = count(|said| matches!(said, Said::Refused(..) | Said::Met));
        if bad == 0 {
            let owned = count(|said| matches!(said, Said::Owned(..)));
            ways.push(if owned > 0 { Then::TakeOver } else { Then::SendUnseen });
        } else if all.iter().all(|r| matches!(r.said, Said::Stored(_)) || recreation(r).is_some()) {
            ways.push(Then::Recreate);
        }
        if good > 0 {
            ways.push(Then::SendOthers);
        }
        ways
    }

    /// What the schemas do not know, where the server has not said yet that it would store all of it.
    fn problems<'a>(&self, problems: &'a [Mistake]) -> &'a [Mistake] {
        let stored = |review: &Review| matches!(review.said, Said::Stored(_) | Said::Owned(..));
        if self.reviews().iter().all(stored) { &[] } else { problems }
    }

    fn then(&self) -> Then {
        let ways = self.ways();
        let chosen = ways.iter().find(|way| self.word(**way) == self.chosen);
        chosen.or(ways.first()).copied().unwrap_or(Then::EditOn)
    }

    /// What is sent of a review.
    fn deed(&self, review: &Review, then: Then) -> Option<Arc<dyn Deed>> {
        let stored = match &review.said {
            Said::Stored(stored) | Said::Owned(_, stored) => Some(Arc::clone(stored)),
            Said::Unsaid(_) | Said::Later(..) => None,
            Said::Refused(..) if then == Then::Recreate => {
                let Recreation { bare, .. } = recreation(review)?;
                return Some(Arc::new(Recreate { wanted: Arc::clone(&review.wanted), bare }));
            }
            Said::Refused(..) | Said::Met => return None,
        };
        if then == Then::SendOthers && !matches!(review.said, Said::Stored(_)) {
            return None;
        }
        let wanted = Arc::clone(&review.wanted);
        let after = match &review.said {
            Said::Later(needed, _) => needed.clone(),
            _ => Vec::new(),
        };
        let force = then == Then::TakeOver;
        Some(match self.aim() {
            Aim::Edit => Arc::new(Put { edited: review.edited.clone(), stored }),
            Aim::Apply => Arc::new(Apply { wanted, force, stored, after }),
            Aim::Create => Arc::new(Create { wanted, after }),
        })
    }

    /// The draft and the text with which the editor is opened again.
    fn again(&self) -> (Arc<Draft>, String) {
        let Reviewed { draft, text, reviews, problems } = &self.reviewed;
        let save = "correct it and save; what you leave as it is is asked again".to_owned();
        match reviews {
            Err(mistake) => (Arc::clone(draft), text::with_mistake(text, mistake, &save)),
            Ok(reviews) if reviews.iter().any(|r| !r.conflicts.is_empty()) => {
                let parts = reviews.iter().map(|review| Part {
                    target: review.edited.target.clone(),
                    base: Arc::new(text::bare(&review.theirs)),
                });
                let draft = Draft { parts: parts.collect(), ..(**draft).clone() };
                let documents = reviews.iter().map(|review| {
                    let both = [Keep::Ours, Keep::Theirs]
                        .map(|keep| together(&review.edited, &review.theirs, keep).0);
                    text::write_conflicts(&both[0], &both[1])
                });
                let documents: Vec<String> = documents.collect();
                let notes = [
                    "somebody else changed this meanwhile: it is as it is now, with your changes."
                        .to_owned(),
                ];
                (Arc::new(draft), text::with_notes(&documents.join("---\n"), &notes))
            }
            Ok(reviews) => {
                let refused = reviews.iter().filter_map(|review| match &review.said {
                    Said::Refused(why, _) => {
                        Some(format!("{}: {why}", review.edited.target.long()))
                    }
                    _ => None,
                });
                let notes: Vec<String> = refused.collect();
                (Arc::clone(draft), text::with_problems(text, &notes, self.problems(problems)))
            }
        }
    }
}

/// What is lost when this object is deleted and made anew, where that helps and is sane.
fn recreation(review: &Review) -> Option<Recreation> {
    let Said::Refused(_, fields) = &review.said else { return None };
    if fields.is_empty() || review.theirs.is_null() {
        return None;
    }
    let owners = review.theirs["metadata"]["ownerReferences"].as_array();
    if owners.into_iter().flatten().any(|owner| owner["controller"] == true) {
        // Its controller would make it anew as it was.
        return None;
    }
    let resource = &review.edited.target.resource;
    modelled(&resource.group, &resource.plural)?.recreation
}

impl Subject for Edition {
    fn crumbs(&self) -> Vec<String> {
        vec![self.reviewed.draft.about(), self.aim().verb().to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn sheet(&self, _: &Facts<'_>) -> Sheet {
        let mut lines = Vec::new();
        match &self.reviewed.reviews {
            Err(mistake) => {
                lines.extend(wrapped(&mistake.words(), Health::Broken));
                lines.push(muted("The text is kept as it is, and can be opened again."));
            }
            Ok(reviews) => {
                for problem in self.problems(&self.reviewed.problems) {
                    lines.extend(wrapped(&problem.words(), Health::Warning));
                }
                for review in reviews {
                    if !lines.is_empty() {
                        lines.push(Line::default());
                    }
                    show(review, reviews.len() > 1, self.reveal, &mut lines);
                }
            }
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

fn show(review: &Review, several: bool, reveal: bool, lines: &mut Vec<Line>) {
    if several {
        let name = review.edited.target.long();
        lines.push(Line::new(0, [Span::new(name, Tone::Strong)]));
    }
    match &review.said {
        Said::Stored(_) if review.theirs.is_null() => {
            lines.push(muted("The server would make this:"));
        }
        Said::Stored(_) => lines.push(muted("The server would store this:")),
        Said::Unsaid(why) => {
            lines.extend(wrapped(
                &format!("the server cannot say what it would store: {why}"),
                Health::Warning,
            ));
            lines.push(muted("It would be sent this:"));
        }
        Said::Later(needed, why) => {
            let needed: Vec<String> = needed.iter().map(Target::short).collect();
            let needed = needed.join(" and ");
            let text = match why {
                None => format!(
                    "the server cannot say what it would store before {needed} is there, which stands above"
                ),
                Some(why) => format!("{why}; it may take it once {needed} is as it stands above"),
            };
            lines.extend(wrapped(&text, Health::Warning));
            lines.push(muted("It would be sent this, after that:"));
        }
        Said::Owned(why, _) => {
            lines.extend(wrapped(why, Health::Warning));
            lines.push(muted("Where the fields are taken over, the server would store this:"));
        }
        Said::Refused(why, fields) => {
            lines.extend(wrapped(why, Health::Broken));
            if !fields.is_empty() {
                lines.push(muted(&format!(
                    "{} cannot be changed once it is set.",
                    fields.join(", ")
                )));
            }
            if let Some(Recreation { harm, .. }) = recreation(review) {
                let text = format!("It can be deleted and made anew: {harm}.");
                lines.extend(wrapped(&text, Health::Warning));
            }
            lines.push(muted("It would be sent this:"));
        }
        Said::Met => {
            let text = "somebody else changed this too while it was edited; both changed:";
            lines.extend(wrapped(text, Health::Warning));
            for conflict in &review.conflicts {
                let hides = review.revealed.is_some() && !reveal;
                let words = |value: &Option<serde_json::Value>| match value {
                    None => "taken away".to_owned(),
                    Some(_) if hides => "<hidden>".to_owned(),
                    Some(value) => short(value),
                };
                let (ours, theirs) = (words(&conflict.ours), words(&conflict.theirs));
                lines.push(Line::new(
                    2,
                    [
                        Span::new(conflict.path.clone(), Tone::Label),
                        Span::new(format!("  yours {ours}"), Tone::Added),
                        Span::new(format!("  theirs {theirs}"), Tone::Removed),
                    ],
                ));
            }
            lines.push(muted(
                "The editor opens with both, yours in place. With yours it would be this:",
            ));
        }
    }
    let difference = review.revealed.as_ref().filter(|_| reveal).unwrap_or(&review.lines);
    if difference.is_empty() {
        lines.push(muted("as it is there already"));
    }
    lines.extend(difference.iter().cloned());
}

/// A value in a few words.
fn short(value: &serde_json::Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A sentence of the server's, whole: on as many lines as it takes.
fn wrapped(text: &str, health: Health) -> Vec<Line> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.chars().count());
        match lines.last_mut() {
            Some(line) if last == 0 || last + 1 + word.chars().count() <= WIDTH => {
                if last > 0 {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let line = |(number, text): (usize, String)| match number {
        0 => state(text, health),
        _ => Line::new(0, [Span::new(format!("  {text}"), Tone::Health(health))]),
    };
    lines.into_iter().enumerate().map(line).collect()
}

pub(super) fn muted(text: &str) -> Line {
    Line::new(0, [Span::new(text, Tone::Muted)])
}

pub(super) fn state(text: String, health: Health) -> Line {
    Line::new(0, [Span::new(text, Tone::State(health))])
}

impl Proposal for Edition {
    fn title(&self) -> String {
        let verb = self.aim().verb();
        let (first, rest) = verb.split_at(1);
        let about = if self.reviews().len() > 1 || self.reviewed.draft.parts.is_empty() {
            match self.reviews() {
                [] => String::new(),
                [one] => one.edited.target.short(),
                all => format!("{} objects", all.len()),
            }
        } else {
            self.reviewed.draft.about()
        };
        format!("{}{rest} {about}", first.to_uppercase()).trim_end().to_owned()
    }

    fn verb(&self) -> String {
        self.word(self.then())
    }

    fn fields(&self, _: &Facts<'_>) -> Vec<Field> {
        let ways: Vec<String> = self.ways().into_iter().map(|way| self.word(way)).collect();
        if ways.len() < 2 {
            return Vec::new();
        }
        let ways: Vec<&str> = ways.iter().map(String::as_str).collect();
        let resources = self.reviews().iter().map(|review| &*review.edited.target.resource);
        std::iter::once(Field::choice("then", &ways, "←→"))
            .chain(shown::switch(resources))
            .collect()
    }

    fn answer(&mut self, answers: Vec<String>) {
        let mut answers = answers.into_iter();
        self.chosen = answers.next().unwrap_or_default();
        self.reveal = answers.next().is_some_and(|answer| answer == "true");
    }

    fn confirm(&self, _: &Facts<'_>) -> Confirm {
        match (self.then(), self.reviews().iter().find(|r| recreation(r).is_some())) {
            (Then::Recreate, Some(review)) => Confirm::Type(review.edited.target.name.clone()),
            _ => Confirm::Key,
        }
    }

    fn editing(&self) -> Option<Editing> {
        (self.then() == Then::EditOn).then(|| {
            let (draft, text) = self.again();
            Editing::On(draft, text)
        })
    }

    fn changes(&self, _: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let then = self.then();
        let change = |review: &Review| {
            let deed = self.deed(review, then)?;
            Some(Change { target: review.edited.target.clone(), deed })
        };
        Ok(self.reviews().iter().filter_map(change).collect())
    }
}
