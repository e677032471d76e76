//! What the person sees, state by state, at three sizes.

mod any;
mod cluster;
mod pictures;
mod roles;
mod stage;
mod states;
