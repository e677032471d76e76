//! A Deployment, described; with its ReplicaSets, old and new.

use crate::describe::meta::{
    controller, labels_and_annotations, name_and_namespace, selector, selector_text,
};
use crate::describe::{
    About, Describer, Field, Piece, Writer, conditions, date, template, unix,
};
use crate::rollout::same_template;
use crate::sheet::Want;

use super::This;

impl Describer for This {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        want_sets(about).into_iter().collect()
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (spec, status) = (about.object.key("spec"), about.object.key("status"));
        name_and_namespace(about, w);
        w.field(0, "CreationTimestamp", date(about.object.at("metadata.creationTimestamp")));
        labels_and_annotations(about, w);
        w.field(0, "Selector", selector_text(spec.key("selector")));
        let count = |key| status.key(key).int();
        w.field(
            0,
            "Replicas",
            format!(
                "{} desired | {} updated | {} total | {} available | {} unavailable",
                spec.key("replicas").int(),
                count("updatedReplicas"),
                count("replicas"),
                count("availableReplicas"),
                count("unavailableReplicas")
            ),
        );
        let strategy = spec.key("strategy");
        w.field(0, "StrategyType", strategy.key("type").text());
        w.field(0, "MinReadySeconds", spec.key("minReadySeconds").int());
        let rolling = strategy.key("rollingUpdate");
        if rolling.is_some() {
            let (down, up) = (rolling.key("maxUnavailable"), rolling.key("maxSurge"));
            let text = format!("{} max unavailable, {} max surge", down.nested(), up.nested());
            w.field(0, "RollingUpdateStrategy", text);
        }
        template(about, spec.key("template"), w);
        conditions::with_reasons(status.key("conditions"), w);
        sets(about, w);
    }
}

fn want_sets(about: &About<'_>) -> Option<Want> {
    let labels = selector(about.object.at("spec.selector"))?;
    Some(about.want_objects("apps", "replicasets", &labels))
}

/// `OldReplicaSets:` and `NewReplicaSet:`, the new one being the oldest that has the Deployment's template (kubectl's `findNewReplicaSet`).
fn sets(about: &About<'_>, w: &mut Writer) {
    let Some(want) = want_sets(about) else { return };
    let sets = match about.objects(&want) {
        Ok(sets) => sets,
        Err(instead) => {
            w.field(0, "NewReplicaSet", instead);
            return;
        }
    };
    let is_own = |set: &Field<'_>| {
        let uid = about.uid();
        controller(*set).is_some_and(|owner| owner.key("uid").str() == uid)
    };
    let mut old: Vec<_> = sets.into_iter().filter(is_own).collect();
    if old.is_empty() {
        return;
    }
    let name = |set: &Field<'_>| set.at("metadata.name").str().to_owned();
    old.sort_by_key(|set| (unix(set.at("metadata.creationTimestamp")), name(set)));
    let template = about.object.at("spec.template");
    let newest = old.iter().position(|set| same_template(set.at("spec.template"), template));
    let new = newest.map(|at| old.remove(at));
    for (title, sets) in [("OldReplicaSets", old), ("NewReplicaSet", new.into_iter().collect())] {
        let one = |set: &Field<'_>| {
            let (all, wanted) = (set.at("status.replicas").int(), set.at("spec.replicas").int());
            format!("{} ({all}/{wanted} replicas created)", name(set))
        };
        let text = sets.iter().map(one).collect::<Vec<_>>().join(", ");
        let text = if text.is_empty() { Piece::from("<none>") } else { text.into() };
        // Of several, the newest is what somebody would go back to.
        let go = sets.last().and_then(|set| about.beside("apps", "replicasets", &name(set)));
        w.field(0, title, text).go(go);
    }
}
