//! By what a revision came about. A server keeps no user of it; it keeps which field manager of the workload set the pod template last, and when
//! (KEP-555), and tools write down more: when they restarted it, which chart it was rendered from.

use jiff::Timestamp;
use serde_json::Value;

use super::revisions::Revision;

/// How many seconds after a template was set its revision is made.
const SOON: i64 = 10;
/// When a workload was restarted, as `kubectl rollout restart` writes it.
const RESTARTED: &str = "kubectl.kubernetes.io/restartedAt";
/// From which chart Helm rendered it, as charts write it by custom.
const CHART: &str = "helm.sh/chart";

fn seconds(time: &Value) -> Option<i64> {
    time.as_str()?.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// By what a revision came about, in words that call it what it is; empty where nobody wrote anything down. `live` says whether the workload has
/// its template now.
pub(super) fn by(workload: &Value, revision: &Revision, live: bool) -> String {
    let created = seconds(&Value::from(revision.created.as_str()));
    let soon = |at: Option<i64>| {
        at.zip(created)
            .is_some_and(|(at, created)| (-1..=SOON).contains(&created.saturating_sub(at)))
    };
    let entries = workload["metadata"]["managedFields"].as_array().map_or(&[][..], Vec::as_slice);
    let mut setters: Vec<(Option<i64>, &str)> = entries
        .iter()
        .filter(|entry| {
            let of_object = entry["subresource"].as_str().unwrap_or_default().is_empty();
            of_object && entry["fieldsV1"]["f:spec"]["f:template"].is_object()
        })
        .filter_map(|entry| Some((seconds(&entry["time"]), entry["manager"].as_str()?)))
        .collect();
    setters.sort_unstable();
    let mut words = Vec::new();
    // A revision to which somebody went back is older than that.
    let last = setters.last().filter(|_| live).copied();
    let setter = setters.iter().rev().find(|(at, _)| soon(*at)).copied().or(last);
    if let Some((_, manager)) = setter {
        words.push(format!("manager {manager}"));
    }
    let meta = &revision.template["metadata"];
    if soon(seconds(&meta["annotations"][RESTARTED])) {
        words.push("a restart".to_owned());
    }
    if let Some(chart) = meta["labels"][CHART].as_str() {
        words.push(format!("chart {chart}"));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn revision(created: &str, template: Value) -> Revision {
        Revision {
            number: 1,
            template,
            created: created.to_owned(),
            cause: String::new(),
            by: String::new(),
            pods: None,
            kept: Value::Null,
        }
    }

    #[test]
    fn the_manager_is_the_one_that_set_the_template_then() {
        let sets = |manager: &str, time: &str| json!({"manager": manager, "time": time, "fieldsV1": {"f:spec": {"f:template": {}}}});
        let workload = json!({"metadata": {"managedFields": [
            sets("kubectl-client-side-apply", "2026-05-01T10:00:00Z"),
            {"manager": "kube-controller-manager", "subresource": "status", "time": "2026-05-02T10:00:01Z",
             "fieldsV1": {"f:spec": {"f:template": {}}}},
            {"manager": "hpa", "time": "2026-05-02T10:00:01Z", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
            sets("argocd-controller", "2026-05-02T10:00:00Z"),
        ]}});
        let of = |created: &str, live| by(&workload, &revision(created, json!({})), live);
        assert_eq!(of("2026-05-01T10:00:01Z", false), "manager kubectl-client-side-apply");
        assert_eq!(of("2026-05-02T10:00:01Z", true), "manager argocd-controller");
        assert_eq!(of("2026-04-01T10:00:00Z", false), "", "nobody knows");
        assert_eq!(of("2026-04-01T10:00:00Z", true), "manager argocd-controller", "gone back to");
    }

    #[test]
    fn what_tools_wrote_down_is_called_what_it_is() {
        let template = json!({"metadata": {
            "annotations": {"kubectl.kubernetes.io/restartedAt": "2026-05-01T12:00:00+02:00"},
            "labels": {"helm.sh/chart": "web-1.2.3"},
        }});
        let restarted = revision("2026-05-01T10:00:01Z", template.clone());
        assert_eq!(by(&Value::Null, &restarted, false), "a restart, chart web-1.2.3");
        // The annotation stays in later templates; it made only the first of them.
        let later = revision("2026-05-03T10:00:01Z", template);
        assert_eq!(by(&json!({"metadata": {"managedFields": 3}}), &later, true), "chart web-1.2.3");
    }
}
