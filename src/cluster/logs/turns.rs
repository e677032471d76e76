//! How many logs of a cluster are read at once: each takes a connection for as long as it is followed, and some ways to a cluster (proxies, bastions,
//! balancers, the system's limit of open files) give only so many.
//!
//! How many that are is told by nobody. Once a connection is refused while others stand, some fewer logs than then are read, so that lists, watches
//! and what a person does find a connection; all other logs wait for their turn, which is when another one ends. Whether there is room for more is tried, at first soon,
//! later seldom.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// So many connections are left for everything that is no log.
const ROOM: usize = 3;
/// Once room was made, that something is refused says nothing more for so long.
const MADE: Duration = Duration::from_secs(10);
/// When it is first tried whether there is room for more; each time that there is none, twice as late.
const FIRST: Duration = Duration::from_secs(5);
/// The latest.
const LAST: Duration = Duration::from_mins(5);
/// Where there was room for more, more still are tried so soon.
const NEXT: Duration = Duration::from_secs(1);

/// The turns of the logs of one cluster. Clones are of the same.
#[derive(Clone, Debug, Default)]
pub(in crate::cluster) struct Turns {
    state: Arc<Mutex<State>>,
    /// Something has changed.
    changed: Arc<Notify>,
}

#[derive(Debug, Default)]
struct State {
    /// How many logs have their turn.
    held: usize,
    /// How many of these were told that it is over.
    leaving: usize,
    limit: Option<Limit>,
    pause: Duration,
}

/// How many there may be, as far as it is known.
#[derive(Debug)]
struct Limit {
    most: usize,
    made: Instant,
    /// When more are tried, and how many.
    grow: Instant,
    by: usize,
}

/// A log's turn to be read. It is another's once this is dropped.
#[derive(Debug)]
pub(in crate::cluster) struct Turn {
    of: Turns,
    leaves: AtomicBool,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.of.state();
        state.held -= 1;
        state.leaving -= usize::from(*self.leaves.get_mut());
        drop(state);
        self.of.changed.notify_waiters();
    }
}

impl Turn {
    /// Waits until it is over because more logs are read than may be; as many are told as must be.
    pub async fn is_over(&self) {
        loop {
            let changed = self.of.changed.notified();
            if self.is_one_too_many() {
                return;
            }
            changed.await;
        }
    }

    fn is_one_too_many(&self) -> bool {
        let mut state = self.of.state();
        let State { held, leaving, limit, .. } = &mut *state;
        let too_many = limit.as_ref().is_some_and(|limit| *held - *leaving > limit.most);
        if too_many && !self.leaves.swap(true, Relaxed) {
            *leaving += 1;
        }
        self.leaves.load(Relaxed)
    }
}

impl Turns {
    /// A turn, where there is one now.
    pub fn take(&self) -> Option<Turn> {
        let mut state = self.state();
        let State { held, limit, .. } = &mut *state;
        if let Some(limit) = limit
            && *held >= limit.most
        {
            let now = Instant::now();
            if now < limit.grow {
                return None;
            }
            limit.most = *held + limit.by;
            limit.by *= 2;
            limit.grow = now + NEXT;
        }
        *held += 1;
        drop(state);
        Some(Turn { of: self.clone(), leaves: AtomicBool::new(false) })
    }

    /// Waits for a turn.
    pub async fn free(&self) -> Turn {
        loop {
            let changed = self.changed.notified();
            if let Some(turn) = self.take() {
                return turn;
            }
            let grow = self.state().limit.as_ref().map_or_else(Instant::now, |limit| limit.grow);
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep_until(grow) => {}
            }
        }
    }

    /// No connection was given. Where it was for a log, that has no turn any more.
    pub fn refused(&self) {
        let mut state = self.state();
        let (held, now) = (state.held, Instant::now());
        if held == 0 {
            // Nobody gets through: it is not that there are too many.
            (state.limit, state.pause) = (None, Duration::ZERO);
            return;
        }
        // Many are refused at once where many were asked for: that is one refusal.
        let since = state.limit.as_ref().filter(|limit| now < limit.made + MADE);
        if since.is_some_and(|limit| held <= limit.most) {
            return;
        }
        let (made, pause) = match since {
            Some(limit) => (limit.made, state.pause),
            None => (now, state.pause * 2),
        };
        let (most, pause) = (held.saturating_sub(ROOM).max(1), pause.clamp(FIRST, LAST));
        state.limit = Some(Limit { most, made, grow: now + pause, by: 1 });
        state.pause = pause;
        drop(state);
        self.changed.notify_waiters();
    }

    /// How many logs may be read at once, where that is limited.
    pub fn most(&self) -> Option<usize> {
        self.state().limit.as_ref().map(|limit| limit.most)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn taken(turns: &Turns, many: usize) -> Vec<Turn> {
        (0..many).map(|_| turns.take().unwrap()).collect()
    }

    #[test]
    fn once_one_is_refused_as_many_leave_as_must_and_the_rest_waits() {
        let turns = Turns::default();
        let mut held = taken(&turns, 20);
        assert_eq!(turns.most(), None);
        drop(held.pop());
        turns.refused();
        assert_eq!(turns.most(), Some(19 - ROOM));
        assert!(turns.take().is_none());
        let told = |turn: &Turn| turn.is_over().now_or_never().is_some();
        let leave: Vec<bool> = held.iter().map(told).collect();
        assert_eq!(leave.iter().filter(|leaves| **leaves).count(), ROOM);
        let again: Vec<bool> = held.iter().map(told).collect();
        assert_eq!(again, leave, "nobody else is told");
        let mut leaves = leave.into_iter();
        held.retain(|_| !leaves.next().unwrap());
        // Room was made just now: what is refused meanwhile says nothing more.
        turns.refused();
        assert_eq!(turns.most(), Some(19 - ROOM));
        assert!(held.iter().all(|turn| !told(turn)) && turns.take().is_none());
        assert_eq!(turns.state().pause, FIRST, "it is tried soon whether there is room for more");
        drop(held.pop());
        assert!(turns.free().now_or_never().is_some(), "one is free again");
    }

    #[test]
    fn where_nobody_gets_through_it_is_not_that_there_are_too_many() {
        let turns = Turns::default();
        let held = taken(&turns, 9);
        turns.refused();
        assert!(turns.most().is_some());
        drop(held);
        turns.refused();
        assert_eq!(turns.most(), None);
        assert_eq!(taken(&turns, 300).len(), 300);
    }

    #[test]
    fn one_is_always_read() {
        let turns = Turns::default();
        let held = taken(&turns, 1);
        turns.refused();
        assert_eq!(turns.most(), Some(1));
        drop(held);
        assert_eq!(taken(&turns, 1).len(), 1);
    }
}
