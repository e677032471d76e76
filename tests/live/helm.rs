//! Releases of Helm on a real API server, stored as Helm stores them.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::get::{kx, lines};
use crate::lab::Lab;
use crate::pty::Terminal;
use crate::support;
use crate::watched::{Watched, resource};

/// `data.release` of a revision.
fn packed(name: &str, version: i64, status: &str) -> String {
    pack(&json!({
        "name": name, "namespace": "helm", "version": version,
        "info": {"first_deployed": "2026-01-13T12:00:00.5+01:00", "last_deployed": "2026-01-15T12:00:00.5+01:00", "deleted": "",
            "description": format!("{name} is {status}"), "status": status},
        "chart": {"metadata": {"name": name, "version": format!("1.0.{version}"), "appVersion": "7"}, "values": {"password": "chart-secret"}},
        "config": {"password": "given-secret"}, "manifest": "---\nkind: ConfigMap\n",
    }))
}

/// As `pkg/storage/driver/util.go` packs a revision.
fn pack(release: &Value) -> String {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(release.to_string().as_bytes()).unwrap();
    STANDARD.encode(gzip.finish().unwrap())
}

fn metadata(name: &str, version: i64, status: &str) -> Value {
    json!({"name": format!("sh.helm.release.v1.{name}.v{version}"), "namespace": "helm",
        "labels": {"name": name, "owner": "helm", "status": status, "version": version.to_string(), "modifiedAt": "1768478400"}})
}

fn secret(name: &str, version: i64, status: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata(name, version, status), "type": "helm.sh/release.v1",
        "data": {"release": STANDARD.encode(packed(name, version, status))}})
}

fn config_map(name: &str, version: i64, status: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(name, version, status),
        "data": {"release": packed(name, version, status)}})
}

/// Every release as `name revision status chart`, sorted; those of other tests, in their own namespaces, left out.
fn listed(watched: &Watched) -> Vec<String> {
    let mut all: Vec<String> = watched
        .rows
        .values()
        .filter(|row| &*row.namespace == "helm")
        .map(|row| {
            let text = |column| watched.text(row, column);
            format!("{} {} {} {}", row.name, text("REVISION"), text("STATUS"), text("CHART"))
        })
        .collect();
    all.sort();
    all
}

fn create(objects: &[Value]) {
    let yaml: Vec<String> = objects.iter().map(Value::to_string).collect();
    Lab::shared().create(&yaml.join("\n---\n")).unwrap();
}

fn replace(objects: &[Value]) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for object in objects {
        writeln!(file, "{object}\n---").unwrap();
    }
    let path = file.path().to_str().unwrap();
    Lab::shared().run(["replace", "--validate=false", "-f", path]);
}

fn namespaced(mut object: Value, namespace: &str) -> Value {
    object["metadata"]["namespace"] = json!(namespace);
    object
}

fn helm(plural: &str) -> kx::kinds::Resource {
    kx::kinds::Resource {
        verbs: ["list", "watch"].map(str::to_owned).to_vec(),
        ..resource("helm.sh", "v1", plural)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_of_both_drivers_are_seen_through_an_upgrade() {
    create(&[
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "helm"}}),
        secret("web", 9, "superseded"),
        secret("web", 10, "deployed"),
        config_map("cart", 1, "failed"),
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "mine", "namespace": "helm", "labels": {"owner": "helm"}}}),
    ]);
    let client = support::client(Lab::shared(), "admin").await;
    let mut releases = Watched::start(&client, helm("releases"), "name in (web,cart)");
    let mut history = Watched::start(&client, helm("revisions"), "name=web");
    releases
        .until("one row a release", |w| {
            w.is_live() && listed(w) == ["cart 1 failed cart-1.0.1", "web 10 deployed web-1.0.10"]
        })
        .await;
    let web = |row: &&kx::store::Row| (&*row.namespace, &*row.name) == ("helm", "web");
    let uid = |w: &Watched| w.rows.values().find(web).map(|row| row.uid);
    let before = uid(&releases);
    let own =
        |w: &Watched| w.names().into_iter().filter(|n| n.starts_with("helm/")).collect::<Vec<_>>();
    history.until("both revisions", |w| w.is_live() && own(w).len() == 2).await;

    // As Helm upgrades: the new revision is pending, then deployed; only then is the old one superseded.
    create(&[secret("web", 11, "pending-upgrade")]);
    releases
        .until("the upgrade begins", |w| listed(w)[1] == "web 11 pending-upgrade web-1.0.11")
        .await;
    assert_eq!(uid(&releases), before, "a release is the same row from revision to revision");
    replace(&[secret("web", 10, "superseded"), secret("web", 11, "failed")]);
    releases.until("the upgrade fails", |w| listed(w)[1] == "web 11 failed web-1.0.11").await;

    // Helm rolls back what failed by deleting it (`--atomic`, `--cleanup-on-fail`), and forgets what is old.
    Lab::shared().run(["-n", "helm", "delete", "secret", "sh.helm.release.v1.web.v11"]);
    releases
        .until("the one before is back", |w| listed(w)[1] == "web 10 superseded web-1.0.10")
        .await;
    Lab::shared().run(["-n", "helm", "delete", "secret", "sh.helm.release.v1.web.v9"]);
    Lab::shared().run(["-n", "helm", "delete", "configmap", "sh.helm.release.v1.cart.v1"]);
    releases
        .until("what is deleted is gone", |w| listed(w) == ["web 10 superseded web-1.0.10"])
        .await;
    history.until("its history too", |w| own(w) == ["helm/web.v10"]).await;
    assert_eq!(releases.resets + history.resets, 0);
    let kept = format!("{:?} {:?}", releases.rows, history.rows);
    assert!(!kept.contains("-secret"), "values are kept: {kept}");
}

#[tokio::test]
async fn a_row_is_found_by_its_name() {
    create(&[
        namespaced(secret("found", 1, "superseded"), "default"),
        namespaced(secret("found", 2, "deployed"), "default"),
    ]);
    let client = support::client(Lab::shared(), "admin").await;
    for (plural, name, rows) in [("releases", "found", 1), ("revisions", "found.v1", 1)] {
        let fields = format!("metadata.name={name}");
        let mut watched = Watched::named(&client, helm(plural), &fields);
        watched.until_live(rows).await;
        assert_eq!(watched.names(), [format!("default/{name}")].into());
    }
}

#[tokio::test]
async fn who_may_not_read_secrets_is_told_so_and_who_may_in_one_namespace_sees_that() {
    use kx::store::Freshness;

    create(&[
        namespaced(secret("teams", 1, "deployed"), "team"),
        namespaced(config_map("viewed", 1, "deployed"), "team"),
    ]);
    let decided =
        |w: &Watched| matches!(w.state, Freshness::Live { .. } | Freshness::Refused { .. });
    let only = "name in (teams,viewed)";
    let viewer = support::client(Lab::shared(), "viewer").await;
    let mut viewed = Watched::start(&viewer, helm("releases"), only);
    viewed.until("decided", decided).await;
    assert!(
        matches!(&viewed.state, Freshness::Refused { why } if why.contains("secrets")),
        "{viewed:?}"
    );
    let team = support::client(Lab::shared(), "team").await;
    let mut teams = Watched::start(&team, helm("releases"), only);
    teams.until("decided", |w| decided(w) && w.rows.len() == 2).await;
    assert!(
        matches!(&teams.state, Freshness::Live { limited_to: Some(names) } if *names[0] == *"team"),
        "{teams:?}"
    );
}

#[test]
fn the_command_line_prints_releases_and_revisions() {
    let lab = Lab::shared();
    create(&[
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "printed"}}),
        namespaced(secret("web", 1, "superseded"), "printed"),
        namespaced(secret("web", 2, "deployed"), "printed"),
        namespaced(config_map("cart", 1, "failed"), "printed"),
    ]);
    let printed = |arguments: &[&str]| {
        let output = kx(lab, "admin", &[arguments, &["-n", "printed"]].concat());
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        lines(&output.stdout)
    };
    let head = "NAME REVISION UPDATED STATUS CHART APP VERSION";
    let (web, cart) = ("web 2 AGE deployed web-1.0.2 7", "cart 1 AGE failed cart-1.0.1 7");
    for name in ["helm", "hr", "releases", "helmrelease.helm.sh", "releases.helm.sh"] {
        assert_eq!(printed(&[name]), [head, cart, web], "{name}");
    }
    assert_eq!(printed(&["helm", "web"]), [head, web]);
    assert_eq!(printed(&["helm/web"]), [head, web]);
    assert_eq!(
        printed(&["helm", "-o", "name"]),
        ["helmrelease.helm.sh/cart", "helmrelease.helm.sh/web"]
    );
    assert_eq!(printed(&["helm", "-l", "status=failed"]), [head, cart]);
    let revisions = printed(&["revisions.helm.sh", "-l", "name=web"]);
    assert_eq!(revisions.len(), 3);
    assert!(
        revisions[1].starts_with("web.v1 1 AGE superseded web-1.0.1 7 web is superseded"),
        "{revisions:?}"
    );
    assert_eq!(printed(&["revisions", "web.v2"])[1..], revisions[2..]);

    let fails = |arguments: &[&str], told: &str| {
        let output = kx(lab, "admin", &[arguments, &["-n", "printed"]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}: {output:?}");
        assert!(stderr.contains(told), "{arguments:?}: {stderr}");
    };
    fails(&["helm", "nothing"], "nothing");
    fails(&["helm", "-o", "yaml"], "kx get secrets -l owner=helm");
    let refused = kx(lab, "viewer", &["helm", "-n", "printed"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("secrets"), "{refused:?}");
    let none = kx(lab, "admin", &["helm", "-n", "default", "-l", "name=no-such"]);
    assert!(
        String::from_utf8_lossy(&none.stderr).contains("No resources found in default"),
        "{none:?}"
    );
}

/// A page about a release, in a real terminal: what is stored is unpacked beside the loop that draws.
#[test]
fn a_release_is_unpacked_and_followed() {
    let lab = Lab::shared();
    create(&[
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "paged"}}),
        namespaced(secret("paper", 1, "pending-install"), "paged"),
    ]);
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["helm", "-n", "paged"], 40, 120);
    kx.until("the release", |s| s.contains("paper") && s.contains("pending-install"));
    kx.keys(":helm-status paper -n paged\r");
    kx.until("its page", |s| {
        s.contains("paper-1.0.1") && s.contains("all values") && s.contains("one was given")
    });
    replace(&[namespaced(secret("paper", 1, "deployed"), "paged")]);
    kx.until("its new state", |s| s.contains("deployed") && s.contains("one was given"));
    kx.keys(":helm-values paper -n paged\r");
    kx.until("that there is a value", |s| s.contains("password: <hidden, 12 bytes>"));
    assert!(!kx.text().contains("given-secret"), "{}", kx.text());
    kx.keys("x");
    kx.shows("given-secret");
    kx.keys(":q\r");
    assert!(kx.ended().success());
}

/// What a chart makes of these two, for the revision of this number.
fn rendered(version: i64) -> String {
    let password = STANDARD.encode(format!("pass-word-{version}"));
    let mut manifest = format!(
        "---
apiVersion: v1
kind: Secret
metadata: {{name: db}}
data: {{password: {password}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {version}
  selector: {{matchLabels: {{app: web}}}}
  template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: web, image: 'web:1'}}]}}}}
"
    );
    if version > 1 {
        manifest += "---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: never-made}
";
    }
    manifest
}

/// Whether a line has these words, one after the other.
fn says(screen: &str, words: &[&str]) -> bool {
    let of = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    screen.lines().map(of).any(|line| line.windows(words.len()).any(|part| part == words))
}

/// Both drivers, in their pages: the live objects with their health, the notes, what changed between two revisions.
#[test]
fn the_pages_of_a_release_are_those_of_both_drivers() {
    let lab = Lab::shared();
    for driver in ["Secret", "ConfigMap"] {
        let ns = format!("x-helm-in-{}s", driver.to_lowercase());
        let ns = ns.as_str();
        create(&[json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": ns}})]);
        for (version, status) in [(1, "superseded"), (2, "deployed")] {
            let release = json!({
                "name": "shop", "namespace": ns, "version": version,
                "info": {"last_deployed": "2026-01-15T12:00:00Z", "status": status,
                    "notes": format!("Log in with pass-word-{version}.\n")},
                "chart": {"metadata": {"name": "shop", "version": format!("1.0.{version}")}, "values": {}},
                "config": {"replicas": version}, "manifest": rendered(version),
            });
            let mut data = pack(&release);
            if driver == "Secret" {
                data = STANDARD.encode(data);
            }
            let mut object = json!({"apiVersion": "v1", "kind": driver, "data": {"release": data}});
            object["metadata"] = metadata("shop", version, status);
            if driver == "Secret" {
                object["type"] = json!("helm.sh/release.v1");
            }
            create(&[namespaced(object, ns)]);
        }
        let made = rendered(2)
            .replace("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: never-made}\n", "");
        let made =
            made.replace("\nmetadata: {name:", &format!("\nmetadata: {{namespace: {ns}, name:"));
        lab.create(made.trim_end().trim_end_matches("---")).unwrap();

        let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["helm", "-n", ns], 60, 120);
        kx.until("the release", |s| says(s, &["shop", "2"]) && s.contains("deployed"));
        kx.keys("\r");
        kx.until("its objects as they are", |s| {
            says(s, &["Deployment", "web", "●", "2/2"])
                && says(s, &["Service", "web", "○", "ClusterIP"])
                && says(s, &["ConfigMap", "never-made", "✖", "missing"])
                && says(s, &["Secret", "db", "○", "Opaque"])
                && says(s, &["Objects", "4", "✖", "1"])
        });
        assert!(kx.text().contains("Log in with <hidden, 11 bytes>."), "{}", kx.text());
        assert!(
            kx.text().contains(&format!("{}s/sh.helm.release.v1.shop.v2", driver.to_lowercase()))
        );
        lab.run(["-n", ns, "delete", "service", "web"]);
        kx.until("what is gone", |s| {
            says(s, &["Service", "web", "✖", "missing"]) && says(s, &["Objects", "4", "✖", "2"])
        });
        lab.run(["-n", ns, "scale", "deployment", "web", "--replicas=3"]);
        kx.until("what moves", |s| says(s, &["Deployment", "web", "●", "3/3"]));

        kx.keys(&format!(":helm-notes shop -n {ns}\r"));
        kx.until("the notes", |s| {
            s.contains("Log in with <hidden, 11 bytes>.") && !s.contains("Objects")
        });
        kx.keys("x");
        kx.shows("Log in with pass-word-2.");
        kx.keys(&format!(":helm-diff shop -n {ns}\r"));
        kx.until("what changed", |s| {
            says(s, &["revision", "1", "→", "2"])
                && says(s, &["-", "replicas:", "1"])
                && says(s, &["+", "replicas:", "2"])
                && says(s, &["+", "kind:", "Service"])
                && s.contains("<hidden, 11 bytes, another value>")
        });
        assert!(!kx.text().contains("pass-word"), "{}", kx.text());
        kx.keys(":q\r");
        assert!(kx.ended().success());
    }
}
