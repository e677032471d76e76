//! Pods in every state that kubectl has a word for.

use crate::store::{Health, Relation};

use super::super::testing::{Fixture, rows};
use super::*;

fn pod(yaml: &str) -> Fixture {
    rows::<This>(yaml)
}

/// A pod with this status (YAML, flow style), two containers, a sidecar and an init container; `(READY, STATUS, RESTARTS, health)`.
fn status(status: &str) -> (String, String, String, Health) {
    let pod = pod(&format!(
        "{{metadata: {{name: p}}, spec: {{containers: [{{name: a}}, {{name: b}}],
           initContainers: [{{name: i}}, {{name: s, restartPolicy: Always}}]}}, status: {status}}}"
    ));
    (pod.text("READY"), pod.text("STATUS"), pod.text("RESTARTS"), pod.health())
}

/// What kubectl prints of this status in READY, STATUS and RESTARTS, and its health.
#[track_caller]
fn check(given: &str, (ready, word, restarts): (&str, &str, &str), health: Health) {
    let (r, w, n, h) = status(given);
    assert_eq!((&*r, &*w, &*n, h), (ready, word, restarts, health), "{given}");
}

const FULL: &str = "
metadata:
  name: web-5d4f-abcde
  namespace: shop
  uid: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0
  creationTimestamp: 2026-01-13T12:00:00Z
  labels: {app: web}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-5d4f, uid: u-1, controller: true}]
spec:
  nodeName: n1
  serviceAccountName: shopper
  priorityClassName: high
  runtimeClassName: sandbox
  imagePullSecrets: [{name: registry}]
  readinessGates: [{conditionType: lb}, {conditionType: other}]
  overhead: {cpu: 10m, memory: 1Mi}
  initContainers:
  - {name: setup, image: 'setup:1', resources: {requests: {cpu: '2', memory: 16Mi}}, envFrom: [{configMapRef: {name: setup-env}}]}
  containers:
  - name: web
    image: web:1
    resources: {requests: {cpu: 250m, memory: 64Mi}, limits: {cpu: 500m, memory: 128Mi}}
    env: [{name: A, value: a}, {name: B, valueFrom: {secretKeyRef: {name: db, key: b}}}, {name: C, valueFrom: {configMapKeyRef: {name: site, key: c}}}]
    envFrom: [{secretRef: {name: db}}]
  - {name: log, image: 'log:2', resources: {requests: {cpu: 0.1, memory: 1e6}}}
  ephemeralContainers:
  - {name: debugger, targetContainerName: web, image: 'busybox', envFrom: [{configMapRef: {name: debug-env}}]}
  volumes:
  - {name: data, persistentVolumeClaim: {claimName: data-0}}
  - {name: scratch, ephemeral: {volumeClaimTemplate: {spec: {}}}}
  - {name: files, configMap: {name: site}}
  - {name: tls, secret: {secretName: web-tls}}
  - {name: all, projected: {sources: [{secret: {name: extra}}, {configMap: {name: more}}, {serviceAccountToken: {path: t}}]}}
  - {name: csi, csi: {driver: d, nodePublishSecretRef: {name: csi-secret}}}
  - {name: empty, emptyDir: {}}
  - {name: kube-api-access-x2x4z, projected: {sources: [{configMap: {name: kube-root-ca.crt}}]}}
status:
  phase: Running
  qosClass: Burstable
  nominatedNodeName: n2
  podIP: 10.0.0.7
  podIPs: [{ip: 10.0.0.7}, {ip: 'fd00::7'}]
  conditions: [{type: Ready, status: 'True'}, {type: Initialized, status: 'True'}, {type: lb, status: 'True'}]
  initContainerStatuses: [{name: setup, restartCount: 4, state: {terminated: {exitCode: 0, reason: Completed}}}]
  containerStatuses:
  - {name: web, ready: true, restartCount: 3, state: {running: {startedAt: 2026-01-15T11:55:00Z}},
     lastState: {terminated: {exitCode: 1, finishedAt: 2026-01-15T11:55:00Z}}}
  - {name: log, ready: true, restartCount: 0, state: {running: {}}}
";

#[test]
fn a_running_pod_reads_as_kubectl_prints_it() {
    let pod = pod(FULL);
    assert_eq!(
        pod.wide(),
        "NAME | READY | STATUS | RESTARTS | AGE | IP | NODE | NOMINATED NODE | READINESS GATES\n\
         web-5d4f-abcde | 2/2 | Running | 3 (5m ago) | 2d | 10.0.0.7 | n1 | n2 | 1/2"
    );
    assert_eq!(
        pod.own(),
        "CPU/R | CPU/L | MEM/R | MEM/L | DEVICES/R | QOS | RESIZE | SERVICE-ACCOUNT | IMAGES\n\
         2010m | 510m | 65Mi | 129Mi |  | Burstable |  | shopper | web:1,log:2"
    );
    assert_eq!(pod.cell("READY"), Cell::Ratio(2, 2));
    assert_eq!(pod.cell("CPU/R"), Cell::Millicores(2010));
    assert_eq!(pod.cell("MEM/R"), Cell::Bytes((64 << 20) + 1_000_000 + (1 << 20)));
    assert_eq!(pod.health(), Health::Ok);
    pod.survive_damage();
}

#[test]
fn devices_are_requested_by_containers_one_after_the_other_or_together() {
    let requests = |text: &str| pod(text).text("DEVICES/R");
    let pod = "
spec:
  resources: {requests: {cpu: '3', example.com/nic: '9'}}
  initContainers:
  - {name: first, resources: {requests: {example.com/gpu: '3'}}}
  - {name: sidecar, restartPolicy: Always, resources: {requests: {example.com/nic: '1'}}}
  containers:
  - {name: a, resources: {requests: {cpu: '1', example.com/gpu: '1', hugepages-2Mi: 2Mi, x.kubernetes.io/y: '5'}}}
  - {name: b, resources: {requests: {example.com/gpu: '1', example.com/none: '0', requests.example.com/z: '1'}}}
";
    assert_eq!(requests(pod), "example.com/gpu=3,example.com/nic=1");
    assert_eq!(requests("{spec: {containers: [{name: a, resources: {requests: {a/b: x}}}]}}"), "");
}

#[test]
fn a_pod_refers_to_all_it_stands_on() {
    let pod = pod(FULL);
    assert_eq!(pod.links(Relation::Controller), ["ReplicaSet.apps shop/web-5d4f by uid"]);
    assert_eq!(pod.links(Relation::RunsOn), ["nodes /n1"]);
    assert_eq!(pod.links(Relation::ActsAs), ["serviceaccounts shop/shopper"]);
    assert_eq!(
        pod.links(Relation::Uses),
        [
            "configmaps shop/debug-env",
            "configmaps shop/more",
            "configmaps shop/setup-env",
            "configmaps shop/site",
            "persistentvolumeclaims shop/data-0",
            "persistentvolumeclaims shop/web-5d4f-abcde-scratch",
            "secrets shop/csi-secret",
            "secrets shop/db",
            "secrets shop/extra",
            "secrets shop/registry",
            "secrets shop/web-tls",
            "priorityclasses.scheduling.k8s.io /high",
            "runtimeclasses.node.k8s.io /sandbox",
        ]
    );
}

#[test]
fn a_pod_uses_claims_of_devices_their_templates_and_what_was_made_of_these() {
    let pod = pod("
metadata: {name: p, namespace: shop}
spec:
  resourceClaims:
  - {name: own, resourceClaimName: gpu}
  - {name: made, resourceClaimTemplateName: gpus}
  - {name: neither}
status:
  resourceClaimStatuses: [{name: made, resourceClaimName: p-made-x2}, {name: none}]
  extendedResourceClaimStatus: {resourceClaimName: p-extended-x3}
");
    assert_eq!(
        pod.links(Relation::Uses),
        [
            "resourceclaims.resource.k8s.io shop/gpu",
            "resourceclaimtemplates.resource.k8s.io shop/gpus",
            "resourceclaims.resource.k8s.io shop/p-made-x2 if any",
            "resourceclaims.resource.k8s.io shop/p-extended-x3 if any",
        ]
    );
    pod.survive_damage();
}

#[test]
fn what_a_pod_can_do_without_is_optional() {
    let pod = pod("
metadata: {name: p, namespace: shop}
spec:
  containers:
  - name: a
    env:
    - {name: A, valueFrom: {secretKeyRef: {name: key, key: k, optional: true}}}
    - {name: B, valueFrom: {configMapKeyRef: {name: both, key: k, optional: true}}}
    envFrom: [{configMapRef: {name: env, optional: true}}, {secretRef: {name: env, optional: false}}]
  volumes:
  - {name: a, configMap: {name: files, optional: true}}
  - {name: b, secret: {secretName: files, optional: true}}
  - {name: c, projected: {sources: [{secret: {name: part, optional: true}}, {configMap: {name: both}}]}}
");
    assert_eq!(
        pod.links(Relation::Uses),
        [
            "configmaps shop/both",
            "configmaps shop/env if any",
            "configmaps shop/files if any",
            "secrets shop/env",
            "secrets shop/files if any",
            "secrets shop/key if any",
            "secrets shop/part if any",
        ]
    );
    pod.survive_damage();
}

#[test]
fn an_empty_pod_has_blanks_and_no_links() {
    let pod = pod("{metadata: {name: p}}");
    assert_eq!(
        pod.wide().lines().nth(1),
        Some("p | 0/0 |  | 0 | <unknown> | <none> | <none> | <none> | <none>")
    );
    assert!(pod.rows[0].links.is_empty());
    assert_eq!(pod.health(), Health::Changing);
}

#[test]
fn before_its_containers_run() {
    use Health::{Changing, Warning};
    check("{phase: Pending}", ("0/3", "Pending", "0"), Changing);
    check(
        "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable}]}",
        ("0/3", "Pending", "0"),
        Warning,
    );
    check(
        "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: SchedulingGated}]}",
        ("0/3", "SchedulingGated", "0"),
        Changing,
    );
    check(
        "{phase: Pending, containerStatuses: [{name: a, state: {waiting: {reason: ContainerCreating}}}]}",
        ("0/3", "ContainerCreating", "0"),
        Changing,
    );
}

#[test]
fn while_it_initializes() {
    use Health::{Broken, Changing};
    let init = |state: &str| {
        format!(
            "{{phase: Pending, initContainerStatuses: [{{name: i, restartCount: 2, state: {state}, lastState: {{terminated: {{finishedAt: 2026-01-15T11:50:00Z}}}}}},
               {{name: s, restartCount: 7, state: {{waiting: {{reason: PodInitializing}}}}}}]}}"
        )
    };
    let of_init = |word| ("0/3", word, "2 (10m ago)");
    check(&init("{running: {}}"), of_init("Init:0/2"), Changing);
    check(&init("{waiting: {reason: PodInitializing}}"), of_init("Init:0/2"), Changing);
    check(&init("{waiting: {reason: CrashLoopBackOff}}"), of_init("Init:CrashLoopBackOff"), Broken);
    check(&init("{terminated: {exitCode: 1, reason: Error}}"), of_init("Init:Error"), Broken);
    check(&init("{terminated: {exitCode: 3}}"), of_init("Init:ExitCode:3"), Broken);
    check(&init("{terminated: {exitCode: 137, signal: 9}}"), of_init("Init:Signal:9"), Broken);
    check(&init("{terminated: {exitCode: 0}}"), ("0/3", "Init:1/2", "9 (10m ago)"), Changing);
}

#[test]
fn sidecars_count_as_containers() {
    let running = "state: {running: {}}";
    check(
        &format!(
            "{{phase: Running, initContainerStatuses: [{{name: i, restartCount: 5, state: {{terminated: {{exitCode: 0}}}}}},
                {{name: s, ready: true, started: true, restartCount: 2, {running}}}],
              containerStatuses: [{{name: a, ready: true, restartCount: 1, {running}}}, {{name: b, ready: true, {running}}}]}}"
        ),
        ("3/3", "Running", "3"),
        Health::Ok,
    );
    // Not started yet: it still initializes.
    check(
        &format!(
            "{{phase: Pending, initContainerStatuses: [{{name: i, state: {{terminated: {{exitCode: 0}}}}}}, {{name: s, started: false, {running}}}]}}"
        ),
        ("0/3", "Init:1/2", "0"),
        Health::Changing,
    );
    // A sidecar that fails after the pod has been initialized does not hide the main containers.
    check(
        &format!(
            "{{phase: Running, conditions: [{{type: Initialized, status: 'True'}}],
              initContainerStatuses: [{{name: i, restartCount: 5, state: {{terminated: {{exitCode: 0}}}}}},
                {{name: s, restartCount: 2, state: {{waiting: {{reason: CrashLoopBackOff}}}}}}],
              containerStatuses: [{{name: a, ready: true, {running}}}, {{name: b, ready: true, {running}}}]}}"
        ),
        ("2/3", "Init:CrashLoopBackOff", "2"),
        Health::Broken,
    );
}

#[test]
fn when_containers_wait_or_end() {
    use Health::{Broken, Changing, Idle, Ok, Warning};
    let two = |phase: &str, ready: &str, a: &str, b: &str| {
        format!(
            "{{phase: {phase}, conditions: [{{type: Ready, status: '{ready}'}}],
              containerStatuses: [{{name: a, {a}}}, {{name: b, {b}}}]}}"
        )
    };
    let running = "ready: true, state: {running: {}}";
    let completed = "state: {terminated: {exitCode: 0, reason: Completed}}";
    let of = |word| ("1/3", word, "0");
    check(&two("Running", "True", running, running), ("2/3", "Running", "0"), Warning);
    check(&two("Running", "False", running, "state: {running: {}}"), of("Running"), Warning);
    check(
        &two("Running", "False", "state: {waiting: {reason: CrashLoopBackOff}}", running),
        of("CrashLoopBackOff"),
        Broken,
    );
    check(
        &two("Pending", "False", "state: {waiting: {reason: ImagePullBackOff}}", running),
        of("ImagePullBackOff"),
        Broken,
    );
    check(
        &two("Running", "False", "state: {terminated: {exitCode: 2}}", running),
        of("ExitCode:2"),
        Broken,
    );
    check(
        &two("Running", "False", "state: {terminated: {exitCode: 137, signal: 9}}", running),
        of("Signal:9"),
        Broken,
    );
    check(&two("Running", "True", completed, running), of("Running"), Warning);
    check(&two("Running", "False", completed, running), of("NotReady"), Warning);
    check(
        &two("Running", "False", completed, "state: {terminated: {exitCode: 1, reason: Error}}"),
        ("0/3", "Error", "0"),
        Broken,
    );
    check(&two("Running", "False", completed, completed), ("0/3", "Completed", "0"), Changing);
    check(&two("Succeeded", "False", completed, completed), ("0/3", "Completed", "0"), Idle);
    check("{phase: Failed, reason: Evicted}", ("0/3", "Evicted", "0"), Broken);
    check("{phase: Strange}", ("0/3", "Strange", "0"), Broken);
    let whole = "{metadata: {name: p}, spec: {containers: [{name: a}]}, status: {phase: Running,
        containerStatuses: [{name: a, ready: true, state: {running: {}}}], conditions: [{type: Ready, status: STATUS}]}}";
    for (ready, health) in [("'True'", Ok), ("'False'", Warning), ("Unknown", Warning)] {
        assert_eq!(pod(&whole.replace("STATUS", ready)).health(), health);
    }
}

#[test]
fn when_it_is_on_its_way_out() {
    let deleted = |status: &str| {
        let pod = pod(&format!(
            "{{metadata: {{name: p, deletionTimestamp: 2026-01-15T11:59:00Z}}, status: {status}}}"
        ));
        (pod.text("STATUS"), pod.health())
    };
    let is = |word: &str, health| (word.to_owned(), health);
    assert_eq!(deleted("{phase: Running}"), is("Terminating", Health::Changing));
    assert_eq!(deleted("{phase: Running, reason: NodeLost}"), is("Unknown", Health::Broken));
    assert_eq!(deleted("{phase: Succeeded}"), is("Succeeded", Health::Changing));
    assert_eq!(deleted("{phase: Failed, reason: Evicted}"), is("Evicted", Health::Broken));
}

#[test]
fn absurd_numbers_are_shown_as_they_are() {
    let restarts = |counts: &str| {
        let last = "lastState: {terminated: {finishedAt: 2026-01-15T11:00:00Z}}";
        let statuses = counts.split(' ').map(|n| format!("{{restartCount: {n}, {last}}}"));
        let statuses = statuses.collect::<Vec<_>>().join(",");
        pod(&format!("{{status: {{containerStatuses: [{statuses}]}}}}")).text("RESTARTS")
    };
    assert_eq!(restarts("-3"), "-3");
    assert_eq!(restarts("2147483647 2147483647"), "4294967294 (60m ago)");
    assert_eq!(restarts("2147483647 2147483647 2147483647"), "6442450941");
    assert_eq!(restarts("0"), "0");
    let wild = pod("{spec: {containers: [{resources: {requests: {cpu: 9e18, memory: -1}}},
        {resources: {requests: {cpu: 9e18, memory: nonsense}}}]}}");
    assert_eq!((wild.text("CPU/R"), wild.text("MEM/R")), ("<none>".to_owned(), "-1".to_owned()));
}

#[test]
fn requests_count_as_the_scheduler_counts() {
    let cpu = |spec: &str| {
        let pod = pod(&format!("{{spec: {spec}}}"));
        (pod.text("CPU/R"), pod.text("CPU/L"))
    };
    let is = |r: &str, l: &str| (r.to_owned(), l.to_owned());
    assert_eq!(cpu("{containers: [{name: a}]}"), is("<none>", "<none>"));
    // A sidecar runs beside the main containers, and beside later init containers.
    let side = "{restartPolicy: Always, resources: {requests: {cpu: 100m}}}";
    let init = "{resources: {requests: {cpu: 1}}}";
    let main = "{resources: {requests: {cpu: 500m}, limits: {cpu: 1}}}";
    assert_eq!(
        cpu(&format!("{{initContainers: [{side}], containers: [{main}]}}")),
        is("600m", "1000m")
    );
    assert_eq!(
        cpu(&format!("{{initContainers: [{side}, {init}], containers: [{main}]}}")),
        is("1100m", "1000m")
    );
    assert_eq!(
        cpu(&format!("{{initContainers: [{init}, {side}], containers: [{main}]}}")),
        is("1000m", "1000m")
    );
    // What the pod states as a whole counts instead.
    assert_eq!(
        cpu(&format!("{{containers: [{main}], resources: {{limits: {{cpu: 3}}}}}}")),
        is("500m", "3000m")
    );
    // Overhead comes on top of a limit, but makes none.
    assert_eq!(cpu("{overhead: {cpu: 50m}, containers: [{name: a}]}"), is("50m", "<none>"));
}

#[test]
fn a_servers_own_bytes_read_alike_in_both_encodings() {
    use super::super::{Encoding, modelled};
    let decode = |encoding, bytes: &[u8]| {
        let (mut interner, mut rows) = (crate::store::Interner::default(), Vec::new());
        modelled("", "pods").unwrap().decode(encoding, bytes, &mut interner, &mut rows).unwrap();
        format!("{rows:?}")
    };
    let json = decode(Encoding::Json, include_bytes!("../../../benches/decode/pod.json"));
    let proto = decode(Encoding::Protobuf, include_bytes!("../../../benches/decode/pod.pb"));
    assert_eq!(json, proto);
    assert!(json.contains("web-5b448bdd59-5tdrn") && json.contains("Running"), "{json}");
}
