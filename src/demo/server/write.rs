//! Writes: create, update, patch, delete, and the subresources that write.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::admission::{admit, bump, check_name, conflict_of, settle_identity};
use super::list::Filter;
use super::{Call, Shared, key};
use crate::demo::object::Object;
use crate::demo::patch::{self, Applied};
use crate::demo::resource::Resource;
use crate::demo::status::{Refusal, json_response, success};
use crate::demo::value::{At, remove, set};
use crate::demo::world::{Deletion, World};

/// Runs a write on the object itself or on its `status`, `scale` or other plain subresource.
pub fn write(
    shared: &Arc<Shared>,
    call: &Call,
    verb: &str,
    body: &[u8],
) -> Result<Response, Refusal> {
    let dry = call.query.get("dryRun") == "All";
    if !dry && !call.query.get("dryRun").is_empty() {
        return Err(Refusal::bad("dryRun: the only supported value is All"));
    }
    let (code, value) = match (verb, call.route.sub.as_deref()) {
        ("create", None) => (StatusCode::CREATED, create(shared, call, parse(body)?, dry)?),
        ("create", Some("eviction")) => {
            (StatusCode::CREATED, evict(shared, call, &parse(body)?, dry)?)
        }
        ("create", Some("token")) => (StatusCode::CREATED, token(shared, call)),
        ("update", _) => {
            let wanted = parse(body)?;
            (
                StatusCode::OK,
                modify(shared, call, dry, |current, _| {
                    conflict_of(call, current, &wanted)?;
                    Ok(wanted.clone())
                })?,
            )
        }
        ("patch", _) => patch_object(shared, call, body, dry)?,
        ("delete", None) => delete(shared, call, &options(call, body)?, dry)?,
        ("deletecollection", None) => {
            (StatusCode::OK, delete_all(shared, call, &options(call, body)?, dry)?)
        }
        _ => {
            return Err(Refusal::new(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource",
            ));
        }
    };
    Ok(json_response(code, &value).into_response())
}

fn parse(body: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(body)
        .or_else(|error| {
            let text = std::str::from_utf8(body).map_err(|_| error)?;
            // Apply patches are YAML by name; JSON is YAML too, so this is only reached for the rest.
            serde_yaml::from_str(text).map_err(serde::de::Error::custom)
        })
        .map_err(|e: serde_json::Error| {
            Refusal::bad(format!("the object provided is unrecognized: {e}"))
        })
}

fn create(
    shared: &Arc<Shared>,
    call: &Call,
    mut object: Value,
    dry: bool,
) -> Result<Value, Refusal> {
    if call.route.name.is_some() {
        return Err(Refusal::new(
            405,
            "MethodNotAllowed",
            "create is not allowed on a named object",
        ));
    }
    settle_identity(call, &mut object)?;
    remove(&mut object, "/metadata/resourceVersion");
    remove(&mut object, "/metadata/uid");
    remove(&mut object, "/metadata/creationTimestamp");
    remove(&mut object, "/metadata/deletionTimestamp");
    if call.resource.has_status() {
        remove(&mut object, "/status");
    }
    check_name(&call.resource, &object)?;
    if dry {
        let mut world = shared.world();
        world.prepare(&call.resource, &mut object)?;
        return Ok(object);
    }
    shared.change(|world| world.create(object)).map(|o| o.value())
}

/// Reads, lets `change` make another object of it, and writes what the path may change.
fn modify(
    shared: &Arc<Shared>,
    call: &Call,
    dry: bool,
    change: impl FnOnce(&Value, &World) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let id = call.resource.id();
    let key = key(call);
    let run = |world: &mut World| {
        let name = call.route.name.as_deref().unwrap_or_default();
        let current = world
            .store
            .value(&id, &key)
            .ok_or_else(|| Refusal::not_found(&call.resource.plural, &call.resource.group, name))?;
        let scale = call.route.sub.as_deref() == Some("scale");
        let seen = if scale { scale_of(&call.resource, &current) } else { current.clone() };
        let mut wanted = change(&seen, world)?;
        let next = if scale {
            let mut next = current.clone();
            let replicas = wanted.at("/spec/replicas").as_i64().unwrap_or_default();
            if replicas < 0 {
                return Err(Refusal::invalid(
                    "Scale",
                    "autoscaling",
                    name,
                    "spec.replicas",
                    "must be greater than or equal to 0",
                ));
            }
            set(&mut next, "/spec/replicas", replicas);
            next
        } else {
            settle_identity(call, &mut wanted)?;
            if wanted.text("/metadata/name") != name {
                return Err(Refusal::bad(format!(
                    "the name of the object ({}) does not match the name on the URL ({name})",
                    wanted.text("/metadata/name")
                )));
            }
            admit(call, &current, wanted)?
        };
        let next = bump(&current, next);
        if dry || next == current {
            return Ok(next);
        }
        Ok(world.put(&id, &key, next).value())
    };
    let next = if dry { run(&mut shared.world()) } else { shared.change(run) }?;
    Ok(if call.route.sub.as_deref() == Some("scale") {
        scale_of(&call.resource, &next)
    } else {
        next
    })
}

/// The `autoscaling/v1` Scale of an object.
pub fn scale_of(resource: &Resource, object: &Value) -> Value {
    let labels = object.at("/spec/selector/matchLabels");
    let selector: Vec<String> = labels
        .as_object()
        .into_iter()
        .flatten()
        .map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default()))
        .collect();
    let metadata = object.at("/metadata");
    json!({"kind": "Scale", "apiVersion": "autoscaling/v1",
        "metadata": {"name": metadata.text("/name"), "namespace": metadata.text("/namespace"), "uid": metadata.text("/uid"),
            "resourceVersion": metadata.text("/resourceVersion"), "creationTimestamp": metadata.at("/creationTimestamp")},
        "spec": {"replicas": object.num("/spec/replicas")},
        "status": {"replicas": object.num("/status/replicas"), "selector": if resource.custom { String::new() } else { selector.join(",") }}})
}

fn patch_object(
    shared: &Arc<Shared>,
    call: &Call,
    body: &[u8],
    dry: bool,
) -> Result<(StatusCode, Value), Refusal> {
    let content_type =
        call.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = patch::Kind::of(content_type)?;
    if kind == patch::Kind::Strategic && call.resource.custom {
        return Err(Refusal::new(
            415,
            "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
        ));
    }
    let patch = parse(body)?;
    if kind != patch::Kind::Apply {
        let value = modify(shared, call, dry, |current, _| {
            let mut wanted = current.clone();
            patch::change(&mut wanted, kind, &patch)?;
            // A patch may carry the version it was made for.
            conflict_of(call, current, &wanted)?;
            Ok(wanted)
        })?;
        return Ok((StatusCode::OK, value));
    }
    let manager = call.query.get("fieldManager");
    if manager.is_empty() {
        return Err(Refusal::invalid(
            "PatchOptions",
            "meta.k8s.io",
            "",
            "fieldManager",
            "Required value: is required for apply patch",
        ));
    }
    let exists = shared.world().store.get(&call.resource.id(), &key(call)).is_some();
    let now = shared.world().stamp();
    let applied = Applied { config: &patch, manager, force: call.query.on("force"), now: &now };
    if exists {
        return Ok((
            StatusCode::OK,
            modify(shared, call, dry, |current, _| patch::apply(current, applied))?,
        ));
    }
    let mut object = patch::apply(&Value::Null, applied)?;
    set(&mut object, "/metadata/name", call.route.name.as_deref().unwrap_or_default());
    settle_identity(call, &mut object)?;
    check_name(&call.resource, &object)?;
    let created = if dry {
        shared.world().prepare(&call.resource, &mut object).map(|()| object)
    } else {
        shared.change(|world| world.create(object)).map(|o| o.value())
    };
    Ok((StatusCode::CREATED, created?))
}

/// `DeleteOptions` from the body, completed from the query.
fn options(call: &Call, body: &[u8]) -> Result<Value, Refusal> {
    let mut options = if body.is_empty() { json!({}) } else { parse(body)? };
    if let Some(grace) = call.query.number("gracePeriodSeconds") {
        set(&mut options, "/gracePeriodSeconds", grace);
    }
    let policy = call.query.get("propagationPolicy");
    if !policy.is_empty() {
        set(&mut options, "/propagationPolicy", policy);
    }
    Ok(options)
}

fn propagation(options: &Value) -> Deletion {
    match options.text("/propagationPolicy") {
        "Foreground" => Deletion::Foreground,
        "Orphan" => Deletion::Orphan,
        _ if options.flag("/orphanDependents") => Deletion::Orphan,
        _ => Deletion::Background,
    }
}

fn delete(
    shared: &Arc<Shared>,
    call: &Call,
    options: &Value,
    dry: bool,
) -> Result<(StatusCode, Value), Refusal> {
    let (plural, group) = (&call.resource.plural, &call.resource.group);
    let name = call.route.name.as_deref().unwrap_or_default();
    let (id, key) = (call.resource.id(), key(call));
    let current = {
        let world = shared.world();
        world.store.value(&id, &key).ok_or_else(|| Refusal::not_found(plural, group, name))?
    };
    for (pointer, field) in
        [("/preconditions/uid", "uid"), ("/preconditions/resourceVersion", "resourceVersion")]
    {
        let asked = options.text(pointer);
        if !asked.is_empty() && asked != current.text(&format!("/metadata/{field}")) {
            return Err(Refusal::conflict(
                plural,
                group,
                name,
                &format!(
                    "Precondition failed: {field} in precondition: {asked}, {field} in object meta: {}",
                    current.text(&format!("/metadata/{field}"))
                ),
            ));
        }
    }
    let done = success(plural, group, name, current.text("/metadata/uid"));
    if dry {
        return Ok((StatusCode::OK, done));
    }
    let grace = options.at("/gracePeriodSeconds").as_i64();
    let left = shared.change(|world| world.delete(&id, &key, propagation(options), grace));
    match left {
        None => Err(Refusal::not_found(plural, group, name)),
        Some((object, true)) if id == "pods" => Ok((StatusCode::OK, object.value())),
        Some((_, true)) => Ok((StatusCode::OK, done)),
        Some((object, false)) => Ok((StatusCode::OK, object.value())),
    }
}

fn delete_all(
    shared: &Arc<Shared>,
    call: &Call,
    options: &Value,
    dry: bool,
) -> Result<Value, Refusal> {
    let filter = Filter::of(&call.query, &call.resource)?;
    let id = call.resource.id();
    let namespace = call.route.namespace.as_deref();
    let grace = options.at("/gracePeriodSeconds").as_i64();
    let run = |world: &mut World| {
        let found: Vec<Arc<Object>> =
            world.store.iter(&id, namespace).filter(|o| filter.matches(o)).cloned().collect();
        if !dry {
            for object in &found {
                world.delete(&id, object.key(), propagation(options), grace);
            }
        }
        (found, world.store.rv())
    };
    let (found, rv) = if dry { run(&mut shared.world()) } else { shared.change(run) };
    let items: Vec<Value> = found.iter().map(|o| o.value()).collect();
    Ok(
        json!({"apiVersion": call.resource.api_version(), "kind": format!("{}List", call.resource.kind),
        "metadata": {"resourceVersion": rv.to_string()}, "items": items}),
    )
}

fn evict(shared: &Arc<Shared>, call: &Call, eviction: &Value, dry: bool) -> Result<Value, Refusal> {
    let name = call.route.name.as_deref().unwrap_or_default();
    let key = key(call);
    let grace = eviction.at("/deleteOptions/gracePeriodSeconds").as_i64();
    let dry = dry || eviction.items("/deleteOptions/dryRun").iter().any(|d| d == "All");
    let run = |world: &mut World| {
        let pod =
            world.store.value("pods", &key).ok_or_else(|| Refusal::not_found("pods", "", name))?;
        if let Some(refusal) = crate::demo::controllers::disruption_blocks(world, &pod) {
            return Err(refusal);
        }
        if !dry {
            world.delete("pods", &key, Deletion::Background, grace);
        }
        Ok(
            json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}),
        )
    };
    if dry { run(&mut shared.world()) } else { shared.change(run) }
}

/// A token for a service account. It opens nothing: the demo only knows the users of its kubeconfig.
fn token(shared: &Arc<Shared>, call: &Call) -> Value {
    let world = shared.world();
    let name = call.route.name.as_deref().unwrap_or_default();
    json!({"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": {"name": name, "namespace": call.route.namespace},
        "status": {"token": format!("demo-token-of-{name}"), "expirationTimestamp": world.stamp()}})
}
