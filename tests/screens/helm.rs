//! Releases of Helm in the cluster of words.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::cluster::ago;

struct Revision {
    namespace: &'static str,
    name: &'static str,
    number: i64,
    status: &'static str,
    days: i64,
    replicas: i64,
    description: &'static str,
}

const REVISIONS: [Revision; 5] = [
    revision(
        "payments",
        "ledger",
        (2, "failed"),
        (1, 3),
        "Upgrade \"ledger\" failed: context deadline exceeded",
    ),
    revision("monitoring", "grafana", (1, "pending-install"), (0, 1), "Initial install underway"),
    revision("shop", "web", (3, "deployed"), (2, 3), "Upgrade complete"),
    revision("shop", "web", (2, "superseded"), (30, 2), "Upgrade complete"),
    revision("shop", "web", (1, "superseded"), (90, 2), "Install complete"),
];

const fn revision(
    namespace: &'static str,
    name: &'static str,
    (number, status): (i64, &'static str),
    (days, replicas): (i64, i64),
    description: &'static str,
) -> Revision {
    Revision { namespace, name, number, status, days, replicas, description }
}

/// The newest revision of each release.
pub fn newest() -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    REVISIONS.iter().filter(|revision| seen.insert(revision.name)).map(secret).collect()
}

/// The Secrets that hold the revisions.
pub fn secrets() -> Vec<Value> {
    REVISIONS.iter().map(secret).collect()
}

/// As Helm stored it before it packed anything, which it still reads.
fn secret(revision: &Revision) -> Value {
    let Revision { namespace, name, number, status, days, replicas, description } = revision;
    let manifest = format!(
        "---\n# Source: {name}/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  ports:\n  - port: 80\n\
         ---\n# Source: {name}/templates/deployment.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  replicas: {replicas}\n"
    );
    let release = json!({
        "name": name, "namespace": namespace, "version": number, "manifest": manifest,
        "info": {"status": status, "description": description, "last_deployed": ago(days * 86400),
            "notes": format!("{name} is installed.\n\nOpen https://{name}.example.org\n")},
        "chart": {"metadata": {"name": name, "version": format!("1.{number}.0"), "appVersion": format!("2027.{number}")}, "values": {"replicas": 1, "debug": false}},
        "config": {"replicas": replicas, "image": {"tag": format!("2027.{number}")}},
    });
    json!({
        "metadata": {"name": format!("sh.helm.release.v1.{name}.v{number}"), "namespace": namespace, "uid": format!("{name}.v{number}"),
            "creationTimestamp": ago(days * 86400),
            "labels": {"owner": "helm", "name": name, "version": number.to_string(), "status": status}},
        "type": "helm.sh/release.v1",
        "data": {"release": STANDARD.encode(STANDARD.encode(release.to_string()))},
    })
}
