//! What is sent, and what is refused before.

use std::sync::Arc;

use serde_json::{Value, json};

use super::deed::{Amount, Resize};
use super::*;
use crate::kinds::Catalog;

fn target() -> Target {
    let resource = Catalog::default().resolve("pods").unwrap();
    Target { resource, namespace: "shop".to_owned(), name: "web".to_owned(), uid: None }
}

fn pod(resources: &Value) -> Value {
    json!({"metadata": {"name": "web", "uid": "u"}, "spec": {
        "containers": [{"name": "main", "resources": resources}, {"name": "proxy", "resources": {"requests": {"cpu": "10m"}}}],
        "initContainers": [{"name": "once"}, {"name": "side", "restartPolicy": "Always"}],
    }})
}

fn resize(of: &[(&str, &'static str, &'static str, &str)]) -> Resize {
    let amount =
        |&(container, side, resource, amount): &(&str, &'static str, &'static str, &str)| Amount {
            container: container.to_owned(),
            side,
            resource,
            wanted: (!amount.is_empty()).then(|| amount.to_owned()),
        };
    Resize { amounts: of.iter().map(amount).collect() }
}

#[test]
fn only_what_changes_is_sent_to_the_subresource() {
    let pod = pod(&json!({"requests": {"cpu": "1", "memory": "64Mi"}}));
    let deed = resize(&[
        ("main", "requests", "cpu", "1000m"),
        ("main", "requests", "memory", "128Mi"),
        ("side", "requests", "cpu", "5m"),
    ]);
    let call = deed.call(&target(), &pod).unwrap().unwrap();
    assert_eq!(call.path, "/api/v1/namespaces/shop/pods/web/resize");
    assert_eq!(
        call.body["spec"],
        json!({
            "containers": [{"name": "main", "resources": {"requests": {"memory": "128Mi"}}}],
            "initContainers": [{"name": "side", "resources": {"requests": {"cpu": "5m"}}}],
        })
    );
    let same = resize(&[("main", "requests", "cpu", "1000m")]);
    assert_eq!(same.call(&target(), &pod).unwrap(), None, "1 and 1000m are the same");
    let none = resize(&[("main", "requests", "memory", "")]);
    let call = none.call(&target(), &pod).unwrap().unwrap();
    assert_eq!(call.body["spec"]["containers"][0]["resources"]["requests"]["memory"], Value::Null);
}

#[test]
fn what_a_server_would_refuse_is_refused_before() {
    let pod = pod(&json!({"requests": {"cpu": "1"}, "limits": {"cpu": "2"}}));
    let why = |deed: Resize| deed.call(&target(), &pod).unwrap_err();
    let more = why(resize(&[("main", "requests", "cpu", "3")]));
    assert!(more.contains("would request 3 of cpu, and be limited to 2"), "{more}");
    let once = why(resize(&[("once", "requests", "cpu", "3")]));
    assert!(once.contains("no container once that can be resized"), "{once}");
    let guaranteed = json!({"metadata": {"name": "web"}, "spec": {"containers": [
        {"name": "main", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}}]}});
    let half = resize(&[("main", "requests", "cpu", "500m")]);
    let why = half.call(&target(), &guaranteed).unwrap_err();
    assert!(why.contains("is Guaranteed and would become Burstable"), "{why}");
    let both = resize(&[("main", "requests", "cpu", "2"), ("main", "limits", "cpu", "2")]);
    assert!(both.call(&target(), &guaranteed).unwrap().is_some());
}

#[test]
fn the_class_of_service_is_that_of_kubernetes() {
    let of = |containers: Value| qos::class(&json!({"containers": containers}));
    let full = json!({"resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1000m", "memory": "1Gi"}}});
    assert_eq!(of(json!([full])), "Guaranteed");
    assert_eq!(of(json!([full, {"name": "b"}])), "Burstable");
    assert_eq!(of(json!([{"name": "a"}])), "BestEffort");
    assert_eq!(of(json!([{"resources": {"requests": {"cpu": "0"}}}])), "BestEffort");
    assert_eq!(of(json!([{"resources": {"limits": {"cpu": "1"}}}])), "Burstable");
    assert_eq!(of(json!([{"resources": {"requests": {"example.com/gpu": "1"}}}])), "BestEffort");
    let whole = json!({"resources": {"requests": {"cpu": "1", "memory": "1"}, "limits": {"cpu": "1", "memory": "1"}}, "containers": [{}]});
    assert_eq!(qos::class(&whole), "Guaranteed");
}

#[test]
fn absurd_pods_are_no_trouble() {
    for absurd in [
        json!(null),
        json!({"spec": {"containers": {"a": 1}}}),
        pod(&json!("x")),
        pod(&json!({"requests": 3})),
    ] {
        let _ = resize(&[("main", "requests", "cpu", "1"), ("main", "limits", "cpu", "")])
            .call(&target(), &absurd);
        let _ = say(&absurd);
    }
    let deed: Arc<dyn Deed> = Arc::new(resize(&[("main", "limits", "memory", "")]));
    assert_eq!(deed.words(), "resize main memory limit none");
}
