//! How the built-in kinds hang together on a real cluster: each relation made, changed, broken and removed, as the graph and the Map see it.

use std::collections::BTreeSet;

use kx::graph::NodeId;
use kx::kinds::{Place, Resource, modelled};
use kx::map::{Item, Tree, View};
use kx::store::Health;

use crate::graphed::Watching;
use crate::lab::Lab;
use crate::labs;
use crate::support::client;

/// One of everything that refers to another; `NS` is a test's own namespace, and part of the names that live in none.
const WORLD: &str = r#"
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: NS}}
- {apiVersion: v1, kind: ServiceAccount, metadata: {name: runner, namespace: NS}, imagePullSecrets: [{name: pull}]}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: site, namespace: NS}}
- {apiVersion: v1, kind: Secret, metadata: {name: tls, namespace: NS}}
- {apiVersion: v1, kind: Secret, metadata: {name: pull, namespace: NS}}
- {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: NS-fast}, provisioner: kubernetes.io/no-provisioner, volumeBindingMode: WaitForFirstConsumer}
- apiVersion: v1
  kind: PersistentVolume
  metadata: {name: NS-vol}
  spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteMany], storageClassName: NS-fast, hostPath: {path: /tmp}, claimRef: {namespace: NS, name: data}}
- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: NS}, spec: {accessModes: [ReadWriteMany], storageClassName: NS-fast, volumeName: NS-vol, resources: {requests: {storage: 1Gi}}}}
- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: waits, namespace: NS}, spec: {accessModes: [ReadWriteOnce], storageClassName: NS-fast, resources: {requests: {storage: 1Gi}}}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, namespace: NS}
  spec:
    replicas: 2
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
      spec:
        serviceAccountName: runner
        containers: [{name: web, image: "example.com/web:1", envFrom: [{configMapRef: {name: site}}]}]
        volumes: [{name: tls, secret: {secretName: tls}}, {name: data, persistentVolumeClaim: {claimName: data}}]
- {apiVersion: v1, kind: Service, metadata: {name: web, namespace: NS}, spec: {selector: {app: web}, ports: [{port: 80}]}}
- {apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: NS-edge}, spec: {controller: example.com/edge}}
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: {name: front, namespace: NS}
  spec: {ingressClassName: NS-edge, tls: [{secretName: tls}], defaultBackend: {service: {name: web, port: {number: 80}}}}
- apiVersion: autoscaling/v2
  kind: HorizontalPodAutoscaler
  metadata: {name: web, namespace: NS}
  spec: {minReplicas: 2, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
- {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: NS}, spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}}
- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web, namespace: NS}, spec: {podSelector: {matchLabels: {app: web}}}}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: reader, namespace: NS}, rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: RoleBinding
  metadata: {name: readers, namespace: NS}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
  subjects: [{kind: ServiceAccount, name: runner, namespace: NS}, {kind: User, name: NS-jane, apiGroup: rbac.authorization.k8s.io}]
- apiVersion: admissionregistration.k8s.io/v1
  kind: ValidatingWebhookConfiguration
  metadata: {name: NS-hook}
  webhooks:
  - name: hook.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    failurePolicy: Ignore
    clientConfig: {service: {namespace: NS, name: web, port: 80}}
    rules: [{apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [nothing]}]
"#;

/// What the graph of the program watches.
fn wanted(resource: &Resource) -> bool {
    modelled(&resource.group, &resource.plural).is_some_and(|kind| kind.place != Place::Outside)
}

/// The pods that a ReplicaSet of a namespace owns.
fn pods(all: &Watching, namespace: &str) -> Vec<NodeId> {
    let pods = all.graph.at(Some(Place::Pod), namespace);
    pods.filter(|pod| all.graph.controller(*pod).is_some()).collect()
}

fn reached(all: &Watching, of: (&str, &str, &str), what: &str) -> bool {
    let (resource, namespace, name) = of;
    all.node(resource, namespace, name).is_some()
        && all.reached(resource, namespace, name).contains(what)
}

/// The reasons of broken links that have to do with a namespace.
fn broken(all: &Watching, namespace: &str) -> BTreeSet<String> {
    all.broken().into_iter().filter(|why| why.contains(namespace)).collect()
}

/// The names on the way down a view, the first child each time, beginning at an item.
fn way(all: &Watching, view: &View, item: Item) -> Vec<String> {
    let tree = Tree::new(&all.graph, view);
    let (mut way, mut item) = (Vec::new(), Some(item));
    while let Some(here) = item.filter(|_| way.len() < 12) {
        let (what, name) = here.words(&all.graph);
        way.push(format!("{what} {name}"));
        let below: Vec<Item> = tree.children(&here).into_iter().map(|child| child.item).collect();
        // What is missing stands first, and leads nowhere.
        let leads = below.iter().find(|item| !matches!(item, Item::Missing { .. }));
        item = leads.or(below.first()).cloned();
    }
    way
}

#[tokio::test]
async fn everything_that_hangs_together_is_linked() {
    let lab = Lab::shared();
    let ns = "ties";
    lab.create(&WORLD.replace("NS", ns)).unwrap();
    let client = client(lab, "admin").await;
    let mut all = Watching::start(&client, wanted).await;
    all.until("two pods of the deployment", |all| pods(all, ns).len() == 2).await;
    for (of, what) in [
        (("ingresses", ns, "front"), "routes to service ties/web"),
        (("ingresses", ns, "front"), "uses secret ties/tls"),
        (("ingresses", ns, "front"), "served by ingressclass /ties-edge"),
        (("hpa", ns, "web"), "scales deployment ties/web"),
        (("rolebindings", ns, "readers"), "grants role ties/reader"),
        (("rolebindings", ns, "readers"), "grants to serviceaccount ties/runner"),
        (("pvc", ns, "data"), "bound to persistentvolume /ties-vol"),
        (("pvc", ns, "data"), "served by storageclass /ties-fast"),
        (("pv", "", "ties-vol"), "bound to persistentvolumeclaim ties/data"),
        (("pv", "", "ties-vol"), "served by storageclass /ties-fast"),
        (("serviceaccounts", ns, "runner"), "uses secret ties/pull"),
        (("deployments", ns, "web"), "uses configmap ties/site"),
        (("deployments", ns, "web"), "acts as serviceaccount ties/runner"),
        (("validatingwebhookconfigurations", "", "ties-hook"), "routes to service ties/web"),
    ] {
        all.until(what, |all| reached(all, of, what)).await;
    }
    let pod = pods(&all, ns)[0];
    let name = all.graph.get(pod).unwrap().name().to_string();
    for what in [
        "uses configmap ties/site",
        "uses secret ties/tls",
        "uses persistentvolumeclaim ties/data",
        "acts as serviceaccount ties/runner",
    ] {
        all.until(what, |all| reached(all, ("pods", ns, &name), what)).await;
    }
    all.until("the pod runs on a node", |all| {
        all.reached("pods", ns, &name).iter().any(|to| to.starts_with("runs on node"))
    })
    .await;
    for of in [("svc", ns, "web"), ("pdb", ns, "web"), ("netpol", ns, "web"), ("deploy", ns, "web")]
    {
        let selected: BTreeSet<String> = all.reached(of.0, of.1, of.2);
        assert!(selected.contains(&format!("selects pod ties/{name}")), "{of:?}: {selected:?}");
    }
    all.until("the service's endpoint slice", |all| {
        let service = all.node("svc", ns, "web").unwrap();
        let mut edges = all.graph.used_by(service);
        edges.any(|edge| edge.relation().words() == "part of" && edge.source_count() == 1)
    })
    .await;
    // Not even the claim that waits for a pod.
    all.until("nothing is broken", |all| broken(all, ns).is_empty()).await;
    assert_eq!(all.health("pvc", ns, "waits"), Health::Changing);

    let front = Item::Row(all.node("ingresses", ns, "front").unwrap());
    let down = way(&all, &View::Routes, front);
    let set = all.graph.get(all.graph.controller(pod).unwrap()).unwrap().name().to_string();
    assert_eq!(
        down[..4],
        [
            "ingress front".to_owned(),
            "service web".into(),
            "deployment web".into(),
            format!("replicaset {set}")
        ]
    );
    assert!(down[4].starts_with("pod web-"), "{down:?}");
    let class = Item::Row(all.node("storageclasses", "", "ties-fast").unwrap());
    let down = way(&all, &View::Storage, class);
    assert_eq!(down[1..3], ["persistentvolume ties-vol", "persistentvolumeclaim data"]);
    assert!(down[3].starts_with("pod web-"), "{down:?}");
    let scaler = Item::Row(all.node("hpa", ns, "web").unwrap());
    let down = way(&all, &View::Workloads, scaler);
    assert_eq!(down[1..3], ["deployment web".to_owned(), format!("replicaset {set}")]);
    let subjects = Tree::new(&all.graph, &View::Access).roots();
    let jane = subjects.into_iter().find(|s| s.item.words(&all.graph).1 == "ties-jane").unwrap();
    let down = way(&all, &View::Access, jane.item);
    assert_eq!(down, ["user ties-jane", "rolebinding readers", "role reader"]);
}

#[tokio::test]
async fn what_breaks_is_seen_and_so_is_what_is_mended() {
    let lab = Lab::shared();
    let ns = "torn";
    lab.create(&WORLD.replace("NS", ns)).unwrap();
    let client = client(lab, "admin").await;
    let mut all = Watching::start(&client, wanted).await;
    all.until("two pods of the deployment", |all| pods(all, ns).len() == 2).await;
    all.until("nothing is broken", |all| broken(all, ns).is_empty()).await;

    let run = |args: &str| drop(lab.run(args.split(' ')));
    for (breaks, why, mends) in [
        (
            "-n torn delete configmap site",
            "no configmap site in torn",
            "-n torn create configmap site",
        ),
        (
            "-n torn delete secret pull",
            "no secret pull in torn",
            "-n torn create secret generic pull",
        ),
        (
            r#"-n torn patch ingress front --type=merge -p {"spec":{"defaultBackend":{"service":{"name":"gone"}}}}"#,
            "no service gone in torn",
            r#"-n torn patch ingress front --type=merge -p {"spec":{"defaultBackend":{"service":{"name":"web"}}}}"#,
        ),
        (
            r#"-n torn patch service web --type=merge -p {"spec":{"selector":{"app":"none"}}}"#,
            "selects nothing: no pod in torn has app=none",
            r#"-n torn patch service web --type=merge -p {"spec":{"selector":{"app":"web"}}}"#,
        ),
        (
            r#"-n torn patch ingress front --type=merge -p {"spec":{"defaultBackend":{"service":{"name":"web","port":{"number":8443}}}}}"#,
            "service web in torn has no port 8443",
            r#"-n torn patch ingress front --type=merge -p {"spec":{"defaultBackend":{"service":{"name":"web","port":{"number":80}}}}}"#,
        ),
        (
            r#"-n torn patch service web --type=merge -p {"spec":{"selector":{"app":"nobody"}}}"#,
            "service web in torn has no ready endpoints",
            r#"-n torn patch service web --type=merge -p {"spec":{"selector":{"app":"web"}}}"#,
        ),
        (
            r#"-n torn patch hpa web --type=merge -p {"spec":{"scaleTargetRef":{"name":"lost"}}}"#,
            "no deployment lost in torn",
            r#"-n torn patch hpa web --type=merge -p {"spec":{"scaleTargetRef":{"name":"web"}}}"#,
        ),
        (
            "-n torn delete role reader",
            "no role reader in torn",
            "-n torn create role reader --verb=get --resource=pods",
        ),
        ("delete ingressclass torn-edge", "no ingressclass torn-edge", ""),
        ("delete storageclass torn-fast", "no storageclass torn-fast", ""),
    ] {
        run(breaks);
        all.until(why, |all| broken(all, ns).contains(why)).await;
        if !mends.is_empty() {
            run(mends);
            all.until("it is mended", |all| !broken(all, ns).contains(why)).await;
        }
    }
    run("delete pv torn-vol --wait=false");
    run(r#"patch pv torn-vol --type=merge -p {"metadata":{"finalizers":null}}"#);
    let lost = "lost persistentvolume torn-vol: it is gone";
    all.until(lost, |all| broken(all, ns).contains(lost)).await;
    run("-n torn delete deployment web");
    all.until("everything below the deployment is gone", |all| pods(all, ns).is_empty()).await;
    all.until("the autoscaler's target is gone", |all| {
        broken(all, ns).contains("no deployment web in torn")
    })
    .await;
    run("-n torn delete hpa web");
    all.until("so is what missed it", |all| !broken(all, ns).contains("no deployment web in torn"))
        .await;
}

/// The custom resources of `definitions/`, on a server that checks their objects.
#[tokio::test]
async fn gateways_routes_and_snapshots_are_linked() {
    let client = client(labs::still(), "admin").await;
    let all = Watching::start(&client, wanted).await;
    for (of, what) in [
        (("gatewayclasses", "", "public"), "uses configmap rich/both"),
        (("gateways", "rich", "edge"), "served by gatewayclass /public"),
        (("gateways", "rich", "edge"), "uses secret rich/tls"),
        (("httproutes", "rich", "shop"), "part of gateway rich/edge"),
        (("httproutes", "rich", "shop"), "part of service rich/headless"),
        (("httproutes", "rich", "shop"), "routes to service rich/node-port"),
        (("httproutes", "rich", "shop"), "routes to service default/kubernetes"),
        (("grpcroutes", "rich", "calls"), "routes to service rich/headless"),
        (("volumesnapshots", "rich", "monday"), "about persistentvolumeclaim rich/bound"),
        (("volumesnapshots", "rich", "monday"), "served by volumesnapshotclass /daily"),
        (("volumesnapshots", "rich", "monday"), "bound to volumesnapshotcontent /content-monday"),
        (
            ("volumesnapshotcontents", "", "content-imported"),
            "bound to volumesnapshot rich/imported",
        ),
        (("volumesnapshotclasses", "", "daily"), "uses secret rich/opaque"),
        (("persistentvolumeclaims", "rich", "pending"), "uses volumesnapshot rich/monday"),
    ] {
        assert!(reached(&all, of, what), "{what}: {:?}", all.reached(of.0, of.1, of.2));
    }
    let lost = broken(&all, "canary");
    assert_eq!(lost, BTreeSet::from(["no service canary in rich".to_owned()]));
    assert!(broken(&all, "audit").contains("no service audit in default"), "what gets a copy");
    assert!(broken(&all, "no gateway far in default").len() == 1);
    // The snapshot outlives its claim, and what is retained its snapshot.
    assert_eq!(
        broken(&all, "no volumesnapshot"),
        BTreeSet::from(["no volumesnapshotclass gone".into()])
    );

    let edge = Item::Row(all.node("gateways", "rich", "edge").unwrap());
    let below = Tree::new(&all.graph, &View::Routes).children(&edge);
    let below: Vec<_> = below.iter().map(|child| child.item.words(&all.graph).1).collect();
    assert_eq!(
        below,
        [
            "no configmap both in default",
            "no secret opaque in default",
            "calls",
            "unseen",
            "redirect",
            "shop"
        ]
    );
    let class = Item::Row(all.node("volumesnapshotclasses", "", "kept").unwrap());
    assert_eq!(way(&all, &View::Storage, class), ["volumesnapshotclass kept"]);
    let class = Item::Row(all.node("volumesnapshotclasses", "", "daily").unwrap());
    assert_eq!(
        way(&all, &View::Storage, class),
        [
            "volumesnapshotclass daily",
            "volumesnapshotcontent content-monday",
            "volumesnapshot monday",
            "persistentvolumeclaim cloned",
            "pod claims-it"
        ]
    );
}
