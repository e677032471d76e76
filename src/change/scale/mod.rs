//! Scaling: how many replicas an object with a scale subresource shall have.
//!
//! As `kubectl scale` (kubectl, `pkg/scale/scale.go`) does with a precondition: the Scale is read, compared with what was seen, and put back with its
//! resourceVersion, so that nobody's number is overwritten unseen.
//!
//! Where an autoscaler sets that number, its bounds can be moved instead: it scales the object then, and goes on to.

mod autoscaler;
mod deed;

use std::sync::Arc;

use crate::access::Request;
use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

use super::bounds::Set;
use super::need::Need;
use super::several::Several;
use super::{Change, Complaint, Does, Field, Of, Offer, Proposal, Target};
use autoscaler::Autoscaler;
use deed::{Amount, Scale, wanted};

/// A number, or `+2`, `-1`, `x2`.
pub(super) const OFFER: Offer = Offer {
    action: "scale",
    of: Of::Subresource("scale"),
    needs: |_| vec![Need::sub("get", "scale"), Need::sub("update", "scale")],
    does: Does::Asks(propose),
};

/// One more.
pub(super) const UP: Offer = Offer {
    action: "scale-up",
    does: Does::AtOnce(|| Arc::new(Scale::new(Amount::More(1))), propose),
    ..OFFER
};

/// One less, but never to none.
pub(super) const DOWN: Offer = Offer {
    action: "scale-down",
    does: Does::AtOnce(|| Arc::new(Scale::new(Amount::Less(1))), propose),
    ..OFFER
};

fn propose(targets: Vec<Target>) -> Box<dyn Proposal> {
    Box::new(Scaling { several: Several::new(targets) })
}

/// Asks how many.
#[derive(Debug)]
struct Scaling {
    several: Several,
}

const REPLICAS: usize = 0;
const MOVES: usize = 1;

/// What is moved, in the words of the form.
const ALONE: &str = "its replicas";
const INSTEAD: &str = "the autoscaler's bounds instead";
const BOTH: &str = "both";

/// What is moved where an autoscaler sets the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moves {
    /// The number itself, which the autoscaler sets again.
    Replicas,
    /// The autoscaler's bounds, so that it sets the number.
    Bounds,
    /// The number, and the bounds so that they allow it.
    Both,
}

impl Scaling {
    /// The Scale of an object, as text: the object alone does not say where a custom resource keeps its number.
    fn scale(target: &Target) -> Want {
        Want::Text { path: target.path("scale") }
    }

    fn now(facts: &Facts<'_>, target: &Target) -> Option<i64> {
        match facts.get(&Self::scale(target)) {
            Answer::Text { text, status: 200, .. } => {
                Some(wanted(&serde_json::from_str(text).ok()?))
            }
            _ => None,
        }
    }

    /// The autoscalers of the namespaces in question.
    fn autoscalers(&self) -> Vec<Want> {
        autoscaler::wants(self.several.targets.iter().map(|target| target.namespace.as_str()))
    }

    /// The autoscaler that sets an object's number itself.
    fn autoscaler<'a>(&self, facts: &Facts<'a>, target: &Target) -> Option<Autoscaler<'a>> {
        Autoscaler::of(facts, &self.autoscalers(), target)
    }

    /// What is moved where an autoscaler sets the number.
    fn moves(&self) -> Moves {
        match self.several.answer(MOVES) {
            INSTEAD => Moves::Bounds,
            BOTH => Moves::Both,
            _ => Moves::Replicas,
        }
    }

    /// The bounds that an object's autoscaler gets, where they are moved; or why there are none.
    fn bounds(
        &self,
        facts: &Facts<'_>,
        target: &Target,
        of: &Autoscaler<'_>,
    ) -> Option<Result<Set, String>> {
        let amount = Amount::parse(self.several.answer(REPLICAS)).ok()?;
        match self.moves() {
            Moves::Replicas => None,
            moves => Some(match Self::now(facts, target) {
                Some(now) => of.led(now, amount.of(now), moves == Moves::Bounds),
                None => Err(format!("how many replicas {} has is not read yet", target.short())),
            }),
        }
    }
}

impl Subject for Scaling {
    fn crumbs(&self) -> Vec<String> {
        vec![self.several.together(), "scale".to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        let read = self.several.targets.len() <= super::several::READ;
        let scales = self.several.targets.iter().filter(|_| read).map(Self::scale);
        scales.chain(self.autoscalers()).collect()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let amount = Amount::parse(self.several.answer(REPLICAS)).ok();
        let mut lines = self.several.lines(|target| {
            let Some(now) = Self::now(facts, target) else {
                return match facts.get(&Self::scale(target)) {
                    Answer::Failed(why) => {
                        vec![Span::new(why.as_str(), Tone::Health(Health::Broken))]
                    }
                    _ => Vec::new(),
                };
            };
            let mut spans = vec![Span::new(now.to_string(), Tone::Number)];
            if let Some(to) = amount.map(|amount| amount.of(now)) {
                let tone = if to == 0 { Tone::Health(Health::Warning) } else { Tone::Number };
                spans.push(Span::new(" → ", Tone::Muted));
                spans.push(Span::new(to.to_string(), tone));
            }
            spans
        });
        for target in &self.several.targets {
            let Some(autoscaler) = self.autoscaler(facts, target) else { continue };
            let none = amount.zip(Self::now(facts, target)).is_some_and(|(a, now)| a.of(now) == 0);
            lines.push(autoscaler.line(target, self.moves() == Moves::Bounds, none));
            match self.bounds(facts, target, &autoscaler) {
                Some(Ok(set)) => lines.extend(autoscaler.preview(&set)),
                Some(Err(why)) => {
                    lines.push(Line::new(2, [Span::new(why, Tone::State(Health::Warning))]));
                }
                None => {}
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

impl Proposal for Scaling {
    fn title(&self) -> String {
        format!("Scale {}", self.several.together())
    }

    fn verb(&self) -> String {
        if self.moves() == Moves::Bounds { "move the bounds" } else { "scale" }.to_owned()
    }

    fn fields(&self, facts: &Facts<'_>) -> Vec<Field> {
        let now = match self.several.targets.as_slice() {
            [one] => Self::now(facts, one).map(|now| now.to_string()),
            _ => None,
        };
        let mut fields =
            vec![Field::text("replicas", now.unwrap_or_default(), "5, or a step: +2, -1, x2")];
        if self.several.targets.iter().any(|target| self.autoscaler(facts, target).is_some()) {
            let hint = match self.moves() {
                Moves::Replicas => "it will set them again",
                Moves::Bounds => "nothing is sent to the scale: it scales by itself",
                Moves::Both => "its bounds are widened so that they allow this number",
            };
            fields.push(Field::choice("move", &[ALONE, INSTEAD, BOTH], hint));
        }
        fields
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.several.answers = answers;
    }

    fn asks(&self, facts: &Facts<'_>) -> Vec<Request> {
        if self.moves() == Moves::Replicas {
            return Vec::new();
        }
        let targets = self.several.targets.iter();
        let moved = targets.filter_map(|target| self.autoscaler(facts, target)?.as_target(facts));
        moved.map(|target| Need::object("patch").request(&target)).collect()
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let amount = Amount::parse(self.several.answer(REPLICAS))
            .map_err(|message| Complaint::of(REPLICAS, message))?;
        let mut changes = Vec::new();
        for target in &self.several.targets {
            let autoscaler = self.autoscaler(facts, target);
            let bounds = match &autoscaler {
                Some(autoscaler) => self.bounds(facts, target, autoscaler),
                None => None,
            };
            let of = autoscaler.and_then(|autoscaler| autoscaler.as_target(facts));
            if let (Some(of), Some(bounds)) = (of, bounds) {
                let set = bounds.map_err(Complaint::from)?;
                if set.least.or(set.most).is_some() {
                    changes.push(Change::new(of, set));
                }
                if self.moves() == Moves::Bounds {
                    continue;
                }
            }
            let deed = Scale::of_seen(amount, Self::now(facts, target));
            changes.push(Change::new(target.clone(), deed));
        }
        Ok(changes)
    }
}
