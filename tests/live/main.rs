//! kx against a real Kubernetes control plane. What the lab is, and how it comes about: `tests/lab/mod.rs`.

#[path = "../lab/mod.rs"]
mod lab;

mod connect;
mod crds;
mod labs;
mod orphans;
mod restart;
mod rollout;
mod rows;
mod support;
mod users;
mod watched;
