//! The demo cluster keeps the promises of the API that clients rely on.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod access;
mod discovery;
mod exec;
mod expressions;
mod faults;
mod files;
mod forwards;
mod life;
mod logs;
mod reads;
mod running;
mod sessions;
mod support;
mod watches;
mod writes;
