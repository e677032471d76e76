//! A pod's class of service, which is decided when it is made (kubernetes, `pkg/apis/core/v1/helper/qos/qos.go`, `ComputePodQOS`).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::wire::Quantity;

/// What counts for it.
const RESOURCES: [&str; 2] = ["cpu", "memory"];

/// The amounts above nothing of a list of requests or limits.
fn amounts(list: &Value) -> BTreeMap<&'static str, i128> {
    let amount = |name: &&'static str| {
        let text = super::text(&list[*name]);
        let amount = Quantity { text }.nanos().filter(|amount| *amount > 0)?;
        Some((*name, amount))
    };
    RESOURCES.iter().filter_map(amount).collect()
}

/// The class of a pod of this spec: `Guaranteed`, `Burstable` or `BestEffort`.
pub(super) fn class(spec: &Value) -> &'static str {
    let (mut requests, mut limits) = (BTreeMap::new(), BTreeMap::new());
    let mut guaranteed = true;
    let mut count = |resources: &Value| {
        for (sums, list) in [(&mut requests, "requests"), (&mut limits, "limits")] {
            for (name, amount) in amounts(&resources[list]) {
                let sum: &mut i128 = sums.entry(name).or_default();
                *sum = sum.saturating_add(amount);
            }
        }
        guaranteed &= amounts(&resources["limits"]).len() == RESOURCES.len();
    };
    if spec["resources"].is_object() {
        // What the pod as a whole asks for is all that counts.
        count(&spec["resources"]);
    } else {
        let lists = [&spec["containers"], &spec["initContainers"]];
        let containers = lists.into_iter().filter_map(Value::as_array).flatten();
        containers.for_each(|container| count(&container["resources"]));
    }
    match (requests.is_empty() && limits.is_empty(), guaranteed && requests == limits) {
        (true, _) => "BestEffort",
        (_, true) => "Guaranteed",
        _ => "Burstable",
    }
}
