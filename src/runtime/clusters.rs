//! The clusters that are connected, and what runs in them: one supervising task a context, one watch task a Source.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashMap;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::app::{
    ClusterNews, ConnectedInfo, ContextInfo, CopyId, LogNews, Msg, ObjectId, ObjectNews, Question,
    RunId,
};
use crate::change::Change;
use crate::cluster::{
    self, Audit, Client, Env, Error, Gate, Kubeconfig, Overrides, discovery, logs, object, objects,
    question, watch,
};
use crate::files::{Files, RemotePath};
use crate::kinds::Resource;
use crate::kinds::relations::Relations;
use crate::logs::Query;
use crate::sheet::Answer;
use crate::store::{Delta, Source, SourceId, Str};

use super::copies;
use super::journal::Journal;
use super::journaled::Journaled;
use super::runs::{self, Stop};
use super::writer::Writer;

fn said(said: Result<question::Said, Error>) -> Result<Answer, Error> {
    said.map(|question::Said { text, status, micros }| Answer::Text { text, status, micros })
}

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
    /// What a person knows of custom resources; without it, what kx knows.
    pub relations: Option<Arc<Relations>>,
    /// Where every request is written down, if anywhere.
    pub audit: Option<Audit>,
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
        let client = cluster::connect(&target, self.gate.clone()).await?;
        let client = match &self.audit {
            Some(audit) => client.with_audit(audit.clone()),
            None => client,
        };
        Ok(match &self.relations {
            Some(relations) => client.with_relations(Arc::clone(relations)),
            None => client,
        })
    }
}

/// All clusters and what runs in them. Dropping it ends everything.
pub struct Clusters {
    access: Access,
    journal: Journal,
    news: mpsc::Sender<Msg>,
    deltas: mpsc::Sender<(SourceId, Delta)>,
    connected: FxHashMap<Str, Supervised>,
    watches: FxHashMap<SourceId, watch::Task>,
    objects: FxHashMap<ObjectId, Followed>,
    /// What stops a run that still goes on.
    runs: FxHashMap<RunId, Stop>,
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

/// A task that reads something, and the one that names its news.
struct Followed {
    _task: watch::Task,
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
        journal: Journal,
        news: mpsc::Sender<Msg>,
        deltas: mpsc::Sender<(SourceId, Delta)>,
    ) -> Self {
        Self {
            access,
            journal,
            news,
            deltas,
            connected: FxHashMap::default(),
            watches: FxHashMap::default(),
            objects: FxHashMap::default(),
            runs: FxHashMap::default(),
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
        let (tx, rx) = mpsc::channel(8);
        let follow = object::follow(client, resource, namespace, name, tx);
        self.read(id, follow, rx, move |news| heard(id, news));
    }

    /// Reads objects and keeps reading them.
    pub fn follow_all(
        &mut self,
        id: ObjectId,
        cluster: &Str,
        resource: &Resource,
        which: objects::Which<'_>,
    ) {
        let Some(client) = self.client(cluster) else { return };
        let (tx, rx) = mpsc::channel(2);
        let follow = objects::follow(client, resource, which, tx);
        self.read(id, follow, rx, move |news| {
            let answer = match news {
                objects::News::Objects(objects) => Answer::Objects(objects),
                objects::News::Failed { error, .. } => Answer::Failed(sentence(&error)),
            };
            Msg::Answered(id, answer)
        });
    }

    /// Reads logs and keeps reading them.
    pub fn follow_logs(&mut self, id: ObjectId, cluster: &Str, query: Query) {
        let Some(client) = self.client(cluster) else { return };
        let (tx, rx) = mpsc::channel(2);
        let follow = logs::follow(client, query, tx);
        self.read(id, follow, rx, move |news| {
            let news = match news {
                logs::News::Streams(streams) => LogNews::Streams(streams),
                logs::News::Entries(entries) => LogNews::Entries(entries),
                logs::News::Reading(count) => LogNews::Reading(count),
                logs::News::Failed { error, .. } => LogNews::Failed(sentence(&error)),
                logs::News::Over => LogNews::Over,
            };
            Msg::Logs(id, news)
        });
    }

    /// Asks a server one question.
    pub fn ask(&mut self, id: ObjectId, cluster: &Str, question: Question) {
        let Some(client) = self.client(cluster) else { return };
        let (tx, rx) = mpsc::channel(1);
        let ask = watch::Task::spawn(async move {
            let answer = match question {
                Question::Text { path } => said(question::text(&client, &path).await),
                Question::Lines { path, prefix } => {
                    said(question::lines(&client, &path, &prefix).await)
                }
                Question::Review { path, body } => {
                    let review = question::review(&client, &path, body).await;
                    review.map(|review| Answer::Review(Arc::new(review)))
                }
                Question::File { files, path } => {
                    Ok(copies::contents(&client, &files, &path).await)
                }
            };
            // Nobody waits for it any more: nobody to tell.
            let _ = tx.send(answer.unwrap_or_else(|e| Answer::Failed(sentence(&e)))).await;
        });
        self.read(id, ask, rx, move |answer| Msg::Answered(id, answer));
    }

    /// Reads what a folder in a container holds.
    pub fn list_files(&mut self, id: ObjectId, cluster: &Str, files: Files, folder: RemotePath) {
        let Some(client) = self.client(cluster) else { return };
        let (tx, rx) = mpsc::channel(1);
        let list = watch::Task::spawn(async move {
            let _ = tx.send(copies::list(&client, &files, &folder).await).await;
        });
        self.read(id, list, rx, move |news| Msg::Files(id, news));
    }

    /// Names what a task reads, and sends it on.
    pub(super) fn read<N: Send + 'static>(
        &mut self,
        id: ObjectId,
        task: watch::Task,
        mut news: mpsc::Receiver<N>,
        named: impl Fn(N) -> Msg + Send + 'static,
    ) {
        let out = self.news.clone();
        let names = tokio::spawn(async move {
            while let Some(news) = news.recv().await {
                if out.send(named(news)).await.is_err() {
                    break;
                }
            }
        });
        self.objects.insert(id, Followed { _task: task, names });
    }

    /// Stops reading what is called so.
    pub fn unfollow(&mut self, id: ObjectId) {
        self.objects.remove(&id);
    }

    /// The journal of changes.
    pub(super) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What a copy is made with: the connection to a cluster, and what it is written down with.
    pub(super) fn for_copy(&self, id: CopyId, cluster: &Str) -> (Option<Client>, Journaled) {
        let client = self.client(cluster);
        let journaled =
            Journaled::new(self.journal.clone(), client.as_ref(), cluster, &format!("c{}", id.0));
        (client, journaled)
    }

    /// Carries changes out, a few at a time; what becomes of each arrives as news. They go on whatever is looked at meanwhile.
    pub fn change(&mut self, id: RunId, cluster: &Str, changes: Vec<Change>) {
        let rails = self.access.gate.guardrails().clone();
        let writer = Writer::new(self.client(cluster), cluster, self.journal.clone(), rails);
        self.runs.retain(|_, stop| !stop.is_closed());
        self.runs.insert(id, runs::start(id, writer, changes, self.news.clone()));
    }

    /// Stops what of a run still waits, or was not begun yet.
    pub fn stop_run(&mut self, id: RunId) {
        if let Some(stop) = self.runs.get(&id) {
            let _ = stop.send(true);
        }
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

    /// The client of a cluster that is connected.
    pub fn client(&self, cluster: &Str) -> Option<Client> {
        self.connected.get(cluster)?.client.get().cloned()
    }
}

/// What is heard of a followed object.
pub(super) fn heard(id: ObjectId, news: object::News) -> Msg {
    let news = match news {
        object::News::Value(value) => ObjectNews::Value(value),
        object::News::Deleted => ObjectNews::Deleted,
        object::News::Failed { error: error @ Error::NotFound { .. }, .. } => {
            ObjectNews::Missing(format!("{error}; it is shown here as soon as there is one"))
        }
        object::News::Failed { error, .. } => ObjectNews::Failed(sentence(&error)),
    };
    Msg::Object(id, news)
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
