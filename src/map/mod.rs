//! The Map: the tree of the architecture, of which only what is open is laid out.
//!
//! A [`Tree`] is a graph seen in one [`View`]: it says which [`Item`]s stand at the root and which below another. [`lay_out`] makes [`Line`]s of
//! what is open; [`Tree::weigh`] rolls up how everything below an item is doing; [`find`] looks for an item that is not open. All of it is asked
//! anew when the graph changes: nothing here is kept up to date by hand.

mod find;
mod item;
mod layout;
mod section;
mod tree;
mod view;
mod weigh;

pub use find::{Found, Search, Step, find};
pub use item::{Child, Heading, Item, Subject};
pub use layout::{Line, lay_out};
pub use section::Section;
pub use tree::{Parts, Tree};
pub use view::{Root, View};
pub use weigh::{Census, Weighing, Weight};

#[cfg(test)]
mod tests;
