//! The profiles of `kubectl debug`: what a debug container may do (kubectl, `pkg/cmd/debug/profiles.go`).

use serde_json::{Value, json};

/// A profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profile {
    /// What is useful almost everywhere: the processes of the others can be traced.
    General,
    /// What the Pod Security Standard "baseline" allows.
    Baseline,
    /// What the Pod Security Standard "restricted" allows.
    Restricted,
    /// The network can be changed.
    Netadmin,
    /// Everything: root on the node.
    Sysadmin,
}

/// What is debugged, which decides what a profile means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A container added to a pod.
    Ephemeral,
    /// A pod on a node.
    Node,
    /// A copy of a pod.
    Copy,
}

/// The names, in the order of kubectl's help.
pub(super) const NAMES: [&str; 5] = ["general", "baseline", "restricted", "netadmin", "sysadmin"];

impl Profile {
    /// The profile of this name; the usual one for any other.
    pub fn named(name: &str) -> Self {
        match name {
            "baseline" => Self::Baseline,
            "restricted" => Self::Restricted,
            "netadmin" => Self::Netadmin,
            "sysadmin" => Self::Sysadmin,
            _ => Self::General,
        }
    }

    /// What it means, a phrase.
    pub fn means(self) -> &'static str {
        match self {
            Self::General => "may trace the processes of others",
            Self::Baseline => "may do nothing out of the ordinary",
            Self::Restricted => "no root, no capabilities",
            Self::Netadmin => "may change the network",
            Self::Sysadmin => "may do everything: root on the node",
        }
    }

    /// Makes the pod's spec, and the debug container in it, what the profile says.
    pub fn apply(self, style: Style, spec: &mut Value, container: &mut Value) {
        match self {
            Self::General => {
                if style == Style::Node {
                    clear(container);
                } else {
                    add_capabilities(container, &["SYS_PTRACE"]);
                }
            }
            Self::Baseline => clear(container),
            Self::Restricted => {
                container["securityContext"] = json!({
                    "allowPrivilegeEscalation": false,
                    "capabilities": {"drop": ["ALL"]},
                    "runAsNonRoot": true,
                    "seccompProfile": {"type": "RuntimeDefault"},
                });
            }
            Self::Netadmin => add_capabilities(container, &["NET_ADMIN", "NET_RAW"]),
            Self::Sysadmin => {
                object_of(container, "securityContext")["privileged"] = json!(true);
            }
        }
        match style {
            Style::Ephemeral => {}
            Style::Node => {
                if matches!(self, Self::General | Self::Netadmin | Self::Sysadmin) {
                    for field in ["hostNetwork", "hostPID", "hostIPC"] {
                        spec[field] = json!(true);
                    }
                }
                if matches!(self, Self::General | Self::Sysadmin) {
                    mount_root(spec, container);
                }
            }
            Style::Copy => {
                if spec["shareProcessNamespace"].is_null() {
                    spec["shareProcessNamespace"] = json!(true);
                }
            }
        }
    }
}

/// Takes away what the container may do beyond the usual.
fn clear(container: &mut Value) {
    if let Some(fields) = container.as_object_mut() {
        fields.remove("securityContext");
    }
}

/// The object in a field, which is made where there is none.
fn object_of<'a>(value: &'a mut Value, field: &str) -> &'a mut Value {
    let inner = &mut value[field];
    if !inner.is_object() {
        *inner = json!({});
    }
    inner
}

fn push(value: &mut Value, field: &str, item: Value) {
    let list = &mut value[field];
    match list.as_array_mut() {
        Some(list) => list.push(item),
        None => *list = json!([item]),
    }
}

fn add_capabilities(container: &mut Value, names: &[&str]) {
    let capabilities = object_of(object_of(container, "securityContext"), "capabilities");
    for name in names {
        push(capabilities, "add", json!(name));
    }
}

/// The node's own files, at `/host`.
fn mount_root(spec: &mut Value, container: &mut Value) {
    const NAME: &str = "host-root";
    push(spec, "volumes", json!({"name": NAME, "hostPath": {"path": "/"}}));
    push(container, "volumeMounts", json!({"name": NAME, "mountPath": "/host"}));
}
