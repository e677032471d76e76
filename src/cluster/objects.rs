//! Whole objects of one collection, for as long as somebody looks at them: a list in pages, then a watch that goes on from it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::following::{Attempt, Cuts, Follow, LASTS, Over, SILENCE, spawn};
use super::watch::{End, Retry, Stream, Task, encoded, get};
use super::{Client, Error};
use crate::kinds::Resource;
use crate::wire::What;

/// How many objects a page of the list has.
const PAGE: usize = 500;
/// Changes that follow each other within this time are told of at once.
const BURST: Duration = Duration::from_millis(100);
/// How often is listed what cannot be watched.
const POLL: Duration = Duration::from_secs(30);

/// What is heard of them.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// These there are, in order of namespace and name.
    Objects(Vec<Arc<Value>>),
    /// They cannot be read, or not any more.
    Failed {
        /// Why.
        error: Error,
        /// Whether another attempt follows by itself.
        again: bool,
    },
}

/// Which objects: those of a namespace (empty for all of them) that a label selector and a field selector choose (empty for all).
#[derive(Clone, Copy, Debug, Default)]
pub struct Which<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The label selector.
    pub labels: &'a str,
    /// The field selector.
    pub fields: &'a str,
}

/// Lists objects and then watches them, until the task is dropped or nobody listens. A first list that is refused (403, 404) ends it.
pub fn follow(
    client: Client,
    resource: &Resource,
    which: Which<'_>,
    tx: mpsc::Sender<News>,
) -> Task {
    let mut selectors = String::new();
    for (name, value) in [("labelSelector", which.labels), ("fieldSelector", which.fields)] {
        if !value.is_empty() {
            let _ = write!(selectors, "&{name}={}", encoded(value));
        }
    }
    let follower = Follower {
        path: resource.path((!which.namespace.is_empty()).then_some(which.namespace)),
        selectors,
        watchable: resource.verbs.is_empty() || resource.can("watch"),
        client,
        tx,
        objects: BTreeMap::new(),
        version: None,
        told: false,
        cuts: Cuts::default(),
    };
    spawn(follower)
}

struct Follower {
    client: Client,
    path: String,
    selectors: String,
    watchable: bool,
    tx: mpsc::Sender<News>,
    /// Namespace and name → object.
    objects: BTreeMap<(String, String), Arc<Value>>,
    /// From which resourceVersion a watch goes on; `None` where they must be listed.
    version: Option<String>,
    /// Whether they were told of, ever.
    told: bool,
    /// Waits between one watch and the next.
    cuts: Cuts,
}

impl Follow for Follower {
    type News = News;

    /// Lists where that is needed, then watches as long as one watch lasts.
    async fn once(&mut self, retry: &mut Retry) -> Attempt {
        let Some(version) = self.version.clone() else {
            return match self.list().await {
                Ok(version) => {
                    retry.reset();
                    self.tell_all().await?;
                    if self.watchable && !version.is_empty() {
                        self.version = Some(version);
                    } else {
                        tokio::time::sleep(POLL).await;
                    }
                    Ok(Ok(()))
                }
                Err(error) => Ok(Err(error)),
            };
        };
        let began = std::time::Instant::now();
        match self.watch(&version, retry).await? {
            Ok(()) | Err(Error::Cut { .. }) => {
                self.cuts.pause(began).await;
                Ok(Ok(()))
            }
            // What the server has forgotten is listed anew; what is known stays until then.
            Err(Error::Expired { .. }) => {
                self.version = None;
                self.cuts.pause(began).await;
                Ok(Ok(()))
            }
            Err(error) if matches!(&error, Error::Forbidden { .. } | Error::Api { .. }) => {
                tracing::info!(%error, path = self.path, "not watched, but listed now and then");
                self.watchable = false;
                self.version = None;
                tokio::time::sleep(POLL).await;
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    fn is_hopeless(error: &Error) -> bool {
        matches!(error, Error::NotFound { .. } | Error::Forbidden { .. } | Error::Plugin { .. })
    }

    fn was_read(&self) -> bool {
        self.told
    }

    fn failed(error: Error, again: bool) -> News {
        News::Failed { error, again }
    }

    fn listener(&self) -> &mpsc::Sender<News> {
        &self.tx
    }
}

impl Follower {
    /// Reads everything there is; gives the version from which a watch goes on.
    async fn list(&mut self) -> Result<String, Error> {
        let mut objects = BTreeMap::new();
        let mut next = String::new();
        loop {
            let mut uri = format!("{}?limit={PAGE}{}", self.path, self.selectors);
            if !next.is_empty() {
                let _ = write!(uri, "&continue={}", encoded(&next));
            }
            let bytes = self.client.bytes(get(&uri, "application/json")?).await?;
            let mut page: Value = serde_json::from_slice(&bytes).map_err(|e| self.odd(&e))?;
            let metadata = |name: &str| {
                let text = page["metadata"][name].as_str();
                text.unwrap_or_default().to_owned()
            };
            let version = metadata("resourceVersion");
            next = metadata("continue");
            // Objects of a list leave out what the list says for all of them.
            let api_version = page["apiVersion"].take();
            let kind = page["kind"].as_str().and_then(|kind| kind.strip_suffix("List"));
            let kind = kind.map(|kind| Value::from(kind.to_owned()));
            if let Value::Array(items) = page["items"].take() {
                for mut item in items {
                    if let Value::Object(fields) = &mut item {
                        fields.entry("apiVersion").or_insert_with(|| api_version.clone());
                        if let Some(kind) = &kind {
                            fields.entry("kind").or_insert_with(|| kind.clone());
                        }
                        objects.insert(key(&item), Arc::new(item));
                    }
                }
            }
            if next.is_empty() {
                self.objects = objects;
                return Ok(version);
            }
        }
    }

    async fn watch(&mut self, version: &str, retry: &mut Retry) -> Attempt {
        let uri = format!(
            "{}?watch=true&allowWatchBookmarks=true&timeoutSeconds={LASTS}&resourceVersion={}{}",
            self.path,
            encoded(version),
            self.selectors
        );
        let opened = match get(&uri, "application/json") {
            Ok(request) => Stream::open(&self.client, request).await,
            Err(error) => Err(error),
        };
        let mut stream = match opened {
            Ok(stream) => stream,
            Err(error) => return Ok(Err(error)),
        };
        if retry.failures() > 0 {
            // They are up to date again, even where nothing of them changed.
            self.tell_all().await?;
            retry.reset();
        }
        // Since when there is something to tell.
        let mut changed: Option<Instant> = None;
        let end = loop {
            let more = match changed {
                None => stream.more(SILENCE).await,
                Some(since) => {
                    match tokio::time::timeout_at(since + BURST, stream.more(SILENCE)).await {
                        Ok(more) => more,
                        Err(_) => {
                            self.tell_all().await?;
                            changed = None;
                            continue;
                        }
                    }
                }
            };
            match more {
                Ok(None) => {}
                Ok(Some(End)) => break Ok(()),
                Err(error) => break Err(error),
            }
            match self.take(&mut stream) {
                Ok(true) => drop(changed.get_or_insert_with(Instant::now)),
                Ok(false) => {}
                Err(error) => break Err(error),
            }
        };
        if changed.is_some() {
            self.tell_all().await?;
        }
        Ok(end)
    }

    /// Takes in the events that have arrived whole; whether they changed anything.
    fn take(&mut self, stream: &mut Stream) -> Result<bool, Error> {
        let mut changed = false;
        loop {
            let Some(event) = stream.next()? else { return Ok(changed) };
            if event.what == What::Error {
                return Err(Error::from_status(0, event.object));
            }
            let object: Value = serde_json::from_slice(event.object).map_err(|e| self.odd(&e))?;
            if let Some(version) =
                object.pointer("/metadata/resourceVersion").and_then(Value::as_str)
            {
                self.version = Some(version.to_owned());
            }
            let key = key(&object);
            changed |= match event.what {
                What::Added | What::Modified => {
                    self.objects.insert(key, Arc::new(object));
                    true
                }
                What::Deleted => self.objects.remove(&key).is_some(),
                What::Bookmark | What::Error => false,
            };
        }
    }

    fn odd(&self, error: &serde_json::Error) -> Error {
        Error::Decode { what: self.path.clone(), problem: error.to_string() }
    }

    async fn tell_all(&mut self) -> Result<(), Over> {
        self.told = true;
        self.tell(News::Objects(self.objects.values().cloned().collect())).await
    }
}

fn key(object: &Value) -> (String, String) {
    let of = |name: &str| object["metadata"][name].as_str().unwrap_or_default().to_owned();
    (of("namespace"), of("name"))
}
