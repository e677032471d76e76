//! All traffic to API servers.

pub mod connect;
pub mod discovery;
pub mod env;
pub mod error;
pub mod exec;
pub mod forward;
pub mod gate;
pub mod kubeconfig;
pub mod logs;
pub mod object;
pub mod objects;
pub mod openapi;
pub mod question;
pub mod review;
pub mod watch;
pub mod write;

mod auth;
mod counted;
mod dial;
mod following;
mod gunzip;
mod lines;
mod proxy;
mod tls;
mod websocket;

pub use crate::nearest::nearest;
pub use connect::{Client, connect};
pub use env::Env;
pub use error::Error;
pub use gate::{Audit, Gate};
pub use kubeconfig::{ContextEntry, ContextInfo, Kubeconfig, Overrides, Target};
