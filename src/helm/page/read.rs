//! What pages about a release read: its revisions as rows, and of a revision the object that holds it.

use crate::kinds::{Cell, modelled};
use crate::sheet::{Answer, Facts, Sheet, Want};
use crate::store::{Relation, Row, To};

use super::super::Loaded;
use super::{About, write};

/// The resource of revisions, which kx makes of what Helm stored.
const REVISIONS: (&str, &str) = ("helm.sh", "revisions");

/// How far something is known.
pub(crate) enum Known<T> {
    /// Not yet.
    Loading,
    /// It cannot be known: why.
    Not(String),
    /// It is known.
    There(T),
}

/// The revision of a row, as far as it is known.
pub(crate) fn revision<'f>(row: &Row, facts: &'f Facts<'_>) -> Known<&'f Loaded> {
    let said = || format!("revision {} cannot be read", number(row).unwrap_or_default());
    let Some(want) = stored(row) else { return Known::Not(said()) };
    match facts.get(&want) {
        Answer::Release(read) => match &**read {
            Ok(loaded) => Known::There(loaded),
            Err(why) => Known::Not(format!("{}: {why}", said())),
        },
        Answer::Object(None) => Known::Not(format!("{}: it is gone", said())),
        Answer::Failed(why) => Known::Not(format!("{}: {why}", said())),
        Answer::Absent => Known::Not(said()),
        _ => Known::Loading,
    }
}

/// All revisions of a release.
pub(crate) fn revisions(about: &About) -> Want {
    let (group, resource) = REVISIONS;
    Want::Rows {
        group: group.to_owned(),
        resource: resource.to_owned(),
        namespace: about.namespace.clone(),
        labels: format!("name={}", about.name),
        fields: String::new(),
    }
}

/// The revisions of a release, the newest first.
pub(crate) fn rows<'a>(about: &About, facts: &Facts<'a>) -> Known<Vec<&'a Row>> {
    let want = revisions(about);
    match facts.get(&want) {
        Answer::Failed(why) => return Known::Not(why.clone()),
        Answer::Absent => return Known::Not("this cluster serves no secrets".to_owned()),
        _ => {}
    }
    let Some(mut rows) = facts.rows(&want) else { return Known::Loading };
    if rows.is_empty() {
        let About { namespace, name, .. } = about;
        return Known::Not(format!("Helm keeps no release {name} in the namespace {namespace}"));
    }
    rows.sort_by_key(|row| std::cmp::Reverse((number(row), row.uid)));
    Known::There(rows)
}

/// The row of the wanted revision among all.
pub(super) fn wanted<'a>(about: &About, rows: &[&'a Row]) -> Known<&'a Row> {
    let found = match about.revision {
        None => rows.first(),
        Some(revision) => rows.iter().find(|row| number(row) == Some(revision)),
    };
    match (found, about.revision) {
        (Some(row), _) => Known::There(row),
        (None, Some(revision)) => Known::Not(format!(
            "Helm keeps no revision {revision} of {}; it keeps {}",
            about.name,
            kept(rows)
        )),
        (None, None) => Known::Not(format!("Helm keeps no revision of {}", about.name)),
    }
}

/// `1 to 3`.
fn kept(rows: &[&Row]) -> String {
    let numbers = || rows.iter().filter_map(|row| number(row));
    match (numbers().min(), numbers().max()) {
        (Some(low), Some(high)) if low < high => format!("{low} to {high}"),
        (Some(only), _) => format!("{only} only"),
        _ => "none".to_owned(),
    }
}

/// A row's revision.
pub(crate) fn number(row: &Row) -> Option<i64> {
    let label = row.labels.iter().find(|(key, _)| &**key == "version");
    label.and_then(|(_, value)| value.parse().ok())
}

/// What is in the object that holds a row's revision.
pub(crate) fn stored(row: &Row) -> Option<Want> {
    let (_, resource, namespace, name) = object(row)?;
    Some(Want::Release { resource, namespace, name })
}

/// The object that holds a row's revision: its group, resource, namespace and name.
pub(crate) fn object(row: &Row) -> Option<(String, String, String, String)> {
    let link = row.links.iter().find(|link| link.relation == Relation::PartOf)?;
    let (To::Uid { namespace, name, .. } | To::Name { namespace, name }) = &link.to else {
        return None;
    };
    let (group, resource) = (link.group.to_string(), link.resource.to_string());
    Some((group, resource, namespace.to_string(), name.to_string()))
}

/// What a revision's row says in a column.
pub(super) fn said(row: &Row, column: &str) -> Cell {
    let kind = modelled(REVISIONS.0, REVISIONS.1);
    let column = kind.and_then(|kind| kind.columns.iter().find(|c| c.name == column));
    column.map_or(Cell::None, |column| column.cell(row))
}

/// The revisions of a release and the wanted one among them; else what the page shows instead.
pub(super) fn found<'a>(
    about: &About,
    facts: &Facts<'a>,
) -> Result<(Vec<&'a Row>, &'a Row), Sheet> {
    let shown = |why: Option<String>| why.map_or_else(write::loading, |why| write::failed(&why));
    let rows = rows(about, facts).known().map_err(shown)?;
    let row = wanted(about, &rows).known().map_err(shown)?;
    Ok((rows, row))
}

impl<T> Known<T> {
    /// What is known; else why it cannot be, or `None` while it is not known yet.
    pub(crate) fn known(self) -> Result<T, Option<String>> {
        match self {
            Self::There(known) => Ok(known),
            Self::Not(why) => Err(Some(why)),
            Self::Loading => Err(None),
        }
    }
}
