//! A rolling update, seen row by row as controllers, scheduler and kubelets carry it out.

use crate::lab::Lab;
use crate::support::client;
use crate::watched::{Watched, resource};

const DEPLOYMENT: &str = r#"
apiVersion: v1
kind: Namespace
metadata: {name: rolling}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: rolling, labels: {test: rolling}}
spec:
  replicas: 4
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}
  selector: {matchLabels: {test: rolling}}
  template:
    metadata: {labels: {test: rolling}}
    spec: {containers: [{name: web, image: "web:1"}]}
"#;

#[tokio::test]
async fn every_step_of_a_rolling_update_is_a_row() {
    let lab = Lab::shared();
    let client = client(lab, "viewer").await;
    let mut pods = Watched::pods(&client, "test=rolling").follow("STATUS");
    let deployments = resource("apps", "v1", "deployments");
    let mut deployments = Watched::start(&client, deployments, "test=rolling").follow("UP-TO-DATE");
    let sets = resource("apps", "v1", "replicasets");
    let mut sets = Watched::start(&client, sets, "test=rolling").follow("CURRENT");
    pods.until_live(0).await;
    deployments.until_live(0).await;
    sets.until_live(0).await;

    lab.create(DEPLOYMENT).unwrap();
    let all_run = |w: &Watched| {
        w.rows.len() == 4 && w.rows.values().all(|row| w.text(row, "STATUS") == "Running")
    };
    pods.until("four pods run", all_run).await;
    let before = pods.names();
    // The update begins when the Deployment says so, or it would count pods that it has not seen yet.
    let ready = |w: &Watched| w.rows.values().any(|row| w.text(row, "READY") == "4/4");
    deployments.until("the deployment is ready", ready).await;
    let first_steps = deployments.history["web"].len();

    lab.run(["-n", "rolling", "set", "image", "deployment/web", "web=web:2"]);
    let rolled = |w: &Watched| all_run(w) && w.names().is_disjoint(&before) && w.history.len() >= 8;
    pods.until("four new pods run, and the old ones are gone", rolled).await;
    for (name, texts) in &pods.history {
        let old = before.contains(&format!("rolling/{name}"));
        let expected: &[&str] = if old {
            &["Pending", "Running", "Terminating", "gone"]
        } else {
            &["Pending", "Running"]
        };
        assert_eq!(texts, expected, "{name}, old: {old}");
    }

    let all_updated = |w: &Watched| {
        w.history["web"].len() > first_steps
            && w.rows
                .values()
                .all(|row| w.text(row, "UP-TO-DATE") == "4" && w.text(row, "READY") == "4/4")
    };
    deployments.until("the deployment is up to date", all_updated).await;
    let steps = &deployments.history["web"][first_steps..];
    let steps: Vec<u32> = steps.iter().map(|text| text.parse().unwrap()).collect();
    assert!(steps.len() > 1 && steps.is_sorted(), "one pod after the other: {steps:?}");

    let handed_over = |w: &Watched| {
        let mut current: Vec<_> = w.rows.values().map(|row| w.text(row, "CURRENT")).collect();
        current.sort();
        current == ["0", "4"]
    };
    sets.until("the new ReplicaSet has all pods, the old one none", handed_over).await;
}
