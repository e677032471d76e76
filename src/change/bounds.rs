//! The bounds of a `HorizontalPodAutoscaler`.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::sheet::{Facts, Span, Tone};

use super::asked::Ask;
use super::need::PATCH;
use super::several::{Several, known};
use super::{Call, Complaint, Deed, Does, Field, Of, Offer, Target};

pub(super) const OFFER: Offer = Offer {
    action: "set-bounds",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::Asks(|targets| ASK.proposal(targets)),
};

static ASK: Ask = Ask {
    fields,
    say: |object| {
        let now = object["status"]["currentReplicas"].as_i64().unwrap_or(0);
        vec![Span::new(format!("{now} replicas now"), Tone::Muted)]
    },
    ..Ask::new("set bounds", |several, _, _| deed(several))
};

const LEAST: usize = 0;
const MOST: usize = 1;

/// Begins with the numbers of the one; of several, with none.
fn fields(several: &Several, facts: &Facts<'_>) -> Vec<Field> {
    let one = match several.targets.as_slice() {
        [one] => known(facts, one).map(bounds),
        _ => None,
    };
    let text = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    vec![
        Field::text("minimum", text(one.map(|(least, _)| least)), "fewest replicas"),
        Field::text("maximum", text(one.map(|(_, most)| most)), "most replicas"),
    ]
}

/// The fewest and the most replicas; an absent minimum is 1 (autoscaling/v2).
fn bounds(object: &Value) -> (i64, i64) {
    let spec = &object["spec"];
    (spec["minReplicas"].as_i64().unwrap_or(1), spec["maxReplicas"].as_i64().unwrap_or(0))
}

fn deed(several: &Several) -> Result<Arc<dyn Deed>, Complaint> {
    let number = |field: usize| match several.answer(field) {
        "" => Ok(None),
        typed => match typed.parse::<i32>() {
            Ok(number) if number >= 0 => Ok(Some(i64::from(number))),
            _ => Err(Complaint::of(field, "type a number of replicas")),
        },
    };
    let (least, most) = (number(LEAST)?, number(MOST)?);
    match (least, most) {
        (None, None) => Err(Complaint::of(LEAST, "type a minimum or a maximum")),
        (Some(least), Some(most)) if least > most => Err(Complaint::of(
            MOST,
            format!("the maximum cannot be less than the minimum, {least}"),
        )),
        (_, Some(0)) => Err(Complaint::of(MOST, "the maximum must be at least 1")),
        _ => Ok(Arc::new(Set { least, most })),
    }
}

/// Sets an autoscaler's bounds.
#[derive(Debug)]
pub(super) struct Set {
    /// The fewest replicas; `None` for as it is.
    pub least: Option<i64>,
    /// The most replicas; `None` for as it is.
    pub most: Option<i64>,
}

impl Deed for Set {
    fn words(&self) -> String {
        let word = |name: &str, number: Option<i64>| number.map(|n| format!("{name} {n}"));
        let words = [word("minimum", self.least), word("maximum", self.most)];
        format!("set {}", words.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["set-bounds"]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let (least_now, most_now) = bounds(object);
        let (least, most) = (self.least.unwrap_or(least_now), self.most.unwrap_or(most_now));
        if least > most {
            return Err(format!(
                "{} would have {least} as its minimum and {most} as its maximum",
                target.short()
            ));
        }
        let mut changed = Map::new();
        if least != least_now {
            changed.insert("minReplicas".to_owned(), json!(least));
        }
        if most != most_now {
            changed.insert("maxReplicas".to_owned(), json!(most));
        }
        Ok((!changed.is_empty())
            .then(|| Call::merge(target, object, "", json!({"spec": Value::Object(changed)}))))
    }
}
