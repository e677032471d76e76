//! jq expressions over lines of logs, evaluated in a process of their own.
//!
//! An expression can recurse until the stack is used up (`def f: 1 + f; f`), never end (`last(repeat(.))`) or want all memory there is. None of that can
//! be stopped within a process, so kx starts itself again as a [`child`] that does nothing else, with limits, and ends it where a line takes too long.
//! [`Evaluator`] is kx's side of it: what it is given comes back line by line, or the line is known that the expression failed at.
//!
//! Both sides speak in `frames` through pipes: the expression first, then lines; an answer for each.

pub mod child;
mod dates;
mod encodings;
mod evaluator;
mod frames;
mod functions;
mod numbers;
mod program;
#[cfg(test)]
mod tests;

pub use evaluator::{Evaluator, Failed};

/// The argument by which kx knows that it is such a child; nobody types it.
pub const ARGUMENT: &str = "--evaluate-jq-of-lines";
