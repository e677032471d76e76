//! Releases of Helm rolled back and uninstalled on a real API server: what is stored afterwards is what Helm 3 would have stored.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kx::change::{Outcome, Report};
use serde_json::{Value, json};

use crate::by_helm::side::Side;
use crate::labs;

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

/// A release in its third revision: its objects are there, and others changed some of them.
fn install(side: &Side) {
    let (lab, namespace) = (labs::busy(), &side.namespace);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_rolled_back_there_and_back_and_uninstalled() {
    let side = Side::new("x-helm-back").await;
    install(&side);
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
    install(&side);
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
    // What comes behind it is left as it was, as Helm leaves it, and nothing is taken away.
    assert_eq!(stored["Deployment/web"]["spec"]["replicas"], 4);
    assert!(stored.contains_key("ConfigMap/new"));
    labs::busy().run(["delete", "namespace", "x-helm-fails", "--wait=false"]);
}
