//! Jobs: pods until enough of them have succeeded, or too many have failed.

use jiff::SignedDuration;
use serde_json::Value;

use super::replicas::{from_template, is_active, is_ready};
use crate::demo::value::{At, condition, remove, set, set_condition};
use crate::demo::world::{Deletion, World, seconds_since};

const ID: &str = "jobs.batch";

/// Starts pods, counts what became of them, and concludes.
pub fn look(world: &mut World, key: &str) {
    let Some(job) = world.store.value(ID, key) else { return };
    if job.has("/metadata/deletionTimestamp") {
        return;
    }
    if ["Complete", "Failed"].iter().any(|c| condition(&job, c).text("/status") == "True") {
        return expire(world, key, &job);
    }
    let pods: Vec<Value> = world
        .store
        .dependents("pods", job.text("/metadata/uid"))
        .iter()
        .map(|p| p.value())
        .collect();
    let phase =
        |wanted: &str| pods.iter().filter(|p| p.text("/status/phase") == wanted).count() as i64;
    let (succeeded, failed) = (phase("Succeeded"), phase("Failed"));
    let active: Vec<&Value> = pods.iter().filter(|p| is_active(p)).collect();
    let wanted = job.at("/spec/completions").as_i64().unwrap_or(1);
    let done = succeeded >= wanted && (job.has("/spec/completions") || active.is_empty());
    let restarts: i64 = active
        .iter()
        .flat_map(|p| p.items("/status/containerStatuses"))
        .map(|s| s.num("/restartCount"))
        .sum();
    let hopeless = failed + restarts > job.num("/spec/backoffLimit");
    let suspended = job.flag("/spec/suspend");
    let mut running = active.len() as i64;
    if done || hopeless || suspended {
        for pod in &active {
            let pod_key =
                format!("{}/{}", pod.text("/metadata/namespace"), pod.text("/metadata/name"));
            world.delete("pods", &pod_key, Deletion::Background, None);
        }
        running = 0;
    } else {
        let room = job.num("/spec/parallelism").min(wanted - succeeded);
        while running < room {
            // After a failure the next try waits, longer each time.
            let pause = if failed == 0 { 0 } else { 10_i64 << (failed - 1).min(5) };
            if too_soon(world, &pods, pause) {
                world.later(SignedDuration::from_secs(pause.max(1)), (ID, key.to_owned()));
                break;
            }
            match world.create(from_template(&job, job.at("/spec/template"))) {
                Ok(pod) => world.event(
                    &job,
                    "job-controller",
                    false,
                    "SuccessfulCreate",
                    &format!("Created pod: {}", pod.name()),
                ),
                Err(refusal) => {
                    world.event(&job, "job-controller", true, "FailedCreate", &refusal.message);
                    break;
                }
            }
            running += 1;
        }
    }
    let ready = active.iter().filter(|p| is_ready(p)).count() as i64;
    conclude(
        world,
        key,
        &job,
        &Count { running, ready, succeeded, failed, done, hopeless, suspended },
    );
}

struct Count {
    running: i64,
    ready: i64,
    succeeded: i64,
    failed: i64,
    done: bool,
    hopeless: bool,
    suspended: bool,
}

fn too_soon(world: &World, pods: &[Value], pause: i64) -> bool {
    let newest =
        pods.iter().map(|p| p.text("/metadata/creationTimestamp")).max().unwrap_or_default();
    seconds_since(world.now, newest).is_some_and(|age| age < pause)
}

fn conclude(world: &mut World, key: &str, job: &Value, count: &Count) {
    let now = world.stamp();
    if count.done {
        world.event(job, "job-controller", false, "Completed", "Job completed");
    } else if count.hopeless {
        let message = "Job has reached the specified backoff limit";
        world.event(job, "job-controller", true, "BackoffLimitExceeded", message);
    }
    world.edit(ID, key, |job| {
        if !count.suspended && !job.has("/status/startTime") {
            set(job, "/status/startTime", now.as_str());
        }
        for (member, number) in
            [("active", count.running), ("succeeded", count.succeeded), ("failed", count.failed)]
        {
            if number > 0 {
                set(job, &format!("/status/{member}"), number);
            } else {
                remove(job, &format!("/status/{member}"));
            }
        }
        set(job, "/status/ready", if count.running > 0 { count.ready } else { 0 });
        if count.done {
            set(job, "/status/completionTime", now.as_str());
            let why = ("CompletionsReached", "Reached expected number of succeeded pods");
            set_condition(job, "SuccessCriteriaMet", "True", why, &now);
            set_condition(job, "Complete", "True", why, &now);
        } else if count.hopeless {
            let why = ("BackoffLimitExceeded", "Job has reached the specified backoff limit");
            set_condition(job, "FailureTarget", "True", why, &now);
            set_condition(job, "Failed", "True", why, &now);
        } else if count.suspended || condition(job, "Suspended").text("/status") == "True" {
            let status = if count.suspended { "True" } else { "False" };
            set_condition(job, "Suspended", status, ("JobSuspended", "Job suspended"), &now);
        }
    });
}

/// Removes a finished job whose time is over (`ttlSecondsAfterFinished`).
fn expire(world: &mut World, key: &str, job: &Value) {
    let Some(ttl) = job.at("/spec/ttlSecondsAfterFinished").as_i64() else { return };
    let ended = job.items("/status/conditions").iter().map(|c| c.text("/lastTransitionTime")).max();
    let age = seconds_since(world.now, ended.unwrap_or_default()).unwrap_or_default();
    if age >= ttl {
        world.delete(ID, key, Deletion::Background, None);
    } else {
        world.later(SignedDuration::from_secs(ttl - age), (ID, key.to_owned()));
    }
}
