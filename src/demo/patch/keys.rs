//! Which lists of the built-in kinds are maps in disguise, and by which member.

use serde_json::Value;

/// The members that identify an item of the list with this field name; none where the list is replaced as a whole.
/// `ports` differ between containers and services, told apart by the items themselves.
pub fn merge_key(field: &str, items: &[Value]) -> Option<&'static str> {
    Some(match field {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "volumes"
        | "env"
        | "imagePullSecrets" => "name",
        "volumeMounts" => "mountPath",
        "volumeDevices" => "devicePath",
        "ports" if items.iter().any(|i| i.get("containerPort").is_some()) => "containerPort",
        "ports" if items.iter().any(|i| i.get("port").is_some()) => "port",
        "conditions" | "addresses" => "type",
        "taints" => "key",
        "hostAliases" => "ip",
        "ownerReferences" => "uid",
        "topologySpreadConstraints" => "topologyKey",
        _ => return None,
    })
}
