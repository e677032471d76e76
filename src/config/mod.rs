//! The user's files: configuration, state and where they live.
//!
//! Every option stands once, in [`OPTIONS`]; `docs/config.md` is written from it.

mod file;
mod forwards;
mod paths;
mod relations;
mod state;

pub use file::{Config, Editor, Error, OPTIONS, Opt, Sessions};
pub use forwards::{forwards, keep_forward};
pub use paths::Paths;
pub use relations::relations;
pub use state::{ContextState, State};
