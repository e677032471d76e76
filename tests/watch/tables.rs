//! Resources that no kind models.

use kx::kinds::Resource;
use kx::store::Health;
use serde_json::{Value, json};

use crate::script::{Reply, Server};
use crate::view::{View, of};

fn certificates() -> Resource {
    Resource {
        group: "cert-manager.io".into(),
        version: "v1".into(),
        plural: "certificates".into(),
        namespaced: true,
        ..Resource::default()
    }
}

fn columns() -> Value {
    json!([
        {"name": "Name", "type": "string", "format": "name", "priority": 0},
        {"name": "Ready", "type": "string", "priority": 0},
        {"name": "Age", "type": "date", "priority": 0},
    ])
}

fn row(name: &str, version: u64, ready: &str) -> Value {
    json!({"cells": [name, ready, "5m"], "object": {"kind": "PartialObjectMetadata", "metadata": {
        "name": name, "namespace": "shop", "uid": format!("uid-{name}"),
        "resourceVersion": version.to_string(), "creationTimestamp": "2026-01-15T12:00:00Z"}}})
}

fn table(columns: &Value, rows: &[Value]) -> Value {
    json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {"resourceVersion": "5"},
        "columnDefinitions": columns, "rows": rows})
}

fn watched(events: &[(&str, Value)]) -> Reply {
    let lines: Vec<String> = events
        .iter()
        .map(|(what, object)| json!({"type": what, "object": object}).to_string())
        .collect();
    Reply::new(200, "application/json", lines.join("\n")).open()
}

#[tokio::test]
async fn the_servers_columns_and_rows_are_watched() {
    let server = Server::start(|asked| {
        if !asked.watches() {
            return Reply::json(&table(
                &columns(),
                &[row("web", 1, "False"), row("api", 2, "True")],
            ));
        }
        watched(&[
            ("MODIFIED", table(&columns(), &[row("web", 6, "True")])),
            // After the first event the columns are not said again.
            ("DELETED", table(&Value::Null, &[row("api", 7, "True")])),
            ("BOOKMARK", table(&Value::Null, &[row("", 8, "")])),
        ])
    })
    .await;
    let mut view = View::open(&server, of(certificates()));
    view.until(|view| view.rows.len() == 2).await;
    let broken = view.rows.values().filter(|row| row.health == Health::Broken).count();
    assert_eq!(broken, 1);
    view.until(|view| view.names() == ["web"]).await;
    assert_eq!(view.cells(), ["web=True"]);
    let columns = view.columns.clone().unwrap();
    let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
    assert_eq!(names, ["NAME", "READY", "AGE"]);
    let asked = server.asked();
    assert!(asked[0].accept.contains("as=Table") && asked[1].accept.contains("as=Table"));
}

#[tokio::test]
async fn other_columns_void_the_rows() {
    let server = Server::start(|asked| {
        let mut more = columns();
        more.as_array_mut().unwrap().push(json!({"name": "Issuer", "type": "string"}));
        let mut web = row("web", 6, "True");
        web["cells"].as_array_mut().unwrap().push(json!("ca"));
        match (asked.watches(), asked.before) {
            (false, 0) => Reply::json(&table(&columns(), &[row("web", 1, "True")])),
            (false, _) => Reply::json(&table(&more, &[web])),
            (true, 0) => watched(&[("MODIFIED", table(&more, &[web]))]),
            _ => watched(&[]),
        }
    })
    .await;
    let mut view = View::open(&server, of(certificates()));
    view.until(|view| view.resets == 1).await;
    assert_eq!(view.columns.as_ref().unwrap().len(), 4);
    assert_eq!(view.cells(), ["web=True,ca"]);
}

#[tokio::test]
async fn without_tables_there_are_names_and_ages() {
    let server = Server::start(|asked| {
        let object = row("web", 6, "")["object"].clone();
        match (asked.accept.contains("as=Table"), asked.watches()) {
            (true, _) => Reply::status(406, "NotAcceptable", "no tables"),
            (_, true) => watched(&[("DELETED", object)]),
            _ => Reply::json(
                &json!({"kind": "PartialObjectMetadataList", "metadata": {"resourceVersion": "5"},
                "items": [object, row("api", 2, "")["object"]]}),
            ),
        }
    })
    .await;
    let mut view = View::open(&server, of(certificates()));
    view.until(|view| view.names() == ["api"]).await;
    let columns = view.columns.clone().unwrap();
    let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
    assert_eq!(names, ["NAME", "AGE"]);
    assert!(!view.was_stale());
    assert!(server.asked()[1].accept.contains("PartialObjectMetadataList"));
}

#[tokio::test]
async fn the_parts_of_an_object_follow_it() {
    let pod = |version: u64, containers: &[&str]| {
        let containers: Vec<Value> =
            containers.iter().map(|name| json!({"name": name, "image": "i"})).collect();
        json!({"metadata": {"name": "web", "namespace": "shop", "uid": "p", "resourceVersion": version.to_string()},
            "spec": {"containers": containers}})
    };
    let server = Server::start(move |asked| {
        if asked.watches() {
            watched(&[("MODIFIED", pod(6, &["a", "c"]))])
        } else {
            Reply::json(
                &json!({"metadata": {"resourceVersion": "5"}, "items": [pod(5, &["a", "b"])]}),
            )
        }
    })
    .await;
    let kind = kx::kinds::modelled("", "containers").unwrap();
    let mut source = of(Resource {
        version: kind.info.version.into(),
        plural: "containers".into(),
        namespaced: true,
        ..Resource::default()
    });
    source.scope = kx::store::Scope::Namespaces(vec!["shop".into()]);
    source.fields = "metadata.name=web".into();
    let mut view = View::open(&server, source);
    view.until(|view| view.names() == ["a", "b"]).await;
    view.until(|view| view.names() == ["a", "c"]).await;
    let asked = server.asked();
    assert_eq!(asked[0].path, "/api/v1/namespaces/shop/pods");
    assert_eq!(asked[0].get("fieldSelector"), "metadata.name=web");
}

/// Of the versions of a modelled resource that a cluster may serve alone, those of its shape are modelled, and others are the server's to show.
#[tokio::test]
async fn a_version_of_another_shape_is_shown_as_the_server_does() {
    let route = |version: u64, hosts: Value| {
        json!({"metadata": {"name": "web", "namespace": "shop", "uid": "r", "resourceVersion": version.to_string()},
            "spec": {"hostnames": hosts, "rules": [{"backendRefs": [{"name": "web"}]}]}})
    };
    let routes = |version: &str| Resource {
        group: "gateway.networking.k8s.io".into(),
        version: version.into(),
        plural: "httproutes".into(),
        namespaced: true,
        ..Resource::default()
    };
    for version in ["v1", "v1beta1"] {
        let server = Server::start(move |asked| {
            if asked.watches() {
                return watched(&[
                    ("MODIFIED", route(6, json!(["b"]))),
                    ("DELETED", route(7, json!([]))),
                ]);
            }
            Reply::json(
                &json!({"metadata": {"resourceVersion": "5"}, "items": [route(5, json!(["a"]))]}),
            )
        })
        .await;
        let mut view = View::open(&server, of(routes(version)));
        view.until(|view| view.rows.values().any(|row| row.links.len() == 1)).await;
        view.until(|view| view.rows.is_empty()).await;
        // Who has only JSON sends that at once.
        let asked = server.asked();
        assert_eq!(asked[0].accept, "application/vnd.kubernetes.protobuf,application/json");
        assert!(asked.iter().all(|asked| asked.path.contains(version)), "{version}");
    }
    let server = Server::start(|asked| {
        if asked.watches() {
            return watched(&[]);
        }
        Reply::json(&table(&columns(), &[row("web", 1, "True")]))
    })
    .await;
    let mut view = View::open(&server, of(routes("v1alpha1")));
    view.until(|view| view.cells() == ["web=True"]).await;
    assert!(server.asked()[0].accept.contains("as=Table"));
}

#[tokio::test]
async fn objects_come_whole_where_rules_read_them() {
    let whole = |name: &str, version: u64, secret: &str| {
        let mut row = row(name, version, "True");
        let object = row["object"].as_object_mut().unwrap();
        object.insert("kind".into(), json!("Certificate"));
        object.insert("spec".into(), json!({"secretName": secret, "issuerRef": 7}));
        let issuing =
            json!([{"type": "Ready", "status": "False"}, {"type": "Issuing", "status": "True"}]);
        object.insert("status".into(), json!({"conditions": issuing}));
        object["metadata"]["labels"] = json!({"app": "web"});
        row
    };
    let server = Server::start(move |asked| {
        if asked.get("includeObject") != "Object" {
            return Reply::status(400, "BadRequest", "the objects were not asked for");
        }
        if !asked.watches() {
            return Reply::json(&table(&columns(), &[whole("web", 1, "old")]));
        }
        watched(&[
            ("MODIFIED", table(&columns(), &[whole("web", 6, "new")])),
            ("BOOKMARK", table(&Value::Null, &[row("", 8, "")])),
        ])
    })
    .await;
    let mut view = View::open(&server, of(certificates()));
    let secret = |view: &View| {
        let row = view.rows.values().next()?;
        let to = row.links.iter().find(|link| &*link.resource == "secrets")?;
        Some(format!("{:?}", to.to))
    };
    view.until(|view| secret(view).is_some_and(|to| to.contains("new"))).await;
    let row = view.rows.values().next().unwrap();
    assert_eq!(row.links.len(), 1, "what is no reference is none");
    assert_eq!(row.health, Health::Changing, "its conditions know more than its column");
    assert_eq!(row.labels.len(), 1);
    assert_eq!(view.cells(), ["web=True"]);
}

#[tokio::test]
async fn objects_do_not_come_where_nothing_reads_them() {
    let server = Server::start(|asked| {
        if asked.watches() {
            return watched(&[("BOOKMARK", table(&Value::Null, &[row("", 8, "")]))]);
        }
        Reply::json(&table(&columns(), &[row("web", 1, "True")]))
    })
    .await;
    let other = Resource { group: "networking.internal.example".into(), ..certificates() };
    let mut view = View::open(&server, of(other));
    view.until(|view| view.rows.len() == 1).await;
    view.until(|_| server.asked().len() > 1).await;
    assert!(server.asked().iter().all(|asked| asked.get("includeObject").is_empty()));
}
