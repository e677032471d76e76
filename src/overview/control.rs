//! The control plane: whether it is ready, how fast it answers, and who leads.

use serde_json::Value;

use crate::kinds::age;
use crate::sheet::{Facts, Go, Line};
use crate::store::{Health, Row};

use super::cells::at;
use super::ready::{Check, checks};
use super::wants::{self, LEASES, SYSTEM, missing, rows_of, text_of};
use super::write::{INDENT, command, field, heading, muted, state, text};

/// The leases by which the parts of a control plane say who leads, and how a person calls these (the names are those of kube-scheduler's,
/// kube-controller-manager's and cloud-controller-manager's `--leader-elect-resource-name`).
const LEADERS: [(&str, &str); 3] = [
    ("kube-scheduler", "Scheduler"),
    ("kube-controller-manager", "Controller manager"),
    ("cloud-controller-manager", "Cloud controllers"),
];

/// How long after its end a lease is still believed in, in seconds: this machine's clock and the cluster's may differ.
const GRACE: i64 = 30;

/// The label of the leases of living API servers (`pkg/controlplane/controller/leases`).
const IDENTITY: (&str, &str) = ("apiserver.kubernetes.io/identity", "kube-apiserver");

/// The section, and in how many seconds it changes by the passing of time alone.
pub fn section(facts: &Facts<'_>, lines: &mut Vec<Line>) -> Option<i64> {
    lines.push(heading("Control plane", []));
    version(facts, lines);
    readiness(facts, lines);
    latency(facts, lines);
    super::aggregated::line(facts, lines);
    leaders(facts, lines)
}

/// The version of the API server that answers, `v1.36.3`.
pub fn server_version(facts: &Facts<'_>) -> Option<String> {
    let (text, ..) = text_of(facts, &wants::version()).ok()?;
    let version: Value = serde_json::from_str(text).ok()?;
    Some(version.get("gitVersion")?.as_str()?.to_owned())
}

fn version(facts: &Facts<'_>, lines: &mut Vec<Line>) {
    let want = wants::version();
    let said = match text_of(facts, &want) {
        Ok((said, ..)) => said,
        Err(why) => return lines.extend(missing("API server", &want, &why)),
    };
    let version: Value = serde_json::from_str(said).unwrap_or_default();
    let of = |key: &str| version.get(key).and_then(Value::as_str).unwrap_or_default();
    let more = format!("  {}  {}", of("platform"), of("goVersion"));
    let version =
        if of("gitVersion").is_empty() { "of an unknown version" } else { of("gitVersion") };
    let said = [text(version), muted(more.trim_end())];
    lines.push(field("API server", said).go(command("raw /version")));
}

fn readiness(facts: &Facts<'_>, lines: &mut Vec<Line>) {
    let want = wants::ready();
    let (said, status) = match text_of(facts, &want) {
        Ok((said, status, _)) => (said, status),
        Err(why) => return lines.extend(missing("Readiness", &want, &why)),
    };
    let checks = checks(said);
    let passed = checks.iter().filter(|check| check.passed).count();
    let ready = status == 200 && passed == checks.len();
    let health = if ready { Health::Ok } else { Health::Broken };
    let words = match (checks.len(), ready) {
        (0, true) => "ready".to_owned(),
        (0, false) => format!("not ready, it answers with {status}"),
        (all, true) => format!("ready, all {all} checks pass"),
        (all, false) => format!("not ready, {passed} of {all} checks pass"),
    };
    let readiness = field("Readiness", [state(health, words)]);
    lines.push(Line { folded: ready, ..readiness }.go(command("raw /readyz?verbose")));
    // What does not pass stands first, and etcd, on which everything stands, before what passes.
    let rank = |check: &&Check| (check.passed, !check.name.starts_with("etcd"));
    let mut ordered: Vec<&Check> = checks.iter().collect();
    ordered.sort_by_key(rank);
    for check in ordered {
        let words = if check.why.is_empty() { "ok".to_owned() } else { check.why.clone() };
        let health = if check.passed { Health::Ok } else { Health::Broken };
        let mut line = field(&check.name, [text(" "), state(health, words)]);
        line.indent = 2 * INDENT;
        lines.push(line.go(answer_of(&check.name)));
    }
    if let Some(etcd) = checks.iter().find(|check| check.name == "etcd") {
        let (health, words) =
            if etcd.passed { (Health::Ok, "ok") } else { (Health::Broken, etcd.why.as_str()) };
        lines.push(field("etcd", [state(health, words)]).go(answer_of("etcd")));
    }
}

/// What the server says of one check.
fn answer_of(check: &str) -> Go {
    command(format!("raw /readyz/{check}?verbose"))
}

/// How long answers took that kx asked for.
fn latency(facts: &Facts<'_>, lines: &mut Vec<Line>) {
    let asked = [
        (wants::version(), "/version"),
        (wants::ready(), "/readyz"),
        (wants::deprecated(), "/metrics"),
    ];
    let took = asked.iter().filter_map(|(want, path)| {
        let (_, _, micros) = text_of(facts, want).ok()?;
        Some((format!("{:<8} ", millis(micros)), *path))
    });
    let mut label = "Answers in";
    for (millis, path) in took {
        let all = match path {
            "/metrics" => format!("raw {path} {}", wants::DEPRECATED),
            path => format!("raw {path}"),
        };
        lines.push(field(label, [text(millis), muted(path)]).go(command(all)));
        label = "";
    }
}

/// `1.9 ms` of microseconds.
pub fn millis(micros: u64) -> String {
    match micros {
        ..10_000 => format!("{}.{} ms", micros / 1000, micros % 1000 / 100),
        micros => format!("{} ms", micros / 1000),
    }
}

fn leaders(facts: &Facts<'_>, lines: &mut Vec<Line>) -> Option<i64> {
    let want = wants::system(LEASES);
    let rows = match rows_of(facts, &want) {
        Ok(rows) => rows,
        Err(why) => {
            lines.extend(missing("Leaders", &want, &why));
            return None;
        }
    };
    let mut due: Option<i64> = None;
    let mut living = 0_usize;
    for row in &rows {
        if row.labels.iter().any(|(key, value)| (&**key, &**value) == IDENTITY) {
            let end = end(row).map(|end| end.saturating_add(GRACE));
            if end.is_none_or(|end| end > facts.now()) {
                living += 1;
                due = sooner(due, end.map(|end| end - facts.now()));
            }
        }
    }
    if living > 0 {
        let words = if living == 1 { "1 lives".to_owned() } else { format!("{living} live") };
        let selector = format!("leases -n {SYSTEM} -l {}={}", IDENTITY.0, IDENTITY.1);
        lines.push(field("API servers", [text(words)]).go(command(selector)));
    }
    for (name, label) in LEADERS {
        let Some(row) = rows.iter().find(|row| &*row.name == name) else {
            if name != LEADERS[2].0 {
                let none = muted("no lease, none leads or it is run elsewhere");
                lines.push(field(label, [none]).go(command(format!("leases -n {SYSTEM}"))));
            }
            continue;
        };
        let (line, changes) = leader(label, row, facts.now());
        lines.push(line.go(Go::Object {
            group: LEASES.0.into(),
            resource: LEASES.1.into(),
            namespace: SYSTEM.into(),
            name: row.name.clone(),
        }));
        due = sooner(due, changes);
    }
    due
}

/// Who leads by a lease, and in how many seconds it is over.
fn leader(label: &str, row: &Row, now: i64) -> (Line, Option<i64>) {
    let holder = at(LEASES, "HOLDER").text(row);
    if holder.is_empty() {
        return (field(label, [state(Health::Broken, "nobody leads")]), None);
    }
    match end(row).map(|end| end.saturating_add(GRACE)) {
        Some(end) if end <= now => {
            let mut ago = String::new();
            age::write(now.saturating_sub(at(LEASES, "RENEWED").number(row)), &mut ago);
            let words = format!("nobody leads, {holder} was last heard of {ago} ago");
            (field(label, [state(Health::Broken, words)]), None)
        }
        end => (field(label, [state(Health::Ok, holder)]), end.map(|end| end - now)),
    }
}

/// When a lease is over, in seconds since the Unix epoch.
fn end(row: &Row) -> Option<i64> {
    let renewed = at(LEASES, "RENEWED").number(row);
    let lasts = at(LEASES, "DURATION").number(row);
    (renewed > 0 && lasts > 0).then(|| renewed.saturating_add(lasts))
}

/// The sooner of two times.
pub fn sooner(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    [a, b].into_iter().flatten().min()
}
