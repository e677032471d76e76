//! One object, whole, for as long as somebody looks at it.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc;

use super::following::{Attempt, Cuts, Follow, LASTS, Over, SILENCE, spawn};
use super::watch::{End, Retry, Stream, Task, encoded, get};
use super::{Client, Error};
use crate::kinds::Resource;
use crate::wire::What;

/// How often an object is fetched that cannot be watched.
const POLL: Duration = Duration::from_secs(10);
/// How soon a watch tells of an object that exists.
const SOON: Duration = Duration::from_secs(2);

/// What is heard of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// It looks like this now.
    Value(Value),
    /// It is gone. If one of the same name is created, it is followed on.
    Deleted,
    /// It cannot be read.
    Failed {
        /// Why.
        error: Error,
        /// Whether another attempt follows by itself.
        again: bool,
    },
}

/// Fetches one object and then watches it, until the task is dropped or nobody listens. `namespace` is empty for what is
/// cluster-scoped. One that is not there yet is told as such once and waited for; a first answer that refuses (403) ends it.
pub fn follow(
    client: Client,
    resource: &Resource,
    namespace: &str,
    name: &str,
    tx: mpsc::Sender<News>,
) -> Task {
    let collection = resource.path((!namespace.is_empty()).then_some(namespace));
    let follower = Follower {
        path: resource.object_path(namespace, name),
        watch: (resource.verbs.is_empty() || resource.can("watch")).then(|| {
            let selector = encoded(&format!("metadata.name={name}"));
            format!("{collection}?watch=true&timeoutSeconds={LASTS}&fieldSelector={selector}")
        }),
        client,
        tx,
        version: None,
        seen: false,
        awaited: false,
        cuts: Cuts::default(),
    };
    spawn(follower)
}

struct Follower {
    client: Client,
    path: String,
    watch: Option<String>,
    tx: mpsc::Sender<News>,
    /// The resourceVersion last told of; `None` while there is no object.
    version: Option<String>,
    /// Whether there ever was one.
    seen: bool,
    /// Whether it was told that there is none yet.
    awaited: bool,
    /// Waits between one watch and the next.
    cuts: Cuts,
}

impl Follow for Follower {
    type News = News;

    /// Fetches the object, then watches it as long as one watch lasts.
    async fn once(&mut self, retry: &mut Retry) -> Attempt {
        if let Err(error) = self.fetch().await? {
            return Ok(Err(error));
        }
        retry.reset();
        let Some(watch) = self.watch.clone() else {
            tokio::time::sleep(POLL).await;
            return Ok(Ok(()));
        };
        let began = Instant::now();
        match self.listen(&watch).await? {
            Ok(()) | Err(Error::Expired { .. } | Error::Cut { .. }) => {
                self.cuts.pause(began).await;
                Ok(Ok(()))
            }
            Err(error) if matches!(&error, Error::Forbidden { .. } | Error::Api { .. }) => {
                tracing::info!(%error, path = self.path, "not watched, but fetched now and then");
                self.watch = None;
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    fn is_hopeless(error: &Error) -> bool {
        matches!(error, Error::Forbidden { .. } | Error::Plugin { .. })
    }

    fn was_read(&self) -> bool {
        self.seen
    }

    fn failed(error: Error, again: bool) -> News {
        News::Failed { error, again }
    }

    fn listener(&self) -> &mpsc::Sender<News> {
        &self.tx
    }
}

impl Follower {
    async fn fetch(&mut self) -> Attempt {
        let request = match get(&self.path, "application/json") {
            Ok(request) => request,
            Err(error) => return Ok(Err(error)),
        };
        match self.client.bytes(request).await {
            Ok(bytes) => self.value(&bytes).await,
            Err(Error::NotFound { .. }) if self.seen => self.gone().await.map(Ok),
            Err(error @ Error::NotFound { .. }) => {
                if !std::mem::replace(&mut self.awaited, true) {
                    self.tell(News::Failed { error, again: true }).await?;
                }
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    async fn listen(&mut self, watch: &str) -> Attempt {
        let opened = match get(watch, "application/json") {
            Ok(request) => Stream::open(&self.client, request).await,
            Err(error) => Err(error),
        };
        let mut stream = match opened {
            Ok(stream) => stream,
            Err(error) => return Ok(Err(error)),
        };
        // A watch from no version begins with what is there; if nothing is there any more, it says nothing.
        let mut confirmed = self.version.is_none();
        loop {
            let silence = if confirmed { SILENCE } else { SOON };
            let Ok(more) = tokio::time::timeout(silence, stream.more(SILENCE * 2)).await else {
                if confirmed {
                    return Ok(Ok(()));
                }
                confirmed = true;
                if let Err(error) = self.fetch().await? {
                    return Ok(Err(error));
                }
                continue;
            };
            match more {
                Ok(None) => {}
                Ok(Some(End)) => return Ok(Ok(())),
                Err(error) => return Ok(Err(error)),
            }
            loop {
                let heard = match stream.next() {
                    Ok(Some(event)) => (event.what, event.object.to_vec()),
                    Ok(None) => break,
                    Err(error) => return Ok(Err(error)),
                };
                confirmed = true;
                let result = match heard {
                    (What::Added | What::Modified, object) => self.value(&object).await?,
                    (What::Deleted, _) => self.gone().await.map(Ok)?,
                    (What::Error, status) => Err(Error::from_status(0, &status)),
                    (What::Bookmark, _) => Ok(()),
                };
                if result.is_err() {
                    return Ok(result);
                }
            }
        }
    }

    /// Tells of the object, unless this version of it was told of last.
    async fn value(&mut self, bytes: &[u8]) -> Attempt {
        let value: Value = match serde_json::from_slice(bytes) {
            Ok(value) => value,
            Err(error) => {
                let (what, problem) = (self.path.clone(), error.to_string());
                return Ok(Err(Error::Decode { what, problem }));
            }
        };
        let version = value.pointer("/metadata/resourceVersion").and_then(Value::as_str);
        let version = version.unwrap_or_default().to_owned();
        let known = !version.is_empty() && self.version.as_ref() == Some(&version);
        self.version = Some(version);
        self.seen = true;
        if !known {
            self.tell(News::Value(value)).await?;
        }
        Ok(Ok(()))
    }

    async fn gone(&mut self) -> Result<(), Over> {
        if self.version.take().is_some() { self.tell(News::Deleted).await } else { Ok(()) }
    }
}
