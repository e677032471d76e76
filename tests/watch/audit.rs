//! The audit log: every request, sent or refused, and what came of it.

use http::Request;
use kx::cluster::Audit;
use serde_json::{Value, json};

use crate::script::{Reply, Server};

fn lines(path: &std::path::Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn what_is_asked_is_written_down_before_it_is_sent_and_its_end_after() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    let before = path.clone();
    let server = Server::start(move |_| {
        // The server is asked after it was written down.
        assert_eq!(lines(&before).len(), 1);
        Reply::json(&json!({"kind": "Pod"}))
    })
    .await;
    let client = server.client.clone().with_audit(Audit::open(&path).unwrap());
    let get = |path: &str| Request::get(path).body(Vec::new()).unwrap();
    let answer = client.bytes(get("/api/v1/namespaces/shop/pods/web")).await.unwrap();
    let all = lines(&path);
    assert_eq!(all.len(), 2, "{all:?}");
    for line in &all {
        assert_eq!(line["verb"], "GET");
        assert_eq!(line["path"], "/api/v1/namespaces/shop/pods/web");
        assert_eq!(line["context"], "test");
        assert!(line["time"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    }
    assert_eq!((&all[0]["event"], &all[1]["event"]), (&json!("sent"), &json!("ended")));
    assert_eq!(all[1]["status"], 200);
    assert_eq!(all[1]["bytes"], answer.len());
    assert!(all[1]["duration_ms"].as_f64().unwrap() > 0.0);

    let refused = Request::delete("/api/v1/namespaces/shop/pods/web").body(Vec::new()).unwrap();
    client.bytes(refused).await.unwrap_err();
    let all = lines(&path);
    assert_eq!(
        (all.len(), &all[2]["event"], &all[2]["verb"]),
        (3, &json!("refused"), &json!("DELETE"))
    );
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let none = Audit::open(std::path::Path::new("/no/such/folder/audit.jsonl"));
    assert!(none.unwrap_err().contains("/no/such/folder/audit.jsonl"));
}

/// Linux has a device that is always full.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_cannot_be_written_down_is_not_sent() {
    let server = Server::start(|_| Reply::json(&json!({}))).await;
    let audit = Audit::open(std::path::Path::new("/dev/full")).unwrap();
    let client = server.client.clone().with_audit(audit);
    let get = Request::get("/version").body(Vec::new()).unwrap();
    let why = client.bytes(get).await.unwrap_err().to_string();
    assert!(why.contains("audit log"), "{why}");
    assert!(server.asked().is_empty());
}
