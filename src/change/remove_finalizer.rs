//! Taking a finalizer away, as `kubectl patch` of `metadata.finalizers` does, and `kubectl replace --raw …/finalize` of a namespace's own: what its
//! controller would have done is not done then, so it is asked for by name.

use serde_json::{Value, json};

use crate::finalizers::{all, is_namespace, known};
use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want, printable};
use crate::store::Health;

use super::need::{GET, Need};
use super::several::{Several, known as read};
use super::{Call, Change, Complaint, Confirm, Deed, Does, Field, Of, Offer, Proposal, Target};

pub(super) const OFFER: Offer = Offer {
    action: "remove-finalizer",
    of: Of::All,
    needs: |resource| {
        // A namespace has finalizers of two kinds, which are taken away in two ways.
        if is_namespace(resource) { vec![GET] } else { vec![GET, Need::object("patch")] }
    },
    does: Does::Asks(|targets| Box::new(Removal { several: Several::new(targets) })),
};

/// Takes a finalizer away.
#[derive(Debug)]
struct RemoveFinalizer {
    finalizer: String,
}

/// A list without one of its texts; `None` where it is not in it.
fn without(list: &Value, text: &str) -> Option<Vec<Value>> {
    let list = list.as_array()?;
    let rest: Vec<Value> = list.iter().filter(|item| **item != *text).cloned().collect();
    (rest.len() < list.len()).then_some(rest)
}

impl Deed for RemoveFinalizer {
    fn words(&self) -> String {
        format!("remove the finalizer {}", self.finalizer)
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["remove-finalizer"]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let own = without(&object["spec"]["finalizers"], &self.finalizer);
        if let Some(rest) = own.filter(|_| is_namespace(&target.resource)) {
            if !object["metadata"]["deletionTimestamp"].is_string() {
                return Err(format!(
                    "{} is not being deleted: without {} all that is in it would stay behind once it is",
                    target.short(),
                    self.finalizer
                ));
            }
            let mut body = object.clone();
            body["spec"]["finalizers"] = json!(rest);
            return Ok(Some(Call::replace(target, "finalize", body)));
        }
        let Some(rest) = without(&object["metadata"]["finalizers"], &self.finalizer) else {
            return Ok(None);
        };
        let mut meta = json!({"finalizers": rest});
        // The list is replaced as a whole: who adds to it meanwhile must be heard.
        if let Some(version) = object["metadata"]["resourceVersion"].as_str() {
            meta["resourceVersion"] = json!(version);
        }
        Ok(Some(Call::merge(target, object, "", json!({"metadata": meta}))))
    }

    /// Without its last finalizer, what is being deleted goes at once.
    fn removes(&self) -> bool {
        true
    }
}

/// Asks which finalizer, and for the name of the object.
#[derive(Debug)]
struct Removal {
    several: Several,
}

impl Removal {
    /// The finalizers of all objects, each once.
    fn names(&self, facts: &Facts<'_>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for object in self.several.targets.iter().filter_map(|target| read(facts, target)) {
            for name in all(object) {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        names
    }

    /// The finalizer that is chosen.
    fn chosen(&self, facts: &Facts<'_>) -> Option<String> {
        let names = self.names(facts);
        let answer = self.several.answer(0);
        let chosen = names.iter().find(|name| *name == answer).or(names.first());
        chosen.cloned()
    }
}

impl Subject for Removal {
    fn crumbs(&self) -> Vec<String> {
        vec![self.several.together(), "remove finalizer".to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        self.several.objects()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let chosen = self.chosen(facts);
        let mut lines = self.several.lines(|target| {
            let Some(object) = read(facts, target) else { return Vec::new() };
            let names: Vec<&str> = all(object).collect();
            if names.is_empty() {
                return vec![Span::new("has no finalizer", Tone::Muted)];
            }
            vec![Span::new(printable(&names.join(", ")), Tone::Text)]
        });
        let Some(chosen) = chosen else { return Sheet { lines, changes_in: None } };
        let mut say = |words: String, tone| lines.push(Line::new(0, [Span::new(words, tone)]));
        let warning = Tone::State(Health::Warning);
        match known(&chosen) {
            Some(known) => {
                say(format!("{}: {}", printable(&chosen), known.waits), Tone::Text);
                say(format!("{} should take it away; {}", known.whose, known.next), Tone::Muted);
                say(format!("without it: {}", known.leaks), warning);
            }
            None => say(
                format!(
                    "what the controller of {} would have tidied up stays behind",
                    printable(&chosen)
                ),
                warning,
            ),
        }
        for target in &self.several.targets {
            let Some(object) = read(facts, target) else { continue };
            if !object["metadata"]["deletionTimestamp"].is_string() {
                let words = format!(
                    "{} is not being deleted: it stays, and nothing waits any more once it is",
                    target.short()
                );
                lines.push(Line::new(0, [Span::new(words, warning)]));
            }
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

impl Proposal for Removal {
    fn title(&self) -> String {
        format!("Remove a finalizer of {}", self.several.together())
    }

    fn verb(&self) -> String {
        "remove finalizer".to_owned()
    }

    fn fields(&self, facts: &Facts<'_>) -> Vec<Field> {
        let names = self.names(facts);
        if names.is_empty() {
            return Vec::new();
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        vec![Field::choice("finalizer", &names, "which one")]
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.several.answers = answers;
    }

    fn confirm(&self, _: &Facts<'_>) -> Confirm {
        Confirm::Type(match self.several.targets.as_slice() {
            [one] => one.name.clone(),
            several => format!("remove {}", several.len()),
        })
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let finalizer = self.chosen(facts).ok_or_else(|| {
            let what = self.several.together();
            Complaint::from(format!("no finalizer is known of {what}: there is nothing to remove"))
        })?;
        let mut changes = Vec::new();
        for target in &self.several.targets {
            let deed = RemoveFinalizer { finalizer: finalizer.clone() };
            if let ([_], Some(object)) = (self.several.targets.as_slice(), read(facts, target)) {
                deed.call(target, object)?;
            }
            changes.push(Change::new(target.clone(), deed));
        }
        Ok(changes)
    }
}
