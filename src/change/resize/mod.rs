//! Resizing the containers of running pods in place (KEP-1287), as `kubectl patch --subresource resize` does.

mod deed;
mod qos;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde_json::Value;

use crate::sheet::{Facts, Line, Span, Tone, printable};
use crate::store::Health;
use crate::wire::Quantity;

use super::asked::Ask;
use super::need::{GET, Need};
use super::several::{Several, known};
use super::{Call, Complaint, Deed, Does, Field, Of, Offer, Target};
use deed::{Amount, Resize, containers};

pub(super) const OFFER: Offer = Offer {
    action: "resize",
    of: Of::Subresource("resize"),
    needs: |_| vec![GET, Need::sub("patch", "resize")],
    does: Does::Asks(|targets| ASK.proposal(targets)),
};

static ASK: Ask = Ask {
    note: "Its node does it when it has room; the pod's conditions PodResizePending and PodResizeInProgress tell, and its RESIZE.",
    fields,
    say,
    show,
    ..Ask::new("resize", deed)
};

/// What can be asked of a container: the side, the resource, and what it is called.
const AMOUNTS: [(&str, &str, &str); 4] = [
    ("requests", "cpu", "cpu request"),
    ("limits", "cpu", "cpu limit"),
    ("requests", "memory", "memory request"),
    ("limits", "memory", "memory limit"),
];

/// One thing that is asked: an amount of a container, as the first pod that has the container has it.
struct Slot {
    container: String,
    side: &'static str,
    resource: &'static str,
    label: &'static str,
    now: String,
}

/// All that is asked, container by container, each name once.
fn slots(several: &Several, facts: &Facts<'_>) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    for pod in several.targets.iter().filter_map(|target| known(facts, target)) {
        for (_, container) in containers(pod) {
            let name = container["name"].as_str().unwrap_or_default();
            if slots.iter().any(|slot| slot.container == name) {
                continue;
            }
            slots.extend(AMOUNTS.map(|(side, resource, label)| Slot {
                container: name.to_owned(),
                side,
                resource,
                label,
                now: text(&container["resources"][side][resource]),
            }));
        }
    }
    slots
}

/// An amount as it is written; a server may have it as a number.
fn text(amount: &Value) -> String {
    match amount {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn fields(several: &Several, facts: &Facts<'_>) -> Vec<Field> {
    let slots = slots(several, facts);
    let one = slots.len() <= AMOUNTS.len();
    let field = |slot: &Slot| {
        let label =
            if one { slot.label.to_owned() } else { format!("{} {}", slot.container, slot.label) };
        let hint = if slot.resource == "cpu" { "250m, 1.5" } else { "512Mi, 2Gi" };
        Field::text(&label, slot.now.as_str(), hint)
    };
    slots.iter().map(field).collect()
}

fn deed(several: &Several, facts: &Facts<'_>, _: &Target) -> Result<Arc<dyn Deed>, Complaint> {
    let mut amounts = Vec::new();
    for (at, slot) in slots(several, facts).into_iter().enumerate() {
        // Before the fields are known there is no answer to them.
        if at >= several.answers.len() {
            break;
        }
        let typed = several.answer(at);
        if typed == slot.now {
            continue;
        }
        let valid = |text: &str| Quantity { text: text.to_owned() }.nanos().is_some_and(|n| n >= 0);
        if !typed.is_empty() && !valid(typed) {
            let example = if slot.resource == "cpu" { "250m, 1.5" } else { "512Mi, 2Gi" };
            return Err(Complaint::of(
                at,
                format!("{typed:?} is no amount: type one like {example}"),
            ));
        }
        let amount = (!typed.is_empty()).then(|| typed.to_owned());
        let Slot { container, side, resource, .. } = slot;
        amounts.push(Amount { container, side, resource, wanted: amount });
    }
    if amounts.is_empty() {
        return Err(Complaint::of(0, "type another amount for one of the containers"));
    }
    Ok(Arc::new(Resize { amounts }))
}

/// How an earlier resize is doing.
fn say(pod: &Value) -> Vec<Span> {
    let qos = pod["status"]["qosClass"].as_str().unwrap_or_default();
    let mut spans = vec![Span::new(format!("QoS class {}", printable(qos)), Tone::Muted)];
    let conditions = pod["status"]["conditions"].as_array().map_or(&[][..], Vec::as_slice);
    for condition in conditions.iter().filter(|condition| condition["status"] == "True") {
        let kind = condition["type"].as_str().unwrap_or_default();
        if !kind.starts_with("PodResize") {
            continue;
        }
        let words = ["reason", "message"].map(|key| condition[key].as_str().unwrap_or_default());
        let words =
            words.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
        let text = printable(&format!("  {kind} {words}"));
        spans.push(Span::new(text, Tone::Health(Health::Changing)));
    }
    spans
}

/// What becomes of each container.
fn show(_: &Target, pod: &Value, call: &Call) -> Vec<Line> {
    let mut lines = Vec::new();
    for (list, container) in containers(pod) {
        let patches = call.body["spec"][list].as_array().map_or(&[][..], Vec::as_slice);
        let Some(patch) = patches.iter().find(|patch| patch["name"] == container["name"]) else {
            continue;
        };
        let name = container["name"].as_str().unwrap_or_default();
        for (side, resource, label) in AMOUNTS {
            let Some(amount) = patch["resources"][side].get(resource) else { continue };
            let now = text(&container["resources"][side][resource]);
            let mut spans = vec![Span::new(format!("{} {label}: ", printable(name)), Tone::Label)];
            spans.push(match now.as_str() {
                "" => Span::new("none", Tone::Muted),
                now => Span::new(printable(now), Tone::Text),
            });
            spans.push(Span::new(" → ", Tone::Muted));
            spans.push(match amount {
                Value::Null => Span::new("none", Tone::Removed),
                amount => Span::new(printable(&text(amount)), Tone::Added),
            });
            let policies = container["resizePolicy"].as_array().map_or(&[][..], Vec::as_slice);
            let restarts = policies.iter().any(|policy| {
                policy["resourceName"] == resource && policy["restartPolicy"] == "RestartContainer"
            });
            if restarts {
                let words = "  the container is restarted for it (resizePolicy)";
                spans.push(Span::new(words, Tone::Health(Health::Warning)));
            }
            lines.push(Line::new(2, spans));
        }
    }
    lines
}
