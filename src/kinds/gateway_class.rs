//! GatewayClasses: who serves gateways, and how.

use crate::store::{Health, Relation};
use crate::wire::{Meta as _, WholeObject};

use super::custom::{at, text};
use super::gateway_api::{GROUP, Verdict, pending, verdict};
use super::{By, Cell, Col, Drill, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

type C = Col<WholeObject>;

impl Kind for This {
    type Object = WholeObject;
    const INFO: Info = Info::new(GROUP, "v1", "gatewayclasses").since(&["v1beta1"]);
    const DOC: &'static str = "Which controller serves gateways, and with which settings";

    const DRILL: Drill =
        Drill::Rows { group: GROUP, plural: "gateways", by: By::Link(Relation::ServedBy) };

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("CONTROLLER", |c, i| text(at(c, "spec.controllerName"), i)).priority(150),
        C::text("ACCEPTED", |c, i| {
            let conditions = at(c, "status.conditions").list();
            let mut accepted = conditions.filter(|c| c.key("type").str() == "Accepted");
            accepted.next().map_or(Cell::Blank, |c| text(c.key("status"), i))
        })
        .status(),
        C::age(),
        C::text("DESCRIPTION", |c, i| text(at(c, "spec.description"), i)).wide(),
        C::text("REASON", |c, i| match said(c) {
            (Health::Ok, _) => Cell::None,
            (_, reason) => Cell::shared_or_none(reason, i),
        })
        .own()
        .priority(110)
        .doc("why it serves no gateways, or not all of them"),
    ];

    fn health(c: &WholeObject) -> Health {
        said(c).0
    }

    fn links(c: &WholeObject, links: &mut Links<'_>) {
        let p = at(c, "spec.parametersRef");
        let resource = (p.key("group").str(), p.key("kind").str());
        let (namespace, name) = (p.key("namespace").str(), p.key("name").str());
        links.in_namespace(Relation::Uses, resource, namespace, name);
    }
}

fn said(c: &WholeObject) -> Verdict<'_> {
    verdict(at(c, "status.conditions"), c.meta().generation).unwrap_or_else(pending)
}

#[cfg(test)]
mod tests {
    use super::super::testing::json_rows;
    use super::*;

    #[test]
    fn a_class_reads_as_the_server_prints_it() {
        let class = json_rows::<This>(
            "
metadata: {name: public, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {controllerName: example.org/gateway, description: For the world, parametersRef: {group: '', kind: ConfigMap, name: tuning, namespace: infra}}
status: {conditions: [{type: Accepted, status: 'True', reason: Accepted}, {type: SupportedVersion, status: 'False', reason: UnsupportedVersion}]}
",
        );
        assert_eq!(
            class.wide(),
            "NAME | CONTROLLER | ACCEPTED | AGE | DESCRIPTION\n\
             public | example.org/gateway | True | 2d | For the world"
        );
        assert_eq!(class.own(), "REASON\nUnsupportedVersion");
        assert_eq!(class.health(), Health::Warning);
        assert_eq!(class.links(Relation::Uses), ["ConfigMap infra/tuning"]);
        class.survive_damage();
    }

    #[test]
    fn a_class_waits_for_its_controller() {
        let of = |status: &str| {
            let class = json_rows::<This>(&format!(
                "{{metadata: {{name: c}}, status: {{conditions: {status}}}}}"
            ));
            (class.text("REASON"), class.health())
        };
        let is = |text: &str, health| (text.to_owned(), health);
        assert_eq!(of("[]"), is("Pending", Health::Changing));
        let unknown = "[{type: Accepted, status: Unknown, reason: Pending}]";
        assert_eq!(of(unknown), is("Pending", Health::Changing));
        let refused = "[{type: Accepted, status: 'False', reason: InvalidParameters}]";
        assert_eq!(of(refused), is("InvalidParameters", Health::Broken));
        assert_eq!(
            of("[{type: Accepted, status: 'True', reason: Accepted}]"),
            is("<none>", Health::Ok)
        );
    }
}
