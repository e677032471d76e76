//! Port forwards: a port of this machine leads to a port of a pod, for as long as somebody wants it.
//!
//! A forward listens first and keeps listening. Beside that it looks for a pod: the one that is named, or a ready one of a service or a workload;
//! where that goes, it looks for another, and connections that come meanwhile wait for it. Each connection is a request of its own through the one
//! line of every request, so that the gate refuses it in read-only mode, and it stands in the audit log for as long as it lasts.

mod carry;
mod find;
mod listen;
mod peer;
mod receive;
mod serve;
mod spdy;
mod wire;

pub use carry::{Connection, End, Flow, Place, open};
pub use serve::start;
pub use wire::Protocol;
