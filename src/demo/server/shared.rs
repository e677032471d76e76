//! What every request and the clock share.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::http::{Method, Request};
use jiff::Timestamp;

use super::super::faults::Faults;
use super::super::world::World;
use super::disk::Disks;

/// What every request and the clock share.
#[derive(Debug)]
pub struct Shared {
    world: Mutex<World>,
    changed: tokio::sync::watch::Sender<u64>,
    /// Wakes the clock after a write, which may have moved the next happening.
    pub stirred: tokio::sync::Notify,
    /// Misbehaviour in force.
    pub faults: Faults,
    /// Bearer token of the user `demo`, if it has one of its own.
    pub token: Option<String>,
    /// Whether the cluster's time is the wall clock's.
    pub live: bool,
    /// What it was asked that is neither GET nor HEAD, `POST /api/v1/pods`, the newest last.
    asked: Mutex<VecDeque<String>>,
    /// What is in the containers.
    pub disks: Disks,
}

/// How many requests are remembered.
const REMEMBERED: usize = 10_000;

impl Shared {
    /// Shares a world.
    pub fn new(world: World, token: Option<String>, live: bool) -> Self {
        let (changed, _) = tokio::sync::watch::channel(world.store.rv());
        Self {
            world: Mutex::new(world),
            changed,
            stirred: tokio::sync::Notify::new(),
            faults: Faults::default(),
            token,
            live,
            asked: Mutex::default(),
            disks: Disks::default(),
        }
    }

    /// What it was asked that is neither GET nor HEAD, the newest last.
    pub fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().cloned().collect()
    }

    /// Remembers a request that is neither GET nor HEAD.
    pub fn remember(&self, request: &Request<Body>) {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return;
        }
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() == REMEMBERED {
            asked.pop_front();
        }
        asked.push_back(format!("{} {}", request.method(), request.uri()));
    }

    /// The world, for reading.
    pub fn world(&self) -> MutexGuard<'_, World> {
        // Every change is complete before anything can panic on it; a poisoned lock is still the truth.
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        if self.live {
            world.now = world.now.max(Timestamp::now());
        }
        world
    }

    /// Changes the world, lets it react, and wakes the watches.
    pub fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world();
        let result = change(&mut world);
        world.settle();
        let rv = world.store.rv();
        drop(world);
        self.changed.send_if_modified(|seen| std::mem::replace(seen, rv) != rv);
        self.stirred.notify_one();
        result
    }

    /// Hears of every change.
    pub fn subscribe(&self) -> tokio::sync::watch::Receiver<u64> {
        self.changed.subscribe()
    }
}
