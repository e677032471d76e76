//! What the person may not do: greyed, refused in words, and asked about no oftener than needed.

use kx::access::Review;
use kx::app::{Action, Effect, Layer, Msg, ObjectId, Question, RunId, Setup};
use kx::change::{Outcome, Report};
use kx::sheet::Answer;
use serde_json::{Value, json};

use crate::support::World;
use crate::write::{asked, deployments, words};

/// The reviews that were asked for since this was last called: what each is called, and its spec.
fn reviews(world: &mut World) -> Vec<(ObjectId, Value)> {
    let effects = std::mem::take(&mut world.effects);
    let reviews = effects.into_iter().filter_map(|effect| match effect {
        Effect::Ask { id, question: Question::Review { body, .. }, .. } => {
            let review: Value = serde_json::from_str(&body).unwrap();
            Some((id, review["spec"].clone()))
        }
        _ => None,
    });
    reviews.collect()
}

fn answer(world: &mut World, id: ObjectId, status: &Value) {
    world.tell(Msg::Answered(id, Answer::Review(json!({"status": status}).into())));
}

/// The deployments, where a person rests and the server has not answered yet.
fn resting() -> (World, Vec<(ObjectId, Value)>) {
    let mut world = deployments(Setup::default());
    world.answers = false;
    world.pass(2);
    let asked = reviews(&mut world);
    (world, asked)
}

fn rules(rules: &[(&str, &str, &str)], incomplete: bool) -> Value {
    let rule = |(verb, group, resource): &(&str, &str, &str)| json!({"verbs": [verb], "apiGroups": [group], "resources": [resource]});
    let rules: Vec<Value> = rules.iter().map(rule).collect();
    json!({"resourceRules": rules, "nonResourceRules": [], "incomplete": incomplete})
}

const READ: (&str, &str, &str) = ("get", "*", "*");

#[test]
fn a_namespace_is_asked_about_once_when_the_cursor_rests_there() {
    let (mut world, first) = resting();
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].1, json!({"namespace": "shop"}));
    // Not known yet: nothing is greyed.
    assert_eq!(world.app.refusal(Action::Delete), None);
    answer(&mut world, first[0].0, &rules(&[READ], false));
    assert!(world.app.take_redraw());
    // The same namespace, another row; and hours of nothing.
    world.press("j k");
    world.pass(4 * 3600);
    assert!(reviews(&mut world).is_empty(), "nothing is asked while idle");
    assert_eq!(world.app.next_wake(world.now).filter(|at| *at < world.now + 30), None);
    // Somebody comes back: what is old is asked anew, once, and holds meanwhile.
    world.press("j");
    world.pass(2);
    assert_eq!(reviews(&mut world).len(), 1);
    assert!(world.app.refusal(Action::Delete).is_some());
}

#[test]
fn whoever_only_passes_through_namespaces_asks_for_nothing() {
    let mut world = World::new();
    world.answers = false;
    world.effects.clear();
    world.press("j j j k k j");
    assert!(reviews(&mut world).is_empty());
    world.pass(2);
    assert_eq!(reviews(&mut world).len(), 1);
}

#[test]
fn what_is_missing_is_greyed_and_named_and_what_is_allowed_is_done() {
    let (mut world, asked_for) = resting();
    let scales = ("update", "apps", "deployments/scale");
    answer(&mut world, asked_for[0].0, &rules(&[READ, scales], false));
    let why = |world: &World, action| world.app.refusal(action).unwrap_or_default();
    assert_eq!(why(&world, Action::Scale), "");
    assert_eq!(
        why(&world, Action::Delete),
        "you may not delete deployments in shop (RBAC: no rule allows it); ask an administrator, or :can-i shows what you may"
    );
    assert!(why(&world, Action::Restart).starts_with("you may not patch deployments in shop ("));
    assert!(why(&world, Action::Rollback).starts_with("you may not patch deployments in shop ("));
    assert_eq!(why(&world, Action::Yaml), "");
    // Help greys, the footer leaves out.
    let help = world.app.help_sections(Layer::Browse, "");
    let entries: Vec<_> = help.iter().flat_map(|section| &section.entries).collect();
    let refused = |action| entries.iter().any(|e| e.action == action && e.refused.is_some());
    assert!(refused(Action::Delete) && !refused(Action::ScaleUp));
    let hints: Vec<Action> = world.app.hints().into_iter().map(|hint| hint.action).collect();
    assert!(hints.contains(&Action::Scale) && !hints.contains(&Action::Restart));
    world.press("+");
    assert_eq!(words(&asked(&mut world)[0].1), ["scale by 1 more: deployment/db in shop"]);
    world.press("ctrl-d");
    assert_eq!(world.app.layer(), Layer::Browse);
    assert!(world.said().starts_with("you may not delete deployments in shop"), "{}", world.said());
}

#[test]
fn a_forbidden_key_does_nothing_else_instead() {
    let (mut world, asked_for) = resting();
    answer(&mut world, asked_for[0].0, &rules(&[READ], false));
    // `-` is the last view where nothing can be scaled; here it could be.
    world.press("-");
    assert_eq!(world.screen(), "deployments (all): >db web");
    assert!(
        world.said().starts_with("you may not update deployments/scale in shop"),
        "{}",
        world.said()
    );
}

#[test]
fn rights_that_were_granted_are_seen_when_it_is_tried_again() {
    let (mut world, asked_for) = resting();
    answer(&mut world, asked_for[0].0, &rules(&[READ], false));
    world.press("+");
    assert_eq!(world.app.runs().len(), 0);
    let again = reviews(&mut world);
    assert_eq!(again.len(), 1, "whoever was refused asks anew, at once");
    world.press("+ +");
    assert!(reviews(&mut world).is_empty(), "but not while an answer is awaited");
    answer(&mut world, again[0].0, &rules(&[("*", "*", "*")], false));
    world.press("+");
    assert_eq!(asked(&mut world).len(), 1);
}

#[test]
fn rules_for_one_name_are_for_that_name() {
    let (mut world, asked_for) = resting();
    let status = json!({"resourceRules": [
        {"verbs": ["get"], "apiGroups": ["*"], "resources": ["*"]},
        {"verbs": ["delete"], "apiGroups": ["apps"], "resources": ["deployments"], "resourceNames": ["web"]},
    ], "incomplete": false});
    answer(&mut world, asked_for[0].0, &status);
    assert!(world.app.refusal(Action::Delete).is_some(), "db");
    world.press("j");
    assert_eq!(world.app.refusal(Action::Delete), None, "web");
    // Of marked rows the first that must not be named is named.
    world.press("ctrl-a");
    assert!(world.app.refusal(Action::Delete).is_some());
}

#[test]
fn what_the_server_does_not_answer_is_tried() {
    for said in [Answer::Failed("selfsubjectrulesreviews is forbidden".to_owned()), Answer::Absent]
    {
        let (mut world, asked_for) = resting();
        world.tell(Msg::Answered(asked_for[0].0, said));
        for action in [Action::Scale, Action::Delete, Action::Yaml] {
            assert_eq!(world.app.refusal(action), None, "{action}");
        }
        world.press("+");
        assert_eq!(asked(&mut world).len(), 1);
        world.pass(100);
        world.press("j");
        world.pass(2);
        assert!(reviews(&mut world).is_empty(), "it is not asked again at once");
    }
}

#[test]
fn where_rules_are_incomplete_the_server_is_asked_for_each_thing() {
    let (mut world, asked_for) = resting();
    answer(&mut world, asked_for[0].0, &rules(&[READ], true));
    let singles = reviews(&mut world);
    assert!(singles.iter().any(|(_, spec)| spec["resourceAttributes"]
        == json!({"verb": "update", "group": "apps", "resource": "deployments", "subresource": "scale", "namespace": "shop"})));
    assert!(
        singles.iter().all(|(_, spec)| spec["resourceAttributes"]["verb"] != "get"),
        "that is known"
    );
    assert_eq!(world.app.refusal(Action::Delete), None, "not known yet");
    let verb = |spec: &Value| spec["resourceAttributes"]["verb"].as_str().unwrap().to_owned();
    for (id, spec) in singles {
        let status = match verb(&spec).as_str() {
            "delete" => json!({"allowed": false, "reason": "the webhook says no"}),
            "patch" => json!({"allowed": false, "evaluationError": "the webhook is away"}),
            _ => json!({"allowed": true}),
        };
        answer(&mut world, id, &status);
    }
    // Not for all, but perhaps for this one.
    assert_eq!(world.app.refusal(Action::Delete), None);
    let named = reviews(&mut world);
    assert_eq!(named.len(), 1, "{named:?}");
    assert_eq!(named[0].1["resourceAttributes"]["name"], "db");
    answer(&mut world, named[0].0, &json!({"allowed": false, "reason": "the webhook says no"}));
    assert!(
        world.app.refusal(Action::Delete).unwrap().contains("the server says: the webhook says no")
    );
    assert_eq!(world.app.refusal(Action::Scale), None);
    assert_eq!(world.app.refusal(Action::Restart), None, "the server was not sure");
    world.press("j");
    assert_eq!(world.app.refusal(Action::Delete), None, "nobody asked about web yet");
}

#[test]
fn reads_are_greyed_where_they_are_surely_forbidden() {
    let (mut world, asked_for) = resting();
    answer(&mut world, asked_for[0].0, &rules(&[("list", "*", "*")], false));
    let why = world.app.refusal(Action::Yaml).unwrap();
    assert!(why.starts_with("you may not get deployments in shop"), "{why}");
    assert!(world.app.refusal(Action::Describe).is_some());
    world.press("y");
    assert_eq!(world.app.layer(), Layer::Browse);
}

#[test]
fn what_is_in_no_namespace_is_asked_of_the_cluster() {
    let mut world = World::new();
    world.press(r#": "nodes" enter"#);
    world.answers = false;
    world.effects.clear();
    world.pass(2);
    let asked_for = reviews(&mut world);
    assert_eq!(asked_for[0].1, json!({"namespace": "-"}));
    assert_eq!(asked_for.len(), 1);
    assert!(Review::of_rules("*").body.contains("\"-\""));
    answer(&mut world, asked_for[0].0, &rules(&[READ], false));
    let why = world.app.refusal(Action::Cordon).unwrap();
    assert!(why.starts_with("you may not patch nodes (RBAC"), "{why}");
}

#[test]
fn a_failed_change_makes_what_is_known_doubtful() {
    let (mut world, asked_for) = resting();
    answer(&mut world, asked_for[0].0, &rules(&[("*", "*", "*")], false));
    world.press("+");
    let change = asked(&mut world).remove(0).1.remove(0);
    let outcome = Outcome::Failed("deployments is forbidden".to_owned());
    let report = Report {
        change,
        id: String::new(),
        outcome,
        method: None,
        before: None,
        after: None,
        note: None,
    };
    world.tell(Msg::Changed(RunId(0), 0, Box::new(report)));
    world.press("j k");
    world.pass(2);
    assert_eq!(reviews(&mut world).len(), 1);
}

/// The form of a drain whose evictions the server was asked about.
fn draining(shop: &Value) -> World {
    let mut world = World::new();
    world.press(r#": "nodes" enter"#);
    world.pass(2);
    world.effects.clear();
    world.reviews = false;
    world.press("r tab tab space");
    let asked_for = reviews(&mut world);
    assert!(asked_for.iter().any(|(_, spec)| spec["namespace"] == "shop"), "{asked_for:?}");
    for (id, spec) in asked_for {
        let rules = if spec["namespace"] == "shop" {
            shop.clone()
        } else {
            rules(&[("*", "*", "*")], false)
        };
        answer(&mut world, id, &rules);
    }
    world
}

#[test]
fn what_only_a_form_knows_is_asked_for_and_refused_in_it() {
    let mut world = draining(&rules(&[READ], false));
    let why = "you may not create pods/eviction in shop (RBAC: no rule allows it)";
    let form = world.app.form().unwrap();
    assert!(form.forbidden.as_deref().unwrap_or_default().starts_with(why), "{:?}", form.forbidden);
    world.press("enter");
    let complaint = world.app.form().unwrap().complaint.clone().unwrap();
    assert!(complaint.message.starts_with(why), "{}", complaint.message);
    assert!(asked(&mut world).is_empty(), "not even the node is cordoned");
    // Deleted instead of evicted is another right.
    world.press("tab tab tab space");
    let form = world.app.form().unwrap();
    let why = form.forbidden.as_deref().unwrap_or_default();
    assert!(why.starts_with("you may not delete pods in shop"), "{why}");
}

#[test]
fn what_a_form_asks_for_and_the_server_allows_is_done() {
    let mut world = draining(&rules(&[READ, ("create", "", "pods/eviction")], false));
    assert_eq!(world.app.form().unwrap().forbidden, None);
    world.press("enter");
    assert_eq!(asked(&mut world).len(), 1);
}

#[test]
fn the_palette_greys_what_is_not_possible_here() {
    let (mut world, asked_for) = resting();
    answer(&mut world, asked_for[0].0, &rules(&[READ], false));
    let refused = |world: &mut World, typed: &str| {
        world.press(&format!("esc : \"{typed}\""));
        let suggestions = &world.app.prompt().unwrap().suggestions;
        let found = suggestions.iter().find(|suggestion| suggestion.text == typed);
        found.unwrap_or_else(|| panic!("{typed}")).refused.clone()
    };
    let why = refused(&mut world, "delete").unwrap();
    assert!(why.starts_with("you may not delete deployments in shop"), "{why}");
    assert_eq!(refused(&mut world, "describe"), None);
    assert!(refused(&mut world, "cordon").unwrap().contains("nothing for deployments"));
    assert!(refused(&mut world, "next-error").unwrap().contains("works in logs only"));
    assert_eq!(refused(&mut world, "apply"), None);
    let mut world = deployments(Setup { read_only: true, ..Setup::default() });
    for command in ["apply", "create", "edit-draft", "exec"] {
        let why = refused(&mut world, command).unwrap_or_default();
        assert!(why.starts_with("kx is read-only"), "{command}: {why}");
    }
}

#[test]
fn a_session_needs_exec_and_what_cannot_be_opened_is_greyed() {
    let mut world = deployments(Setup::default());
    world.press(r#": "pods shop" enter"#);
    world.answers = false;
    world.pass(2);
    for (id, _) in reviews(&mut world) {
        answer(&mut world, id, &rules(&[READ, ("create", "", "pods/attach")], false));
    }
    for action in [Action::Shell, Action::Files] {
        let why = world.app.refusal(action).unwrap_or_default();
        assert!(why.contains("create pods/exec in shop"), "{action}: {why}");
    }
    assert_eq!(world.app.refusal(Action::Attach), None);
    world.press("b");
    assert!(world.said().contains("you may not create pods/exec"), "{}", world.said());
}
