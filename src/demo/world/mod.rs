//! The simulated cluster: its objects, its clock, and what is to happen next.

mod agenda;
mod app;
mod base64;
pub mod behaviour;
mod cast;
mod control_plane;
mod custom;
mod defaults;
mod extras;
mod gateways;
mod history;
mod nodes;
mod padding;
mod releases;
mod rules;
mod writes;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

pub use agenda::{Agenda, Work};
pub use writes::Deletion;

use super::controllers;
use super::object::Object;
use super::resource::{Catalog, Resource};
use super::rng;
use super::status::Refusal;
use super::store::Store;
use super::value::{At, default, set};

/// The cluster. One owner at a time; everything in it is synchronous.
#[derive(Debug, Clone)]
pub struct World {
    /// Objects and their log.
    pub store: Store,
    /// Served resources.
    pub catalog: Catalog,
    /// The cluster's time.
    pub now: Timestamp,
    /// What is to be looked at, now and later.
    pub agenda: Agenda,
    /// What simulated kubelets and controllers remember beside the objects.
    pub memory: HashMap<String, (Timestamp, u32)>,
    /// How busy autoscaled workloads are (`namespace/name`), as a share of what their pods request.
    pub loads: HashMap<String, f64>,
    seed: u64,
    named: HashMap<String, u64>,
}

/// How many changes of each resource watches can go back.
const LOG: usize = 8192;

impl World {
    /// An empty cluster at this time.
    pub fn empty(seed: u64, now: Timestamp) -> Self {
        Self {
            store: Store::new(LOG),
            catalog: Catalog::default(),
            now,
            agenda: Agenda::default(),
            memory: HashMap::new(),
            loads: HashMap::new(),
            seed,
            named: HashMap::new(),
        }
    }

    /// The demo cluster as it is at this time, with this many padded pods beside its own.
    pub fn demo(seed: u64, now: Timestamp, pods: usize) -> Self {
        history::tell(seed, now, pods)
    }

    /// The same, told once for a process that starts several (as tests do): the last told is kept.
    pub fn demo_again(seed: u64, now: Timestamp, pods: usize) -> Self {
        static LAST: Mutex<Option<(u64, Timestamp, usize, World)>> = Mutex::new(None);
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((s, n, p, world)) if (*s, *n, *p) == (seed, now, pods) => world.clone(),
            _ => {
                let world = Self::demo(seed, now, pods);
                if (seed, pods) == (1, 0) {
                    *last = Some((seed, now, pods, world.clone()));
                }
                world
            }
        }
    }

    /// The time as the API writes it.
    pub fn stamp(&self) -> String {
        stamp(self.now)
    }

    /// A number that depends only on the seed and these parts.
    pub fn chance(&self, parts: &[&str]) -> u64 {
        rng::hash(self.seed, parts)
    }

    /// A number that depends on the seed, the topic, and how often the topic was asked before.
    pub fn draw(&mut self, topic: &str) -> u64 {
        let count = self.named.entry(topic.to_owned()).or_default();
        *count += 1;
        let turn = count.to_string();
        self.chance(&[topic, &turn])
    }

    /// The resource of an object by its kind.
    pub fn resource_of(&self, object: &Value) -> Option<Arc<Resource>> {
        let group = object.text("/apiVersion").split_once('/').map_or("", |(group, _)| group);
        self.catalog.by_kind(object.text("/kind"), group).cloned()
    }

    /// Creates an object: fills in what the server fills in, refuses what the server refuses.
    pub fn create(&mut self, mut object: Value) -> Result<Arc<Object>, Refusal> {
        let resource = self.resource_of(&object).ok_or_else(Refusal::no_resource)?;
        self.prepare(&resource, &mut object)?;
        let key = key_of(&resource, &object);
        Ok(self.put(&resource.id(), &key, object))
    }

    /// What creation does to an object before it is stored.
    pub fn prepare(&mut self, resource: &Resource, object: &mut Value) -> Result<(), Refusal> {
        let id = resource.id();
        if object.text("/metadata/name").is_empty() {
            let prefix = object.text("/metadata/generateName").to_owned();
            if prefix.is_empty() {
                return Err(Refusal::invalid(
                    &resource.kind,
                    &resource.group,
                    "",
                    "metadata.name",
                    "Required value: name or generateName is required",
                ));
            }
            let number =
                self.draw(&format!("{id}/{}/{prefix}", object.text("/metadata/namespace")));
            set(object, "/metadata/name", format!("{prefix}{}", rng::suffix(number, 5)));
        }
        let key = key_of(resource, object);
        if self.store.get(&id, &key).is_some() {
            return Err(Refusal::exists(
                &resource.plural,
                &resource.group,
                object.text("/metadata/name"),
            ));
        }
        if resource.namespaced {
            let namespace = object.text("/metadata/namespace");
            match self.store.value("namespaces", namespace) {
                None => return Err(Refusal::not_found("namespaces", "", namespace)),
                Some(ns) if ns.has("/metadata/deletionTimestamp") && resource.kind != "Event" => {
                    return Err(Refusal::new(
                        403,
                        "Forbidden",
                        format!(
                            "{} \"{}\" is forbidden: unable to create new content in namespace {namespace} because it is being terminated",
                            id,
                            object.text("/metadata/name")
                        ),
                    ));
                }
                Some(_) => {}
            }
        }
        let number = self.draw(&format!("uid/{id}/{key}"));
        set(object, "/metadata/uid", rng::uid(number));
        default(object, "/metadata/creationTimestamp", self.stamp());
        if object.has("/spec") {
            set(object, "/metadata/generation", 1);
        }
        defaults::fill(self, resource, object);
        Ok(())
    }

    /// Stores a version of an object and tells the controllers.
    pub fn put(&mut self, id: &str, key: &str, object: Value) -> Arc<Object> {
        if id == "customresourcedefinitions.apiextensions.k8s.io" {
            self.catalog.add_crd(&object);
        }
        let leaves = object.has("/metadata/deletionTimestamp");
        let stored = self.store.put(id, key, object);
        if leaves && self.finish_if_free(id, key, &stored.value()) {
            return stored;
        }
        controllers::notice(self, id, &stored, false);
        stored
    }

    /// Changes an object in place, if it exists and the change changes anything.
    pub fn edit(
        &mut self,
        id: &str,
        key: &str,
        change: impl FnOnce(&mut Value),
    ) -> Option<Arc<Object>> {
        let before = self.store.value(id, key)?;
        let mut after = before.clone();
        change(&mut after);
        if after == before {
            return self.store.get(id, key).cloned();
        }
        Some(self.put(id, key, after))
    }

    /// Looks at something again after this time.
    pub fn later(&mut self, delay: SignedDuration, work: Work) {
        if let Ok(at) = self.now.checked_add(delay) {
            self.agenda.at(at, work);
        }
    }

    /// Does everything that is due now.
    pub fn settle(&mut self) {
        // Controllers that undo each other would never end; a real cluster only gets busy then.
        for _ in 0..200_000 {
            self.agenda.ripen(self.now);
            let Some(work) = self.agenda.next() else { return };
            controllers::work(self, &work);
        }
    }

    /// Whether nothing waits to be looked at now.
    fn agenda_is_quiet(&self) -> bool {
        self.agenda.is_quiet()
    }

    /// Lets time pass, doing everything at its time.
    pub fn advance_to(&mut self, end: Timestamp) {
        self.settle();
        while let Some(next) = self.agenda.next_time().filter(|&t| t <= end) {
            self.now = self.now.max(next);
            self.settle();
        }
        self.now = self.now.max(end);
    }

    /// Skips to a time; what was due meanwhile happens once, then.
    pub fn skip_to(&mut self, end: Timestamp) {
        self.now = self.now.max(end);
        self.settle();
    }

    /// Lets this many seconds pass.
    pub fn advance(&mut self, seconds: i64) {
        if let Ok(end) = self.now.checked_add(SignedDuration::from_secs(seconds)) {
            self.advance_to(end);
        }
    }
}

/// Whole seconds from a timestamp to this time; none where it is no timestamp.
pub fn seconds_since(now: Timestamp, stamp: &str) -> Option<i64> {
    stamp.parse::<Timestamp>().ok().map(|then| now.as_second() - then.as_second())
}

/// `namespace/name`, or `name` for what lives in no namespace.
pub fn key_of(resource: &Resource, object: &Value) -> String {
    let name = object.text("/metadata/name");
    if resource.namespaced {
        format!("{}/{name}", object.text("/metadata/namespace"))
    } else {
        name.to_owned()
    }
}

/// A time as the API writes it, in whole seconds.
pub fn stamp(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A time with microseconds, as leases and events have it.
pub fn micro(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// The reference with which an object names its controller.
pub fn controlled_by(owner: &Value) -> Value {
    json!([{"apiVersion": owner.text("/apiVersion"), "kind": owner.text("/kind"),
        "name": owner.text("/metadata/name"), "uid": owner.text("/metadata/uid"),
        "controller": true, "blockOwnerDeletion": true}])
}
