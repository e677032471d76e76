//! What the API server insists on before it stores an object: identity, names, versions, immutable fields.

use serde_json::Value;

use super::Call;
use crate::demo::resource::Resource;
use crate::demo::status::Refusal;
use crate::demo::value::{At, remove, set};

/// Checks that the body is an object of the path's kind, name and namespace, and completes what is left out.
pub fn settle_identity(call: &Call, object: &mut Value) -> Result<(), Refusal> {
    let resource = &call.resource;
    if !object.is_object() {
        return Err(Refusal::bad("the object provided is unrecognized: it is no JSON object"));
    }
    for (member, wanted) in
        [("kind", resource.kind.clone()), ("apiVersion", resource.api_version())]
    {
        match object.text(&format!("/{member}")) {
            "" => set(object, &format!("/{member}"), wanted),
            is if is == wanted => {}
            is => {
                return Err(Refusal::bad(format!(
                    "the {member} in the data ({is}) does not match the expected {member} ({wanted})"
                )));
            }
        }
    }
    if resource.namespaced {
        let namespace = call.route.namespace.clone().unwrap_or_default();
        match object.text("/metadata/namespace") {
            "" => set(object, "/metadata/namespace", namespace),
            is if is == namespace => {}
            is => {
                return Err(Refusal::bad(format!(
                    "the namespace of the provided object does not match the namespace sent on the request: {is} is not {namespace}"
                )));
            }
        }
    } else {
        remove(object, "/metadata/namespace");
    }
    Ok(())
}

/// Names are DNS subdomains (`metadata.name` of almost everything); RBAC names may hold more.
pub fn check_name(resource: &Resource, object: &Value) -> Result<(), Refusal> {
    let name = object.text("/metadata/name");
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let free = resource.group == "rbac.authorization.k8s.io";
    if name.is_empty() || (free && !name.contains('/')) {
        return Ok(());
    }
    if name.len() > 253
        || !name.chars().all(good)
        || !edge(name.chars().next())
        || !edge(name.chars().last())
    {
        return Err(Refusal::invalid(
            &resource.kind,
            &resource.group,
            name,
            "metadata.name",
            &format!(
                "Invalid value: \"{name}\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'"
            ),
        ));
    }
    Ok(())
}

/// Refuses a write that was made for another version or another object of the same name.
pub fn conflict_of(call: &Call, current: &Value, wanted: &Value) -> Result<(), Refusal> {
    let name = current.text("/metadata/name");
    let (plural, group) = (&call.resource.plural, &call.resource.group);
    let asked = wanted.text("/metadata/resourceVersion");
    if !asked.is_empty() && asked != current.text("/metadata/resourceVersion") {
        return Err(Refusal::conflict(
            plural,
            group,
            name,
            "the object has been modified; please apply your changes to the latest version and try again",
        ));
    }
    let uid = wanted.text("/metadata/uid");
    if !uid.is_empty() && uid != current.text("/metadata/uid") {
        return Err(Refusal::conflict(
            plural,
            group,
            name,
            "Precondition failed: UID in precondition does not match UID in object meta",
        ));
    }
    Ok(())
}

/// What a write through this path may change: everything but the status, or only the status.
pub fn admit(call: &Call, current: &Value, mut wanted: Value) -> Result<Value, Refusal> {
    for field in [
        "uid",
        "creationTimestamp",
        "generation",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "resourceVersion",
    ] {
        let pointer = format!("/metadata/{field}");
        match current.at(&pointer) {
            Value::Null => remove(&mut wanted, &pointer),
            value => set(&mut wanted, &pointer, value.clone()),
        }
    }
    match call.route.sub.as_deref() {
        Some("status") => {
            let mut next = current.clone();
            set(&mut next, "/status", wanted.at("/status").clone());
            Ok(next)
        }
        _ => {
            if call.resource.has_status() {
                match current.at("/status") {
                    Value::Null => remove(&mut wanted, "/status"),
                    status => set(&mut wanted, "/status", status.clone()),
                }
            }
            immutable(call, current, &wanted)?;
            Ok(wanted)
        }
    }
}

/// Fields that never change once they are set.
fn immutable(call: &Call, current: &Value, wanted: &Value) -> Result<(), Refusal> {
    let fields: &[&str] = match call.resource.id().as_str() {
        "deployments.apps" | "replicasets.apps" | "daemonsets.apps" | "jobs.batch" => {
            &["spec.selector"]
        }
        "statefulsets.apps" => &["spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"],
        "pods" => &["spec.nodeName", "spec.volumes", "spec.restartPolicy"],
        _ => &[],
    };
    for field in fields {
        let pointer = format!("/{}", field.replace('.', "/"));
        if current.has(&pointer) && current.at(&pointer) != wanted.at(&pointer) {
            let why = format!("Invalid value: {}: field is immutable", wanted.at(&pointer));
            return Err(Refusal::invalid(
                &call.resource.kind,
                &call.resource.group,
                current.text("/metadata/name"),
                field,
                &why,
            ));
        }
    }
    Ok(())
}

/// A changed spec is another generation.
pub fn bump(current: &Value, mut next: Value) -> Value {
    if next.has("/spec") && next.at("/spec") != current.at("/spec") {
        set(&mut next, "/metadata/generation", current.num("/metadata/generation") + 1);
    }
    next
}
