//! Tables of configuration, accounts, quotas and volumes.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Spec;
use super::text::{age, join, name, or, since};
use crate::demo::value::At;

const CONFIG_MAPS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Data", "string", 0, |c, _| {
        json!(c.entries("/data").count() + c.entries("/binaryData").count())
    }),
    ("Age", "string", 0, age),
];

const SECRETS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Type", "string", 0, |s, _| json!(s.text("/type"))),
    ("Data", "integer", 0, |s, _| json!(s.entries("/data").count())),
    ("Age", "string", 0, age),
];

const ACCOUNTS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Secrets", "string", 0, |s, _| json!(s.items("/secrets").len())),
    ("Age", "string", 0, age),
];

const QUOTAS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Request", "string", 0, |q, _| json!(quota(q, false))),
    ("Limit", "string", 0, |q, _| json!(quota(q, true))),
    ("Age", "string", 0, age),
];

const LIMITS: &[Spec] =
    &[("Name", "string", 0, name), ("Created At", "date", 0, super::text::created)];

const CLAIMS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Status", "string", 0, |c, _| json!(phase(c))),
    ("Volume", "string", 0, |c, _| json!(c.text("/spec/volumeName"))),
    ("Capacity", "string", 0, |c, _| {
        json!(if c.text("/spec/volumeName").is_empty() {
            ""
        } else {
            c.text("/status/capacity/storage")
        })
    }),
    ("Access Modes", "string", 0, |c, _| {
        if c.text("/spec/volumeName").is_empty() {
            json!("")
        } else {
            modes(c.at("/status/accessModes"))
        }
    }),
    ("StorageClass", "string", 0, |c, _| json!(c.text("/spec/storageClassName"))),
    ("VolumeAttributesClass", "string", 0, |c, _| {
        or(c.at("/spec/volumeAttributesClassName"), "<unset>")
    }),
    ("Age", "string", 0, age),
    ("VolumeMode", "string", 1, |c, _| or(c.at("/spec/volumeMode"), "<unset>")),
];

const VOLUMES: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Capacity", "string", 0, |v, _| json!(v.text("/spec/capacity/storage"))),
    ("Access Modes", "string", 0, |v, _| modes(v.at("/spec/accessModes"))),
    ("Reclaim Policy", "string", 0, |v, _| json!(v.text("/spec/persistentVolumeReclaimPolicy"))),
    ("Status", "string", 0, |v, _| json!(phase(v))),
    ("Claim", "string", 0, |v, _| match v.text("/spec/claimRef/name") {
        "" => json!(""),
        claim => json!(format!("{}/{claim}", v.text("/spec/claimRef/namespace"))),
    }),
    ("StorageClass", "string", 0, |v, _| json!(v.text("/spec/storageClassName"))),
    ("VolumeAttributesClass", "string", 0, |v, _| {
        or(v.at("/spec/volumeAttributesClassName"), "<unset>")
    }),
    ("Reason", "string", 0, |v, _| json!(v.text("/status/reason"))),
    ("Age", "string", 0, age),
    ("VolumeMode", "string", 1, |v, _| or(v.at("/spec/volumeMode"), "<unset>")),
];

const STORAGE_CLASSES: &[Spec] = &[
    ("Name", "string", 0, |s, _| {
        let default =
            s.text("/metadata/annotations/storageclass.kubernetes.io~1is-default-class") == "true";
        json!(format!("{}{}", s.text("/metadata/name"), if default { " (default)" } else { "" }))
    }),
    ("Provisioner", "string", 0, |s, _| json!(s.text("/provisioner"))),
    ("ReclaimPolicy", "string", 0, |s, _| or(s.at("/reclaimPolicy"), "Delete")),
    ("VolumeBindingMode", "string", 0, |s, _| or(s.at("/volumeBindingMode"), "Immediate")),
    ("AllowVolumeExpansion", "string", 0, |s, _| json!(s.flag("/allowVolumeExpansion"))),
    ("Age", "string", 0, age),
];

const DRIVERS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("AttachRequired", "boolean", 0, |d, _| {
        json!(d.at("/spec/attachRequired").as_bool().unwrap_or(true))
    }),
    ("PodInfoOnMount", "boolean", 0, |d, _| json!(d.flag("/spec/podInfoOnMount"))),
    ("StorageCapacity", "boolean", 0, |d, _| json!(d.flag("/spec/storageCapacity"))),
    ("TokenRequests", "string", 0, |d, _| match d.items("/spec/tokenRequests") {
        [] => json!("<unset>"),
        requests => join(requests.iter().map(|r| r.text("/audience"))),
    }),
    ("RequiresRepublish", "boolean", 0, |d, _| json!(d.flag("/spec/requiresRepublish"))),
    ("Modes", "string", 0, |d, _| {
        join(d.items("/spec/volumeLifecycleModes").iter().filter_map(Value::as_str))
    }),
    ("Age", "string", 0, age),
];

const EVENTS: &[Spec] = &[
    ("Last Seen", "string", 0, last_seen),
    ("Type", "string", 0, |e, _| json!(e.text("/type"))),
    ("Reason", "string", 0, |e, _| json!(e.text("/reason"))),
    ("Object", "string", 0, |e, _| {
        json!(format!(
            "{}/{}",
            e.text("/involvedObject/kind").to_lowercase(),
            e.text("/involvedObject/name")
        ))
    }),
    ("Subobject", "string", 1, |e, _| json!(e.text("/involvedObject/fieldPath"))),
    ("Source", "string", 1, |e, _| {
        let (component, host) = (e.text("/source/component"), e.text("/source/host"));
        json!(if host.is_empty() { component.to_owned() } else { format!("{component}, {host}") })
    }),
    ("Message", "string", 0, |e, _| json!(e.text("/message").trim())),
    ("First Seen", "string", 1, |e, now| {
        let first =
            if e.has("/firstTimestamp") { e.text("/firstTimestamp") } else { e.text("/eventTime") };
        json!(since(first, now))
    }),
    ("Count", "string", 1, |e, _| {
        let count = if e.has("/series") { e.num("/series/count") } else { e.num("/count") };
        json!(count.max(1).to_string())
    }),
    ("Name", "string", 1, name),
];

/// The columns of configuration and storage resources.
pub fn columns(id: &str) -> Option<&'static [Spec]> {
    Some(match id {
        "configmaps" => CONFIG_MAPS,
        "secrets" => SECRETS,
        "serviceaccounts" => ACCOUNTS,
        "resourcequotas" => QUOTAS,
        "limitranges" => LIMITS,
        "persistentvolumeclaims" => CLAIMS,
        "persistentvolumes" => VOLUMES,
        "storageclasses.storage.k8s.io" => STORAGE_CLASSES,
        "csidrivers.storage.k8s.io" => DRIVERS,
        "events" => EVENTS,
        _ => return None,
    })
}

fn last_seen(event: &Value, now: Timestamp) -> Value {
    let stamp = ["/series/lastObservedTime", "/lastTimestamp", "/firstTimestamp", "/eventTime"]
        .iter()
        .map(|p| event.text(p))
        .find(|s| !s.is_empty());
    json!(since(stamp.unwrap_or_default(), now))
}

fn phase(object: &Value) -> &str {
    if object.has("/metadata/deletionTimestamp") {
        "Terminating"
    } else {
        object.text("/status/phase")
    }
}

fn modes(modes: &Value) -> Value {
    let short = |mode: &Value| match mode.as_str() {
        Some("ReadWriteOnce") => "RWO",
        Some("ReadOnlyMany") => "ROX",
        Some("ReadWriteMany") => "RWX",
        Some("ReadWriteOncePod") => "RWOP",
        _ => "",
    };
    join(modes.as_array().into_iter().flatten().map(short))
}

/// `name: used/hard` for requests or for limits.
fn quota(quota: &Value, limits: bool) -> String {
    let used = quota.at("/status/used");
    quota
        .entries("/status/hard")
        .filter(|(name, _)| name.starts_with("limits.") == limits)
        .map(|(name, hard)| {
            let used = used.get(name).and_then(Value::as_str).unwrap_or("0");
            format!("{name}: {used}/{}", hard.as_str().unwrap_or_default())
        })
        .collect::<Vec<_>>()
        .join(", ")
}
