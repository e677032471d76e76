//! What becomes of a node's pods when it is drained: kubectl's filters (kubectl, `pkg/drain/filters.go`), in their order.

use serde_json::Value;

/// What a person allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Allowed {
    /// Pods of DaemonSets stay where they are.
    pub ignore_daemon_sets: bool,
    /// What is in emptyDir volumes may be lost.
    pub delete_empty_dir: bool,
    /// Pods that nobody makes anew may go.
    pub force: bool,
}

/// What becomes of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It goes; what is lost by that, where something is.
    Goes(Option<&'static str>),
    /// It stays: why.
    Stays(&'static str),
    /// Nothing is drained because of it: why, and what would allow it.
    Refuses(&'static str),
}

/// The controller of a pod as (apiVersion, kind, name).
pub(super) fn controller(pod: &Value) -> Option<(&str, &str, &str)> {
    let owners = pod["metadata"]["ownerReferences"].as_array()?;
    let owner = owners.iter().find(|owner| owner["controller"] == true)?;
    let text = |field: &str| owner[field].as_str().unwrap_or_default();
    Some((text("apiVersion"), text("kind"), text("name")))
}

/// What becomes of a pod; `there` says whether a DaemonSet of this namespace and name exists.
pub(super) fn fate(pod: &Value, allowed: Allowed, there: impl Fn(&str, &str) -> bool) -> Fate {
    let controller = controller(pod);
    let phase = pod["status"]["phase"].as_str().unwrap_or_default();
    let finished = matches!(phase, "Succeeded" | "Failed");
    let mut lost = None;
    if let Some(("apps/v1", "DaemonSet", name)) = controller
        && !finished
    {
        let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
        match (there(namespace, name), allowed) {
            (false, Allowed { force: true, .. }) => lost = Some("its DaemonSet is gone"),
            (false, _) => {
                return Fate::Refuses("its DaemonSet is gone, nobody makes it anew (force)");
            }
            (true, Allowed { ignore_daemon_sets: true, .. }) => {
                return Fate::Stays("its DaemonSet would only make it anew here");
            }
            (true, _) => return Fate::Refuses("belongs to a DaemonSet (ignore DaemonSets)"),
        }
    }
    if !pod["metadata"]["annotations"]["kubernetes.io/config.mirror"].is_null() {
        return Fate::Stays("is a static pod of the node itself");
    }
    let volumes = pod["spec"]["volumes"].as_array().map_or(&[][..], Vec::as_slice);
    if !finished && volumes.iter().any(|volume| !volume["emptyDir"].is_null()) {
        if !allowed.delete_empty_dir {
            return Fate::Refuses("has data in an emptyDir volume (delete emptyDir data)");
        }
        lost = Some("what is in its emptyDir volumes is lost");
    }
    if !finished && controller.is_none() {
        if !allowed.force {
            return Fate::Refuses("has no controller, nobody makes it anew (force)");
        }
        lost = Some("nobody makes it anew");
    }
    Fate::Goes(lost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const NOTHING: Allowed =
        Allowed { ignore_daemon_sets: false, delete_empty_dir: false, force: false };

    fn owned(kind: &str, more: &Value) -> Value {
        let mut pod = json!({"metadata": {"namespace": "shop", "name": "p", "ownerReferences": [
            {"apiVersion": "apps/v1", "kind": kind, "name": "o", "controller": true},
        ]}});
        for (key, value) in more.as_object().unwrap() {
            pod[key] = value.clone();
        }
        pod
    }

    #[test]
    fn a_pod_with_a_controller_goes() {
        assert_eq!(fate(&owned("ReplicaSet", &json!({})), NOTHING, |_, _| true), Fate::Goes(None));
    }

    #[test]
    fn pods_of_daemon_sets_stay_where_that_is_allowed() {
        let pod = owned("DaemonSet", &json!({}));
        assert!(matches!(fate(&pod, NOTHING, |_, _| true), Fate::Refuses(_)));
        let ignore = Allowed { ignore_daemon_sets: true, ..NOTHING };
        assert!(matches!(fate(&pod, ignore, |_, _| true), Fate::Stays(_)));
        // Of one that is gone, only force takes the pods, whatever else is allowed.
        assert!(matches!(fate(&pod, ignore, |_, _| false), Fate::Refuses(_)));
        let force = Allowed { force: true, ..NOTHING };
        assert!(matches!(fate(&pod, force, |_, _| true), Fate::Refuses(_)));
        assert!(matches!(fate(&pod, force, |_, _| false), Fate::Goes(Some(_))));
        let ended = owned("DaemonSet", &json!({"status": {"phase": "Succeeded"}}));
        assert_eq!(fate(&ended, NOTHING, |_, _| true), Fate::Goes(None));
    }

    #[test]
    fn static_pods_stay_whatever_they_have() {
        let pod = json!({"metadata": {"annotations": {"kubernetes.io/config.mirror": "x"}},
            "spec": {"volumes": [{"emptyDir": {}}]}});
        assert!(matches!(fate(&pod, NOTHING, |_, _| true), Fate::Stays(_)));
    }

    #[test]
    fn data_and_pods_that_nobody_makes_anew_are_not_lost_unasked() {
        let data = owned("ReplicaSet", &json!({"spec": {"volumes": [{"emptyDir": {}}]}}));
        assert!(matches!(fate(&data, NOTHING, |_, _| true), Fate::Refuses(_)));
        let delete = Allowed { delete_empty_dir: true, ..NOTHING };
        assert!(matches!(fate(&data, delete, |_, _| true), Fate::Goes(Some(_))));
        let alone = json!({"metadata": {"name": "p"}, "spec": {"volumes": [{"emptyDir": {}}]}});
        assert!(matches!(fate(&alone, delete, |_, _| true), Fate::Refuses(_)));
        let force = Allowed { force: true, ..delete };
        assert!(matches!(fate(&alone, force, |_, _| true), Fate::Goes(Some(_))));
        let ended = json!({"spec": {"volumes": [{"emptyDir": {}}]}, "status": {"phase": "Failed"}});
        assert_eq!(fate(&ended, NOTHING, |_, _| true), Fate::Goes(None));
    }

    proptest! {
        #[test]
        fn no_pod_is_too_odd(field in "[a-z]{0,4}", number in any::<i32>()) {
            for pod in [json!(null), json!([number]), json!({"metadata": number, "spec": field}),
                json!({"metadata": {"ownerReferences": [number]}, "spec": {"volumes": [field]}})] {
                fate(&pod, NOTHING, |_, _| true);
            }
        }
    }
}
