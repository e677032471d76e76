//! Labels and annotations, as `kubectl label` and `kubectl annotate` change them (kubectl, `pkg/cmd/label/label.go`, `pkg/cmd/annotate/annotate.go`).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::sheet::{Span, Tone, printable};

use super::asked::Ask;
use super::need::PATCH;
use super::pairs::Pairs;
use super::several::Several;
use super::{Call, Complaint, Deed, Does, Field, Of, Offer, Target};

pub(super) const LABEL: Offer = Offer {
    action: "label",
    of: Of::All,
    needs: |_| PATCH.to_vec(),
    does: Does::Asks(|targets| LABELS.proposal(targets)),
};

pub(super) const ANNOTATE: Offer = Offer {
    action: "annotate",
    of: Of::All,
    needs: |_| PATCH.to_vec(),
    does: Does::Asks(|targets| ANNOTATIONS.proposal(targets)),
};

static LABELS: Ask = Ask {
    fields: |_, _| fields("labels"),
    say: |object| present(object, "labels"),
    ..Ask::new("label", |several, _, _| deed("labels", several))
};

static ANNOTATIONS: Ask = Ask {
    fields: |_, _| fields("annotations"),
    ..Ask::new("annotate", |several, _, _| deed("annotations", several))
};

const PAIRS: usize = 0;
const OVERWRITE: usize = 1;

fn fields(map: &str) -> Vec<Field> {
    vec![
        Field::text(map, "", "key=value to set, key- to take away"),
        Field::switch("overwrite", false, "put a value in the place of another"),
    ]
}

fn deed(map: &'static str, several: &Several) -> Result<Arc<dyn Deed>, Complaint> {
    let pairs = Pairs::parse(several.answer(PAIRS)).map_err(|why| Complaint::of(PAIRS, why))?;
    Ok(Arc::new(Edit { map, pairs, overwrite: several.is_on(OVERWRITE) }))
}

/// The labels that are there.
fn present(object: &Value, map: &str) -> Vec<Span> {
    let Some(all) = object["metadata"][map].as_object() else { return Vec::new() };
    let all = all.iter().map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default()));
    let text = all.collect::<Vec<_>>().join(" ");
    vec![Span::new(printable(&text), Tone::Muted)]
}

/// Sets some, takes some away.
#[derive(Debug)]
struct Edit {
    map: &'static str,
    pairs: Pairs,
    overwrite: bool,
}

impl Deed for Edit {
    fn words(&self) -> String {
        format!("set {} {}", self.map, self.pairs.text())
    }

    fn actions(&self) -> Vec<&'static str> {
        vec![if self.map == "labels" { "label" } else { "annotate" }]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let now = &object["metadata"][self.map];
        let mut changed = Map::new();
        for (key, value) in &self.pairs.set {
            match now[key.as_str()].as_str() {
                Some(there) if there == value => {}
                Some(there) if !self.overwrite => {
                    return Err(format!(
                        "{} has {key}={there} already: overwrite must be on to put {value:?} there",
                        target.short()
                    ));
                }
                _ => drop(changed.insert(key.clone(), json!(value))),
            }
        }
        for key in &self.pairs.remove {
            if !now[key.as_str()].is_null() {
                changed.insert(key.clone(), Value::Null);
            }
        }
        let body = json!({"metadata": {self.map: changed}});
        Ok((!changed.is_empty()).then(|| Call::merge(target, object, "", body)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_unasked_and_nothing_is_sent_for_nothing() {
        let object = json!({"metadata": {"uid": "u", "labels": {"team": "a", "old": "x"}}});
        let target = Target {
            resource: Arc::default(),
            namespace: String::new(),
            name: "n".into(),
            uid: None,
        };
        let call = |typed: &str, overwrite| {
            let pairs = Pairs::parse(typed).unwrap();
            let edit = Edit { map: "labels", pairs, overwrite };
            edit.call(&target, &object)
                .map(|call| call.map(|call| call.body["metadata"]["labels"].clone()))
        };
        assert_eq!(call("team=a gone-", false), Ok(None));
        assert_eq!(call("new=b old-", false), Ok(Some(json!({"new": "b", "old": null}))));
        let why = call("team=b", false).unwrap_err();
        assert!(why.contains("has team=a already"), "{why}");
        assert_eq!(call("team=b", true), Ok(Some(json!({"team": "b"}))));
    }
}
