//! What an action says it needs is what it asks the server for.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use kx::access::{Request, Target as To};
use kx::change::{Change, OFFERS, Offer, Outcome, Target};
use kx::cluster::write;
use kx::kinds::{Catalog, Resource};
use kx::sheet::{Answer, Facts, Want};
use serde_json::{Value, json};

use crate::script::{Asked, Reply, Server};

/// One object that is everything at once: every action finds something in it to change.
fn everything() -> Value {
    let template =
        json!({"metadata": {}, "spec": {"containers": [{"name": "main", "image": "a:1"}]}});
    json!({
        "kind": "Everything", "apiVersion": "v1",
        "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "1", "labels": {}},
        "spec": {
            "replicas": 3, "minReplicas": 1, "maxReplicas": 3, "template": template, "schedule": "* * * * *",
            "jobTemplate": {"spec": {"template": template}}, "signerName": "example.org/a",
            "resources": {"requests": {"storage": "1Gi"}},
        },
        "status": {"capacity": {"storage": "1Gi"}},
        "data": {"key": "dmFsdWU="},
    })
}

/// What an action is tried on: a resource that it is for, and answers to its form.
fn tried(action: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match action {
        "approve" | "deny" => ("certificatesigningrequests", &[]),
        "set-bounds" => ("horizontalpodautoscalers", &["2", "5"]),
        "duplicate" => ("configmaps", &["copy"]),
        "rerun" => ("jobs", &["again"]),
        "cordon" => ("nodes", &[]),
        "make-default" => ("storageclasses", &[]),
        "delete" => ("pods", &["Background", "", "false"]),
        "evict" => ("pods", &[""]),
        "expand" => ("persistentvolumeclaims", &["5Gi"]),
        "edit-key" => ("configmaps", &["key", "", "other", "false"]),
        "label" | "annotate" => ("configmaps", &["a=b", "true"]),
        "pause" | "restart" => ("deployments", &[]),
        "set-image" => ("deployments", &["a:2"]),
        "scale" => ("deployments", &["7"]),
        "scale-up" | "scale-down" => ("deployments", &[]),
        "suspend-work" => ("cronjobs", &[]),
        "taint" => ("nodes", &["a=b:NoSchedule"]),
        "trigger" => ("cronjobs", &[]),
        // They find everything as it is to be already; their twins are tried.
        "uncordon" | "resume" | "resume-work" => return None,
        // What they send follows from more than one object; see below.
        "drain" | "edit" | "edit-here" | "rollback" | "rollback-previous" | "undo" => return None,
        // What they send follows from containers and finalizers that this object has not; they have tests of their own.
        "debug" | "debug-copy" | "resize" | "remove-finalizer" => return None,
        other => panic!("say here what {other} is tried on"),
    })
}

fn target(plural: &str) -> Target {
    let (group, version, namespaced) = match plural {
        "certificatesigningrequests" => ("certificates.k8s.io", "v1", false),
        "storageclasses" => ("storage.k8s.io", "v1", false),
        "horizontalpodautoscalers" => ("autoscaling", "v2", true),
        "jobs" | "cronjobs" => ("batch", "v1", true),
        "deployments" | "statefulsets" => ("apps", "v1", true),
        "nodes" | "namespaces" => ("", "v1", false),
        _ => ("", "v1", true),
    };
    let resource = Resource {
        group: group.to_owned(),
        version: version.to_owned(),
        plural: plural.to_owned(),
        namespaced,
        subresources: ["scale", "eviction", "approval"].map(str::to_owned).to_vec(),
        ..Resource::default()
    };
    let namespace = if resource.namespaced { "shop".to_owned() } else { String::new() };
    Target { resource: Arc::new(resource), namespace, name: "web".to_owned(), uid: None }
}

/// A request in an authorizer's words: `update deployments.apps/scale in shop web`.
fn words(request: &Request) -> String {
    let To::Resource { group, resource, subresource, namespace, name } = &request.to else {
        return format!("{} a URL", request.verb);
    };
    format!("{} {group}/{resource}/{subresource} in {namespace:?} {name:?}", request.verb)
}

/// What the server was asked for, as its authorizer sees it.
fn attributes(asked: &Asked) -> Request {
    let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
    let (group, rest) = match parts.as_slice() {
        ["api", _, rest @ ..] => ("", rest),
        ["apis", group, _, rest @ ..] => (*group, rest),
        other => panic!("{other:?}"),
    };
    let (namespace, rest) = match rest {
        ["namespaces", namespace, rest @ ..] => (*namespace, rest),
        rest => ("", rest),
    };
    let at = |i: usize| rest.get(i).copied().unwrap_or_default().to_owned();
    let verb = match (asked.method.as_str(), rest.len()) {
        ("GET", 1) => "list",
        ("GET", _) => "get",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", _) => "delete",
        other => panic!("{other:?}"),
    };
    let (resource, name, subresource) = (at(0), at(1), at(2));
    let (group, namespace) = (group.to_owned(), namespace.to_owned());
    let to = To::Resource { group, resource, subresource, namespace, name };
    Request { verb: verb.to_owned(), to }
}

fn declared(offer: &Offer, target: &Target) -> BTreeSet<String> {
    (offer.needs)(&target.resource).iter().map(|need| words(&need.request(target))).collect()
}

/// What an action does to an object, with these answers.
fn changes(offer: &Offer, target: &Target, answers: &[&str]) -> Vec<Change> {
    offer.changes(std::slice::from_ref(target)).unwrap_or_else(|| {
        let catalog = Catalog::default();
        let mut proposal = offer.proposal(vec![target.clone()]).unwrap();
        proposal.answer(answers.iter().map(|&answer| answer.to_owned()).collect());
        let nothing = HashMap::new();
        let wants = proposal.wants(&Facts::new(&nothing, &|_| None, &catalog, 0));
        let objects = wants.into_iter().filter(|want| matches!(want, Want::Object { .. }));
        let known: HashMap<Want, Answer> =
            objects.map(|want| (want, Answer::Object(Some(everything().into())))).collect();
        let facts = Facts::new(&known, &|_| None, &catalog, 0);
        proposal.changes(&facts).unwrap_or_else(|why| panic!("{}: {why:?}", offer.action))
    })
}

#[tokio::test]
async fn every_action_needs_what_it_asks_for() {
    let mut count = 0;
    for offer in OFFERS {
        let Some((plural, answers)) = tried(offer.action) else { continue };
        let target = target(plural);
        let server = Server::start(|_| Reply::json(&everything())).await;
        let changes = changes(offer, &target, answers);
        for change in changes {
            let report = write::carry_out(&server.writer, change, |_, _, _| Ok(())).await;
            assert_eq!(report.outcome, Outcome::Done, "{}", offer.action);
        }
        let asked: BTreeSet<String> =
            server.asked().iter().map(|asked| words(&attributes(asked))).collect();
        assert_eq!(asked, declared(offer, &target), "{}", offer.action);
        count += 1;
    }
    assert!(count > 20, "only {count}");
}

/// The screen refuses them before; this is what is left where something goes around the screen.
#[tokio::test]
async fn every_action_is_refused_at_a_read_only_gate() {
    let mut count = 0;
    for offer in OFFERS {
        let Some((plural, answers)) = tried(offer.action) else { continue };
        let target = target(plural);
        let server = Server::start(|_| Reply::json(&everything())).await;
        for change in changes(offer, &target, answers) {
            let report = write::carry_out(&server.client, change, |_, _, _| Ok(())).await;
            match report.outcome {
                Outcome::Failed(why) => assert!(why.starts_with("read-only: "), "{why}"),
                other => panic!("{}: {other:?}", offer.action),
            }
        }
        for asked in server.asked() {
            assert_eq!(asked.method, "GET", "{}: {}", offer.action, asked.path);
        }
        count += 1;
    }
    assert!(count > 20, "only {count}");
}

#[test]
fn what_is_read_before_counts_too() {
    let needs = |action: &str, plural: &str| {
        let offer = OFFERS.iter().find(|offer| offer.action == action).unwrap();
        declared(offer, &target(plural))
    };
    for (action, plural, keeper) in [
        ("rollback", "deployments", "replicasets"),
        ("rollback-previous", "statefulsets", "controllerrevisions"),
    ] {
        let list = format!("list apps/{keeper}/ in \"shop\" \"\"");
        let patch = format!("patch apps/{plural}/ in \"shop\" \"web\"");
        let all = needs(action, plural);
        assert!(all.contains(&list) && all.contains(&patch), "{all:?}");
    }
    assert!(needs("drain", "nodes").contains("list /pods/ in \"\" \"\""));
    assert!(needs("edit", "pods").contains("update /pods/ in \"shop\" \"web\""));
    // A namespace is in itself, as the server sees it.
    assert!(needs("delete", "namespaces").contains("delete /namespaces/ in \"web\" \"web\""));
}
