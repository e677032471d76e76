//! What a file says of health: conditions, or the words of a field.

use toml::de::DeValue;

use crate::kinds::relations::RelationsError;
use crate::kinds::relations::health::{Conditions, Field, HealthRule};
use crate::kinds::relations::path::Path;
use crate::store::Health;

use super::reader::{Reader, Value};

const CONDITIONS: [&str; 6] = ["conditions", "not", "warning", "changing", "reasons", "at"];
const WORDS: [(&str, Health); 5] = [
    ("ok", Health::Ok),
    ("idle", Health::Idle),
    ("changing", Health::Changing),
    ("warning", Health::Warning),
    ("broken", Health::Broken),
];

impl Reader<'_> {
    pub fn healths(&self, value: &Value<'_>, key: &str) -> Result<Vec<HealthRule>, RelationsError> {
        match value.get_ref() {
            DeValue::Array(values) => values.iter().map(|value| self.health(value, key)).collect(),
            _ => Ok(vec![self.health(value, key)?]),
        }
    }

    fn health(&self, value: &Value<'_>, key: &str) -> Result<HealthRule, RelationsError> {
        let table = self.table(value, key)?;
        if let Some(field) = table.get("field") {
            let mut rule = Field { at: self.path(field, key)?, words: Vec::new() };
            for (name, value) in table {
                let name_text = name.get_ref().as_ref();
                match WORDS.iter().find(|(word, _)| *word == name_text) {
                    Some((_, health)) => {
                        let words = self.strings(value, key)?;
                        rule.words.extend(words.into_iter().map(|word| (word, *health)));
                    }
                    None if name_text == "field" => {}
                    None => {
                        let known = WORDS.iter().map(|(word, _)| *word).chain(["field"]);
                        return Err(self.unknown(&name.span(), key, name_text, known));
                    }
                }
            }
            return Ok(HealthRule::Field(rule));
        }
        let at = Path::parse("status.conditions[]").map_err(|why| self.wrong(value, key, why))?;
        let mut rule = Conditions {
            at,
            good: Vec::new(),
            bad: Vec::new(),
            warning: Vec::new(),
            changing: Vec::new(),
            reasons: Vec::new(),
        };
        for (name, value) in table {
            match name.get_ref().as_ref() {
                "conditions" => rule.good = self.strings(value, key)?,
                "not" => rule.bad = self.strings(value, key)?,
                "warning" => rule.warning = self.strings(value, key)?,
                "changing" => rule.changing = self.strings(value, key)?,
                "reasons" => rule.reasons = self.strings(value, key)?,
                "at" => rule.at = self.path(value, key)?,
                other => {
                    let known = CONDITIONS.into_iter().chain(["field"]);
                    return Err(self.unknown(&name.span(), key, other, known));
                }
            }
        }
        if rule.good.is_empty() && rule.bad.is_empty() && rule.warning.is_empty() {
            let why = "says no conditions and no field; write { conditions = [\"Ready\"] }";
            return Err(self.wrong(value, key, why.into()));
        }
        Ok(HealthRule::Conditions(rule))
    }
}
