//! Logs of containers, read from the API server: all that a query asks for, merged, through every cut.
//!
//! One task follows the pods; each container has a tail of its own, which reads its log to the end of the pod. What they read is put in order of
//! time by the task, and goes out as [`News`]. Channels are short: who reads slowly slows the server down, and no memory fills. Where connections are few,
//! tails take `turns`.

mod begin;
mod container;
mod events;
mod follow;
mod resolve;
mod tail;
mod turns;

pub use follow::{News, follow};
pub(super) use turns::Turns;
