//! Quotas of which most is used.

use crate::sheet::{Facts, Go, Line};
use crate::store::Row;
use crate::wire::parse_quantity;

use super::cells::at;
use super::wants::{self, QUOTAS, missing, rows_of};
use super::write::{
    Columns, INDENT, NEAR, aligned, bar, command, heading, muted, number, percent, text,
};

/// Lets those quotas pass of which [`NEAR`] percent or more are used.
const FILTER: &str = "most-used~^(>100|[89][0-9]|[0-9]{3,})%";

/// A resource that a quota bounds, and how much of it is used: as the server writes it, and what that is worth in thousand-millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bound<'a> {
    resource: &'a str,
    used: &'a str,
    hard: &'a str,
    amounts: (i128, i128),
}

/// The section.
pub fn section(facts: &Facts<'_>, lines: &mut Vec<Line>) {
    let want = wants::all(QUOTAS);
    let rows = match rows_of(facts, &want) {
        Ok(rows) => rows,
        Err(why) => {
            lines.push(heading("Quotas", []));
            return lines.extend(missing("Quotas", &want, &why));
        }
    };
    let mut near: Vec<(Option<i128>, &Row, Bound<'_>)> = Vec::new();
    let mut quotas = 0_usize;
    for row in &rows {
        let before = near.len();
        near.extend(bounds(row).filter_map(|bound| {
            let share = percent(bound.amounts.0, bound.amounts.1);
            share.is_none_or(|share| share >= NEAR).then_some((share, *row, bound))
        }));
        quotas += usize::from(near.len() > before);
    }
    // What is used although none of it may be stands first.
    near.sort_by_key(|(share, row, _)| {
        (std::cmp::Reverse(share.unwrap_or(i128::MAX)), row.namespace.clone(), row.name.clone())
    });
    let more = match (rows.len(), quotas) {
        (0, _) => vec![muted("  there are none")],
        (all, 0) => vec![text("  "), number(all), muted(", none near its limit")],
        (all, near) => vec![text("  "), number(near), muted(format!(" of {all} near the limit"))],
    };
    let go = if quotas == 0 {
        "resourcequotas -A".to_owned()
    } else {
        format!("resourcequotas -A /{FILTER}")
    };
    lines.push(heading("Quotas", more).go(command(go)));
    let table = near.into_iter().map(|(share, row, bound)| {
        let share = share.map_or(">100%".to_owned(), |share| format!("{share}%"));
        let cells = vec![
            vec![crate::sheet::Span::new(
                format!("{}/{}", row.namespace, row.name),
                crate::sheet::Tone::Label,
            )],
            vec![text(bound.resource)],
            vec![
                bar(bound.amounts.0, bound.amounts.1),
                text(format!(" {}/{}", bound.used, bound.hard)),
            ],
            vec![number(share)],
        ];
        Columns::new(INDENT, cells).go(Go::Object {
            group: QUOTAS.0.into(),
            resource: QUOTAS.1.into(),
            namespace: row.namespace.clone(),
            name: row.name.clone(),
        })
    });
    lines.extend(aligned(table.collect(), &[false, false, false, true]));
}

/// What a quota bounds, read from its columns: `pods: 9/10, requests.cpu: 500m/2`.
fn bounds(row: &Row) -> impl Iterator<Item = Bound<'_>> {
    let columns = ["REQUEST", "LIMIT"].map(|column| at(QUOTAS, column).text(row));
    columns.into_iter().flat_map(|text| text.split(", ")).filter_map(bound)
}

fn bound(text: &str) -> Option<Bound<'_>> {
    let (resource, amounts) = text.rsplit_once(": ")?;
    let (used, hard) = amounts.split_once('/')?;
    let amounts = (parse_quantity(used)?, parse_quantity(hard)?);
    Some(Bound { resource, used, hard, amounts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bounds_are_read_from_what_a_quota_shows() {
        let read = |text| {
            bound(text).map(|b| (b.resource, b.used, b.hard, percent(b.amounts.0, b.amounts.1)))
        };
        assert_eq!(read("pods: 9/10"), Some(("pods", "9", "10", Some(90))));
        assert_eq!(read("requests.cpu: 500m/2"), Some(("requests.cpu", "500m", "2", Some(25))));
        assert_eq!(
            read("count/deployments.apps: 3/3"),
            Some(("count/deployments.apps", "3", "3", Some(100)))
        );
        assert_eq!(read("limits.memory: 1Gi/0"), Some(("limits.memory", "1Gi", "0", None)));
        assert_eq!(read("secrets: 0/0"), Some(("secrets", "0", "0", Some(0))));
        assert_eq!(read("cpu: much/more"), None);
        assert_eq!(read(""), None);
    }

    proptest! {
        #[test]
        fn any_text_is_a_bound_or_none(text in "([a-z./]{0,3}|: |/|[0-9]{1,20}|[a-zA-Z]i?)*") {
            if let Some(bound) = bound(&text) {
                let _ = percent(bound.amounts.0, bound.amounts.1);
            }
        }
    }
}
