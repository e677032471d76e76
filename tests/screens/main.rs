//! What the person sees, state by state, at three sizes.

mod cluster;
mod pictures;
mod stage;
