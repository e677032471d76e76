//! CronJobs: Jobs by the clock.

mod describe;

use crate::describe::Describer;
use crate::store::Health;
use crate::wire::{Meta, ObjectMeta, Present, Time};

use super::job::JobSpec;
use super::{Place, By, Cell, Col, Drill, Info, Kind, Links, template};

/// This file's kind, for the registry.
pub struct This;

type C = Col<CronJob>;

crate::message! {
    /// `batch/v1 CronJob`.
    pub struct CronJob {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: CronJobSpec,
        #[prost(message, required, tag = "3")]
        status: CronJobStatus,
    }

    /// `batch/v1 CronJobSpec`.
    pub struct CronJobSpec {
        #[prost(string, tag = "1")]
        schedule: String,
        #[prost(string, tag = "3")]
        concurrency_policy: String,
        #[prost(bool, optional, tag = "4")]
        suspend: Option<bool>,
        #[prost(message, required, tag = "5")]
        job_template: JobTemplate,
        #[prost(string, optional, tag = "8")]
        time_zone: Option<String>,
    }

    /// `batch/v1 JobTemplateSpec`.
    pub struct JobTemplate {
        #[prost(message, required, tag = "2")]
        spec: JobSpec,
    }

    /// `batch/v1 CronJobStatus`.
    pub struct CronJobStatus {
        #[prost(message, repeated, tag = "1")]
        active: Vec<Present>,
        #[prost(message, optional, tag = "4")]
        last_schedule_time: Option<Time>,
        #[prost(message, optional, tag = "5")]
        last_successful_time: Option<Time>,
    }
}

impl Meta for CronJob {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = CronJob;
    const INFO: Info = Info::new("batch", "v1", "cronjobs");
    const DOC: &'static str = "Jobs by the clock";
    const HAS_LOGS: bool = true;
    const ACTIONS: &'static [&'static str] = &["resume-work", "set-image", "suspend-work", "trigger"];

    const PLACE: Place = Place::Workload;
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const DRILL: Drill = Drill::Rows { group: "batch", plural: "jobs", by: By::Controller };

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("SCHEDULE", |c, i| Cell::shared(&c.spec.schedule, i)).status(),
        C::text("TIMEZONE", |c, i| {
            c.spec.time_zone.as_deref().map_or(Cell::None, |zone| Cell::shared(zone, i))
        })
        .priority(90),
        C::text("SUSPEND", |c, i| Cell::shared(suspend(c), i)).priority(150),
        C::number("ACTIVE", |c, _| {
            Cell::Int(i64::try_from(c.status.active.len()).unwrap_or(i64::MAX))
        })
        .priority(160)
        .doc("Jobs that it started and that have not ended"),
        C::number("LAST SCHEDULE", |c, _| ago(c.status.last_schedule_time)).priority(170),
        C::age(),
        C::text("CONTAINERS", |c, i| c.spec.job_template.spec.template.containers(i)).wide(),
        C::text("IMAGES", |c, i| c.spec.job_template.spec.template.images(i)).wide().priority(60),
        C::text("SELECTOR", |c, _| template::selector(c.spec.job_template.spec.selector.as_ref()))
            .wide(),
        C::number("LAST SUCCESS", |c, _| ago(c.status.last_successful_time))
            .own()
            .priority(110)
            .doc("since a Job of it completed"),
        C::text("CONCURRENCY", |c, i| Cell::shared(&c.spec.concurrency_policy, i))
            .own_wide()
            .doc("what happens when it is time and the last Job has not ended"),
    ];

    fn health(c: &CronJob) -> Health {
        let status = &c.status;
        match status.last_schedule_time {
            _ if c.spec.suspend == Some(true) => Health::Idle,
            None => Health::Idle,
            // It ended, and it was no success.
            Some(_) if status.active.is_empty() && status.last_successful_time < status.last_schedule_time => {
                Health::Warning
            }
            Some(_) => Health::Ok,
        }
    }

    fn links(c: &CronJob, links: &mut Links<'_>) {
        c.spec.job_template.spec.template.spec.links(None, links);
    }
}

/// printers.go, `printBoolPtr`.
fn suspend(c: &CronJob) -> &'static str {
    match c.spec.suspend {
        Some(true) => "True",
        Some(false) => "False",
        None => "<unset>",
    }
}

/// What never happened has no age.
fn ago(time: Option<Time>) -> Cell {
    time.map_or(Cell::None, |time| Cell::since(Some(time)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Relation;

    #[test]
    fn a_cron_job_reads_as_kubectl_prints_it() {
        let job = rows::<This>(
            "
metadata: {name: nightly, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  schedule: '0 3 * * *'
  timeZone: Europe/Berlin
  concurrencyPolicy: Forbid
  suspend: false
  jobTemplate: {spec: {template: {spec: {serviceAccountName: backup, volumes: [{name: v, secret: {secretName: s3}}],
    containers: [{name: a, image: 'a:1', envFrom: [{configMapRef: {name: site}}]}]}}}}
status: {active: [{kind: Job, name: nightly-1}], lastScheduleTime: 2026-01-15T03:00:00Z, lastSuccessfulTime: 2026-01-14T03:02:00Z}
",
        );
        assert_eq!(
            job.wide(),
            "NAME | SCHEDULE | TIMEZONE | SUSPEND | ACTIVE | LAST SCHEDULE | AGE | CONTAINERS | IMAGES | SELECTOR\n\
             nightly | 0 3 * * * | Europe/Berlin | False | 1 | 9h | 2d | a | a:1 | <none>"
        );
        assert_eq!(job.own(), "LAST SUCCESS | CONCURRENCY\n32h | Forbid");
        assert_eq!(job.health(), Health::Ok, "it runs");
        assert_eq!(job.links(Relation::ActsAs), ["serviceaccounts shop/backup"]);
        assert_eq!(job.links(Relation::Uses), ["configmaps shop/site", "secrets shop/s3"]);
        job.survive_damage();
        let bare = rows::<This>("{metadata: {name: c}}");
        assert_eq!(
            bare.wide().lines().nth(1),
            Some("c |  | <none> | <unset> | 0 | <none> | <unknown> |  |  | <none>")
        );
    }

    #[test]
    fn health_is_that_of_the_last_run() {
        let of = |suspend: bool, status: &str| {
            rows::<This>(&format!("{{spec: {{suspend: {suspend}}}, status: {{{status}}}}}")).health()
        };
        let run = "lastScheduleTime: 2026-01-15T03:00:00Z";
        assert_eq!(of(false, ""), Health::Idle, "its time has not come");
        assert_eq!(of(false, run), Health::Warning, "no run ever succeeded");
        let failed = format!("{run}, lastSuccessfulTime: 2026-01-14T03:02:00Z");
        assert_eq!(of(false, &failed), Health::Warning);
        assert_eq!(of(true, &failed), Health::Idle);
        assert_eq!(of(false, &failed.replace("-14T", "-15T")), Health::Ok);
    }
}
