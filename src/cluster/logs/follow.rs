//! The pods of a query followed, their containers' logs read and merged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::begin::Begin;
use super::container::{Container, Run, State, containers};
use super::events::{self, Events};
use super::resolve::{pods_resource, resolve};
use super::tail::{Tail, Told};
use crate::cluster::objects::{self, Which};
use crate::cluster::watch::Task;
use crate::cluster::{Client, Error};
use crate::logs::{Entries, Kind, Merger, Pods, Query, Stream, StreamId};

/// How many messages of tails may wait; each is at most some 128 KiB.
const WAITING: usize = 64;
/// Beyond so much text that waits to be put in order, in bytes, it goes out as it is.
const MOST: usize = 16 << 20;

/// What is heard of the logs of a query.
#[derive(Clone, Debug)]
pub enum News {
    /// These came to be read, numbered on from those before.
    Streams(Vec<Stream>),
    /// These follow.
    Entries(Entries),
    /// The pods cannot be read, or not any more.
    Failed {
        /// Why.
        error: Error,
        /// Whether another attempt follows by itself.
        again: bool,
    },
    /// How many containers are read now.
    Reading(usize),
    /// Nothing more will come.
    Over,
}

/// Reads the logs of a query, until the task is dropped or nobody listens, or until nothing more can come: where it is not followed.
pub fn follow(client: Client, query: Query, tx: mpsc::Sender<News>) -> Task {
    Task::spawn(async move {
        let closed = tx.clone();
        let groups = match resolve(&client, &query.groups).await {
            Ok(groups) => groups,
            Err(error) => {
                // If nobody listens there is nobody to tell.
                let _ = tx.send(News::Failed { error, again: false }).await;
                return drop(tx.send(News::Over).await);
            }
        };
        let (told, tells) = mpsc::channel(WAITING);
        let follower = Follower {
            client,
            groups,
            query,
            tx,
            told,
            tells,
            merger: Merger::default(),
            began: Instant::now(),
            known: BTreeMap::new(),
            next: 0,
            fresh: Vec::new(),
            reading: BTreeSet::new(),
            heard: BTreeSet::new(),
            events: Events::default(),
            pods: BTreeMap::new(),
        };
        tokio::select! {
            _ = follower.run() => {}
            () = closed.closed() => {}
        }
    })
}

/// A container that is read, or was.
struct Known {
    id: StreamId,
    state: watch::Sender<State>,
    _task: Task,
}

struct Follower {
    client: Client,
    groups: Vec<Pods>,
    query: Query,
    tx: mpsc::Sender<News>,
    told: mpsc::Sender<(StreamId, Told)>,
    tells: mpsc::Receiver<(StreamId, Told)>,
    merger: Merger,
    began: Instant,
    /// Which group of pods, pod's UID and container → its tail.
    known: BTreeMap<(usize, String, String), Known>,
    next: u32,
    /// Streams that nobody was told of yet.
    fresh: Vec<Stream>,
    /// Those that have not left.
    reading: BTreeSet<StreamId>,
    /// The groups of pods that were listed.
    heard: BTreeSet<usize>,
    events: Events,
    /// The streams of events: the pod's UID → its events.
    pods: BTreeMap<String, StreamId>,
}

/// Nothing more will come, or nobody listens.
struct Over;

impl Follower {
    async fn run(mut self) -> Result<(), Over> {
        let (pods, mut heard) = mpsc::channel(4);
        let (happened, mut events) = mpsc::channel(4);
        let resource = pods_resource();
        // Each group of pods has a follower of its own, and so have the events about it.
        let mut tasks = Vec::new();
        for (group, pods_of) in self.groups.iter().enumerate() {
            let which = Which {
                namespace: &pods_of.namespace,
                labels: &pods_of.labels,
                fields: &pods_of.fields,
            };
            let (one, news) = mpsc::channel(1);
            tasks.push(objects::follow(self.client.clone(), &resource, which, one));
            tasks.push(name(group, news, pods.clone()));
            if self.query.events {
                // What happened before is one with what was written before.
                self.merger.join(waits(group), self.now());
                let (one, news) = mpsc::channel(1);
                tasks.push(events::follow(&self.client, pods_of, one));
                tasks.push(name(group, news, happened.clone()));
            }
        }
        drop((pods, happened));
        loop {
            let due = self.merger.next(self.now());
            let wait = self.until(due);
            tokio::select! {
                Some((group, news)) = heard.recv() => self.pods(group, news).await?,
                Some((group, news)) = events.recv() => self.happened(group, news).await?,
                Some((id, told)) = self.tells.recv() => {
                    self.take(id, told);
                    // What else is there, so that it is put in order together.
                    while self.merger.bytes() < MOST && let Ok((id, told)) = self.tells.try_recv() {
                        self.take(id, told);
                    }
                }
                () = tokio::time::sleep(wait), if due.is_some() => {}
            }
            self.release().await?;
            if !self.query.follow
                && self.heard.len() == self.groups.len()
                && self.reading.is_empty()
            {
                self.send_released(true).await?;
                return self.send(News::Over).await;
            }
        }
    }

    /// Milliseconds since it began.
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn until(&self, due: Option<u64>) -> Duration {
        Duration::from_millis(due.unwrap_or_default().saturating_sub(self.now()).max(1))
    }

    async fn pods(&mut self, group: usize, news: objects::News) -> Result<(), Over> {
        match news {
            objects::News::Objects(pods) => {
                let first = self.heard.insert(group);
                let mut there = BTreeSet::new();
                for pod in &pods {
                    self.pod(group, pod, first, &mut there);
                }
                for ((of, uid, _), known) in &self.known {
                    if *of == group && !there.contains(uid) {
                        known.state.send_if_modified(|state| {
                            std::mem::replace(&mut state.run, Run::Gone) != Run::Gone
                        });
                    }
                }
                // Of a pod that is gone and read to its end nothing need be known any more.
                let reading = &self.reading;
                self.known.retain(|(of, uid, _), known| {
                    *of != group || there.contains(uid) || reading.contains(&known.id)
                });
                self.tell_events(group);
                self.streams().await?;
                self.send(News::Reading(self.reading.len())).await
            }
            objects::News::Failed { error, again } => {
                if !again {
                    self.heard.insert(group);
                }
                self.send(News::Failed { error, again }).await
            }
        }
    }

    /// Something is heard of the events about a group of pods.
    async fn happened(&mut self, group: usize, news: objects::News) -> Result<(), Over> {
        match news {
            objects::News::Objects(events) => {
                self.events.hear(group, events);
                self.tell_events(group);
            }
            // Where it may not be read, the logs can be read all the same.
            objects::News::Failed { error, .. } => {
                let text = format!("Warning: the events cannot be read: {error}");
                let id = self.events_of("", Stream::default());
                let (clock, now) = (nanoseconds_now(), self.now());
                self.merger.note(id, Kind::Event, clock, &text, now);
            }
        }
        self.merger.leave(waits(group));
        self.streams().await
    }

    /// Tells what happened to the pods of a group.
    fn tell_events(&mut self, group: usize) {
        let now = self.now();
        for event in self.events.news(group) {
            let id = self.events_of(&event.uid, event.pod);
            self.merger.note(id, Kind::Event, event.time, &event.text, now);
        }
    }

    /// The stream of the events about a pod.
    fn events_of(&mut self, uid: &str, pod: Stream) -> StreamId {
        if let Some(id) = self.pods.get(uid) {
            return *id;
        }
        let id = StreamId(self.next);
        self.next += 1;
        self.fresh.push(pod);
        self.pods.insert(uid.to_owned(), id);
        id
    }

    fn pod(&mut self, group: usize, pod: &Arc<Value>, first: bool, there: &mut BTreeSet<String>) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let uid = text(&pod["metadata"]["uid"]);
        let name = text(&pod["metadata"]["name"]);
        if !self.groups.get(group).is_some_and(|pods| pods.takes(&name)) {
            return;
        }
        there.insert(uid.clone());
        self.events.pod(group, &uid);
        for Container { stream, state } in containers(pod, &self.query.containers) {
            let key = (group, uid.clone(), stream.container.clone());
            if let Some(known) = self.known.get(&key) {
                known.state.send_if_modified(|before| {
                    let changed = *before != state;
                    *before = state;
                    changed
                });
                continue;
            }
            let wanted = if self.query.previous { state.has_previous } else { state.has_log() };
            // What has not begun is read once it has; of what is not followed there is nothing then.
            if !wanted || (!first && !self.query.follow) {
                continue;
            }
            self.join(key, (stream, state), first);
        }
    }

    fn join(&mut self, key: (usize, String, String), of: (Stream, State), first: bool) {
        let (stream, state) = of;
        let id = StreamId(self.next);
        self.next += 1;
        let begin =
            Begin { previous: self.query.previous, follow: self.query.follow, ..Begin::default() };
        let begin = if first {
            Begin { since: self.query.since, tail: self.query.tail, ..begin }
        } else {
            begin
        };
        let (sender, receiver) = watch::channel(state);
        let (namespace, pod) = (&stream.namespace, &stream.pod);
        let tail = Tail {
            client: self.client.clone(),
            id,
            path: format!("/api/v1/namespaces/{namespace}/pods/{pod}/log"),
            container: stream.container.clone(),
            begin,
            asked: Instant::now(),
            state: receiver,
            out: self.told.clone(),
        };
        let now = self.now();
        if first {
            self.merger.join(id, now);
        }
        self.fresh.push(stream);
        self.reading.insert(id);
        self.merger.note(id, Kind::Joined, i64::MIN, "", now);
        let task = Task::spawn(tail.run());
        self.known.insert(key, Known { id, state: sender, _task: task });
    }

    /// Takes in what a tail tells.
    fn take(&mut self, id: StreamId, told: Told) {
        let now = self.now();
        let clock = nanoseconds_now();
        match told {
            Told::Lines(lines) => self.merger.push(id, lines, now),
            Told::CaughtUp => self.merger.caught_up(id),
            Told::Note(text) => self.merger.note(id, Kind::Note, clock, &text, now),
            Told::Left(why, was_over) => {
                // When it ended is not said, but it was after its last line.
                let time = if was_over { i64::MIN } else { clock };
                self.merger.note(id, Kind::Left, time, &why, now);
                self.merger.leave(id);
                self.reading.remove(&id);
            }
        }
    }

    async fn release(&mut self) -> Result<(), Over> {
        let all = self.merger.bytes() > MOST;
        self.send_released(all).await
    }

    /// Sends what is ripe, or all that waits, piece by piece.
    async fn send_released(&mut self, all: bool) -> Result<(), Over> {
        loop {
            let entries = self.merger.release(self.now(), all);
            if entries.is_empty() {
                return Ok(());
            }
            self.send(News::Entries(entries)).await?;
        }
    }

    /// Tells of the streams that came.
    async fn streams(&mut self) -> Result<(), Over> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let fresh = std::mem::take(&mut self.fresh);
        self.send(News::Streams(fresh)).await
    }

    async fn send(&self, news: News) -> Result<(), Over> {
        self.tx.send(news).await.map_err(|_| Over)
    }
}

/// What the past of all waits for until the events about a group of pods are known; it is no container's.
fn waits(group: usize) -> StreamId {
    StreamId(u32::MAX.saturating_sub(u32::try_from(group).unwrap_or(u32::MAX)))
}

/// Says which group news are of.
fn name(
    group: usize,
    mut news: mpsc::Receiver<objects::News>,
    out: mpsc::Sender<(usize, objects::News)>,
) -> Task {
    Task::spawn(async move {
        while let Some(news) = news.recv().await {
            if out.send((group, news)).await.is_err() {
                break;
            }
        }
    })
}

fn nanoseconds_now() -> i64 {
    i64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or_default()
}
