//! What Helm installed in the demo cluster: releases whose objects are objects of the demo, stored as Helm stores them.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::app::App;
use super::history::must;
use super::{World, base64, cast, stamp};
use crate::demo::value::{edit_list, set};

/// A release: an application of the cast, and how it came to be as it is.
struct Release {
    namespace: &'static str,
    app: &'static str,
    /// Whether it is kept in ConfigMaps, as with `HELM_DRIVER=configmap`.
    in_config_maps: bool,
    revisions: &'static [Revision],
}

/// A revision of a release.
struct Revision {
    /// How long before now it was made, in minutes.
    ago: i64,
    status: &'static str,
    chart: &'static str,
    tag: &'static str,
    replicas: i64,
    description: &'static str,
}

const DAY: i64 = 24 * 60;
const INSTALLED: &str = "Install complete";
const UPGRADED: &str = "Upgrade complete";

const fn revision(
    ago: i64,
    (status, description): (&'static str, &'static str),
    (chart, tag): (&'static str, &'static str),
    replicas: i64,
) -> Revision {
    Revision { ago, status, chart, tag, replicas, description }
}

/// Times and tags are those of the demo's history.
const RELEASES: &[Release] = &[
    Release {
        namespace: "shop",
        app: "catalog",
        in_config_maps: false,
        revisions: &[
            revision(26 * DAY + 133, ("superseded", INSTALLED), ("0.9.0", "2.8.0"), 2),
            revision(12 * DAY, ("superseded", UPGRADED), ("0.9.0", "2.8.0"), 3),
            revision(9 * DAY + 305, ("deployed", UPGRADED), ("0.9.1", "2.8.1"), 3),
        ],
    },
    Release {
        namespace: "shop",
        app: "recommendations",
        in_config_maps: false,
        revisions: &[
            revision(26 * DAY + 133, ("deployed", INSTALLED), ("1.4.2", "2.3.9"), 2),
            revision(
                22,
                (
                    "failed",
                    "Upgrade \"recommendations\" failed: resource Deployment/shop/recommendations not ready. status: InProgress, message: Updated: 1/2\ncontext deadline exceeded",
                ),
                ("1.5.0", "2.4.0-rc1"),
                2,
            ),
        ],
    },
    Release {
        namespace: "monitoring",
        app: "grafana",
        in_config_maps: true,
        revisions: &[
            revision(26 * DAY + 133, ("superseded", INSTALLED), ("9.3.1", "12.1.0"), 1),
            revision(17 * DAY, ("deployed", UPGRADED), ("9.4.0", "12.1.1"), 1),
        ],
    },
];

/// Stores the releases.
pub fn build(world: &mut World, now: Timestamp) {
    for release in RELEASES {
        let Some(app) = cast::DEPLOYMENTS
            .iter()
            .find(|app| (app.namespace, app.name) == (release.namespace, release.app))
        else {
            continue;
        };
        let first = release.revisions.first().map_or(0, |revision| revision.ago);
        for (number, revision) in (1i64..).zip(release.revisions) {
            must(world.create(stored(release, app, revision, (number, first), now)));
        }
    }
}

fn before(now: Timestamp, minutes: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_mins(minutes)).unwrap_or(now)
}

/// The object that holds a revision, with the labels that Helm finds it by (`pkg/storage/driver`).
fn stored(
    release: &Release,
    app: &App,
    revision: &Revision,
    (number, first): (i64, i64),
    now: Timestamp,
) -> Value {
    let at = before(now, revision.ago);
    let packed = pack(&content(app, revision, (number, before(now, first)), at));
    let metadata = json!({
        "name": format!("sh.helm.release.v1.{}.v{number}", release.app), "namespace": release.namespace,
        "creationTimestamp": stamp(at),
        "labels": {"name": release.app, "owner": "helm", "status": revision.status, "version": number.to_string(),
            "modifiedAt": at.as_second().to_string()},
    });
    if release.in_config_maps {
        return json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"release": packed}});
    }
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "helm.sh/release.v1",
        "data": {"release": base64::encode(packed.as_bytes())}})
}

/// What Helm stores of a revision, as JSON.
fn content(
    app: &App,
    revision: &Revision,
    (number, first): (i64, Timestamp),
    at: Timestamp,
) -> Value {
    let (image, _) = app.image.rsplit_once(':').unwrap_or((app.image, ""));
    json!({
        "name": app.name, "namespace": app.namespace, "version": number,
        "info": {
            "first_deployed": first.to_string(), "last_deployed": at.to_string(), "deleted": "",
            "description": revision.description, "status": revision.status,
            "notes": format!("{0} {1} is installed.\n\nReach it with\n\n  kubectl -n {2} port-forward service/{0} 8080:80\n\n\
                and open http://localhost:8080.\n", app.name, revision.tag, app.namespace),
        },
        "chart": {
            "metadata": {"apiVersion": "v2", "name": app.name, "version": revision.chart, "appVersion": revision.tag, "type": "application",
                "description": format!("{} of the demo", app.name)},
            "lock": null, "templates": [], "schema": null, "files": [],
            "values": {"replicas": 1, "image": {"repository": image, "tag": revision.tag, "pullPolicy": "IfNotPresent"},
                "resources": {"requests": {"cpu": app.size.0, "memory": app.size.1}},
                "service": {"port": 80, "type": "ClusterIP"}, "debug": {"enabled": false, "port": 9229}},
        },
        "config": {"replicas": revision.replicas, "image": {"tag": revision.tag}, "debug": null},
        "manifest": manifest(app, revision),
    })
}

/// What the chart rendered: the application's objects, in the order in which Helm installs kinds (`pkg/release/v1/util/kind_sorter.go`).
fn manifest(app: &App, revision: &Revision) -> String {
    const ORDER: [&str; 5] = ["ServiceAccount", "Secret", "ConfigMap", "Service", "Deployment"];
    let mut deployment = app.deployment();
    set(&mut deployment, "/spec/replicas", revision.replicas);
    edit_list(&mut deployment, "/spec/template/spec/containers", |containers| {
        if let Some(first) = containers.first_mut() {
            let (image, _) = app.image.rsplit_once(':').unwrap_or((app.image, ""));
            set(first, "/image", format!("{image}:{}", revision.tag));
        }
    });
    let mut objects = app.company();
    objects.push(deployment);
    objects.sort_by_key(|object| ORDER.iter().position(|kind| object["kind"] == **kind));
    let document = |object: &Value| {
        let file = object["kind"].as_str().unwrap_or_default().to_lowercase();
        let yaml = serde_yaml::to_string(object).unwrap_or_default();
        format!("---\n# Source: {}/templates/{file}.yaml\n{yaml}", app.name)
    };
    objects.iter().map(document).collect()
}

/// JSON in gzip in base64 (`pkg/storage/driver/util.go`).
fn pack(content: &Value) -> String {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    // Memory takes all that is written to it.
    let packed = gzip.write_all(content.to_string().as_bytes()).and_then(|()| gzip.finish());
    base64::encode(&packed.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm;

    #[test]
    fn every_release_is_read_and_its_objects_are_objects_of_the_demo() {
        let now: Timestamp = "2026-01-15T12:00:00Z".parse().unwrap();
        let world = World::demo_again(1, now, 0);
        for release in RELEASES {
            let id = if release.in_config_maps { "configmaps" } else { "secrets" };
            for number in 1..=release.revisions.len() {
                let name = format!("sh.helm.release.v1.{}.v{number}", release.app);
                let key = format!("{}/{name}", release.namespace);
                let object = world.store.value(id, &key).unwrap_or_else(|| panic!("no {key}"));
                let read = helm::Release::of_object(&object).unwrap();
                assert_eq!((read.name.as_str(), read.version), (release.app, number as i64));
                assert!(read.info.last_deployed() >= read.info.first_deployed());
                for document in helm::documents(&read.manifest) {
                    for named in document.objects.unwrap() {
                        let version = if named.group.is_empty() { "v1" } else { "apps/v1" };
                        let of = json!({"apiVersion": version, "kind": named.kind});
                        let resource = world.resource_of(&of).unwrap().id();
                        let key = format!("{}/{}", named.namespace, named.name);
                        assert!(
                            world.store.value(&resource, &key).is_some(),
                            "no {resource} {key}"
                        );
                    }
                }
            }
        }
    }
}
