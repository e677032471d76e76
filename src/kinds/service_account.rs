//! `ServiceAccounts`: who pods are to the API server.

mod describe;

use crate::describe::Describer;
use crate::access::{Rights, Who};
use crate::store::Relation;
use crate::wire::{LocalObjectReference, Meta, ObjectMeta, ObjectReference};

use super::{By, Cell, Col, Drill, Info, Kind, Links, Place, SheetFn, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ServiceAccount>;

crate::message! {
    /// `v1 ServiceAccount`.
    pub struct ServiceAccount {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, repeated, tag = "2")]
        secrets: Vec<ObjectReference>,
        #[prost(message, repeated, tag = "3")]
        image_pull_secrets: Vec<LocalObjectReference>,
        #[prost(bool, optional, tag = "4")]
        automount_service_account_token: Option<bool>,
    }
}

impl Meta for ServiceAccount {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ServiceAccount;
    const INFO: Info = Info::new("", "v1", "serviceaccounts");
    const DOC: &'static str = "Who pods are to the API server: what bindings grant rights to";

    const PLACE: Place = Place::Account;
    const DRILL: Drill =
        Drill::Rows { group: "", plural: "pods", by: By::Field("spec.serviceAccountName") };

    // What it may do.
    const SHEET: Option<SheetFn> =
        Some(|namespace, name| Box::new(Rights::new(Who::account(namespace, name), "")));

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::age(),
        C::text("AUTOMOUNT", |a, i| {
            // Not said is said yes.
            let mounts = a.automount_service_account_token.unwrap_or(true);
            Cell::shared(if mounts { "yes" } else { "no" }, i)
        })
        .own()
        .status()
        .doc("whether pods get its token unless they say otherwise"),
        C::text("PULL SECRETS", |a, i| {
            let names = a.image_pull_secrets.iter().map(|s| s.name.as_str());
            Cell::shared_or_none(&text::join(names), i)
        })
        .own()
        .doc("secrets with which its pods pull their images"),
        C::text("SECRETS", |a, i| {
            let names = a.secrets.iter().map(|s| s.name.as_str());
            Cell::shared_or_none(&text::join(names), i)
        })
        .own_wide()
        .doc("secrets that its pods may use"),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Account);

    fn links(a: &ServiceAccount, links: &mut Links<'_>) {
        let pull = a.image_pull_secrets.iter().map(|s| s.name.as_str());
        for name in a.secrets.iter().map(|s| s.name.as_str()).chain(pull) {
            links.name(Relation::Uses, "", "secrets", name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_service_account_reads_as_kubectl_prints_it() {
        let account = rows::<This>(
            "
metadata: {name: bot, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
secrets: [{name: bot-token}, {name: other}]
imagePullSecrets: [{name: registry}]
automountServiceAccountToken: false
",
        );
        assert_eq!(account.wide(), "NAME | AGE\nbot | 2d");
        assert_eq!(
            account.own(),
            "AUTOMOUNT | PULL SECRETS | SECRETS\nno | registry | bot-token,other"
        );
        assert_eq!(
            account.links(Relation::Uses),
            ["secrets shop/bot-token", "secrets shop/other", "secrets shop/registry"]
        );
        account.survive_damage();
        let plain = rows::<This>("{metadata: {name: default, namespace: shop}}");
        assert_eq!(plain.own().lines().nth(1), Some("yes | <none> | <none>"));
        assert!(plain.rows[0].links.is_empty());
    }
}
