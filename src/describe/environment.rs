//! A container's environment: where its variables come from. Values out of secrets are never read.

use crate::sheet::Go;
use crate::wire::Quantity;

use super::about::About;
use super::field::Field;
use super::piece::{Piece, label, muted};
use super::writer::Writer;

/// `Environment Variables from:` and `Environment:`. `pod` is what fields are taken from; a template has none.
pub(super) fn write(
    about: &About<'_>,
    container: Field<'_>,
    pod: Option<Field<'_>>,
    w: &mut Writer,
) {
    if container.key("envFrom").has_any() {
        w.section(4, "Environment Variables from");
        container.key("envFrom").list().for_each(|source| whole(about, source, w));
    }
    let variables = container.key("env").list();
    if variables.len() == 0 {
        w.field(4, "Environment", "<none>");
        return;
    }
    w.section(4, "Environment");
    variables.for_each(|variable| one(about, container, pod, variable, w));
}

/// All of a ConfigMap or Secret.
fn whole(about: &About<'_>, source: Field<'_>, w: &mut Writer) {
    let (config, secret) = (source.key("configMapRef"), source.key("secretRef"));
    let (from, plural, map) = if config.is_some() {
        ("ConfigMap", "configmaps", config)
    } else if secret.is_some() {
        ("Secret", "secrets", secret)
    } else {
        ("", "", Field::default())
    };
    let name = map.key("name").str();
    let from = match source.key("prefix").str() {
        "" => from.to_owned(),
        prefix => format!("{from} with prefix '{prefix}'"),
    };
    let optional = optional(map);
    w.line(6, [name.into(), from.into(), optional]).go(about.beside("", plural, name));
}

fn optional(reference: Field<'_>) -> Piece {
    muted(format!("Optional: {}", reference.key("optional").flag()))
}

fn one(
    about: &About<'_>,
    container: Field<'_>,
    pod: Option<Field<'_>>,
    variable: Field<'_>,
    w: &mut Writer,
) {
    let name = label(format!("{}:", variable.key("name").str()));
    let from = variable.key("valueFrom");
    if !from.is_some() {
        w.line(6, [name, variable.key("value").text().into()]);
        return;
    }
    let (field, resource) = (from.key("fieldRef"), from.key("resourceFieldRef"));
    let (secret, config) = (from.key("secretKeyRef"), from.key("configMapKeyRef"));
    let mut chosen = |words: String, plural: &str, reference: Field<'_>| {
        let go: Option<Go> = about.beside("", plural, reference.key("name").str());
        w.line(6, [name.clone(), muted(words), optional(reference)]).go(go);
    };
    if field.is_some() {
        let path = field.key("fieldPath").str();
        let value = pod.map_or("", |pod| value_of(pod, path));
        let words = format!(" ({}:{path})", field.key("apiVersion").str());
        w.line(6, [name, Piece::from(value).and(muted(words))]);
    } else if resource.is_some() {
        let which = resource.key("resource").str();
        let value = match resource_value(container, which, resource.key("divisor").str()) {
            Some(0) if matches!(which, "limits.cpu" | "limits.memory") => {
                "node allocatable".to_owned()
            }
            value => value.map(|value| value.to_string()).unwrap_or_default(),
        };
        w.line(6, [name, Piece::from(value).and(muted(format!(" ({which})")))]);
    } else if secret.is_some() {
        let (key, of) = (secret.key("key").str(), secret.key("name").str());
        chosen(format!("<set to the key '{key}' in secret '{of}'>"), "secrets", secret);
    } else if config.is_some() {
        let (key, of) = (config.key("key").str(), config.key("name").str());
        chosen(format!("<set to the key '{key}' of config map '{of}'>"), "configmaps", config);
    }
}

/// The fields that kubectl knows the value of without asking: its scheme converts no others.
fn value_of<'a>(pod: Field<'a>, path: &str) -> &'a str {
    match path {
        "metadata.name" | "metadata.namespace" => pod.at(path).str(),
        _ => "",
    }
}

/// A container's limit or request in units of a divisor, rounded up; `None` for a resource that containers cannot tell.
fn resource_value(container: Field<'_>, which: &str, divisor: &str) -> Option<i64> {
    let (side, resource) = which.split_once('.')?;
    let known = matches!(resource, "cpu" | "memory" | "ephemeral-storage")
        || resource.starts_with("hugepages-");
    if !known || !matches!(side, "limits" | "requests") {
        return None;
    }
    let value = |text: &str| {
        let quantity = Quantity { text: text.to_owned() };
        if resource == "cpu" { quantity.milli() } else { quantity.value() }
    };
    let one = if resource == "cpu" { 1000 } else { 1 };
    let divisor = value(divisor).filter(|divisor| *divisor != 0).unwrap_or(one);
    let amount = container.key("resources").key(side).key(resource).text();
    let amount = value(&amount).unwrap_or_default();
    let rest = amount.checked_rem(divisor)?;
    amount.checked_div(divisor)?.checked_add(i64::from(rest > 0))
}
