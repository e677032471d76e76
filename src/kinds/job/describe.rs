//! A Job, described.

use crate::describe::meta::{
    controlled_by, labels_and_annotations, name_and_namespace, selector_text,
};
use crate::describe::{About, Describer, Field, Piece, Writer, date, or, template, unix};
use crate::kinds::age;

use super::This;

impl Describer for This {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (spec, status) = (about.object.key("spec"), about.object.key("status"));
        name_and_namespace(about, w);
        w.field(0, "Selector", selector_text(spec.key("selector")));
        labels_and_annotations(about, w);
        controlled_by(about, w);
        asked(spec, w);
        times(spec, status, w);
        let ready = match status.key("ready").opt_int() {
            Some(ready) => format!(" ({ready} Ready)"),
            None => String::new(),
        };
        let count = |key| status.key(key).int();
        let text = format!(
            "{} Active{ready} / {} Succeeded / {} Failed",
            count("active"),
            count("succeeded"),
            count("failed")
        );
        w.field(0, "Pods Statuses", text);
        if spec.key("completionMode").str() == "Indexed" {
            let indexes = capped(status.key("completedIndexes").str());
            w.field(0, "Completed Indexes", or(indexes, "<none>"));
        }
        template(about, spec.key("template"), w);
    }
}

/// What the spec asks for; what it leaves open is left out, but for how many completions.
fn asked(spec: Field<'_>, w: &mut Writer) {
    for (title, key) in [
        ("Parallelism", "parallelism"),
        ("Completions", "completions"),
        ("Completion Mode", "completionMode"),
        ("Suspend", "suspend"),
        ("Backoff Limit", "backoffLimit"),
        ("TTL Seconds After Finished", "ttlSecondsAfterFinished"),
    ] {
        let value = spec.key(key);
        if value.is_some() {
            w.field(0, title, value);
        } else if key == "completions" {
            w.field(0, title, "<unset>");
        }
    }
}

fn times(spec: Field<'_>, status: Field<'_>, w: &mut Writer) {
    let (started, completed) = (status.key("startTime"), status.key("completionTime"));
    if started.is_some() {
        w.field(0, "Start Time", date(started));
    }
    if completed.is_some() {
        w.field(0, "Completed At", date(completed));
    }
    if let (Some(from), Some(to)) = (unix(started), unix(completed)) {
        let mut text = String::new();
        age::write(to.saturating_sub(from), &mut text);
        w.field(0, "Duration", text);
    }
    if let Some(seconds) = spec.key("activeDeadlineSeconds").opt_int() {
        w.field(0, "Active Deadline Seconds", Piece::from(format!("{seconds}s")));
    }
}

/// A long list of indexes, cut at the first comma after fifty letters.
fn capped(indexes: &str) -> String {
    const SOFT_LIMIT: usize = 50;
    let comma = indexes.bytes().enumerate().skip(SOFT_LIMIT).find(|(_, byte)| *byte == b',');
    match comma {
        Some((at, _)) => format!("{}...", indexes.get(..=at).unwrap_or_default()),
        None => indexes.to_owned(),
    }
}
