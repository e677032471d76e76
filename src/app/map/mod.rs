//! The Map page: the tree of the architecture, live.

mod act;
mod marks;
mod note;
mod open;
mod page;
mod parts;
mod weights;
mod work;

pub use page::MapPage;
