//! What leads nowhere, in the tree of the Map and in the list of its own.

use serde_json::json;

use crate::map::serve_too;
use crate::support::{World, pod};

#[test]
fn what_is_missing_stands_in_the_tree_and_in_a_list_of_its_own() {
    let mut world = World::new();
    let mut broken = pod("shop", "lost-1", "n1", 0);
    broken["spec"]["volumes"] = json!([{"name": "v", "configMap": {"name": "nowhere"}}]);
    world.put("pods", broken);
    world.press(r#": "broken" enter"#);
    assert_eq!(world.screen(), "map › broken: >shop .lost-1 ..no configmap nowhere in shop");
    world.put(
        "configmaps",
        json!({"metadata": {"name": "nowhere", "namespace": "shop", "uid": "c"}}),
    );
    world.pass(3);
    assert_eq!(world.screen(), "map › broken:", "it is made, and no longer missing");
    world.press("esc");
    world.delete("configmaps", "nowhere");
    world.press(r#": "map work" enter ! "#);
    assert!(world.screen().contains("lost-1"), "{}", world.screen());
    assert!(!world.screen().contains("toolbox"), "only what is not well: {}", world.screen());
}

/// Everything that the list of broken things is for, each in a cluster that has all the rest.
#[test]
fn each_sort_of_breakage_is_in_the_list_and_in_the_tree() {
    let mut world = World::new();
    let (webhooks, hook) = ("validatingwebhookconfigurations", "ValidatingWebhookConfiguration");
    serve_too(
        &mut world,
        &[
            ("", "v1", "persistentvolumes", "PersistentVolume", false),
            ("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true),
            ("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true),
            ("admissionregistration.k8s.io", "v1", webhooks, hook, false),
        ],
    );
    let meta =
        |name: &str| json!({"name": name, "namespace": "shop", "uid": format!("uid-{name}")});
    let to = |name: &str, port: u16| json!({"defaultBackend": {"service": {"name": name, "port": {"number": port}}}});
    let mut mounts = pod("shop", "mounts", "n1", 0);
    mounts["spec"]["volumes"] = json!([{"name": "v", "secret": {"secretName": "gone"}}]);
    for (plural, object) in [
        (
            "services",
            json!({"metadata": meta("web"), "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}),
        ),
        ("services", json!({"metadata": meta("lonely"), "spec": {"selector": {"app": "nobody"}}})),
        ("ingresses", json!({"metadata": meta("front"), "spec": to("nowhere", 80)})),
        ("ingresses", json!({"metadata": meta("door"), "spec": to("web", 8443)})),
        (
            "persistentvolumeclaims",
            json!({"metadata": meta("lost"), "spec": {"volumeName": "vol"}, "status": {"phase": "Lost"}}),
        ),
        (
            "horizontalpodautoscalers",
            json!({"metadata": meta("scaler"),
            "spec": {"maxReplicas": 2, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "gone"}}}),
        ),
        ("pods", mounts),
        (
            "validatingwebhookconfigurations",
            json!({"metadata": {"name": "hook", "uid": "uid-hook"}, "webhooks": [
            {"name": "hook.example.org", "clientConfig": {"service": {"namespace": "shop", "name": "web", "port": 80}}}]}),
        ),
    ] {
        world.put(plural, object);
    }
    world.press(r#": "broken" enter"#);
    let list = world.screen();
    for why in [
        ".lonely ..selects nothing: no pod in shop has app=nobody",
        ".front ..no service nowhere in shop",
        ".door ..service web in shop has no port 8443",
        ".lost ..lost persistentvolume vol: it is gone",
        ".scaler ..no deployment gone in shop",
        ".mounts ..no secret gone in shop",
        ".hook ..service web in shop has no ready endpoints",
    ] {
        assert!(list.contains(why), "{why}: {list}");
    }
    for (view, names, whys) in [
        (
            "routes",
            &["lonely", "front", "door", "hook"][..],
            &[
                "selects nothing: no pod in shop has app=nobody",
                "no service nowhere in shop",
                "service web in shop has no port 8443",
                "service web in shop has no ready endpoints",
            ][..],
        ),
        ("work", &["scaler", "mounts"], &["no deployment gone in shop", "no secret gone in shop"]),
        ("storage", &["lost"], &["lost persistentvolume vol: it is gone"]),
    ] {
        world.press(&format!(r#": "map {view}" enter !"#));
        world.finish();
        for name in names {
            assert!(world.screen().contains(name), "{name} in {view}: {}", world.screen());
        }
        // Why it is broken stands below it, however deep that is.
        world.press("!");
        for why in whys {
            world.press(&format!(r#"g / ctrl-u "{why}" enter"#));
            world.finish();
            let screen = world.screen();
            let here = screen.split_once('>').unwrap().1.trim_start_matches('.');
            assert!(here.starts_with(why), "{why} in {view}: {screen}");
        }
    }
    world.press(r#": "map routes" enter"#);
    let screen = world.screen();
    assert!(screen.contains("called by the API server .hook"), "{screen}");
}
