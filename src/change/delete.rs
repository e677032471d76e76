//! Deleting objects, as `kubectl delete` does (kubectl, `pkg/cmd/delete/delete.go`): in the background unless asked otherwise.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::finalizers;
use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want, printable};
use crate::store::Health;

use super::call::uid;
use super::need::{GET, Need};
use super::several::{Several, known};
use super::{
    Call, Change, Complaint, Deed, Does, Field, Method, Of, Offer, Proposal, Target, aftermath,
    helm,
};

pub(super) const OFFER: Offer = Offer {
    action: "delete",
    of: Of::All,
    needs: |_| vec![GET, Need::object("delete")],
    does: Does::Asks(|targets| {
        if helm::are_releases(&targets) {
            return helm::uninstall(targets);
        }
        Box::new(Deletion { several: Several::new(targets), own: false })
    }),
};

/// What becomes of what an object owns, in the words of the API, the usual first.
const PROPAGATION: [&str; 3] = ["Background", "Foreground", "Orphan"];

/// Takes away a pod that kx made itself for a session that is over, as `kubectl delete` does where nothing else is asked for.
pub fn clean_up(pod: Target) -> Change {
    Change::new(pod, Delete { propagation: PROPAGATION[0].to_owned(), grace: None, own: true })
}

/// Asks whether a pod is taken away that kx made itself for a session that is over.
pub fn ask_to_clean_up(pod: Target) -> Box<dyn Proposal> {
    Box::new(Deletion { several: Several::new(vec![pod]), own: true })
}

/// Deletes an object.
#[derive(Debug)]
struct Delete {
    propagation: String,
    /// How many seconds its pods have to end; `None` for what they say themselves.
    grace: Option<i64>,
    /// Whether kx made it itself, for a session that is over.
    own: bool,
}

impl Deed for Delete {
    fn words(&self) -> String {
        let mut words = "delete".to_owned();
        if self.propagation != PROPAGATION[0] {
            words.push_str(&format!(", propagation {}", self.propagation));
        }
        if let Some(grace) = self.grace {
            words.push_str(&format!(", grace period {grace} s"));
        }
        words
    }

    /// Whoever forbids deleting means what is there, not what kx puts there for a moment: that would stay behind.
    fn actions(&self) -> Vec<&'static str> {
        if self.own { Vec::new() } else { vec!["delete"] }
    }

    /// That somebody else took it away is as good.
    fn removes(&self) -> bool {
        self.own
    }

    fn lasts(&self) -> Option<&'static str> {
        self.own.then_some("a pod for debugging is not made again: debug makes another")
    }

    /// That its node still has to end it shows in the row of a pod; what finalizers wait for shows nowhere.
    fn remark(&self, after: &Value) -> Option<String> {
        let going = after["metadata"]["deletionTimestamp"].is_string();
        let waits = if going { finalizers::of(after) } else { Vec::new() };
        (!waits.is_empty())
            .then(|| format!("it is still there: {}; :finalizers follows it", waits.join("; ")))
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        // What is being deleted can only be hurried.
        if object["metadata"]["deletionTimestamp"].is_string() && self.grace.is_none() {
            return Ok(None);
        }
        let mut body = json!({
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": self.propagation,
        });
        if let Some(grace) = self.grace {
            body["gracePeriodSeconds"] = json!(grace);
        }
        if let Some(uid) = uid(object) {
            body["preconditions"] = json!({"uid": uid});
        }
        Ok(Some(Call { method: Method::Delete, path: target.path(""), body, look: None }))
    }
}

/// Asks what becomes of what they own, and how long they have.
#[derive(Debug)]
struct Deletion {
    several: Several,
    /// Whether kx made them itself, for a session that is over.
    own: bool,
}

impl Deletion {
    /// What becomes of what they own.
    fn propagation(&self) -> &str {
        match self.several.answer(OWNED) {
            "" => PROPAGATION[0],
            chosen => chosen,
        }
    }
}

const OWNED: usize = 0;
const GRACE: usize = 1;
const FORCE: usize = 2;

impl Subject for Deletion {
    fn crumbs(&self) -> Vec<String> {
        vec![self.several.together(), "delete".to_owned()]
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let mut wants = self.several.objects();
        wants.extend(aftermath::wants(&self.several.targets, facts));
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let mut lines = self.several.lines(|target| {
            let Some(object) = known(facts, target) else { return Vec::new() };
            if object["metadata"]["deletionTimestamp"].is_string() {
                return vec![Span::new("is being deleted already", Tone::State(Health::Changing))];
            }
            Vec::new()
        });
        if self.own {
            let text = "kx made it for debugging; it stays where you leave this";
            lines.push(Line::new(0, [Span::new(text, Tone::Muted)]));
        }
        for target in &self.several.targets {
            let Some(object) = known(facts, target) else { continue };
            lines.extend(notes(target, object));
        }
        lines.extend(aftermath::lines(&self.several.targets, facts, self.propagation()));
        if self.several.is_on(FORCE) {
            let text =
                "forced: what still runs on a node that does not answer goes on running there";
            lines.push(Line::new(0, [Span::new(text, Tone::State(Health::Warning))]));
        }
        Sheet { lines, changes_in: None }
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

/// What a person should know of an object before it is deleted.
fn notes(target: &Target, object: &Value) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut say = |text: String| {
        lines.push(Line::new(0, [Span::new(text, Tone::State(Health::Warning))]));
    };
    let meta = &object["metadata"];
    let owners = meta["ownerReferences"].as_array().map_or(&[][..], Vec::as_slice);
    if let Some(owner) = owners.iter().find(|owner| owner["controller"] == true) {
        let kind = owner["kind"].as_str().unwrap_or_default().to_lowercase();
        let name = owner["name"].as_str().unwrap_or_default();
        say(format!("{kind}/{name} controls {} and may make it anew", target.short()));
    }
    let waits = finalizers::waits(object);
    let finalizers = finalizers::of(object);
    if !waits.is_empty() {
        say(format!("{} waits for:", target.short()));
    } else if !finalizers.is_empty() {
        say(format!("{} goes only when its finalizers have done their work:", target.short()));
    }
    let told = if waits.is_empty() { finalizers } else { waits };
    lines.extend(
        told.into_iter().map(|text| Line::new(2, [Span::new(printable(&text), Tone::Text)])),
    );
    lines
}

impl Proposal for Deletion {
    fn title(&self) -> String {
        format!("Delete {}", self.several.together())
    }

    fn verb(&self) -> String {
        "delete".to_owned()
    }

    fn fields(&self, _: &Facts<'_>) -> Vec<Field> {
        vec![
            Field::choice("propagation", &PROPAGATION, "what becomes of what they own"),
            Field::text("grace period", "", "in seconds; empty for what each says itself"),
            Field::switch("force", false, "without waiting for a node to say that it ended"),
        ]
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.several.answers = answers;
    }

    fn changes(&self, _: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let grace = match self.several.answer(GRACE) {
            _ if self.several.is_on(FORCE) => Some(0),
            "" => None,
            typed => {
                let seconds = typed
                    .parse::<u32>()
                    .map_err(|_| Complaint::of(GRACE, "type a number of seconds, or nothing"))?;
                // 0 means without waiting at all, which is what force is for (kubectl refuses it likewise).
                Some(i64::from(seconds.max(1)))
            }
        };
        let propagation = self.propagation();
        let change = |target: &Target| Change {
            target: target.clone(),
            deed: Arc::new(Delete { propagation: propagation.to_owned(), grace, own: self.own }),
        };
        Ok(self.several.targets.iter().map(change).collect())
    }
}
