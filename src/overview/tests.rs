//! The page as a whole: what it says of a cluster, and that its figures are those of the rows behind them.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::signs::{By, Part, SIGNS};
use super::testing::{Known, NOW, find};
use super::wants::{
    self, API_SERVICES, CONFIG_MAPS, INGRESS_CLASSES, LEASES, NODES, PODS, QUOTAS, WORKLOADS,
};
use super::write::INDENT;
use crate::kinds::{Catalog, Resource};
use crate::sheet::{Answer, Go, Line, Tone};
use crate::store::Health;

fn time(ago: i64) -> String {
    jiff::Timestamp::from_second(NOW - ago).unwrap().to_string()
}

fn node(name: &str, zone: &str, ready: &str, version: &str) -> Value {
    json!({"metadata": {"name": name, "uid": name, "labels": {"topology.kubernetes.io/zone": zone, "minikube.k8s.io/version": "v1"}},
        "spec": {"providerID": format!("kind://docker/lab/{name}")},
        "status": {"allocatable": {"cpu": "4", "memory": "16Gi", "pods": "110"}, "conditions": [{"type": "Ready", "status": ready}],
            "nodeInfo": {"kubeletVersion": version, "containerRuntimeVersion": "containerd://2.1.4", "osImage": "Debian"}}})
}

fn pod(name: &str, node: &str, phase: &str, waiting: &str) -> Value {
    let state = if waiting.is_empty() {
        json!({"running": {}})
    } else {
        json!({"waiting": {"reason": waiting}})
    };
    json!({"metadata": {"name": name, "namespace": "shop", "uid": name},
        "spec": {"nodeName": node, "containers": [{"name": "a", "image": "a:1", "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}]},
        "status": {"phase": phase, "containerStatuses": [{"name": "a", "ready": waiting.is_empty(), "state": state}],
            "conditions": [{"type": "Ready", "status": if waiting.is_empty() { "True" } else { "False" }}]}})
}

/// The node with devices, by name how many.
fn with_devices(mut node: Value, devices: &Value) -> Value {
    let room = node["status"]["allocatable"].as_object_mut().unwrap();
    room.extend(devices.as_object().unwrap().clone());
    node
}

/// A pod that requests nothing but devices.
fn asks_for(name: &str, node: &str, devices: &Value) -> Value {
    let mut pod = pod(name, node, "Running", "");
    pod["spec"]["containers"][0]["resources"]["requests"] = devices.clone();
    pod
}

fn system_pod(name: &str, image: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "kube-system", "uid": name},
        "spec": {"nodeName": "n1", "containers": [{"name": "a", "image": image}]}, "status": {"phase": "Running"}})
}

fn lease(name: &str, holder: &str, renewed: i64) -> Value {
    json!({"metadata": {"name": name, "namespace": "kube-system", "uid": name, "labels": {}},
        "spec": {"holderIdentity": holder, "leaseDurationSeconds": 15, "renewTime": time(renewed)}})
}

fn api_service(group: &str, service: Option<&str>, available: &str, reason: &str) -> Value {
    let name = format!("v1.{group}");
    let service = service.map(|name| json!({"name": name, "namespace": "kube-system"}));
    json!({"metadata": {"name": name, "uid": name}, "spec": {"group": group, "version": "v1", "service": service},
        "status": {"conditions": [{"type": "Available", "status": available, "reason": reason, "message": "no answer"}]}})
}

/// A small cluster in which a little of everything is wrong.
fn cluster() -> Known {
    let pods = [
        pod("a", "n1", "Running", ""),
        pod("b", "n1", "Running", ""),
        pod("c", "n2", "Running", "CrashLoopBackOff"),
        pod("d", "", "Pending", ""),
        pod("e", "n2", "Pending", "ImagePullBackOff"),
        pod("f", "n2", "Failed", ""),
        pod("g", "n2", "Succeeded", ""),
        system_pod("scheduler", "registry.k8s.io/kube-scheduler:v1.34.0"),
        system_pod("proxy", "registry.k8s.io/kube-proxy:v1.36.3@sha256:ab"),
    ];
    let phase = |known: Known, phase: &str| {
        let of: Vec<_> =
            pods.iter().filter(|pod| pod["status"]["phase"] == phase).cloned().collect();
        known.rows(wants::in_phase(phase), &of)
    };
    let deployment = |name: &str, ready: i32, image: &str| {
        json!({"metadata": {"name": name, "namespace": "shop", "uid": name}, "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "a", "image": image}]}}},
            "status": {"replicas": 2, "updatedReplicas": 2, "readyReplicas": ready, "availableReplicas": ready,
                "conditions": [{"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}]}})
    };
    let quota = |name: &str, used: &str| {
        json!({"metadata": {"name": name, "namespace": "shop", "uid": name}, "spec": {"hard": {"pods": "10"}},
            "status": {"hard": {"pods": "10", "limits.cpu": "4"}, "used": {"pods": used, "limits.cpu": "1"}}})
    };
    let config = json!({"data": {"config.conf": "kind: KubeProxyConfiguration\nmode: ipvs\n"}});
    let mut known = Known::default()
        .text(wants::version(), 200, r#"{"gitVersion": "v1.36.3", "platform": "linux/amd64"}"#)
        .text(wants::ready(), 200, "[+]ping ok\n[+]etcd ok\n[+]poststarthook/rbac ok\nreadyz check passed\n")
        .text(
            wants::deprecated(),
            200,
            "apiserver_requested_deprecated_apis{group=\"\",removed_release=\"\",resource=\"endpoints\",subresource=\"\",version=\"v1\"} 1\n\
             apiserver_requested_deprecated_apis{group=\"x.io\",removed_release=\"1.37\",resource=\"things\",subresource=\"status\",version=\"v1beta1\"} 1\n",
        )
        .answer(wants::kube_proxy(), Answer::Object(Some(Arc::new(config))))
        .rows(wants::all(NODES), &[node("n1", "z1", "True", "v1.36.3"), with_devices(node("n2", "z2", "True", "v1.33.0"), &json!({"nvidia.com/gpu": "2"})), node("n3", "", "False", "v1.32.9")])
        .rows(wants::all(API_SERVICES), &[
            api_service("apps", None, "True", "Local"),
            api_service("metrics.k8s.io", Some("metrics-server"), "True", "Passed"),
            api_service("wardle.example.com", Some("wardle"), "False", "FailedDiscoveryCheck"),
        ])
        .rows(wants::all(PODS), &pods)
        .rows(wants::all(QUOTAS), &[quota("low", "1"), quota("near", "8"), quota("full", "12")])
        .rows(wants::all(INGRESS_CLASSES), &[json!({"metadata": {"name": "nginx"}, "spec": {"controller": "k8s.io/ingress-nginx"}})])
        .rows(wants::system(CONFIG_MAPS), &[json!({"metadata": {"name": "kubeadm-config", "namespace": "kube-system"}})])
        .rows(wants::system(LEASES), &[lease("kube-scheduler", "lab_1", 2), lease("kube-controller-manager", "lab_2", 300)]);
    for (named, _) in WORKLOADS {
        known = known.rows(wants::all(named), &[]);
    }
    known = known.rows(
        wants::all(WORKLOADS[0].0),
        &[deployment("web", 2, "nginx:1"), deployment("down", 0, "quay.io/cilium/cilium:v1.18.1")],
    );
    for name in wants::PHASES {
        known = phase(known, name);
    }
    known
}

#[test]
fn the_page_of_a_cluster_says_all_of_it() {
    let sheet = cluster().sheet();
    insta::assert_snapshot!(sheet.text());
    // A terminal of 80 columns shows it all beside what stands before each line, unless names are long.
    let width = |line: &&crate::sheet::Line| {
        let signs = line.spans.iter().filter(|span| matches!(span.tone, Tone::State(_))).count();
        line.text().chars().count() + 2 * signs
    };
    let wide: Vec<_> = sheet.lines.iter().filter(|line| width(line) > 76).collect();
    assert!(wide.is_empty(), "{wide:#?}");
}

#[test]
fn every_figure_is_that_of_the_rows_behind_it() {
    let known = cluster();
    let sheet = known.sheet();
    let mut seen = 0;
    for line in &sheet.lines {
        let number = line.spans.iter().find(|span| span.tone == Tone::Number);
        let counted = match (number, &line.go) {
            // What the server counts, it says itself.
            (_, Some(Go::Command(command))) if command.starts_with("raw ") => continue,
            (Some(number), Some(Go::Command(_))) => number.text.parse::<usize>(),
            (None, Some(Go::Command(command))) if command.contains("health=") => {
                line.spans.iter().find(|s| matches!(s.tone, Tone::State(_))).unwrap().text.parse()
            }
            _ => continue,
        };
        assert_eq!(counted, Ok(known.behind(line)), "{} leads to {:?}", line.text(), line.go);
        seen += 1;
    }
    assert!(seen > 20, "only {seen} figures in\n{}", sheet.text());
}

#[test]
fn every_figure_leads_somewhere() {
    let sheet = cluster().sheet();
    let says = |span: &crate::sheet::Span| match span.tone {
        Tone::Number | Tone::State(_) | Tone::Bar(_) => true,
        Tone::Text => span.text.contains(|c: char| c.is_ascii_digit()),
        _ => false,
    };
    let figures = || sheet.lines.iter().filter(|line| line.spans.iter().any(says));
    let lost: Vec<String> = figures().filter(|l| l.go.is_none()).map(Line::text).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(figures().count() > 50, "only {} in\n{}", figures().count(), sheet.text());
}

/// A cluster that has nothing but one sign.
fn with_sign(by: By) -> Known {
    let mut node = node("n1", "", "True", "v1.36.3");
    node["metadata"]["labels"] = json!({});
    node["spec"] = json!({});
    let mut known = Known::default();
    match by {
        By::Version(part) => {
            node["status"]["nodeInfo"]["kubeletVersion"] = json!(format!("v1.36.3{part}1"));
        }
        By::Label(start) => {
            let key = if start.ends_with('/') { format!("{start}a") } else { start.to_owned() };
            node["metadata"]["labels"] = json!({key: "a"});
        }
        By::Provider(start) => node["spec"]["providerID"] = json!(format!("{start}a")),
        By::Os(start) => node["status"]["nodeInfo"]["osImage"] = json!(format!("{start}v1")),
        By::ConfigMap(name) => {
            let map = json!({"metadata": {"name": name, "namespace": "kube-system"}});
            known = known.rows(wants::system(CONFIG_MAPS), &[map]);
        }
        By::Group(group) => {
            let (group, plural) = (group.to_owned(), "things".to_owned());
            let resource = Resource { group, plural, ..Resource::default() };
            known.catalog = Catalog::new(vec![resource]);
        }
        By::Image(wanted) => {
            let image = format!("mirror.example.org/{wanted}:v1");
            let object = json!({"metadata": {"name": "a", "namespace": "b", "uid": "c"},
                "spec": {"template": {"spec": {"containers": [{"name": "a", "image": image}]}}}});
            known = known.rows(wants::all(WORKLOADS[0].0), &[object]);
        }
        By::Controller(controller) => {
            let class = json!({"metadata": {"name": "a"}, "spec": {"controller": controller}});
            known = known.rows(wants::all(INGRESS_CLASSES), &[class]);
        }
    }
    known.rows(wants::all(NODES), &[node])
}

#[test]
fn every_sign_is_seen_and_leads_to_what_tells_so() {
    for sign in SIGNS {
        let sheet = with_sign(sign.by).sheet();
        let title = Part::ALL.iter().find(|(part, _)| *part == sign.part).unwrap().1;
        let line = find(&sheet, &format!("  {title} "));
        let text = line.text();
        assert!(text.contains(sign.name) && line.go.is_some(), "{sign:?}: {text}");
    }
    let wanted = [
        "kubeadm",
        "minikube",
        "k3s",
        "kind",
        "kops",
        "Arktos",
        "Rancher",
        "RKE2",
        "OpenShift",
        "EKS",
        "GKE",
        "AKS",
    ];
    for wanted in wanted {
        assert!(SIGNS.iter().any(|s| (s.part, s.name) == (Part::Distribution, wanted)), "{wanted}");
    }
}

#[test]
fn what_is_requested_is_of_pods_that_are_not_over_and_have_a_node() {
    let sheet = cluster().sheet();
    assert!(find(&sheet, "z1 ").text().contains("1/4"), "two pods of half a core");
    let z2 = find(&sheet, "z2 ").text();
    assert!(z2.contains("1/4") && z2.contains("2/16Gi") && z2.contains("2/110"), "{z2}");
    assert!(find(&sheet, "no zone").text().contains("0/4"));
}

#[test]
fn devices_are_counted_by_zone() {
    let nodes = [
        with_devices(
            node("n1", "z1", "True", "v1"),
            &json!({"nvidia.com/gpu": "4", "example.com/nic": "1k"}),
        ),
        with_devices(node("n2", "z1", "True", "v1"), &json!({"nvidia.com/gpu": "4"})),
        with_devices(node("n3", "z2", "True", "v1"), &json!({"nvidia.com/gpu": "8"})),
        node("n4", "", "True", "v1"),
    ];
    let pods = [
        asks_for("a", "n1", &json!({"nvidia.com/gpu": "3"})),
        asks_for("b", "n2", &json!({"nvidia.com/gpu": "2"})),
        asks_for("c", "n3", &json!({"nvidia.com/gpu": "1"})),
        asks_for("waits", "", &json!({"nvidia.com/gpu": "8"})),
        asks_for("gone", "n4", &json!({"nvidia.com/gpu": "1"})),
    ];
    let known = || Known::default().rows(wants::all(NODES), &nodes);
    let sheet = known().sheet();
    assert!(find(&sheet, "nvidia.com/gpu   z1").text().ends_with("  8"), "{}", sheet.text());
    let mut known = known().rows(wants::all(PODS), &pods);
    for phase in ["Succeeded", "Failed"] {
        known = known.rows(wants::in_phase(phase), &[]);
    }
    let sheet = known.sheet();
    let text = sheet.text();
    let table: Vec<&str> =
        text.lines().skip_while(|line| !line.starts_with("  device ")).take(6).collect();
    assert_eq!(
        table,
        [
            "  device           zone     nodes  requested",
            "  example.com/nic  z1           1  ...... 0/1000",
            "  nvidia.com/gpu   no zone      0  ###### 1/0",
            "  nvidia.com/gpu   z1           2  ###... 5/8",
            "  nvidia.com/gpu   z2           1  #..... 1/8",
            "  nvidia.com/gpu   all          3  ##.... 7/16",
        ]
    );
    let go = |line: &str| match &find(&sheet, line).go {
        Some(Go::Command(line)) => String::clone(line),
        other => panic!("{other:?}"),
    };
    assert_eq!(go("nvidia.com/gpu   z1"), "nodes /zone=z1 devices~\"nvidia.com/gpu=\"");
    assert_eq!(go("nvidia.com/gpu   no zone"), "nodes /zone=\"\" devices~\"nvidia.com/gpu=\"");
}

#[test]
fn who_leads_is_who_renewed_the_lease_in_time() {
    let sheet = cluster().sheet();
    assert_eq!(find(&sheet, "Scheduler ").spans[1].tone, Tone::State(Health::Ok));
    let stopped = find(&sheet, "Controller manager");
    assert_eq!(stopped.text(), "  Controller manager nobody leads, lab_2 was last heard of 5m ago");
    assert_eq!(stopped.spans[1].tone, Tone::State(Health::Broken));
    assert!(
        matches!(&stopped.go, Some(Go::Object { name, .. }) if &**name == "kube-controller-manager")
    );
    assert_eq!(sheet.changes_in, Some(15 + 30 - 2), "when the scheduler's lease is over");
}

#[test]
fn a_check_that_does_not_pass_stands_first_and_is_not_folded_away() {
    let known =
        cluster().text(wants::ready(), 500, "[+]ping ok\n[-]etcd failed: reason withheld\n");
    let sheet = known.sheet();
    let at =
        sheet.lines.iter().position(|l| l.text().contains("not ready, 1 of 2 checks")).unwrap();
    assert!(!sheet.lines[at].folded);
    assert_eq!(sheet.lines[at + 1].text().split_whitespace().next(), Some("etcd"));
    assert_eq!(sheet.lines[at + 1].indent, 2 * INDENT);
}

#[test]
fn what_may_not_be_read_says_what_it_needs_and_the_rest_is_there() {
    let refused =
        |known: Known, want| known.answer(want, Answer::Failed("forbidden: no".to_owned()));
    let known = refused(cluster(), wants::all(NODES));
    let known = refused(known, wants::system(LEASES));
    let known = known.text(
        wants::deprecated(),
        403,
        r#"{"message": "forbidden: User \"v\" cannot get path"}"#,
    );
    let sheet = known.sheet();
    let text = sheet.text();
    assert!(text.contains("needs list and watch of nodes"), "{text}");
    assert!(text.contains("needs list and watch of leases.coordination.k8s.io in kube-system"));
    assert!(text.contains("needs get of /metrics"));
    assert!(text.contains("    forbidden: User \"v\" cannot get path"), "{text}");
    assert!(text.contains("Deployments") && text.contains("v1.36.3"), "{text}");
    assert!(!text.contains("reading"), "{text}");
}

#[test]
fn a_page_of_which_nothing_is_known_yet_says_so() {
    let text = Known::default().sheet().text();
    for what in
        ["API server", "Readiness", "Leaders", "Nodes", "Deployments", "all", "Quotas", "Metrics"]
    {
        let line =
            text.lines().find(|line| line.trim().starts_with(what) && line.contains("reading"));
        assert!(line.is_some(), "{what} in\n{text}");
    }
    assert!(!text.contains("unknown") && !text.contains("no sign"), "{text}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z:/0-9.\\-é]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(
                "(gitVersion|data|config.conf|platform|[a-z]{0,4})",
                inner,
                0..4
            )
            .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_a_server_says_makes_a_page(version in any_json(), ready in ".*", metrics in ".*", config in any_json(), status in 100u16..600) {
        let known = cluster()
            .text(wants::version(), status, &version.to_string())
            .text(wants::ready(), status, &ready)
            .text(wants::deprecated(), status, &metrics)
            .answer(wants::kube_proxy(), Answer::Object(Some(Arc::new(config))));
        let sheet = known.sheet();
        for line in &sheet.lines {
            prop_assert!(line.spans.iter().all(|span| !span.text.contains('\n')), "{}", line.text());
        }
    }
}
