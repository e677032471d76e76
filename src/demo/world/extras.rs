//! What stands around the applications: ingresses, autoscalers, budgets, policies, quotas, cron jobs, claims.

use serde_json::{Value, json};

use super::World;
use super::history::must;

/// Builds it all.
pub fn build(world: &mut World) {
    for (namespace, name, host, paths, tls) in [
        (
            "shop",
            "shop",
            "shop.example.org",
            &[
                ("/", "web"),
                ("/api/catalog", "catalog"),
                ("/api/cart", "cart"),
                ("/api/legacy", "legacy-api"),
            ][..],
            true,
        ),
        ("payments", "pay", "pay.example.org", &[("/", "api"), ("/hooks", "webhooks")][..], true),
        ("monitoring", "grafana", "grafana.example.org", &[("/", "grafana")][..], false),
    ] {
        must(world.create(ingress(namespace, name, host, paths, tls)));
    }
    for (namespace, name, low, high, goal) in [
        ("shop", "catalog", 2, 8, 60),
        ("shop", "checkout", 3, 7, 70),
        ("payments", "api", 2, 6, 65),
    ] {
        must(world.create(json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name, "namespace": namespace},
            "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}, "minReplicas": low, "maxReplicas": high,
                "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": goal}}}]}})));
    }
    for (namespace, name, rule) in [
        ("shop", "web", json!({"minAvailable": 2})),
        ("shop", "postgres", json!({"maxUnavailable": 0})),
        ("payments", "api", json!({"maxUnavailable": 1})),
    ] {
        let mut spec = rule;
        spec["selector"] = json!({"matchLabels": {"app": name}});
        must(world.create(json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name, "namespace": namespace}, "spec": spec})));
    }
    must(world.create(json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "ledger-db", "namespace": "payments"},
        "spec": {"podSelector": {"matchLabels": {"app": "ledger-db"}}, "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "api"}}}], "ports": [{"port": 5432, "protocol": "TCP"}]}]}})));
    must(world.create(json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "staging", "namespace": "staging"},
        "spec": {"hard": {"pods": "20", "requests.cpu": "4", "requests.memory": "8Gi"}},
        "status": {"hard": {"pods": "20", "requests.cpu": "4", "requests.memory": "8Gi"}, "used": {"pods": "2", "requests.cpu": "100m", "requests.memory": "128Mi"}}})));
    must(world.create(json!({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "defaults", "namespace": "staging"},
        "spec": {"limits": [{"type": "Container", "default": {"memory": "256Mi"}, "defaultRequest": {"cpu": "50m", "memory": "64Mi"}}]}})));
    must(world.create(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "mail", "namespace": "shop"},
        "spec": {"type": "ExternalName", "externalName": "smtp.example.org"}})));
    must(world.create(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kubernetes", "namespace": "default"},
        "spec": {"clusterIP": "10.96.0.1", "ports": [{"name": "https", "port": 443, "targetPort": 6443}]}})));
    must(world.create(json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "shop-example-org-tls", "namespace": "shop"}, "type": "kubernetes.io/tls",
        "stringData": {"tls.crt": "demo certificate, signs nothing", "tls.key": "demo key, opens nothing"}})));
    must(world.create(json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "warehouse", "namespace": "platform"},
        "spec": {"accessModes": ["ReadWriteMany"], "storageClassName": "premium-nvme", "resources": {"requests": {"storage": "2Ti"}}}})));
    must(world.create(json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "exports", "namespace": "platform"},
        "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "archive", "resources": {"requests": {"storage": "200Gi"}}}})));
    cron_jobs(world);
}

fn ingress(namespace: &str, name: &str, host: &str, paths: &[(&str, &str)], tls: bool) -> Value {
    let paths: Vec<Value> = paths
        .iter()
        .map(|(path, service)| json!({"path": path, "pathType": "Prefix", "backend": {"service": {"name": service, "port": {"name": "http"}}}}))
        .collect();
    let mut spec =
        json!({"ingressClassName": "nginx", "rules": [{"host": host, "http": {"paths": paths}}]});
    if tls {
        spec["tls"] =
            json!([{"hosts": [host], "secretName": format!("{}-tls", host.replace('.', "-"))}]);
    }
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name, "namespace": namespace}, "spec": spec,
        "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.10"}]}}})
}

fn cron_jobs(world: &mut World) {
    for (namespace, name, schedule, image, suspended) in [
        ("shop", "cart-cleanup", "*/5 * * * *", "registry.demo/shop/cart-cleanup:1.1.0", false),
        ("shop", "price-import", "*/2 * * * *", "registry.demo/shop/price-import:2.0.4", false),
        (
            "payments",
            "settlement",
            "*/10 * * * *",
            "registry.demo/payments/flaky-settlement:1.0.9",
            false,
        ),
        ("platform", "backup", "0 3 * * *", "registry.demo/platform/backup:0.8.0", false),
        ("monitoring", "retention", "30 1 * * 0", "registry.demo/platform/retention:0.2.1", true),
    ] {
        must(world.create(json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name, "namespace": namespace},
            "spec": {"schedule": schedule, "suspend": suspended, "concurrencyPolicy": "Forbid", "jobTemplate": {"spec": {"backoffLimit": 2,
                "template": {"metadata": {"labels": {"app": name}}, "spec": {"restartPolicy": "Never",
                    "containers": [{"name": name, "image": image, "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}}]}}}}}})));
    }
    must(world.create(json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "reindex", "namespace": "shop"},
        "spec": {"completions": 6, "parallelism": 2, "template": {"metadata": {"labels": {"app": "reindex"}},
            "spec": {"restartPolicy": "OnFailure", "containers": [{"name": "reindex", "image": "registry.demo/shop/search:0.14.7", "args": ["reindex"]}]}}}})));
}
