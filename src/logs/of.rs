//! Which pods belong to an object, as `kubectl logs` finds them (kubectl's `polymorphichelpers/helpers.go`, `SelectorsForObject`).

use serde_json::Value;

use super::{Pattern, Pods};
use crate::kinds::Resource;

/// The pods that belong to an object: itself, those on a node or in a namespace, those that it selects; `None` where it has none.
pub fn pods_of(resource: &Resource, object: &Value) -> Option<Pods> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = text(&object["metadata"]["name"]);
    let namespace = text(&object["metadata"]["namespace"]);
    match (resource.group.as_str(), resource.plural.as_str()) {
        ("", "pods") => return Some(Pods::one(&namespace, &name)),
        ("", "nodes") => {
            return Some(Pods { fields: format!("spec.nodeName={name}"), ..Pods::default() });
        }
        ("", "namespaces") => return Some(Pods { namespace: name, ..Pods::default() }),
        // A CronJob's pods are those of its Jobs, which bear its name and the time, in minutes.
        ("batch", "cronjobs") => {
            let matching = Pattern::new(&format!("^{}-[0-9]+-[a-z0-9]+$", regex::escape(&name)));
            return Some(Pods { namespace, matching, ..Pods::default() });
        }
        _ => {}
    }
    let selector = &object["spec"]["selector"];
    let labels = if selector["matchLabels"].is_object() || selector["matchExpressions"].is_array() {
        [pairs(&selector["matchLabels"]), expressions(&selector["matchExpressions"])]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(",")
    } else {
        pairs(selector)
    };
    // What selects nothing must not be taken for what selects everything.
    (!labels.is_empty()).then(|| Pods { namespace, labels, ..Pods::default() })
}

fn pairs(labels: &Value) -> String {
    let pairs = labels.as_object().into_iter().flatten();
    let pairs = pairs.filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    pairs.collect::<Vec<_>>().join(",")
}

fn expressions(expressions: &Value) -> String {
    let one = |expression: &Value| {
        let key = expression["key"].as_str()?;
        let values = expression["values"].as_array().into_iter().flatten();
        let values = values.filter_map(Value::as_str).collect::<Vec<_>>().join(",");
        match expression["operator"].as_str()? {
            "In" => Some(format!("{key} in ({values})")),
            "NotIn" => Some(format!("{key} notin ({values})")),
            "Exists" => Some(key.to_owned()),
            "DoesNotExist" => Some(format!("!{key}")),
            _ => None,
        }
    };
    expressions.as_array().into_iter().flatten().filter_map(one).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn resource(group: &str, plural: &str) -> Resource {
        Resource { group: group.into(), plural: plural.into(), ..Resource::default() }
    }

    #[test]
    fn an_object_has_the_pods_that_it_selects() {
        let meta = json!({"name": "web", "namespace": "shop"});
        let of = |group, plural, spec: Value| {
            pods_of(&resource(group, plural), &json!({"metadata": meta, "spec": spec}))
        };
        let labels = |pods: Option<Pods>| pods.map(|pods| pods.labels);
        let service = of("", "services", json!({"selector": {"app": "web", "tier": "front"}}));
        assert_eq!(labels(service).unwrap(), "app=web,tier=front");
        assert_eq!(of("", "services", json!({"selector": {}})), None);
        assert_eq!(of("", "services", json!({})), None);
        let deployment = json!({"selector": {"matchLabels": {"app": "web"}, "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["a", "b"]},
            {"key": "canary", "operator": "DoesNotExist"},
        ]}});
        let deployment = of("apps", "deployments", deployment).unwrap();
        assert_eq!(deployment.labels, "app=web,tier in (a,b),!canary");
        assert_eq!(deployment.namespace, "shop");
        assert_eq!(of("", "pods", json!({})), Some(Pods::one("shop", "web")));
        assert_eq!(of("", "nodes", json!({})).unwrap().fields, "spec.nodeName=web");
        assert_eq!(of("", "namespaces", json!({})).unwrap().namespace, "web");
        let cron = of("batch", "cronjobs", json!({})).unwrap();
        assert!(cron.takes("web-29927538-wwwgh") && !cron.takes("web-api-29927538-wwwgh"));
    }
}
