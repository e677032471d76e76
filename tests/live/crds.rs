//! Custom resources: their printer columns, and two of one plural that never get mixed up.

use serde_json::Value as Json;

use kx::kinds::Resource;
use kx::store::Uid;

use crate::labs;
use crate::support::{client, get, now};
use crate::watched::{Watched, resource};

/// Watches a resource and compares every row with the server's Table; says which names there are.
async fn compare(resource: Resource) -> Vec<String> {
    let client = client(labs::busy(), "admin").await;
    // Those of other tests, in namespaces of their own, come and go.
    let path = format!("{}?fieldSelector=metadata.namespace%3Dshop", resource.path(None));
    let table = get(&client, &path, "application/json;as=Table;g=meta.k8s.io;v=v1").await;
    let table: Json = serde_json::from_slice(&table).unwrap();
    let theirs = table["rows"].as_array().unwrap();
    let mut watched = Watched::named(&client, resource, "metadata.namespace=shop");
    watched.until_live(theirs.len()).await;

    let columns = table["columnDefinitions"].as_array().unwrap();
    for row in theirs {
        let ours = &watched.rows[&Uid::new(row["object"]["metadata"]["uid"].as_str().unwrap())];
        for (column, cell) in columns.iter().zip(row["cells"].as_array().unwrap()) {
            let name = column["name"].as_str().unwrap();
            let text = watched.text(ours, name);
            match cell {
                // Another moment, another age; that it is one is what counts here.
                Json::String(_) if name == "Age" => {
                    assert!(kx::kinds::age::parse(&text).is_some(), "{text} is no age");
                    assert!((now() - ours.created) < 3600);
                }
                Json::String(cell) => assert_eq!(&text, cell, "{name}"),
                Json::Null => {}
                cell => assert_eq!(text, cell.to_string(), "{name}"),
            }
        }
    }
    watched.names().into_iter().collect()
}

#[tokio::test]
async fn printer_columns_read_as_the_server_prints_them() {
    let names = compare(resource("stable.example.com", "v1", "crontabs")).await;
    assert_eq!(names, ["shop/every-five"]);
}

#[tokio::test]
async fn two_resources_of_one_plural_stay_apart() {
    let theirs = compare(resource("cert-manager.io", "v1", "certificates")).await;
    assert_eq!(theirs, ["shop/shop-tls"]);
    let others = compare(resource("networking.internal.example", "v1alpha1", "certificates")).await;
    assert_eq!(others, ["shop/internal"]);
}

#[tokio::test]
async fn a_custom_resource_is_live() {
    let lab = labs::busy();
    let client = client(lab, "admin").await;
    let crontabs = resource("stable.example.com", "v1", "crontabs");
    let mut watched = Watched::start(&client, crontabs, "test=live").follow("SPEC");
    watched.until_live(0).await;
    let object = |spec: &str| {
        format!(
            "{{apiVersion: stable.example.com/v1, kind: CronTab, metadata: {{name: changing, namespace: team, \
             labels: {{test: live}}}}, spec: {{cronSpec: '{spec}'}}}}"
        )
    };
    lab.create(&object("1 * * * *")).unwrap();
    watched.until("the new object", |w| w.rows.len() == 1).await;
    let patch = r#"{"spec":{"cronSpec":"2 * * * *"}}"#;
    lab.run(["-n", "team", "patch", "crontab", "changing", "--type=merge", "-p", patch]);
    watched.until("the change", |w| w.history["changing"].len() == 2).await;
    lab.run(["-n", "team", "delete", "crontab", "changing"]);
    watched.until("the end", |w| w.rows.is_empty()).await;
    assert_eq!(watched.history["changing"], ["1 * * * *", "2 * * * *", "gone"]);
}
