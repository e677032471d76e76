//! Sessions in containers: which pod, which container and which shell are meant, and how a session ended. Pure; `cluster::exec` carries the bytes.

mod container;
mod ended;
mod place;
mod pod;

pub mod pane;

pub use container::{Container, Meant, State, containers, meant};
pub use ended::{Ended, says_missing};
pub use place::{Place, What};
pub use pod::{best, selector};
