//! The number of replicas, as it is typed and as it is put into an object's Scale.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::super::{Against, Call, Deed, Target};
use super::autoscaler;

/// How many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
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
    pub fn parse(text: &str) -> Result<Self, String> {
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

    pub fn of(self, now: i64) -> i64 {
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
pub(super) struct Scale {
    amount: Amount,
    /// How many there were when the person decided.
    seen: Option<i64>,
    /// How many it shall have, once that is decided: a step is one step, however often it must be tried.
    decided: OnceLock<i64>,
    /// Whether the person was told of an autoscaler before.
    told: bool,
}

impl Scale {
    /// Of which nothing was seen before.
    pub fn new(amount: Amount) -> Self {
        Self { amount, seen: None, decided: OnceLock::new(), told: false }
    }

    /// Of what had so many replicas; the person saw whether an autoscaler sets them.
    pub fn of_seen(amount: Amount, seen: Option<i64>) -> Self {
        Self { seen, told: true, ..Self::new(amount) }
    }
}

/// The replicas that a Scale asks for; an absent number is 0 (autoscaling/v1 `ScaleSpec`).
pub(super) fn wanted(scale: &Value) -> i64 {
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

    fn against(&self, target: &Target) -> Option<Against> {
        // An autoscaler leaves alone what has no replicas.
        let none = self.decided.get() == Some(&0);
        (!self.told && !none)
            .then(|| Against { path: autoscaler::path(&target.namespace), say: autoscaler::fights })
    }
}
