//! People who may not see everything see what they may, and are told what they may not.

use kx::store::Freshness;

use crate::lab::Lab;
use crate::support::client;
use crate::watched::{Watched, resource};

const OBJECTS: &str = r#"
apiVersion: v1
kind: Pod
metadata: {name: ours, namespace: team, labels: {test: users}}
spec: {containers: [{name: a, image: "a:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: theirs, namespace: team-b, labels: {test: users}}
spec: {containers: [{name: a, image: "a:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: elsewhere, namespace: default, labels: {test: users}}
spec: {containers: [{name: a, image: "a:1"}]}
"#;

fn lab() -> &'static Lab {
    static CREATED: std::sync::Once = std::sync::Once::new();
    CREATED.call_once(|| Lab::shared().create(OBJECTS).unwrap());
    Lab::shared()
}

/// Watches the pods of [`OBJECTS`] in all namespaces until the server has said all it will say.
async fn pods_of(user: &str) -> Watched {
    let client = client(lab(), user).await;
    settled(Watched::pods(&client, "test=users")).await
}

async fn settled(mut watched: Watched) -> Watched {
    let decided =
        |w: &Watched| matches!(w.state, Freshness::Live { .. } | Freshness::Refused { .. });
    watched.until("live or refused", decided).await;
    watched
}

fn limited_to(watched: &Watched) -> Option<Vec<String>> {
    match &watched.state {
        Freshness::Live { limited_to } => {
            limited_to.as_ref().map(|all| all.iter().map(ToString::to_string).collect())
        }
        state => panic!("not live: {state:?}"),
    }
}

/// The server's reason, where it refused.
fn refusal(watched: &Watched) -> String {
    match &watched.state {
        Freshness::Refused { why } => why.to_string(),
        state => panic!("not refused: {state:?}"),
    }
}

#[tokio::test]
async fn a_viewer_sees_every_namespace() {
    let pods = pods_of("viewer").await;
    assert_eq!(limited_to(&pods), None);
    let all = ["default/elsewhere", "team-b/theirs", "team/ours"].map(str::to_owned);
    assert_eq!(pods.names(), all.into());
}

#[tokio::test]
async fn a_viewer_is_told_that_secrets_and_nodes_are_not_for_viewers() {
    let client = client(lab(), "viewer").await;
    let secrets = settled(Watched::start(&client, resource("", "v1", "secrets"), "")).await;
    assert!(refusal(&secrets).contains("secrets"), "{secrets:?}");
    let nodes = resource("", "v1", "nodes");
    let nodes = kx::kinds::Resource { namespaced: false, ..nodes };
    let nodes = settled(Watched::start(&client, nodes, "")).await;
    assert!(refusal(&nodes).contains("nodes"), "{nodes:?}");
    assert!(secrets.rows.is_empty() && nodes.rows.is_empty());
}

#[tokio::test]
async fn who_is_limited_to_a_namespace_sees_it_and_is_told_so() {
    let pods = pods_of("team").await;
    assert_eq!(limited_to(&pods), Some(vec!["team".to_owned()]));
    assert_eq!(pods.names(), ["team/ours".to_owned()].into());
}

#[tokio::test]
async fn who_may_list_namespaces_sees_all_that_are_readable() {
    let pods = pods_of("pair").await;
    assert_eq!(limited_to(&pods), Some(vec!["team".to_owned(), "team-b".to_owned()]));
    assert_eq!(pods.names(), ["team-b/theirs", "team/ours"].map(str::to_owned).into());
}

#[tokio::test]
async fn who_has_no_rights_is_told_what_was_refused() {
    let pods = pods_of("nobody").await;
    assert!(refusal(&pods).contains("pods"), "{pods:?}");
    assert!(pods.rows.is_empty());
}

#[tokio::test]
async fn a_client_certificate_is_as_good_as_a_token() {
    let pods = pods_of("cert-admin").await;
    assert_eq!(pods.names().len(), 3);
}
