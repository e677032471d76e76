//! Releases of Helm: from their table to their pages and back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kx::app::Setup;
use serde_json::{Value, json};

use crate::support::World;

/// A revision as Helm stored it before it packed anything, which it still reads.
fn secret(version: i64, status: &str) -> Value {
    let release = json!({
        "name": "web", "namespace": "shop", "version": version,
        "info": {"status": status, "description": "Upgrade complete", "last_deployed": "2026-05-27T00:00:00Z", "notes": "Be happy\n"},
        "chart": {"metadata": {"name": "web", "version": format!("1.0.{version}"), "appVersion": "3"}, "values": {"port": 80}},
        "config": {"replicas": version},
        "manifest": "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n",
    });
    let data = STANDARD.encode(STANDARD.encode(release.to_string()));
    json!({
        "metadata": {"name": format!("sh.helm.release.v1.web.v{version}"), "namespace": "shop", "uid": format!("shop/helm-{version}"),
            "labels": {"owner": "helm", "name": "web", "version": version.to_string(), "status": status}},
        "type": "helm.sh/release.v1", "data": {"release": data},
    })
}

fn world() -> World {
    let mut world = World::new();
    world.objects.push(("secrets", secret(3, "deployed")));
    world
}

fn text(world: &World) -> String {
    let sheet = world.app.sheet().unwrap_or_else(|| panic!("no sheet: {}", world.screen()));
    sheet.sheet().text()
}

#[test]
fn enter_leads_from_a_release_to_its_page_and_escape_comes_back() {
    let mut world = world();
    world.press(": \"helm\" enter");
    assert_eq!(world.screen(), "releases (all): >web");
    world.press("enter");
    assert!(text(&world).starts_with("web  deployed\n"), "{}", text(&world));
    assert!(text(&world).contains("Objects  1\n  Service  web\n"), "{}", text(&world));
    assert!(!text(&world).contains("missing"), "{}", text(&world));
    world.press("esc");
    assert_eq!(world.screen(), "releases (all): >web");
}

#[test]
fn lines_of_a_release_lead_to_its_values_and_its_history() {
    let mut world = world();
    world.press(": \"hr\" enter enter / \"all values\" enter enter");
    assert_eq!(text(&world), "port: 80\nreplicas: 3\n");
    world.press("esc / ctrl-u \"as a table\" enter enter");
    assert_eq!(world.screen().split_once(": ").map(|(_, rows)| rows), Some(">web.v3"));
    world.press("enter");
    assert!(text(&world).starts_with("web  deployed\n"), "{}", text(&world));
}

#[test]
fn commands_mean_the_release_under_the_cursor_or_the_one_they_name() {
    let mut world = world();
    world.press(": \"helm\" enter : \"helm-notes\" enter");
    assert_eq!(text(&world), "Be happy\n");
    world.press(": \"helm-values web -n shop --revision 3\" enter");
    assert_eq!(text(&world), "replicas: 3\n");
    world.press(": \"helm-values nothing -n shop\" enter");
    assert_eq!(text(&world), "Helm keeps no release nothing in the namespace shop\n");
    world.press(": \"pods\" enter : \"helm-values\" enter");
    let complaint = world.app.prompt().and_then(|prompt| prompt.complaint.clone()).unwrap();
    assert!(complaint.message.contains("no release of Helm under the cursor"), "{complaint:?}");
}

#[test]
fn two_marked_revisions_are_compared() {
    let mut world = world();
    world.objects.push(("secrets", secret(1, "superseded")));
    world.objects.push(("secrets", secret(2, "superseded")));
    world.press(": \"helm-history web -n shop\" enter");
    assert!(world.screen().ends_with(": >web.v3 web.v2 web.v1"), "{}", world.screen());
    world.press(": \"helm-diff\" enter");
    assert!(text(&world).starts_with("web  revision 2 → 3\n"), "{}", text(&world));
    world.press("esc space j j space : \"helm-diff\" enter");
    assert!(text(&world).starts_with("web  revision 1 → 3\n"), "{}", text(&world));
    assert!(text(&world).contains("- replicas: 1\n+ replicas: 3\n"), "{}", text(&world));
}

#[test]
fn the_yaml_of_a_release_is_that_of_the_object_that_holds_it() {
    let mut world = world();
    world.press(": \"helm\" enter y");
    let about = world.app.about().unwrap();
    assert_eq!(
        (about.resource.plural.as_str(), about.name.as_str()),
        ("secrets", "sh.helm.release.v1.web.v3")
    );
}

#[test]
fn releases_change_with_the_namespaces_as_any_table_does() {
    let mut world = world();
    world.press(": \"helm\" enter : \"ns default\" enter");
    assert_eq!(world.screen(), "releases (default):");
    world.press(": \"ns shop\" enter");
    assert_eq!(world.screen(), "releases (shop): >web");
}

/// A release with a Secret in it, whose password differs between its revisions.
fn with_secret(setup: Setup) -> World {
    let mut world = World::with(Setup { context: "lab".to_owned(), ..setup });
    world.answers = true;
    world.connect("lab");
    for (version, password) in [(1, "correct horse"), (2, "battery staple")] {
        let data = STANDARD.encode(password);
        let manifest = format!(
            "---\n# Source: web/templates/secret.yaml\napiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: {data}\n"
        );
        world.objects.push((
            "secrets",
            holding(
                version,
                &manifest,
                &json!({"auth": {"pass": password}, "port": 80}),
                &format!("Your password is '{password}', or {data}.\n"),
            ),
        ));
    }
    world
}

fn holding(version: i64, manifest: &str, config: &Value, notes: &str) -> Value {
    let mut object = secret(version, "deployed");
    let release = json!({
        "name": "web", "namespace": "shop", "version": version, "info": {"status": "deployed", "notes": notes},
        "chart": {"metadata": {"name": "web", "version": "1"}, "values": {}},
        "config": config, "manifest": manifest,
    });
    object["data"]["release"] = STANDARD.encode(STANDARD.encode(release.to_string())).into();
    object
}

#[test]
fn secrets_of_a_release_are_masked_until_somebody_asks_for_them() {
    let mut world = with_secret(Setup::default());
    let secrets = ["horse", "staple", "Y29ycmVj", "YmF0dGVy"];
    let pages = [
        "helm-status",
        "helm-manifest",
        "helm-values",
        "helm-all-values",
        "helm-notes",
        "helm-diff",
    ];
    for page in pages {
        world.press(&format!(": \"{page} web -n shop\" enter"));
        let hidden = text(&world);
        assert!(hidden.contains("<hidden, 14 bytes"), "{page}: {hidden}");
        assert!(secrets.iter().all(|secret| !hidden.contains(secret)), "{page}: {hidden}");
        world.press("x");
        assert!(text(&world).contains("battery staple"), "{page}: {}", text(&world));
        world.press("x");
        assert_eq!(text(&world), hidden, "{page}");
    }
    // What differs says so, although it is not shown.
    assert!(text(&world).contains("password: <hidden, 14 bytes"), "{}", text(&world));
}

#[test]
fn read_only_shows_no_secret_of_a_release_unless_it_may() {
    let mut world = with_secret(Setup { read_only: true, ..Setup::default() });
    for page in ["helm-manifest", "helm-notes", "helm-status"] {
        world.press(&format!(": \"{page} web -n shop\" enter x"));
        assert!(!text(&world).contains("staple"), "{page}: {}", text(&world));
        assert!(world.said().contains("decode_in_read_only"), "{page}: {}", world.said());
    }
    let setup = Setup { read_only: true, decode_in_read_only: true, ..Setup::default() };
    let mut world = with_secret(setup);
    world.press(": \"helm-manifest web -n shop\" enter x");
    assert!(text(&world).contains("battery staple"), "{}", text(&world));
}
