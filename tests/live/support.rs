//! What several topics need: a client of kx's own, the time, and waiting with a deadline.

use std::time::{Duration, Instant};

use kx::cluster::{Client, Env, Gate, Kubeconfig, Overrides, connect};

use crate::lab::Lab;

/// Longer than anything takes that ever comes; a test that waits so long has failed.
pub const PATIENCE: Duration = Duration::from_mins(4);

/// Connects as kx does, with a user's kubeconfig.
pub async fn client(lab: &Lab, user: &str) -> Client {
    let kubeconfig = Kubeconfig::load(Some(&lab.kubeconfig(user)), &Env::process()).unwrap();
    let target = kubeconfig.target(None, &Overrides::default()).unwrap();
    connect(&target, Gate::read_only()).await.unwrap()
}

/// GETs a path with an Accept header and gives the body; panics with the server's reason where there is none.
pub async fn get(client: &Client, path: &str, accept: &str) -> bytes::Bytes {
    let request = http::Request::get(path).header(http::header::ACCEPT, accept);
    let answer = client.bytes(request.body(Vec::new()).unwrap()).await;
    answer.unwrap_or_else(|error| panic!("GET {path}: {error}"))
}

/// Seconds since the Unix epoch.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Waits until `ready` says so. `what` names it in the failure.
pub fn wait_until(what: &str, mut ready: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !ready() {
        assert!(Instant::now() < deadline, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}
