//! Scaling: how many replicas an object with a scale subresource shall have.
//!
//! As `kubectl scale` (kubectl, `pkg/scale/scale.go`) does with a precondition: the Scale is read, compared with what was seen, and put back with its
//! resourceVersion, so that nobody's number is overwritten unseen.

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::{Health, Relation, Row, To};

use super::need::Need;
use super::several::Several;
use super::{Call, Change, Complaint, Deed, Does, Field, Of, Offer, Proposal, Target};

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

/// How many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    /// This many.
    To(i64),
    /// This many more.
    More(i64),
    /// This many less.
    Less(i64),
    /// This many times as many.
    Times(i64),
}

impl Amount {
    /// Reads `5`, `+2`, `-1`, `x2`.
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (make, digits): (fn(i64) -> Self, &str) = match text.chars().next() {
            Some('+') => (Self::More, &text[1..]),
            Some('-') => (Self::Less, &text[1..]),
            Some('x' | 'X' | '*') => (Self::Times, &text[1..]),
            _ => (Self::To, text),
        };
        let number = digits.trim().parse::<i32>().ok().filter(|number| *number >= 0);
        let number = number.ok_or("type a number of replicas, or a step: 5, +2, -1, x2")?;
        Ok(make(number.into()))
    }

    fn of(self, now: i64) -> i64 {
        match self {
            Self::To(number) => number,
            Self::More(more) => now.saturating_add(more),
            Self::Less(less) => now.saturating_sub(less),
            Self::Times(times) => now.saturating_mul(times),
        }
        .clamp(0, i32::MAX.into())
    }

    fn words(self) -> String {
        match self {
            Self::To(number) => format!("to {number}"),
            Self::More(more) => format!("by {more} more"),
            Self::Less(less) => format!("by {less} less"),
            Self::Times(times) => format!("to {times} times as many"),
        }
    }
}

/// Sets the number of replicas.
#[derive(Debug)]
struct Scale {
    amount: Amount,
    /// How many there were when the person decided.
    seen: Option<i64>,
    /// How many it shall have, once that is decided: a step is one step, however often it must be tried.
    decided: OnceLock<i64>,
}

impl Scale {
    fn new(amount: Amount) -> Self {
        Self { amount, seen: None, decided: OnceLock::new() }
    }
}

/// The replicas that a Scale asks for; an absent number is 0 (autoscaling/v1 `ScaleSpec`).
fn wanted(scale: &Value) -> i64 {
    scale["spec"]["replicas"].as_i64().unwrap_or(0)
}

impl Deed for Scale {
    fn words(&self) -> String {
        format!("scale {}", self.amount.words())
    }

    fn actions(&self) -> Vec<&'static str> {
        vec![match self.amount {
            Amount::To(_) | Amount::Times(_) => "scale",
            Amount::More(_) => "scale-up",
            Amount::Less(_) => "scale-down",
        }]
    }

    fn reads(&self) -> &'static str {
        "scale"
    }

    fn call(&self, target: &Target, scale: &Value) -> Result<Option<Call>, String> {
        let now = wanted(scale);
        let to = *self.decided.get_or_init(|| self.amount.of(now));
        if now == to {
            return Ok(None);
        }
        if let Some(seen) = self.seen.filter(|seen| *seen != now) {
            return Err(format!(
                "{} has {now} replicas by now, not {seen}: somebody else scaled it; look again",
                target.short()
            ));
        }
        if to == 0 && matches!(self.amount, Amount::Less(_)) {
            return Err(format!(
                "{} would have no replicas left; type 0 to scale it to none",
                target.short()
            ));
        }
        let mut body = scale.clone();
        if !body["spec"].is_object() {
            body["spec"] = json!({});
        }
        body["spec"]["replicas"] = json!(to);
        Ok(Some(Call::replace(target, "scale", body)))
    }
}

/// Asks how many.
#[derive(Debug)]
struct Scaling {
    several: Several,
}

const REPLICAS: usize = 0;
const BOUNDS: usize = 1;

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
        let mut namespaces: Vec<&str> =
            self.several.targets.iter().map(|t| t.namespace.as_str()).collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        let rows = |namespace: &str| Want::Rows {
            group: "autoscaling".to_owned(),
            resource: "horizontalpodautoscalers".to_owned(),
            namespace: namespace.to_owned(),
            labels: String::new(),
            fields: String::new(),
        };
        // Of many, one watch is cheaper.
        if namespaces.len() > 5 {
            vec![rows("")]
        } else {
            namespaces.into_iter().map(rows).collect()
        }
    }

    /// The autoscaler that sets an object's number itself.
    fn autoscaler<'a>(&self, facts: &Facts<'a>, target: &Target) -> Option<&'a Row> {
        let rows = self.autoscalers().into_iter().filter_map(|want| facts.rows(&want)).flatten();
        let scales = |row: &&Row| {
            *row.namespace == *target.namespace
                && row.links.iter().any(|link| {
                    link.relation == Relation::Scales
                        && *link.group == *target.resource.group
                        && *link.resource == *target.resource.kind
                        && matches!(&link.to, To::Name { name, .. } if **name == *target.name)
                })
        };
        rows.into_iter().find(scales)
    }

    /// The autoscaler as a target, where the cluster serves them.
    fn as_target(facts: &Facts<'_>, row: &Row) -> Option<Target> {
        let resource = facts.catalog().named("autoscaling", "horizontalpodautoscalers")?;
        Some(Target {
            resource,
            namespace: row.namespace.to_string(),
            name: row.name.to_string(),
            uid: Some(row.uid),
        })
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
            let Some(row) = self.autoscaler(facts, target) else { continue };
            lines.push(Line::new(
                0,
                [
                    Span::new(
                        format!("horizontalpodautoscaler/{}", row.name),
                        Tone::State(Health::Warning),
                    ),
                    Span::new(
                        format!(
                            " sets the replicas of {} itself and will set them again",
                            target.name
                        ),
                        Tone::Text,
                    ),
                ],
            ));
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
        "scale".to_owned()
    }

    fn fields(&self, facts: &Facts<'_>) -> Vec<Field> {
        let now = match self.several.targets.as_slice() {
            [one] => Self::now(facts, one).map(|now| now.to_string()),
            _ => None,
        };
        let mut fields =
            vec![Field::text("replicas", now.unwrap_or_default(), "5, or a step: +2, -1, x2")];
        if self.several.targets.iter().any(|target| self.autoscaler(facts, target).is_some()) {
            let hint = "widen the autoscaler's minimum or maximum so that it allows this number";
            fields.push(Field::switch("move its bounds", false, hint));
        }
        fields
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.several.answers = answers;
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let amount = Amount::parse(self.several.answer(REPLICAS))
            .map_err(|message| Complaint::of(REPLICAS, message))?;
        let mut changes = Vec::new();
        for target in &self.several.targets {
            let seen = Self::now(facts, target);
            if self.several.is_on(BOUNDS)
                && let Some(row) = self.autoscaler(facts, target)
                && let Some(autoscaler) = Self::as_target(facts, row)
            {
                let replicas = seen.map_or(0, |now| amount.of(now));
                changes.push(Change::new(autoscaler, super::bounds::Allow { replicas }));
            }
            let deed = Scale { amount, seen, decided: OnceLock::new() };
            changes.push(Change::new(target.clone(), deed));
        }
        Ok(changes)
    }
}
