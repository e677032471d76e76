//! Actions, each compared with what kubectl makes of a twin.

use std::collections::HashMap;
use std::sync::Arc;

use kx::change::{Change, Complaint, Outcome, Report, Target, offer, undoing};
use kx::cluster::{Client, Env, Gate, Kubeconfig, Overrides, connect, discovery, write};
use kx::kinds::Catalog;
use kx::sheet::{Answer, Facts, Want};
use serde_json::{Value, json};

use crate::lab::Lab;
use crate::labs;
use crate::support::{now, wait_until};

/// Two of each, of which kx changes the first and kubectl the second.
const TWINS: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: x-twins, labels: {app: NAME}}
spec:
  replicas: 2
  selector: {matchLabels: {app: NAME}}
  template: {metadata: {labels: {app: NAME}, annotations: {a: b}}, spec: {containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: NAME, namespace: x-twins, labels: {app: NAME}}
spec:
  replicas: 2
  serviceName: NAME
  selector: {matchLabels: {set: NAME}}
  template: {metadata: {labels: {set: NAME}}, spec: {containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: NAME, namespace: x-twins, labels: {app: NAME}}
spec:
  selector: {matchLabels: {daemon: NAME}}
  template: {metadata: {labels: {daemon: NAME}}, spec: {nodeSelector: {none: here}, containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: NAME, namespace: x-twins}
spec:
  schedule: '0 0 1 1 *'
  jobTemplate:
    metadata: {labels: {of: NAME}, annotations: {c: d}}
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'b:1'}]}}}
---
apiVersion: v1
kind: Node
metadata: {name: NAME}
spec: {taints: [{key: twin, effect: NoSchedule}]}
status: {capacity: &room {cpu: '16', memory: 64Gi, pods: '110'}, allocatable: *room}
";

pub struct Twins {
    pub lab: &'static Lab,
    pub client: Client,
    pub catalog: Arc<Catalog>,
}

impl Twins {
    pub async fn new() -> Self {
        let lab = labs::busy();
        let kubeconfig = Kubeconfig::load(Some(&lab.kubeconfig("admin")), &Env::process()).unwrap();
        let target = kubeconfig.target(None, &Overrides::default()).unwrap();
        let client = connect(&target, Gate::read_write()).await.unwrap();
        let catalog = Arc::new(discovery::discover(&client).await.unwrap().catalog);
        Self { lab, client, catalog }
    }

    pub fn target(&self, plural: &str, name: &str) -> Target {
        let resource = self.catalog.resolve(plural).unwrap();
        let namespace = if resource.namespaced { "x-twins".to_owned() } else { String::new() };
        Target { resource, namespace, name: name.to_owned(), uid: None }
    }

    pub async fn act(&self, action: &str, target: Target, answers: &[&str]) -> Report {
        let mut changes = self.changes(action, target, answers).unwrap();
        self.carry_out(changes.remove(0)).await
    }

    /// What an action does, given these answers and what is on the server.
    pub fn changes(
        &self,
        action: &str,
        target: Target,
        answers: &[&str],
    ) -> Result<Vec<Change>, Complaint> {
        let offer = offer(action).unwrap();
        assert_eq!(offer.refuses(&target.resource), None, "{action}");
        if let Some(changes) = offer.changes(std::slice::from_ref(&target)) {
            return Ok(changes);
        }
        let mut proposal = offer.proposal(vec![target]).unwrap();
        proposal.answer(answers.iter().map(|&answer| answer.to_owned()).collect());
        let mut known = HashMap::new();
        // A later want may follow from an earlier answer.
        loop {
            let facts = Facts::new(&known, &|_| None, &self.catalog, now());
            let wants = proposal.wants(&facts).into_iter();
            let new: Vec<Want> = wants.filter(|want| !known.contains_key(want)).collect();
            if new.is_empty() {
                return proposal.changes(&facts);
            }
            known.extend(new.into_iter().map(|want| {
                let answer = self.known(&want);
                (want, answer)
            }));
        }
    }

    /// What is on the server of what a proposal wants.
    fn known(&self, want: &Want) -> Answer {
        let get = |args: &[&str]| -> Value {
            serde_json::from_str(&self.lab.run([&["get", "-o=json"], args].concat())).unwrap()
        };
        match want {
            Want::Object { resource, namespace, name, .. } => {
                let namespace = format!("-n={namespace}");
                Answer::Object(Some(get(&[&namespace, resource, name]).into()))
            }
            Want::Objects { resource, namespace, .. } => {
                let list = get(&[&format!("-n={namespace}"), resource]);
                let items = list["items"].as_array().unwrap().iter();
                Answer::Objects(items.map(|item| item.clone().into()).collect())
            }
            _ => Answer::Loading,
        }
    }

    pub async fn carry_out(&self, change: Change) -> Report {
        write::carry_out(&self.client, change, |_, _, _| Ok(())).await
    }

    fn object(&self, what: &str) -> Value {
        serde_json::from_str(&self.lab.run(["get", "-n=x-twins", "-o=json", what])).unwrap()
    }

    /// What a person decided of an object, without what tells the twins apart.
    fn decided(&self, what: &str, name: &str) -> Value {
        let text = self.object(what).to_string().replace(name, "NAME");
        let mut object: Value = serde_json::from_str(&text).unwrap();
        object.as_object_mut().unwrap().remove("status");
        let meta = object["metadata"].as_object_mut().unwrap();
        for field in ["uid", "resourceVersion", "creationTimestamp", "managedFields"] {
            meta.remove(field);
        }
        let restarted = "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt";
        if let Some(at) = object.pointer_mut(restarted) {
            let time = at.as_str().unwrap().parse::<jiff::Timestamp>();
            assert!(time.is_ok(), "{at}");
            *at = json!("a time");
        }
        object
    }
}

#[tokio::test]
async fn every_action_leaves_what_kubectl_leaves() {
    let twins = Twins::new().await;
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-twins}}").unwrap();
    for name in ["kx-one", "kubectl-one"] {
        twins.lab.create(&TWINS.replace("NAME", name)).unwrap();
    }
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        ("scale", "deployments", &["4"], &["scale", "deployment/kubectl-one", "--replicas=4"]),
        ("scale", "statefulsets", &["x2"], &["scale", "statefulset/kubectl-one", "--replicas=4"]),
        ("scale-up", "deployments", &[], &["scale", "deployment/kubectl-one", "--replicas=5"]),
        ("scale-down", "deployments", &[], &["scale", "deployment/kubectl-one", "--replicas=4"]),
        ("restart", "deployments", &[], &["rollout", "restart", "deployment/kubectl-one"]),
        ("restart", "statefulsets", &[], &["rollout", "restart", "statefulset/kubectl-one"]),
        ("restart", "daemonsets", &[], &["rollout", "restart", "daemonset/kubectl-one"]),
        ("pause", "deployments", &[], &["rollout", "pause", "deployment/kubectl-one"]),
        ("resume", "deployments", &[], &["rollout", "resume", "deployment/kubectl-one"]),
        ("cordon", "nodes", &[], &["cordon", "kubectl-one"]),
        ("uncordon", "nodes", &[], &["uncordon", "kubectl-one"]),
        (
            "suspend-work",
            "cronjobs",
            &[],
            &["patch", "cronjob/kubectl-one", "-p", r#"{"spec":{"suspend":true}}"#],
        ),
        (
            "resume-work",
            "cronjobs",
            &[],
            &["patch", "cronjob/kubectl-one", "-p", r#"{"spec":{"suspend":false}}"#],
        ),
    ];
    for (action, plural, answers, kubectl) in cases {
        let report = twins.act(action, twins.target(plural, "kx-one"), answers).await;
        assert_eq!(report.outcome, Outcome::Done, "{action} {plural}");
        twins.lab.run(["-n=x-twins"].iter().chain(*kubectl));
        let singular = plural.strip_suffix('s').unwrap();
        let (ours, theirs) = (format!("{singular}/kx-one"), format!("{singular}/kubectl-one"));
        let (ours, theirs) =
            (twins.decided(&ours, "kx-one"), twins.decided(&theirs, "kubectl-one"));
        // Controllers count the generations and note their revisions as they come to it.
        let without = |mut object: Value| {
            object["metadata"].as_object_mut().unwrap().remove("generation");
            object["metadata"]["annotations"]
                .as_object_mut()
                .map(|annotations| annotations.remove("deployment.kubernetes.io/revision"));
            // A taint follows when the node controller comes to it.
            if let Some(taints) = object["spec"]["taints"].as_array_mut() {
                taints.retain(|taint| taint["key"] == "twin");
                object["metadata"].as_object_mut().unwrap().remove("annotations");
            }
            object
        };
        assert_eq!(without(ours), without(theirs), "{action} {plural}");
        // The same again: what is a state is so already.
        if ["pause", "resume", "cordon", "uncordon", "suspend-work", "resume-work"].contains(action)
        {
            let report = twins.act(action, twins.target(plural, "kx-one"), answers).await;
            assert_eq!(report.outcome, Outcome::Already, "{action} {plural}");
        }
    }

    let report = twins.act("trigger", twins.target("cronjobs", "kx-one"), &[]).await;
    let job = report.after.unwrap()["metadata"]["name"].as_str().unwrap().to_owned();
    twins.lab.run(["-n=x-twins", "create", "job", "--from=cronjob/kubectl-one", "kubectl-job"]);
    let comparable = |what: &str, job: &str, name: &str| {
        let text = twins.decided(what, name).to_string().replace(job, "JOB");
        let mut object: Value = serde_json::from_str(&text).unwrap();
        for path in [
            "/metadata/ownerReferences/0/uid",
            "/spec/selector/matchLabels/batch.kubernetes.io~1controller-uid",
            "/spec/template/metadata/labels/batch.kubernetes.io~1controller-uid",
            "/spec/template/metadata/labels/controller-uid",
        ] {
            let uid = object.pointer_mut(path).unwrap();
            assert!(uid.is_string(), "{path}: {uid}");
            *uid = json!("");
        }
        object
    };
    let ours = job.replace("kx-one", "NAME");
    assert_eq!(
        comparable(&format!("job/{job}"), &ours, "kx-one"),
        comparable("job/kubectl-job", "kubectl-job", "kubectl-one")
            .to_string()
            .replace("NAME-job", "JOB")
            .parse::<Value>()
            .unwrap(),
    );
}

/// Everything that a rollback decides, on each of the workloads that have revisions.
#[tokio::test]
async fn a_rollback_leaves_what_kubectl_leaves() {
    let twins = Twins::new().await;
    let names = ["kx-two", "kubectl-two"];
    let yaml = TWINS.replace("namespace: x-twins", "namespace: x-rolled-back");
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-rolled-back}}").unwrap();
    for name in names {
        let all = yaml.replace("NAME", name);
        let workloads: Vec<&str> = all.split("\n---\n").take(3).collect();
        twins.lab.create(&workloads.join("\n---\n")).unwrap();
    }
    for kind in ["deployment", "statefulset", "daemonset"] {
        let plural = format!("{kind}s");
        let ours =
            Target { namespace: "x-rolled-back".to_owned(), ..twins.target(&plural, names[0]) };
        let observed = |what: &str| {
            let text = twins.lab.run(["-n=x-rolled-back", "get", "-o=json", what]);
            let object: Value = serde_json::from_str(&text).unwrap();
            object["status"]["observedGeneration"] == object["metadata"]["generation"]
        };
        let both = names.map(|name| format!("{kind}/{name}"));
        let settle = || {
            for what in &both {
                wait_until("the controller looked", || observed(what));
            }
        };
        settle();
        // Three revisions; the first of the Deployment has a cause of its own, which comes back with it.
        for image in ["a=b:2", "a=b:3"] {
            let report = twins.act("set-image", ours.clone(), &[&image[2..]]).await;
            assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
            twins.lab.run(["-n=x-rolled-back", "set", "image", &both[1], image]);
            settle();
            compare(&twins, kind, &both);
        }
        let report = twins.act("rollback", ours.clone(), &["1"]).await;
        assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
        twins.lab.run(["-n=x-rolled-back", "rollout", "undo", &both[1], "--to-revision=1"]);
        settle();
        compare(&twins, kind, &both);
        let report = twins.act("rollback-previous", ours.clone(), &[]).await;
        assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
        twins.lab.run(["-n=x-rolled-back", "rollout", "undo", &both[1]]);
        settle();
        compare(&twins, kind, &both);
        let image = twins.lab.run([
            "-n=x-rolled-back",
            "get",
            &both[0],
            "-o=jsonpath={.spec.template.spec.containers[0].image}",
        ]);
        assert_eq!(image, "b:3");
    }
}

/// What a person decided of two twins is the same.
fn compare(twins: &Twins, kind: &str, both: &[String; 2]) {
    let decided = |what: &str| {
        let name = what.split_once('/').unwrap().1;
        let text =
            twins.lab.run(["-n=x-rolled-back", "get", "-o=json", what]).replace(name, "NAME");
        let mut object: Value = serde_json::from_str(&text).unwrap();
        let meta = object["metadata"].as_object_mut().unwrap();
        meta.retain(|key, _| ["labels", "annotations", "generation"].contains(&key.as_str()));
        (object["metadata"].take(), object["spec"].take())
    };
    assert_eq!(decided(&both[0]), decided(&both[1]), "{kind}");
}

#[tokio::test]
async fn a_change_is_taken_back_and_what_others_did_stays() {
    let twins = Twins::new().await;
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-taken-back}}").unwrap();
    let yaml = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: x-taken-back}, spec: {
        replicas: 1, selector: {matchLabels: {app: web}},
        template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'b:1'}]}}}}";
    twins.lab.create(yaml).unwrap();
    let target = |plural: &str| Target {
        namespace: "x-taken-back".to_owned(),
        name: "web".to_owned(),
        ..twins.target(plural, "web")
    };
    let get = |path: &str| {
        let text = twins.lab.run(["get", "-n=x-taken-back", "-o=json", "deployment/web"]);
        let object: Value = serde_json::from_str(&text).unwrap();
        object.pointer(path).cloned().unwrap_or_default()
    };
    let scaled = twins.act("scale", target("deployments"), &["3"]).await;
    twins.lab.run(["-n=x-taken-back", "label", "deployment/web", "by=somebody"]);
    let report = twins.carry_out(undoing(&scaled).unwrap()).await;
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!((get("/spec/replicas"), get("/metadata/labels/by")), (json!(1), json!("somebody")));

    let paused = twins.act("pause", target("deployments"), &[]).await;
    let report = twins.carry_out(undoing(&paused).unwrap()).await;
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!(get("/spec/paused"), Value::Null);

    // What was deleted is made anew as it was.
    let uid = get("/metadata/uid");
    let deleted = twins.act("delete", target("deployments"), &["Foreground", "", "false"]).await;
    assert_eq!(deleted.outcome, Outcome::Done);
    twins.lab.run(["-n=x-taken-back", "wait", "--for=delete", "deployment/web", "--timeout=240s"]);
    let report = twins.carry_out(undoing(&deleted).unwrap()).await;
    assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
    assert_ne!(get("/metadata/uid"), uid);
    assert_eq!((get("/spec/replicas"), get("/metadata/labels/by")), (json!(1), json!("somebody")));
}

/// Each kind of change that can be taken back, there and back: what is stored is as it was, but for what the server counts.
#[tokio::test]
async fn each_kind_of_change_is_taken_back() {
    let twins = Twins::new().await;
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-back}}").unwrap();
    let all = TWINS.replace("x-twins", "x-back").replace("NAME", "x-back");
    twins.lab.create(&all).unwrap();
    let get = |what: &str| {
        let text = twins.lab.run(["get", "-n=x-back", "-o=json", what]);
        let mut object: Value = serde_json::from_str(&text).unwrap();
        object.as_object_mut().unwrap().remove("status");
        let meta = object["metadata"].as_object_mut().unwrap();
        for field in ["resourceVersion", "generation", "managedFields", "annotations"] {
            meta.remove(field);
        }
        // Controllers write these as they come to it.
        if let Some(taints) = object["spec"]["taints"].as_array_mut() {
            taints.retain(|taint| !taint["key"].as_str().unwrap().contains('/'));
        }
        object
    };
    let cases: [(&str, &str, &[&str]); 8] = [
        ("scale", "deployments", &["3"]),
        ("label", "deployments", &["tier=front app-", "true"]),
        ("set-image", "deployments", &["b:2"]),
        ("set-image", "daemonsets", &["b:2"]),
        ("pause", "deployments", &[]),
        ("suspend-work", "cronjobs", &[]),
        ("cordon", "nodes", &[]),
        ("taint", "nodes", &["more=x:NoSchedule", "false"]),
    ];
    for (action, plural, answers) in cases {
        let mut target = twins.target(plural, "x-back");
        if !target.namespace.is_empty() {
            "x-back".clone_into(&mut target.namespace);
        }
        let what = format!("{plural}/x-back");
        let before = get(&what);
        let report = twins.act(action, target, answers).await;
        assert_eq!(report.outcome, Outcome::Done, "{action}: {}", report.words());
        assert_ne!(get(&what), before, "{action}");
        let report = twins.carry_out(undoing(&report).unwrap()).await;
        assert_eq!(report.outcome, Outcome::Done, "{action}: {}", report.words());
        assert_eq!(get(&what), before, "{action}");
    }
    twins.lab.run(["delete", "node/x-back"]);
    twins.lab.run(["delete", "namespace/x-back", "--wait=false"]);
}

#[tokio::test]
async fn another_object_of_the_same_name_is_left_alone() {
    let twins = Twins::new().await;
    let create = || {
        twins
            .lab
            .create("{apiVersion: v1, kind: ConfigMap, metadata: {name: again, namespace: default}, data: {a: b}}")
            .unwrap();
    };
    create();
    let seen: Value =
        serde_json::from_str(&twins.lab.run(["get", "-o=json", "configmap/again"])).unwrap();
    let uid = kx::store::Uid::new(seen["metadata"]["uid"].as_str().unwrap());
    twins.lab.run(["delete", "configmap/again"]);
    create();
    let target = Target {
        namespace: "default".to_owned(),
        uid: Some(uid),
        ..twins.target("configmaps", "again")
    };
    let report = twins.act("delete", target, &[]).await;
    match report.outcome {
        Outcome::Failed(why) => assert!(why.contains("another object by now"), "{why}"),
        other => panic!("{other:?}"),
    }
    twins.lab.run(["delete", "configmap/again"]);
}
