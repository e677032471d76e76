//! The pods of a node, and what they have been promised of it, in kubectl's words.

use crate::describe::{About, Amount, Field, Piece, Writer, unix};
use crate::sheet::Want;

use super::super::pod::requirements::{Amounts, Side, add, of_pod as requirements};

/// The pods of the node that are not over.
pub fn want(about: &About<'_>) -> Want {
    pods_of(about.name())
}

/// The pods of the node of this name that are not over.
pub fn pods_of(node: &str) -> Want {
    Want::Objects {
        group: String::new(),
        resource: "pods".to_owned(),
        namespace: String::new(),
        labels: String::new(),
        fields: format!("spec.nodeName={node},status.phase!=Succeeded,status.phase!=Failed"),
    }
}

/// Writes both tables.
pub fn write(about: &About<'_>, w: &mut Writer) {
    let pods = match about.objects(&want(about)) {
        Ok(pods) => pods,
        Err(instead) => {
            w.field(0, "Pods", instead);
            return;
        }
    };
    let status = about.object.key("status");
    let room = status.key("allocatable");
    let room = Room(if room.has_any() { room } else { status.key("capacity") });
    w.field(0, "Non-terminated Pods", format!("({} in total)", pods.len()));
    let names = ["CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age"];
    let names = [&["Namespace", "Name", ""], &names[..]].concat();
    w.plain_headings(2, &names);
    let dashes: Vec<_> = names.iter().map(|name| "-".repeat(name.len())).collect();
    w.plain_headings(2, &dashes.iter().map(String::as_str).collect::<Vec<_>>());
    for pod in &pods {
        write_pod(about, *pod, &room, w);
    }
    totals(&pods, &room, w);
}

fn write_pod(about: &About<'_>, pod: Field<'_>, room: &Room<'_>, w: &mut Writer) {
    let [requests, limits] =
        [Side::Requests, Side::Limits].map(|side| requirements(pod, side, true));
    let (namespace, name) = (pod.at("metadata.namespace").str(), pod.at("metadata.name").str());
    let age = w.since(unix(pod.at("metadata.creationTimestamp")));
    w.line(
        2,
        [
            namespace.into(),
            name.into(),
            Piece::default(),
            room.share("cpu", &requests),
            room.share("cpu", &limits),
            room.share("memory", &requests),
            room.share("memory", &limits),
            age.into(),
        ],
    )
    .go(about.to("", "pods", namespace, name));
}

fn totals(pods: &[Field<'_>], room: &Room<'_>, w: &mut Writer) {
    w.section(0, "Allocated resources");
    w.line(2, ["(Total limits may be over 100 percent, i.e., overcommitted.)".into()]);
    w.headings(2, &["Resource", "Requests", "Limits"]);
    let [requests, limits] = [Side::Requests, Side::Limits].map(|side| {
        let mut total = Amounts::new();
        pods.iter().for_each(|pod| add(&mut total, &requirements(*pod, side, false)));
        total
    });
    let of_room = room.0.map().into_iter().map(|(name, _)| name);
    let (huge, others): (Vec<_>, Vec<_>) = of_room
        .filter(|name| ![STANDARD, &["pods"]].concat().contains(name))
        .partition(|name| name.starts_with("hugepages-"));
    for name in STANDARD.iter().copied().chain(huge) {
        w.line(2, [name.into(), room.share(name, &requests), room.share(name, &limits)]);
    }
    for name in others {
        let total = |of: &Amounts<'_>| of.get(name).copied().unwrap_or_default().to_string().into();
        w.line(2, [name.into(), total(&requests), total(&limits)]);
    }
}

const STANDARD: &[&str] = &["cpu", "memory", "ephemeral-storage"];

/// What a node has to give.
struct Room<'a>(Field<'a>);

impl Room<'_> {
    /// `250m (3%)`: an amount, and how much of the room that is. Of no room it is 0%, where kubectl may write the smallest number there is.
    fn share(&self, name: &str, of: &Amounts<'_>) -> Piece {
        let amount = of.get(name).copied().unwrap_or_default();
        let read = if name == "cpu" { Amount::milli } else { Amount::value };
        let (part, whole) = (read(amount), read(Amount::of(self.0.key(name))));
        let percent = if whole == 0 { 0.0 } else { part as f64 / whole as f64 * 100.0 };
        format!("{amount} ({}%)", percent as i64).into()
    }
}
