//! The built-in editor, at the sizes of small and of wide terminals.

use std::sync::Arc;

use kx::app::{EditId, EditNews, Msg, Setup};
use kx::change::Target;
use kx::change::edit::{Aim, Draft, Part, write};
use kx::editor::{Schemas, check};
use kx::openapi::Document;
use serde_json::{Value, json};

use super::stage::{Stage, setup, text};

const SIZES: [(u16, u16); 2] = [(80, 24), (140, 40)];

fn object() -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web", "team": "store"}},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}, "annotations": {"note": "first line\nsecond: line\n"}},
                "spec": {"containers": [{
                    "name": "web", "image": "registry.example.org/shop/web:1.4.2",
                    "args": ["--listen=:8080", "--verbose"],
                    "ports": [{"containerPort": 8080, "name": "http"}],
                }]},
            },
        },
    })
}

fn document() -> Document {
    let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let meta = json!({"type": "object", "properties": {"name": {"type": "string"}, "namespace": {"type": "string"},
        "labels": map, "annotations": map}});
    let container = json!({"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string", "description": "The container's name, which no other of the pod has."},
        "image": {"type": "string", "description": "The image that the container is started from, as a reference that the node's runtime understands. Without a tag it is the one called latest, which nobody can tell apart from the one before."},
        "imagePullPolicy": {"type": "string", "enum": ["Always", "IfNotPresent", "Never"], "description": "When the node fetches the image."},
        "args": {"type": "array", "items": {"type": "string"}, "description": "What the image's entry point is called with."},
        "env": {"type": "array", "items": {"type": "object"}, "description": "Variables of its environment."},
        "ports": {"type": "array", "items": {"type": "object", "required": ["containerPort"], "properties": {
            "containerPort": {"type": "integer", "format": "int32"}, "name": {"type": "string"}}}},
        "readinessProbe": {"type": "object", "description": "When it gets traffic."},
        "resources": {"type": "object", "description": "What it asks for and may use."},
        "tty": {"type": "boolean"}}});
    let schemas = json!({"components": {"schemas": {"Deployment": {"type": "object",
        "x-kubernetes-group-version-kind": [{"group": "apps", "version": "v1", "kind": "Deployment"}],
        "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": meta,
            "spec": {"type": "object", "required": ["selector", "template"], "properties": {
                "replicas": {"type": "integer", "format": "int32", "default": 1, "description": "How many pods are wanted."},
                "paused": {"type": "boolean"},
                "selector": {"type": "object", "properties": {"matchLabels": map}},
                "template": {"type": "object", "properties": {"metadata": meta, "spec": {"type": "object", "required": ["containers"],
                    "properties": {"containers": {"type": "array", "items": container}, "volumes": {"type": "array"}}}}}}}}}}}});
    Document::read(schemas.to_string().as_bytes()).expect("JSON")
}

/// A deployment in the editor, whose schemas are known.
fn open(ascii: bool) -> Stage {
    let mut stage = Stage::new(Setup { built_in_editor: true, ascii, ..setup() });
    stage.connect();
    stage.serve();
    stage.press(":deploy enter");
    stage.serve();
    stage.press("e");
    let resource = stage.app.browse().expect("a table is in view").source.resource.clone();
    let target =
        Target { resource, namespace: "shop".to_owned(), name: "web".to_owned(), uid: None };
    let draft = Arc::new(Draft {
        name: "deployment-web-1".to_owned(),
        path: "~/.local/share/kx/drafts/deployment-web-1.yaml".to_owned(),
        context: "lab".to_owned(),
        namespace: "shop".to_owned(),
        aim: Aim::Edit,
        parts: vec![Part { target, base: Arc::new(object()) }],
    });
    let notes = ["deployment/web in lab".to_owned()];
    let text = write(&notes, [&object()]);
    let news = EditNews::Ready { draft, open: true, fresh: true, text };
    stage.send(Msg::Edit(EditId(0), news));
    let document = Ok(Arc::new(document()));
    stage.send(Msg::Edit(EditId(0), EditNews::Schema("apps/v1".to_owned(), document)));
    stage
}

/// Goes to the end of the line that reads so.
fn go(stage: &mut Stage, wanted: &str) {
    let editor = stage.app.editor().expect("the editor is open");
    let at = editor.buffer.lines().iter().position(|line| line.trim() == wanted);
    let number = at.expect("such a line") + 1;
    stage.press(&format!("ctrl-l {number} enter end"));
}

/// What is wrong is found out.
fn look(stage: &mut Stage) {
    let editor = stage.app.editor().expect("the editor is open");
    let schemas = Schemas::from([("apps/v1".to_owned(), Arc::new(document()))]);
    let checked = check(&editor.buffer.text(), &schemas, true);
    let version = editor.buffer.version();
    stage.send(Msg::Edit(EditId(0), EditNews::Checked(version, checked)));
}

fn compare(name: &str, mut stage: Stage) {
    for (width, height) in SIZES {
        let frame = text(&stage.draw(width, height));
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), frame);
        });
    }
}

#[test]
fn a_field_and_what_is_known_of_it() {
    let mut stage = open(false);
    go(&mut stage, "image: registry.example.org/shop/web:1.4.2");
    compare("editor", stage);
}

#[test]
fn fields_that_could_be_written() {
    let mut stage = open(false);
    go(&mut stage, "image: registry.example.org/shop/web:1.4.2");
    stage.press("enter i");
    compare("editor-offers", stage);
}

#[test]
fn what_is_wrong_below_its_line() {
    let mut stage = open(false);
    go(&mut stage, "replicas: 3");
    stage.press("ctrl-w three enter replica: space 4");
    go(&mut stage, "name: web");
    look(&mut stage);
    go(&mut stage, "selector:");
    compare("editor-wrong", stage);
}

#[test]
fn leaving_a_text_that_was_changed() {
    let mut stage = open(false);
    go(&mut stage, "replicas: 3");
    stage.press("0 esc");
    compare("editor-leave", stage);
}

#[test]
fn plain_signs_are_enough() {
    let mut stage = open(true);
    go(&mut stage, "replicas: 3");
    stage.press("x enter p");
    look(&mut stage);
    let frame = text(&stage.draw(80, 24));
    assert!(frame.is_ascii(), "{frame}");
}
