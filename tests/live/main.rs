//! kx against a real Kubernetes control plane. What the lab is, and how it comes about: `tests/lab/mod.rs`.

#[path = "../lab/mod.rs"]
mod lab;

mod connect;
mod labs;
mod orphans;
//X mod pty;
//X mod restart;
//X mod rollout;
mod rows;
mod support;
//X mod users;
//X mod watched;
