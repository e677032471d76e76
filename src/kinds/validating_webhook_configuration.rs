//! `ValidatingWebhookConfigurations`: services that may refuse what is written.

use super::admission::{self, Webhooks};
use super::{Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

impl Kind for This {
    type Object = Webhooks;
    const INFO: Info = Info::new(admission::GROUP, "v1", "validatingwebhookconfigurations");
    const DOC: &'static str = "Services that are asked whether a request may pass";
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
metadata: {name: guard, creationTimestamp: 2026-01-13T12:00:00Z}
webhooks:
- {name: a.guard.example, failurePolicy: Fail, timeoutSeconds: 10, clientConfig: {service: {namespace: guard, name: hook, path: /a}},
   rules: [{operations: [CREATE], apiGroups: ['', apps], apiVersions: [v1], resources: [pods, deployments]}]}
- {name: b.guard.example, failurePolicy: Ignore, timeoutSeconds: 30, clientConfig: {url: 'https://guard.example/b'}, rules: [{apiGroups: [''], resources: [pods]}]}
- {name: c.guard.example, failurePolicy: Fail, clientConfig: {service: {namespace: guard, name: hook}}}
",
        );
        assert_eq!(webhooks.wide(), "NAME | WEBHOOKS | AGE\nguard | 3 | 2d");
        assert_eq!(
            webhooks.own(),
            "ON FAILURE | CALLS | MATCHES | TIMEOUT\n\
             Fail,Ignore | guard/hook,https://guard.example/b | deployments,deployments.apps,pods + 1 more... | 30s"
        );
        assert_eq!(webhooks.links(Relation::RoutesTo), ["services guard/hook"]);
        webhooks.survive_damage();
        let none = rows::<This>("{metadata: {name: none}, webhooks: null}");
        assert_eq!(none.text("WEBHOOKS"), "0");
        assert_eq!(none.own().lines().nth(1), Some("<none> | <none> | <none> | <none>"));
    }
}
