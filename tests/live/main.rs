//! kx against a real Kubernetes control plane. What the lab is, and how it comes about: `tests/lab/mod.rs`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../lab/mod.rs"]
mod lab;

mod connect;
mod crds;
mod discovery;
mod get;
mod labs;
mod orphans;
mod pty;
mod restart;
mod rollout;
mod rows;
mod sessions;
mod support;
mod users;
mod watched;
