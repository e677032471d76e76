//! The clusters that are connected, and what runs in them: one supervising task a context, one watch task a Source.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashMap;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::app::{ClusterNews, ConnectedInfo, ContextInfo, Msg, ObjectId, ObjectNews};
use crate::cluster::{
    self, Client, Env, Error, Gate, Kubeconfig, Overrides, discovery, object, watch,
};
use crate::kinds::Resource;
use crate::store::{Delta, Source, SourceId, Str};

/// Pauses between attempts to connect: quick at first, then a calm rhythm that a person can outwait.
const PAUSES: [u64; 6] = [1, 2, 4, 8, 15, 30];

/// How connections are made: what the command line says.
#[derive(Clone, Debug)]
pub struct Access {
    /// `--kubeconfig`.
    pub kubeconfig: Option<PathBuf>,
    /// `--as` and `--as-group`.
    pub overrides: Overrides,
    /// Whether writes pass.
    pub gate: Gate,
    /// The environment.
    pub env: Env,
}

impl Access {
    /// Reads the kubeconfig, as it is now.
    ///
    /// # Errors
    /// Those of [`Kubeconfig::load`].
    pub fn kubeconfig(&self) -> Result<Kubeconfig, Error> {
        Kubeconfig::load(self.kubeconfig.as_deref(), &self.env)
    }

    /// Makes a client for a context, `None` for the current one. Nothing is sent yet.
    ///
    /// # Errors
    /// Those of the kubeconfig and of [`cluster::connect()`].
    pub async fn client(&self, context: Option<&str>) -> Result<Client, Error> {
        let target = self.kubeconfig()?.target(context, &self.overrides)?;
        cluster::connect(&target, self.gate).await
    }
}

/// All clusters and what runs in them. Dropping it ends everything.
pub struct Clusters {
    access: Access,
    news: mpsc::Sender<Msg>,
    deltas: mpsc::Sender<(SourceId, Delta)>,
    connected: FxHashMap<Str, Supervised>,
    watches: FxHashMap<SourceId, watch::Task>,
    objects: FxHashMap<ObjectId, Followed>,
}

struct Supervised {
    task: JoinHandle<()>,
    client: Arc<std::sync::OnceLock<Client>>,
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An object's task and the one that names its news.
struct Followed {
    _follow: watch::Task,
    names: JoinHandle<()>,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.names.abort();
    }
}

impl Clusters {
    /// No cluster yet. News goes to `news`, rows to `deltas`.
    pub fn new(
        access: Access,
        news: mpsc::Sender<Msg>,
        deltas: mpsc::Sender<(SourceId, Delta)>,
    ) -> Self {
        Self {
            access,
            news,
            deltas,
            connected: FxHashMap::default(),
            watches: FxHashMap::default(),
            objects: FxHashMap::default(),
        }
    }

    /// Connects to a context and keeps trying; what comes of it arrives as news. A connection that was there is made anew.
    pub fn connect(&mut self, cluster: &Str) {
        let client = Arc::new(std::sync::OnceLock::new());
        let supervise =
            supervise(self.access.clone(), cluster.clone(), client.clone(), self.news.clone());
        let task = tokio::spawn(supervise);
        self.connected.insert(cluster.clone(), Supervised { task, client });
    }

    /// Lets a connection go.
    pub fn disconnect(&mut self, cluster: &Str) {
        self.connected.remove(cluster);
    }

    /// Watches a Source of a connected cluster.
    pub fn watch(&mut self, id: SourceId, source: Source) {
        if let Some(client) = self.client(&source.cluster) {
            self.watches.insert(id, watch::spawn(client, id, source, self.deltas.clone()));
        }
    }

    /// Stops watching.
    pub fn unwatch(&mut self, id: SourceId) {
        self.watches.remove(&id);
    }

    /// Reads an object and keeps reading it.
    pub fn follow(
        &mut self,
        id: ObjectId,
        cluster: &Str,
        resource: &Resource,
        (namespace, name): (&str, &str),
    ) {
        let Some(client) = self.client(cluster) else { return };
        let (tx, mut rx) = mpsc::channel(8);
        let follow = object::follow(client, resource, namespace, name, tx);
        let out = self.news.clone();
        let names = tokio::spawn(async move {
            while let Some(news) = rx.recv().await {
                let news = match news {
                    object::News::Value(value) => ObjectNews::Value(value),
                    object::News::Deleted => ObjectNews::Deleted,
                    object::News::Failed { error, .. } => ObjectNews::Failed(sentence(&error)),
                };
                if out.send(Msg::Object(id, news)).await.is_err() {
                    break;
                }
            }
        });
        self.objects.insert(id, Followed { _follow: follow, names });
    }

    /// Stops reading an object.
    pub fn unfollow(&mut self, id: ObjectId) {
        self.objects.remove(&id);
    }

    /// Reads the contexts of the kubeconfig; they arrive as news.
    pub fn contexts(&self) {
        let (access, news) = (self.access.clone(), self.news.clone());
        tokio::task::spawn_blocking(move || {
            let contexts = access.kubeconfig().map_err(|error| sentence(&error)).map(|config| {
                let entry = |c: cluster::ContextEntry| ContextInfo {
                    name: c.name,
                    cluster: c.cluster,
                    user: c.user,
                    namespace: c.namespace,
                };
                config.contexts().into_iter().map(entry).collect()
            });
            // The loop is gone only when kx ends.
            let _ = news.blocking_send(Msg::Contexts(contexts));
        });
    }

    fn client(&self, cluster: &Str) -> Option<Client> {
        self.connected.get(cluster)?.client.get().cloned()
    }
}

/// An error and its next step in one line.
pub fn sentence(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}

/// Connects, says so, finds out what the server serves, and again whenever that changes.
async fn supervise(
    access: Access,
    cluster: Str,
    slot: Arc<std::sync::OnceLock<Client>>,
    news: mpsc::Sender<Msg>,
) {
    let say = async |news_of: ClusterNews| {
        // The loop is gone only when kx ends, and this task with it.
        let _ = news.send(Msg::Cluster(cluster.clone(), news_of)).await;
    };
    say(ClusterNews::Connecting).await;
    let mut attempt = 0;
    let client = loop {
        match answer(&access, &cluster).await {
            Ok((client, info)) => {
                let _ = slot.set(client.clone());
                say(ClusterNews::Connected(info)).await;
                break client;
            }
            Err(error) => {
                let pause = pause(attempt, error.retry_after());
                attempt += 1;
                say(failed(&error, pause)).await;
                tokio::time::sleep(pause).await;
            }
        }
    };
    let (tx, mut answers) = mpsc::channel(2);
    let _follow = discovery::follow(client, tx);
    while let Some(answer) = answers.recv().await {
        match answer {
            Ok(found) => {
                if !found.stale.is_empty() {
                    tracing::warn!(stale = ?found.stale, "some APIs do not answer");
                }
                say(ClusterNews::Catalog(Arc::new(found.catalog.clone()))).await;
            }
            // The page says what is wrong with its own rows; here it only delays what can be gone to.
            Err(error) => tracing::warn!(%error, "discovery failed"),
        }
    }
}

/// Makes a client and has the server answer once.
async fn answer(access: &Access, context: &str) -> Result<(Client, ConnectedInfo), Error> {
    let client = access.client((!context.is_empty()).then_some(context)).await?;
    let version = match discovery::version(&client).await {
        Ok(version) => version.git_version,
        // Whoever may not read /version may still read pods.
        Err(Error::Forbidden { .. }) => String::new(),
        Err(error) => return Err(error),
    };
    let info = client.info();
    let info = ConnectedInfo {
        version,
        user: info.impersonates.clone().unwrap_or_else(|| info.user.clone()),
        server: info.server.clone(),
        namespace: info.namespace.clone(),
    };
    Ok((client, info))
}

fn failed(error: &Error, pause: Duration) -> ClusterNews {
    let retry_at = super::now() + i64::try_from(pause.as_secs()).unwrap_or(0);
    ClusterNews::Failed { why: error.to_string(), hint: error.hint(), retry_at: Some(retry_at) }
}

fn pause(attempt: usize, asked: Option<Duration>) -> Duration {
    asked.unwrap_or_else(|| Duration::from_secs(PAUSES[attempt.min(PAUSES.len() - 1)]))
}
