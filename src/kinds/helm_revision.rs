//! Revisions of Helm's releases, as `helm history` prints them, read from the Secrets and ConfigMaps that Helm keeps them in.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use crate::helm::{Damage, Facts, PREFIX, SECRET_TYPE, Status};
use crate::store::{Health, Interner, Row};
use crate::wire::{self, Meta, ObjectMeta};

use super::{
    Called, Cell, Col, Decode, DecodeError, Encoding, Info, Kind, Links, Place, View, age,
};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Revision>;

/// How Helm finds what it stored (`pkg/storage/driver/secrets.go` and `cfgmaps.go`).
pub(super) const LABELS: &str = "owner=helm";

/// `v1 Secret` and `v1 ConfigMap`, whose fields of these numbers are the same on the wire, as far as Helm uses them.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct Stored {
    #[prost(message, required, tag = "1")]
    #[serde(deserialize_with = "wire::or_default")]
    metadata: ObjectMeta,
    #[prost(message, repeated, tag = "2")]
    #[serde(deserialize_with = "data")]
    data: Vec<Entry>,
    // Of a ConfigMap this is binaryData, which is never a type.
    #[prost(bytes = "vec", tag = "3")]
    #[serde(rename = "type", deserialize_with = "wire::text_bytes")]
    kind: Vec<u8>,
}

/// An entry of the data.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Entry {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// One revision: what a row of it shows. What else was stored is dropped as soon as this is read.
pub struct Revision {
    /// The revision's name, `web.v3`, in its object's namespace.
    metadata: ObjectMeta,
    /// The object's own name and UID.
    object: (String, String),
    in_secret: bool,
    /// What was stored, or why it cannot be read; what the labels say stands in for that.
    facts: Result<Facts, Damage>,
}

impl Meta for Revision {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Decode for Revision {
    fn each(
        encoding: Encoding,
        bytes: &[u8],
        each: &mut dyn FnMut(&Self),
    ) -> Result<(), DecodeError> {
        if let Some(revision) = Self::read(encoding, bytes)? {
            each(&revision);
        }
        Ok(())
    }
}

impl Revision {
    /// Reads an object; `None` where it is none of Helm's.
    pub(super) fn read(encoding: Encoding, bytes: &[u8]) -> Result<Option<Self>, DecodeError> {
        let Stored { mut metadata, data, kind } = super::parse(encoding, bytes)?;
        let Some(name) = metadata.name.strip_prefix(PREFIX).map(str::to_owned) else {
            return Ok(None);
        };
        let release = data.iter().find(|entry| entry.key == "release");
        let facts = release.ok_or(Damage::Missing).and_then(|entry| Facts::read(&entry.value));
        let object = (std::mem::replace(&mut metadata.name, name), metadata.uid.clone());
        let in_secret = kind == SECRET_TYPE.as_bytes();
        Ok(Some(Self { metadata, object, in_secret, facts }))
    }

    /// Takes the release's name, and an identity that every later revision will have too.
    pub(super) fn stands_for_its_release(&mut self) {
        let name = self.label("name").to_owned();
        if !name.is_empty() {
            self.metadata.uid =
                format!("{}/{}/{name}", self.driver(), self.metadata.namespace);
            self.metadata.name = name;
        }
    }

    fn label(&self, key: &str) -> &str {
        self.metadata.labels.get(key).map_or("", String::as_str)
    }

    pub(super) fn revision(&self) -> Cell {
        let stored = self.facts.as_ref().ok().map(|facts| facts.version);
        match stored.or_else(|| self.label("version").parse().ok()) {
            Some(revision) => Cell::Int(revision),
            None => Cell::None,
        }
    }

    pub(super) fn updated(&self) -> Cell {
        let at = self.facts.as_ref().ok().and_then(|facts| facts.info.last_deployed());
        at.map_or(Cell::None, |at| if at == age::UNKNOWN { Cell::None } else { Cell::Age(at) })
    }

    pub(super) fn status(&self, interner: &mut Interner) -> Cell {
        let status = match &self.facts {
            Ok(facts) => &facts.info.status,
            Err(_) => "unreadable",
        };
        Cell::shared_or_none(status, interner)
    }

    pub(super) fn chart(&self, interner: &mut Interner) -> Cell {
        match &self.facts {
            Ok(facts) => Cell::shared(&facts.chart_name(), interner),
            Err(_) => Cell::None,
        }
    }

    pub(super) fn app_version(&self, interner: &mut Interner) -> Cell {
        let version = self.facts.as_ref().map_or("", |facts| facts.app_version());
        Cell::shared_or_none(version, interner)
    }

    pub(super) fn description(&self) -> Cell {
        match &self.facts {
            Ok(facts) => Cell::own_or_none(&one_line(&facts.info.description)),
            Err(damage) => Cell::Text(damage.to_string().into()),
        }
    }

    pub(super) fn driver(&self) -> &'static str {
        if self.in_secret { "secrets" } else { "configmaps" }
    }

    pub(super) fn health(&self) -> Health {
        self.facts.as_ref().map_or(Health::Broken, |facts| Status(&facts.info.status).health())
    }

    pub(super) fn links(&self, links: &mut Links<'_>) {
        links.part_of(("", self.driver()), &self.object.1, &self.object.0);
    }
}

impl Kind for This {
    type Object = Revision;
    const INFO: Info = Info::view(
        ("helm.sh", "v1", "revisions"),
        "secrets",
        View {
            kind: "HelmRevision",
            short_names: &[],
            also: Some(("", "configmaps")),
            labels: LABELS,
            called: Called::Prefix(PREFIX),
            newest: None,
        },
    );
    const DOC: &'static str = "What Helm installed: every revision that it keeps of its releases";
    const ACTIONS: &'static [&'static str] = &["look-inside", "rollback"];

    const PLACE: Place = Place::Outside;

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("REVISION", |r, _| r.revision()).priority(160),
        C::number("UPDATED", |r, _| r.updated()).priority(170).doc("time since it was made"),
        C::text("STATUS", Revision::status).status(),
        C::text("CHART", Revision::chart).priority(150),
        C::text("APP VERSION", Revision::app_version).priority(120),
        C::text("DESCRIPTION", |r, _| r.description()).priority(110),
        C::text("STORED IN", |r, i| Cell::shared(r.driver(), i))
            .own_wide()
            .doc("which of Helm's drivers holds it: secrets or configmaps"),
    ];

    fn health(revision: &Revision) -> Health {
        revision.health()
    }

    fn links(revision: &Revision, links: &mut Links<'_>) {
        revision.links(links);
    }

    fn command(row: &Row) -> Option<String> {
        command(row, true)
    }
}

/// The command line that leads to a row's release: as it was in the row's revision, or as it is.
pub(super) fn command(row: &Row, revision: bool) -> Option<String> {
    let label = |key: &str| row.labels.iter().find(|(k, _)| **k == *key).map(|(_, value)| value);
    let (name, version) = (label("name")?, label("version")?);
    let line = format!("helm-status {name} -n {}", row.namespace);
    Some(if revision { format!("{line} --revision {version}") } else { line })
}

/// Helm puts whole errors into descriptions.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the one value that is needed of JSON's data; everything else is skipped.
fn data<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Entry>, D::Error> {
    struct Visitor;
    impl<'de> de::Visitor<'de> for Visitor {
        type Value = Vec<Entry>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }
        fn visit_unit<E: de::Error>(self) -> Result<Vec<Entry>, E> {
            Ok(Vec::new())
        }
        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Vec<Entry>, A::Error> {
            let mut entries = Vec::new();
            while let Some(key) = map.next_key::<String>()? {
                if key == "release" {
                    let value = map.next_value::<String>()?.into_bytes();
                    entries.push(Entry { key, value });
                } else {
                    map.next_value::<de::IgnoredAny>()?;
                }
            }
            Ok(entries)
        }
    }
    deserializer.deserialize_any(Visitor)
}

#[cfg(test)]
pub(super) mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use prost::Message as _;

    use super::super::modelled;
    use super::super::testing::rows_of;
    use super::*;
    use crate::store::Relation;

    /// Written by Helm 4.3.1 (`pkg/storage/driver`, `NewSecrets(…).Create`).
    pub const SECRET: &str = include_str!("../../tests/fixtures/helm/secret-v4.json");
    /// Written by Helm 4.3.1 (`NewConfigMaps(…).Create`).
    pub const CONFIG_MAP: &str = include_str!("../../tests/fixtures/helm/configmap-v4.json");

    /// The same releases, written by Helm 3.22.0 (the same constructors).
    const BY_HELM_3: [&str; 2] = [
        include_str!("../../tests/fixtures/helm/secret-v3.json"),
        include_str!("../../tests/fixtures/helm/configmap-v3.json"),
    ];

    #[test]
    fn helm_3_stored_the_same_as_helm_4_does() {
        for (third, fourth) in BY_HELM_3.into_iter().zip([SECRET, CONFIG_MAP]) {
            let (old, new) = (rows_of::<This, Stored>(third), rows_of::<This, Stored>(fourth));
            assert_eq!(old.wide(), new.wide());
            assert_eq!(old.own(), new.own());
            assert_eq!(old.rows[0].links, new.rows[0].links);
            let release = |text: &str| {
                let object = serde_json::from_str(text).unwrap();
                crate::helm::Loaded::of_object(object).unwrap()
            };
            let (old, new) = (release(third), release(fourth));
            assert_eq!((old.documents.len(), old.release.hooks.len()), (2, 1));
            assert_eq!(old.release, new.release, "the pages are made of this");
            assert_eq!(old.documents, new.documents);
        }
    }

    #[test]
    fn a_revision_reads_as_helm_prints_it() {
        let secret = rows_of::<This, Stored>(SECRET);
        assert_eq!(
            secret.wide(),
            "NAME | REVISION | UPDATED | STATUS | CHART | APP VERSION | DESCRIPTION\n\
             web.v3 | 3 | 65m | deployed | web-1.4.2 | 3.12.0 | Upgrade complete"
        );
        assert_eq!((secret.own(), secret.health()), ("STORED IN\nsecrets".into(), Health::Ok));
        assert_eq!(secret.links(Relation::PartOf), ["secrets shop/sh.helm.release.v1.web.v3"]);
        let line = command(&secret.rows[0], true);
        assert_eq!(line.as_deref(), Some("helm-status web -n shop --revision 3"));
        let kept = format!("{:?}", secret.rows);
        assert!(!kept.contains("3.12.1") && !kept.contains("SDRzSU"), "{kept}");
        secret.survive_damage();
    }

    #[test]
    fn a_config_map_is_told_from_a_secret() {
        let map = rows_of::<This, Stored>(CONFIG_MAP);
        assert_eq!((map.text("STATUS").as_str(), map.health()), ("failed", Health::Broken));
        assert_eq!(map.links(Relation::PartOf), ["configmaps shop/sh.helm.release.v1.cart.v1"]);
        map.survive_damage();
    }

    #[test]
    fn the_servers_protobuf_has_one_layer_less_than_its_json() {
        let mut stored: Stored = serde_json::from_str(SECRET).unwrap();
        stored.data[0].value = STANDARD.decode(&stored.data[0].value).unwrap();
        let kind = modelled("helm.sh", "revisions").unwrap();
        let (mut interner, mut rows) = (Interner::default(), Vec::new());
        kind.decode(Encoding::Protobuf, &stored.encode_to_vec(), &mut interner, &mut rows).unwrap();
        assert_eq!(format!("{rows:?}"), format!("{:?}", rows_of::<This, Stored>(SECRET).rows));
    }

    #[test]
    fn a_damaged_revision_is_shown_with_its_reason() {
        let damaged = rows_of::<This, Stored>(
            "{metadata: {name: sh.helm.release.v1.web.v2, namespace: shop, labels: {owner: helm, name: web, version: '2', status: superseded}},
              type: helm.sh/release.v1, data: {release: SDRzSQ==}}",
        );
        assert_eq!(
            (damaged.text("REVISION").as_str(), damaged.text("STATUS").as_str(), damaged.health()),
            ("2", "unreadable", Health::Broken)
        );
        assert!(damaged.text("DESCRIPTION").starts_with("its gzip is damaged"), "{}", damaged.wide());
        let empty = rows_of::<This, Stored>("{metadata: {name: sh.helm.release.v1.web.v2}}");
        assert_eq!(empty.text("DESCRIPTION"), "it has no data.release");
    }

    #[test]
    fn what_others_label_as_helms_is_no_revision() {
        assert!(rows_of::<This, Stored>("{metadata: {name: web-config, labels: {owner: helm}}, data: {a: b}}").rows.is_empty());
    }
}
