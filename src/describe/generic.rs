//! The describe of what no kind describes: all its fields, nested by their indent.

use crate::kinds::Catalog;
use crate::sheet::Go;

use super::Describer;
use super::about::About;
use super::field::Field;
use super::meta::{group_of, labels_and_annotations, name_and_namespace};
use super::piece::{Piece, state};
use super::writer::Writer;

/// Written before everything else, or of no use to people.
const SKIPPED: [&str; 5] = ["annotations", "labels", "managedFields", "name", "namespace"];

/// Describes any object by its fields (kubectl's `genericDescriber`).
pub struct Generic;

impl Describer for Generic {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        name_and_namespace(about, w);
        labels_and_annotations(about, w);
        all_fields(about, w);
    }
}

/// The title of the section that [`in_words`] adds to what kubectl writes.
pub const IN_WORDS: &str = "In Words";

/// Describes an object by its fields, as kubectl does, with a section between what every object has and its fields that says in words what these
/// mean; `words` writes it, at least two columns in.
pub fn in_words(about: &About<'_>, w: &mut Writer, words: impl FnOnce(&mut Writer)) {
    name_and_namespace(about, w);
    labels_and_annotations(about, w);
    w.section(0, IN_WORDS);
    words(w);
    // What follows is aligned by itself.
    w.blank();
    all_fields(about, w);
}

fn all_fields(about: &About<'_>, w: &mut Writer) {
    for (key, value) in about.object.map() {
        if key == "metadata" && !value.map().is_empty() {
            w.section(0, &title(key));
            let kept = value.map().into_iter().filter(|(key, _)| !SKIPPED.contains(key));
            kept.for_each(|(key, value)| field(about, 1, key, value, None, w));
        } else {
            field(about, 0, key, value, None, w);
        }
    }
}

fn fields(about: &About<'_>, level: u16, map: Field<'_>, w: &mut Writer) {
    let go = reference(about, map);
    for (key, value) in map.map() {
        field(about, level, key, value, go.as_ref().filter(|_| key == "name"), w);
    }
}

fn field(
    about: &About<'_>,
    level: u16,
    key: &str,
    value: Field<'_>,
    go: Option<&Go>,
    w: &mut Writer,
) {
    let indent = level.saturating_mul(2);
    if value.is_map() {
        w.section(indent, &title(key));
        fields(about, level.saturating_add(1), value, w);
    } else if value.is_list() {
        w.section(indent, &title(key));
        for item in value.list() {
            if item.is_map() {
                fields(about, level.saturating_add(1), item, w);
            } else {
                w.line(indent.saturating_add(2), [Piece::from(item.nested())]);
            }
        }
    } else {
        let text = match key {
            "phase" | "state" | "health" => state(value.nested()),
            _ if value.opt_int().is_some() => Piece::from(value),
            _ => Piece::from(value.nested()),
        };
        w.field(indent, &title(key), text).go(go.cloned());
    }
}

/// The object that a map names, if it is a reference: it has a Kind and a name.
fn reference(about: &About<'_>, map: Field<'_>) -> Option<Go> {
    let (kind, name) = (map.key("kind").str(), map.key("name").str());
    if kind.is_empty() || name.is_empty() {
        return None;
    }
    let group = ["apiGroup", "group"].into_iter().map(|key| map.key(key).str());
    let group =
        group.chain([group_of(map.key("apiVersion").str())]).find(|group| !group.is_empty());
    let catalog: &Catalog = about.facts.catalog();
    let group = group.unwrap_or_default();
    let known = catalog.by_kind(group, kind)?;
    let namespace = map.key("namespace").str_or(about.namespace());
    about.to(group, &known.plural, namespace, name)
}

/// A field's name in words: `restartPolicy` is `Restart Policy`, `apiVersion` is `API Version` (kubectl's `smartLabelFor`).
fn title(field: &str) -> String {
    const ACRONYMS: [&str; 4] = ["API", "URL", "UID", "GUID"];
    if !field.chars().all(|c| c.is_alphabetic() || c == '-') {
        return field.to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    let mut parts = parts(field).into_iter().peekable();
    while let Some(mut part) = parts.next() {
        let shouted =
            part.len() >= 2 && part.chars().all(|c| !c.is_alphabetic() || c.is_uppercase());
        if shouted && let Some(next) = parts.next_if(|next| next.starts_with(char::is_uppercase)) {
            part.push_str(&next);
        }
        let upper = part.to_uppercase();
        if ACRONYMS.contains(&upper.as_str()) {
            part = upper;
        } else if part.to_lowercase() == part {
            let mut letters = part.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            part = first.chain(letters).collect();
        }
        words.push(part);
    }
    words.join(" ")
}

/// The words of a camel-case name: a new one begins where letters change their case, and the last of several capitals belongs to what follows.
fn parts(name: &str) -> Vec<String> {
    let class = |c: char| if c.is_lowercase() { 1 } else { 2 + u8::from(!c.is_uppercase()) };
    let mut parts: Vec<String> = Vec::new();
    let mut last = None;
    for c in name.chars() {
        match parts.last_mut() {
            Some(part) if last == Some(class(c)) => part.push(c),
            _ => parts.push(c.to_string()),
        }
        last = Some(class(c));
    }
    for n in 1..parts.len() {
        let (before, after) = parts.split_at_mut(n);
        if let ([.., before], [after, ..]) = (before, after)
            && before.ends_with(char::is_uppercase)
            && after.starts_with(char::is_lowercase)
            && let Some(capital) = before.pop()
        {
            after.insert(0, capital);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn fields_are_titled_as_kubectl_does() {
        for (field, wanted) in [
            ("restartPolicy", "Restart Policy"),
            ("apiVersion", "API Version"),
            ("uid", "UID"),
            ("podIPs", "Pod I Ps"),
            ("externalURL", "External URL"),
            ("URLPath", "URLPath"),
            ("x-kubernetes", "X - Kubernetes"),
            ("v1", "v1"),
            ("kubernetes.io/os", "kubernetes.io/os"),
            ("", ""),
        ] {
            assert_eq!(title(field), wanted, "{field}");
        }
    }
}
