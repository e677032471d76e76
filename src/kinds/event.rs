//! Events: what controllers say about objects.

mod grouped;

pub use grouped::grouped;

use serde::Deserialize;

use crate::store::{Health, Interner, Relation, Str};
use crate::wire::{self, Meta, MicroTime, ObjectMeta, ObjectReference, Time};

use super::{Place, Cell, Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Event>;

/// `v1 Event`.
#[expect(clippy::struct_field_names, reason = "the names are those of the API")]
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Event {
    #[prost(message, required, tag = "1")]
    #[serde(deserialize_with = "wire::or_default")]
    metadata: ObjectMeta,
    #[prost(message, required, tag = "2")]
    #[serde(deserialize_with = "wire::or_default")]
    involved_object: ObjectReference,
    #[prost(string, tag = "3")]
    #[serde(deserialize_with = "wire::or_default")]
    reason: String,
    /// What a probe or a container printed may be in it, so it need not be UTF-8.
    #[prost(bytes = "vec", tag = "4")]
    #[serde(deserialize_with = "wire::text_bytes")]
    message: Vec<u8>,
    #[prost(message, required, tag = "5")]
    #[serde(deserialize_with = "wire::or_default")]
    source: EventSource,
    #[prost(message, optional, tag = "6")]
    #[serde(deserialize_with = "wire::or_default")]
    first_timestamp: Option<Time>,
    #[prost(message, optional, tag = "7")]
    #[serde(deserialize_with = "wire::or_default")]
    last_timestamp: Option<Time>,
    #[prost(int32, tag = "8")]
    #[serde(deserialize_with = "wire::or_default")]
    count: i32,
    #[prost(string, tag = "9")]
    #[serde(rename = "type", deserialize_with = "wire::or_default")]
    kind: String,
    #[prost(message, optional, tag = "10")]
    #[serde(deserialize_with = "wire::or_default")]
    event_time: Option<MicroTime>,
    #[prost(message, optional, tag = "11")]
    #[serde(deserialize_with = "wire::or_default")]
    series: Option<EventSeries>,
    #[prost(string, tag = "14")]
    #[serde(deserialize_with = "wire::or_default")]
    reporting_component: String,
    #[prost(string, tag = "15")]
    #[serde(deserialize_with = "wire::or_default")]
    reporting_instance: String,
}

crate::message! {
    /// `v1 EventSource`.
    pub struct EventSource {
        #[prost(string, tag = "1")]
        component: String,
        #[prost(string, tag = "2")]
        host: String,
    }

    /// `v1 EventSeries`.
    pub struct EventSeries {
        #[prost(int32, tag = "1")]
        count: i32,
        #[prost(message, optional, tag = "2")]
        last_observed_time: Option<MicroTime>,
    }
}

impl Meta for Event {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Event;
    const INFO: Info = Info::new("", "v1", "events");
    const DOC: &'static str =
        "What controllers, the scheduler and the kubelets did, and what went wrong";

    const PLACE: Place = Place::Outside;
    // What happened last is what one looks for.
    const ORDER: Option<&'static str> = Some("LAST SEEN");

    const COLUMNS: &'static [C] = &[
        C::number("LAST SEEN", |e, _| Cell::since(last_seen(e))).priority(190),
        C::text("TYPE", |e, i| Cell::shared(&e.kind, i)).status(),
        C::text("REASON", |e, i| Cell::shared(&e.reason, i)).priority(196),
        C::text("OBJECT", |e, i| Cell::shared(&object(&e.involved_object), i)).priority(194),
        C::text("SUBOBJECT", |e, i| Cell::shared(&e.involved_object.field_path, i)).wide(),
        C::text("SOURCE", source).wide(),
        C::text("MESSAGE", |e, _| Cell::Text(Str::from(wire::lossy(&e.message).trim())))
            .priority(192),
        C::number("FIRST SEEN", |e, _| Cell::since(first_seen(e))).wide(),
        C::number("COUNT", |e, _| Cell::Int(count(e).into()))
            .wide_always()
            .priority(120)
            .doc("how often it happened: the API server keeps repetitions as one event"),
        C::name().wide(),
    ];

    fn health(event: &Event) -> Health {
        match event.kind.as_str() {
            "Warning" => Health::Warning,
            _ => Health::Idle,
        }
    }

    fn links(event: &Event, links: &mut Links<'_>) {
        // Events outlive what they are about.
        links.optional(true, |links| links.object(Relation::About, &event.involved_object));
    }
}

fn set(time: Option<Time>) -> Option<Time> {
    time.filter(|t| t.unix().is_some())
}

fn first_seen(event: &Event) -> Option<Time> {
    set(event.first_timestamp).or(event.event_time)
}

fn last_seen(event: &Event) -> Option<Time> {
    match &event.series {
        Some(series) => series.last_observed_time,
        None => set(event.last_timestamp).or_else(|| first_seen(event)),
    }
}

/// An event that happened once has no count in the newer API (printers.go, `printEvent`).
fn count(event: &Event) -> i32 {
    match (&event.series, event.count) {
        (Some(series), _) => series.count,
        (None, 0) => 1,
        (None, count) => count,
    }
}

/// `pod/web-0`.
fn object(object: &ObjectReference) -> String {
    let kind = object.kind.to_lowercase();
    if object.name.is_empty() { kind } else { format!("{kind}/{}", object.name) }
}

/// `kubelet, node-1`, from the older fields or the newer ones.
fn source(event: &Event, interner: &mut Interner) -> Cell {
    let first = |a: &'_ str, b: &'_ str| if a.is_empty() { b.to_owned() } else { a.to_owned() };
    let component = first(&event.source.component, &event.reporting_component);
    let instance = first(&event.source.host, &event.reporting_instance);
    if instance.is_empty() {
        Cell::shared(&component, interner)
    } else {
        Cell::shared(&format!("{component}, {instance}"), interner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::super::{Encoding, modelled};
    use super::*;

    #[test]
    fn an_event_reads_as_kubectl_prints_it() {
        let event = rows::<This>(
            "
metadata: {name: web-0.17, namespace: shop}
involvedObject: {apiVersion: v1, kind: Pod, namespace: shop, name: web-0, uid: u-0, fieldPath: 'spec.containers{web}'}
type: Warning
reason: BackOff
message: '  Back-off restarting  '
count: 5
source: {component: kubelet, host: n1}
firstTimestamp: 2026-01-15T11:00:00Z
lastTimestamp: 2026-01-15T11:55:00Z
",
        );
        assert_eq!(
            event.wide(),
            "LAST SEEN | TYPE | REASON | OBJECT | SUBOBJECT | SOURCE | MESSAGE | FIRST SEEN | COUNT | NAME\n\
             5m | Warning | BackOff | pod/web-0 | spec.containers{web} | kubelet, n1 | Back-off restarting | 60m | 5 | web-0.17"
        );
        assert_eq!(event.health(), Health::Warning);
        assert_eq!(event.links(Relation::About), ["Pod shop/web-0 by uid if any"]);
        event.survive_damage();
    }

    #[test]
    fn newer_events_count_by_their_series() {
        let event = rows::<This>(
            "
metadata: {name: n1.17, namespace: default}
involvedObject: {kind: Node, name: n1, uid: n1}
type: Normal
message: null
eventTime: 2026-01-15T11:00:00.500000Z
firstTimestamp: null
series: {count: 12, lastObservedTime: 2026-01-15T11:55:00.700000Z}
reportingComponent: kx.example.org/test
",
        );
        assert_eq!(
            event.wide().lines().nth(1),
            Some("5m | Normal |  | node/n1 |  | kx.example.org/test |  | 60m | 12 | n1.17")
        );
        assert_eq!(event.health(), Health::Idle);
        assert_eq!(event.links(Relation::About), ["Node /n1 if any"], "a node's name is no UID");
        let once = rows::<This>(
            "{metadata: {name: e}, involvedObject: {kind: Pod}, eventTime: 2026-01-15T11:00:00.5Z}",
        );
        assert_eq!(once.wide().lines().nth(1), Some("60m |  |  | pod |  |  |  | 60m | 1 | e"));
        let bare = rows::<This>("{metadata: {name: e}}");
        assert_eq!(bare.text("LAST SEEN"), "<unknown>");
        assert!(bare.rows[0].links.is_empty());
    }

    #[test]
    fn what_a_probe_printed_need_not_be_text() {
        use prost::Message as _;
        let event =
            Event { message: b"Liveness probe failed: \xff\xfeELF".to_vec(), ..Event::default() };
        let (mut interner, mut rows) = (Interner::default(), Vec::new());
        let kind = modelled("", "events").unwrap();
        kind.decode(Encoding::Protobuf, &event.encode_to_vec(), &mut interner, &mut rows).unwrap();
        let message = kind.columns.iter().find(|c| c.name == "MESSAGE").unwrap();
        assert_eq!(message.cell(&rows[0]).text(0), "Liveness probe failed: \u{fffd}\u{fffd}ELF");
    }
}
