//! A proposal that asks a few things of one form for all objects, and shows what its change makes of each.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

use super::several::{Several, known};
use super::{Call, Change, Complaint, Deed, Field, Proposal, Target, preview};

/// What is done to an object, or what is wrong with the answers.
pub(super) type Decide = fn(&Several, &Facts<'_>, &Target) -> Result<Arc<dyn Deed>, Complaint>;

/// What is asked, and what follows from the answers.
pub(super) struct Ask {
    /// The verb on the key that agrees.
    pub verb: &'static str,
    /// What it means, a sentence; may be empty.
    pub note: &'static str,
    /// What must be known beside the objects.
    pub wants: fn(&Several, &Facts<'_>) -> Vec<Want>,
    /// What is asked.
    pub fields: fn(&Several, &Facts<'_>) -> Vec<Field>,
    /// What of an object the person should see before.
    pub say: fn(&Value) -> Vec<Span>,
    /// What is done to an object, or what is wrong with the answers.
    pub deed: Decide,
    /// What a call makes of an object, as it is shown.
    pub show: fn(&Target, &Value, &Call) -> Vec<Line>,
    /// What is done besides, to other objects.
    pub besides: fn(&Several, &Facts<'_>) -> Vec<Change>,
}

impl Ask {
    /// Asks nothing yet.
    pub const fn new(verb: &'static str, deed: Decide) -> Self {
        Self {
            verb,
            note: "",
            wants: |_, _| Vec::new(),
            fields: |_, _| Vec::new(),
            say: |_| Vec::new(),
            deed,
            show: preview::lines,
            besides: |_, _| Vec::new(),
        }
    }

    /// The proposal for these objects.
    pub fn proposal(&'static self, targets: Vec<Target>) -> Box<dyn Proposal> {
        Box::new(Asked { several: Several::new(targets), ask: self })
    }
}

/// The question and the answers by now.
struct Asked {
    several: Several,
    ask: &'static Ask,
}

/// The answers may be what nobody may see.
impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("verb", &self.ask.verb)
            .field("of", &self.several.together())
            .finish_non_exhaustive()
    }
}

impl Asked {
    /// What becomes of an object.
    fn becomes(&self, facts: &Facts<'_>, target: &Target, object: &Value) -> Vec<Line> {
        let warning =
            |text: String| vec![Line::new(2, [Span::new(text, Tone::State(Health::Warning))])];
        let deed = match (self.ask.deed)(&self.several, facts, target) {
            Ok(deed) => deed,
            // What is wrong with one answer is said beside it once somebody agrees.
            Err(Complaint { field: Some(_), .. }) => return Vec::new(),
            Err(Complaint { field: None, message }) => return warning(message),
        };
        match deed.call(target, object) {
            Err(why) => warning(why),
            Ok(None) => vec![Line::new(2, [Span::new("is so already", Tone::Muted)])],
            Ok(Some(call)) => (self.ask.show)(target, object, &call),
        }
    }
}

impl Subject for Asked {
    fn crumbs(&self) -> Vec<String> {
        vec![self.several.together(), self.ask.verb.to_owned()]
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let mut wants = self.several.objects();
        wants.extend((self.ask.wants)(&self.several, facts));
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let say = |target: &Target| known(facts, target).map(self.ask.say).unwrap_or_default();
        let mut lines = Vec::new();
        for (line, target) in self.several.lines(say).into_iter().zip(&self.several.targets) {
            lines.push(line);
            if let Some(object) = known(facts, target) {
                lines.extend(self.becomes(facts, target, object));
            }
        }
        for change in (self.ask.besides)(&self.several, facts) {
            lines.push(Line::new(0, [Span::new(change.words(), Tone::Text)]));
        }
        if !self.ask.note.is_empty() {
            lines.push(Line::default());
            lines.push(Line::new(0, [Span::new(self.ask.note, Tone::Muted)]));
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

impl Proposal for Asked {
    fn title(&self) -> String {
        let (first, rest) = self.ask.verb.split_at(1);
        format!("{}{rest} {}", first.to_uppercase(), self.several.together())
    }

    fn verb(&self) -> String {
        self.ask.verb.to_owned()
    }

    fn fields(&self, facts: &Facts<'_>) -> Vec<Field> {
        (self.ask.fields)(&self.several, facts)
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.several.answers = answers;
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let mut changes = Vec::new();
        for target in &self.several.targets {
            let deed = (self.ask.deed)(&self.several, facts, target)?;
            // Of several, those that can be done are; of one, what it would be refused for is said while the answers can still be changed.
            if let [_] = self.several.targets.as_slice()
                && let Some(object) = known(facts, target)
            {
                deed.call(target, object)?;
            }
            changes.push(Change { target: target.clone(), deed });
        }
        changes.extend((self.ask.besides)(&self.several, facts));
        Ok(changes)
    }
}
