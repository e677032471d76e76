//! The threads of the process: one that listens to the person and draws, and those that decode.

use std::io;

use tokio::runtime::{Builder, Runtime};

/// How many steps of niceness what decodes stands behind what draws.
#[cfg(target_os = "linux")]
const BEHIND: i32 = 5;

/// Threads for everything beside the loop. On Linux, where niceness is each thread's own (setpriority(2)), they stand behind the thread that
/// calls this, so that a key does not wait for them where a list of 100,000 objects keeps every core busy.
///
/// # Errors
/// Those of the system, where it has no threads to give.
pub fn runtime() -> io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder.enable_all();
    #[cfg(target_os = "linux")]
    if let Ok(own) = rustix::process::getpriority_process(None) {
        // Without the right to it they are as they were, which is no worse than on other systems.
        builder.on_thread_start(move || {
            let _ = rustix::process::setpriority_process(None, own.saturating_add(BEHIND));
        });
    }
    builder.build()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_decodes_stands_behind_what_draws_however_its_threads_began() {
        let own = rustix::process::getpriority_process(None).unwrap();
        let runtime = runtime().unwrap();
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let (worker, blocking) = runtime.block_on(async {
            let worker = tokio::spawn(async move {
                // A thread that a worker begins has the worker's niceness first.
                (niceness(), tokio::task::spawn_blocking(niceness).await.unwrap())
            });
            worker.await.unwrap()
        });
        let behind = (own + BEHIND).min(19);
        assert_eq!((worker, blocking), (behind, behind));
        assert_eq!(niceness(), own);
    }
}
