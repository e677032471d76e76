//! Watches against a scripted API server: every way in which lists and watches begin, break and go on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod access;
mod audit;
mod discovery;
mod edit;
mod few;
mod lists;
mod logs;
mod many;
mod needs;
mod object;
mod objects;
mod question;
mod script;
mod streams;
mod tables;
mod view;
mod write;
