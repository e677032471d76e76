//! The built-in demo cluster: a small API server on loopback.
//!
//! [`start`] makes a cluster that lives: its deployments roll out, a pod crash-loops, a node comes and goes.
//! It speaks the Kubernetes API in JSON (lists, watches, Tables, writes, logs, exec, port-forward), so any client can use it.
//! Everything about it follows from its [`Options`]: the same seed gives the same names, UIDs and happenings.
//! Through [`Faults`] it can be asked to misbehave.

mod access;
mod controllers;
mod discovery;
mod faults;
mod logbook;
mod object;
mod patch;
mod quantity;
mod resource;
mod rng;
mod selector;
mod server;
mod status;
mod store;
mod table;
mod usage;
mod value;
mod world;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use faults::{Fault, Faults, Mischief, On};

use server::Shared;
use world::World;

/// How time passes in the demo cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// With the wall clock.
    Live,
    /// Not by itself: it stands `steps` seconds after `now`, until [`Demo::advance`] moves it.
    Frozen {
        /// The time that the cluster's history was told up to.
        now: Timestamp,
        /// Seconds lived after that.
        steps: u32,
    },
}

impl Clock {
    /// Frozen at 2026-01-15T12:00:00Z, the time of screenshots.
    pub fn screenshot() -> Self {
        Self::Frozen { now: Timestamp::constant(1_768_478_400, 0), steps: 0 }
    }
}

/// What the demo cluster is to be like.
#[derive(Debug, Clone)]
pub struct Options {
    /// Names, UIDs and happenings follow from it.
    pub seed: u64,
    /// Pods to pad the cluster with, beside its own hundred or so.
    pub pods: usize,
    /// Where to listen; port 0 takes a free one.
    pub addr: SocketAddr,
    /// How time passes.
    pub clock: Clock,
    /// Bearer token of the user `demo`. Without one its name is its token, and requests without any
    /// token are taken for its own, since kubectl sends none over plain HTTP.
    pub token: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            pods: 0,
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock: Clock::Live,
            token: None,
        }
    }
}

/// Why the demo cluster did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error("the demo cluster cannot listen on {addr}: {source}; choose another address or port")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
}

/// A running demo cluster. Dropping it stops it.
#[derive(Debug)]
pub struct Demo {
    addr: SocketAddr,
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts a demo cluster; returns when it listens.
pub async fn start(options: Options) -> Result<Demo, Error> {
    let listen = |source| Error::Listen { addr: options.addr, source };
    let listener = TcpListener::bind(options.addr).await.map_err(listen)?;
    let addr = listener.local_addr().map_err(listen)?;
    let (now, steps, live) = match options.clock {
        Clock::Live => (Timestamp::now(), 0, true),
        Clock::Frozen { now, steps } => (now, steps, false),
    };
    let mut world = if live {
        World::demo(options.seed, now, options.pods)
    } else {
        World::demo_again(options.seed, now, options.pods)
    };
    world.advance(i64::from(steps));
    let shared = Arc::new(Shared::new(world, options.token, live));
    let mut tasks = vec![tokio::spawn(server::listen(listener, Arc::clone(&shared)))];
    if live {
        tasks.push(tokio::spawn(tick(Arc::clone(&shared))));
    }
    Ok(Demo { addr, shared, tasks })
}

/// Lets the cluster live: sleeps until something is due, at most once a second.
async fn tick(shared: Arc<Shared>) {
    loop {
        let next = shared.world().agenda.next_time();
        let now = Timestamp::now();
        let wait = next.map(|next| next.duration_since(now).max(SignedDuration::ZERO));
        let wait = wait.and_then(|w| Duration::try_from(w).ok());
        tokio::select! {
            () = shared.stirred.notified() => {}
            () = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => std::future::pending().await,
                }
            } => {
                shared.change(|world| world.advance_to(Timestamp::now()));
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

impl Demo {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// A kubeconfig (YAML) with the context `demo` and its users `demo` (may everything), `viewer` (reads)
    /// and `team` (namespace `shop` only), each with a context of its own.
    pub fn kubeconfig(&self) -> String {
        let (addr, token) = (self.addr, self.shared.token.as_deref().unwrap_or("demo"));
        // Quoted as JSON, which is YAML: a token may hold any character.
        let token = serde_json::Value::from(token);
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: demo\nclusters:\n- name: demo\n  cluster:\n    server: http://{addr}\n\
             contexts:\n- name: demo\n  context: {{cluster: demo, user: demo, namespace: shop}}\n\
             - name: demo-viewer\n  context: {{cluster: demo, user: viewer, namespace: shop}}\n\
             - name: demo-team\n  context: {{cluster: demo, user: team, namespace: shop}}\n\
             users:\n- name: demo\n  user: {{token: {token}}}\n- name: viewer\n  user: {{token: viewer}}\n\
             - name: team\n  user: {{token: team}}\n"
        )
    }

    /// The misbehaviour in force, to add to and to clear.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// What it was asked that is neither GET nor HEAD, `POST /api/v1/namespaces/shop/pods`, the newest last: an API server's own record.
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked()
    }

    /// Lets this many seconds pass in a frozen cluster (a live one has its own clock).
    pub fn advance(&self, seconds: u32) {
        self.shared.change(|world| world.advance(i64::from(seconds)));
    }

    /// Forgets the log of changes, as etcd's compaction does: older watches and pages get a 410.
    pub fn compact(&self) {
        self.shared.change(|world| world.store.compact());
    }

    /// Stops it.
    pub async fn stop(mut self) {
        for task in std::mem::take(&mut self.tasks) {
            task.abort();
            // It ends as cancelled, which is what was asked for.
            let _ = task.await;
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}
