//! Deletions by each propagation, compared with kubectl's on twins: what is stored while a finalizer holds the object, and what becomes of what it owns.

use kx::change::{Outcome, Target};
use serde_json::{Value, json};

use crate::actions::Twins;
use crate::support::wait_until;

/// A finalizer of nobody keeps it there to be looked at.
const OWNER: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: x-deleted, finalizers: [example.org/held], labels: {of: NAME}}
spec:
  replicas: 1
  selector: {matchLabels: {of: NAME}}
  template: {metadata: {labels: {of: NAME}}, spec: {nodeSelector: {none: here}, containers: [{name: a, image: 'b:1'}]}}
";

fn list(twins: &Twins, what: &str, of: &str) -> Vec<Value> {
    let labels = format!("-l=of={of}");
    let text = twins.lab.run(["-n=x-deleted", "get", "-o=json", what, &labels]);
    let list: Value = serde_json::from_str(&text).unwrap();
    list["items"].as_array().unwrap().clone()
}

/// What is stored of it, of its ReplicaSets and of its pods, without what tells twins apart.
fn stored(twins: &Twins, name: &str) -> Vec<Value> {
    let all = ["deployments", "replicasets", "pods"].map(|what| list(twins, what, name));
    let decided = |object: Value| {
        let own = object["metadata"]["name"].as_str().unwrap().to_owned();
        let mut text = object.to_string().replace(&own, "OWN").replace(name, "NAME");
        if let Some(hash) = object["metadata"]["labels"]["pod-template-hash"].as_str() {
            text = text.replace(hash, "HASH");
        }
        let mut object: Value = text.parse().unwrap();
        object.as_object_mut().unwrap().remove("status");
        if object["kind"] == "Pod" {
            // The server names a volume in it at random.
            object["spec"].take();
        }
        let meta = object["metadata"].as_object_mut().unwrap();
        assert!(meta.get("deletionTimestamp").is_none_or(Value::is_string));
        let going = meta.contains_key("deletionTimestamp");
        for field in
            ["uid", "resourceVersion", "creationTimestamp", "managedFields", "deletionTimestamp"]
        {
            meta.remove(field);
        }
        for owner in
            meta.get_mut("ownerReferences").and_then(Value::as_array_mut).into_iter().flatten()
        {
            owner["uid"] = json!("");
            owner["name"] = json!("");
        }
        // A controller makes these of the template, and names are its own.
        meta.remove("generateName");
        meta.insert("going".to_owned(), json!(going));
        object
    };
    all.into_iter().flatten().map(decided).collect()
}

#[tokio::test]
async fn each_propagation_leaves_what_kubectl_leaves() {
    let twins = Twins::new().await;
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-deleted}}").unwrap();
    for (propagation, cascade) in
        [("Background", "background"), ("Foreground", "foreground"), ("Orphan", "orphan")]
    {
        let names = ["kx", "kubectl"].map(|who| format!("{who}-{cascade}"));
        for name in &names {
            twins.lab.create(&OWNER.replace("NAME", name)).unwrap();
        }
        for name in &names {
            wait_until("its pod", || list(&twins, "pods", name).len() == 1);
        }
        let target =
            Target { namespace: "x-deleted".to_owned(), ..twins.target("deployments", &names[0]) };
        let report = twins.act("delete", target, &[propagation, "", "false"]).await;
        assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
        // Whoever is told that it is done is told that it stays, and why.
        let note = report.note.unwrap();
        assert!(
            note.starts_with("it is still there: ") && note.contains("example.org/held"),
            "{note}"
        );
        let cascade = format!("--cascade={cascade}");
        twins.lab.run([
            "-n=x-deleted",
            "delete",
            "--wait=false",
            &cascade,
            &format!("deployment/{}", names[1]),
        ]);
        for name in &names {
            let settled = || {
                let finalizers =
                    list(&twins, "deployments", name)[0]["metadata"]["finalizers"].clone();
                let owned = list(&twins, "replicasets", name);
                let alone = |set: &Value| set["metadata"]["ownerReferences"].is_null();
                let kept = propagation == "Orphan" && owned.len() == 1 && owned.iter().all(alone);
                let gone = owned.is_empty() && list(&twins, "pods", name).is_empty();
                // In the background nothing of it goes before it is gone itself.
                let waits = propagation == "Background" && owned.len() == 1;
                finalizers == json!(["example.org/held"]) && (kept || gone || waits)
            };
            wait_until("the garbage collector is done", settled);
        }
        assert_eq!(stored(&twins, &names[0]), stored(&twins, &names[1]), "{propagation}");
        for name in &names {
            let free = r#"{"metadata": {"finalizers": null}}"#;
            twins.lab.run(["-n=x-deleted", "patch", &format!("deployment/{name}"), "-p", free]);
        }
        // What is left when it is gone.
        let kept = usize::from(propagation == "Orphan");
        for name in &names {
            wait_until("what it owned goes, or stays", || {
                list(&twins, "deployments", name).is_empty()
                    && ["replicasets", "pods"]
                        .iter()
                        .all(|what| list(&twins, what, name).len() == kept)
            });
        }
        assert_eq!(stored(&twins, &names[0]), stored(&twins, &names[1]), "{propagation}");
    }
    twins.lab.run(["delete", "namespace/x-deleted", "--wait=false"]);
}
