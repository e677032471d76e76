//! One entry of a Secret or a ConfigMap: set, added or taken away, as text.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::sheet::Facts;

use super::asked::Ask;
use super::need::PATCH;
use super::several::{Several, known};
use super::{Call, Complaint, Deed, Does, Field, Of, Offer, Target, shown};

pub(super) const OFFER: Offer = Offer {
    action: "edit-key",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::Asks(|targets| ASK.proposal(targets)),
};

static ASK: Ask = Ask {
    note: "Pods read variables only when they start; files change a while after.",
    fields,
    ..Ask::new("edit key", deed)
};

const KEY: usize = 0;
const NAME: usize = 1;
const VALUE: usize = 2;
const REMOVE: usize = 3;
/// The option that stands for a key that is not there yet.
const NEW: &str = "(a new key)";
/// What a long text, or one of several lines, begins as: nothing of it could be seen in one line.
const LONGEST: usize = 4096;

/// Whether an object's values are kept from eyes, and in base64.
fn hides(target: &Target) -> bool {
    shown::is_masked(&target.resource)
}

/// The keys of the first object.
fn keys(several: &Several, facts: &Facts<'_>) -> Vec<String> {
    let first = several.targets.first().and_then(|target| known(facts, target));
    let data = first.and_then(|object| object["data"].as_object());
    data.map(|data| data.keys().cloned().collect()).unwrap_or_default()
}

/// A value as text, where it is one.
fn text(target: &Target, object: &Value, key: &str) -> Option<String> {
    let value = object["data"][key].as_str()?;
    if !hides(target) {
        return Some(value.to_owned());
    }
    String::from_utf8(STANDARD.decode(value).ok()?).ok()
}

/// A value that can be seen and typed in one line.
fn line(target: &Target, object: &Value, key: &str) -> Option<String> {
    text(target, object, key)
        .filter(|text| text.len() <= LONGEST && !text.contains(char::is_control))
}

fn fields(several: &Several, facts: &Facts<'_>) -> Vec<Field> {
    let keys = keys(several, facts);
    let options: Vec<&str> = keys.iter().map(String::as_str).chain([NEW]).collect();
    let mut fields = vec![Field::choice("key", &options, "")];
    let chosen = match several.answer(KEY) {
        "" => options[0],
        chosen => chosen,
    };
    let hint = if chosen == NEW { "of the new key" } else { "only for a new key" };
    fields.push(Field::text("name", "", hint));
    let first = several.targets.first();
    let there = first.and_then(|target| {
        let object = known(facts, target)?;
        object["data"][chosen].as_str()?;
        Some(line(target, object, chosen))
    });
    // Named by its key, so that what was typed for one is never set for another.
    let label = if chosen == NEW { "value".to_owned() } else { format!("value of {chosen}") };
    fields.push(match there {
        Some(Some(line)) => Field::text(&label, line, ""),
        Some(None) => {
            Field::text(&label, "", "takes the place of several lines, or of what is no text")
        }
        None => Field::text(&label, "", "as text"),
    });
    fields.push(Field::switch("take it away", false, "the key and its value"));
    fields
}

fn deed(several: &Several, facts: &Facts<'_>, target: &Target) -> Result<Arc<dyn Deed>, Complaint> {
    let chosen = several.answer(KEY);
    if chosen.is_empty() {
        return Err(Complaint::of(KEY, "the object is not read yet: wait a moment"));
    }
    let key = if chosen == NEW { several.answer(NAME) } else { chosen };
    if key.is_empty() {
        return Err(Complaint::of(NAME, "type the name of the new key"));
    }
    if several.is_on(REMOVE) {
        return Ok(Arc::new(Set { key: key.to_owned(), value: None, hides: hides(target) }));
    }
    // Blanks at the ends are part of a value.
    let value = several.answers.get(VALUE).cloned().unwrap_or_default();
    let unseen = known(facts, target).is_some_and(|object| {
        object["data"][key].is_string() && line(target, object, key).is_none()
    });
    if value.is_empty() && unseen {
        return Err(Complaint::of(VALUE, "type what takes the place of what is there"));
    }
    Ok(Arc::new(Set { key: key.to_owned(), value: Some(value), hides: hides(target) }))
}

/// Sets an entry, or takes it away.
struct Set {
    key: String,
    /// As text; `None` to take it away.
    value: Option<String>,
    /// Whether values are kept from eyes, and in base64.
    hides: bool,
}

/// Without the value: it may be one that nobody may see.
impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.value.as_ref().map(String::len);
        f.debug_struct("Set").field("key", &self.key).field("bytes", &bytes).finish_non_exhaustive()
    }
}

impl Deed for Set {
    fn words(&self) -> String {
        match self.value {
            Some(_) => format!("set the key {}", self.key),
            None => format!("take the key {} away", self.key),
        }
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["edit-key"]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let key = self.key.as_str();
        if object["immutable"] == true {
            return Err(format!(
                "{} is immutable: it can only be deleted and made anew",
                target.short()
            ));
        }
        if !object["binaryData"][key].is_null() {
            return Err(format!("{key} of {} is binary and stays as it is", target.short()));
        }
        let now = &object["data"][key];
        let value = match &self.value {
            None => Value::Null,
            Some(text) if self.hides => json!(STANDARD.encode(text)),
            Some(text) => json!(text),
        };
        let body = json!({"data": {key: value}});
        Ok((*now != value).then(|| Call::merge(target, object, "", body)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Catalog;

    fn target(plural: &str) -> Target {
        let resource = Catalog::default().resolve(plural).unwrap();
        Target { resource, namespace: "shop".into(), name: "db".into(), uid: None }
    }

    #[test]
    fn a_secret_is_encoded_and_its_value_is_in_no_words() {
        let set = Set { key: "password".into(), value: Some("hunter2".into()), hides: true };
        let secret = json!({"data": {"password": "b2xk", "other": "eA=="}});
        let call = set.call(&target("secrets"), &secret).unwrap().unwrap();
        assert_eq!(call.body["data"], json!({"password": "aHVudGVyMg=="}));
        let shown = super::super::preview::lines(&target("secrets"), &secret, &call);
        let shown: String = shown.iter().map(crate::sheet::Line::text).collect();
        for text in [set.words(), format!("{set:?}"), shown] {
            assert!(!text.contains("hunter2") && !text.contains("aHVudGVyMg"), "{text}");
        }
        assert!(set.call(&target("secrets"), &json!({"immutable": true})).is_err());
        let done = json!({"data": {"password": "aHVudGVyMg=="}});
        assert_eq!(set.call(&target("secrets"), &done), Ok(None));
    }

    #[test]
    fn binary_data_is_left_alone() {
        let set = Set { key: "logo".into(), value: Some("x".into()), hides: false };
        assert!(set.call(&target("configmaps"), &json!({"binaryData": {"logo": "AAE="}})).is_err());
        let gone = Set { key: "logo".into(), value: None, hides: false };
        assert_eq!(gone.call(&target("configmaps"), &json!({"data": {"a": "b"}})), Ok(None));
    }
}
