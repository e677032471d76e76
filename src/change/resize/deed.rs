//! The patch of a resize, and what can be known before that a server would refuse.

use serde_json::{Value, json};

use crate::wire::Quantity;

use super::super::{Call, Deed, Patch, Target};
use super::qos;

/// An amount that a container is to have of a resource.
#[derive(Clone, Debug)]
pub(super) struct Amount {
    pub(super) container: String,
    /// `requests` or `limits`.
    pub(super) side: &'static str,
    pub(super) resource: &'static str,
    /// `None` for none.
    pub(super) wanted: Option<String>,
}

/// The containers that can be resized, each with the list in which it stands: main ones and sidecars.
pub(super) fn containers(pod: &Value) -> impl Iterator<Item = (&'static str, &Value)> {
    let list = |field: &'static str| {
        let all = pod["spec"][field].as_array().map_or(&[][..], Vec::as_slice);
        all.iter().map(move |container| (field, container))
    };
    let sidecars = list("initContainers").filter(|(_, c)| c["restartPolicy"] == "Always");
    list("containers").chain(sidecars)
}

/// Gives containers other amounts.
#[derive(Debug)]
pub(super) struct Resize {
    pub(super) amounts: Vec<Amount>,
}

impl Deed for Resize {
    fn words(&self) -> String {
        let of = |amount: &Amount| {
            let Amount { container, side, resource, wanted: amount } = amount;
            let side = side.trim_end_matches('s');
            format!("{container} {resource} {side} {}", amount.as_deref().unwrap_or("none"))
        };
        format!("resize {}", self.amounts.iter().map(of).collect::<Vec<_>>().join(", "))
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["resize"]
    }

    fn writes(&self) -> &'static str {
        "resize"
    }

    fn call(&self, target: &Target, pod: &Value) -> Result<Option<Call>, String> {
        let has = |amount: &Amount| containers(pod).any(|(_, c)| c["name"] == *amount.container);
        if let Some(missing) = self.amounts.iter().find(|amount| !has(amount)) {
            return Err(format!(
                "{} has no container {} that can be resized",
                target.short(),
                missing.container
            ));
        }
        let (mut spec, mut after) = (json!({}), pod["spec"].clone());
        for (list, container) in containers(pod) {
            let mut resources = json!({});
            let of_it = self.amounts.iter().filter(|amount| container["name"] == *amount.container);
            for Amount { side, resource, wanted: amount, .. } in of_it {
                let now = &container["resources"][side][resource];
                if is_same(now, amount.as_deref()) {
                    continue;
                }
                resources[side][resource] = json!(amount);
                set(&mut after, list, container, side, resource, amount.as_deref());
            }
            if resources != json!({}) {
                let patch = json!({"name": container["name"], "resources": resources});
                match spec[list].as_array_mut() {
                    Some(patches) => patches.push(patch),
                    None => spec[list] = json!([patch]),
                }
            }
        }
        if spec == json!({}) {
            return Ok(None);
        }
        sane(target, &after)?;
        let (was, becomes) = (qos::class(&pod["spec"]), qos::class(&after));
        if was != becomes {
            return Err(format!(
                "{} is {was} and would become {becomes}, but the QoS class of a pod cannot change: \
                 Guaranteed means that every limit is its request, BestEffort that there are none",
                target.short()
            ));
        }
        let body = json!({"spec": spec});
        Ok(Some(Call::patch(Patch::Strategic, target, pod, self.writes(), body)))
    }
}

fn amount(value: &Value) -> Option<i128> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Quantity { text }.nanos()
}

/// Whether it is so already: `1` and `1000m` are the same.
fn is_same(now: &Value, wanted: Option<&str>) -> bool {
    match wanted {
        None => now.is_null(),
        Some(wanted) => amount(now).is_some() && amount(now) == amount(&json!(wanted)),
    }
}

/// Gives a container of a spec an amount.
fn set(
    spec: &mut Value,
    list: &str,
    container: &Value,
    side: &str,
    resource: &str,
    wanted: Option<&str>,
) {
    let Some(all) = spec.get_mut(list).and_then(Value::as_array_mut) else { return };
    let Some(found) = all.iter_mut().find(|c| c["name"] == container["name"]) else { return };
    let Some(found) = found.as_object_mut() else { return };
    let resources = found.entry("resources").or_insert_with(|| json!({}));
    let Some(resources) = resources.as_object_mut() else { return };
    let side = resources.entry(side).or_insert_with(|| json!({}));
    let Some(side) = side.as_object_mut() else { return };
    match wanted {
        Some(wanted) => drop(side.insert(resource.to_owned(), json!(wanted))),
        None => drop(side.remove(resource)),
    }
}

/// No request is more than its limit.
fn sane(target: &Target, spec: &Value) -> Result<(), String> {
    let pod = json!({"spec": spec});
    for (_, container) in containers(&pod) {
        let resources = &container["resources"];
        for resource in ["cpu", "memory"] {
            let (request, limit) =
                (&resources["requests"][resource], &resources["limits"][resource]);
            if let (Some(some), Some(most)) = (amount(request), amount(limit))
                && some > most
            {
                let name = container["name"].as_str().unwrap_or_default();
                return Err(format!(
                    "container {name} of {} would request {} of {resource}, and be limited to {}",
                    target.short(),
                    super::text(request),
                    super::text(limit)
                ));
            }
        }
    }
    Ok(())
}
