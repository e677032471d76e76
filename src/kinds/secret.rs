//! Secrets: how many entries they have, never what is in them.

mod describe;
mod decoded;
mod mask;

use serde::Deserialize;

use crate::describe::Describer;
use crate::store::Relation;
use crate::wire::{self, Key, Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, Links, Recreation, SheetFn};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Secret>;

/// `v1 Secret`, without its values: they are skipped by the decoder and never reach memory that outlives the response.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Secret {
    #[prost(message, required, tag = "1")]
    #[serde(deserialize_with = "wire::or_default")]
    metadata: ObjectMeta,
    #[prost(message, repeated, tag = "2")]
    #[serde(deserialize_with = "wire::keys")]
    data: Vec<Key>,
    #[prost(string, tag = "3")]
    #[serde(rename = "type", deserialize_with = "wire::or_default")]
    kind: String,
}

impl Meta for Secret {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

/// Where a service account's token names its account.
const SERVICE_ACCOUNT: &str = "kubernetes.io/service-account.name";

impl Kind for This {
    type Object = Secret;
    const INFO: Info = Info::new("", "v1", "secrets");
    const DOC: &'static str = "Passwords, keys and tokens that pods read as files or variables";
    const RECREATION: Option<Recreation> =
        Some(Recreation::new("between the two, pods that begin do not find it"));
    const ACTIONS: &'static [&'static str] = &["edit-key"];

    const MASK: Option<fn(&mut serde_json::Value)> = Some(mask::mask);
    const REVEAL: Option<fn(&mut serde_json::Value)> = Some(mask::reveal);
    const SHEET: Option<SheetFn> = Some(decoded::subject);

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("TYPE", |s, i| Cell::shared(&s.kind, i)).status(),
        C::number("DATA", |s, _| Cell::Int(i64::try_from(s.data.len()).unwrap_or(i64::MAX)))
            .priority(150)
            .doc("how many entries it has"),
        C::age(),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Secret);

    fn links(s: &Secret, links: &mut Links<'_>) {
        if let Some(account) = s.metadata.annotations.get(SERVICE_ACCOUNT) {
            links.name(Relation::PartOf, "", "serviceaccounts", account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_secret_reads_as_kubectl_prints_it_and_keeps_its_values() {
        let secret = rows::<This>(
            "{metadata: {name: db, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z, annotations: {kubernetes.io/service-account.name: bot}},
              type: Opaque, data: {user: c2VjcmV0, password: c2VjcmV0}}",
        );
        assert_eq!(secret.wide(), "NAME | TYPE | DATA | AGE\ndb | Opaque | 2 | 2d");
        assert_eq!(secret.links(Relation::PartOf), ["serviceaccounts shop/bot"]);
        let kept = format!("{:?}", secret.rows);
        assert!(!kept.contains("c2VjcmV0") && !kept.contains("password"), "{kept}");
        secret.survive_damage();
    }
}
