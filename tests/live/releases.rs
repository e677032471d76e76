//! Releases of Helm rolled back and uninstalled on a real API server: what is stored afterwards is what Helm 3 would have stored.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kx::change::{Change, Course, Outcome, Report, Target, offer};
use kx::cluster::{Client, Env, Gate, Kubeconfig, Overrides, connect, discovery, write};
use kx::helm::record::whole;
use kx::kinds::{Catalog, Encoding, modelled};
use kx::sheet::{Answer, Facts, Want};
use kx::store::{Interner, Row};
use serde_json::{Value, json};

use crate::labs;
use crate::support::now;

const FIRST: &str = "---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {token: one}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web, labels: {app: web}}
data: {mode: one, gone: 'yes'}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: old}
data: {a: b}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: app, image: 'app:1', env: [{name: MODE, value: one}, {name: SAME, value: x}], ports: [{containerPort: 8080}], volumeMounts: [{name: conf, mountPath: /conf}]}
      volumes: [{name: conf, configMap: {name: web}}]
";

const THIRD: &str = "---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {token: three}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web, labels: {app: web, third: 'yes'}}
data: {mode: three, added: 'yes'}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: new}
data: {c: d}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: kept, annotations: {helm.sh/resource-policy: keep}}
data: {e: f}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{name: http, port: 80, targetPort: 9090}, {name: admin, port: 81, targetPort: 9091}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  strategy: {type: Recreate}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: side, image: 'side:3'}
      - {name: app, image: 'app:3', env: [{name: SAME, value: x}, {name: MODE, value: three}, {name: MORE, value: why}], ports: [{containerPort: 9090}], volumeMounts: [{name: conf, mountPath: /etc/conf}]}
      volumes: [{name: conf, secret: {secretName: web}}, {name: tmp, emptyDir: {}}]
";

/// A hook: a Job that the lab's kubelet completes, or a ConfigMap.
fn hook(name: &str, event: &str, weight: i64, policies: &[&str], job: bool) -> Value {
    let spec =
        "spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'b:1'}]}}}\n";
    let (kind, rest) = if job {
        ("Job", format!("apiVersion: batch/v1\n{spec}"))
    } else {
        ("ConfigMap", "apiVersion: v1\n".to_owned())
    };
    let manifest = format!("kind: {kind}\nmetadata: {{name: {name}}}\n{rest}");
    let mut hook = json!({"name": name, "kind": kind, "path": format!("web/{name}.yaml"), "manifest": manifest, "events": [event],
        "last_run": {"started_at": "", "completed_at": "", "phase": ""}});
    // Helm writes nothing that says nothing.
    if weight != 0 {
        hook["weight"] = json!(weight);
    }
    if !policies.is_empty() {
        hook["delete_policies"] = json!(policies);
    }
    hook
}

fn revision(namespace: &str, version: i64, status: &str, manifest: &str) -> Value {
    let time = format!("2026-01-1{version}T12:00:00.5+01:00");
    let release = json!({
        "name": "web", "namespace": namespace, "version": version,
        "info": {"first_deployed": "2026-01-11T12:00:00.5+01:00", "last_deployed": time, "deleted": "",
            "description": "Upgrade complete", "status": status, "notes": format!("Notes of {version}")},
        "chart": {"metadata": {"name": "web", "version": format!("1.0.{version}"), "apiVersion": "v2", "appVersion": "7"}, "lock": null,
            "templates": [{"name": "templates/x.yaml", "data": STANDARD.encode("a: <b> & c")}], "values": {"big": 12_345_678_901_i64, "part": 0.1}, "schema": null, "files": null},
        "config": {"replicas": version, "none": null}, "manifest": manifest,
        "hooks": [
            hook("last", "post-rollback", 0, &["hook-succeeded", "before-hook-creation"], true),
            hook("second", "pre-rollback", 5, &[], false),
            hook("first", "pre-rollback", -5, &["before-hook-creation"], true),
            hook("before", "pre-delete", 0, &["hook-succeeded"], true),
            hook("after", "post-delete", 0, &[], false),
        ],
    });
    let packed = STANDARD.encode(STANDARD.encode(release.to_string()));
    json!({"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1", "data": {"release": packed},
        "metadata": {"name": format!("sh.helm.release.v1.web.v{version}"), "namespace": namespace,
            "labels": {"name": "web", "owner": "helm", "status": status, "version": version.to_string(), "team": "shop", "modifiedAt": "1768478400"}}})
}

pub struct Side {
    pub client: Client,
    catalog: Catalog,
    namespace: String,
}

impl Side {
    pub async fn new(namespace: &str) -> Self {
        let lab = labs::busy();
        let kubeconfig = Kubeconfig::load(Some(&lab.kubeconfig("admin")), &Env::process()).unwrap();
        let target = kubeconfig.target(None, &Overrides::default()).unwrap();
        let client = connect(&target, Gate::read_write()).await.unwrap();
        let catalog = discovery::discover(&client).await.unwrap().catalog;
        Self { client, catalog, namespace: namespace.to_owned() }
    }

    /// A release in its third revision: its objects are there, and others changed some of them.
    pub fn install(&self) {
        let (lab, namespace) = (labs::busy(), &self.namespace);
        lab.create(
            &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
                .to_string(),
        )
        .unwrap();
        let own = format!(
            "labels: {{app.kubernetes.io/managed-by: Helm}}, annotations: {{theirs: stays, meta.helm.sh/release-name: web, meta.helm.sh/release-namespace: {namespace}}}"
        );
        for mut object in kx::helm::objects(THIRD).unwrap() {
            let own: Value = serde_yaml::from_str(&format!("{{{own}}}")).unwrap();
            object["metadata"]["namespace"] = json!(namespace);
            for field in ["labels", "annotations"] {
                // Of what is not the release's for a while, Helm takes away what others added.
                let kept = object["metadata"]["name"] == "kept";
                let own = own[field].as_object().unwrap().iter();
                for (key, value) in own.filter(|(key, _)| !kept || *key != "theirs") {
                    object["metadata"][field][key] = value.clone();
                }
            }
            if object["kind"] == "Deployment" {
                let env = object.pointer_mut("/spec/template/spec/containers/1/env").unwrap();
                env.as_array_mut().unwrap().push(json!({"name": "INJECTED", "value": "z"}));
                object["spec"]["replicas"] = json!(4);
            }
            lab.create(&object.to_string()).unwrap();
        }
        // What a hook left of an earlier run.
        let left = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "second", "namespace": namespace, "labels": {"left": "over"}}});
        lab.create(&left.to_string()).unwrap();
        for (version, status, manifest) in
            [(1, "superseded", FIRST), (2, "superseded", FIRST), (3, "deployed", THIRD)]
        {
            lab.create(&revision(namespace, version, status, manifest).to_string()).unwrap();
        }
    }

    fn get(&self, args: &[&str]) -> Vec<Value> {
        let namespace = format!("-n={}", self.namespace);
        let text = labs::busy().run([&["get", "-o=json", &namespace], args].concat());
        let mut list: Value = serde_json::from_str(&text).unwrap();
        match list["items"].take() {
            Value::Array(items) => items,
            _ => vec![list],
        }
    }

    fn rows(&self) -> Vec<Row> {
        let kind = modelled("helm.sh", "revisions").unwrap();
        let (mut interner, mut rows) = (Interner::default(), Vec::new());
        for object in self.get(&["secrets", "-l=owner=helm"]) {
            let bytes = serde_json::to_vec(&object).unwrap();
            kind.decode(Encoding::Json, &bytes, &mut interner, &mut rows).unwrap();
        }
        rows
    }

    pub fn changes(&self, action: &str, answers: &[&str]) -> (String, Vec<Change>) {
        let target = Target {
            resource: self.catalog.resolve("releases.helm.sh").unwrap(),
            namespace: self.namespace.clone(),
            name: "web".to_owned(),
            uid: None,
        };
        let mut proposal = offer(action).unwrap().proposal(vec![target]).unwrap();
        proposal.answer(answers.iter().map(|&answer| answer.to_owned()).collect());
        let table = self.rows();
        let mut known = HashMap::new();
        loop {
            let rows = |_: &Want| Some(table.iter().collect());
            let facts = Facts::new(&known, &rows, &self.catalog, now());
            let wants = proposal.wants(&facts).into_iter();
            let new: Vec<Want> = wants
                .filter(|want| !matches!(want, Want::Rows { .. }) && !known.contains_key(want))
                .collect();
            if new.is_empty() {
                return (proposal.sheet(&facts).text(), proposal.changes(&facts).unwrap());
            }
            known.extend(new.into_iter().map(|want| {
                let answer = self.answer(&want);
                (want, answer)
            }));
        }
    }

    fn answer(&self, want: &Want) -> Answer {
        match want {
            Want::Release { resource, name, .. } => {
                kx::helm::answer(self.get(&[resource, name]).remove(0))
            }
            Want::Object { resource, name, .. } => {
                let found =
                    self.get(&[resource, "--field-selector", &format!("metadata.name={name}")]);
                Answer::Object(found.into_iter().next().map(Into::into))
            }
            other => panic!("{other:?}"),
        }
    }

    /// Carries steps out in their turns, as a run does.
    async fn carry_out(&self, changes: Vec<Change>) -> Vec<Report> {
        let (mut course, mut reports) = (Course::Fine, Vec::<Report>::new());
        for change in changes {
            let before = reports.last();
            let just = before
                .is_some_and(|it| it.method.is_some() && matches!(it.outcome, Outcome::Failed(_)));
            let report = if course.admits(change.deed.turn()) {
                let report = write::carry_out(&self.client, change, |_, _, _| Ok(())).await;
                course = course.after(&report.change, &report.outcome);
                report
            } else {
                let deed = change.deed.otherwise(course.cause().unwrap(), just);
                course = course.broken();
                match deed {
                    Some(deed) => {
                        let change = Change { deed, ..change };
                        write::carry_out(&self.client, change, |_, _, _| Ok(())).await
                    }
                    None => Report::not_begun(change, "left out"),
                }
            };
            reports.push(report);
        }
        reports
    }

    pub async fn act(&self, action: &str, answers: &[&str]) {
        let (_, changes) = self.changes(action, answers);
        for report in self.carry_out(changes).await {
            let well = matches!(report.outcome, Outcome::Done | Outcome::Already);
            assert!(well, "{}", report.words());
        }
    }

    /// Carries one step out.
    pub async fn directly(&self, change: Change) {
        let report = write::carry_out(&self.client, change, |_, _, _| Ok(())).await;
        assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
    }

    /// All that is stored there, without what tells the twins apart and when it happened.
    pub fn stored(&self) -> BTreeMap<String, Value> {
        let kinds = "configmaps,secrets,serviceaccounts,services,deployments,jobs";
        let objects = self.get(&[kinds]).into_iter().filter_map(|object| {
            let name = object["metadata"]["name"].as_str().unwrap();
            // What every namespace has.
            if ["kube-root-ca.crt", "default"].contains(&name) {
                return None;
            }
            let name = format!("{}/{name}", object["kind"].as_str().unwrap());
            Some((name, self.plain(object)))
        });
        objects.collect()
    }

    fn plain(&self, mut object: Value) -> Value {
        if object["type"] == "helm.sh/release.v1" {
            object["data"] = json!({"release": released(whole(&object).unwrap())});
        }
        let text = object.to_string().replace(&self.namespace, "NAMESPACE");
        let mut object: Value = serde_json::from_str(&text).unwrap();
        object.as_object_mut().unwrap().remove("status");
        let meta = object["metadata"].as_object_mut().unwrap();
        for field in ["uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"]
        {
            meta.remove(field);
        }
        for stamp in ["createdAt", "modifiedAt"] {
            if let Some(at) = object.pointer_mut(&format!("/metadata/labels/{stamp}")) {
                assert!(at.as_str().unwrap().parse::<i64>().is_ok(), "{at}");
                *at = json!("a time");
            }
        }
        match object["kind"].as_str().unwrap() {
            "Service" => {
                let spec = object["spec"].as_object_mut().unwrap();
                assert!(spec.remove("clusterIP").is_some() && spec.remove("clusterIPs").is_some());
                for port in spec["ports"].as_array_mut().unwrap() {
                    assert!(port.as_object_mut().unwrap().remove("nodePort").is_some());
                }
            }
            "Job" => drop(object.as_object_mut().unwrap().remove("spec")),
            "Deployment" => {
                let annotations = object["metadata"]["annotations"].as_object_mut().unwrap();
                annotations.remove("deployment.kubernetes.io/revision");
            }
            _ => {}
        }
        if object["kind"] == "Job" {
            let labels = object["metadata"]["labels"].as_object_mut();
            labels.into_iter().for_each(serde_json::Map::clear);
        }
        object
    }
}

/// A release without when it happened.
fn released(mut release: Value) -> Value {
    let time = |value: &mut Value| {
        if value.as_str().is_some_and(|time| time.parse::<jiff::Timestamp>().is_ok()) {
            *value = json!("a time");
        }
    };
    for field in ["last_deployed", "deleted"] {
        time(&mut release["info"][field]);
    }
    for hook in release["hooks"].as_array_mut().into_iter().flatten() {
        for field in ["started_at", "completed_at"] {
            time(&mut hook["last_run"][field]);
        }
    }
    release
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_rolled_back_there_and_back_and_uninstalled() {
    let side = Side::new("x-helm-back").await;
    side.install();
    let (shown, _) = side.changes("rollback", &["1"]);
    for told in [
        "web  revision 3 → 1\n",
        "+ configmap/old  made\n",
        "~ deployment/web  changed\n",
        "spec.replicas: 4 → 1\n",
        "− configmap/new  deleted\n",
        "configmap/kept  stays",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    side.act("rollback", &["1"]).await;
    // What others added stays, what the release had is as it was, and what is not its any more is gone.
    let stored = side.stored();
    let deployment = &stored["Deployment/web"]["spec"];
    assert_eq!(deployment["replicas"], 1);
    assert_eq!(deployment["strategy"]["type"], "RollingUpdate");
    let containers = deployment["template"]["spec"]["containers"].as_array().unwrap();
    assert_eq!((containers.len(), &containers[0]["image"]), (1, &json!("app:1")));
    let env = containers[0]["env"].to_string();
    assert!(env.contains("INJECTED") && !env.contains("MORE"), "{env}");
    assert_eq!(stored["Service/web"]["spec"]["ports"].as_array().unwrap().len(), 1);
    assert_eq!(stored["Secret/web"]["data"], json!({"token": STANDARD.encode("one")}));
    assert_eq!(stored["ConfigMap/web"]["data"], json!({"mode": "one", "gone": "yes"}));
    let meta = &stored["ConfigMap/old"]["metadata"];
    assert_eq!(meta["labels"]["app.kubernetes.io/managed-by"], "Helm");
    assert_eq!(meta["annotations"]["meta.helm.sh/release-name"], "web");
    assert_eq!(stored["ConfigMap/web"]["metadata"]["annotations"]["theirs"], "stays");
    assert!(stored.contains_key("ConfigMap/kept") && !stored.contains_key("ConfigMap/new"));
    // Hooks: what was left over is made anew, and what says so is deleted.
    assert_eq!(stored["ConfigMap/second"]["metadata"]["labels"], Value::Null);
    assert!(stored.contains_key("Job/first") && !stored.contains_key("Job/last"));
    let record = |version: i64| {
        let record = &side.stored()[&format!("Secret/sh.helm.release.v1.web.v{version}")];
        (record["metadata"]["labels"]["status"].clone(), record["data"]["release"].clone())
    };
    let (status, newest) = record(4);
    assert_eq!((status, &newest["info"]["status"]), (json!("deployed"), &json!("deployed")));
    assert_eq!(newest["info"]["description"], "Rollback to 1");
    for hook in 0..3 {
        assert_eq!(newest["hooks"][hook]["last_run"]["phase"], "Succeeded", "{newest}");
    }
    let first = record(1).1;
    for field in ["chart", "config", "manifest", "name", "namespace"] {
        assert_eq!(newest[field], first[field], "{field}");
    }
    assert_eq!(record(3).0, "superseded");

    side.act("rollback", &["3"]).await;
    let stored = side.stored();
    assert_eq!(stored["Deployment/web"]["spec"]["replicas"], 2);
    assert_eq!(stored["Deployment/web"]["spec"]["strategy"], json!({"type": "Recreate"}));
    assert!(stored.contains_key("ConfigMap/new") && !stored.contains_key("ConfigMap/old"));
    assert_eq!((record(5).0, record(4).0), (json!("deployed"), json!("superseded")));

    side.act("delete", &["true"]).await;
    assert_eq!(record(5).0, "uninstalled");
    side.act("delete", &["false"]).await;
    let left: Vec<String> = side.stored().into_keys().collect();
    let stays = ["ConfigMap/after", "ConfigMap/kept", "ConfigMap/second", "Job/first"];
    assert_eq!(left, stays.map(str::to_owned));
    labs::busy().run(["delete", "namespace", "x-helm-back", "--wait=false"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_told_and_the_record_says_so() {
    let side = Side::new("x-helm-fails").await;
    side.install();
    // Somebody forbids more config maps: the one that is to be made cannot be.
    let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few", "namespace": side.namespace},
        "spec": {"hard": {"count/configmaps": "1"}}});
    labs::busy().create(&quota.to_string()).unwrap();
    crate::support::wait_until("the quota counts", || {
        side.get(&["resourcequota", "few"])[0]["status"]["used"]["count/configmaps"].is_string()
    });
    let (_, changes) = side.changes("rollback", &["1", "false"]);
    let reports = side.carry_out(changes).await;
    let failed: Vec<&Report> =
        reports.iter().filter(|report| matches!(report.outcome, Outcome::Failed(_))).collect();
    assert!(failed[0].words().contains("configmap/old"), "{}", failed[0].words());
    let stored = side.stored();
    let release = |version: i64| {
        &stored[&format!("Secret/sh.helm.release.v1.web.v{version}")]["data"]["release"]["info"]
    };
    assert_eq!(
        (&release(4)["status"], &release(3)["status"]),
        (&json!("failed"), &json!("superseded"))
    );
    let why = release(4)["description"].as_str().unwrap();
    assert!(
        why.starts_with("Rollback \"web\" failed: configmap/old: ")
            && why.contains("exceeded quota"),
        "{why}"
    );
    // What could be done is done, and nothing is taken away.
    assert_eq!(stored["Deployment/web"]["spec"]["replicas"], 1);
    assert!(stored.contains_key("ConfigMap/new"));
    labs::busy().run(["delete", "namespace", "x-helm-fails", "--wait=false"]);
}
