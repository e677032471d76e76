//! Ending without anybody to ask: by a signal, or because the terminal is gone. What kx made for one session alone is deleted before, as far as
//! there is time.

use std::time::{Duration, Instant};

use crate::app::Msg;

use super::{Ended, Runtime};

/// How long it may take: whoever ends a program kills it when it stays much longer.
const PARTING: Duration = Duration::from_secs(2);

/// How kx is ending.
#[derive(Debug)]
pub(super) struct Parting {
    until: Instant,
    how: std::io::Result<Ended>,
}

impl Runtime {
    /// Ends like this, soon; asked by a second signal, at once. The terminal is neither read nor drawn on any more.
    pub(super) async fn part(&mut self, how: std::io::Result<Ended>) {
        match (&self.parting, how) {
            (Some(_), Ok(how)) => self.ended = Some(Ok(how)),
            (Some(_), Err(error)) => tracing::debug!(%error, "the terminal, while kx ends"),
            (None, how) => {
                self.events = None;
                self.parting = Some(Parting { until: Instant::now() + PARTING, how });
                if let Err(error) = self.update(Msg::Ending).await {
                    tracing::debug!(%error, "the terminal, while kx ends");
                }
            }
        }
    }

    /// How long there is still time; `None` where kx is not ending.
    pub(super) fn time_to_part(&self) -> Option<Duration> {
        let parting = self.parting.as_ref()?;
        Some(parting.until.saturating_duration_since(Instant::now()))
    }

    /// Ends: as it began to, or as the person wants.
    pub(super) fn end(&mut self) {
        let parting = self.parting.take();
        self.ended = Some(parting.map_or(Ok(Ended::Quit), |parting| parting.how));
    }
}
