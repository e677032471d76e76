//! What the person sees, state by state, at three sizes.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod absurd;
mod any;
mod changes;
mod cluster;
mod demo;
mod editor;
mod files;
mod forwards;
mod helm;
mod logs;
mod map;
mod overview;
mod pictures;
mod roles;
mod rollout;
mod sessions;
mod stage;
mod states;
mod talk;
