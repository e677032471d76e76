//! Jobs: pods that run until enough of them have succeeded.

mod describe;

use crate::describe::Describer;
use crate::store::{Health, Interner, Relation};
use crate::wire::{LabelSelector, Meta, ObjectMeta, Time};

use super::status_condition::{Condition, holds};
use super::template::{self, Template};
use super::{Place, By, Cell, Col, Drill, Info, Kind, Links, Recreation};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Job>;

crate::message! {
    /// `batch/v1 Job`.
    pub struct Job {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: JobSpec,
        #[prost(message, required, tag = "3")]
        status: JobStatus,
    }

    /// `batch/v1 JobSpec`.
    pub struct JobSpec {
        #[prost(int32, optional, tag = "1")]
        parallelism: Option<i32>,
        #[prost(int32, optional, tag = "2")]
        completions: Option<i32>,
        #[prost(message, optional, tag = "4")]
        pub(super) selector: Option<LabelSelector>,
        #[prost(message, required, tag = "6")]
        pub(super) template: Template,
        #[prost(int32, optional, tag = "7")]
        backoff_limit: Option<i32>,
    }

    /// `batch/v1 JobStatus`.
    pub struct JobStatus {
        #[prost(message, repeated, tag = "1")]
        conditions: Vec<Condition>,
        #[prost(message, optional, tag = "2")]
        start_time: Option<Time>,
        #[prost(message, optional, tag = "3")]
        completion_time: Option<Time>,
        #[prost(int32, tag = "4")]
        active: i32,
        #[prost(int32, tag = "5")]
        succeeded: i32,
        #[prost(int32, tag = "6")]
        failed: i32,
        #[prost(int32, optional, tag = "9")]
        ready: Option<i32>,
    }
}

impl Meta for Job {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

/// Takes out the selector and the labels that the server made of a Job's UID.
fn alone(job: &mut serde_json::Value) {
    if job["spec"]["manualSelector"] == true {
        return;
    }
    if let Some(spec) = job["spec"].as_object_mut() {
        spec.remove("selector");
    }
    for labels in ["/metadata/labels", "/spec/template/metadata/labels"] {
        if let Some(labels) = job.pointer_mut(labels).and_then(serde_json::Value::as_object_mut) {
            labels.retain(|key, _| {
                let name = key.strip_prefix("batch.kubernetes.io/").unwrap_or(key);
                !matches!(name, "controller-uid" | "job-name")
            });
        }
    }
}

impl Kind for This {
    type Object = Job;
    const INFO: Info = Info::new("batch", "v1", "jobs");
    const DOC: &'static str = "Pods that run until enough of them have succeeded";
    const HAS_LOGS: bool = true;
    const RECREATION: Option<Recreation> = Some(Recreation { harm: "its pods are deleted, and it begins from nothing", bare: alone });
    const ACTIONS: &'static [&'static str] = &["rerun", "resume-work", "shell", "suspend-work"];

    const PLACE: Place = Place::Workload;
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const DRILL: Drill = Drill::Rows { group: "", plural: "pods", by: By::Controller };

    const UNBIND: Option<fn(&mut serde_json::Value)> = Some(|copy| {
        let of_one = ["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"];
        for label in of_one {
            super::unbind::without(copy, &[&["metadata", "labels", label], &["spec", "template", "metadata", "labels", label]]);
        }
        super::unbind::without_annotations(copy, &["batch.kubernetes.io/", "cronjob.kubernetes.io/"]);
        // The server makes the selector of the UID, unless somebody chose one.
        if copy["spec"]["manualSelector"] != true {
            super::unbind::without(copy, &[&["spec", "selector"]]);
        }
    });
    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("STATUS", |j, i| Cell::shared(status(j), i)).status(),
        C::number("COMPLETIONS", completions).priority(170).doc("pods that succeeded of those needed"),
        C::number("DURATION", duration)
            .priority(160)
            .doc("from its start to its completion, or until now"),
        C::age(),
        C::text("CONTAINERS", |j, i| j.spec.template.containers(i)).wide(),
        C::text("IMAGES", |j, i| j.spec.template.images(i)).wide().priority(60),
        C::text("SELECTOR", |j, _| template::selector(j.spec.selector.as_ref())).wide(),
        C::number("ACTIVE", |j, _| Cell::Int(j.status.active.into()))
            .own()
            .priority(70)
            .doc("pods that wait or run"),
        C::number("FAILED", |j, _| Cell::Int(j.status.failed.into()))
            .own()
            .priority(75)
            .doc("pods that failed"),
        C::number("BACKOFF", |j, _| {
            j.spec.backoff_limit.map_or(Cell::None, |limit| Cell::Int(limit.into()))
        })
        .own_wide()
        .doc("how many of its pods may fail"),
        C::text("REASON", |j, i| Cell::shared_or_none(reason(j), i))
            .own()
            .priority(80)
            .doc("why it failed or waits"),
    ];

    fn health(j: &Job) -> Health {
        match status(j) {
            "Complete" | "Suspended" => Health::Idle,
            "Failed" | "FailureTarget" => Health::Broken,
            "Running" if j.status.failed > 0 => Health::Warning,
            // Servers before 1.24 do not count the ready ones.
            "Running" if j.status.active > 0 && j.status.ready != Some(0) => Health::Ok,
            _ => Health::Changing,
        }
    }

    fn links(j: &Job, links: &mut Links<'_>) {
        // The pods of work that is done may be gone.
        template::selects(j.spec.selector.as_ref(), j.status.active, links);
        // What a CronJob's template uses, the CronJob says; each of its runs would only repeat it.
        if !links.has(Relation::Controller) {
            j.spec.template.spec.links(None, links);
        }
    }
}

/// What the first of these conditions says that holds (printers.go, `printJob`).
fn status(j: &Job) -> &'static str {
    let is = |kind| holds(&j.status.conditions, kind).is_some();
    match () {
        () if is("Complete") => "Complete",
        () if is("Failed") => "Failed",
        () if j.metadata.deletion_timestamp.is_some() => "Terminating",
        () if is("Suspended") => "Suspended",
        () if is("FailureTarget") => "FailureTarget",
        () if is("SuccessCriteriaMet") => "SuccessCriteriaMet",
        () => "Running",
    }
}

/// What the condition that STATUS shows gives as its reason; that all went well needs none.
fn reason(j: &Job) -> &str {
    let shown = ["Failed", "Suspended", "FailureTarget"];
    let condition = shown.iter().find_map(|kind| holds(&j.status.conditions, kind));
    condition.map_or("", |c| c.reason.as_str())
}

/// Without a number of completions, the pods of a work queue succeed together.
fn completions(j: &Job, interner: &mut Interner) -> Cell {
    let succeeded = j.status.succeeded;
    match (j.spec.completions, j.spec.parallelism) {
        (Some(completions), _) => Cell::ratio(succeeded, completions),
        (None, Some(parallelism @ 2..)) => {
            Cell::shared(&format!("{succeeded}/1 of {parallelism}"), interner)
        }
        (None, _) => Cell::ratio(succeeded, 1),
    }
}

fn duration(j: &Job, _: &mut Interner) -> Cell {
    match (j.status.start_time, j.status.completion_time) {
        (None, _) => Cell::Blank,
        (Some(start), None) => Cell::since(Some(start)),
        (Some(start), Some(end)) => Cell::Duration(end.seconds.saturating_sub(start.seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    const JOB: &str = "
metadata: {name: migrate, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z, OWNER}
spec: {parallelism: 2, completions: 3, backoffLimit: 6, selector: {matchLabels: {batch.kubernetes.io/controller-uid: u}},
  template: {spec: {serviceAccountName: s, containers: [{name: a, image: 'a:1'}, {name: b, image: 'b:1'}]}}}
status: {startTime: 2026-01-13T12:00:00Z, active: 1, ready: 1, succeeded: 2, failed: 1}
";

    #[test]
    fn a_job_reads_as_kubectl_prints_it() {
        let owner = "ownerReferences: [{apiVersion: batch/v1, kind: CronJob, name: nightly, uid: u, controller: true}]";
        let job = rows::<This>(&JOB.replace("OWNER", owner));
        assert_eq!(
            job.wide(),
            "NAME | STATUS | COMPLETIONS | DURATION | AGE | CONTAINERS | IMAGES | SELECTOR\n\
             migrate | Running | 2/3 | 2d | 2d | a,b | a:1,b:1 | batch.kubernetes.io/controller-uid=u"
        );
        assert_eq!(job.own(), "ACTIVE | FAILED | BACKOFF | REASON\n1 | 1 | 6 | <none>");
        assert_eq!(job.health(), Health::Warning, "one of its pods failed");
        assert_eq!(job.links(Relation::Selects).len(), 1);
        assert_eq!(job.links(Relation::Controller), ["CronJob.batch shop/nightly by uid"]);
        assert!(job.links(Relation::ActsAs).is_empty(), "its CronJob says that");
        job.survive_damage();
        let alone = rows::<This>(&JOB.replace(", OWNER", ""));
        assert_eq!(alone.links(Relation::ActsAs), ["serviceaccounts shop/s"]);
    }

    #[test]
    fn conditions_make_its_status() {
        let of = |meta: &str, conditions: &str, counts: &str| {
            let job = rows::<This>(&format!(
                "{{metadata: {{name: j, {meta}}}, status: {{conditions: [{conditions}], {counts}}}}}"
            ));
            (job.text("STATUS"), job.text("REASON"), job.health())
        };
        let is = |status: &str, reason: &str, health| (status.to_owned(), reason.to_owned(), health);
        let said = |kind: &str| format!("{{type: {kind}, status: 'True', reason: Why}}");
        let going = "deletionTimestamp: 2026-01-15T11:00:00Z";
        assert_eq!(of("", "", ""), is("Running", "<none>", Health::Changing));
        assert_eq!(of("", "", "active: 1"), is("Running", "<none>", Health::Ok));
        assert_eq!(of("", "", "active: 1, ready: 0"), is("Running", "<none>", Health::Changing));
        assert_eq!(of("", &said("Complete"), ""), is("Complete", "<none>", Health::Idle));
        assert_eq!(of(going, &said("Failed"), ""), is("Failed", "Why", Health::Broken));
        assert_eq!(of("", &said("FailureTarget"), ""), is("FailureTarget", "Why", Health::Broken));
        assert_eq!(of("", &said("Suspended"), ""), is("Suspended", "Why", Health::Idle));
        assert_eq!(of(going, &said("Suspended"), "").0, "Terminating");
        let no_more = "{type: Suspended, status: 'False', reason: JobResumed}";
        assert_eq!(of("", no_more, "active: 1"), is("Running", "<none>", Health::Ok));
        let met = of("", &said("SuccessCriteriaMet"), "");
        assert_eq!(met, is("SuccessCriteriaMet", "<none>", Health::Changing));
    }

    #[test]
    fn completions_and_duration() {
        let of = |spec: &str, status: &str| {
            let job = rows::<This>(&format!("{{spec: {spec}, status: {status}}}"));
            (job.text("COMPLETIONS"), job.text("DURATION"))
        };
        let is = |completions: &str, duration: &str| (completions.to_owned(), duration.to_owned());
        assert_eq!(of("{}", "{}"), is("0/1", ""));
        assert_eq!(of("{parallelism: 1}", "{succeeded: 1}"), is("1/1", ""));
        assert_eq!(of("{parallelism: 3}", "{succeeded: 1}"), is("1/1 of 3", ""));
        let ended = "{startTime: 2026-01-15T11:00:00Z, completionTime: 2026-01-15T11:02:05Z}";
        assert_eq!(of("{completions: 0}", ended), is("0/0", "2m5s"));
    }
}
