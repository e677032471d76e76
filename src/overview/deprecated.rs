//! Deprecated APIs that somebody asks for.

use crate::kinds::Catalog;
use crate::sheet::{Facts, Go, Line};
use crate::store::Health;

use super::control::server_version;
use super::metrics::{Sample, samples};
use super::version::Version;
use super::wants::{self, DEPRECATED, missing, text_of};
use super::write::{Columns, INDENT, aligned, command, heading, muted, number, state, text};

/// The section.
pub fn section(facts: &Facts<'_>, lines: &mut Vec<Line>) {
    const TITLE: &str = "Deprecated APIs in use";
    let want = wants::deprecated();
    let said = match text_of(facts, &want) {
        Ok((said, ..)) => said,
        Err(why) => {
            lines.push(heading(TITLE, []));
            return lines.extend(missing("Metrics", &want, &why));
        }
    };
    let server = server_version(facts).as_deref().and_then(Version::parse);
    let used: Vec<Sample<'_>> = samples(said, DEPRECATED).filter(|s| s.value > 0.0).collect();
    // An API server counts for itself, from its start on.
    let more = match used.len() {
        0 => vec![muted("  none since this API server started")],
        count => vec![text("  "), number(count), muted(" since this API server started")],
    };
    lines.push(heading(TITLE, more).go(command(format!("raw /metrics {DEPRECATED}"))));
    let mut table: Vec<_> =
        used.iter().map(|sample| line(sample, server, facts.catalog())).collect();
    table.sort_by_key(|(health, _)| std::cmp::Reverse(*health));
    lines.extend(aligned(table.into_iter().map(|(_, line)| line).collect(), &[]));
}

/// One of them, and how urgent it is.
fn line(sample: &Sample<'_>, server: Option<Version>, catalog: &Catalog) -> (Health, Columns) {
    let [group, version, resource, subresource] =
        ["group", "version", "resource", "subresource"].map(|label| sample.label(label));
    let removed = sample.label("removed_release");
    let next = server.map(Version::next);
    let (health, words) = match Version::parse(removed) {
        Some(gone) if next.is_some_and(|next| gone <= next) => {
            (Health::Warning, format!("is gone in {removed}, the next version"))
        }
        Some(_) => (Health::Changing, format!("will be gone in {removed}")),
        None => (Health::Idle, "to stay for now".to_owned()),
    };
    let full = [resource, if subresource.is_empty() { "" } else { "/" }, subresource].concat();
    let api = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    let cells = vec![vec![text(full)], vec![text(api)], vec![state(health, words)]];
    let line = Columns::new(INDENT, cells);
    // What is not served any more, or not listed, has its group's own answer.
    let of_group = || {
        let root = if group.is_empty() { "/api" } else { "/apis/" };
        command(format!("raw {root}{group}/{version}"))
    };
    let go = go(group, version, resource, catalog).unwrap_or_else(of_group);
    (health, line.go(go))
}

/// The rows of that resource, where it is served and can be listed.
fn go(group: &str, version: &str, resource: &str, catalog: &Catalog) -> Option<Go> {
    let served = catalog.by_plural(group, resource)?;
    let qualified = [resource, version, group].map(str::to_owned);
    let qualified =
        qualified.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    let name = match catalog.resolve(&qualified) {
        Ok(found) if found.version == version => qualified,
        _ => catalog.name_of(&served),
    };
    Some(command(format!("{name} -A")))
}
