//! Watches against a scripted API server: every way in which lists and watches begin, break and go on.

mod access;
mod discovery;
mod lists;
mod object;
mod script;
mod streams;
mod tables;
mod view;
