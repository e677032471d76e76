//! Which pod of a workload or a service a session goes to.

use serde_json::Value;

/// The label selector of the pods that belong to an object, as it stands in a query; `None` where it has none.
///
/// A workload has a `LabelSelector`; a Service and a `ReplicationController` a map of labels.
pub fn selector(object: &Value) -> Option<String> {
    let selector = object["spec"]["selector"].as_object()?;
    let structured =
        selector.contains_key("matchLabels") || selector.contains_key("matchExpressions");
    let mut parts = Vec::new();
    let labels = if structured {
        selector.get("matchLabels").and_then(Value::as_object)
    } else {
        Some(selector)
    };
    for (key, value) in labels.into_iter().flatten() {
        parts.push(format!("{key}={}", value.as_str()?));
    }
    let expressions = if structured { selector.get("matchExpressions") } else { None };
    for expression in expressions.and_then(Value::as_array).into_iter().flatten() {
        let key = expression["key"].as_str()?;
        let values = expression["values"].as_array().into_iter().flatten();
        let values: Vec<&str> = values.filter_map(Value::as_str).collect();
        let values = values.join(",");
        parts.push(match expression["operator"].as_str()? {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "Exists" => key.to_owned(),
            "DoesNotExist" => format!("!{key}"),
            _ => return None,
        });
    }
    (!parts.is_empty()).then(|| parts.join(","))
}

/// The pod to go to: one that runs and is ready, of those the one that has been so for longest and restarted least (client-go, `ActivePods`, as
/// kubectl takes it for `exec deploy/web`).
pub fn best(pods: Vec<Value>) -> Option<Value> {
    pods.into_iter().min_by_key(|pod| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let phase = match pod["status"]["phase"].as_str() {
            Some("Running") => 0,
            Some("Unknown") => 1,
            Some("Pending") => 2,
            _ => 3,
        };
        let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
        let ready = conditions.into_iter().find(|c| c["type"] == "Ready" && c["status"] == "True");
        let statuses = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
        let restarts = statuses.filter_map(|s| s["restartCount"].as_i64()).max();
        (
            pod["metadata"]["deletionTimestamp"].is_string(),
            pod["spec"]["nodeName"].as_str().is_none_or(str::is_empty),
            phase,
            ready.is_none(),
            ready.map(|ready| text(&ready["lastTransitionTime"])),
            restarts,
            text(&pod["metadata"]["creationTimestamp"]),
            text(&pod["metadata"]["name"]),
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn selectors_of_workloads_and_services() {
        let of = |selector_: Value| selector(&json!({"spec": {"selector": selector_}}));
        assert_eq!(of(json!({"app": "web", "tier": "a"})).as_deref(), Some("app=web,tier=a"));
        let structured = json!({"matchLabels": {"app": "web"}, "matchExpressions": [
            {"key": "t", "operator": "NotIn", "values": ["a", "b"]}, {"key": "e", "operator": "Exists"},
            {"key": "d", "operator": "DoesNotExist"},
        ]});
        assert_eq!(of(structured).as_deref(), Some("app=web,t notin (a,b),e,!d"));
        assert_eq!(of(json!({})), None);
        assert_eq!(selector(&json!({"spec": {}})), None);
    }

    #[test]
    fn the_most_settled_pod_is_the_best() {
        let pod = |name: &str, phase: &str, ready: Option<&str>, leaves: bool| {
            let mut pod = json!({"metadata": {"name": name}, "spec": {"nodeName": "n"}, "status": {"phase": phase}});
            if let Some(since) = ready {
                pod["status"]["conditions"] =
                    json!([{"type": "Ready", "status": "True", "lastTransitionTime": since}]);
            }
            if leaves {
                pod["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
            }
            pod
        };
        let pods = vec![
            pod("leaves", "Running", Some("2020"), true),
            pod("done", "Succeeded", None, false),
            pod("young", "Running", Some("2026"), false),
            pod("old", "Running", Some("2025"), false),
            pod("pending", "Pending", None, false),
        ];
        assert_eq!(best(pods).unwrap()["metadata"]["name"], "old");
        assert_eq!(best(Vec::new()), None);
    }
}
