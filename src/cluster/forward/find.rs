//! Which pod new connections go to: found, watched, and found anew where it goes.
//!
//! What is looked for is followed rather than asked for again and again: a pod by its name, or the pods that a service or a workload selects while
//! none of them is ready. A pod that belongs to a workload stands for that workload once it is gone; where the workload gives its pods their names
//! (a StatefulSet), or where nothing made it, one of the same name is waited for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use form_urlencoded::Serializer;
use serde_json::Value;
use tokio::sync::{Notify, mpsc, watch};

use super::super::object::{self, News as ObjectNews};
use super::super::objects::{self, Which};
use super::super::watch::Retry;
use super::super::{Client, Error, write};
use super::carry::Place;
use crate::change::Target;
use crate::forward::{News, Port, Status, Wanted, resolve};
use crate::kinds::{Catalog, Resource};
use crate::session::{best, selector};

/// How many pods are looked at first; most often one of them will do.
const LOOKED_AT: u32 = 500;
/// A pod that was good for so long was well found.
const SETTLED: Duration = Duration::from_secs(5);
/// How many owners stand above each other at most.
const HIGHEST: usize = 4;

/// Where connections go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub place: Place,
    /// The port as it was asked for.
    pub asked: u16,
}

/// Looks for pods.
pub(super) struct Finder {
    pub client: Client,
    pub wanted: Wanted,
    pub catalog: Arc<Catalog>,
    pub pods: Arc<Resource>,
    pub tell: mpsc::Sender<News>,
    pub route: watch::Sender<Option<Route>>,
    /// Somebody could not get to the pod that was found last.
    pub doubt: Arc<Notify>,
}

/// What has the pod.
#[derive(Clone, Debug)]
enum Aim {
    /// It is the pod; what stands for it once it is gone.
    Pod(Target, Option<Target>),
    /// One of those that this selects.
    Ready(Target),
}

/// A pod that was found.
struct Found {
    pod: Value,
    port: Port,
    /// Whether it is good for connections although it is not ready.
    unready_too: bool,
}

impl Finder {
    /// Looks for as long as somebody listens.
    pub(super) async fn run(self) {
        let target = self.wanted.target.clone();
        let mut aim = if target.resource.is("", "pods") {
            Aim::Pod(target, None)
        } else {
            Aim::Ready(target)
        };
        let mut retry = Retry::default();
        loop {
            self.say(Status::Looking).await;
            match self.find(&mut aim).await {
                Ok(found) => {
                    let began = Instant::now();
                    self.go(&found).await;
                    aim = self.watch(aim, &found).await;
                    self.route.send_replace(None);
                    // Pods that come and go at once are not followed without end.
                    if began.elapsed() >= SETTLED {
                        retry.reset();
                    } else {
                        tokio::time::sleep(retry.wait(None, false)).await;
                    }
                }
                Err(why) => {
                    self.say(Status::Waiting(why)).await;
                    tokio::time::sleep(retry.wait(None, false)).await;
                }
            }
        }
    }

    async fn say(&self, status: Status) {
        // Nobody to tell is nobody to forward for: then this is ended.
        let _ = self.tell.send(News::Status(status)).await;
    }

    /// New connections go there.
    async fn go(&self, Found { pod, port, .. }: &Found) {
        let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_owned();
        let place = Place { namespace: text("namespace"), pod: text("name"), port: port.pod };
        self.say(Status::Ready { pod: place.pod.clone(), port: port.pod }).await;
        self.route.send_replace(Some(Route { place, asked: port.asked }));
    }

    /// Waits until there is a pod to go to.
    ///
    /// # Errors
    /// Why there is none that could be waited for; it can be tried again.
    async fn find(&self, aim: &mut Aim) -> Result<Found, String> {
        loop {
            match aim {
                Aim::Ready(target) => return self.ready(&target.clone()).await,
                Aim::Pod(target, owner) => {
                    let (target, owner) = (target.clone(), owner.clone());
                    match self.named(&target, owner.is_some()).await? {
                        Some(found) => {
                            let owner = match owner {
                                None => self.owner(&found.pod, &target.namespace).await,
                                some => some,
                            };
                            *aim = Aim::Pod(target, owner);
                            return Ok(found);
                        }
                        None => {
                            if let Some(owner) = owner {
                                *aim = Aim::Ready(owner);
                            }
                        }
                    }
                }
            }
        }
    }

    /// The pod of this name, once it runs; `None` where it is gone and something else stands for it.
    async fn named(&self, target: &Target, replaced: bool) -> Result<Option<Found>, String> {
        let (tx, mut news) = mpsc::channel(4);
        let _follow =
            object::follow(self.client.clone(), &self.pods, &target.namespace, &target.name, tx);
        while let Some(news) = news.recv().await {
            let pod = match news {
                ObjectNews::Value(pod) => pod,
                ObjectNews::Deleted | ObjectNews::Failed { error: Error::NotFound { .. }, .. }
                    if replaced =>
                {
                    return Ok(None);
                }
                ObjectNews::Deleted | ObjectNews::Failed { error: Error::NotFound { .. }, .. } => {
                    let why =
                        format!("{} is not there: waiting for a pod of this name", target.long());
                    self.say(Status::Waiting(why)).await;
                    continue;
                }
                ObjectNews::Failed { error, again: false } => return Err(sentence(&error)),
                ObjectNews::Failed { error, .. } => {
                    self.say(Status::Waiting(sentence(&error))).await;
                    continue;
                }
            };
            if replaced && is_leaving(&pod) {
                return Ok(None);
            }
            if phase(&pod) == "Running" {
                let port = resolve(&self.wanted.remote, &pod, &pod)?;
                return Ok(Some(Found { pod, port, unready_too: true }));
            }
            self.say(Status::Waiting(format!(
                "{} does not run: it is {}",
                target.long(),
                phase(&pod)
            )))
            .await;
        }
        Err("the server tells nothing of the pod any more".to_owned())
    }

    /// A ready pod of what selects pods, once there is one.
    async fn ready(&self, target: &Target) -> Result<Found, String> {
        let gone = || format!("{} is not there (any more)", target.long());
        let object = self.read(&target.path("")).await?.ok_or_else(gone)?;
        let selector =
            selector(&object).ok_or_else(|| format!("{} selects no pods", target.long()))?;
        let unready_too = object["spec"]["publishNotReadyAddresses"] == true;
        let found = |pods: Vec<Value>| -> Option<Result<Found, String>> {
            let fit = pods.into_iter().filter(|pod| serves(pod, unready_too)).collect();
            let pod = best(fit)?;
            Some(resolve(&self.wanted.remote, &object, &pod).map(|port| Found {
                pod,
                port,
                unready_too,
            }))
        };
        let limit = LOOKED_AT.to_string();
        let query = Serializer::new(String::new())
            .append_pair("labelSelector", &selector)
            .append_pair("limit", &limit)
            .finish();
        let path = self.pods.path(Some(&target.namespace));
        let mut list = self.read(&format!("{path}?{query}")).await?.unwrap_or_default();
        if let Value::Array(pods) = list["items"].take()
            && let Some(found) = found(pods)
        {
            return found;
        }
        let (tx, mut news) = mpsc::channel(2);
        let which = Which { namespace: &target.namespace, labels: &selector, fields: "" };
        let _follow = objects::follow(self.client.clone(), &self.pods, which, tx);
        while let Some(news) = news.recv().await {
            match news {
                objects::News::Objects(pods) => {
                    let count = pods.len();
                    if let Some(found) = found(pods.iter().map(|pod| (**pod).clone()).collect()) {
                        return found;
                    }
                    let why = match count {
                        0 => format!("there is no pod of {} ({selector})", target.long()),
                        1 => format!("the pod of {} is not ready", target.long()),
                        _ => format!("none of the {count} pods of {} is ready", target.long()),
                    };
                    self.say(Status::Waiting(why)).await;
                }
                objects::News::Failed { error, again: false } => return Err(sentence(&error)),
                objects::News::Failed { error, .. } => {
                    self.say(Status::Waiting(sentence(&error))).await;
                }
            }
        }
        Err("the server tells nothing of the pods any more".to_owned())
    }

    /// Returns when another pod must be found.
    async fn watch(&self, aim: Aim, found: &Found) -> Aim {
        let pod = &found.pod["metadata"];
        let (namespace, name) = (
            pod["namespace"].as_str().unwrap_or_default(),
            pod["name"].as_str().unwrap_or_default(),
        );
        let (tx, mut news) = mpsc::channel(4);
        let _follow = object::follow(self.client.clone(), &self.pods, namespace, name, tx);
        loop {
            let news = tokio::select! {
                biased;
                () = self.doubt.notified() => return aim,
                news = news.recv() => news,
            };
            let now = match news {
                Some(ObjectNews::Value(now)) => now,
                Some(
                    ObjectNews::Deleted | ObjectNews::Failed { error: Error::NotFound { .. }, .. },
                ) => break,
                // Whether it is still there will be seen by the next connection.
                Some(ObjectNews::Failed { again: true, .. }) => continue,
                Some(ObjectNews::Failed { .. }) | None => {
                    self.doubt.notified().await;
                    return aim;
                }
            };
            let other = now["metadata"]["uid"] != pod["uid"] || phase(&now) != "Running";
            let leaves = match &aim {
                // What is named is taken as it is for as long as it runs, unless something stands for it.
                Aim::Pod(_, owner) => owner.is_some() && is_leaving(&now),
                Aim::Ready(_) => !serves(&now, found.unready_too),
            };
            if other || leaves {
                break;
            }
        }
        match aim {
            Aim::Pod(_, Some(owner)) => Aim::Ready(owner),
            aim => aim,
        }
    }

    /// The highest controller of a pod that selects pods by labels alone; none where it gives them names of their own.
    async fn owner(&self, pod: &Value, namespace: &str) -> Option<Target> {
        let (mut object, mut highest) = (pod.clone(), None);
        for _ in 0..HIGHEST {
            let owners = object["metadata"]["ownerReferences"].as_array().into_iter().flatten();
            let Some(owner) = owners.into_iter().find(|owner| owner["controller"] == true) else {
                break;
            };
            let (version, kind) = (owner["apiVersion"].as_str()?, owner["kind"].as_str()?);
            if kind == "StatefulSet" {
                return None;
            }
            let group = version.split_once('/').map_or("", |(group, _)| group);
            let Some(resource) = self.catalog.named(group, kind) else { break };
            let (namespace, name) = (namespace.to_owned(), owner["name"].as_str()?.to_owned());
            let target = Target { resource, namespace, name, uid: None };
            let Ok(Some(above)) = self.read(&target.path("")).await else { break };
            if selector(&above).is_some() {
                highest = Some(target);
            }
            object = above;
        }
        highest
    }

    async fn read(&self, path: &str) -> Result<Option<Value>, String> {
        write::read(&self.client, path).await.map_err(|error| sentence(&error))
    }
}

/// An error and its next step in one line.
pub(super) fn sentence(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}

fn phase(pod: &Value) -> &str {
    pod["status"]["phase"].as_str().unwrap_or("Unknown")
}

fn is_leaving(pod: &Value) -> bool {
    pod["metadata"]["deletionTimestamp"].is_string()
}

fn is_ready(pod: &Value) -> bool {
    let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    conditions
        .into_iter()
        .any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}

/// Whether a pod takes connections for others.
fn serves(pod: &Value, unready_too: bool) -> bool {
    phase(pod) == "Running" && !is_leaving(pod) && (unready_too || is_ready(pod))
}
