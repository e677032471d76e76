//! The text editor, without screen and keyboard: a [`Buffer`] with its cursor and its history, where in half-written YAML one is,
//! what could be written there, and what is wrong so far.
//!
//! The buffer is ours because the rest hangs on it: no line may be slow however long the text is, characters are what people see, other
//! lines stand under those that are wrong, and what changed since an answer from the background is known by line.

mod blocks;
mod buffer;
mod check;
mod history;
mod moves;
mod outline;
mod place;
mod suggest;
mod tree;

pub use buffer::{Buffer, Pos};
pub use check::{Checked, Problem, Schemas, check};
pub use moves::Move;
pub use outline::block_of;
pub use place::{At, Place, Step, place};
pub use suggest::{Help, Suggestion, help, suggestions};
