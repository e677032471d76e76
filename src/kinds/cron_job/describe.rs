//! A CronJob, described.

use crate::describe::meta::{labels_and_annotations, name_and_namespace, selector_text};
use crate::describe::{
    About, Describer, Field, Piece, Writer, date, or, template, truth_or_unset,
};

use super::This;

impl Describer for This {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (spec, status) = (about.object.key("spec"), about.object.key("status"));
        name_and_namespace(about, w);
        labels_and_annotations(about, w);
        w.field(0, "Schedule", spec.key("schedule").text());
        w.field(0, "Concurrency Policy", spec.key("concurrencyPolicy").text());
        w.field(0, "Suspend", truth_or_unset(spec.key("suspend").opt_flag()));
        for (title, key, unit) in [
            ("Time Zone", "timeZone", ""),
            ("Successful Job History Limit", "successfulJobsHistoryLimit", ""),
            ("Failed Job History Limit", "failedJobsHistoryLimit", ""),
            ("Starting Deadline Seconds", "startingDeadlineSeconds", "s"),
        ] {
            w.field(0, title, value_or_unset(spec.key(key), unit));
        }
        let job = spec.at("jobTemplate.spec");
        let selector = job.key("selector");
        if selector.is_some() {
            w.field(0, "Selector", selector_text(selector));
        } else {
            w.field(0, "Selector", "<unset>");
        }
        w.field(0, "Parallelism", value_or_unset(job.key("parallelism"), ""));
        w.field(0, "Completions", value_or_unset(job.key("completions"), ""));
        if let Some(seconds) = job.key("activeDeadlineSeconds").opt_int() {
            w.field(0, "Active Deadline Seconds", format!("{seconds}s"));
        }
        template(about, job.key("template"), w);
        let last = status.key("lastScheduleTime");
        let last = if last.is_some() { date(last) } else { String::new() };
        w.field(0, "Last Schedule Time", or(last, "<unset>"));
        let active: Vec<_> =
            status.key("active").list().map(|job| job.key("name").str()).collect();
        let go = active.last().and_then(|name| about.beside("batch", "jobs", name));
        w.field(0, "Active Jobs", or(active.join(", "), "<none>")).go(go);
    }
}

fn value_or_unset(value: Field<'_>, unit: &str) -> Piece {
    if value.is_some() { Piece::from(format!("{}{unit}", value.text())) } else { "<unset>".into() }
}
