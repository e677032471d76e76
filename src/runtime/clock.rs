//! Waiting for points in time.

use std::time::Duration;

/// From now until a second of the clock begins.
pub fn until(at: i64) -> Duration {
    let nanos = jiff::Timestamp::now().as_nanosecond();
    let left = i128::from(at) * 1_000_000_000 - nanos;
    Duration::from_nanos(u64::try_from(left).unwrap_or(0).max(1_000_000))
}

/// Sleeps so long; for ever where there is no time.
pub async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}
