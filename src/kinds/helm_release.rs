//! Releases of Helm: the newest revision of each, as `helm list --all` prints it.

use crate::store::Row;
use crate::wire::{Meta, ObjectMeta};

use super::helm_revision::{self as revision, Revision, command};
use super::{
    Called, Cell, Col, Decode, DecodeError, Encoding, Info, Kind, Links, Place, View,
};
use crate::store::Health;

/// This file's kind, for the registry.
pub struct This;

type C = Col<Release>;

/// A revision that stands for its release, whichever revision that is.
pub struct Release(Revision);

impl Meta for Release {
    fn meta(&self) -> &ObjectMeta {
        self.0.meta()
    }
}

impl Decode for Release {
    fn each(
        encoding: Encoding,
        bytes: &[u8],
        each: &mut dyn FnMut(&Self),
    ) -> Result<(), DecodeError> {
        if let Some(mut revision) = Revision::read(encoding, bytes)? {
            revision.stands_for_its_release();
            each(&Self(revision));
        }
        Ok(())
    }
}

impl Kind for This {
    type Object = Release;
    const INFO: Info = Info::view(
        ("helm.sh", "v1", "releases"),
        "secrets",
        View {
            kind: "HelmRelease",
            short_names: &["helm", "hr"],
            also: Some(("", "configmaps")),
            labels: revision::LABELS,
            called: Called::Label("name"),
            newest: Some("version"),
        },
    );
    const DOC: &'static str = "What Helm installed: the newest revision of each release";
    const ACTIONS: &'static [&'static str] = &["delete", "look-inside", "rollback", "rollback-previous"];

    const HAS_LOGS: bool = true;

    const PLACE: Place = Place::Outside;

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("REVISION", |r, _| r.0.revision()).priority(160),
        C::number("UPDATED", |r, _| r.0.updated()).priority(170).doc("time since it was changed"),
        C::text("STATUS", |r, i| r.0.status(i)).status(),
        C::text("CHART", |r, i| r.0.chart(i)).priority(150),
        C::text("APP VERSION", |r, i| r.0.app_version(i)).priority(120),
        C::text("DESCRIPTION", |r, _| r.0.description()).own().priority(30),
        C::text("STORED IN", |r, i| Cell::shared(r.0.driver(), i))
            .own_wide()
            .doc("which of Helm's drivers holds it: secrets or configmaps"),
    ];

    fn health(release: &Release) -> Health {
        release.0.health()
    }

    fn links(release: &Release, links: &mut Links<'_>) {
        release.0.links(links);
    }

    fn command(row: &Row) -> Option<String> {
        command(row, false)
    }
}

#[cfg(test)]
mod tests {
    use super::super::helm_revision::Stored;
    use super::super::helm_revision::tests::{CONFIG_MAP, SECRET};
    use super::super::testing::rows_of;
    use super::*;

    #[test]
    fn a_release_reads_as_helm_lists_it() {
        let secret = rows_of::<This, Stored>(SECRET);
        assert_eq!(
            secret.wide(),
            "NAME | REVISION | UPDATED | STATUS | CHART | APP VERSION\n\
             web | 3 | 65m | deployed | web-1.4.2 | 3.12.0"
        );
        assert_eq!((secret.own().as_str(), secret.health()), ("DESCRIPTION | STORED IN\nUpgrade complete | secrets", Health::Ok));
        assert_eq!(This::command(&secret.rows[0]).as_deref(), Some("helm-status web -n shop"));
        secret.survive_damage();
    }

    #[test]
    fn a_release_stays_itself_from_revision_to_revision() {
        let uid = |text: &str| rows_of::<This, Stored>(text).rows[0].uid;
        let next = SECRET.replace("web.v3", "web.v4").replace("\"uid\"", "\"was\"");
        assert_eq!(uid(SECRET), uid(&next));
        assert_ne!(uid(SECRET), uid(CONFIG_MAP));
        assert_ne!(uid(SECRET), uid(&SECRET.replace("\"shop\"", "\"other\"")));
    }
}
