//! A proxy on loopback that counts what passes and can be as slow as an ordinary link.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

/// What a link is like.
#[derive(Clone, Copy)]
pub struct Link {
    /// Bytes a second in each direction; `None` for as fast as it goes.
    rate: Option<f64>,
    /// There and back.
    round_trip: Duration,
}

impl Link {
    /// Loopback as it is.
    pub const FULL: Self = Self { rate: None, round_trip: Duration::ZERO };
    /// 100 Mbit/s and 40 ms.
    pub const ORDINARY: Self = Self { rate: Some(12.5e6), round_trip: Duration::from_millis(40) };
}

/// The proxy; it ends with the process.
pub struct Proxy {
    addr: SocketAddr,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    received: AtomicU64,
    sends: AtomicU64,
}

impl Proxy {
    /// Starts a proxy to `server`.
    pub fn start(server: &str, link: Link) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let addr = listener.local_addr()?;
        let counts = Arc::new(Counts::default());
        let (server, shared) = (server.to_owned(), counts.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (Ok(there), Ok(client_2)) = (TcpStream::connect(&server), client.try_clone())
                else {
                    continue;
                };
                let Ok(there_2) = there.try_clone() else { continue };
                let _ = (client.set_nodelay(true), there.set_nodelay(true));
                let (up, down) = (shared.clone(), shared.clone());
                pump(client, there, link, move |_| {
                    up.sends.fetch_add(1, Ordering::Relaxed);
                });
                pump(there_2, client_2, link, move |n| {
                    down.received.fetch_add(n as u64, Ordering::Relaxed);
                });
            }
        });
        Ok(Self { addr, counts })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Bytes from the server so far.
    pub fn received(&self) -> u64 {
        self.counts.received.load(Ordering::Relaxed)
    }

    /// How often the client has sent something: an upper bound of its requests.
    pub fn requests(&self) -> u64 {
        self.counts.sends.load(Ordering::Relaxed)
    }
}

/// Moves bytes one way: each piece leaves when the link has carried all before it, and arrives half a round trip later.
fn pump(
    mut from: TcpStream,
    mut to: TcpStream,
    link: Link,
    count: impl Fn(usize) + Send + 'static,
) {
    let (queue, arrivals) = sync_channel::<(Instant, Vec<u8>)>(256);
    std::thread::spawn(move || {
        let mut buffer = vec![0; if link.rate.is_some() { 16 << 10 } else { 256 << 10 }];
        let mut free = Instant::now();
        while let Ok(n @ 1..) = from.read(&mut buffer) {
            count(n);
            free = free.max(Instant::now());
            if let Some(rate) = link.rate {
                free += Duration::from_secs_f64(n as f64 / rate);
            }
            if queue.send((free + link.round_trip / 2, buffer[..n].to_vec())).is_err() {
                break;
            }
        }
    });
    std::thread::spawn(move || {
        for (at, bytes) in arrivals {
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
