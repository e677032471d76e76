//! The autoscaler that sets an object's number of replicas itself: whether there is one, and which bounds would make it set another number.

use serde_json::Value;

use crate::kinds::{Cell, modelled};
use crate::sheet::{Facts, Line, Span, Tone, Want};
use crate::store::{Health, Relation, Row, To};

use super::super::Target;
use super::super::bounds::Set;

const GROUP: &str = "autoscaling";
const PLURAL: &str = "horizontalpodautoscalers";
/// Of more namespaces, one watch of all is cheaper.
const WATCHED: usize = 5;

/// The autoscaler of an object.
pub(super) struct Autoscaler<'a>(&'a Row);

/// The autoscalers of these namespaces.
pub(super) fn wants<'a>(namespaces: impl Iterator<Item = &'a str>) -> Vec<Want> {
    let mut namespaces: Vec<&str> = namespaces.collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    if namespaces.len() > WATCHED {
        namespaces = vec![""];
    }
    let rows = |namespace: &str| Want::Rows {
        group: GROUP.to_owned(),
        resource: PLURAL.to_owned(),
        namespace: namespace.to_owned(),
        labels: String::new(),
        fields: String::new(),
    };
    namespaces.into_iter().map(rows).collect()
}

impl<'a> Autoscaler<'a> {
    /// The one that sets this object's number, among those that were wanted.
    pub fn of(facts: &Facts<'a>, wanted: &[Want], target: &Target) -> Option<Self> {
        let mut rows = wanted.iter().filter_map(|want| facts.rows(want)).flatten();
        let scales = |row: &&Row| {
            *row.namespace == *target.namespace
                && row.links.iter().any(|link| {
                    link.relation == Relation::Scales
                        && *link.group == *target.resource.group
                        && *link.resource == *target.resource.kind
                        && matches!(&link.to, To::Name { name, .. } if **name == *target.name)
                })
        };
        rows.find(scales).map(Self)
    }

    /// The fewest and the most replicas, as its row tells them; an absent minimum is 1 (autoscaling/v2).
    fn bounds(&self) -> Option<(i64, i64)> {
        let kind = modelled(GROUP, PLURAL)?;
        let number = |name: &str| {
            let column = kind.columns.iter().find(|column| column.name == name)?;
            match column.cell(self.0) {
                Cell::Int(number) => Some(number),
                _ => None,
            }
        };
        Some((number("MINPODS").unwrap_or(1), number("MAXPODS")?))
    }

    /// It, where the cluster serves autoscalers.
    pub fn as_target(&self, facts: &Facts<'_>) -> Option<Target> {
        let resource = facts.catalog().named(GROUP, PLURAL)?;
        Some(Target {
            resource,
            namespace: self.0.namespace.to_string(),
            name: self.0.name.to_string(),
            uid: Some(self.0.uid),
        })
    }

    /// The bounds by which it goes from so many replicas to so many by itself; or, where somebody else sets the number, those that allow it.
    ///
    /// # Errors
    /// Why there are none, a sentence for people.
    pub fn led(&self, now: i64, to: i64, by_itself: bool) -> Result<Set, String> {
        let name = &self.0.name;
        let Some((least, most)) = self.bounds() else {
            return Err(format!("the bounds of horizontalpodautoscaler/{name} are not known"));
        };
        if to < 1 {
            return Err(format!(
                "horizontalpodautoscaler/{name} cannot go to none: move the replicas themselves, and it leaves them alone while there are none"
            ));
        }
        // Upwards it goes by its minimum, downwards by its maximum; the other bound only makes room.
        let (up, down) = (by_itself && to > now, by_itself && to < now);
        let new = (if up { to } else { least.min(to) }, if down { to } else { most.max(to) });
        let moved = |from: i64, to: i64| (from != to).then_some(to);
        Ok(Set { least: moved(least, new.0), most: moved(most, new.1) })
    }

    /// What it does to the number.
    pub fn line(&self, target: &Target, by_itself: bool, none: bool) -> Line {
        let bounds = self.bounds().map(|(least, most)| format!(" ({least} to {most})"));
        let does = match (by_itself, none) {
            (_, true) => format!(" leaves {} alone while it has no replicas", target.name),
            (true, false) => format!(" scales {}", target.name),
            (false, false) => format!(" will set the replicas of {} again", target.name),
        };
        let calm = by_itself || none;
        let tone = if calm { Tone::State(Health::Ok) } else { Tone::State(Health::Warning) };
        Line::new(
            0,
            [
                Span::new(format!("horizontalpodautoscaler/{}", self.0.name), tone),
                Span::new(bounds.unwrap_or_default(), Tone::Muted),
                Span::new(does, Tone::Text),
            ],
        )
    }

    /// How its bounds are moved.
    pub fn preview(&self, set: &Set) -> Vec<Line> {
        let Some((least, most)) = self.bounds() else { return Vec::new() };
        let moved = [("minReplicas", least, set.least), ("maxReplicas", most, set.most)];
        let mut lines: Vec<Line> = Vec::new();
        for (field, from, to) in moved {
            let Some(to) = to else { continue };
            let spans = [
                Span::new(format!("{field}  "), Tone::Label),
                Span::new(from.to_string(), Tone::Number),
                Span::new(" → ", Tone::Muted),
                Span::new(to.to_string(), Tone::Number),
            ];
            lines.push(Line::new(2, spans));
        }
        if lines.is_empty() {
            lines.push(Line::new(2, [Span::new("its bounds allow it already", Tone::Muted)]));
        }
        lines
    }
}

/// Where the autoscalers of a namespace are read, in the version that every server has.
pub(super) fn path(namespace: &str) -> String {
    format!("/apis/{GROUP}/v1/namespaces/{namespace}/{PLURAL}?limit=500")
}

/// What fights the number that an object was given, given the autoscalers of its namespace.
pub(super) fn fights(target: &Target, list: &Value) -> Option<String> {
    let items = list["items"].as_array()?;
    let of = |item: &&Value| {
        let scaled = &item["spec"]["scaleTargetRef"];
        let version = scaled["apiVersion"].as_str().unwrap_or_default();
        let group = version.split_once('/').map_or("", |(group, _)| group);
        group == target.resource.group
            && scaled["kind"] == *target.resource.kind
            && scaled["name"] == *target.name
    };
    let name = items.iter().find(of)?["metadata"]["name"].as_str()?;
    Some(format!(
        "horizontalpodautoscaler/{name} sets its replicas too and will set them again: scale by a number to move its bounds instead"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::{Catalog, Encoding};
    use crate::store::Interner;

    fn row(least: Option<i64>) -> Row {
        let object = json!({"metadata": {"name": "web", "namespace": "shop", "uid": "h"}, "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "minReplicas": least, "maxReplicas": 5}});
        let (mut interner, mut rows) = (Interner::default(), Vec::new());
        let bytes = serde_json::to_vec(&object).unwrap();
        let kind = modelled(GROUP, PLURAL).unwrap();
        kind.decode(Encoding::Json, &bytes, &mut interner, &mut rows).unwrap();
        rows.remove(0)
    }

    #[test]
    fn it_is_led_up_by_its_minimum_and_down_by_its_maximum() {
        let row = row(Some(2));
        let led = |now, to, by_itself| {
            let set = Autoscaler(&row).led(now, to, by_itself).unwrap();
            (set.least, set.most)
        };
        assert_eq!(led(3, 4, true), (Some(4), None));
        assert_eq!(led(3, 8, true), (Some(8), Some(8)));
        assert_eq!(led(3, 2, true), (None, Some(2)));
        assert_eq!(led(3, 1, true), (Some(1), Some(1)));
        assert_eq!(led(3, 3, true), (None, None), "it is there");
        // Bounds that only have to allow it.
        assert_eq!(led(3, 4, false), (None, None));
        assert_eq!(led(3, 8, false), (None, Some(8)));
        assert_eq!(led(3, 1, false), (Some(1), None));
        assert!(
            Autoscaler(&row).led(3, 0, true).is_err_and(|why| why.contains("cannot go to none"))
        );
    }

    #[test]
    fn an_absent_minimum_is_one() {
        let row = row(None);
        let set = Autoscaler(&row).led(3, 1, true).unwrap();
        assert_eq!((set.least, set.most), (None, Some(1)));
    }

    #[test]
    fn who_fights_is_told_by_what_it_scales() {
        let resource = Catalog::default().resolve("deployments").unwrap();
        let target = |name: &str| Target {
            resource: resource.clone(),
            namespace: "shop".into(),
            name: name.into(),
            uid: None,
        };
        let scaler = |version: &str, kind: &str| json!({"metadata": {"name": "mine"}, "spec": {"scaleTargetRef": {"apiVersion": version, "kind": kind, "name": "web"}}});
        let list = json!({"items": [scaler("apps/v1", "StatefulSet"), scaler("example.org/v1", "Deployment"), scaler("apps/v1", "Deployment")]});
        assert!(
            fights(&target("web"), &list).unwrap().starts_with("horizontalpodautoscaler/mine ")
        );
        assert_eq!(fights(&target("db"), &list), None);
        assert_eq!(fights(&target("web"), &json!({"items": []})), None);
    }
}
