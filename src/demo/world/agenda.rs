//! What is to be looked at: now (each thing once, in order of arrival) and at a later time.

use std::collections::{BTreeSet, HashSet, VecDeque};

use jiff::Timestamp;

/// Something to bring closer to what it should be: resource id and key.
pub type Work = (&'static str, String);

/// The queue and the timers.
#[derive(Debug, Default, Clone)]
pub struct Agenda {
    queue: VecDeque<Work>,
    queued: HashSet<Work>,
    timers: BTreeSet<(Timestamp, Work)>,
}

impl Agenda {
    /// Looks at it soon.
    pub fn soon(&mut self, work: Work) {
        if self.queued.insert(work.clone()) {
            self.queue.push_back(work);
        }
    }

    /// Looks at it at a time.
    pub fn at(&mut self, time: Timestamp, work: Work) {
        self.timers.insert((time, work));
    }

    /// The next thing to look at now.
    pub fn next(&mut self) -> Option<Work> {
        let work = self.queue.pop_front()?;
        self.queued.remove(&work);
        Some(work)
    }

    /// Queues every timer that is due.
    pub fn ripen(&mut self, now: Timestamp) {
        while self.timers.first().is_some_and(|(time, _)| *time <= now) {
            if let Some((_, work)) = self.timers.pop_first() {
                self.soon(work);
            }
        }
    }

    /// When something happens next; the past if something waits already.
    pub fn next_time(&self) -> Option<Timestamp> {
        if !self.queue.is_empty() {
            return Some(Timestamp::MIN);
        }
        self.timers.first().map(|(time, _)| *time)
    }

    /// Whether the queue is empty.
    pub fn is_quiet(&self) -> bool {
        self.queue.is_empty()
    }

    /// Forgets what is queued, for objects that were made settled.
    pub fn clear_queue(&mut self) {
        self.queue.clear();
        self.queued.clear();
    }
}
