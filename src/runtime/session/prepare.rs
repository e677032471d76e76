//! What comes before a session: the pod is found, and the container is waited for.

use std::sync::Arc;

use form_urlencoded::Serializer;
use serde_json::Value;
use tokio::sync::mpsc;

use super::super::sentence;
use super::Tell;
use crate::app::SessionNews;
use crate::change::Target;
use crate::cluster::{Client, Error, object, write};
use crate::kinds::Resource;
use crate::session::{Place, State, best, containers, selector};

/// How many pods of a workload are looked at; one of them will do.
const LOOKED_AT: u32 = 500;

/// The pod that an object stands for: itself, or the best that it selects.
///
/// # Errors
/// Why there is none, a sentence for people.
pub(super) async fn pod(client: &Client, target: &Target) -> Result<Value, String> {
    let gone = || format!("{} is not there (any more)", target.long());
    let object = read(client, &target.path("")).await?.ok_or_else(gone)?;
    if target.resource.is("", "pods") {
        return Ok(object);
    }
    let none = || format!("{} selects no pods", target.long());
    let selector = selector(&object).ok_or_else(none)?;
    let query = Serializer::new(String::new())
        .append_pair("labelSelector", &selector)
        .append_pair("limit", &LOOKED_AT.to_string())
        .finish();
    let path = format!("/api/v1/namespaces/{}/pods?{query}", target.namespace);
    let mut list = read(client, &path).await?.unwrap_or_default();
    let pods = match list["items"].take() {
        Value::Array(pods) => pods,
        _ => Vec::new(),
    };
    best(pods).ok_or_else(|| format!("there is no pod of {} ({selector})", target.long()))
}

async fn read(client: &Client, path: &str) -> Result<Option<Value>, String> {
    write::read(client, path).await.map_err(|error| sentence(&error))
}

/// Waits until a container runs, and tells what it waits for.
pub(super) async fn container(client: Client, pods: Arc<Resource>, place: Place, tell: &Tell) {
    let Place { namespace, pod, container } = &place;
    let (tx, mut news) = mpsc::channel(8);
    let _follow = object::follow(client, &pods, namespace, pod, tx);
    let mut said = String::new();
    while let Some(news) = news.recv().await {
        let pod = match news {
            object::News::Value(pod) => pod,
            object::News::Deleted => {
                let why = format!("pod/{pod} was deleted meanwhile");
                return tell.say(SessionNews::Failed(why)).await;
            }
            object::News::Failed { error: Error::NotFound { .. }, .. }
            | object::News::Failed { again: true, .. } => continue,
            object::News::Failed { error, .. } => {
                return tell.say(SessionNews::Failed(sentence(&error))).await;
            }
        };
        let all = containers(&pod);
        let Some(found) = all.into_iter().find(|c| c.name == *container) else { continue };
        let words = match &found.state {
            State::Running => return tell.say(SessionNews::Runs(found)).await,
            State::Ended(..) => {
                let why = format!(
                    "{}: {}, so that there is nothing to attach to; its log may say why",
                    place.words(),
                    found.state.words()
                );
                return tell.say(SessionNews::Failed(why)).await;
            }
            State::Waiting(_) | State::Unknown => not_yet(&pod, &found.state),
        };
        if words != said {
            said.clone_from(&words);
            tell.say(SessionNews::Waits(words)).await;
        }
    }
}

/// Why a container does not run yet: what the kubelet says, or the scheduler before it.
fn not_yet(pod: &Value, state: &State) -> String {
    let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    let mut unscheduled =
        conditions.filter(|c| c["type"] == "PodScheduled" && c["status"] == "False");
    match unscheduled.next().and_then(|condition| condition["message"].as_str()) {
        Some(why) => why.to_owned(),
        None => state.words(),
    }
}
