//! A `PodDisruptionBudget`, described.

use crate::describe::meta::{name_and_namespace, selector_or_none};
use crate::describe::{About, Describer, Writer};

use super::This;

impl Describer for This {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (spec, status) = (about.object.key("spec"), about.object.key("status"));
        name_and_namespace(about, w);
        let (min, max) = (spec.key("minAvailable"), spec.key("maxUnavailable"));
        if min.is_some() {
            w.field(0, "Min available", min);
        } else if max.is_some() {
            w.field(0, "Max unavailable", max);
        }
        let selector = spec.key("selector");
        if selector.is_some() {
            w.field(0, "Selector", selector_or_none(selector));
        } else {
            w.field(0, "Selector", "<unset>");
        }
        w.section(0, "Status");
        for (title, key) in [
            ("Allowed disruptions", "disruptionsAllowed"),
            ("Current", "currentHealthy"),
            ("Desired", "desiredHealthy"),
            ("Total", "expectedPods"),
        ] {
            w.field(4, title, status.key(key).int());
        }
    }
}
