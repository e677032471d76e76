//! What every object has: labels, annotations, a controller; and selectors, which choose by labels.

use crate::kinds::text;
use crate::sheet::Go;
use crate::wire::LabelSelector;

use super::about::About;
use super::field::Field;
use super::piece::{Piece, muted, or, strong};
use super::writer::Writer;

/// kubectl writes longer annotations on lines of their own, and cuts these.
const LONGEST: usize = 140;

/// Written by `kubectl apply` for itself.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// `Name:` and `Namespace:`, with which most describes begin.
pub fn name_and_namespace(about: &About<'_>, w: &mut Writer) {
    w.field(0, "Name", strong(about.name()));
    w.field(0, "Namespace", about.namespace()).go(about.to(
        "",
        "namespaces",
        "",
        about.namespace(),
    ));
}

/// `Labels:` and `Annotations:` of the object.
pub fn labels_and_annotations(about: &About<'_>, w: &mut Writer) {
    labels(0, "Labels", about.object.at("metadata.labels"), w);
    annotations(0, "Annotations", about.object.at("metadata.annotations"), w);
}

/// `key=value` one below the other.
pub fn labels(indent: u16, title: &str, labels: Field<'_>, w: &mut Writer) {
    w.values(indent, title, labels.map().into_iter().map(|(key, value)| pair(key, value)));
}

fn pair(key: &str, value: Field<'_>) -> Piece {
    Piece::from(key).and(muted("=")).and(value.text())
}

/// `key: value` one below the other; what is long stands below its key.
pub fn annotations(indent: u16, title: &str, annotations: Field<'_>, w: &mut Writer) {
    let shown = annotations.map().into_iter().filter(|(key, _)| *key != LAST_APPLIED);
    let mut none = true;
    for (key, value) in shown {
        let text = value.text();
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let long = text.len() + key.len() + 2 > LONGEST || text.contains('\n');
        let first = if long {
            Piece::from(format!("{key}:"))
        } else {
            Piece::from(format!("{key}: ")).and(text)
        };
        if std::mem::take(&mut none) {
            w.field(indent, title, first);
        } else {
            w.more(first);
        }
        for line in text.split('\n').filter(|_| long) {
            w.more(format!("  {}", shorten(line, LONGEST - 2)));
        }
    }
    if none {
        w.field(indent, title, "<none>");
    }
}

/// At most so many bytes of a text, with `...` for the rest.
pub fn shorten(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}...", &text[..end])
}

/// `Controlled By:`, where somebody does.
pub fn controlled_by(about: &About<'_>, w: &mut Writer) {
    if let Some(owner) = controller(about.object) {
        let (kind, name) = (owner.key("kind").str(), owner.key("name").str());
        w.field(0, "Controlled By", format!("{kind}/{name}")).go(go_owner(about, owner));
    }
}

/// The owner reference of an object's controller.
pub fn controller(object: Field<'_>) -> Option<Field<'_>> {
    object.at("metadata.ownerReferences").list().find(|owner| owner.key("controller").flag())
}

fn go_owner(about: &About<'_>, owner: Field<'_>) -> Option<Go> {
    let group = group_of(owner.key("apiVersion").str());
    about.to(group, owner.key("kind").str(), about.namespace(), owner.key("name").str())
}

/// The API group of an `apiVersion`.
pub fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// `app=web,tier in (a,b)` (`metav1.LabelSelectorAsSelector`); empty where there is none, `None` where it is no valid one.
pub fn selector(selector: Field<'_>) -> Option<String> {
    if !selector.is_some() {
        return Some(String::new());
    }
    text::selector(&selector.read::<LabelSelector>()?)
}

/// A selector, or why there is none.
pub fn selector_text(field: Field<'_>) -> Piece {
    match selector(field) {
        Some(text) => Piece::from(text),
        None => muted("Failed to get selector: it is invalid"),
    }
}

/// A selector, `<none>` where it asks for nothing (`metav1.FormatLabelSelector`).
pub fn selector_or_none(field: Field<'_>) -> Piece {
    match selector(field) {
        Some(text) if text.is_empty() => muted("<none>"),
        Some(text) => Piece::from(text),
        None => muted("<error>"),
    }
}

/// `a=1,b=2`, empty for none (`labels.Set.String`).
pub fn set(labels: Field<'_>) -> String {
    let pairs = labels.map().into_iter().map(|(key, value)| format!("{key}={}", value.text()));
    pairs.collect::<Vec<_>>().join(",")
}

/// `a=1,b=2`, `<none>` for none (`labels.FormatLabels`).
pub fn set_or_none(labels: Field<'_>) -> Piece {
    or(set(labels), "<none>")
}
