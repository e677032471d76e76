//! What keys do: each test is a state, keys, and what a person sees then.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]
#![allow(clippy::format_push_string)]

mod browse;
mod commands;
mod contexts;
mod drill;
mod filter;
mod manifest;
mod mouse;
mod presets;
mod random;
mod states;
mod support;
