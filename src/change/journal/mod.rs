//! The journal: a line of JSON for each step of each change, so that afterwards it can be told who changed what, when, and how it was before.
//!
//! [`sending`] and [`ended`] make the lines. A [`Chronicle`] reads them back as [`Entry`]s, the newest first; [`List`] shows these, [`Page`] shows
//! one with what it changed, and [`TakeBack`] takes it back. [`uploading`] and [`uploaded`] make those of what is written into a container's files.

mod chronicle;
mod entry;
mod lines;
mod list;
mod opened;
mod page;
mod take_back;
mod upload;

pub use chronicle::{Chronicle, Journaled, MOST, Query};
pub use entry::{Ending, Entry, Life};
pub use lines::{Who, ended, sending};
pub use list::List;
pub use opened::{Opened, Steps};
pub use page::Page;
pub use take_back::{Here, TakeBack};
pub use upload::{uploaded, uploading};
