//! The connection to a cluster, against servers, proxies and credential plugins on this machine.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod exec;
mod gate;
mod http;
mod kubeconfig;
mod plugin;
mod proxy;
mod support;
mod tls;
