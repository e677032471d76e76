//! A cluster in words: the same objects every time.

use serde_json::{Value, json};

use super::helm;

/// When all this is, seconds since the Unix epoch.
pub const NOW: i64 = 1_800_000_000;

const WORKLOADS: [(&str, &str, usize, &str); 12] = [
    ("shop", "web", 3, "nginx:1.29"),
    ("shop", "cart", 2, "registry.example.org/shop/cart:4.2.0"),
    ("shop", "checkout", 3, "registry.example.org/shop/checkout:7.0.1"),
    (
        "shop",
        "recommendations-with-a-rather-long-name",
        2,
        "registry.example.org/ml/recommend:2027-01-14",
    ),
    ("payments", "ledger", 3, "registry.example.org/pay/ledger:1.0.0"),
    ("payments", "fraud-detection", 2, "registry.example.org/pay/fraud:3.3.1"),
    ("payments", "gateway", 2, "envoyproxy/envoy:v1.37"),
    ("monitoring", "prometheus", 1, "prom/prometheus:v3.5"),
    ("monitoring", "grafana", 1, "grafana/grafana:12.4"),
    ("kube-system", "coredns", 2, "registry.k8s.io/coredns:v1.14"),
    ("kube-system", "kube-proxy", 4, "registry.k8s.io/kube-proxy:v1.36.3"),
    ("ci", "runner", 6, "registry.example.org/ci/runner:11"),
];

/// So long before [`NOW`].
pub fn ago(seconds: i64) -> String {
    jiff::Timestamp::from_second(NOW - seconds).expect("a time within reach").to_string()
}

/// A repeatable number for a text.
fn number(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

fn uid(text: &str) -> String {
    let (a, b) = (number(text), number(&format!("{text}#")));
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xffff,
        b >> 48,
        b & 0xffff_ffff_ffff
    )
}

fn suffix(text: &str) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut n = number(text);
    (0..5)
        .map(|_| {
            let c = LETTERS[(n % LETTERS.len() as u64) as usize];
            n /= LETTERS.len() as u64;
            char::from(c)
        })
        .collect()
}

/// The objects of a resource.
pub fn objects(plural: &str) -> Vec<Value> {
    match plural {
        "pods" => pods(),
        "namespaces" => namespaces(),
        "deployments" => deployments(),
        "nodes" => (1..=4).map(node).collect(),
        "releases" => helm::newest(),
        "secrets" | "revisions" => helm::secrets(),
        _ => Vec::new(),
    }
}

fn namespaces() -> Vec<Value> {
    let mut names: Vec<&str> =
        WORKLOADS.iter().map(|w| w.0).chain(["default", "kube-public"]).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| {
            json!({
                "metadata": {"name": name, "uid": uid(name), "creationTimestamp": ago(86400 * 40)},
                "status": {"phase": "Active"},
            })
        })
        .collect()
}

fn node(i: u64) -> Value {
    json!({
        "metadata": {"name": format!("node-{i}"), "uid": uid(&format!("node-{i}")), "creationTimestamp": ago(86400 * 40)},
        "status": {
            "conditions": [{"type": "Ready", "status": if i == 3 { "False" } else { "True" }}],
            "nodeInfo": {"kubeletVersion": "v1.36.3", "osImage": "Debian 13", "kernelVersion": "6.12", "containerRuntimeVersion": "containerd://2.2"},
            "addresses": [{"type": "InternalIP", "address": format!("10.0.0.{i}")}],
        },
    })
}

fn deployments() -> Vec<Value> {
    WORKLOADS
        .iter()
        .map(|&(namespace, name, replicas, image)| {
            json!({
                "metadata": {"name": name, "namespace": namespace, "uid": uid(&format!("{namespace}/{name}")),
                    "creationTimestamp": ago(86400 * 12), "labels": {"app": name}},
                "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
                    "template": {"spec": {"containers": [{"name": name, "image": image}]}}},
                "status": {"replicas": replicas, "readyReplicas": replicas - usize::from(name == "ledger"),
                    "updatedReplicas": replicas, "availableReplicas": replicas - usize::from(name == "ledger")},
            })
        })
        .collect()
}

fn pods() -> Vec<Value> {
    let mut pods = Vec::new();
    for (namespace, workload, replicas, image) in WORKLOADS {
        for i in 0..replicas {
            pods.push(pod(namespace, workload, i, image));
        }
    }
    pods
}

/// One pod of a workload, with the fate of its place.
pub fn pod(namespace: &str, workload: &str, i: usize, image: &str) -> Value {
    let hash = format!("{:08x}b", number(workload) as u32);
    let name = format!("{workload}-{hash}-{}", suffix(&format!("{workload}{i}")));
    let age = 60 + i64::try_from(number(&name) % 900_000).unwrap_or_default();
    let (phase, ready, restarts, state) = match (workload, i) {
        ("ledger", 1) => ("Running", false, 14, json!({"waiting": {"reason": "CrashLoopBackOff"}})),
        ("checkout", 2) => {
            ("Pending", false, 0, json!({"waiting": {"reason": "ImagePullBackOff"}}))
        }
        ("cart", 1) => ("Pending", false, 0, json!({"waiting": {"reason": "ContainerCreating"}})),
        ("gateway", 0) => ("Running", false, 1, json!({"running": {"startedAt": ago(age)}})),
        ("runner", 0..=2) => {
            ("Succeeded", false, 0, json!({"terminated": {"reason": "Completed", "exitCode": 0}}))
        }
        ("runner", 4) => {
            ("Failed", false, 3, json!({"terminated": {"reason": "Error", "exitCode": 1}}))
        }
        _ => ("Running", true, number(&name) % 3, json!({"running": {"startedAt": ago(age)}})),
    };
    let mut last = json!({});
    if restarts > 0 {
        last = json!({"terminated": {"reason": "Error", "exitCode": 1, "finishedAt": ago(age / 7 + 40)}});
    }
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": name, "namespace": namespace, "uid": uid(&name), "creationTimestamp": ago(age),
            "labels": {"app": workload, "pod-template-hash": hash, "topology.kubernetes.io/zone": "eu-west-1b"},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": format!("{workload}-{hash}"),
                "uid": uid(&format!("{workload}-{hash}")), "controller": true}],
        },
        "spec": {
            "nodeName": format!("node-{}", 1 + number(&name) % 4),
            "serviceAccountName": "default",
            "containers": [{"name": workload, "image": image,
                "envFrom": [{"configMapRef": {"name": format!("{workload}-settings")}}]}],
            "volumes": [{"name": "tls", "secret": {"secretName": format!("{workload}-tls")}}],
        },
        "status": {
            "phase": phase, "podIPs": [{"ip": format!("10.244.{}.{}", number(&name) % 4, number(&name) % 250)}], "podIP": format!("10.244.{}.{}", number(&name) % 4, number(&name) % 250),
            "containerStatuses": [{"name": workload, "image": image, "imageID": "", "ready": ready,
                "restartCount": restarts, "state": state, "lastState": last}],
            "conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}],
            "startTime": ago(age - 1),
        },
    })
}

/// The object that is shown as YAML.
pub fn manifest() -> Value {
    let mut pod = pod("payments", "ledger", 1, "registry.example.org/pay/ledger:1.0.0");
    pod["metadata"]["annotations"] = json!({
        "example.org/notes": "first line\nsecond: line\n  third # line\n",
        "example.org/checked": "true",
        "example.org/empty": "",
    });
    pod["metadata"]["managedFields"] = json!([{"manager": "kubelet"}]);
    pod["spec"]["priority"] = json!(0);
    pod["spec"]["enableServiceLinks"] = json!(true);
    pod["spec"]["overhead"] = json!({});
    pod
}
