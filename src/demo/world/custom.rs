//! Custom resources: their definitions and objects. Two groups share the plural `certificates`, on purpose.

use serde_json::{Value, json};

use super::World;
use super::history::must;

/// What is to be defined, its columns aside.
pub struct Definition {
    pub group: &'static str,
    pub version: &'static str,
    pub kind: &'static str,
    pub plural: &'static str,
    pub short: &'static [&'static str],
    pub categories: &'static [&'static str],
    pub namespaced: bool,
}

impl Definition {
    /// The definition as an object, with these columns.
    fn object(&self, columns: &Value) -> Value {
        let Self { group, version, kind, plural, .. } = self;
        let scope = if self.namespaced { "Namespaced" } else { "Cluster" };
        json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("{plural}.{group}")},
            "spec": {"group": group, "scope": scope, "conversion": {"strategy": "None"},
                "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase(), "shortNames": self.short, "categories": self.categories},
                "versions": [{"name": version, "served": true, "storage": true, "subresources": {"status": {}},
                    "additionalPrinterColumns": columns,
                    "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}})
    }
}

/// Defines a custom resource with these columns.
pub fn define_one(world: &mut World, definition: &Definition, columns: &Value) {
    must(world.create(definition.object(columns)));
}

/// Defines the custom resources.
pub fn define(world: &mut World) {
    let ready = json!({"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"});
    let age = json!({"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"});
    let wide = |name: &str, path: &str| json!({"name": name, "type": "string", "jsonPath": path, "priority": 1});
    let plain = |name: &str, path: &str| json!({"name": name, "type": "string", "jsonPath": path});
    let of = |group, version, kind, plural, short| Definition {
        group,
        version,
        kind,
        plural,
        short,
        categories: &["all-custom"],
        namespaced: true,
    };
    let columns = json!([
        ready,
        plain("Secret", ".spec.secretName"),
        wide("Issuer", ".spec.issuerRef.name"),
        wide("Status", ".status.conditions[?(@.type==\"Ready\")].message"),
        age
    ]);
    let certificates =
        of("cert-manager.io", "v1", "Certificate", "certificates", &["cert", "certs"][..]);
    define_one(world, &certificates, &columns);
    let columns = json!([plain("Host", ".spec.host"), {"name": "Expires", "type": "date", "jsonPath": ".status.notAfter"}, age]);
    let others =
        of("networking.internal.example", "v1beta1", "Certificate", "certificates", &[][..]);
    define_one(world, &others, &columns);
    let columns = json!([
        plain("Sync Status", ".status.sync.status"),
        plain("Health Status", ".status.health.status"),
        wide("Revision", ".status.sync.revision"),
        wide("Project", ".spec.project")
    ]);
    let applications =
        of("argoproj.io", "v1alpha1", "Application", "applications", &["app", "apps"][..]);
    define_one(world, &applications, &columns);
    let columns = json!([plain("Spec", ".spec.cronSpec"),
        {"name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas"}, age]);
    let tabs = of("stable.example.com", "v1", "CronTab", "crontabs", &["ct"][..]);
    let mut cron = tabs.object(&columns);
    cron["spec"]["versions"][0]["subresources"]["scale"] =
        json!({"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"});
    must(world.create(cron));
}

/// Creates the custom objects.
pub fn fill(world: &mut World) {
    let now = world.stamp();
    for (namespace, name, ready) in [
        ("shop", "shop-example-org", true),
        ("payments", "pay-example-org", true),
        ("monitoring", "grafana-example-org", true),
        ("staging", "staging-example-org", false),
    ] {
        let (status, reason, message) = if ready {
            ("True", "Ready", "Certificate is up to date and has not expired")
        } else {
            ("False", "Pending", "Issuing certificate as Secret does not exist")
        };
        must(world.create(json!({"apiVersion": "cert-manager.io/v1", "kind": "Certificate",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"secretName": format!("{name}-tls"), "dnsNames": [name.replace('-', ".")],
                "issuerRef": {"kind": "ClusterIssuer", "name": "letsencrypt-demo"}},
            "status": {"conditions": [{"type": "Ready", "status": status, "reason": reason, "message": message, "lastTransitionTime": now}]}})));
        must(world.create(json!({"apiVersion": "networking.internal.example/v1beta1", "kind": "Certificate",
            "metadata": {"name": format!("{namespace}-edge"), "namespace": namespace},
            "spec": {"host": format!("{namespace}.internal.example")}, "status": {"notAfter": "2026-01-01T00:00:00Z"}})));
    }
    for (name, sync, health) in [
        ("shop", "Synced", "Progressing"),
        ("payments", "Synced", "Degraded"),
        ("monitoring", "Synced", "Healthy"),
        ("platform", "OutOfSync", "Healthy"),
        ("staging", "Unknown", "Missing"),
    ] {
        let revision = format!(
            "{:016x}{:016x}",
            world.chance(&["revision", name]),
            world.chance(&["revision2", name])
        );
        must(world.create(json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": {"name": name, "namespace": "platform", "finalizers": []},
            "spec": {"project": "default", "source": {"repoURL": "https://git.demo/deploy.git", "path": name, "targetRevision": "main"},
                "destination": {"server": "https://kubernetes.default.svc", "namespace": name}},
            "status": {"sync": {"status": sync, "revision": revision}, "health": {"status": health}}})));
    }
    for (name, schedule, replicas) in
        [("nightly-report", "0 2 * * *", 1), ("price-import", "*/15 * * * *", 3)]
    {
        must(world.create(json!({"apiVersion": "stable.example.com/v1", "kind": "CronTab",
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {"cronSpec": schedule, "image": "registry.demo/shop/cron:1.0.0", "replicas": replicas}, "status": {"replicas": replicas}})));
    }
}
