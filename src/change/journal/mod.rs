//! The journal: a line of JSON for each step of each change, so that afterwards it can be told who changed what, when, and how it was before.
//!
//! [`sending`] and [`ended`] make the lines. A [`Chronicle`] reads them back as [`Entry`]s, the newest first; [`List`] shows these, [`Page`] shows
//! one with what it changed, and [`TakeBack`] takes it back. [`copying`] and [`copied`] make those of copies to and from containers,
//! [`opening`] and [`closed`] those of sessions and port forwards.

mod chronicle;
mod copy;
mod entry;
mod lines;
mod list;
mod opened;
mod page;
mod session;
mod take_back;

pub use chronicle::{Chronicle, Journaled, MOST, Query};
pub use copy::{copied, copying};
pub use entry::{Ending, Entry, Life};
pub use lines::{Who, ended, sending};
pub use list::List;
pub use opened::{Opened, Steps};
pub use page::Page;
pub use session::{Closing, Opening, closed, opening};
pub use take_back::{Here, TakeBack};
