//! What simulated containers write to their logs: computed from time, so nothing has to be kept.
//!
//! Line `n` of a run is written a fixed while after line `n - 1`, give or take; any range of lines or
//! of time can be computed without the others.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::rng;
use super::value::At;

/// One run of a container, from its start to its end (if it has ended).
#[derive(Debug, Clone)]
pub struct Run {
    seed: u64,
    app: String,
    start: Timestamp,
    end: Option<Timestamp>,
    failed: bool,
    /// Milliseconds between lines.
    pace: i64,
}

/// Lines at the start that tell of starting up.
const STARTING: u64 = 4;
/// Lines at the end of a run that failed.
const FAILING: u64 = 5;

impl Run {
    /// The current or last run of a container, or the one before it; none where there was no such run.
    pub fn of(pod: &Value, container: &str, previous: bool) -> Option<Self> {
        let status = [
            "/status/containerStatuses",
            "/status/initContainerStatuses",
            "/status/ephemeralContainerStatuses",
        ]
        .iter()
        .flat_map(|list| pod.items(list))
        .find(|s| s.text("/name") == container)?;
        let (state, restarts) = if previous {
            (status.at("/lastState/terminated"), status.num("/restartCount") - 1)
        } else if status.has("/state/running") {
            (status.at("/state/running"), status.num("/restartCount"))
        } else if status.has("/state/terminated") {
            (status.at("/state/terminated"), status.num("/restartCount"))
        } else {
            // Between two runs the log of the last one is still there.
            (status.at("/lastState/terminated"), status.num("/restartCount"))
        };
        let start: Timestamp = state.text("/startedAt").parse().ok()?;
        let seed = rng::hash(13, &[pod.text("/metadata/uid"), container, &restarts.to_string()]);
        let app = pod.text("/metadata/labels/app");
        let pace = match app {
            "postgres" | "redis" | "ledger-db" | "coredns" => 7_000,
            "web" | "catalog" | "api" | "ledger-sync" => 400,
            _ => 1_500,
        };
        Some(Self {
            seed,
            app: if container == "proxy" || container == "log-shipper" {
                container.to_owned()
            } else {
                app.to_owned()
            },
            start,
            end: state.text("/finishedAt").parse().ok(),
            failed: state.num("/exitCode") != 0,
            pace,
        })
    }

    /// Whether more lines may come.
    pub fn is_over(&self) -> bool {
        self.end.is_some()
    }

    /// Whether the other is the same run, perhaps seen at another time.
    pub fn same_start(&self, other: &Self) -> bool {
        self.start == other.start
    }

    /// Ends the run: its container is not running any more.
    pub fn close(&mut self, now: Timestamp) {
        self.end.get_or_insert(now);
    }

    /// When line `number` is written.
    pub fn time(&self, number: u64) -> Timestamp {
        let jitter = (rng::mix(self.seed ^ number) % (self.pace as u64 / 2).max(1)) as i64;
        let after =
            i64::try_from(number).unwrap_or(i64::MAX / 100_000).saturating_mul(self.pace) + jitter;
        let at = self.start.checked_add(SignedDuration::from_millis(after)).unwrap_or(self.start);
        self.end.map_or(at, |end| at.min(end))
    }

    /// How many lines have been written by this time.
    pub fn count(&self, now: Timestamp) -> u64 {
        let until = self.end.map_or(now, |end| end.min(now));
        let millis = until.duration_since(self.start).as_millis();
        if millis < 0 {
            return 0;
        }
        let whole = u64::try_from(millis / i128::from(self.pace)).unwrap_or_default();
        let extra = if self.end.is_some_and(|end| end <= now) && self.failed { FAILING } else { 0 };
        let partial = u64::from(self.time(whole) <= until);
        whole + partial + extra
    }

    /// The first line written at or after this time.
    pub fn first_since(&self, since: Timestamp) -> u64 {
        let millis = since.duration_since(self.start).as_millis();
        if millis <= 0 {
            return 0;
        }
        let guess =
            u64::try_from(millis / i128::from(self.pace)).unwrap_or_default().saturating_sub(1);
        (guess..guess + 4).find(|n| self.time(*n) >= since).unwrap_or(guess + 4)
    }

    /// The text of line `number`; `count` is how many there are, which matters to a run that failed.
    pub fn line(&self, number: u64, count: u64) -> String {
        if self.failed && self.is_over() && number + FAILING >= count {
            return failing(number + FAILING - count).to_owned();
        }
        if number < STARTING {
            return starting(&self.app, number);
        }
        let chance = rng::mix(self.seed.rotate_left(17) ^ number);
        match self.app.as_str() {
            "postgres" | "ledger-db" => postgres(chance),
            "redis" => format!(
                "1:M {} * Background saving terminated with success",
                self.time(number).strftime("%d %b %Y %H:%M:%S")
            ),
            "proxy" | "ingress-nginx" => access(chance, self.time(number)),
            _ => structured(&self.app, chance),
        }
    }
}

fn starting(app: &str, number: u64) -> String {
    match number {
        0 => format!(r#"{{"level":"info","app":"{app}","msg":"starting"}}"#),
        1 => format!(
            r#"{{"level":"info","app":"{app}","msg":"configuration read","file":"/etc/app/app.yaml"}}"#
        ),
        2 => format!(r#"{{"level":"info","app":"{app}","msg":"connected","peers":3}}"#),
        _ => format!(r#"{{"level":"info","app":"{app}","msg":"ready","listen":":8080"}}"#),
    }
}

fn failing(number: u64) -> &'static str {
    match number {
        0 => {
            r#"{"level":"error","msg":"cannot read ledger position","error":"relation \"ledger_offsets\" does not exist"}"#
        }
        1 => "panic: runtime error: invalid memory address or nil pointer dereference",
        2 => "goroutine 1 [running]:",
        3 => "main.(*Syncer).restore(0x0, {0xc0000a6000, 0x1})",
        _ => "\t/src/sync/restore.go:118 +0x1d4",
    }
}

fn structured(app: &str, chance: u64) -> String {
    const PATHS: &[&str] =
        &["/api/items", "/api/cart", "/api/orders", "/healthz", "/api/search", "/api/users/me"];
    let path = PATHS[(chance % PATHS.len() as u64) as usize];
    let millis = 1 + (chance >> 8) % 240;
    let request = chance >> 40;
    match (chance >> 16) % 50 {
        0 => format!(
            r#"{{"level":"error","app":"{app}","msg":"upstream failed","path":"{path}","status":502,"request":"{request:06x}"}}"#
        ),
        1 | 2 => format!(
            r#"{{"level":"warn","app":"{app}","msg":"slow request","path":"{path}","ms":{},"request":"{request:06x}"}}"#,
            millis + 900
        ),
        3..=6 => format!(
            r#"{{"level":"debug","app":"{app}","msg":"cache miss","key":"{path}","request":"{request:06x}"}}"#
        ),
        _ => format!(
            r#"{{"level":"info","app":"{app}","msg":"request","path":"{path}","status":200,"ms":{millis},"request":"{request:06x}"}}"#
        ),
    }
}

fn postgres(chance: u64) -> String {
    match chance % 6 {
        0 => "LOG:  checkpoint starting: time".to_owned(),
        1 => format!(
            "LOG:  checkpoint complete: wrote {} buffers ({}%); 0 WAL file(s) added",
            chance % 900,
            chance % 7
        ),
        2 => format!(
            "LOG:  automatic vacuum of table \"shop.public.orders\": pages: {} removed",
            chance % 40
        ),
        3 => format!(
            "WARNING:  there is already a transaction in progress (pid {})",
            100 + chance % 900
        ),
        _ => format!(
            "LOG:  connection authorized: user=app database=shop application_name=api-{}",
            chance % 9
        ),
    }
}

fn access(chance: u64, time: Timestamp) -> String {
    let code = [200, 200, 200, 200, 304, 200, 404, 200, 200, 500][(chance % 10) as usize];
    format!(
        "10.244.{}.{} - - [{}] \"GET /api/{} HTTP/1.1\" {code} {} \"-\" \"demo-client/1.0\" 0.{:03}",
        chance % 200,
        (chance >> 8) % 250,
        time.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        ["items", "cart", "orders"][(chance >> 20) as usize % 3],
        chance % 9000,
        chance % 400
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lines_are_in_order_and_counted_right() {
        let pod = json!({"metadata": {"uid": "u", "labels": {"app": "web"}}, "status": {"containerStatuses": [
            {"name": "web", "restartCount": 0, "state": {"running": {"startedAt": "2026-01-15T12:00:00Z"}}}]}});
        let run = Run::of(&pod, "web", false).unwrap();
        let now: Timestamp = "2026-01-15T12:01:00Z".parse().unwrap();
        let count = run.count(now);
        assert!((140..=160).contains(&count), "{count}");
        assert!((1..count).all(|n| run.time(n - 1) <= run.time(n)));
        assert!(run.time(count - 1) <= now && run.time(count) > now);
        let since: Timestamp = "2026-01-15T12:00:30Z".parse().unwrap();
        let first = run.first_since(since);
        assert!(run.time(first) >= since && run.time(first - 1) < since);
        assert!(Run::of(&pod, "web", true).is_none(), "there was no run before");
    }
}
