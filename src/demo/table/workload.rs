//! Tables of what makes pods: deployments, replica sets, stateful sets, daemon sets, jobs, cron jobs, autoscalers.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Spec;
use super::text::{age, containers, images, map, name, selector, short, since};
use crate::demo::value::{At, condition};

const DEPLOYMENTS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Ready", "string", 0, |d, _| {
        json!(format!("{}/{}", d.num("/status/readyReplicas"), d.num("/spec/replicas")))
    }),
    ("Up-to-date", "string", 0, |d, _| json!(d.num("/status/updatedReplicas"))),
    ("Available", "string", 0, |d, _| json!(d.num("/status/availableReplicas"))),
    ("Age", "string", 0, age),
    ("Containers", "string", 1, template_containers),
    ("Images", "string", 1, template_images),
    ("Selector", "string", 1, own_selector),
];

const REPLICA_SETS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Desired", "integer", 0, |r, _| json!(r.num("/spec/replicas"))),
    ("Current", "integer", 0, |r, _| json!(r.num("/status/replicas"))),
    ("Ready", "integer", 0, |r, _| json!(r.num("/status/readyReplicas"))),
    ("Age", "string", 0, age),
    ("Containers", "string", 1, template_containers),
    ("Images", "string", 1, template_images),
    ("Selector", "string", 1, own_selector),
];

const STATEFUL_SETS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Ready", "string", 0, |s, _| {
        json!(format!("{}/{}", s.num("/status/readyReplicas"), s.num("/spec/replicas")))
    }),
    ("Age", "string", 0, age),
    ("Containers", "string", 1, template_containers),
    ("Images", "string", 1, template_images),
];

const DAEMON_SETS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Desired", "integer", 0, |d, _| json!(d.num("/status/desiredNumberScheduled"))),
    ("Current", "integer", 0, |d, _| json!(d.num("/status/currentNumberScheduled"))),
    ("Ready", "integer", 0, |d, _| json!(d.num("/status/numberReady"))),
    ("Up-to-date", "integer", 0, |d, _| json!(d.num("/status/updatedNumberScheduled"))),
    ("Available", "integer", 0, |d, _| json!(d.num("/status/numberAvailable"))),
    ("Node Selector", "string", 0, |d, _| map(d.at("/spec/template/spec/nodeSelector"))),
    ("Age", "string", 0, age),
    ("Containers", "string", 1, template_containers),
    ("Images", "string", 1, template_images),
    ("Selector", "string", 1, own_selector),
];

const JOBS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Status", "string", 0, |j, _| json!(job_status(j))),
    ("Completions", "string", 0, completions),
    ("Duration", "string", 0, job_duration),
    ("Age", "string", 0, age),
    ("Containers", "string", 1, template_containers),
    ("Images", "string", 1, template_images),
    ("Selector", "string", 1, own_selector),
];

const CRON_JOBS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Schedule", "string", 0, |c, _| json!(c.text("/spec/schedule"))),
    ("Timezone", "string", 0, |c, _| super::text::or(c.at("/spec/timeZone"), "<none>")),
    ("Suspend", "string", 0, |c, _| json!(if c.flag("/spec/suspend") { "True" } else { "False" })),
    ("Active", "integer", 0, |c, _| json!(c.items("/status/active").len())),
    ("Last Schedule", "string", 0, |c, now| match c.text("/status/lastScheduleTime") {
        "" => json!("<none>"),
        stamp => json!(since(stamp, now)),
    }),
    ("Age", "string", 0, age),
    ("Containers", "string", 1, |c, _| containers(c.at("/spec/jobTemplate/spec/template"))),
    ("Images", "string", 1, |c, _| images(c.at("/spec/jobTemplate/spec/template"))),
    ("Selector", "string", 1, |c, _| selector(c.at("/spec/jobTemplate/spec/selector"))),
];

const AUTOSCALERS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Reference", "string", 0, |h, _| {
        json!(format!(
            "{}/{}",
            h.text("/spec/scaleTargetRef/kind"),
            h.text("/spec/scaleTargetRef/name")
        ))
    }),
    ("Targets", "string", 0, |h, _| json!(targets(h))),
    ("MinPods", "string", 0, |h, _| super::text::or(h.at("/spec/minReplicas"), "<unset>")),
    ("MaxPods", "integer", 0, |h, _| json!(h.num("/spec/maxReplicas"))),
    ("Replicas", "integer", 0, |h, _| json!(h.num("/status/currentReplicas"))),
    ("Age", "string", 0, age),
];

const CONTROLLER_REVISIONS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Controller", "string", 0, |r, _| {
        let controller =
            r.items("/metadata/ownerReferences").iter().find(|o| o.flag("/controller"));
        json!(controller.map_or_else(
            || "<none>".to_owned(),
            |o| {
                let group = o.text("/apiVersion").split_once('/').map_or("", |(group, _)| group);
                format!("{}.{group}/{}", o.text("/kind").to_lowercase(), o.text("/name"))
            }
        ))
    }),
    ("Revision", "integer", 0, |r, _| json!(r.num("/revision"))),
    ("Age", "string", 0, age),
];

/// The columns of workload resources.
pub fn columns(id: &str) -> Option<&'static [Spec]> {
    Some(match id {
        "deployments.apps" => DEPLOYMENTS,
        "replicasets.apps" | "replicationcontrollers" => REPLICA_SETS,
        "statefulsets.apps" => STATEFUL_SETS,
        "daemonsets.apps" => DAEMON_SETS,
        "jobs.batch" => JOBS,
        "cronjobs.batch" => CRON_JOBS,
        "horizontalpodautoscalers.autoscaling" => AUTOSCALERS,
        "controllerrevisions.apps" => CONTROLLER_REVISIONS,
        _ => return None,
    })
}

fn template_containers(object: &Value, _now: Timestamp) -> Value {
    containers(object.at("/spec/template"))
}

fn template_images(object: &Value, _now: Timestamp) -> Value {
    images(object.at("/spec/template"))
}

fn own_selector(object: &Value, _now: Timestamp) -> Value {
    selector(object.at("/spec/selector"))
}

fn job_status(job: &Value) -> &'static str {
    let is = |kind: &str| condition(job, kind).text("/status") == "True";
    if is("Complete") {
        "Complete"
    } else if is("Failed") {
        "Failed"
    } else if job.has("/metadata/deletionTimestamp") {
        "Terminating"
    } else if is("Suspended") {
        "Suspended"
    } else if is("FailureTarget") {
        "FailureTarget"
    } else {
        "Running"
    }
}

fn completions(job: &Value, _now: Timestamp) -> Value {
    let done = job.num("/status/succeeded");
    json!(match (job.at("/spec/completions").as_i64(), job.num("/spec/parallelism")) {
        (Some(wanted), _) => format!("{done}/{wanted}"),
        (None, parallel) if parallel > 1 => format!("{done}/1 of {parallel}"),
        _ => format!("{done}/1"),
    })
}

fn job_duration(job: &Value, now: Timestamp) -> Value {
    let Ok(start) = job.text("/status/startTime").parse::<Timestamp>() else { return json!("") };
    let end = job.text("/status/completionTime").parse().unwrap_or(now);
    json!(short(end.as_second() - start.as_second()))
}

fn targets(autoscaler: &Value) -> String {
    let specs = autoscaler.items("/spec/metrics");
    if specs.is_empty() {
        return "<none>".to_owned();
    }
    let current = autoscaler.items("/status/currentMetrics");
    let mut shown: Vec<String> = specs
        .iter()
        .take(2)
        .enumerate()
        .map(|(i, s)| target(s, current.get(i).unwrap_or(&Value::Null)))
        .collect();
    let more = specs.len().saturating_sub(2);
    if more > 0 {
        return format!("{} + {more} more...", shown.join(", "));
    }
    shown.retain(|s| !s.is_empty());
    shown.join(", ")
}

fn target(spec: &Value, current: &Value) -> String {
    let percent = |v: &Value, missing: &str| {
        v.as_i64().map_or_else(|| missing.to_owned(), |n| format!("{n}%"))
    };
    let plain = |v: &Value, missing: &str| v.as_str().unwrap_or(missing).to_owned();
    let member = match spec.text("/type") {
        "Resource" => "/resource",
        "ContainerResource" => "/containerResource",
        "Pods" => "/pods",
        "Object" => "/object",
        _ => "/external",
    };
    let (spec, current) = (spec.at(member), current.at(member));
    match member {
        "/resource" | "/containerResource" => {
            let name = spec.text("/name");
            if spec.has("/target/averageValue") {
                let (now, goal) =
                    (current.at("/current/averageValue"), spec.at("/target/averageValue"));
                format!("{name}: {}/{}", plain(now, "<unknown>"), plain(goal, "<auto>"))
            } else {
                let (now, goal) = (
                    current.at("/current/averageUtilization"),
                    spec.at("/target/averageUtilization"),
                );
                format!("{name}: {}/{}", percent(now, "<unknown>"), percent(goal, "<auto>"))
            }
        }
        "/pods" => {
            let (now, goal) =
                (current.at("/current/averageValue"), spec.at("/target/averageValue"));
            format!("{}/{}", plain(now, "<unknown>"), plain(goal, "<auto>"))
        }
        _ if spec.has("/target/averageValue") => {
            let (now, goal) =
                (current.at("/current/averageValue"), spec.at("/target/averageValue"));
            format!("{}/{} (avg)", plain(now, "<unknown>"), plain(goal, "<auto>"))
        }
        _ => format!(
            "{}/{}",
            plain(current.at("/current/value"), "<unknown>"),
            plain(spec.at("/target/value"), "<auto>")
        ),
    }
}
