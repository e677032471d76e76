//! The cluster's own page against a real control plane: it says what there is, and leads to it.

use std::sync::OnceLock;

use crate::lab::{Lab, Options};
use crate::pty::Terminal;

/// How many pods, nodes and namespaces there are.
const PODS: usize = 200;
const NODES: usize = 4;
const NAMESPACES: usize = 3;

/// A cluster that stands still: the API server and etcd are real, the rest is written. The scheduler has its lease, the controller manager
/// lost it long ago.
fn lab() -> &'static Lab {
    static LAB: OnceLock<Lab> = OnceLock::new();
    LAB.get_or_init(|| {
        let flags = vec!["--runtime-config=networking.k8s.io/v1beta1=true".to_owned()];
        let lab = Lab::start(&Options { flags, ..Options::bare() }).unwrap();
        lab.fill(0, PODS, NODES, NAMESPACES).unwrap();
        let lease = |name: &str, holder: &str, renewed: jiff::Timestamp| {
            format!(
                "{{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {{name: {name}, namespace: kube-system}},
                  spec: {{holderIdentity: {holder}, leaseDurationSeconds: 7200, renewTime: '{}'}}}}",
                renewed.strftime("%Y-%m-%dT%H:%M:%S.%6fZ")
            )
        };
        let now = jiff::Timestamp::now();
        let long_ago = jiff::Timestamp::from_second(now.as_second() - 86_400).unwrap();
        let quota = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: tight, namespace: default}, spec: {hard: {pods: '4'}}}";
        let nginx = "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}, spec: {controller: k8s.io/ingress-nginx}}";
        let config = "{apiVersion: v1, kind: ConfigMap, metadata: {name: kubeadm-config, namespace: kube-system}}";
        let _ = lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}");
        // Without its controllers nobody gathers the rules of the role `view`.
        let role = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: reads-workloads}, rules: [
            {apiGroups: ['', apps, batch], resources: [pods, namespaces, resourcequotas, configmaps, deployments, statefulsets, daemonsets, jobs, cronjobs], verbs: [get, list, watch]}]}";
        let binding = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: reads-workloads},
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reads-workloads}, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: viewer}]}";
        for object in [
            role,
            binding,
            lease("kube-scheduler", "leader-one", now).as_str(),
            &lease("kube-controller-manager", "leader-two", long_ago),
            quota,
            nginx,
            config,
        ] {
            lab.create(object).unwrap();
        }
        let status = r#"{"status": {"hard": {"pods": "4"}, "used": {"pods": "4"}}}"#;
        lab.run(["patch", "resourcequota", "tight", "--subresource=status", "--type=merge", "-p", status]);
        // Deprecated since 1.34, gone in 1.37.
        lab.run(["get", "--raw", "/apis/networking.k8s.io/v1beta1/servicecidrs"]);
        lab
    })
}

/// Whether a line has all these words.
fn line(screen: &str, words: &[&str]) -> bool {
    screen.lines().any(|line| words.iter().all(|word| line.contains(word)))
}

fn number(number: usize) -> String {
    format!(" {number} ")
}

#[test]
fn a_control_plane_its_nodes_and_pods_are_on_one_page_and_lead_further() {
    let mut kx = Terminal::start(&lab().kubeconfig("admin"), &["nodes"], 90, 120);
    kx.shows("node-0003");
    kx.keys(":cluster\r");
    kx.until("the whole page", |s| {
        line(s, &["Readiness", "ready, all", "checks pass"])
            && line(s, &["etcd", "ok"])
            && line(s, &["Answers in", " ms", "/version"])
            && line(s, &[" ms", "/metrics"])
            && line(s, &["Scheduler", "leader-one"])
            && line(s, &["Controller manager", "nobody leads", "leader-two", "24h ago"])
            && line(s, &["API server", "v1.36.3", "linux/"])
            && line(s, &["API servers", "1 lives"])
            && line(s, &["kubelet", "v1.36.3", "4 nodes", "kept"])
            && line(s, &["servicecidrs", "networking.k8s.io/v1beta1", "is gone in 1.37"])
            && line(s, &["Ready", "4"])
            && line(s, &["zone-a", "2", "/64", "/256Gi", "/2000"])
            && line(s, &["default/tight", "pods", "4/4", "100%"])
            && line(s, &["Ingress", "ingress-nginx", "k8s.io/ingress-nginx"])
            && line(s, &["Distribution", "kubeadm"])
            && line(s, &["Runtime", "containerd://2.1.0", "4 nodes"])
    });
    // Every ninety-seventh pod crashes.
    let crashing = PODS.div_ceil(97);
    assert!(line(&kx.text(), &["CrashLoopBackOff", &crashing.to_string()]), "{}", kx.text());
    assert!(line(&kx.text(), &["all", &number(PODS)]), "{}", kx.text());

    // From the figure to its rows, and back.
    kx.keys("/CrashLoop\r");
    kx.keys("\r");
    kx.until("the pods that crash", |s| {
        s.contains("RESTARTS") && s.matches("svc-").count() == crashing
    });
    // Escape clears the filter first; two in one breath would be another key.
    kx.keys("\x1b");
    kx.until("all pods", |s| s.matches("svc-").count() > crashing);
    kx.keys("\x1b");
    kx.until("the page again", |s| line(s, &["Readiness", "checks pass"]));
    kx.keys(":q\r");
    assert!(kx.ended().success());
}

#[test]
fn who_may_not_read_all_of_it_is_told_what_is_needed_and_sees_the_rest() {
    let mut kx = Terminal::start(&lab().kubeconfig("viewer"), &["pods", "-A"], 90, 120);
    kx.shows("RESTARTS");
    kx.keys(":cluster\r");
    kx.until("what may be read and what not", |s| {
        line(s, &["Nodes", "cannot be read", "list and watch of nodes"])
            && line(s, &["Metrics", "cannot be read", "get of /metrics"])
            && line(s, &["Leaders", "cannot be read", "leases.coordination.k8s.io in kube-system"])
            && line(s, &["Readiness", "checks pass"])
            && line(s, &["all", &number(PODS)])
            && line(s, &["Deployments", "0"])
    });
    kx.keys(":q\r");
    assert!(kx.ended().success());
}
