//! A second thread where there is much to do at once. It ends with the call, so the store stays plain data.

use std::ops::Range;
use std::sync::Mutex;
use std::thread;

/// From how many rows on a second thread is quicker than none.
const MANY: usize = 8 * 1024;

/// Whether so many rows are worth a second thread.
pub(super) fn worth_it(rows: usize) -> bool {
    rows >= MANY
}

/// Does both, at the same time where the system grants a thread.
pub(super) fn both<A, B: Send>(
    first: impl FnOnce() -> A,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    // The closure waits in a cell, so that it is not lost where no thread can be had.
    let waiting = Mutex::new(Some(second));
    let take = || waiting.lock().ok().and_then(|mut waiting| waiting.take());
    thread::scope(|scope| {
        let spawned = thread::Builder::new().spawn_scoped(scope, || take().map(|second| second()));
        let a = first();
        let b = spawned.ok().and_then(|handle| match handle.join() {
            Ok(b) => b,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        match b.or_else(|| take().map(|second| second())) {
            Some(b) => (a, b),
            None => unreachable!("the second closure ran neither here nor there"),
        }
    })
}

/// Does something over `0..n`, in one piece or two; where there are two, the first ends at a multiple of `grain`.
pub(super) fn over<T: Send>(
    n: usize,
    grain: usize,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    if !worth_it(n) {
        return vec![work(0..n)];
    }
    let middle = n / 2 / grain * grain;
    let (low, high) = both(|| work(0..middle), || work(middle..n));
    vec![low, high]
}

/// Drops something large elsewhere: freeing 100,000 rows takes longer than a frame.
pub(crate) fn drop_aside<T: Send + 'static>(large: T) {
    // Without a thread the closure, and with it the value, is dropped here.
    let _ = thread::Builder::new().name("drop".to_owned()).spawn(move || drop(large));
}
