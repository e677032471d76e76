//! What keys do: each test is a state, keys, and what a person sees then.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]
#![allow(clippy::format_push_string)]

mod broken;
mod browse;
mod commands;
mod contexts;
mod drill;
mod editor;
mod every;
mod expressions;
mod fields;
mod files;
mod filter;
mod finding;
mod forwards;
mod guardrails;
mod helm;
mod insides;
mod joins;
mod journal;
mod leftovers;
mod logs;
mod manifest;
mod map;
mod mouse;
mod named;
mod panes;
mod permits;
mod presets;
mod random;
mod relatives;
mod releases;
mod rollout;
mod scaled;
#[allow(dead_code, reason = "other tests play more with it")]
#[path = "../watch/script.rs"]
mod script;
mod session;
mod sheet;
mod small;
mod spilled;
mod states;
mod support;
mod texts;
mod write;
