//! What controllers said of an object lately.

use crate::sheet::Want;
use crate::store::Health;

use super::about::About;
use super::field::Field;
use super::piece::{Piece, toned};
use super::time::unix;
use super::writer::Writer;

/// The events of an object, found as kubectl finds them (`searchEvents`): in its namespace, by all that identifies it.
pub fn want(about: &About<'_>) -> Want {
    let kind = match about.object.key("kind").str() {
        "" => about.resource.kind.as_str(),
        kind => kind,
    };
    search(about, kind, about.uid())
}

/// The events of the object of this kind and UID that has its name and namespace; either is left out where it is empty.
pub fn search(about: &About<'_>, kind: &str, uid: &str) -> Want {
    let mut fields = format!(
        "involvedObject.name={},involvedObject.namespace={}",
        about.name(),
        about.namespace()
    );
    for (field, value) in [("kind", kind), ("uid", uid)] {
        if !value.is_empty() {
            fields.push_str(&format!(",involvedObject.{field}={value}"));
        }
    }
    Want::Objects {
        group: String::new(),
        resource: "events".to_owned(),
        namespace: about.namespace().to_owned(),
        labels: String::new(),
        fields,
    }
}

/// Writes the events of these wants as one table, oldest first.
pub(super) fn write(about: &About<'_>, wants: &[Want], w: &mut Writer) {
    let mut events = Vec::new();
    for want in wants {
        match about.objects(want) {
            Ok(found) => events.extend(found),
            Err(instead) => {
                w.field(0, "Events", instead);
                return;
            }
        }
    }
    if wants.is_empty() {
        return;
    }
    if events.is_empty() {
        w.field(0, "Events", "<none>");
        return;
    }
    events.sort_by_key(|event| unix(event.key("lastTimestamp")));
    w.section(0, "Events");
    w.headings(2, &["Type", "Reason", "Age", "From", "Message"]);
    for event in events {
        let health = match event.key("type").str() {
            "Warning" => Health::Warning,
            _ => Health::Idle,
        };
        let interval = interval(event, w);
        let from = event.at("source.component").str_or(event.key("reportingComponent").str());
        let pieces = [
            toned(event.key("type").text(), health),
            Piece::from(event.key("reason")),
            interval.into(),
            from.into(),
            message(event).into(),
        ];
        let (namespace, name) = (event.at("metadata.namespace"), event.at("metadata.name"));
        let go = about.to("", "events", namespace.str(), name.str());
        w.line(2, pieces).go(go);
    }
}

/// `5m`, or `5m (x3 over 1h)` where it happened more than once.
fn interval(event: Field<'_>, w: &mut Writer) -> String {
    let once = unix(event.key("eventTime")).or_else(|| unix(event.key("firstTimestamp")));
    let first = w.since(once);
    let (series, count) = (event.key("series"), event.key("count").int());
    if series.is_some() {
        let last = w.since(unix(series.key("lastObservedTime")));
        format!("{last} (x{} over {first})", series.key("count").int())
    } else if count > 1 {
        format!("{} (x{count} over {first})", w.since(unix(event.key("lastTimestamp"))))
    } else {
        first
    }
}

fn message(event: Field<'_>) -> String {
    let message = event.key("message").str().trim();
    match event.at("involvedObject.fieldPath").str() {
        "" => message.to_owned(),
        path => format!("{path}: {message}"),
    }
}
