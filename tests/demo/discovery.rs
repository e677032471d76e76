//! Clients find out what there is.

use crate::support::{Ask, Cluster};

const AGGREGATED: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

#[tokio::test]
async fn aggregated_discovery_names_everything_with_short_names_and_categories() {
    let cluster = Cluster::frozen().await;
    let answer =
        cluster.send(Ask { headers: &[("accept", AGGREGATED)], ..Ask::new("GET", "/apis") }).await;
    assert!(answer.headers["content-type"].to_str().unwrap().contains("as=APIGroupDiscoveryList"));
    let groups = answer.json();
    let find = |group: &str, plural: &str| {
        groups["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|g| g["metadata"]["name"] == group)
            .flat_map(|g| g["versions"].as_array().unwrap())
            .flat_map(|v| v["resources"].as_array().unwrap())
            .find(|r| r["resource"] == plural)
            .cloned()
            .unwrap_or_default()
    };
    let deployments = find("apps", "deployments");
    assert_eq!(deployments["shortNames"][0], "deploy");
    assert_eq!(deployments["categories"][0], "all");
    assert!(
        deployments["subresources"].as_array().unwrap().iter().any(|s| s["subresource"] == "scale")
    );
    // The same plural in two groups are two resources.
    assert_eq!(find("cert-manager.io", "certificates")["responseKind"]["version"], "v1");
    assert_eq!(
        find("networking.internal.example", "certificates")["responseKind"]["version"],
        "v1beta1"
    );
    let core = cluster.get_as("/api", AGGREGATED).await;
    assert!(
        core["items"][0]["versions"][0]["resources"]
            .as_array()
            .unwrap()
            .iter()
            .any(|r| r["resource"] == "pods" && r["shortNames"][0] == "po")
    );
}

#[tokio::test]
async fn older_clients_find_the_same_group_by_group() {
    let cluster = Cluster::frozen().await;
    assert_eq!(cluster.get("/api").await["versions"][0], "v1");
    assert!(
        cluster.get("/apis").await["groups"]
            .as_array()
            .unwrap()
            .iter()
            .any(|g| g["name"] == "batch")
    );
    let core = cluster.get("/api/v1").await;
    assert!(core["resources"].as_array().unwrap().iter().any(|r| r["name"] == "pods/log"));
    assert_eq!(cluster.get("/apis/apps/v1").await["groupVersion"], "apps/v1");
    assert_eq!(cluster.get("/apis/apps").await["preferredVersion"]["version"], "v1");
    assert_eq!(cluster.send(Ask::new("GET", "/apis/none/v1")).await.status, 404);
}

#[tokio::test]
async fn it_says_that_it_is_a_demo() {
    let cluster = Cluster::frozen().await;
    let version = cluster.send(Ask { user: "", ..Ask::new("GET", "/version") }).await.json();
    assert!(version["gitVersion"].as_str().unwrap().ends_with("-kx.demo"));
    assert_eq!(cluster.send(Ask { user: "", ..Ask::new("GET", "/readyz") }).await.body, "ok");
    assert_eq!(cluster.send(Ask { user: "", ..Ask::new("GET", "/livez") }).await.body, "ok");
    let nodes = cluster.get("/api/v1/nodes").await;
    assert!(
        nodes["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|n| n["metadata"]["annotations"]["kx.demo/simulated"].is_string())
    );
    assert!(cluster.demo.kubeconfig().contains("current-context: demo"));
}

#[tokio::test]
async fn a_definition_serves_its_resource_at_once_and_no_longer_when_it_goes() {
    let cluster = Cluster::frozen().await;
    let crd = serde_json::json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "boats.sea.example"},
        "spec": {"group": "sea.example", "scope": "Namespaced", "names": {"kind": "Boat", "plural": "boats", "shortNames": ["bt"]},
            "versions": [{"name": "v1", "served": true, "storage": true, "additionalPrinterColumns": [
                {"name": "Sails", "type": "integer", "jsonPath": ".spec.sails"}]}]}});
    let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    assert_eq!(cluster.post(path, &crd).await.status, 201);
    let boat = serde_json::json!({"apiVersion": "sea.example/v1", "kind": "Boat", "metadata": {"name": "a"}, "spec": {"sails": 3}});
    assert_eq!(cluster.post("/apis/sea.example/v1/namespaces/shop/boats", &boat).await.status, 201);
    let table = cluster.get_as("/apis/sea.example/v1/boats", crate::support::TABLE).await;
    assert_eq!(table["columnDefinitions"][1]["name"], "Sails");
    assert_eq!(table["rows"][0]["cells"][1], 3);
    assert_eq!(
        cluster.send(Ask::new("DELETE", &format!("{path}/boats.sea.example"))).await.status,
        200
    );
    assert_eq!(cluster.send(Ask::new("GET", "/apis/sea.example/v1/boats")).await.status, 404);
}
