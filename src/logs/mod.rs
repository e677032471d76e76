//! Logs: lines of many containers in one timeline, of which none is lost and none comes twice.
//!
//! A container's bytes become [`Lines`] in [`Splitter`], which knows from a [`Place`] what was read before a connection broke. The [`Merger`] puts the
//! lines of all containers in order of time; what it releases are [`Entries`], which a [`Buffer`] keeps, packed, in bounded memory and beyond it in a file.
//!
//! A [`Filter`] says which of them are shown, a [`Histogram`] how many there were when, and an [`Export`] writes them elsewhere.
//!
//! Nothing here does IO: `cluster::logs` reads, the runtime has the [`Disk`] of a buffer, reads it (a [`Reading`]) and saves, the page and `kx logs` show.

pub mod ansi;
mod block;
mod buffer;
mod entries;
pub mod export;
mod expression;
mod filter;
mod histogram;
mod level;
mod lines;
mod merge;
mod numbers;
mod of;
mod packed;
mod place;
mod query;
mod reading;
mod spill;
mod split;
mod structure;
mod time;
pub mod when;

pub use block::Snapshot;
pub use buffer::{Buffer, Line, Room};
pub use entries::{Entries, Entry, Kind, Stream, StreamId};
pub use export::Export;
pub use expression::{Expression, Made};
pub use filter::{Filter, Find};
pub use histogram::{Bar, Count, Histogram};
pub use level::Level;
pub use lines::Lines;
pub use merge::Merger;
pub use numbers::Numbers;
pub use of::pods_of;
pub use place::Place;
pub use query::{Containers, Group, Object, Pattern, Pods, Query, Since};
pub use reading::{Missing, ReadBlock, Reading};
pub use spill::{Disk, Disks, Refused};
pub use split::{Splitter, may_be_a_part};
pub use structure::{Structured, structured};
pub use time::nanoseconds;
