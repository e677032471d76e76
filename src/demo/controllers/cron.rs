//! Cron jobs: a job whenever the schedule says so; finished ones are kept for a while.

use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};
use serde_json::{Value, json};

use crate::demo::value::{At, condition, set};
use crate::demo::world::{Deletion, World, controlled_by};

const ID: &str = "cronjobs.batch";
const JOBS: &str = "jobs.batch";

/// Starts the job that is due, forgets old ones, and asks to be woken for the next.
pub fn look(world: &mut World, key: &str) {
    let Some(cron) = world.store.value(ID, key) else { return };
    if cron.has("/metadata/deletionTimestamp") {
        return;
    }
    let Some(schedule) = Schedule::parse(cron.text("/spec/schedule")) else {
        let message = format!("Unparseable schedule: {}", cron.text("/spec/schedule"));
        return world.event(&cron, "cronjob-controller", true, "UnparseableSchedule", &message);
    };
    let created = cron.text("/metadata/creationTimestamp");
    let last = match cron.text("/status/lastScheduleTime") {
        "" => created,
        last => last,
    };
    let zone = TimeZone::get(cron.text("/spec/timeZone")).unwrap_or(TimeZone::UTC);
    let last = last.parse::<Timestamp>().unwrap_or(world.now);
    let due = schedule.latest(world.now, &zone).filter(|due| *due > last);
    if let Some(due) = due
        && !cron.flag("/spec/suspend")
    {
        start(world, key, &cron, due);
    }
    tidy(world, key);
    if let Some(next) = schedule.next(world.now, &zone) {
        world.agenda.at(next, (ID, key.to_owned()));
    }
}

fn start(world: &mut World, key: &str, cron: &Value, due: Timestamp) {
    let running: Vec<_> = jobs(world, cron).into_iter().filter(|j| !finished(j)).collect();
    match cron.text("/spec/concurrencyPolicy") {
        "Forbid" if !running.is_empty() => return,
        "Replace" => {
            for job in &running {
                let job_key =
                    format!("{}/{}", job.text("/metadata/namespace"), job.text("/metadata/name"));
                world.delete(JOBS, &job_key, Deletion::Background, None);
            }
        }
        _ => {}
    }
    let name = format!("{}-{}", cron.text("/metadata/name"), due.as_second() / 60);
    let mut metadata = json!({"name": name, "namespace": cron.text("/metadata/namespace"), "ownerReferences": controlled_by(cron),
        "annotations": {"batch.kubernetes.io/cronjob-scheduled-timestamp": due.to_string()}});
    if cron.has("/spec/jobTemplate/metadata/labels") {
        metadata["labels"] = cron.at("/spec/jobTemplate/metadata/labels").clone();
    }
    let job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": cron.at("/spec/jobTemplate/spec")});
    // A job of this minute may be there already, after a restart of the schedule.
    if world.create(job).is_ok() {
        world.event(
            cron,
            "cronjob-controller",
            false,
            "SuccessfulCreate",
            &format!("Created job {name}"),
        );
    }
    let stamp = crate::demo::world::stamp(due);
    world.edit(ID, key, |cron| set(cron, "/status/lastScheduleTime", stamp));
}

fn jobs(world: &World, cron: &Value) -> Vec<Value> {
    world.store.dependents(JOBS, cron.text("/metadata/uid")).iter().map(|j| j.value()).collect()
}

fn finished(job: &Value) -> bool {
    ["Complete", "Failed"].iter().any(|c| condition(job, c).text("/status") == "True")
}

/// Keeps the history within its limits and lists what is active.
fn tidy(world: &mut World, key: &str) {
    let Some(cron) = world.store.value(ID, key) else { return };
    let mut all = jobs(world, &cron);
    all.sort_by_key(|j| j.text("/metadata/creationTimestamp").to_owned());
    for (kind, limit) in [
        ("Complete", "/spec/successfulJobsHistoryLimit"),
        ("Failed", "/spec/failedJobsHistoryLimit"),
    ] {
        let done: Vec<&Value> =
            all.iter().filter(|j| condition(j, kind).text("/status") == "True").collect();
        let keep = usize::try_from(cron.num(limit)).unwrap_or_default();
        for job in done.iter().take(done.len().saturating_sub(keep)) {
            let job_key =
                format!("{}/{}", job.text("/metadata/namespace"), job.text("/metadata/name"));
            world.delete(JOBS, &job_key, Deletion::Background, None);
        }
    }
    let active: Vec<Value> = all
        .iter()
        .filter(|j| !finished(j))
        .map(|j| {
            json!({"apiVersion": "batch/v1", "kind": "Job", "name": j.text("/metadata/name"),
            "namespace": j.text("/metadata/namespace"), "uid": j.text("/metadata/uid")})
        })
        .collect();
    let ended =
        all.iter().map(|j| j.text("/status/completionTime")).max().unwrap_or_default().to_owned();
    world.edit(ID, key, |cron| {
        set(cron, "/status/active", active);
        if !ended.is_empty() {
            set(cron, "/status/lastSuccessfulTime", ended);
        }
    });
}

/// A cron schedule of five fields: minute, hour, day, month, weekday, as bit sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule([u64; 5]);

impl Schedule {
    /// Parses `*`, `*/n`, `a-b`, `a-b/n`, lists, and the names `@hourly` and so on.
    pub fn parse(text: &str) -> Option<Self> {
        let text = match text.trim() {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" | "@annually" => "0 0 1 1 *",
            other => other,
        };
        let fields: Vec<&str> = text.split_whitespace().collect();
        let ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
        if fields.len() != ranges.len() {
            return None;
        }
        let mut sets = [0; 5];
        for (index, (field, (low, high))) in fields.iter().zip(ranges).enumerate() {
            sets[index] =
                field.split(',').try_fold(0_u64, |set, part| Some(set | bits(part, low, high)?))?;
        }
        if sets[4] & 1 << 7 != 0 {
            sets[4] |= 1;
        }
        Some(Self(sets))
    }

    fn fits_hour(&self, time: &Zoned) -> bool {
        let has = |index: usize, number: i64| self.0[index] & (1 << number) != 0;
        has(1, time.hour().into())
            && has(2, time.day().into())
            && has(3, time.month().into())
            && has(4, time.weekday().to_sunday_zero_offset().into())
    }

    /// Searches minute by minute, forward or back, skipping hours that cannot fit.
    fn search(
        &self,
        from: Timestamp,
        zone: &TimeZone,
        step: i64,
        minutes: i64,
    ) -> Option<Timestamp> {
        let mut time = Timestamp::from_second(from.as_second().div_euclid(60) * 60).ok()?;
        let mut walked = 0;
        while walked < minutes {
            let local = time.to_zoned(zone.clone());
            let minute = i64::from(local.minute());
            let fits_hour = self.fits_hour(&local);
            if fits_hour && self.0[0] & (1 << minute) != 0 {
                return Some(time);
            }
            let stride = match (fits_hour, step > 0) {
                (true, _) => 1,
                (false, true) => 60 - minute,
                (false, false) => minute + 1,
            };
            walked += stride;
            time = time.checked_add(SignedDuration::from_mins(step * stride)).ok()?;
        }
        None
    }

    /// The latest time not after `now`, looking a day back.
    pub fn latest(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        self.search(now, zone, -1, 24 * 60)
    }

    /// The first time after `now`, looking a week ahead.
    pub fn next(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        self.search(now.checked_add(SignedDuration::from_mins(1)).ok()?, zone, 1, 7 * 24 * 60)
    }
}

fn bits(part: &str, low: u32, high: u32) -> Option<u64> {
    let (range, step) = match part.split_once('/') {
        Some((range, step)) => (range, step.parse::<u32>().ok().filter(|s| *s > 0)?),
        None => (part, 1),
    };
    let (from, to) = match range.split_once('-') {
        _ if range == "*" => (low, high),
        Some((from, to)) => (from.parse().ok()?, to.parse().ok()?),
        None => {
            let number = range.parse().ok()?;
            (number, if part.contains('/') { high } else { number })
        }
    };
    (from >= low && to <= high)
        .then(|| (from..=to).step_by(step as usize).fold(0, |set, n| set | 1 << n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_fire_when_cron_would() {
        let now: Timestamp = "2026-01-15T12:00:30Z".parse().unwrap();
        for (text, last, next) in [
            ("*/5 * * * *", "2026-01-15T12:00:00Z", "2026-01-15T12:05:00Z"),
            ("0 3 * * *", "2026-01-15T03:00:00Z", "2026-01-16T03:00:00Z"),
            ("15,45 8-17 * * 1-5", "2026-01-15T11:45:00Z", "2026-01-15T12:15:00Z"),
            ("@hourly", "2026-01-15T12:00:00Z", "2026-01-15T13:00:00Z"),
        ] {
            let schedule = Schedule::parse(text).unwrap();
            assert_eq!(schedule.latest(now, &TimeZone::UTC).unwrap().to_string(), last, "{text}");
            assert_eq!(schedule.next(now, &TimeZone::UTC).unwrap().to_string(), next, "{text}");
        }
        for text in ["", "* * * *", "61 * * * *", "*/0 * * * *", "a * * * *"] {
            assert_eq!(Schedule::parse(text), None, "{text}");
        }
    }
}
