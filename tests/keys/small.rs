//! Small actions and deletions: what is asked, and what is shown before anything is sent.

use std::sync::Arc;

use kx::app::{ClusterNews, Effect, Layer, Msg, Setup};
use kx::change::{Outcome, Report};
use kx::kinds::{Catalog, Resource};
use serde_json::json;

use crate::write::{asked, deployments, words};

#[test]
fn labels_are_typed_as_on_a_command_line() {
    let mut world = deployments(Setup::default());
    world.press(r#"j T "app=shop" enter"#);
    assert_eq!(world.app.layer(), Layer::Form);
    let text = world.app.form().unwrap().page.sheet().text();
    assert!(text.contains("has app=web already"), "what is there is said: {text}");
    assert!(asked(&mut world).is_empty(), "it is not overwritten unasked");
    world.press("tab space");
    let text = world.app.form().unwrap().page.sheet().text();
    assert!(text.contains("metadata.labels.app: web → shop"), "{text}");
    world.press("enter");
    let (_, changes) = asked(&mut world).remove(0);
    assert_eq!(words(&changes), ["set labels app=shop: deployment/web in shop"]);

    world.press(r#"T "app" enter"#);
    let complaint = world.app.form().unwrap().complaint.clone().unwrap();
    assert!(complaint.message.contains("type key=value"), "{}", complaint.message);
    assert!(asked(&mut world).is_empty());
}

#[test]
fn a_key_of_a_secret_is_typed_over_and_shown_nowhere_else() {
    let mut world = deployments(Setup::default());
    let meta = json!({"name": "login", "namespace": "shop", "uid": "s"});
    let secret = json!({"metadata": meta, "data": {"password": "b2xk", "user": "YW5uYQ=="}});
    world.objects.push(("secrets", secret));
    world.press(r#": "secrets" enter i"#);
    let form = world.app.form().unwrap();
    assert_eq!(form.entries[2].field.label, "value of password");
    assert_eq!(form.entries[2].answer(), "old");
    // The second key has its own value.
    world.press("right");
    assert_eq!(world.app.form().unwrap().entries[2].answer(), "anna");
    world.press(r#"left tab tab "hunter2""#);
    let text = world.app.form().unwrap().page.sheet().text();
    assert!(text.contains("data.password: <hidden, 3 bytes> → <hidden, 7 bytes>"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("b2xk"), "{text}");
    world.press("enter");
    let (_, changes) = asked(&mut world).remove(0);
    assert_eq!(words(&changes), ["set the key password: secret/login in shop"]);
    assert!(!format!("{changes:?}").contains("hunter2"));
}

#[test]
fn what_goes_with_a_deletion_is_said_before() {
    let mut world = deployments(Setup::default());
    let budget = json!({
        "metadata": {"name": "keep", "namespace": "shop", "uid": "b"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
    });
    world.objects.push(("poddisruptionbudgets", budget));
    let pods = Catalog::default().resolve("pods").unwrap();
    let budgets = Resource {
        group: "policy".to_owned(),
        plural: "poddisruptionbudgets".to_owned(),
        singular: "poddisruptionbudget".to_owned(),
        kind: "PodDisruptionBudget".to_owned(),
        short_names: Vec::new(),
        ..Resource::clone(&pods)
    };
    let all = Catalog::default();
    let all = all.iter().map(|resource| Resource::clone(resource)).chain([budgets]);
    let catalog = Arc::new(Catalog::new(all.collect::<Vec<_>>()));
    world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(catalog)));
    world.press("j ctrl-d");
    let text = world.app.form().unwrap().page.sheet().text();
    assert!(text.contains("are deleted with it: 2 replicasets, 2 pods"), "{text}");
    assert!(text.contains("poddisruptionbudget/keep counts on 2 of the pods"), "{text}");
    world.press("right right");
    let text = world.app.form().unwrap().page.sheet().text();
    assert!(text.contains("stay, "), "{text}");
    assert!(!text.contains("poddisruptionbudget"), "{text}");
    world.press("esc");

    world.press(r#": "namespaces" enter"#);
    world.press("j j ctrl-d");
    let text = world.app.form().unwrap().page.sheet().text();
    assert!(text.contains("all that is in namespace/shop goes with it: "), "{text}");
    assert!(text.contains("3 pods") && text.contains("2 deployments"), "{text}");
}

#[test]
fn a_drain_refuses_until_it_may_and_can_be_stopped() {
    let mut world = deployments(Setup::default());
    world.press(r#": "nodes" enter r"#);
    let text = world.app.form().unwrap().page.sheet().text();
    assert!(text.contains("cordoned, 2 of 3 pods evicted"), "{text}");
    assert!(text.contains("pod/dns in kube-system  has no controller"), "{text}");
    world.press("enter");
    let complaint = world.app.form().unwrap().complaint.clone().unwrap();
    assert!(complaint.message.starts_with("nothing is drained: pod/dns"), "{}", complaint.message);
    assert!(asked(&mut world).is_empty());
    world.press("tab tab space enter");
    let (id, changes) = asked(&mut world).remove(0);
    assert_eq!(words(&changes)[0], "cordon: node/n1");
    assert_eq!(changes.len(), 4);
    assert!(changes[1..].iter().all(|change| change.deed.follows() == Some(&changes[0].target)));
    assert_eq!(world.app.layer(), Layer::Run);
    world.tell(Msg::Changing(id, 1, "it violates the budget".to_owned()));
    assert_eq!(world.app.run(id).unwrap().waits[1], "it violates the budget");
    assert_eq!(world.app.run(id).unwrap().led(0), (0, 3));
    world.press("x");
    assert!(world.effects.contains(&Effect::StopRun { id }));
}

#[test]
fn pods_that_come_while_a_drain_begins_join_it_and_what_failed_is_tried_after_its_node() {
    let mut world = deployments(Setup::default());
    world.press(r#": "nodes" enter r tab tab space enter"#);
    let (id, changes) = asked(&mut world).remove(0);
    let mut late = changes[1].clone();
    late.target.name = "late".to_owned();
    world.tell(Msg::Joined(id, vec![late]));
    let all = world.app.run(id).unwrap().changes.clone();
    assert_eq!((all.len(), all[4].target.name.as_str()), (5, "late"));
    for (number, change) in all.iter().enumerate() {
        let why = "nothing leaves: pod/late in shop has data in an emptyDir volume";
        let outcome = if number == 4 { Outcome::Failed(why.to_owned()) } else { Outcome::Done };
        let report = Report {
            change: change.clone(),
            id: String::new(),
            outcome,
            method: None,
            before: None,
            after: None,
            note: None,
        };
        world.tell(Msg::Changed(id, number, Box::new(report)));
    }
    assert_eq!(world.app.run(id).unwrap().progress(), "4 done, 1 not");
    world.press("ctrl-r");
    // Its node is looked at again: yet others may have come.
    assert_eq!(words(&asked(&mut world)[0].1), ["cordon: node/n1", "evict: pod/late in shop"]);
}
