//! Autoscalers: demand comes in waves, and their targets breathe with it.

use jiff::SignedDuration;
use serde_json::json;

use crate::demo::quantity;
use crate::demo::value::{At, set, set_condition};
use crate::demo::world::World;

const ID: &str = "horizontalpodautoscalers.autoscaling";
/// Seconds between looks, as the controller manager's default.
const EVERY: i64 = 15;
/// Seconds from one peak of demand to the next.
const PERIOD: f64 = 480.0;
/// Seconds without scaling before it scales down.
const CALM: i64 = 45;

/// Measures, and scales the target if that changes enough.
pub fn look(world: &mut World, key: &str) {
    let Some(scaler) = world.store.value(ID, key) else { return };
    let memo = format!("{}/look", scaler.text("/metadata/uid"));
    let due = world.memory.get(&memo).map_or(world.now, |m| m.0);
    if due > world.now {
        return;
    }
    let next = world.now.checked_add(SignedDuration::from_secs(EVERY)).unwrap_or(world.now);
    world.memory.insert(memo, (next, 0));
    world.agenda.at(next, (ID, key.to_owned()));
    let namespace = scaler.text("/metadata/namespace").to_owned();
    let name = scaler.text("/spec/scaleTargetRef/name").to_owned();
    let target_id = match scaler.text("/spec/scaleTargetRef/kind") {
        "Deployment" => "deployments.apps",
        "StatefulSet" => "statefulsets.apps",
        _ => "replicasets.apps",
    };
    let target_key = format!("{namespace}/{name}");
    let now = world.stamp();
    let Some(target) = world.store.value(target_id, &target_key) else {
        world.edit(ID, key, |s| {
            let why = (
                "FailedGetScale",
                "the HPA controller was unable to get the target's current scale",
            );
            set_condition(s, "AbleToScale", "False", why, &now);
        });
        return;
    };
    let (low, high) =
        (scaler.num("/spec/minReplicas").max(1), scaler.num("/spec/maxReplicas").max(1));
    let goal = scaler
        .items("/spec/metrics")
        .iter()
        .find_map(|m| m.at("/resource/target/averageUtilization").as_i64());
    let goal = goal.unwrap_or(80).max(1);
    let demand = demand(world, &target_key, low, high);
    let current = target.num("/spec/replicas").max(1);
    let percent = (demand * goal as f64 / current as f64).round() as i64;
    world.loads.insert(target_key.clone(), percent as f64 / 100.0);
    let steady = (percent - goal).abs() * 10 <= goal;
    let mut desired = if steady { current } else { (demand.ceil() as i64).clamp(low, high) };
    let calm = scaler
        .text("/status/lastScaleTime")
        .parse::<jiff::Timestamp>()
        .map_or(i64::MAX, |t| world.now.as_second() - t.as_second());
    if desired < current && calm < CALM {
        desired = current;
    }
    if desired != current {
        let direction = if desired > current { "above" } else { "below" };
        let message = format!(
            "New size: {desired}; reason: cpu resource utilization (percentage of request) {direction} target"
        );
        world.event(&scaler, "horizontal-pod-autoscaler", false, "SuccessfulRescale", &message);
        world.edit(target_id, &target_key, |t| {
            set(t, "/spec/replicas", desired);
            let generation = t.num("/metadata/generation") + 1;
            set(t, "/metadata/generation", generation);
        });
    }
    let request = target
        .items("/spec/template/spec/containers")
        .iter()
        .map(|c| quantity::read(c.text("/resources/requests/cpu")))
        .sum::<f64>();
    let millis = (request * percent as f64 * 10.0).round() as i64;
    report(world, key, &Measured { current, desired, percent, millis }, &now);
}

struct Measured {
    current: i64,
    desired: i64,
    percent: i64,
    millis: i64,
}

fn report(world: &mut World, key: &str, measured: &Measured, now: &str) {
    let metric = json!([{"type": "Resource", "resource": {"name": "cpu",
        "current": {"averageUtilization": measured.percent, "averageValue": format!("{}m", measured.millis)}}}]);
    world.edit(ID, key, |s| {
        set(s, "/status/currentReplicas", measured.current);
        set(s, "/status/desiredReplicas", measured.desired);
        set(s, "/status/currentMetrics", metric);
        if measured.desired != measured.current {
            set(s, "/status/lastScaleTime", now);
        }
        set_condition(s, "AbleToScale", "True", ("ReadyForNewScale", "recommended size matches current size"), now);
        let why = ("ValidMetricFound", "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)");
        set_condition(s, "ScalingActive", "True", why, now);
        let limited = measured.desired == s.num("/spec/maxReplicas");
        let why = if limited { ("TooManyReplicas", "the desired replica count is at the maximum") }
            else { ("DesiredWithinRange", "the desired count is within the acceptable range") };
        set_condition(s, "ScalingLimited", if limited { "True" } else { "False" }, why, now);
    });
}

/// How many pods the demand of now would keep exactly at their goal.
fn demand(world: &World, target: &str, low: i64, high: i64) -> f64 {
    let phase = (world.chance(&["demand", target]) % 1000) as f64 / 1000.0;
    let turn = world.now.as_second() as f64 / PERIOD + phase;
    let wave = 0.5 + 0.5 * (turn * std::f64::consts::TAU).sin();
    low as f64 - 0.4 + (high - low) as f64 * 0.9 * wave
}
