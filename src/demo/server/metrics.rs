//! `metrics.k8s.io`: what nodes and pods use now.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::list::Filter;
use super::{Call, Shared, key};
use crate::demo::status::{Refusal, json_response};
use crate::demo::usage::{self, Usage};
use crate::demo::value::At;
use crate::demo::world::{World, stamp};

/// Answers get and list.
pub fn answer(shared: &Arc<Shared>, call: &Call) -> Result<Response, Refusal> {
    let world = shared.world();
    let is_pods = call.resource.plural == "pods";
    let measure = |object: &crate::demo::object::Object| {
        if is_pods { pod(&world, &object.value()) } else { Some(node(&world, &object.value())) }
    };
    let id = call.resource.plural.as_str();
    if let Some(name) = &call.route.name {
        let found = world.store.get(id, &key(call)).and_then(|o| measure(o));
        let value = found.ok_or_else(|| Refusal::not_found(id, "metrics.k8s.io", name))?;
        return Ok(json_response(StatusCode::OK, &value));
    }
    let filter =
        Filter { labels: Filter::of(&call.query, &call.resource)?.labels, ..Filter::default() };
    let namespace = call.route.namespace.as_deref();
    let items: Vec<Value> = world
        .store
        .iter(id, namespace)
        .filter(|o| filter.matches(o))
        .filter_map(|o| measure(o))
        .collect();
    let list = json!({"kind": format!("{}List", call.resource.kind), "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {}, "items": items});
    Ok(json_response(StatusCode::OK, &list))
}

fn write(usage: Usage) -> Value {
    json!({"cpu": format!("{}n", (usage.cpu * 1e9).round() as u64), "memory": format!("{}Ki", (usage.memory / 1024.0).round() as u64)})
}

/// When the standing measurement was made.
fn measured(world: &World) -> String {
    let late = world.now.as_second().rem_euclid(usage::WINDOW);
    let then: Timestamp =
        world.now.checked_sub(SignedDuration::from_secs(late)).unwrap_or(world.now);
    stamp(then)
}

fn pod(world: &World, pod: &Value) -> Option<Value> {
    if pod.text("/status/phase") != "Running" {
        return None;
    }
    let containers: Vec<Value> = usage::containers(world, pod)
        .into_iter()
        .map(|(name, u)| json!({"name": name, "usage": write(u)}))
        .collect();
    Some(json!({"kind": "PodMetrics", "apiVersion": "metrics.k8s.io/v1beta1",
        "metadata": {"name": pod.text("/metadata/name"), "namespace": pod.text("/metadata/namespace"),
            "creationTimestamp": world.stamp(), "labels": pod.at("/metadata/labels")},
        "timestamp": measured(world), "window": "15s", "containers": containers}))
}

fn node(world: &World, node: &Value) -> Value {
    let name = node.text("/metadata/name");
    json!({"kind": "NodeMetrics", "apiVersion": "metrics.k8s.io/v1beta1",
        "metadata": {"name": name, "creationTimestamp": world.stamp(), "labels": node.at("/metadata/labels")},
        "timestamp": measured(world), "window": "15s", "usage": write(usage::node(world, name))})
}
