//! What is read and then watched for as long as somebody listens: tried, told of where it fails, tried again.
//!
//! What [`object`](super::object) and [`objects`](super::objects) have in common. Rows are watched by a task of their own
//! ([`watch`](super::watch)), which has more to keep.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::Error;
use super::watch::{Retry, Task};

/// How long the server lets a watch last, in seconds.
pub(super) const LASTS: u64 = 540;
/// A watch that is silent for longer is dead.
pub(super) const SILENCE: Duration = Duration::from_secs(LASTS + 60);
/// A watch that lasted this long has worked.
const WORKED: Duration = Duration::from_secs(5);

/// Nothing more will come: nobody listens, or it is hopeless.
pub(super) struct Over;

/// What one attempt came to.
pub(super) type Attempt = Result<Result<(), Error>, Over>;

/// Something that is followed.
pub(super) trait Follow: Send + Sized + 'static {
    /// What is told of it.
    type News: Send + 'static;

    /// Reads it, or watches it as long as one watch lasts. Where that worked, `retry` is reset.
    fn once(&mut self, retry: &mut Retry) -> impl Future<Output = Attempt> + Send;

    /// Whether there is no use in asking again after this, where it was never read.
    fn is_hopeless(error: &Error) -> bool;

    /// Whether it was ever read.
    fn was_read(&self) -> bool;

    /// Tells that it cannot be read, and whether another attempt follows.
    fn failed(error: Error, again: bool) -> Self::News;

    /// Who listens.
    fn listener(&self) -> &mpsc::Sender<Self::News>;

    /// Tells the listener.
    fn tell(&self, news: Self::News) -> impl Future<Output = Result<(), Over>> + Send {
        let listener = self.listener().clone();
        async move { listener.send(news).await.map_err(|_| Over) }
    }
}

/// Follows until the task is dropped, nobody listens, or it is hopeless.
pub(super) fn spawn<F: Follow>(follower: F) -> Task {
    let listener = follower.listener().clone();
    Task::spawn(async move {
        tokio::select! {
            _ = run(follower) => {}
            () = listener.closed() => {}
        }
    })
}

async fn run<F: Follow>(mut follower: F) -> Result<(), Over> {
    let mut retry = Retry::default();
    loop {
        let Err(error) = follower.once(&mut retry).await? else { continue };
        let again = follower.was_read() || !F::is_hopeless(&error);
        let patient = !error.is_retryable();
        let wait = retry.wait(error.retry_after(), patient && retry.failures() > 2);
        follower.tell(F::failed(error, again)).await?;
        if !again {
            return Err(Over);
        }
        tokio::time::sleep(wait).await;
    }
}

/// The waits between one watch and the next: a server that ends each at once is not asked without end.
#[derive(Default)]
pub(super) struct Cuts(Retry);

impl Cuts {
    /// Waits after a watch that began then.
    pub(super) async fn pause(&mut self, began: Instant) {
        if began.elapsed() >= WORKED {
            self.0.reset();
        }
        tokio::time::sleep(self.0.wait(None, false)).await;
    }
}
