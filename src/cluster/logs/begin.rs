//! From where on a log is asked for.

use std::fmt::Write as _;
use std::time::Duration;

use crate::cluster::watch::encoded;
use crate::logs::{Place, Since};

/// From where on a log is read at first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Begin {
    pub since: Option<Since>,
    pub tail: Option<u64>,
    pub previous: bool,
    pub follow: bool,
}

impl Begin {
    /// What a log is asked for with, each part behind a `&`. `ago` is how long ago it was asked for first.
    pub fn query(&self, place: &Place, follow: bool, ago: Duration) -> String {
        let mut query = "&timestamps=true".to_owned();
        if follow {
            query.push_str("&follow=true");
        }
        if self.previous {
            query.push_str("&previous=true");
        }
        if let Some(second) = place.since() {
            let _ = write!(query, "&sinceTime={}", encoded(&rfc3339(second)));
            return query;
        }
        match self.since {
            Some(Since::Ago(seconds)) => {
                let seconds = seconds.saturating_add(ago.as_secs());
                let _ = write!(query, "&sinceSeconds={seconds}");
            }
            Some(Since::At(second)) => {
                let _ = write!(query, "&sinceTime={}", encoded(&rfc3339(second)));
            }
            None => {}
        }
        if let Some(lines) = self.tail {
            let _ = write!(query, "&tailLines={lines}");
        }
        query
    }
}

fn rfc3339(second: i64) -> String {
    jiff::Timestamp::from_second(second).unwrap_or_default().to_string()
}
