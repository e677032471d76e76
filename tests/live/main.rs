//! kx against a real Kubernetes control plane. What the lab is, and how it comes about: `tests/lab/mod.rs`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../lab/mod.rs"]
mod lab;

mod access;
mod actions;
mod aggregated;
mod applied;
mod architecture;
mod audited;
mod by_helm;
mod compared;
mod connect;
mod containers;
mod copy;
mod crds;
mod cut;
mod debug;
mod definitions;
mod deleted;
mod describe;
mod discovery;
mod drain;
mod dropped;
mod edits;
mod exec;
mod forwards;
mod full_screen;
mod get;
mod graphed;
mod helm;
mod journal;
mod labs;
mod lines;
mod logs;
mod nodes;
mod orphans;
mod overview;
mod pty;
mod refused;
mod relations;
mod releases;
mod restart;
mod rolled;
mod rollout;
mod rows;
#[path = "../demo/running.rs"]
mod running;
mod scaled;
mod sessions;
mod small;
mod soon;
mod support;
mod ties;
mod users;
mod watched;
mod writing;
