//! Tainting nodes, as `kubectl taint` does (kubectl, `pkg/cmd/taint/utils.go`): what is new stands first, what is there already keeps its order.

use std::fmt;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::sheet::{Line, Span, Tone};

use super::asked::Ask;
use super::need::PATCH;
use super::several::Several;
use super::{Call, Complaint, Deed, Does, Field, Of, Offer, Target, pairs};

pub(super) const OFFER: Offer = Offer {
    action: "taint",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::Asks(|targets| ASK.proposal(targets)),
};

static ASK: Ask = Ask {
    note: "NoExecute ends the pods that do not tolerate it; NoSchedule only keeps new ones away.",
    fields: |_, _| {
        vec![
            Field::text("taints", "", "key=value:NoSchedule, key:NoExecute, key:NoSchedule-, key-"),
            Field::switch("overwrite", false, "put a value in the place of another"),
        ]
    },
    say: |node| vec![Span::new(together(&node["spec"]["taints"]), Tone::Muted)],
    show: |_, node, call| {
        let text = |taints: &Value| match together(taints) {
            none if none.is_empty() => "none".to_owned(),
            all => all,
        };
        let (before, after) = (&node["spec"]["taints"], &call.body["spec"]["taints"]);
        vec![Line::new(
            2,
            [
                Span::new("spec.taints: ", Tone::Label),
                Span::new(text(before), Tone::Text),
                Span::new(" → ", Tone::Muted),
                Span::new(text(after), Tone::Added),
            ],
        )]
    },
    ..Ask::new("taint", |several, _, _| deed(several))
};

const TAINTS: usize = 0;
const OVERWRITE: usize = 1;
const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

fn deed(several: &Several) -> Result<Arc<dyn Deed>, Complaint> {
    let mut taint =
        Taint::parse(several.answer(TAINTS)).map_err(|why| Complaint::of(TAINTS, why))?;
    taint.overwrite = several.is_on(OVERWRITE);
    Ok(Arc::new(taint))
}

/// Taints as kubectl prints them.
fn together(taints: &Value) -> String {
    let list = taints.as_array().map_or(&[][..], Vec::as_slice);
    list.iter().map(|taint| One::of(taint).to_string()).collect::<Vec<_>>().join(" ")
}

/// A taint, or one to take away; without an effect it means every effect.
#[derive(Clone, Debug, PartialEq, Eq)]
struct One {
    key: String,
    value: String,
    effect: String,
}

impl One {
    /// Reads `key=value:Effect`, `key:Effect`, `key`.
    fn parse(text: &str) -> Option<Self> {
        let (left, effect) = text.split_once(':').unwrap_or((text, ""));
        let (key, value) = left.split_once('=').unwrap_or((left, ""));
        let known = EFFECTS.contains(&effect) || (effect.is_empty() && left == text);
        (known && !key.is_empty() && !value.contains('=')).then(|| Self {
            key: key.to_owned(),
            value: value.to_owned(),
            effect: effect.to_owned(),
        })
    }

    fn of(taint: &Value) -> Self {
        let text = |field: &str| taint[field].as_str().unwrap_or_default().to_owned();
        Self { key: text("key"), value: text("value"), effect: text("effect") }
    }

    /// Whether it takes this one's place; without an effect it is every one of its key.
    fn is(&self, other: &Self) -> bool {
        self.key == other.key && (self.effect.is_empty() || self.effect == other.effect)
    }
}

impl fmt::Display for One {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if !self.value.is_empty() {
            write!(f, "={}", self.value)?;
        }
        if !self.effect.is_empty() {
            write!(f, ":{}", self.effect)?;
        }
        Ok(())
    }
}

/// Taints a node, and takes taints away.
#[derive(Debug, Default)]
struct Taint {
    add: Vec<One>,
    remove: Vec<One>,
    overwrite: bool,
}

impl Taint {
    fn parse(text: &str) -> Result<Self, String> {
        let mut taint = Self::default();
        for word in pairs::words(text)? {
            let (list, one) = match word.strip_suffix('-') {
                Some(rest) => (&mut taint.remove, One::parse(rest)),
                None => (&mut taint.add, One::parse(&word).filter(|one| !one.effect.is_empty())),
            };
            let one = one.ok_or_else(|| {
                let effects = EFFECTS.join(", ");
                format!("{word:?}: type key=value:Effect, or key:Effect- to take it away; the effects are {effects}")
            })?;
            if list.iter().any(|other| other.is(&one)) {
                return Err(format!("{}:{} is given twice", one.key, one.effect));
            }
            list.push(one);
        }
        if let Some(both) = taint.remove.iter().find(|r| taint.add.iter().any(|add| r.is(add))) {
            return Err(format!("{both} cannot be set and taken away at once"));
        }
        if taint.add.is_empty() && taint.remove.is_empty() {
            return Err("type key=value:Effect, or key:Effect- to take it away".to_owned());
        }
        Ok(taint)
    }
}

impl Deed for Taint {
    fn words(&self) -> String {
        let add = self.add.iter().map(One::to_string);
        let remove = self.remove.iter().map(|one| format!("{one}-"));
        format!("taint {}", add.chain(remove).collect::<Vec<_>>().join(" "))
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["taint"]
    }

    fn call(&self, target: &Target, node: &Value) -> Result<Option<Call>, String> {
        let there = node["spec"]["taints"].as_array().map_or(&[][..], Vec::as_slice);
        let all: Vec<One> = there.iter().map(One::of).collect();
        let set = self.add.iter().all(|one| all.contains(one));
        if set && !all.iter().any(|old| self.remove.iter().any(|gone| gone.is(old))) {
            return Ok(None);
        }
        let other = |one: &&One| self.add.iter().any(|add| add.is(one) && add != *one);
        if let Some(old) = all.iter().find(other).filter(|_| !self.overwrite) {
            return Err(format!(
                "{} has {old} already: overwrite must be on to put another value there",
                target.short()
            ));
        }
        let new = self.add.iter().map(|one| {
            let mut taint = json!({"key": one.key, "effect": one.effect});
            if !one.value.is_empty() {
                taint["value"] = json!(one.value);
            }
            taint
        });
        let touched = |one: &One| self.add.iter().chain(&self.remove).any(|mine| mine.is(one));
        let kept = there.iter().zip(&all).filter(|(_, one)| !touched(one));
        let taints: Vec<Value> = new.chain(kept.map(|(taint, _)| taint.clone())).collect();
        // The list is put there whole: what somebody else taints meanwhile must not be lost.
        let body = json!({
            "metadata": {"resourceVersion": node["metadata"]["resourceVersion"]},
            "spec": {"taints": if taints.is_empty() { Value::Null } else { json!(taints) }},
        });
        Ok(Some(Call::merge(target, node, "", body)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(typed: &str, overwrite: bool, taints: &Value) -> Result<Option<Value>, String> {
        let taint = Taint { overwrite, ..Taint::parse(typed)? };
        let target = Target {
            resource: Arc::default(),
            namespace: String::new(),
            name: "n1".into(),
            uid: None,
        };
        let call = taint.call(&target, &json!({"spec": {"taints": taints}}))?;
        Ok(call.map(|call| call.body["spec"]["taints"].clone()))
    }

    #[test]
    fn new_ones_stand_first_and_others_stay() {
        let there = json!([
            {"key": "a", "value": "1", "effect": "NoSchedule"},
            {"key": "b", "effect": "NoExecute", "timeAdded": "2026-01-01T00:00:00Z"},
        ]);
        let new = json!([{"key": "c", "value": "2", "effect": "NoExecute"}, there[0], there[1]]);
        assert_eq!(after("c=2:NoExecute", false, &there), Ok(Some(new)));
        assert_eq!(after("a-", false, &there), Ok(Some(json!([there[1]]))));
        assert_eq!(after("a:NoSchedule- b:NoExecute-", false, &there), Ok(Some(Value::Null)));
        assert_eq!(after("a=1:NoSchedule gone-", false, &there), Ok(None));
        let why = after("a=2:NoSchedule", false, &there).unwrap_err();
        assert!(why.contains("has a=1:NoSchedule already"), "{why}");
        let over = json!([{"key": "a", "value": "2", "effect": "NoSchedule"}, there[1]]);
        assert_eq!(after("a=2:NoSchedule", true, &there), Ok(Some(over)));
    }

    #[test]
    fn what_is_no_taint_is_refused() {
        for wrong in [
            "",
            "a",
            "a=b",
            "a:Sometimes",
            ":NoSchedule",
            "a=b=c:NoExecute",
            "a:",
            "a:-",
            "a:NoExecute a-",
        ] {
            assert!(Taint::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in ".{0,40}") {
            let _ = Taint::parse(&text);
        }
    }
}
