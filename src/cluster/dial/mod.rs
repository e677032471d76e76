//! How a connection is made: name, TCP, proxy, TLS, each failure told as what it is.

mod connector;
mod tunnel;

pub(super) use connector::{Dialer, Plan};
