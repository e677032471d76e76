//! How far a copy is, read while it goes on.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use crate::files::RemotePath;

/// Not known.
const UNKNOWN: u64 = u64::MAX;

/// How far a copy is.
#[derive(Debug)]
pub struct Progress {
    bytes: AtomicU64,
    of: AtomicU64,
    files: AtomicU64,
    name: Mutex<String>,
    paused: AtomicBool,
    lands: Mutex<Option<RemotePath>>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            bytes: AtomicU64::new(0),
            of: AtomicU64::new(UNKNOWN),
            files: AtomicU64::new(0),
            name: Mutex::default(),
            paused: AtomicBool::new(false),
            lands: Mutex::default(),
        }
    }
}

impl Progress {
    /// How many bytes of content were copied.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// Of how many, once that is known.
    pub fn of(&self) -> Option<u64> {
        Some(self.of.load(Relaxed)).filter(|of| *of != UNKNOWN)
    }

    /// How many files were begun.
    pub fn files(&self) -> u64 {
        self.files.load(Relaxed)
    }

    /// What is being copied, as it is shown.
    pub fn name(&self) -> String {
        self.name.lock().map(|name| name.clone()).unwrap_or_default()
    }

    /// What a folder becomes in the container, once it is being written there.
    pub fn lands(&self) -> Option<RemotePath> {
        self.lands.lock().ok().and_then(|lands| lands.clone())
    }

    pub(super) fn land(&self, to: &RemotePath) {
        if let Ok(mut lands) = self.lands.lock() {
            *lands = Some(to.clone());
        }
    }

    /// Whether it waits for a person, and is not to be shown meanwhile.
    pub fn is_paused(&self) -> bool {
        self.paused.load(Relaxed)
    }

    /// It waits for a person, or does not any more.
    pub fn pause(&self, paused: bool) {
        self.paused.store(paused, Relaxed);
    }

    pub(super) fn add(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Relaxed);
    }

    pub(super) fn set(&self, bytes: u64) {
        self.bytes.store(bytes, Relaxed);
    }

    pub(super) fn expect(&self, of: u64) {
        self.of.store(of.min(UNKNOWN - 1), Relaxed);
    }

    pub(super) fn begin(&self, name: &str) {
        self.files.fetch_add(1, Relaxed);
        if let Ok(mut now) = self.name.lock() {
            name.clone_into(&mut now);
        }
    }
}
