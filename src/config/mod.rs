//! The user's files: configuration, state and where they live.
//!
//! Every option stands once, in [`OPTIONS`]; `docs/config.md` is written from it.

mod file;
mod paths;
mod state;

pub use file::{Config, Error, OPTIONS, Opt};
pub use paths::Paths;
pub use state::{ContextState, State};
