//! Logs: lines of many containers in one timeline, of which none is lost and none comes twice.
//!
//! A container's bytes become [`Lines`] in [`Splitter`], which knows from a [`Place`] what was read before a connection broke. The [`Merger`] puts the
//! lines of all containers in order of time; what it releases are [`Entries`], which a [`Buffer`] keeps, packed, in bounded memory.
//!
//! Nothing here does IO; `cluster::logs` reads, the page and `kx logs` show.

pub mod ansi;
mod buffer;
mod entries;
mod level;
mod lines;
mod merge;
mod of;
mod place;
mod query;
mod split;
mod structure;
mod time;

pub use buffer::{Buffer, Line};
pub use entries::{Entries, Entry, Kind, Stream, StreamId};
pub use level::Level;
pub use lines::Lines;
pub use merge::Merger;
pub use of::pods_of;
pub use place::Place;
pub use query::{Containers, Group, Object, Pattern, Pods, Query, Since};
pub use split::Splitter;
pub use structure::{Structured, structured};
pub use time::nanoseconds;
