//! `ValidatingWebhookConfigurations`: services that may refuse what is written.

use crate::describe::Describer;

use super::admission::{self, Webhooks};
use super::{Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

impl Kind for This {
    type Object = Webhooks;
    const INFO: Info = Info::new(admission::GROUP, "v1", "validatingwebhookconfigurations");
    const DOC: &'static str = "Services that are asked whether a request may pass";
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
    use crate::store::{Needs, Relation};

    #[test]
    fn webhooks_read_as_kubectl_prints_them() {
        let webhooks = rows::<This>(
            "
metadata: {name: guard, creationTimestamp: 2026-01-13T12:00:00Z}
webhooks:
- {name: a.guard.example, failurePolicy: Fail, timeoutSeconds: 10, sideEffects: None, namespaceSelector: {matchLabels: {env: prod}}, clientConfig: {service: {namespace: guard, name: hook, path: /a}},
   rules: [{operations: [CREATE], apiGroups: ['', apps], apiVersions: [v1], resources: [pods, deployments]}]}
- {name: b.guard.example, failurePolicy: Ignore, timeoutSeconds: 30, clientConfig: {url: 'https://guard.example/b'}, rules: [{apiGroups: [''], resources: [pods]}]}
- {name: c.guard.example, failurePolicy: Fail, clientConfig: {service: {namespace: guard, name: hook, port: 8443}}}
",
        );
        assert_eq!(webhooks.wide(), "NAME | WEBHOOKS | AGE\nguard | 3 | 2d");
        assert_eq!(
            webhooks.own(),
            "ON FAILURE | CALLS | MATCHES | OPERATIONS | NAMESPACES | SIDE EFFECTS | TIMEOUT\n\
             Fail,Ignore | guard/hook,https://guard.example/b | deployments,deployments.apps,pods + 1 more... | \
             CREATE | all; env=prod | None | 30s"
        );
        assert_eq!(webhooks.links(Relation::RoutesTo), ["services guard/hook"]);
        let needs = webhooks.rows[0].links[0].needs.as_deref();
        assert_eq!(needs, Some(&Needs::port("", 8443).and_endpoints()));
        webhooks.survive_damage();
        let none = rows::<This>("{metadata: {name: none}, webhooks: null}");
        assert_eq!(none.text("WEBHOOKS"), "0");
        assert_eq!(none.own().lines().nth(1), Some("<none> | <none> | <none> | <none> | <none> | <none> | <none>"));
    }
}
