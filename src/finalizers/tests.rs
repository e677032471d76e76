//! What is said of objects that are being deleted.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::kinds::Catalog;

/// The page of an object, given what is left of some resources.
fn page(plural: &str, object: &Value, left: &[(&str, Vec<Value>)]) -> String {
    let catalog = Catalog::default();
    let resource = catalog.resolve(plural).unwrap();
    let meta = &object["metadata"];
    let text = |key: &str| meta[key].as_str().unwrap_or_default();
    let subject = subject(&resource, text("namespace"), text("name"));
    let mut known = HashMap::new();
    for _ in 0..3 {
        let wants = subject.wants(&Facts::new(&known, &|_| None, &catalog, 1_780_000_000));
        for want in wants {
            let answer = match &want {
                Want::Object { .. } => Answer::Object(Some(Arc::new(object.clone()))),
                Want::Objects { resource, .. } => {
                    let objects = left.iter().find(|(plural, _)| plural == resource);
                    let objects = objects.map(|(_, all)| all.clone()).unwrap_or_default();
                    Answer::Objects(objects.into_iter().map(Arc::new).collect())
                }
                _ => panic!("{want:?}"),
            };
            known.insert(want, answer);
        }
    }
    subject.sheet(&Facts::new(&known, &|_| None, &catalog, 1_780_000_000)).text()
}

fn namespace(conditions: &Value) -> Value {
    json!({
        "metadata": {"name": "shop", "deletionTimestamp": "2026-05-28T00:00:00Z"},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Terminating", "conditions": conditions},
    })
}

#[test]
fn a_namespace_says_what_is_left_and_what_holds_it() {
    let conditions = json!([
        {"type": "NamespaceDeletionDiscoveryFailure", "status": "True", "reason": "DiscoveryFailed",
         "message": "Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1"},
        {"type": "NamespaceDeletionContentFailure", "status": "False", "message": "All content successfully deleted, may be waiting on finalization"},
        {"type": "NamespaceContentRemaining", "status": "True",
         "message": "Some resources are remaining: configmaps. has 1 resource instances, pods. has 1000 resource instances"},
        {"type": "NamespaceFinalizersRemaining", "status": "True",
         "message": "Some content in the namespace has finalizers remaining: example.com/stays in 1 resource instances"},
    ]);
    let held = json!({"metadata": {"name": "held", "namespace": "shop", "deletionTimestamp": "2026-05-28T00:00:00Z", "finalizers": ["example.com/stays"]}});
    let text = page("namespaces", &namespace(&conditions), &[("configmaps", vec![held])]);
    for said in [
        "is being deleted since",
        "whose  the namespace controller of kube-controller-manager",
        "apiservice/v1beta1.metrics.k8s.io  does not answer",
        "example.com/stays  of 1 object",
        "configmaps  1",
        "held  example.com/stays",
        "pods  1000  too many to be listed here",
        "remove a finalizer  all that is left in it stays in etcd",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("ContentFailure"), "what does not hold is not said: {text}");
}

#[test]
fn what_nobody_said_yet_is_said_to_be_so() {
    let text = page("namespaces", &namespace(&json!([])), &[]);
    assert!(text.contains("the namespace controller has not said yet"), "{text}");
    let fine = json!([{"type": "NamespaceContentRemaining", "status": "False", "message": "All content successfully removed"}]);
    let text = page("namespaces", &namespace(&fine), &[]);
    assert!(text.contains("nothing, as the namespace controller says"), "{text}");
}

#[test]
fn an_unknown_finalizer_is_said_to_be_that_of_who_set_it() {
    let object = json!({"metadata": {
        "name": "held", "namespace": "shop", "deletionTimestamp": "2026-05-28T00:00:00Z",
        "finalizers": ["example.com/stays", "foregroundDeletion"],
        "managedFields": [{"manager": "boat-operator", "fieldsV1": {"f:metadata": {"f:finalizers": {".": {}, "v:\"example.com/stays\"": {}}}}}],
    }});
    let text = page("configmaps", &object, &[]);
    for said in [
        "field manager boat-operator",
        "the garbage collector of kube-controller-manager",
        "what it owns is deleted first",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let well = json!({"metadata": {"name": "well", "namespace": "shop"}});
    let text = page("configmaps", &well, &[]);
    assert!(text.contains("is not being deleted") && text.contains("goes at once"), "{text}");
}

#[test]
fn absurd_objects_are_no_trouble() {
    for object in [
        json!({"metadata": {"name": 3, "finalizers": {"a": 1}, "deletionTimestamp": []}}),
        json!([]),
        json!(null),
        namespace(
            &json!([{"type": "NamespaceContentRemaining", "status": "True", "message": ": , has x, a has 99999999999999999999 , b has -1 resource"},
            {"type": "NamespaceDeletionDiscoveryFailure", "status": "True", "message": "/ a/ /v a.b/v a.b/v1é é.é/v1 :/v1:"}]),
        ),
    ] {
        page("namespaces", &object, &[]);
        page("configmaps", &object, &[]);
    }
}
