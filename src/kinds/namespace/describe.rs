//! What a Namespace says of itself, with its quotas and limits, in kubectl's words.

use crate::describe::{About, Describer, Piece, Writer, date, heading, meta, state, strong};
use crate::sheet::{Answer, Want};

use super::super::limit_range::describe as limit_range;
use super::super::resource_quota::describe as resource_quota;

/// Describes a namespace.
pub struct Namespace;

impl Describer for Namespace {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        vec![want(about, QUOTAS), want(about, RANGES)]
    }

    fn events(&self, _about: &About<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        w.field(0, "Name", strong(about.name()));
        meta::labels_and_annotations(about, w);
        w.field(0, "Status", state(about.object.at("status.phase").str()));
        conditions(about, w);
        quotas(about, w);
        ranges(about, w);
    }
}

const QUOTAS: &str = "resourcequotas";
const RANGES: &str = "limitranges";

/// All objects of a resource of the core group that are in the namespace.
fn want(about: &About<'_>, resource: &str) -> Want {
    Want::Objects {
        group: String::new(),
        resource: resource.to_owned(),
        namespace: about.name().to_owned(),
        labels: String::new(),
        fields: String::new(),
    }
}

fn conditions(about: &About<'_>, w: &mut Writer) {
    let conditions = about.object.at("status.conditions");
    if !conditions.has_any() {
        return;
    }
    w.section(0, "Conditions");
    w.headings(2, &["Type", "Status", "LastTransitionTime", "Reason", "Message"]);
    for condition in conditions.list() {
        w.line(
            2,
            [
                Piece::from(condition.key("type")),
                Piece::from(condition.key("status")),
                date(condition.key("lastTransitionTime")).into(),
                condition.key("reason").into(),
                condition.key("message").into(),
            ],
        );
    }
}

fn quotas(about: &About<'_>, w: &mut Writer) {
    let want = want(about, QUOTAS);
    if matches!(about.facts.get(&want), Answer::Absent) {
        return;
    }
    w.blank();
    match about.objects(&want) {
        Err(instead) => {
            w.field(0, "Resource Quotas", instead);
        }
        Ok(quotas) if quotas.is_empty() => {
            w.line(0, ["No resource quota.".into()]);
        }
        Ok(quotas) => {
            w.line(0, [heading("Resource Quotas")]);
            for quota in quotas {
                let name = quota.at("metadata.name").str();
                let go = about.to("", QUOTAS, about.name(), name);
                w.field(2, "Name", name).go(go);
                resource_quota::scopes(quota, 2, "* ", w);
                w.plain_headings(2, &["Resource", "Used", "Hard"]);
                w.plain_headings(2, &["--------", "---", "---"]);
                resource_quota::usage(quota, 2, false, w);
            }
        }
    }
}

fn ranges(about: &About<'_>, w: &mut Writer) {
    let want = want(about, RANGES);
    if matches!(about.facts.get(&want), Answer::Absent) {
        return;
    }
    w.blank();
    match about.objects(&want) {
        Err(instead) => {
            w.field(0, "Resource Limits", instead);
        }
        Ok(ranges) if ranges.is_empty() => {
            w.line(0, ["No LimitRange resource.".into()]);
        }
        Ok(ranges) => {
            w.line(0, [heading("Resource Limits")]);
            limit_range::headings(1, w);
            for range in ranges {
                limit_range::limits(range, 1, w);
            }
        }
    }
}
