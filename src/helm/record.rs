//! A revision as it is stored, to be written: nothing of it is lost, whatever kx does not know of it.
//!
//! As Helm's storage drivers do (`helm.sh/helm/v3/pkg/storage/driver`: `util.go`, `secrets.go`, `cfgmaps.go`).

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

use super::{Damage, PREFIX, SECRET_TYPE, unpack};

/// Labels that Helm sets itself; all others are the person's.
const OWN_LABELS: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

/// What Helm deletes before a hook is made, where the hook says nothing of it (`pkg/action/hooks.go`).
pub const BEFORE_CREATION: &str = "before-hook-creation";

/// The name of the object that holds a revision (`pkg/storage`, `makeKey`).
pub fn key(name: &str, revision: i64) -> String {
    format!("{PREFIX}{name}.v{revision}")
}

/// The whole revision that a Secret or ConfigMap holds.
///
/// # Errors
/// [`Damage`]: why it cannot be read.
pub fn whole(object: &Value) -> Result<Value, Damage> {
    let data = object.pointer("/data/release").and_then(Value::as_str).ok_or(Damage::Missing)?;
    let release: Value = serde_json::from_slice(&unpack(data.as_bytes())?)
        .map_err(|error| Damage::Json(error.to_string()))?;
    if release.is_object() { Ok(release) } else { Err(Damage::Json("it is no object".to_owned())) }
}

/// A revision in the layers of `data.release` of a ConfigMap; in a Secret it is base64 once more.
fn packed(release: &Value) -> Result<String, String> {
    let damaged = |error: std::io::Error| format!("the release cannot be packed: {error}");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(release.to_string().as_bytes()).map_err(damaged)?;
    Ok(STANDARD.encode(gzip.finish().map_err(damaged)?))
}

/// Puts a revision into the object that holds it, with the labels by which Helm finds it; `stamp` is the label that says when.
fn put(object: &mut Value, release: &Value, stamp: (&str, i64)) -> Result<(), String> {
    let mut data = packed(release)?;
    if object["kind"] == "Secret" {
        data = STANDARD.encode(data);
    }
    let labels = object["metadata"]["labels"].as_object().into_iter().flatten();
    let theirs = labels.filter(|(key, _)| !OWN_LABELS.contains(&key.as_str()));
    let mut labels: Map<String, Value> = theirs.map(|(k, v)| (k.clone(), v.clone())).collect();
    labels.insert("name".to_owned(), release["name"].clone());
    labels.insert("owner".to_owned(), json!("helm"));
    labels.insert("status".to_owned(), release["info"]["status"].clone());
    labels.insert("version".to_owned(), json!(release["version"].to_string()));
    labels.insert(stamp.0.to_owned(), json!(stamp.1.to_string()));
    object["metadata"]["labels"] = Value::Object(labels);
    object["data"] = json!({"release": data});
    Ok(())
}

/// The object that holds a new revision of a release: it goes back to `to`, from the newest one, `last` (`pkg/action/rollback.go`,
/// `prepareRollback`). Both are given as the objects that hold them.
///
/// # Errors
/// Which of both cannot be read, or why the new one cannot be written; a sentence for people.
pub fn going_back(last: &Value, to: &Value, at: jiff::Timestamp) -> Result<Value, String> {
    let read = |object: &Value| {
        whole(object).map_err(|why| {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            format!("{name} cannot be read: {why}")
        })
    };
    let (newest, target) = (read(last)?, read(to)?);
    let number = |release: &Value| release["version"].as_i64().unwrap_or_default();
    let revision = number(&newest) + 1;
    let mut info = json!({
        "first_deployed": newest["info"]["first_deployed"],
        "last_deployed": at.to_string(),
        "deleted": "",
        "description": format!("Rollback to {}", number(&target)),
        "status": "pending-rollback",
    });
    if let Some(notes) = target["info"]["notes"].as_str().filter(|notes| !notes.is_empty()) {
        info["notes"] = json!(notes);
    }
    let mut release = json!({
        "name": newest["name"],
        "namespace": newest["namespace"],
        "version": revision,
        "info": info,
    });
    for field in ["chart", "config", "manifest", "hooks"] {
        if let Some(value) = target.get(field) {
            release[field] = value.clone();
        }
    }
    // Helm 4 notes how objects were applied, and goes on so: this is not server-side apply.
    if target.get("apply_method").is_some() {
        release["apply_method"] = json!("csa");
    }
    let name = key(newest["name"].as_str().unwrap_or_default(), revision);
    let secret = to["type"] == SECRET_TYPE;
    let mut object = json!({
        "apiVersion": "v1",
        "kind": if secret { "Secret" } else { "ConfigMap" },
        "metadata": {
            "name": name,
            "namespace": last["metadata"]["namespace"],
            "labels": to["metadata"]["labels"],
        },
    });
    if secret {
        object["type"] = json!(SECRET_TYPE);
    }
    put(&mut object, &release, ("createdAt", at.as_second()))?;
    Ok(object)
}

/// What is noted in a stored revision while something is done to its release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The hook at this place, from 0, is about to be made.
    HookBegins(usize),
    /// The hooks at these places succeeded.
    HooksEnd(Vec<usize>),
    /// It is what the cluster has now.
    Deployed,
    /// Another revision is what the cluster has.
    Superseded,
    /// It failed: why.
    Failed(String),
    /// Its objects are being deleted.
    Uninstalling,
    /// Its objects are deleted, the record is kept.
    Uninstalled,
}

impl Note {
    /// Writes it into a revision; whether that made a difference.
    fn write(&self, release: &mut Value, at: jiff::Timestamp) -> bool {
        let before = release.clone();
        let time = at.to_string();
        let info = |release: &mut Value, status: &str, description: Option<&str>| {
            set(&mut release["info"], "status", json!(status));
            if let Some(description) = description {
                set(&mut release["info"], "description", json!(description));
            }
        };
        match self {
            Self::HookBegins(place) => {
                let Some(hook) = release["hooks"].get_mut(place) else { return false };
                let text = |path| hook.pointer(path).and_then(Value::as_str);
                if text("/last_run/phase") == Some("Running") {
                    return false;
                }
                let policies = hook.get("delete_policies").and_then(Value::as_array);
                if policies.is_none_or(Vec::is_empty) {
                    set(hook, "delete_policies", json!([BEFORE_CREATION]));
                }
                let run = json!({"started_at": time, "completed_at": "", "phase": "Running"});
                set(hook, "last_run", run);
            }
            Self::HooksEnd(places) => {
                for place in places {
                    if let Some(hook) = release["hooks"].get_mut(place) {
                        end(hook, "Succeeded", &time);
                    }
                }
            }
            Self::Deployed => info(release, "deployed", None),
            Self::Superseded => info(release, "superseded", None),
            Self::Failed(why) => {
                info(release, "failed", Some(why));
                for hook in release["hooks"].as_array_mut().into_iter().flatten() {
                    end(hook, "Failed", &time);
                }
            }
            Self::Uninstalling => {
                if release.pointer("/info/status").is_some_and(|status| status == "uninstalling") {
                    return false;
                }
                info(release, "uninstalling", Some("Deletion in progress (or silently failed)"));
                set(&mut release["info"], "deleted", json!(time));
            }
            Self::Uninstalled => info(release, "uninstalled", Some("Uninstallation complete")),
        }
        *release != before
    }
}

/// A hook that runs is over.
fn end(hook: &mut Value, phase: &str, time: &str) {
    if let Some(run) = hook.get_mut("last_run").and_then(Value::as_object_mut)
        && run.get("phase").is_some_and(|phase| phase == "Running")
    {
        run.insert("phase".to_owned(), json!(phase));
        run.insert("completed_at".to_owned(), json!(time));
    }
}

/// Sets a field; what no map is becomes one, for no release has anything else there.
fn set(map: &mut Value, field: &str, value: Value) {
    if !map.is_object() {
        *map = json!({});
    }
    map[field] = value;
}

/// The object that holds a revision, with this noted in it; `None` where that is so already. `made` says when the revision came about, so that
/// nothing is noted in one of the same number that somebody else made.
///
/// # Errors
/// Why it cannot be read or written, or that it is another one; a sentence for people.
pub fn noted(
    object: &Value,
    note: &Note,
    made: Option<&str>,
    at: jiff::Timestamp,
) -> Result<Option<Value>, String> {
    let mut release = whole(object).map_err(|why| why.to_string())?;
    if made.is_some_and(|made| release["info"]["last_deployed"] != made) {
        return Err("it is a revision that somebody else made".to_owned());
    }
    if !note.write(&mut release, at) {
        return Ok(None);
    }
    let mut object = object.clone();
    put(&mut object, &release, ("modifiedAt", at.as_second()))?;
    Ok(Some(object))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Release;
    use super::*;

    const SECRET: &str = include_str!("../../tests/fixtures/helm/secret-v3.json");
    const CONFIG_MAP: &str = include_str!("../../tests/fixtures/helm/configmap-v3.json");
    const BY_HELM_4: &str = include_str!("../../tests/fixtures/helm/secret-v4.json");

    fn at() -> jiff::Timestamp {
        "2026-01-15T12:00:00.5Z".parse().unwrap()
    }

    fn object(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_helm_wrote_is_written_again_as_it_was() {
        for text in [SECRET, CONFIG_MAP, BY_HELM_4] {
            let stored = object(text);
            let release = whole(&stored).unwrap();
            let mut again = stored.clone();
            let created = stored["metadata"]["labels"]["createdAt"].as_str().unwrap();
            put(&mut again, &release, ("createdAt", created.parse().unwrap())).unwrap();
            assert_eq!(whole(&again).unwrap(), release);
            assert_eq!(again["metadata"], stored["metadata"]);
            // As many layers as there were: a Secret has one more.
            let start =
                |object: &Value| object["data"]["release"].as_str().unwrap()[..4].to_owned();
            assert_eq!(start(&again), start(&stored));
        }
    }

    #[test]
    fn a_new_revision_has_all_of_the_old_one_and_says_where_it_goes_back_to() {
        for (text, kind) in [(SECRET, "Secret"), (CONFIG_MAP, "ConfigMap")] {
            let stored = object(text);
            let made = going_back(&stored, &stored, at()).unwrap();
            let (old, new) = (whole(&stored).unwrap(), whole(&made).unwrap());
            let version = old["version"].as_i64().unwrap();
            let name = key(old["name"].as_str().unwrap(), version + 1);
            assert_eq!((&made["kind"], &made["metadata"]["name"]), (&json!(kind), &json!(name)));
            assert_eq!(made["type"], stored["type"]);
            assert_eq!(
                made["metadata"]["labels"],
                json!({"createdAt": "1768478400", "name": old["name"], "owner": "helm",
                    "status": "pending-rollback", "team": "shop", "version": (version + 1).to_string()})
            );
            for field in ["chart", "config", "manifest", "hooks", "namespace", "name"] {
                assert_eq!(new[field], old[field], "{field}");
            }
            assert_eq!(
                new["info"],
                json!({"first_deployed": old["info"]["first_deployed"],
                    "last_deployed": "2026-01-15T12:00:00.5Z", "deleted": "",
                    "description": format!("Rollback to {version}"),
                    "status": "pending-rollback", "notes": old["info"]["notes"]})
            );
            assert_eq!(
                Release::of_object(&made).unwrap().info.last_deployed(),
                Some(1_768_478_400)
            );
        }
    }

    #[test]
    fn notes_change_the_status_and_nothing_twice() {
        let mut stored = object(SECRET);
        stored["metadata"]["resourceVersion"] = json!("7");
        let deployed = noted(&stored, &Note::Superseded, None, at()).unwrap().unwrap();
        let labels = &deployed["metadata"]["labels"];
        assert_eq!(
            (&labels["status"], &labels["modifiedAt"]),
            (&json!("superseded"), &json!("1768478400"))
        );
        // Helm forgets when it was created, once it was modified.
        assert_eq!((&labels["createdAt"], &labels["team"]), (&Value::Null, &json!("shop")));
        assert_eq!(deployed["metadata"]["resourceVersion"], "7");
        assert_eq!(noted(&deployed, &Note::Superseded, None, at()), Ok(None));
        let why = noted(&stored, &Note::Deployed, Some("another time"), at()).unwrap_err();
        assert!(why.contains("somebody else"), "{why}");
    }

    #[test]
    fn hooks_are_told_when_they_begin_and_how_they_end() {
        let stored = object(SECRET);
        let note = |object: &Value, note: Note| noted(object, &note, None, at()).unwrap().unwrap();
        let begun = note(&stored, Note::HookBegins(0));
        let hook = |object: &Value| whole(object).unwrap()["hooks"][0].clone();
        let time = "2026-01-15T12:00:00.5Z";
        let running = json!({"started_at": time, "completed_at": "", "phase": "Running"});
        assert_eq!(hook(&begun)["last_run"], running);
        assert_eq!(hook(&begun)["delete_policies"], json!([BEFORE_CREATION]));
        let over = |phase: &str| json!({"started_at": time, "completed_at": time, "phase": phase});
        assert_eq!(hook(&note(&begun, Note::HooksEnd(vec![0])))["last_run"], over("Succeeded"));
        let failed = note(&begun, Note::Failed("no".to_owned()));
        assert_eq!(hook(&failed)["last_run"], over("Failed"));
        assert_eq!(whole(&failed).unwrap()["info"]["description"], "no");
        assert_eq!(noted(&stored, &Note::HookBegins(5), None, at()), Ok(None));
    }

    proptest! {
        #[test]
        fn any_json_can_be_noted_in_or_is_refused(json in "\\{(\"(name|info|hooks|version)\":(1|\"a\"|null|\\{\\}|\\[\\]|\\[1\\]),?){0,4}\\}") {
            let mut stored = object(SECRET);
            stored["data"]["release"] = json!(STANDARD.encode(&json));
            for note in [Note::HookBegins(0), Note::HooksEnd(vec![0, 9]), Note::Failed(String::new()), Note::Uninstalling] {
                let _ = noted(&stored, &note, None, at());
            }
            let _ = going_back(&stored, &stored, at());
        }
    }
}
