//! The lines of the journal about what is opened in a cluster: sessions in containers and port forwards. No object is changed by them, and what goes
//! through them may change anything.

use serde_json::{Value, json};

use crate::forward::{Local, Wanted};
use crate::session::{Ended, Place, What};

use super::entry::SENDING;
use super::lines::{Who, stamped};

/// What is opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    words: String,
    /// The name of the action, by which guardrails know it, too.
    action: &'static str,
    resource: String,
    namespace: String,
    name: String,
    path: String,
    body: Value,
    lasts: &'static str,
}

impl Opening {
    /// A session in a container.
    pub fn session(place: &Place, what: &What, tty: bool) -> Self {
        let Place { namespace, pod, container } = place;
        let mut body = json!({"container": container, "tty": tty});
        let (action, subresource, words) = match what {
            What::Shell(shells) => {
                body["shells"] = json!(shells);
                ("shell", "exec", format!("shell in {container}"))
            }
            What::Command(words) => {
                body["command"] = json!(words);
                ("exec", "exec", format!("{} in {container}", words.join(" ")))
            }
            What::Attach => ("attach", "attach", format!("attach to {container}")),
        };
        Self {
            words,
            action,
            resource: "pods".to_owned(),
            namespace: namespace.clone(),
            name: pod.clone(),
            path: format!("/api/v1/namespaces/{namespace}/pods/{pod}/{subresource}"),
            body,
            lasts: "what was done in a session is not known",
        }
    }

    /// The same without what a command is given: there may be passwords among it. How much it was is told.
    #[must_use]
    pub fn without_words(mut self) -> Self {
        let words = self.body["command"].as_array().map(Vec::as_slice).unwrap_or_default();
        if let [program, given @ ..] = words
            && !given.is_empty()
        {
            let (program, count) = (program.clone(), given.len());
            let (container, s) =
                (self.body["container"].as_str(), if count == 1 { "" } else { "s" });
            let name = program.as_str().unwrap_or_default();
            let container = container.unwrap_or_default();
            self.words = format!("{name} … in {container} ({count} word{s} not kept)");
            self.body["command"] = json!([program]);
            self.body["words_not_kept"] = json!(count);
        }
        self
    }

    /// A port forward.
    pub fn forward(wanted: &Wanted) -> Self {
        let Wanted { target, address, local, remote } = wanted;
        let local = match local {
            Local::Any => "any".to_owned(),
            Local::Same => remote.to_string(),
            Local::Near(port) | Local::Exactly(port) => port.to_string(),
        };
        Self {
            words: format!("forward a port to {remote}"),
            action: "port-forward",
            resource: target.resource.full_name().into_owned(),
            namespace: target.namespace.clone(),
            name: target.name.clone(),
            // Which pod that is, is found out for each connection.
            path: target.path(""),
            body: json!({"address": address, "local": local, "remote": remote.to_string()}),
            lasts: "what went through a port forward is not known",
        }
    }

    /// How it ends where the person leaves it.
    pub fn left(&self) -> Closing {
        let said = if self.action == "port-forward" { "stopped" } else { LEFT };
        Closing::Over(said.to_owned())
    }
}

const LEFT: &str = "left; what runs there may go on";

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// By itself, or because the person left; what is to be said of it.
    Over(String),
    /// It could not be opened, or broke there: why.
    Failed(String),
    /// The connection broke: what runs there may go on.
    Cut(String),
}

impl Closing {
    /// How a session ended. `ran` is what ran, where that is known.
    pub fn of(ended: &Ended, ran: &str) -> Self {
        match ended {
            Ended::Code(code) if ran.is_empty() => Self::Over(format!("exit code {code}")),
            Ended::Code(code) => Self::Over(format!("{ran}: exit code {code}")),
            Ended::Left => Self::Over(LEFT.to_owned()),
            Ended::Failed(why) => Self::Failed(why.clone()),
            Ended::NoShell(tried) => {
                Self::Failed(format!("there is no shell (tried {})", tried.join(", ")))
            }
            Ended::Cut(why) => Self::Cut(format!("the connection is lost: {why}")),
        }
    }
}

/// The line that is kept before it is opened. `id` names it.
pub fn opening(id: &str, who: &Who, opening: &Opening) -> Value {
    let mut line = head(id, who, opening, SENDING);
    // The verb of admission and of the API server's audit log for what is opened.
    line["method"] = json!("CONNECT");
    line["path"] = json!(opening.path);
    line["body"] = opening.body.clone();
    line
}

/// The line that is kept of its end.
pub fn closed(id: &str, who: &Who, opening: &Opening, closing: &Closing) -> Value {
    let (result, message) = match closing {
        Closing::Over(said) => ("done", said),
        Closing::Failed(why) => ("failed", why),
        Closing::Cut(why) => ("unknown", why),
    };
    let mut line = head(id, who, opening, result);
    line["message"] = json!(message);
    line
}

fn head(id: &str, who: &Who, opening: &Opening, result: &str) -> Value {
    let mut line = stamped(id, who, result);
    line["action"] = json!(opening.words);
    line["actions"] = json!([opening.action]);
    line["resource"] = json!(opening.resource);
    line["namespace"] = json!(opening.namespace);
    line["name"] = json!(opening.name);
    line["lasts"] = json!(opening.lasts);
    line
}

#[cfg(test)]
mod tests {
    use super::super::{Chronicle, Life, Query};
    use super::*;

    #[test]
    fn a_session_is_one_entry_with_its_command_and_its_end() {
        let [namespace, pod, container] = ["shop", "web-0", "main"].map(str::to_owned);
        let place = Place { namespace, pod, container };
        let words = ["rm", "-rf", "/tmp/x"].map(str::to_owned);
        let session = Opening::session(&place, &What::Command(words.to_vec()), true);
        let who = Who { context: "lab".into(), user: "anna".into(), server: String::new() };
        let begun = opening("1-1-s0", &who, &session);
        assert_eq!(begun["path"], "/api/v1/namespaces/shop/pods/web-0/exec");
        assert_eq!(begun["body"]["command"], json!(["rm", "-rf", "/tmp/x"]));
        let brief = opening("1-1-s0", &who, &session.clone().without_words());
        assert_eq!(brief["action"], "rm … in main (2 words not kept)");
        assert_eq!(brief["body"]["command"], json!(["rm"]));
        assert!(!brief.to_string().contains("/tmp/x"), "{brief}");
        let shell = Opening::session(&place, &What::Shell(vec!["sh".into()]), true);
        assert_eq!(shell.clone().without_words(), shell);
        let said = |closing: &Closing| {
            let mut chronicle = Chronicle::new(Query::default(), 10);
            chronicle.older(closed("1-1-s0", &who, &session, closing).to_string().as_bytes());
            chronicle.older(begun.to_string().as_bytes());
            let entries = chronicle.journaled(|_| Life::Gone).entries;
            assert_eq!(entries.len(), 1);
            let entry = &entries[0];
            let (action, long) = (entry.action(), entry.long());
            assert_eq!((action, long.as_str()), ("rm -rf /tmp/x in main", "pods/web-0 in shop"));
            format!("{}: {}", entry.ending.word(), entry.message())
        };
        assert_eq!(said(&Closing::of(&Ended::Code(7), "rm")), "done: rm: exit code 7");
        assert_eq!(said(&Closing::of(&Ended::Left, "")), "done: left; what runs there may go on");
        assert_eq!(said(&Closing::of(&Ended::Failed("no".into()), "")), "failed: no");
        let cut = said(&Closing::of(&Ended::Cut("reset".into()), "rm"));
        assert_eq!(cut, "unknown: the connection is lost: reset");
    }
}
