//! What the person sees, state by state, at three sizes.

mod any;
mod changes;
mod cluster;
mod demo;
mod editor;
mod helm;
mod map;
mod overview;
mod pictures;
mod roles;
mod rollout;
mod stage;
mod states;
mod talk;
