//! `MutatingWebhookConfigurations`: services that may change what is written.

use crate::describe::Describer;

use super::admission::{self, Webhooks};
use super::{Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

impl Kind for This {
    type Object = Webhooks;
    const INFO: Info = Info::new(admission::GROUP, "v1", "mutatingwebhookconfigurations");
    const DOC: &'static str = "Services that may change a request before it is stored";
    const DESCRIBE: Option<&'static dyn Describer> = Some(&admission::describe::Hooks);
    const COLUMNS: &'static [Col<Webhooks>] = admission::WEBHOOKS;

    fn links(webhooks: &Webhooks, links: &mut Links<'_>) {
        admission::webhook_links(webhooks, links);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Relation;

    #[test]
    fn webhooks_read_as_kubectl_prints_them() {
        let webhooks = rows::<This>(
            "
metadata: {name: inject, creationTimestamp: 2026-01-13T12:00:00Z}
webhooks: [{name: i.example.org, failurePolicy: Ignore, reinvocationPolicy: Never, clientConfig: {service: {namespace: mesh, name: injector}},
  rules: [{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], scope: '*'}]}]
",
        );
        assert_eq!(webhooks.wide(), "NAME | WEBHOOKS | AGE\ninject | 1 | 2d");
        assert_eq!(
            webhooks.own(),
            "ON FAILURE | CALLS | MATCHES | OPERATIONS | NAMESPACES | SIDE EFFECTS | TIMEOUT\n\
             Ignore | mesh/injector | */*.* | * | all | <none> | <none>"
        );
        assert_eq!(webhooks.links(Relation::RoutesTo), ["services mesh/injector"]);
        webhooks.survive_damage();
    }
}
