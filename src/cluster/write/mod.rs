//! Changes carried out: read, decided, sent, and found out about where the connection breaks.

mod request;
mod sequel;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use self::request::request;
use super::question::{PATIENCE, patient};
use super::{Client, Error};
use crate::change::{Call, Change, Deed, Method, Outcome, Patch, Report, Target};
use crate::store::Uid;

pub use self::request::{dry_run, read};
pub use self::sequel::sequel;

/// Pauses between attempts to find out what became of a change.
const PAUSES: [u64; 6] = [200, 500, 1000, 2000, 4000, 8000];
/// How long it waits before it looks again for what follows from a change.
const WAIT: Duration = Duration::from_secs(1);
/// How often in a row it looks in vain.
const LOST: usize = 60;
/// Pauses while something is being deleted.
const GOING: Duration = Duration::from_millis(300);

/// Carries a change out; `sending` is told before each request that changes something, with what was read, and can prevent it by saying why.
///
/// Whatever happens, the report says one of four things: done, so already, not done and why, or that it cannot be found out.
pub async fn carry_out(
    client: &Client,
    change: Change,
    sending: impl FnMut(&Change, &Call, &Value) -> Result<(), String>,
) -> Report {
    let (turns, (_stop, stopped)) = (Semaphore::new(1), watch::channel(false));
    carry_out_at(client, change, Pace { turns: &turns, stopped, tell: &|_| () }, sending).await
}

/// What keeps a change in step with the others of its run.
pub struct Pace<'a> {
    /// How many may be talking to the server at once; who only waits takes no turn.
    pub turns: &'a Semaphore,
    /// Whether the person wants no more of it.
    pub stopped: watch::Receiver<bool>,
    /// Is told what it waits for, in words.
    pub tell: &'a (dyn Fn(String) + Sync),
}

/// As [`carry_out`], in step with others.
pub async fn carry_out_at(
    client: &Client,
    change: Change,
    pace: Pace<'_>,
    mut sending: impl FnMut(&Change, &Call, &Value) -> Result<(), String>,
) -> Report {
    let mut attempt = Attempt {
        client,
        change: &change,
        pace,
        began: Instant::now(),
        method: None,
        before: None,
        after: None,
        gone: false,
    };
    let outcome = attempt.run(&mut sending).await;
    let Attempt { method, before, after, .. } = attempt;
    let note = match (&outcome, &after) {
        (Outcome::Done, Some(after)) => change.deed.remark(after),
        _ => None,
    };
    Report { change, id: String::new(), outcome, method, before, after, note }
}

struct Attempt<'a> {
    client: &'a Client,
    change: &'a Change,
    pace: Pace<'a>,
    began: Instant,
    method: Option<Method>,
    before: Option<Arc<Value>>,
    after: Option<Arc<Value>>,
    /// Whether the object was deleted on the way, to be made anew.
    gone: bool,
}

/// What is at a path.
enum Seen {
    Object(Value),
    Nothing,
}

impl Attempt<'_> {
    /// Does it, and waits until all that it leads to is over.
    async fn run(
        &mut self,
        sending: &mut impl FnMut(&Change, &Call, &Value) -> Result<(), String>,
    ) -> Outcome {
        match self.begin(sending).await {
            outcome @ (Outcome::Done | Outcome::Already) => match self.settle().await {
                Some(failed) => failed,
                None => outcome,
            },
            // Whoever reads that it is not done must not take it for being there still.
            Outcome::Failed(why) if self.gone => {
                let object = self.change.target.short();
                Outcome::Failed(format!("{why}; {object} is deleted by now, and not made anew"))
            }
            outcome => outcome,
        }
    }

    /// Waits a while; what to say where it must not wait any longer.
    async fn wait(&mut self, pause: Duration, what: &str) -> Option<Outcome> {
        let limit = self.change.deed.patience().limit;
        if let Some(limit) = limit
            && self.began.elapsed() + pause > Duration::from_secs(limit)
        {
            return Some(Outcome::Failed(format!("it took longer than {limit} s: {what}")));
        }
        (self.pace.tell)(what.to_owned());
        let stopped = async { self.pace.stopped.wait_for(|stopped| *stopped).await.map(drop) };
        match tokio::time::timeout(pause, stopped).await {
            Ok(Ok(())) => Some(Outcome::Failed(format!("stopped while it waited: {what}"))),
            // Nobody can stop it any more.
            Ok(Err(_)) => {
                tokio::time::sleep(pause).await;
                None
            }
            Err(_) => None,
        }
    }

    /// Waits for what follows from it; what to say where that did not come.
    async fn settle(&mut self) -> Option<Outcome> {
        let Change { target, deed } = self.change;
        let path = target.path("");
        let mut lost = 0;
        // A deed that waits for nothing of the object as it was read waits for nothing at all.
        let (before, after) = (self.before.clone(), self.after.clone());
        let read = if deed.makes() { after.or(before) } else { before.or(after) }?;
        let mut what = deed.waits_for(target, Some(&read))?;
        loop {
            if let Some(failed) = self.wait(WAIT, &what).await {
                return Some(failed);
            }
            let turn = self.pace.turns.acquire().await;
            let seen = self.look(&path).await;
            drop(turn);
            let now = match seen {
                Ok(Seen::Object(object)) => Some(object),
                Ok(Seen::Nothing) => None,
                Err(error) if lost < LOST && error.is_retryable() => {
                    lost += 1;
                    continue;
                }
                Err(error) => {
                    return Some(Outcome::Unknown(format!("it was sent, but then: {error}")));
                }
            };
            if let Some(why) = deed.broke(target, now.as_ref()) {
                return Some(Outcome::Failed(why));
            }
            what = deed.waits_for(target, now.as_ref())?;
            lost = 0;
        }
    }

    /// Reads, decides and sends, as often as it takes.
    async fn begin(
        &mut self,
        sending: &mut impl FnMut(&Change, &Call, &Value) -> Result<(), String>,
    ) -> Outcome {
        let Change { target, deed } = self.change;
        let path = target.path(deed.reads());
        let until = Instant::now() + PATIENCE;
        let patience = deed.patience();
        let mut tries = 0;
        loop {
            tries += 1;
            let last = patience.tries.is_some_and(|most| tries >= most);
            let turn = self.pace.turns.acquire().await;
            if *self.pace.stopped.borrow() {
                return Outcome::Failed("stopped before it was done".to_owned());
            }
            let object = match self.read_first(&path).await {
                Ok(object) => object,
                Err(outcome) => return outcome,
            };
            if deed.goes_on() && object["metadata"]["deletionTimestamp"].is_string() {
                if Instant::now() > until {
                    return Outcome::Failed(still_leaving(target));
                }
                // Who only waits takes no turn.
                drop(turn);
                tokio::time::sleep(GOING).await;
                tries = 0;
                continue;
            }
            self.gone = deed.goes_on() && object.is_null() && self.before.is_some();
            let call = match deed.call(target, &object) {
                Ok(Some(call)) => call,
                Ok(None) => {
                    self.after = Some(Arc::new(object));
                    return Outcome::Already;
                }
                Err(why) => return Outcome::Failed(why),
            };
            if let Err(why) = sending(self.change, &call, &object) {
                return Outcome::Failed(why);
            }
            self.method = Some(call.method);
            if self.before.is_none() || !deed.goes_on() {
                self.before = Some(Arc::new(object));
            }
            let sent = self.send(&call).await;
            drop(turn);
            match sent {
                Ok(_) if deed.goes_on() && call.method != Method::Create => {}
                Ok(after) => {
                    self.after = after.map(Arc::new);
                    return Outcome::Done;
                }
                Err(Error::Conflict { status }) if is_late(call.method) => {
                    tracing::info!(message = status.line(), "somebody else was faster; read again");
                    if last {
                        return Outcome::Failed(format!(
                            "{} keeps changing, and {tries} times somebody else was faster; try again",
                            target.short()
                        ));
                    }
                }
                Err(error @ Error::TooManyRequests { .. }) => {
                    if last {
                        return Outcome::Failed(not_now(&error));
                    }
                    let asked = error.retry_after().unwrap_or(Duration::from_secs(1));
                    let pause = patience.pause.map_or(asked, Duration::from_secs);
                    if let Some(failed) = self.wait(pause, &not_now(&error)).await {
                        return failed;
                    }
                }
                // In a namespace that is being deleted no pod is evicted, but each is deleted soon.
                Err(error) if call.method == Method::Evict && !last && is_leaving(&error) => {
                    let pause = Duration::from_secs(patience.pause.unwrap_or(1));
                    if let Some(failed) = self.wait(pause, &error.to_string()).await {
                        return failed;
                    }
                }
                Err(error) if !last && is_asked_again(deed.as_ref(), call.method, &error) => {
                    tokio::time::sleep(GOING).await;
                }
                Err(error) if may_have_arrived(&error) => {
                    return self.find_out(&call, &error).await;
                }
                Err(error) => return failed(&error),
            }
        }
    }

    /// What is there to decide by; or what becomes of the change without it.
    async fn read_first(&self, path: &str) -> Result<Value, Outcome> {
        let Change { target, deed } = self.change;
        let object = match self.look(path).await {
            Ok(Seen::Object(object)) => object,
            Ok(Seen::Nothing) if deed.makes() => return Ok(Value::Null),
            Ok(Seen::Nothing) if deed.removes() => return Err(Outcome::Already),
            Ok(Seen::Nothing) => {
                let why = format!("{} is not there (any more)", target.long());
                return Err(Outcome::Failed(why));
            }
            Err(error) => return Err(failed(&error)),
        };
        match self.is_another(&object) {
            Some(_) if deed.removes() => Err(Outcome::Already),
            Some(why) => Err(Outcome::Failed(why)),
            None => Ok(object),
        }
    }

    /// Why the object is not the one that the person saw.
    fn is_another(&self, object: &Value) -> Option<String> {
        let seen = self.change.target.uid?;
        let uid = object["metadata"]["uid"].as_str()?;
        (Uid::new(uid) != seen).then(|| {
            format!(
                "{} is another object by now: it was deleted and made anew",
                self.change.target.short()
            )
        })
    }

    async fn look(&self, path: &str) -> Result<Seen, Error> {
        Ok(read(self.client, path).await?.map_or(Seen::Nothing, Seen::Object))
    }

    /// Sends the call; what the server has afterwards, where it says so.
    async fn send(&self, call: &Call) -> Result<Option<Value>, Error> {
        let bytes = patient(self.client.bytes(request(call)?)).await?;
        let after: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok((after["kind"] != "Status" && after.is_object()).then_some(after))
    }

    /// Finds out what became of a call whose answer did not come.
    async fn find_out(&mut self, call: &Call, broke: &Error) -> Outcome {
        let Change { target, deed } = self.change;
        let path = call.look.clone().unwrap_or_else(|| target.path(deed.reads()));
        let mut not_done = false;
        for pause in PAUSES {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let object = match self.look(&path).await {
                Ok(Seen::Object(object)) => object,
                Ok(Seen::Nothing) if call.method.removes() || deed.removes() => {
                    return Outcome::Done;
                }
                // It may still be on its way: one look more.
                Ok(Seen::Nothing) if !std::mem::replace(&mut not_done, true) => continue,
                Ok(Seen::Nothing) => return Outcome::Failed(not_taken(broke)),
                Err(_) => continue,
            };
            let done = call.method == Method::Create
                || matches!(deed.call(target, &object), Ok(None))
                || (call.method.removes() && self.is_another(&object).is_some());
            if done {
                self.after = Some(Arc::new(object));
                return Outcome::Done;
            }
            if std::mem::replace(&mut not_done, true) {
                return Outcome::Failed(not_taken(broke));
            }
        }
        Outcome::Unknown(format!("{broke}, and the server cannot be asked: look at the object"))
    }
}

/// Whether a conflict says that somebody else was faster; of others it says that there is one already, or whose a field is.
fn is_late(method: Method) -> bool {
    !matches!(method, Method::Create | Method::Patch(Patch::Apply | Patch::ApplyForce))
}

fn still_leaving(target: &Target) -> String {
    format!(
        "{} is still being deleted; it is not made anew: wait until it is gone, then create it",
        target.short()
    )
}

fn failed(error: &Error) -> Outcome {
    Outcome::Failed(match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    })
}

/// Whether a namespace is being deleted, and takes nothing new.
fn is_leaving(error: &Error) -> bool {
    error.status().is_some_and(|status| {
        status.causes.iter().any(|cause| cause.reason == "NamespaceTerminating")
    })
}

/// Why a server says that it is too early (429), whole: of an eviction, which budget forbids it stands among the causes.
fn not_now(error: &Error) -> String {
    let causes = error.status().map_or(&[][..], |status| &status.causes);
    let causes = causes.iter().filter(|cause| !cause.message.is_empty());
    causes.fold(error.to_string(), |words, cause| format!("{words} {}", cause.message))
}

fn not_taken(broke: &Error) -> String {
    format!("{broke}; the server did not take it, try again")
}

/// Whether what failed so is decided anew by what is there a moment later.
fn is_asked_again(deed: &dyn Deed, method: Method, error: &Error) -> bool {
    // What was made a moment ago is not known to all of the server at once.
    let is_late = matches!(error, Error::NotFound { .. }) && !deed.after().is_empty();
    // Between its calls what is there decides what comes next.
    is_late || may_have_arrived(error) && deed.goes_on() && method != Method::Create
}

/// Whether a request that failed so may have been carried out all the same.
fn may_have_arrived(error: &Error) -> bool {
    match error {
        Error::Cut { .. } => true,
        // Something on the way may have given up waiting for a server that did its work.
        Error::Server { status } => {
            matches!(status.code, 500 | 502 | 503 | 504) && status.reason.is_empty()
        }
        _ => false,
    }
}
