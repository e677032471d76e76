//! What is asked before something is made for debugging.

use std::sync::Arc;

use serde_json::Value;

use super::profile::{NAMES, Profile};
use super::spec::{Wanted, command};
use crate::change::names::suffix;
use crate::change::several::{Several, known};
use crate::change::{Change, Complaint, Deed, Field, Habits, Proposal, Target};
use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want, printable};
use crate::store::Health;

/// The labels of fields, by which their answers are found again.
const IMAGE: &str = "image";
const COMMAND: &str = "command";
const PROFILE: &str = "profile";
pub(super) const TARGET: &str = "target";
pub(super) const NAMESPACE: &str = "namespace";
pub(super) const NAME: &str = "name";
pub(super) const CONTAINER: &str = "container";
pub(super) const SHARE: &str = "share processes";
pub(super) const SAME_NODE: &str = "same node";

/// Answers, by the labels of their fields.
pub(super) type Given = [(String, String)];

/// The answer to a field.
pub(super) fn answers<'a>(given: &'a Given, label: &str) -> Option<&'a str> {
    given.iter().find(|(of, _)| of == label).map(|(_, answer)| answer.trim())
}

/// What is done, given what was asked for; or what is wrong with it.
pub(super) type Decide = fn(&Target, Wanted, &Given) -> Result<Arc<dyn Deed>, Complaint>;

/// One way of debugging.
pub(super) struct Ask {
    /// The verb on the key that agrees.
    pub verb: &'static str,
    /// What it means, a sentence or two.
    pub note: &'static str,
    /// What is asked beside image, command and profile, given the object.
    pub fields: fn(&Value) -> Vec<Field>,
    /// What is done, given what was asked for; or what is wrong with it.
    pub deed: Decide,
}

/// Asks for image, command, profile and what else there is to ask.
pub(super) struct Debugging {
    several: Several,
    ask: &'static Ask,
    /// The end of the names that are made up: the same while somebody looks at them.
    suffix: String,
    /// The image to begin with.
    image: String,
}

impl std::fmt::Debug for Debugging {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Debugging").field("several", &self.several).finish_non_exhaustive()
    }
}

impl Debugging {
    pub fn proposal(targets: Vec<Target>, ask: &'static Ask) -> Box<dyn Proposal> {
        let image = super::IMAGE.to_owned();
        Box::new(Self { several: Several::new(targets), ask, suffix: suffix(), image })
    }

    fn asked(&self, facts: &Facts<'_>) -> Vec<Field> {
        let mut fields = vec![
            Field::text(IMAGE, self.image.as_str(), "what the container is made of"),
            Field::text(COMMAND, "", "empty for the image's own"),
            Field::choice(PROFILE, &NAMES, self.profile().means()),
        ];
        if let [target] = self.several.targets.as_slice()
            && let Some(object) = known(facts, target)
        {
            fields.extend((self.ask.fields)(object));
        }
        fields
    }

    fn profile(&self) -> Profile {
        Profile::named(self.several.answer(2))
    }

    /// What is done to the object; or what is wrong with the answers.
    fn deed(&self, facts: &Facts<'_>, target: &Target) -> Result<Arc<dyn Deed>, Complaint> {
        let fields = self.asked(facts);
        let given: Vec<(String, String)> = fields
            .iter()
            .enumerate()
            .map(|(at, field)| {
                let answer = self.several.answers.get(at).cloned();
                (field.label.clone(), answer.unwrap_or_else(|| field.begins()))
            })
            .collect();
        let image = answers(&given, IMAGE).unwrap_or_default().to_owned();
        if image.is_empty() || image.contains(char::is_whitespace) {
            return Err(Complaint::of(0, "type the image of the container, registry/name:tag"));
        }
        let typed = answers(&given, COMMAND).unwrap_or_default();
        let command = command(typed).map_err(|why| Complaint::of(1, why))?;
        let profile = Profile::named(answers(&given, PROFILE).unwrap_or_default());
        (self.ask.deed)(
            target,
            Wanted { image, command, profile, suffix: self.suffix.clone() },
            &given,
        )
    }
}

impl Subject for Debugging {
    fn crumbs(&self) -> Vec<String> {
        vec![self.several.together(), self.ask.verb.to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        self.several.objects()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let warning = |text: String| Line::new(0, [Span::new(text, Tone::State(Health::Warning))]);
        let mut lines = Vec::new();
        match self.several.targets.as_slice() {
            [target] => {
                if let Some(object) = known(facts, target)
                    && let Ok(deed) = self.deed(facts, target)
                {
                    match deed.call(target, object) {
                        Ok(Some(call)) => {
                            let text = crate::yaml::emit(&call.body, false);
                            let line = |line: &str| {
                                Line::new(2, [Span::new(printable(line), Tone::Added)])
                            };
                            lines.extend(text.lines().map(line));
                        }
                        Ok(None) => {}
                        Err(why) => lines.push(warning(why)),
                    }
                }
            }
            _ => lines
                .push(warning("several are marked; there is one terminal: mark one".to_owned())),
        }
        lines.insert(0, Line::default());
        lines.insert(0, Line::new(0, [Span::new(self.ask.note, Tone::Muted)]));
        Sheet { lines, changes_in: None }
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

impl Proposal for Debugging {
    fn title(&self) -> String {
        format!("Debug {}", self.several.together())
    }

    fn verb(&self) -> String {
        self.ask.verb.to_owned()
    }

    fn fields(&self, facts: &Facts<'_>) -> Vec<Field> {
        self.asked(facts)
    }

    fn prefer(&mut self, habits: &Habits) {
        self.image.clone_from(&habits.debug_image);
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.several.answers = answers;
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let [target] = self.several.targets.as_slice() else {
            return Err("there is one terminal: mark one, or none".to_owned().into());
        };
        let Some(object) = known(facts, target) else {
            return Err(format!("{} is not read yet", target.short()).into());
        };
        let deed = self.deed(facts, target)?;
        deed.call(target, object)?;
        Ok(vec![Change { target: target.clone(), deed }])
    }
}
