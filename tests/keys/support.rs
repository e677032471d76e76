//! A small cluster that answers every effect at once, and a way to read the screen as text.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kx::app::{
    App, ClusterNews, ConnectedInfo, ContextInfo, Effect, Layout, LogNews, Msg, ObjectNews, Page,
    Question, Reader, Setup,
};
use kx::kinds::{Encoding, modelled};
use kx::sheet::Answer;
use kx::store::{
    Change, Delta, Freshness, Interner, Op, Row, Scope, Selector, Source, SourceId, Uid,
};
use ratatui::layout::Rect;
use serde_json::{Value, json};

/// Noon, some day.
pub const NOON: i64 = 1_780_000_000;

/// A program and its little world.
pub struct World {
    pub app: App,
    pub now: i64,
    /// Everything asked for since it was last looked at.
    pub effects: Vec<Effect>,
    /// Whether effects are answered.
    pub answers: bool,
    /// Whether reviews of what may be done are among them.
    pub reviews: bool,
    /// What is watched.
    pub watched: Vec<(SourceId, Source)>,
    pub objects: Vec<(&'static str, Value)>,
    /// What the server says at some paths.
    pub says: Vec<(String, String)>,
}

fn meta(namespace: &str, name: &str) -> Value {
    json!({
        "name": name, "namespace": namespace,
        "uid": format!("{namespace}/{name}"),
        "creationTimestamp": "2026-05-27T00:00:00Z",
    })
}

fn owned(mut object: Value, kind: &str, owner: &str) -> Value {
    let namespace = object["metadata"]["namespace"].as_str().unwrap().to_owned();
    object["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "apps/v1", "kind": kind, "name": owner, "controller": true,
        "uid": format!("{namespace}/{owner}"),
    }]);
    object
}

pub fn pod(namespace: &str, name: &str, node: &str, restarts: u32) -> Value {
    let app = name.split('-').next().unwrap();
    let mut meta = meta(namespace, name);
    meta["labels"] = json!({"app": app});
    json!({
        "metadata": meta,
        "spec": {"nodeName": node, "containers": [{"name": "main", "image": "nginx"}, {"name": "proxy", "image": "envoy"}]},
        "status": {"phase": "Running", "podIP": "10.0.0.1", "containerStatuses": [
            {"name": "main", "ready": true, "restartCount": restarts, "state": {"running": {"startedAt": "2026-05-27T00:00:00Z"}}},
            {"name": "proxy", "ready": true, "restartCount": 0, "state": {"running": {"startedAt": "2026-05-27T00:00:00Z"}}},
        ]},
    })
}

fn workload(namespace: &str, name: &str, app: &str) -> Value {
    let mut meta = meta(namespace, name);
    meta["labels"] = json!({"app": app});
    json!({
        "metadata": meta,
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": app}}, "template": {"spec": {"containers": []}}},
        "status": {"replicas": 2, "readyReplicas": 2},
    })
}

pub fn objects() -> Vec<(&'static str, Value)> {
    let mut objects = Vec::new();
    for namespace in ["default", "kube-system", "shop"] {
        let mut object = json!({"metadata": meta("", namespace), "status": {"phase": "Active"}});
        object["metadata"]["uid"] = json!(format!("ns/{namespace}"));
        objects.push(("namespaces", object));
    }
    for node in ["n1", "n2"] {
        objects.push(("nodes", json!({"metadata": meta("", node)})));
    }
    objects.push(("deployments", workload("shop", "web", "web")));
    objects.push(("deployments", workload("shop", "db", "db")));
    objects.push(("replicasets", owned(workload("shop", "web-1", "web"), "Deployment", "web")));
    objects.push(("replicasets", owned(workload("shop", "web-2", "web"), "Deployment", "web")));
    objects.push(("replicasets", owned(workload("shop", "db-1", "db"), "Deployment", "db")));
    objects.push(("pods", owned(pod("shop", "web-1-a", "n1", 7), "ReplicaSet", "web-1")));
    objects.push(("pods", owned(pod("shop", "web-1-b", "n2", 0), "ReplicaSet", "web-1")));
    objects.push(("pods", owned(pod("shop", "db-1-a", "n1", 2), "ReplicaSet", "db-1")));
    objects.push(("pods", pod("default", "toolbox", "n2", 0)));
    objects.push(("pods", pod("kube-system", "dns", "n1", 1)));
    let service =
        |name: &str, spec| ("services", json!({"metadata": meta("shop", name), "spec": spec}));
    objects.push(service("web", json!({"selector": {"app": "web"}, "clusterIP": "10.1.0.1"})));
    objects
        .push(service("outside", json!({"type": "ExternalName", "externalName": "example.org"})));
    objects
}

/// The keys of a script: names with spaces between; `"text"` is typed letter by letter.
fn script(keys: &str) -> Vec<KeyEvent> {
    let mut events = Vec::new();
    for (i, part) in keys.split('"').enumerate() {
        if i % 2 == 1 {
            events
                .extend(part.chars().map(|c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
            continue;
        }
        events.extend(part.split_whitespace().map(key));
    }
    events
}

fn key(name: &str) -> KeyEvent {
    let (modifiers, name) = match name.split_once('-').filter(|(_, rest)| !rest.is_empty()) {
        Some(("ctrl", rest)) => (KeyModifiers::CONTROL, rest),
        Some(("shift", rest)) => (KeyModifiers::SHIFT, rest),
        _ => (KeyModifiers::NONE, name),
    };
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "space" => KeyCode::Char(' '),
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "f2" => KeyCode::F(2),
        "f8" => KeyCode::F(8),
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "backspace" => KeyCode::Backspace,
        "pagedown" => KeyCode::PageDown,
        "pageup" => KeyCode::PageUp,
        _ => KeyCode::Char(name.chars().next().unwrap()),
    };
    KeyEvent::new(code, modifiers)
}

impl World {
    /// A program that begins with pods of all namespaces, on a cluster that answered.
    pub fn new() -> Self {
        let mut world = Self::silent();
        world.answers = true;
        world.connect("lab");
        world
    }

    /// A program whose cluster has not answered yet.
    pub fn silent() -> Self {
        let context = |name: &str, namespace: Option<&str>| ContextInfo {
            name: name.to_owned(),
            cluster: name.to_owned(),
            user: "admin".to_owned(),
            namespace: namespace.map(str::to_owned),
        };
        let contexts =
            vec![context("lab", None), context("prod-eu", Some("shop")), context("prod-us", None)];
        Self::with(Setup { context: "lab".to_owned(), contexts, ..Setup::default() })
    }

    pub fn with(setup: Setup) -> Self {
        let app = App::new(setup);
        let mut world = Self {
            app,
            now: NOON,
            effects: Vec::new(),
            answers: false,
            reviews: true,
            watched: Vec::new(),
            objects: objects(),
            says: Vec::new(),
        };
        world.tell(Msg::Resize(100, 30));
        world.tell(Msg::Drawn(Layout { body: Rect::new(0, 4, 100, 10), ..Layout::default() }));
        world
    }

    /// The cluster of a context answers.
    pub fn connect(&mut self, context: &str) {
        self.tell(Msg::Cluster(context.into(), ClusterNews::Connected(ConnectedInfo::default())));
        let catalog = Arc::new(kx::kinds::catalog::Catalog::default());
        self.tell(Msg::Cluster(context.into(), ClusterNews::Catalog(catalog)));
    }

    /// Tells the program something, and answers what it asks for.
    pub fn tell(&mut self, msg: Msg) {
        let effects = self.app.update(msg, self.now);
        self.effects.extend(effects.iter().cloned());
        for effect in effects {
            self.answer(effect);
        }
    }

    fn object(&self, plural: &str, namespace: &str, name: &str) -> Option<&Value> {
        let is = |of: &str, object: &Value| {
            of == plural
                && object["metadata"]["name"] == *name
                && object["metadata"]["namespace"] == *namespace
        };
        self.objects.iter().find(|(plural, object)| is(plural, object)).map(|(_, object)| object)
    }

    fn answer(&mut self, effect: Effect) {
        match effect {
            Effect::Watch { id, source } => {
                self.watched.push((id, source));
                if self.answers {
                    self.list(id);
                }
            }
            Effect::ReadSpilled { id, reading } if self.answers => {
                self.tell(Msg::Logs(id, LogNews::Came(reading.read())));
            }
            Effect::Gather { export, then } => {
                let (text, missing) = export.newest(kx::app::MOST_GATHERED);
                self.tell(Msg::Gathered { then, text, missing });
            }
            Effect::Unwatch { id } => self.watched.retain(|(watched, _)| *watched != id),
            Effect::FollowRelease { id, resource, namespace, name, .. } if self.answers => {
                let found = self.object(&resource.plural, &namespace, &name);
                let answer = found.cloned().map_or(Answer::Object(None), kx::helm::answer);
                self.tell(Msg::Answered(id, answer));
            }
            Effect::Follow { id, resource, namespace, name, .. } if self.answers => {
                let found = self.object(&resource.plural, &namespace, &name);
                let news = match found {
                    Some(object) => ObjectNews::Value(object.clone()),
                    None => ObjectNews::Missing(format!("{} {name:?} not found", resource.plural)),
                };
                self.tell(Msg::Object(id, news));
            }
            Effect::FollowAll { id, resource, namespace, labels, fields, .. } if self.answers => {
                let on = fields.strip_prefix("spec.nodeName=");
                let selector = Selector::parse(&labels).unwrap();
                let found = self.objects.iter().filter(|(plural, object)| {
                    let meta = &object["metadata"];
                    *plural == resource.plural
                        && (namespace.is_empty() || meta["namespace"] == *namespace)
                        && selected(&selector, &meta["labels"])
                        && on.is_none_or(|node| object["spec"]["nodeName"] == node)
                });
                let found = found.map(|(_, object)| Arc::new(object.clone())).collect();
                self.tell(Msg::Answered(id, Answer::Objects(found)));
            }
            Effect::Ask { question: Question::Review { .. }, .. } if !self.reviews => {}
            Effect::Ask { id, question, .. } if self.answers => {
                let said = |text: String| Answer::Text { text, status: 200, micros: 1_500 };
                let answer = match question {
                    Question::Text { path } => {
                        let known = self.says.iter().rev().find(|(of, _)| *of == path);
                        said(known.map_or_else(|| format!("{path} ok"), |(_, text)| text.clone()))
                    }
                    Question::Lines { prefix, .. } => said(prefix),
                    Question::File { path, .. } => Answer::File(Arc::new(kx::files::Contents {
                        bytes: format!("this is {}\n", path.words()).into_bytes(),
                        more: false,
                    })),
                    Question::Review { body, .. } => {
                        Answer::Review(Arc::new(serde_json::from_str(&body).unwrap()))
                    }
                };
                self.tell(Msg::Answered(id, answer));
            }
            _ => {}
        }
    }

    /// A watch's first list arrives.
    pub fn list(&mut self, id: SourceId) {
        let Some((_, source)) = self.watched.iter().find(|(watched, _)| *watched == id).cloned()
        else {
            return;
        };
        let rows = self.rows(&source);
        self.tell(Msg::Delta(id, Delta::Reset(rows)));
        self.tell(Msg::Delta(id, Delta::State(Freshness::Live { limited_to: None })));
    }

    fn rows(&self, source: &Source) -> Vec<Row> {
        let plural = source.resource.plural.as_str();
        // Of what nobody models, the test says itself what the server prints.
        let Some(kind) = modelled(&source.resource.group, plural) else { return Vec::new() };
        // Parts and views are made of other objects.
        let from = kind.info.part_of.map_or(plural, |(_, of)| of);
        let (labels, fields) = match kind.info.view {
            Some(view) => view.selectors(&source.labels, &source.fields),
            None => (source.labels.clone(), source.fields.clone()),
        };
        let mut interner = Interner::default();
        let mut rows = Vec::new();
        let selector = Selector::parse(&labels).unwrap();
        for (_, object) in self.objects.iter().filter(|(plural, _)| *plural == from) {
            let meta = &object["metadata"];
            let in_scope = match &source.scope {
                Scope::All => true,
                Scope::Namespaces(names) => names.iter().any(|n| meta["namespace"] == **n),
            };
            let field = |field: &str| match field.split_once("!=").or(field.split_once('=')) {
                Some(("metadata.name", name)) => meta["name"] == name,
                Some(("spec.nodeName", node)) => object["spec"]["nodeName"] == node,
                Some(("status.phase", phase)) => {
                    (object["status"]["phase"] == phase) != field.contains("!=")
                }
                _ => true,
            };
            let fields = fields.split(',').all(field);
            if in_scope && fields && selected(&selector, &meta["labels"]) {
                let bytes = serde_json::to_vec(object).unwrap();
                kind.decode(Encoding::Json, &bytes, &mut interner, &mut rows).unwrap();
            }
        }
        rows
    }

    /// Changes an object, and tells those who watch.
    pub fn put(&mut self, plural: &'static str, object: Value) {
        let name = object["metadata"]["name"].clone();
        let uid = Uid::new(object["metadata"]["uid"].as_str().unwrap_or_default());
        self.objects.retain(|(p, o)| *p != plural || o["metadata"]["name"] != name);
        self.objects.push((plural, object));
        for (id, source) in self.watched.clone() {
            if source.resource.plural == plural {
                let rows = self
                    .rows(&source)
                    .into_iter()
                    .filter(|row| *row.name == *name.as_str().unwrap());
                let mut changes: Vec<Change> = rows.map(Change::Put).collect();
                if changes.is_empty() && !source.fields.is_empty() {
                    // It is no object of this watch, or no longer.
                    changes.push(Change::Remove(uid));
                }
                self.tell(Msg::Delta(id, Delta::Batch(changes)));
            }
        }
    }

    /// Deletes an object, and tells those who watch.
    pub fn delete(&mut self, plural: &'static str, name: &str) {
        for (id, source) in self.watched.clone() {
            if source.resource.plural == plural {
                let gone = self.rows(&source).into_iter().filter(|row| &*row.name == name);
                let changes = gone.map(|row| Change::Remove(row.uid)).collect();
                self.tell(Msg::Delta(id, Delta::Batch(changes)));
            }
        }
        self.objects.retain(|(p, o)| *p != plural || o["metadata"]["name"] != name);
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for event in script(keys) {
            self.tell(Msg::Key(event));
            self.finish();
        }
        self
    }

    /// What is done by steps is done to its end.
    pub fn finish(&mut self) {
        for _ in 0..10_000 {
            if self.app.busy().is_none() {
                return;
            }
            self.tell(Msg::Step);
        }
        panic!("busy for ever: {:?}", self.app.busy());
    }

    /// Time passes, and kx is woken whenever it asked to be.
    pub fn pass(&mut self, seconds: i64) {
        let end = self.now + seconds;
        while let Some(at) = self.app.next_wake(self.now).filter(|at| *at <= end) {
            assert!(at > self.now, "a wake must lie ahead");
            self.now = at;
            self.tell(Msg::Wake);
            self.finish();
        }
        self.now = end;
    }

    /// The screen in words: the way here, the namespaces, the filter, then the rows; `>` is the cursor, `*` a mark.
    pub fn screen(&self) -> String {
        let mut out = self.app.crumbs().join(" › ");
        match self.app.page() {
            Some(Page::Browse(browse)) => {
                out.push_str(&format!(" ({})", self.app.scope_words()));
                if !browse.filter.is_empty() {
                    out.push_str(&format!(" /{}", browse.filter.text()));
                }
                out.push(':');
                let Some(view) = browse.view(&self.app.store) else { return out };
                for (i, row) in view.rows().enumerate() {
                    let here = if i == browse.cursor.position() { ">" } else { "" };
                    let mark = if browse.marks.contains(row.uid) { "*" } else { "" };
                    out.push_str(&format!(" {here}{mark}{}", row.name));
                }
            }
            Some(Page::Map(map)) => {
                out.push(':');
                let Some(feeds) = self.app.feeds() else { return out };
                for (i, line) in map.lines().iter().enumerate() {
                    let here = if i == map.cursor() { ">" } else { "" };
                    let (_, name) = line.item.words(&feeds.graph);
                    let indent = ".".repeat(usize::from(line.depth));
                    let mark = if map.is_marked(&feeds.graph, &line.item) { "*" } else { "" };
                    out.push_str(&format!(" {here}{mark}{indent}{name}"));
                }
            }
            Some(Page::Manifest(manifest)) => {
                out.push_str(&format!(": {}", line_of(&manifest.reader)));
            }
            Some(Page::Sheet(sheet)) => {
                out.push_str(&format!(": {}", line_of(&sheet.reader)));
            }
            Some(Page::Logs(logs)) => {
                out.push(':');
                for line in logs.shown() {
                    let here = if line.number == logs.cursor() { ">" } else { "" };
                    out.push_str(&format!(" {here}{}", line.text));
                }
            }
            Some(Page::Files(files)) => {
                out.push(':');
                for (i, entry) in files.shown().enumerate() {
                    let here = if i == files.cursor() { ">" } else { "" };
                    let mark = if files.is_marked(&entry.name) { "*" } else { "" };
                    let folder = if entry.is_folder { "/" } else { "" };
                    let name = kx::files::shown(&entry.name);
                    out.push_str(&format!(" {here}{mark}{name}{folder}"));
                }
            }
            None => out.push_str(&format!(": {}", self.app.words().headline)),
        }
        out
    }

    /// What was asked for since this was last called.
    pub fn asked(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// What was copied last.
    pub fn copied(&self) -> &str {
        let copied = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Copy(text) => Some(text.as_str()),
            _ => None,
        });
        copied.unwrap_or("")
    }

    /// What is wrong in the prompt, else what the notice says.
    pub fn said(&self) -> String {
        let complaint =
            self.app.prompt().and_then(|p| p.complaint.as_ref()).map(|c| c.message.clone());
        complaint.or_else(|| self.app.notice().map(|n| n.text.clone())).unwrap_or_default()
    }
}

/// The line under the cursor.
fn line_of(reader: &Reader) -> &str {
    reader.lines().get(reader.here()).map_or("", |line| line.text.as_str())
}

fn selected(selector: &Selector, labels: &Value) -> bool {
    selector.0.iter().all(|r| {
        let value = labels[&r.key].as_str();
        match &r.op {
            Op::In(values) => value.is_some_and(|v| values.iter().any(|x| x == v)),
            Op::NotIn(values) => !value.is_some_and(|v| values.iter().any(|x| x == v)),
            Op::Exists => value.is_some(),
            Op::DoesNotExist => value.is_none(),
            Op::Greater(_) | Op::Less(_) => false,
        }
    })
}

/// State, keys, result: every line is a fresh world.
pub fn triples(cases: &[(&str, &str, &str)]) {
    for (before, keys, result) in cases {
        let mut world = World::new();
        world.press(before).press(keys);
        assert_eq!(world.screen(), *result, "after {before} and then {keys}");
    }
}
