//! A forward at work: it listens, takes connections, and tells how it is doing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

use super::super::watch::{Retry, Task};
use super::super::{Client, Error};
use super::carry::{Connection, End, Flow, open};
use super::find::{Finder, Route, sentence};
use super::listen::Listeners;
use super::wire::Protocol;
use crate::forward::{Counts, Local, News, Remote, Status, Wanted};
use crate::kinds::Catalog;

/// How long a connection waits for a pod to go to.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is told at most what has passed.
const TOLD: Duration = Duration::from_millis(250);
/// How long is waited where no connection can be taken: no file descriptors are left, most likely.
const PAUSE: Duration = Duration::from_millis(50);

/// Forwards until the task is dropped, or nobody listens to what it tells. It must be called within a tokio runtime.
pub fn start(
    client: Client,
    wanted: Wanted,
    catalog: Arc<Catalog>,
    tell: mpsc::Sender<News>,
) -> Task {
    Task::spawn(async move {
        let why = tokio::select! {
            why = run(client, wanted, catalog, &tell) => why,
            () = tell.closed() => return,
        };
        let _ = tell.send(News::Status(Status::Failed(why))).await;
    })
}

/// What the connections of a forward share.
struct Shared {
    client: Client,
    route: watch::Receiver<Option<Route>>,
    doubt: Arc<Notify>,
    counts: watch::Sender<Counts>,
}

/// Forwards until it cannot; why.
async fn run(
    client: Client,
    wanted: Wanted,
    catalog: Arc<Catalog>,
    tell: &mpsc::Sender<News>,
) -> String {
    let Some(pods) = catalog.by_plural("", "pods") else {
        return "the cluster serves no pods".to_owned();
    };
    let (route_tx, route) = watch::channel(None);
    let (counts, counted) = watch::channel(Counts::default());
    let doubt = Arc::new(Notify::new());
    let shared =
        Arc::new(Shared { client: client.clone(), route, doubt: Arc::clone(&doubt), counts });
    let listens = listen(&wanted, shared, tell);
    let finder = Finder {
        client,
        wanted: wanted.clone(),
        catalog,
        pods,
        tell: tell.clone(),
        route: route_tx,
        doubt,
    };
    tokio::select! {
        biased;
        why = listens => why,
        () = finder.run() => "no pod is looked for any more".to_owned(),
        () = count(counted, tell) => "nothing is counted any more".to_owned(),
    }
}

/// Tells what has passed, now and then.
async fn count(mut counts: watch::Receiver<Counts>, tell: &mpsc::Sender<News>) {
    while counts.changed().await.is_ok() {
        let now = counts.borrow_and_update().clone();
        let _ = tell.send(News::Counts(now)).await;
        sleep(TOLD).await;
    }
}

/// Listens, and takes connections until it cannot; why.
async fn listen(wanted: &Wanted, shared: Arc<Shared>, tell: &mpsc::Sender<News>) -> String {
    let local = match (wanted.local, &wanted.remote) {
        (Local::Same, Remote::Number(port)) => Local::Exactly(*port),
        // What number that is says the first pod.
        (Local::Same, Remote::Name(_)) => {
            match shared.route.clone().wait_for(Option::is_some).await {
                Ok(route) => Local::Exactly(route.as_ref().map_or(0, |route| route.asked)),
                Err(_) => return "no pod is looked for any more".to_owned(),
            }
        }
        (local, _) => local,
    };
    let listeners = match Listeners::bind(&wanted.address, local).await {
        Ok(listeners) => listeners,
        Err(why) => return why,
    };
    let addresses: Vec<SocketAddr> = listeners.addresses();
    let _ = tell.send(News::Listens(addresses)).await;
    // Connections end with the forward.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listeners.accept() => match accepted {
                Ok(stream) => drop(connections.spawn(serve(Arc::clone(&shared), stream))),
                Err(_) => sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves a connection.
async fn serve(shared: Arc<Shared>, local: TcpStream) {
    shared.counts.send_modify(|counts| {
        counts.open += 1;
        counts.total += 1;
    });
    // However kx ends, a connection that is not whole is reset.
    let _ = (local.set_zero_linger(), local.set_nodelay(true));
    let end = match connect(&shared).await {
        Ok(connection) => connection.carry(local, &|flow| shared.flows(flow)).await,
        Err(why) => End::Broken(why),
    };
    shared.counts.send_modify(|counts| {
        counts.open -= 1;
        if let End::Broken(why) = end {
            counts.broken += 1;
            counts.last_error = Some(why);
        }
    });
}

/// Opens a connection to a pod. Nothing was sent as long as it is not open: where one pod is gone, another can have it.
async fn connect(shared: &Shared) -> Result<Connection, String> {
    let deadline = Instant::now() + PATIENCE;
    let mut route = shared.route.clone();
    let mut retry = Retry::default();
    let mut last = format!("there was no pod to go to for {} s", PATIENCE.as_secs());
    loop {
        let place = match timeout_at(deadline, route.wait_for(Option::is_some)).await {
            Ok(Ok(route)) => route.as_ref().map(|route| route.place.clone()),
            Ok(Err(_)) | Err(_) => return Err(last),
        };
        let Some(place) = place else { return Err(last) };
        match timeout_at(deadline, open(&shared.client, &place, Protocol::ALL)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => {
                let wait = retry.wait(error.retry_after(), false);
                last = sentence(&error);
                if !may_pass(&error) || Instant::now() + wait > deadline {
                    return Err(last);
                }
                shared.doubt.notify_one();
                sleep(wait).await;
            }
            Err(_) => {
                return Err(format!(
                    "pod/{} did not answer for {} s",
                    place.pod,
                    PATIENCE.as_secs()
                ));
            }
        }
    }
}

/// Whether another attempt, or another pod, may go better.
fn may_pass(error: &Error) -> bool {
    error.is_retryable()
        || matches!(error, Error::NotFound { .. } | Error::Api { .. } | Error::Server { .. })
}

impl Shared {
    fn flows(&self, flow: Flow) {
        self.counts.send_modify(|counts| match flow {
            Flow::Sent(bytes) => counts.sent += bytes as u64,
            Flow::Received(bytes) => counts.received += bytes as u64,
        });
    }
}
