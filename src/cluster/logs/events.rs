//! The events about the pods of a query, for among their lines.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;

use crate::cluster::Client;
use crate::cluster::objects::{self, News, Which};
use crate::cluster::watch::Task;
use crate::kinds::Resource;
use crate::logs::{Pods, Stream};
use crate::sheet::printable;

/// What is known of the events about groups of pods.
#[derive(Default)]
pub(super) struct Events {
    /// The newest of each group.
    lists: BTreeMap<usize, Vec<Arc<Value>>>,
    /// The pods that were seen of each group, by their UIDs.
    pods: BTreeSet<(usize, String)>,
    /// How often each event was told to have happened, by its UID.
    told: BTreeMap<String, i64>,
}

/// An event that was not told yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// The pod's UID.
    pub uid: String,
    /// The pod.
    pub pod: Stream,
    /// When it happened last, nanoseconds since the Unix epoch.
    pub time: i64,
    /// What happened.
    pub text: String,
}

/// Follows the events about a group of pods.
pub(super) fn follow(client: &Client, pods: &Pods, tx: mpsc::Sender<News>) -> Task {
    let mut fields = "involvedObject.kind=Pod".to_owned();
    if let Some(name) = pods.fields.strip_prefix("metadata.name=")
        && !name.contains(',')
    {
        fields.push_str(",involvedObject.name=");
        fields.push_str(name);
    }
    let resource = Resource {
        version: "v1".to_owned(),
        plural: "events".to_owned(),
        kind: "Event".to_owned(),
        namespaced: true,
        ..Resource::default()
    };
    let which = Which { namespace: &pods.namespace, labels: "", fields: &fields };
    objects::follow(client.clone(), &resource, which, tx)
}

impl Events {
    /// These are the events that there are about a group.
    pub fn hear(&mut self, group: usize, events: Vec<Arc<Value>>) {
        self.lists.insert(group, events);
    }

    /// A pod of a group is there.
    pub fn pod(&mut self, group: usize, uid: &str) {
        self.pods.insert((group, uid.to_owned()));
    }

    /// What happened to the pods of a group, and was not told yet, in order of time.
    pub fn news(&mut self, group: usize) -> Vec<Event> {
        let mut news = Vec::new();
        let events = self.lists.get(&group).into_iter().flatten();
        for event in events {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let about = &event["involvedObject"];
            let uid = text(&about["uid"]);
            if !self.pods.contains(&(group, uid.clone())) {
                continue;
            }
            let count = count(event);
            let told = self.told.entry(text(&event["metadata"]["uid"])).or_default();
            if *told >= count {
                continue;
            }
            *told = count;
            let pod = Stream {
                namespace: text(&about["namespace"]),
                pod: text(&about["name"]),
                node: text(&event["source"]["host"]),
                ..Stream::default()
            };
            news.push(Event { uid, pod, time: time(event), text: words(event, count) });
        }
        // Of what is there no more nothing need be known.
        let there: BTreeSet<&str> = (self.lists.values().flatten())
            .filter_map(|event| event["metadata"]["uid"].as_str())
            .collect();
        self.told.retain(|uid, _| there.contains(uid.as_str()));
        news.sort_by_key(|event| event.time);
        news
    }
}

/// How often it happened, as kubectl counts (`printers.go`, `printEvent`).
fn count(event: &Value) -> i64 {
    let series = event["series"]["count"].as_i64();
    series.or(event["count"].as_i64()).unwrap_or_default().max(1)
}

/// When it happened last, as kubectl tells it.
fn time(event: &Value) -> i64 {
    let times = [
        &event["series"]["lastObservedTime"],
        &event["lastTimestamp"],
        &event["firstTimestamp"],
        &event["eventTime"],
        &event["metadata"]["creationTimestamp"],
    ];
    let nanoseconds = |time: &&Value| crate::logs::nanoseconds(time.as_str()?.as_bytes());
    times.iter().find_map(nanoseconds).unwrap_or_default()
}

/// Type, reason, how often, and the message in one line.
fn words(event: &Value, count: i64) -> String {
    let text = |key: &str| event[key].as_str().unwrap_or_default();
    let times = if count > 1 { format!(" (x{count})") } else { String::new() };
    let message = text("message").split_whitespace().collect::<Vec<_>>().join(" ");
    printable(&format!("{} {}{times}: {message}", text("type"), text("reason")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(uid: &str, pod: &str, count: i64, second: u32) -> Arc<Value> {
        Arc::new(json!({
            "metadata": {"uid": uid},
            "involvedObject": {"kind": "Pod", "namespace": "shop", "name": pod, "uid": pod},
            "type": "Warning", "reason": "BackOff", "message": "it\n failed ", "count": count,
            "lastTimestamp": format!("1970-01-01T00:00:{second:02}Z"),
        }))
    }

    #[test]
    fn each_is_told_once_and_again_when_it_happens_again() {
        let mut events = Events::default();
        events.hear(
            0,
            vec![event("a", "web-0", 1, 9), event("b", "web-0", 3, 7), event("c", "other", 1, 1)],
        );
        assert!(events.news(0).is_empty(), "no pod is known yet");
        events.pod(0, "web-0");
        let texts = |news: Vec<Event>| {
            news.into_iter()
                .map(|event| (event.time / 1_000_000_000, event.text))
                .collect::<Vec<_>>()
        };
        let wanted = [(7, "Warning BackOff (x3): it failed"), (9, "Warning BackOff: it failed")];
        assert_eq!(texts(events.news(0)), wanted.map(|(at, text)| (at, text.to_owned())));
        assert!(events.news(0).is_empty());
        events.hear(0, vec![event("a", "web-0", 2, 12)]);
        assert_eq!(texts(events.news(0)), [(12, "Warning BackOff (x2): it failed".to_owned())]);
        assert_eq!(events.told.len(), 1);
    }
}
