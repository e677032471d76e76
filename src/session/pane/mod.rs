//! Sessions in the pane: what a terminal would show of what they write, and what a terminal would send of what is pressed.

mod keys;
mod mouse;
mod screen;

pub use keys::sent;
pub use mouse::reported;
pub use screen::Screen;
