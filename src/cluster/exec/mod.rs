//! Sessions in containers: exec and attach over websockets.
//!
//! A session begins as a GET through the one line of every request, so that the gate refuses it in read-only mode, credentials are renewed, and
//! it stands in the audit log for as long as it lasts. The upgraded connection then carries frames of `v5.channel.k8s.io`, or of v4 where the server
//! is older than 1.30 (KEP-4006).

mod ask;
mod channel;
mod session;

pub use ask::Ask;
pub use channel::{Heard, decode};
pub use session::{Protocol, Session, Size, open};
