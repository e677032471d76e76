//! Disruption budgets: how many pods may be evicted now.

use serde_json::Value;

use super::replicas::{is_active, is_ready};
use super::rollout::share;
use crate::demo::selector::LabelSelector;
use crate::demo::status::Refusal;
use crate::demo::value::{At, set};
use crate::demo::world::World;

const ID: &str = "poddisruptionbudgets.policy";

/// Counts the pods of a budget.
pub fn look(world: &mut World, key: &str) {
    let Some(budget) = world.store.value(ID, key) else { return };
    let namespace = budget.text("/metadata/namespace");
    let selector = LabelSelector::from_value(budget.at("/spec/selector"));
    let pods: Vec<Value> = world
        .store
        .iter("pods", Some(namespace))
        .filter(|p| selector.matches(p.labels()))
        .map(|p| p.value())
        .filter(is_active)
        .collect();
    let expected = pods.len() as i64;
    let healthy = pods.iter().filter(|p| is_ready(p)).count() as i64;
    let wanted = if budget.has("/spec/minAvailable") {
        share(budget.at("/spec/minAvailable"), expected, true)
    } else {
        expected - share(budget.at("/spec/maxUnavailable"), expected, true)
    };
    world.edit(ID, key, |b| {
        let generation = b.num("/metadata/generation");
        set(b, "/status/observedGeneration", generation);
        set(b, "/status/expectedPods", expected);
        set(b, "/status/currentHealthy", healthy);
        set(b, "/status/desiredHealthy", wanted.max(0));
        set(b, "/status/disruptionsAllowed", (healthy - wanted).max(0));
    });
}

/// Refuses the eviction of a pod that a budget needs (429).
pub fn blocks(world: &World, pod: &Value) -> Option<Refusal> {
    let namespace = pod.text("/metadata/namespace");
    let labels = pod
        .entries("/metadata/labels")
        .map(|(k, v)| (k.clone(), v.as_str().unwrap_or_default().to_owned()))
        .collect();
    let budget = world
        .store
        .iter(ID, Some(namespace))
        .map(|b| b.value())
        .find(|b| LabelSelector::from_value(b.at("/spec/selector")).matches(&labels))?;
    if !is_ready(pod) || budget.num("/status/disruptionsAllowed") > 0 {
        return None;
    }
    let mut refusal = Refusal::new(
        429,
        "TooManyRequests",
        "Cannot evict pod as it would violate the pod's disruption budget.",
    );
    let message = format!(
        "The disruption budget {} needs {} healthy pods and has {} currently",
        budget.text("/metadata/name"),
        budget.num("/status/desiredHealthy"),
        budget.num("/status/currentHealthy")
    );
    refusal.details =
        serde_json::json!({"causes": [{"reason": "DisruptionBudget", "message": message}]});
    Some(refusal)
}
