//! What is scaled: the way there in its row, whatever it is, and the autoscaler that would fight it.

use std::sync::Arc;

use kx::app::{ClusterNews, Effect, Msg, ObjectId, Question, Setup};
use kx::change::{Method, Outcome, Report};
use kx::kinds::table::Layout;
use kx::kinds::{Catalog, Resource};
use kx::sheet::Answer;
use kx::store::{Change, Delta, Freshness, Interner, SourceId};
use kx::wire::Table;
use serde_json::{Value, json};

use crate::map::serve_too;
use crate::support::{World, objects};
use crate::write::{asked, catalog, deployments, words};

/// The way that the row under the cursor says.
fn way(world: &World) -> Option<String> {
    let browse = world.app.browse().unwrap();
    let row = browse.row(&world.app.store).unwrap();
    world.app.way(row, browse.columns(&world.app.store))
}

fn scale(uid: &str, wanted: u64, there: u64) -> Value {
    json!({"kind": "Scale", "metadata": {"uid": uid}, "spec": {"replicas": wanted}, "status": {"replicas": there}})
}

/// The first change that was asked for is done: the Scale went from so many replicas to so many.
fn done(world: &mut World, uid: &str, from: u64, to: u64) {
    let (id, mut changes) = asked(world).remove(0);
    let report = Report {
        change: changes.remove(0),
        id: "1".to_owned(),
        outcome: Outcome::Done,
        method: Some(Method::Replace),
        before: Some(scale(uid, from, from).into()),
        after: Some(scale(uid, to, from).into()),
        note: None,
    };
    world.tell(Msg::Changed(id, 0, Box::new(report)));
}

#[test]
fn a_replica_set_says_the_way_by_what_it_desires() {
    let mut world = deployments(Setup::default());
    world.press(r#": "rs" enter"#);
    let stored = |world: &mut World, replicas: u64, ready: u64| {
        let set = objects().into_iter().find(|(_, o)| o["metadata"]["name"] == "db-1");
        let mut set = set.unwrap().1;
        set["spec"]["replicas"] = json!(replicas);
        set["status"] = json!({"replicas": replicas, "readyReplicas": ready});
        world.put("replicasets", set);
    };
    stored(&mut world, 3, 3);
    world.press(r#"s ctrl-u "5" enter"#);
    done(&mut world, "shop/db-1", 3, 5);
    assert_eq!(way(&world).as_deref(), Some("3 → 5, 3 ready"), "before the watch knows of it");
    stored(&mut world, 5, 4);
    assert_eq!(way(&world).as_deref(), Some("3 → 5, 4 ready"));
    let scales = |effect: &Effect| matches!(effect, Effect::Ask { question: Question::Text { path }, .. } if path.ends_with("/scale"));
    assert!(!world.asked().iter().any(scales), "its row says all that is needed");
    stored(&mut world, 5, 5);
    assert_eq!(way(&world), None);
}

/// A cluster with widgets, whose columns are these, and a page of them.
struct Widgets {
    world: World,
    source: SourceId,
    layout: Layout,
}

impl Widgets {
    fn new(columns: &Value) -> Self {
        let widget = Resource {
            group: "example.org".to_owned(),
            version: "v1".to_owned(),
            plural: "widgets".to_owned(),
            singular: "widget".to_owned(),
            kind: "Widget".to_owned(),
            namespaced: true,
            short_names: Vec::new(),
            subresources: vec!["scale".to_owned()],
            ..Resource::clone(&Catalog::default().resolve("nodes").unwrap())
        };
        let usual = catalog();
        let all = usual.iter().map(|resource| Resource::clone(resource)).chain([widget]);
        let all = Arc::new(Catalog::new(all.collect::<Vec<_>>()));
        let mut world = deployments(Setup::default());
        world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(all)));
        world.press(r#": "widgets" enter"#);
        let mut watched = world.watched.iter();
        let source = watched.find(|(_, source)| source.resource.plural == "widgets").unwrap().0;
        let table: Table =
            serde_json::from_value(json!({"kind": "Table", "columnDefinitions": columns})).unwrap();
        let layout = Layout::new(&table.column_definitions);
        world.tell(Msg::Delta(source, Delta::Columns(Arc::clone(layout.columns()))));
        let mut widgets = Self { world, source, layout };
        widgets.put(&json!(["one"]));
        let live = Delta::State(Freshness::Live { limited_to: None });
        widgets.world.tell(Msg::Delta(source, live));
        widgets.world.effects.clear();
        // What is asked is answered by the test.
        widgets.world.answers = false;
        widgets
    }

    /// The server prints the one widget so.
    fn put(&mut self, cells: &Value) {
        let row = json!({"cells": cells, "object": {"metadata": {"name": "one", "namespace": "shop", "uid": "w"}}});
        let row = serde_json::from_value(row).unwrap();
        let row = self.layout.row(&row, self.world.now, &mut Interner::default());
        self.world.tell(Msg::Delta(self.source, Delta::Batch(vec![Change::Put(row)])));
    }

    /// The Scales that are asked for.
    fn asks(&mut self) -> Vec<ObjectId> {
        let effects = self.world.asked().into_iter();
        let asks = effects.filter_map(|effect| match effect {
            Effect::Ask { id, cluster, question: Question::Text { path } } => {
                assert_eq!(
                    (&*cluster, &*path),
                    ("lab", "/apis/example.org/v1/namespaces/shop/widgets/one/scale")
                );
                Some(id)
            }
            _ => None,
        });
        asks.collect()
    }

    fn says(&mut self, id: ObjectId, scale: &Value) {
        let text = scale.to_string();
        self.world.tell(Msg::Answered(id, Answer::Text { text, status: 200, micros: 1 }));
    }

    /// Scales the widget by keys.
    fn scaled(&mut self, from: u64, to: u64) {
        self.world.press(&format!(r#"s ctrl-u "{to}" enter"#));
        done(&mut self.world, "w", from, to);
    }
}

const NAME: &str = r#"{"name": "Name", "type": "string", "format": "name"}"#;

fn columns(more: &[&str]) -> Value {
    let all: Vec<&str> = std::iter::once(NAME).chain(more.iter().copied()).collect();
    serde_json::from_str(&format!("[{}]", all.join(","))).unwrap()
}

#[test]
fn of_a_row_that_tells_nothing_the_scale_is_asked_as_the_object_changes() {
    let mut widgets = Widgets::new(&columns(&[]));
    widgets.scaled(3, 5);
    assert_eq!(way(&widgets.world).as_deref(), Some("3 → 5"), "nothing more is known yet");
    let first = widgets.asks();
    assert_eq!(first.len(), 1);
    // It changes twice while the answer is awaited: it is asked once more, afterwards.
    widgets.put(&json!(["one"]));
    widgets.put(&json!(["one"]));
    assert!(widgets.asks().is_empty());
    widgets.says(first[0], &scale("w", 5, 3));
    assert_eq!(way(&widgets.world).as_deref(), Some("3 → 5, 3 now"));
    let second = widgets.asks();
    assert_eq!(second.len(), 1);
    widgets.says(second[0], &scale("w", 5, 4));
    assert_eq!(way(&widgets.world).as_deref(), Some("3 → 5, 4 now"));
    // Nothing changes: nothing is asked, however long it takes.
    widgets.world.pass(3600);
    assert!(widgets.asks().is_empty());
    widgets.put(&json!(["one"]));
    let third = widgets.asks();
    widgets.says(third[0], &scale("w", 5, 5));
    assert_eq!(way(&widgets.world), None, "it is there");
    widgets.put(&json!(["one"]));
    assert!(widgets.asks().is_empty());
}

#[test]
fn what_is_ready_is_told_where_the_server_prints_it() {
    let ready = r#"{"name": "Ready", "type": "integer"}"#;
    let mut widgets = Widgets::new(&columns(&[ready]));
    widgets.put(&json!(["one", 3]));
    widgets.scaled(3, 5);
    let first = widgets.asks();
    widgets.says(first[0], &scale("w", 5, 5));
    assert_eq!(way(&widgets.world).as_deref(), Some("3 → 5, 3 ready"), "there, and not ready");
    widgets.put(&json!(["one", 4]));
    assert_eq!(way(&widgets.world).as_deref(), Some("3 → 5, 4 ready"));
    let second = widgets.asks();
    widgets.put(&json!(["one", 5]));
    widgets.says(second[0], &scale("w", 5, 5));
    assert_eq!(way(&widgets.world), None);
}

#[test]
fn a_ratio_of_something_else_is_no_way_there() {
    let jobs = r#"{"name": "Jobs", "type": "string"}"#;
    let mut widgets = Widgets::new(&columns(&[jobs]));
    widgets.put(&json!(["one", "2/2"]));
    widgets.scaled(3, 5);
    let first = widgets.asks();
    widgets.says(first[0], &scale("w", 5, 4));
    assert_eq!(way(&widgets.world).as_deref(), Some("3 → 5, 4 now"));
}

#[test]
fn where_somebody_else_leads_it_or_nothing_can_be_read_no_way_is_told() {
    let mut widgets = Widgets::new(&columns(&[]));
    widgets.scaled(3, 5);
    let first = widgets.asks();
    widgets.says(first[0], &scale("w", 9, 3));
    assert_eq!(way(&widgets.world), None, "it goes elsewhere");
    widgets.scaled(9, 5);
    let second = widgets.asks();
    let status = Answer::Failed("forbidden".to_owned());
    widgets.world.tell(Msg::Answered(second[0], status));
    assert_eq!(way(&widgets.world), None);
}

/// The deployments with an autoscaler of the first, and what is known of its Scale.
fn autoscaled(replicas: u64) -> World {
    let mut world = deployments(Setup::default());
    let scalers =
        ("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true);
    serve_too(&mut world, &[scalers]);
    let scaler = json!({"metadata": {"name": "db-scaler", "namespace": "shop", "uid": "h"}, "spec": {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "db"},
        "minReplicas": 2, "maxReplicas": 5}});
    world.put("horizontalpodautoscalers", scaler);
    let path = "/apis/apps/v1/namespaces/shop/deployments/db/scale";
    world.says.push((path.to_owned(), scale("shop/db", replicas, replicas).to_string()));
    world
}

fn sheet(world: &World) -> String {
    world.app.form().unwrap().page.sheet().text()
}

#[test]
fn an_autoscaler_that_will_fight_it_is_named_and_its_bounds_are_moved_instead() {
    let mut world = autoscaled(3);
    world.press(r#"s ctrl-u "8""#);
    let text = sheet(&world);
    assert!(
        text.contains(
            "horizontalpodautoscaler/db-scaler (2 to 5) will set the replicas of db again"
        ),
        "{text}"
    );
    assert!(!text.contains("minReplicas"), "{text}");
    world.press("tab right");
    let text = sheet(&world);
    assert!(text.contains("horizontalpodautoscaler/db-scaler (2 to 5) scales db"), "{text}");
    assert!(text.contains("minReplicas  2 → 8") && text.contains("maxReplicas  5 → 8"), "{text}");
    assert_eq!(world.app.form().unwrap().verb(), "move the bounds");
    world.press("enter");
    let changes = asked(&mut world).remove(0).1;
    assert_eq!(
        words(&changes),
        ["set minimum 8, maximum 8: horizontalpodautoscaler/db-scaler in shop"]
    );
    // Nothing is sent to the scale.
    assert_eq!(changes[0].deed.reads(), "");
    assert_eq!(changes[0].deed.actions(), ["set-bounds"]);
}

#[test]
fn downwards_it_is_led_by_its_maximum_and_both_can_be_moved() {
    let mut world = autoscaled(3);
    world.press(r#"s ctrl-u "1" tab right enter"#);
    let changes = asked(&mut world).remove(0).1;
    assert_eq!(
        words(&changes),
        ["set minimum 1, maximum 1: horizontalpodautoscaler/db-scaler in shop"]
    );
    world.press(r#"s ctrl-u "7" tab right right enter"#);
    let changes = asked(&mut world).remove(0).1;
    assert_eq!(
        words(&changes),
        [
            "set maximum 7: horizontalpodautoscaler/db-scaler in shop",
            "scale to 7: deployment/db in shop"
        ]
    );
}

#[test]
fn without_another_word_only_the_replicas_are_moved() {
    let mut world = autoscaled(3);
    world.press(r#"s ctrl-u "8" enter"#);
    assert_eq!(words(&asked(&mut world).remove(0).1), ["scale to 8: deployment/db in shop"]);
}

#[test]
fn none_is_nothing_for_an_autoscaler_and_it_leaves_none_alone() {
    let mut world = autoscaled(3);
    world.press(r#"s ctrl-u "0""#);
    assert!(
        sheet(&world).contains("leaves db alone while it has no replicas"),
        "{}",
        sheet(&world)
    );
    world.press("tab right enter");
    let complaint = world.app.form().unwrap().complaint.as_ref().unwrap().message.clone();
    assert!(complaint.contains("cannot go to none"), "{complaint}");
    assert!(asked(&mut world).is_empty());
}

#[test]
fn of_several_those_without_an_autoscaler_are_scaled() {
    let mut world = autoscaled(3);
    let path = "/apis/apps/v1/namespaces/shop/deployments/web/scale";
    world.says.push((path.to_owned(), scale("shop/web", 1, 1).to_string()));
    world.press(r#"ctrl-a s "4" tab right enter"#);
    let changes = asked(&mut world).remove(0).1;
    assert_eq!(
        words(&changes),
        [
            "set minimum 4: horizontalpodautoscaler/db-scaler in shop",
            "scale to 4: deployment/web in shop"
        ]
    );
}
