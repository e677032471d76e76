//! Whether the local side of a connection is still there once it sends nothing more.
//!
//! Who has ended their side may wait for an answer, or be gone: both look the same until something is sent to them. Where nothing is to be sent the system
//! asks: a peer that is gone is soon known to it no more (Linux and macOS: a minute after it was closed), and then that is answered.

use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

/// How often the system asks.
const EVERY: Duration = Duration::from_secs(5);

/// Has the system ask from now on.
pub(super) fn ask(local: &TcpStream) {
    let every = TcpKeepalive::new().with_time(EVERY).with_interval(EVERY);
    // Where it cannot ask, the connection lasts as long as the pod keeps it, or until nobody would wait for it any more.
    let _ = SockRef::from(local).set_tcp_keepalive(&every);
}

/// Whether the system knows by now that it is gone.
pub(super) fn is_gone(local: &TcpStream) -> bool {
    !matches!(local.take_error(), Ok(None))
}
