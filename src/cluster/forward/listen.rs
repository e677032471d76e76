//! The port on this machine.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use futures::future::select_all;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::forward::{LOCALHOST, Local};

/// How many ports are tried where any of them will do.
const TRIED: u16 = 100;

/// How long is waited for a port that is asked for and still in use: a forward that was stopped may be closing it.
const CLOSING: Duration = Duration::from_secs(1);
/// How often it is tried meanwhile.
const PAUSE: Duration = Duration::from_millis(50);

/// Sockets that listen on one port, of IPv4 and IPv6.
pub(super) struct Listeners(Vec<TcpListener>);

impl Listeners {
    /// Listens on a port of an address.
    ///
    /// # Errors
    /// Why that is not possible, a sentence for people.
    pub(super) async fn bind(address: &str, local: Local) -> Result<Self, String> {
        let ips = ips(address)?;
        let refused = |port: u16, error: &io::Error| refusal(address, port, error);
        let (from, tried) = match local {
            Local::Near(port) => (port, TRIED),
            Local::Exactly(port) => (port, 1),
            Local::Any | Local::Same => (0, 1),
        };
        let mut last = None;
        for port in (from..=u16::MAX).take(usize::from(tried)) {
            // What was closed a moment ago may still be there.
            let patience = if tried == 1 { CLOSING } else { Duration::ZERO };
            let until = Instant::now() + patience;
            loop {
                match Self::on(&ips, port).await {
                    Ok(listeners) => return Ok(listeners),
                    Err(error) if error.kind() != ErrorKind::AddrInUse => {
                        return Err(refused(port, &error));
                    }
                    Err(_) if Instant::now() < until => sleep(PAUSE).await,
                    Err(error) => {
                        last = Some(refused(port, &error));
                        break;
                    }
                }
            }
        }
        match last {
            Some(_) if tried > 1 => {
                Err(format!("no port from {from} on is free on {address}: name another"))
            }
            Some(why) => Err(why),
            None => Err(format!("there is no port {from}")),
        }
    }

    /// Listens on the same port of all of these, as far as this machine has them.
    async fn on(ips: &[IpAddr], port: u16) -> io::Result<Self> {
        let mut listeners: Vec<TcpListener> = Vec::new();
        let mut missing = None;
        for ip in ips {
            let port = match listeners.first() {
                Some(first) => first.local_addr()?.port(),
                None => port,
            };
            match TcpListener::bind(SocketAddr::new(*ip, port)).await {
                Ok(listener) => listeners.push(listener),
                // A machine may have no IPv6, or no IPv4.
                Err(error) if ips.len() > 1 && is_missing(&error) => missing = Some(error),
                Err(error) => return Err(error),
            }
        }
        match (listeners.is_empty(), missing) {
            (true, Some(error)) => Err(error),
            _ => Ok(Self(listeners)),
        }
    }

    /// Where it listens.
    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.0.iter().filter_map(|listener| listener.local_addr().ok()).collect()
    }

    /// The next connection.
    pub(super) async fn accept(&self) -> io::Result<TcpStream> {
        let (accepted, ..) =
            select_all(self.0.iter().map(|listener| Box::pin(listener.accept()))).await;
        accepted.map(|(stream, _)| stream)
    }
}

fn ips(address: &str) -> Result<Vec<IpAddr>, String> {
    if address == LOCALHOST {
        return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    address
        .parse()
        .map(|ip| vec![ip])
        .map_err(|_| format!("{address:?} is no address to listen on"))
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::AddrNotAvailable | ErrorKind::Unsupported)
        || error.raw_os_error() == Some(AFNOSUPPORT)
}

/// That this machine knows no such family of addresses.
#[cfg(target_os = "macos")]
const AFNOSUPPORT: i32 = 47;
#[cfg(not(target_os = "macos"))]
const AFNOSUPPORT: i32 = 97;

fn refusal(address: &str, port: u16, error: &io::Error) -> String {
    let why = match error.kind() {
        ErrorKind::AddrInUse => {
            "it is in use: choose another port, or end what listens there".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "only an administrator may listen there: choose a port from 1024 on".to_owned()
        }
        ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
        _ => error.to_string(),
    };
    format!("port {port} of {address} cannot be listened on: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_that_is_taken_is_refused_or_passed_over() {
        let first = Listeners::bind(LOCALHOST, Local::Any).await.unwrap();
        let port = first.addresses()[0].port();
        assert!(
            first
                .addresses()
                .iter()
                .all(|address| address.port() == port && address.ip().is_loopback())
        );
        let why = Listeners::bind(LOCALHOST, Local::Exactly(port)).await.err().unwrap();
        assert!(
            why.contains(&format!("port {port} of localhost")) && why.contains("in use"),
            "{why}"
        );
        let near = Listeners::bind("127.0.0.1", Local::Near(port)).await.unwrap();
        assert_ne!(near.addresses()[0].port(), port);
        let why = Listeners::bind("192.0.2.1", Local::Any).await.err().unwrap();
        assert!(why.contains("no such address"), "{why}");
    }
}
