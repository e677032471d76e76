//! A revision of a release, as Helm's JSON says it.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::store::Health;
use crate::wire::or_default;

use super::layers::{Damage, unpack};
use super::notes::description_of;

/// One revision of a release (`helm.sh/helm/v4/pkg/release/v1`, the same JSON as Helm 3's).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Release {
    /// The release's name.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// The namespace that it was installed to.
    #[serde(deserialize_with = "or_default")]
    pub namespace: String,
    /// The revision, from 1.
    #[serde(deserialize_with = "or_default")]
    pub version: i64,
    /// How it went.
    #[serde(deserialize_with = "or_default")]
    pub info: Info,
    /// The chart; Helm knows of releases without one (helm/helm#1347).
    pub chart: Option<Chart>,
    /// The values that were given beside the chart's own.
    #[serde(deserialize_with = "or_default")]
    pub config: Map<String, Value>,
    /// Everything that was rendered, hooks aside: documents of YAML.
    #[serde(deserialize_with = "or_default")]
    pub manifest: String,
    /// What was to run at certain points.
    #[serde(deserialize_with = "or_default")]
    pub hooks: Vec<Hook>,
}

/// The facts of a revision that a row shows; everything else of it is skipped.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The release's name.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// The namespace that it was installed to.
    #[serde(deserialize_with = "or_default")]
    pub namespace: String,
    /// The revision, from 1.
    #[serde(deserialize_with = "or_default")]
    pub version: i64,
    /// How it went.
    #[serde(deserialize_with = "or_default")]
    pub info: Info,
    /// The chart.
    pub chart: Option<ChartFacts>,
}

/// How a revision went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Info {
    #[serde(deserialize_with = "or_default")]
    first_deployed: String,
    #[serde(deserialize_with = "or_default")]
    last_deployed: String,
    #[serde(deserialize_with = "or_default")]
    deleted: String,
    /// What Helm says of it, `Upgrade complete`.
    #[serde(deserialize_with = "or_default")]
    pub description: String,
    /// Its status, `deployed`.
    #[serde(deserialize_with = "or_default")]
    pub status: String,
    /// The chart's notes, rendered.
    #[serde(deserialize_with = "or_default")]
    pub notes: String,
}

/// A chart, as far as kx reads it: its templates and files are skipped.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Chart {
    /// Name and versions.
    pub metadata: Option<Metadata>,
    /// Its default values.
    #[serde(deserialize_with = "or_default")]
    pub values: Map<String, Value>,
}

/// A chart without its values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ChartFacts {
    /// Name and versions.
    pub metadata: Option<Metadata>,
}

/// Name and versions of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Metadata {
    /// `ingress-nginx`.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// `4.13.2`.
    #[serde(deserialize_with = "or_default")]
    pub version: String,
    /// The version of what it installs.
    #[serde(deserialize_with = "or_default")]
    pub app_version: String,
}

/// Something that runs at certain points of a release's life.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Hook {
    /// The object's name.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// The object's kind.
    #[serde(deserialize_with = "or_default")]
    pub kind: String,
    /// The object.
    #[serde(deserialize_with = "or_default")]
    pub manifest: String,
    /// When: `pre-install`, `test`.
    #[serde(deserialize_with = "or_default")]
    pub events: Vec<String>,
    /// In which order hooks of one event run: the least first.
    #[serde(deserialize_with = "or_default")]
    pub weight: i64,
    /// When its object is deleted: `before-hook-creation` where nothing is said.
    #[serde(deserialize_with = "or_default")]
    pub delete_policies: Vec<String>,
    /// How it went last.
    #[serde(deserialize_with = "or_default")]
    pub last_run: LastRun,
}

/// How a hook went last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct LastRun {
    /// `Succeeded`; empty where it never ran.
    #[serde(deserialize_with = "or_default")]
    pub phase: String,
}

/// The status of a revision, for what kx makes of it (`pkg/release/common/status.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status<'a>(pub &'a str);

impl Status<'_> {
    /// How a release of this status is doing.
    pub fn health(self) -> Health {
        match self.0 {
            "deployed" => Health::Ok,
            "failed" => Health::Broken,
            "uninstalling" => Health::Changing,
            "superseded" | "uninstalled" => Health::Idle,
            pending if pending.starts_with("pending-") => Health::Changing,
            // `unknown`, and what a later Helm may write.
            _ => Health::Warning,
        }
    }
}

impl Release {
    /// Reads a stored revision; see [`unpack`] for what `data` may be.
    ///
    /// # Errors
    /// [`Damage`]: why it cannot be read.
    pub fn read(data: &[u8]) -> Result<Self, Damage> {
        read(data)
    }

    /// The revision that a Secret or ConfigMap holds, as JSON.
    ///
    /// # Errors
    /// [`Damage`]: why it cannot be read.
    pub fn of_object(object: &Value) -> Result<Self, Damage> {
        let data = object.pointer("/data/release").and_then(Value::as_str);
        Self::read(data.ok_or(Damage::Missing)?.as_bytes())
    }

    /// `web-1.4.2`, as Helm prints it.
    pub fn chart_name(&self) -> String {
        chart_name(self.chart.as_ref().and_then(|chart| chart.metadata.as_ref()))
    }

    /// The version of what the chart installs.
    pub fn app_version(&self) -> &str {
        let metadata = self.chart.as_ref().and_then(|chart| chart.metadata.as_ref());
        metadata.map_or(MISSING, |metadata| &metadata.app_version)
    }
}

impl Facts {
    /// Reads the facts of a stored revision. Of a description that is none of Helm's own sentences all is read: it may hold secret values of the
    /// release, which are masked.
    ///
    /// # Errors
    /// [`Damage`]: why it cannot be read.
    pub fn read(data: &[u8]) -> Result<Self, Damage> {
        let json = unpack(data)?;
        let mut facts: Self = parse(&json)?;
        let whole = || parse::<Release>(&json).ok();
        if let Some(masked) = description_of(&facts.info.description, whole) {
            facts.info.description = masked;
        }
        Ok(facts)
    }

    /// `web-1.4.2`, as Helm prints it.
    pub fn chart_name(&self) -> String {
        chart_name(self.chart.as_ref().and_then(|chart| chart.metadata.as_ref()))
    }

    /// The version of what the chart installs.
    pub fn app_version(&self) -> &str {
        let metadata = self.chart.as_ref().and_then(|chart| chart.metadata.as_ref());
        metadata.map_or(MISSING, |metadata| &metadata.app_version)
    }
}

impl Info {
    /// When the release was first installed, in seconds since the Unix epoch.
    pub fn first_deployed(&self) -> Option<i64> {
        seconds(&self.first_deployed)
    }

    /// When this revision was made.
    pub fn last_deployed(&self) -> Option<i64> {
        seconds(&self.last_deployed)
    }

    /// When the release was uninstalled.
    pub fn deleted(&self) -> Option<i64> {
        seconds(&self.deleted)
    }
}

/// What Helm prints where a release has no chart.
const MISSING: &str = "MISSING";

fn chart_name(metadata: Option<&Metadata>) -> String {
    metadata.map_or_else(|| MISSING.to_owned(), |chart| format!("{}-{}", chart.name, chart.version))
}

/// A time as Go writes it, with fractions and any offset. Empty (Helm 3) and Go's zero time mean that there is none; so does what is no time,
/// for the rest of the release is worth showing.
fn seconds(time: &str) -> Option<i64> {
    let time: jiff::Timestamp = time.parse().ok()?;
    Some(time.as_second()).filter(|seconds| *seconds > 0)
}

fn read<T: DeserializeOwned>(data: &[u8]) -> Result<T, Damage> {
    parse(&unpack(data)?)
}

fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Damage> {
    serde_json::from_slice(json).map_err(|error| Damage::Json(error.to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::layers::tests::pack;
    use super::*;

    #[test]
    fn times_are_read_as_go_writes_them() {
        assert_eq!(seconds("2026-01-15T12:55:00.123456789+01:00"), Some(1_768_478_100));
        assert_eq!(seconds("2026-01-15T11:55:00Z"), Some(1_768_478_100));
        for none in ["", "0001-01-01T00:00:00Z", "yesterday"] {
            assert_eq!(seconds(none), None, "{none}");
        }
    }

    #[test]
    fn null_and_missing_fields_are_empty() {
        let json = br#"{"name":"web","info":null,"chart":{"metadata":null},"config":null,"hooks":[{"events":null}]}"#;
        let release = Release::read(pack(json).as_bytes()).unwrap();
        assert_eq!((release.name.as_str(), release.version), ("web", 0));
        assert_eq!((release.chart_name().as_str(), release.app_version()), ("MISSING", "MISSING"));
        let facts = Facts::read(pack(json).as_bytes()).unwrap();
        assert_eq!(facts.chart_name(), "MISSING");
        let wrong = Facts::read(pack(br#"{"name":[]}"#).as_bytes()).unwrap_err();
        assert!(wrong.to_string().starts_with("its JSON is no release: "), "{wrong}");
        assert_eq!(Release::of_object(&Value::Null).unwrap_err(), Damage::Missing);
    }

    #[test]
    fn every_status_of_helm_has_a_health() {
        let health = |status| Status(status).health();
        assert_eq!(health("deployed"), Health::Ok);
        assert_eq!(health("failed"), Health::Broken);
        for status in ["pending-install", "pending-upgrade", "pending-rollback", "uninstalling"] {
            assert_eq!(health(status), Health::Changing, "{status}");
        }
        assert_eq!((health("superseded"), health("uninstalled")), (Health::Idle, Health::Idle));
        assert_eq!((health("unknown"), health("")), (Health::Warning, Health::Warning));
    }

    proptest! {
        #[test]
        fn any_json_is_a_release_or_damage(json in "\\{(\"(name|info|chart|config|version)\":(1|\"a\"|null|\\{\\}|\\[\\]),?){0,4}\\}") {
            let packed = pack(json.as_bytes());
            let whole = Release::read(packed.as_bytes());
            let facts = Facts::read(packed.as_bytes());
            prop_assert!(whole.is_err() || facts.is_ok(), "a row must not be worse than the page");
        }
    }
}
