//! What the server serves is in the catalog, and stays so while resources come and go.

use kx::cluster::discovery;
use tokio::sync::mpsc;

use crate::labs;
use crate::support::{PATIENCE, client};

const LATE: &str = r"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: sprockets.late.example.com}
spec:
  group: late.example.com
  scope: Cluster
  names: {plural: sprockets, singular: sprocket, kind: Sprocket, shortNames: [spk]}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
";

#[tokio::test]
async fn every_resource_that_kubectl_lists_is_there() {
    let lab = labs::busy();
    let found = discovery::discover(&client(lab, "nobody").await).await.unwrap();
    let theirs = lab.run(["api-resources", "--verbs=list", "-o", "name"]);
    assert!(theirs.lines().count() > 50, "{theirs}");
    for name in theirs.lines() {
        let resource = found.catalog.resolve(name).unwrap_or_else(|_| panic!("{name} is missing"));
        assert_eq!(resource.full_name(), name);
    }
    for (short, full) in
        [("po", "pods"), ("deploy", "deployments.apps"), ("ct", "crontabs.stable.example.com")]
    {
        assert_eq!(found.catalog.resolve(short).unwrap().full_name(), full);
    }
    assert!(found.catalog.category("all").any(|resource| resource.plural == "crontabs"));
}

#[tokio::test]
async fn a_resource_that_comes_later_is_found_and_one_that_goes_is_gone() {
    let lab = labs::busy();
    let (sender, mut answers) = mpsc::channel(4);
    let _follow = discovery::follow(client(lab, "admin").await, sender);
    let mut until = async |what: &str, there: bool| {
        let wait = async {
            loop {
                let found = answers.recv().await.expect("it goes on").expect("discovery works");
                if found.catalog.resolve("spk").is_ok() == there {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{what}"));
    };
    until("the first answer", false).await;
    lab.create(LATE).unwrap();
    until("sprockets", true).await;
    lab.run(["delete", "crd", "sprockets.late.example.com"]);
    until("no sprockets", false).await;
}
