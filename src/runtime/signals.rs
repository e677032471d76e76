//! The signals that a terminal program must honour.

use super::Woken;

/// The signals that a terminal program must honour.
#[cfg(unix)]
pub(super) struct Signals {
    term: tokio::signal::unix::Signal,
    int: tokio::signal::unix::Signal,
    hup: tokio::signal::unix::Signal,
    stop: tokio::signal::unix::Signal,
    cont: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            int: signal(SignalKind::interrupt())?,
            hup: signal(SignalKind::hangup())?,
            stop: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            cont: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    pub(super) async fn next(&mut self) -> Woken {
        tokio::select! {
            _ = self.term.recv() => Woken::Signal(15),
            _ = self.int.recv() => Woken::Signal(2),
            _ = self.hup.recv() => Woken::Signal(1),
            _ = self.stop.recv() => Woken::Stop,
            _ = self.cont.recv() => Woken::Continued,
        }
    }
}

/// Elsewhere, Ctrl-C from outside is all there is.
#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    pub(super) async fn next(&mut self) -> Woken {
        let _ = tokio::signal::ctrl_c().await;
        Woken::Signal(2)
    }
}
