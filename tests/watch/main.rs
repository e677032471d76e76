//! Watches against a scripted API server: every way in which lists and watches begin, break and go on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod access;
mod discovery;
mod lists;
mod object;
mod script;
mod streams;
mod tables;
mod view;
