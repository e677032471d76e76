//! How an object is doing, by what its status says.

use serde_json::Value;

use crate::kinds::words;
use crate::store::Health;

use super::path::Path;

/// Where an object says how it is doing, and what its words mean.
#[derive(Clone, Debug)]
pub(super) enum HealthRule {
    Conditions(Conditions),
    Field(Field),
}

/// By its conditions.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    /// Where they are.
    pub at: Path,
    /// Types that must hold.
    pub good: Vec<String>,
    /// Types that must not hold.
    pub bad: Vec<String>,
    /// Types that, where they hold, are worth a warning.
    pub warning: Vec<String>,
    /// Types that, where they hold, say that what is not good is on its way.
    pub changing: Vec<String>,
    /// Reasons for which what is not good is on its way.
    pub reasons: Vec<String>,
}

/// By a word in a field.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub at: Path,
    /// What words mean that kx would not know; `*` stands for any.
    pub words: Vec<(String, Health)>,
}

impl HealthRule {
    /// What it says of an object; `None` where it says nothing.
    pub fn of(&self, object: &Value) -> Option<Health> {
        match self {
            Self::Conditions(conditions) => conditions.of(object),
            Self::Field(field) => field.of(object),
        }
    }
}

impl Conditions {
    fn of(&self, object: &Value) -> Option<Health> {
        let (mut worst, mut changing) = (None, false);
        self.at.walk(object, &mut |condition, _| {
            let field = |key: &str| condition.get(key).and_then(Value::as_str);
            let (Some(kind), Some(status)) = (field("type"), field("status")) else { return true };
            let is = |kinds: &[String]| kinds.iter().any(|known| known == kind);
            let holds = status == "True";
            let reason = field("reason").unwrap_or_default();
            let fault = |bad: bool| match bad {
                false => Health::Ok,
                true if self.reasons.iter().any(|known| known == reason) => Health::Changing,
                true => Health::Broken,
            };
            let says = if is(&self.good) && status == "Unknown" {
                Some(Health::Changing)
            } else if is(&self.good) && status == "Degraded" {
                // The Prometheus operator's word for what works in part.
                Some(Health::Warning)
            } else if is(&self.good) {
                Some(fault(!holds))
            } else if is(&self.bad) && holds {
                Some(fault(true))
            } else if is(&self.warning) && holds {
                Some(Health::Warning)
            } else {
                None
            };
            changing |= holds && is(&self.changing);
            worst = worst.max(says);
            true
        });
        match worst {
            Some(Health::Broken) | None if changing => Some(Health::Changing),
            worst => worst,
        }
    }
}

impl Field {
    fn of(&self, object: &Value) -> Option<Health> {
        let mut worst = None;
        self.at.walk(object, &mut |value, _| {
            let says = match value {
                Value::String(text) => Some(self.word(text)),
                Value::Bool(flag) => Some(self.word(if *flag { "true" } else { "false" })),
                _ => None,
            };
            worst = worst.max(says);
            true
        });
        worst
    }

    fn word(&self, text: &str) -> Health {
        let known =
            self.words.iter().find(|(word, _)| word == "*" || word.eq_ignore_ascii_case(text));
        known.map_or_else(|| words::health(text), |(_, health)| *health)
    }
}
