//! A program that talks with the demo cluster, answer by answer.

use std::collections::BTreeMap;

use kx::app::{App, ClusterNews, ConnectedInfo, Effect, Msg, ObjectNews, Question};
use kx::kinds::{Encoding, modelled};
use kx::sheet::Answer;
use kx::store::{Change, Delta, Freshness, Interner, Scope, Source, SourceId};
use kx::ui;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::Value;

use super::demo::{NOW, Server};
use super::stage::setup;

/// An app that talks with the demo, of which every answer took equally long.
pub struct Talk {
    pub app: App,
    server: Server,
    /// Objects that the cluster has beside its own, each with the plural of its resource: such as no server would take.
    pub beside: Vec<(String, Value)>,
    watched: BTreeMap<SourceId, Source>,
    interner: Interner,
    /// What it was asked that nobody answered.
    asked: Vec<Effect>,
}

impl Talk {
    pub fn start(context: &str) -> Self {
        let server = Server::start(context);
        let app = App::new(setup());
        let (watched, interner, asked) = (BTreeMap::new(), Interner::default(), Vec::new());
        let mut talk = Self { app, server, beside: Vec::new(), watched, interner, asked };
        talk.send(Msg::Resize(120, 40));
        let info = ConnectedInfo {
            version: "v1.36.0-kx.demo".to_owned(),
            user: context.to_owned(),
            server: "http://127.0.0.1".to_owned(),
            namespace: String::new(),
        };
        talk.send(Msg::Cluster("lab".into(), ClusterNews::Connected(info)));
        let catalog = talk.server.catalog.clone();
        talk.send(Msg::Cluster("lab".into(), ClusterNews::Catalog(catalog.into())));
        talk
    }

    pub fn send(&mut self, msg: Msg) {
        for effect in self.app.update(msg, NOW) {
            match effect {
                Effect::Watch { id, source } => {
                    self.watched.insert(id, source);
                }
                Effect::Unwatch { id } => {
                    self.watched.remove(&id);
                }
                Effect::Ask { id, question, .. } => {
                    let (path, prefix) = match question {
                        Question::Text { path } => (path, String::new()),
                        Question::Lines { path, prefix } => (path, prefix),
                        // What may be done is not known, and so it is tried.
                        Question::Review { .. } => {
                            self.send(Msg::Answered(id, Answer::Absent));
                            continue;
                        }
                        Question::File { .. } => {
                            panic!("the page asks for no such thing")
                        }
                    };
                    let (status, body) = self.server.get(&path);
                    let lines = body.lines().filter(|line| line.starts_with(&prefix));
                    let text = lines.map(|line| format!("{line}\n")).collect();
                    self.send(Msg::Answered(id, Answer::Text { text, status, micros: 2400 }));
                }
                Effect::Follow { id, resource, namespace, name, .. } => {
                    let named = |object: &&Value| object["metadata"]["name"] == *name;
                    let beside = self.beside(&resource.plural).find(|object| named(object));
                    let news = match beside {
                        Some(object) => ObjectNews::Value(object.clone()),
                        None => self.read(&resource.object_path(&namespace, &name)),
                    };
                    self.send(Msg::Object(id, news));
                }
                Effect::FollowAll { id, resource, namespace, labels, fields, .. } => {
                    let scope = match namespace.as_str() {
                        "" => Scope::All,
                        namespace => Scope::Namespaces(vec![namespace.into()]),
                    };
                    let cluster = "lab".into();
                    let source = Source { cluster, resource, scope, labels, fields };
                    let answer = match self.server.objects(&source) {
                        Ok(all) => Answer::Objects(all.into_iter().map(Into::into).collect()),
                        Err(why) => Answer::Failed(why),
                    };
                    self.send(Msg::Answered(id, answer));
                }
                other => self.asked.push(other),
            }
        }
    }

    fn beside(&self, plural: &str) -> impl Iterator<Item = &Value> {
        self.beside.iter().filter(move |(of, _)| of == plural).map(|(_, object)| object)
    }

    fn read(&self, path: &str) -> ObjectNews {
        let (status, body) = self.server.get(path);
        match (status, serde_json::from_str(&body)) {
            (200, Ok(value)) => ObjectNews::Value(value),
            _ => ObjectNews::Failed(body),
        }
    }

    /// What was asked and not answered since this was last called.
    pub fn asked(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.asked)
    }

    /// An object as the server has it.
    pub fn object(&self, path: &str) -> Value {
        let (status, body) = self.server.get(path);
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).expect("an object")
    }

    /// Answers whatever is watched, and what is watched because of that.
    pub fn settle(&mut self) {
        for _ in 0..4 {
            self.serve();
            self.send(Msg::Wake);
        }
    }

    /// Answers every open watch.
    pub fn serve(&mut self) {
        for (id, source) in std::mem::take(&mut self.watched) {
            match self.server.objects(&source) {
                Ok(mut objects) => {
                    // Parts and views are made of other objects.
                    let plural = &source.resource.plural;
                    let made = modelled(&source.resource.group, plural)
                        .is_some_and(|kind| kind.info.part_of.is_some());
                    let beside =
                        self.beside(plural).filter(|object| !made && in_scope(object, &source));
                    objects.extend(beside.cloned());
                    let kind = modelled(&source.resource.group, &source.resource.plural);
                    let mut rows = Vec::new();
                    // What nobody modelled comes as tables, which this does not speak.
                    for (object, kind) in objects.into_iter().zip(std::iter::repeat(kind)) {
                        let Some(kind) = kind else { continue };
                        let bytes = serde_json::to_vec(&object).expect("JSON");
                        kind.decode(Encoding::Json, &bytes, &mut self.interner, &mut rows)
                            .expect("an object of this kind");
                    }
                    let changes = rows.into_iter().map(Change::Put).collect();
                    self.send(Msg::Delta(id, Delta::Batch(changes)));
                    let live = Freshness::Live { limited_to: None };
                    self.send(Msg::Delta(id, Delta::State(live)));
                }
                Err(why) => {
                    let refused = Freshness::Refused { why: why.as_str().into() };
                    self.send(Msg::Delta(id, Delta::State(refused)));
                }
            }
        }
    }

    pub fn keys(&mut self, keys: &str) {
        use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
        for c in keys.chars() {
            let code = match c {
                '\r' => KeyCode::Enter,
                '\u{1b}' => KeyCode::Esc,
                c => KeyCode::Char(c),
            };
            self.send(Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
            while self.app.busy().is_some() {
                self.send(Msg::Step);
            }
        }
    }

    pub fn draw(&mut self, width: u16, height: u16) -> Buffer {
        self.send(Msg::Resize(width, height));
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        for _ in 0..2 {
            buffer.reset();
            let layout = ui::draw_on(&self.app, &mut buffer);
            self.send(Msg::Drawn(layout));
        }
        buffer
    }
}

fn in_scope(object: &Value, source: &Source) -> bool {
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
    match &source.scope {
        Scope::All => true,
        Scope::Namespaces(names) => names.iter().any(|name| **name == *namespace),
    }
}
