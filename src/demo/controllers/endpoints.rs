//! Endpoints: slices (and the older object) that follow which pods of a service are ready.

use serde_json::{Value, json};

use super::replicas::is_ready;
use crate::demo::rng;
use crate::demo::selector::LabelSelector;
use crate::demo::value::{At, set};
use crate::demo::world::{Deletion, World, controlled_by};

const SLICES: &str = "endpointslices.discovery.k8s.io";

/// Rewrites the endpoints of a service.
pub fn look(world: &mut World, key: &str) {
    let Some(service) = world.store.value("services", key) else {
        world.delete("endpoints", key, Deletion::Background, None);
        return;
    };
    let selector = LabelSelector::from_value(service.at("/spec/selector"));
    if selector.is_empty() {
        return;
    }
    let (namespace, name) = key.split_once('/').unwrap_or_default();
    let pods: Vec<Value> = world
        .store
        .iter("pods", Some(namespace))
        .filter(|p| selector.matches(p.labels()))
        .map(|p| p.value())
        .filter(|p| {
            p.has("/status/podIP") && !matches!(p.text("/status/phase"), "Succeeded" | "Failed")
        })
        .collect();
    let ports = ports(&service, &pods);
    let endpoints: Vec<Value> = pods.iter().map(|p| endpoint(world, p)).collect();
    let slice = format!("{name}-{}", rng::suffix(world.chance(&["slice", key]), 5));
    let slice_key = format!("{namespace}/{slice}");
    if world.store.get(SLICES, &slice_key).is_none() {
        let object = json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": {"name": slice, "namespace": namespace, "ownerReferences": controlled_by(&service),
                "labels": {"kubernetes.io/service-name": name, "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}},
            "endpoints": endpoints, "ports": ports});
        // The namespace may be on its way out; then there is nothing to point to.
        let _ = world.create(object);
    } else {
        world.edit(SLICES, &slice_key, |s| {
            set(s, "/endpoints", endpoints);
            set(s, "/ports", ports.clone());
        });
    }
    legacy(world, namespace, name, &pods, &ports);
}

fn endpoint(world: &World, pod: &Value) -> Value {
    let ready = is_ready(pod) && !pod.has("/metadata/deletionTimestamp");
    let zone = world
        .store
        .get("nodes", pod.text("/spec/nodeName"))
        .and_then(|n| n.labels().get("topology.kubernetes.io/zone").cloned());
    json!({"addresses": [pod.text("/status/podIP")], "nodeName": pod.text("/spec/nodeName"), "zone": zone,
        "conditions": {"ready": ready, "serving": is_ready(pod), "terminating": pod.has("/metadata/deletionTimestamp")},
        "targetRef": {"kind": "Pod", "namespace": pod.text("/metadata/namespace"), "name": pod.text("/metadata/name"),
            "uid": pod.text("/metadata/uid")}})
}

/// The service's ports as the pods listen on them; named ones are looked up in the first pod.
fn ports(service: &Value, pods: &[Value]) -> Value {
    let named = |name: &str| {
        pods.first()
            .into_iter()
            .flat_map(|p| p.items("/spec/containers"))
            .flat_map(|c| c.items("/ports"))
            .find(|p| p.text("/name") == name)
            .map(|p| p.num("/containerPort"))
    };
    let ports = service.items("/spec/ports").iter().map(|port| {
        let target = port.at("/targetPort");
        let number = target
            .as_i64()
            .or_else(|| target.as_str().and_then(named))
            .unwrap_or(port.num("/port"));
        json!({"name": port.text("/name"), "port": number, "protocol": port.text("/protocol")})
    });
    Value::Array(ports.collect())
}

fn legacy(world: &mut World, namespace: &str, name: &str, pods: &[Value], ports: &Value) {
    let key = format!("{namespace}/{name}");
    let address = |p: &Value| {
        json!({"ip": p.text("/status/podIP"), "nodeName": p.text("/spec/nodeName"), "targetRef": {"kind": "Pod",
            "namespace": namespace, "name": p.text("/metadata/name"), "uid": p.text("/metadata/uid")}})
    };
    let (ready, waiting): (Vec<&Value>, Vec<&Value>) = pods.iter().partition(|p| is_ready(p));
    let mut subset = json!({"ports": ports});
    for (member, list) in [("addresses", ready), ("notReadyAddresses", waiting)] {
        if !list.is_empty() {
            subset[member] = list.into_iter().map(address).collect();
        }
    }
    let subsets = if pods.is_empty() { json!([]) } else { json!([subset]) };
    if world.store.get("endpoints", &key).is_none() {
        let object = json!({"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": name, "namespace": namespace}, "subsets": subsets});
        let _ = world.create(object);
    } else {
        world.edit("endpoints", &key, |e| set(e, "/subsets", subsets));
    }
}
