//! All traffic to API servers.

pub mod connect;
pub mod discovery;
pub mod env;
pub mod error;
pub mod gate;
pub mod kubeconfig;
pub mod object;
pub mod watch;

mod auth;
mod dial;
mod gunzip;
mod proxy;
mod tls;

pub use crate::nearest::nearest;
pub use connect::{Client, connect};
pub use env::Env;
pub use error::Error;
pub use gate::Gate;
pub use kubeconfig::{ContextEntry, ContextInfo, Kubeconfig, Overrides, Target};
