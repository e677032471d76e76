//! Setting the images of a workload's containers, as `kubectl set image` does (kubectl, `pkg/cmd/set/set_image.go`).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want};

use super::need::PATCH;
use super::several::{Several, known};
use super::{Call, Change, Complaint, Deed, Does, Field, Of, Offer, Patch, Proposal, Target};

pub(super) const OFFER: Offer = Offer {
    action: "set-image",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::Asks(|targets| Box::new(Images { several: Several::new(targets) })),
};

/// Where objects keep the pods that they make: a pod's own, a CronJob's, everybody else's.
const PLACES: [&[&str]; 3] = [
    &["spec", "jobTemplate", "spec", "template", "spec"],
    &["spec", "template", "spec"],
    &["spec"],
];

/// The lists of containers, as (field, whether they come first).
const LISTS: [(&str, bool); 2] = [("containers", false), ("initContainers", true)];

/// The path of the pod's spec in an object.
fn place(object: &Value) -> &'static [&'static str] {
    let has = |path: &&&[&str]| at(object, path)["containers"].is_array();
    PLACES.iter().find(has).copied().unwrap_or(PLACES[2])
}

fn at<'a>(object: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().fold(object, |value, field| &value[*field])
}

/// The containers of an object in the order of the spec: name, image, and whether it comes before the others.
fn containers(object: &Value) -> Vec<(&str, &str, bool)> {
    let spec = at(object, place(object));
    let list = |(field, first): &(&str, bool)| {
        let first = *first;
        let all = spec[*field].as_array().map_or(&[][..], Vec::as_slice);
        all.iter().filter_map(move |c| {
            Some((c["name"].as_str()?, c["image"].as_str().unwrap_or(""), first))
        })
    };
    LISTS.iter().flat_map(list).collect()
}

/// Sets images by the names of containers.
#[derive(Debug)]
struct SetImages {
    images: BTreeMap<String, String>,
}

impl Deed for SetImages {
    fn rolls_out(&self) -> bool {
        true
    }

    fn words(&self) -> String {
        let images = self.images.iter().map(|(name, image)| format!("{name}={image}"));
        format!("set image {}", images.collect::<Vec<_>>().join(" "))
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["set-image"]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let all = containers(object);
        if let Some(missing) = self.images.keys().find(|name| !all.iter().any(|(n, ..)| n == name))
        {
            return Err(format!("{} has no container {missing}", target.short()));
        }
        let mut spec = json!({});
        for (field, first) in LISTS {
            let of_list = all.iter().filter(|(.., f)| *f == first);
            let changed: Vec<Value> = of_list
                .filter_map(|(name, image, _)| {
                    let wanted = self.images.get(*name).filter(|wanted| wanted != image)?;
                    Some(json!({"name": name, "image": wanted}))
                })
                .collect();
            if !changed.is_empty() {
                spec[field] = json!(changed);
            }
        }
        if spec == json!({}) {
            return Ok(None);
        }
        let body = place(object).iter().rev().fold(spec, |body, field| json!({ *field: body }));
        Ok(Some(Call::patch(Patch::Strategic, target, object, "", body)))
    }
}

/// Asks for the image of each container.
#[derive(Debug)]
struct Images {
    several: Several,
}

impl Images {
    /// The containers of all objects, each name once, with the image of the first that has it.
    fn names(&self, facts: &Facts<'_>) -> Vec<(String, String)> {
        let mut names: Vec<(String, String)> = Vec::new();
        for object in self.several.targets.iter().filter_map(|target| known(facts, target)) {
            for (name, image, _) in containers(object) {
                if !names.iter().any(|(known, _)| known == name) {
                    names.push((name.to_owned(), image.to_owned()));
                }
            }
        }
        names
    }

    /// What was typed that differs from what is there.
    fn typed(&self, facts: &Facts<'_>) -> BTreeMap<String, String> {
        let names = self.names(facts).into_iter().enumerate();
        let typed = names.filter_map(|(i, (name, image))| {
            let typed = self.several.answer(i);
            (!typed.is_empty() && typed != image).then(|| (name, typed.to_owned()))
        });
        typed.collect()
    }
}

impl Subject for Images {
    fn crumbs(&self) -> Vec<String> {
        vec![self.several.together(), "image".to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        self.several.objects()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let typed = self.typed(facts);
        let mut lines = Vec::new();
        for target in &self.several.targets {
            let Some(object) = known(facts, target) else { continue };
            lines.push(Line::new(0, [Span::new(target.long(), Tone::Strong)]));
            for (name, image, _) in containers(object) {
                let mut spans =
                    vec![Span::new(format!("{name}: "), Tone::Label), Span::new(image, Tone::Text)];
                if let Some(wanted) = typed.get(name) {
                    spans.push(Span::new(" → ", Tone::Muted));
                    spans.push(Span::new(wanted.as_str(), Tone::Added));
                }
                lines.push(Line::new(2, spans));
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

impl Proposal for Images {
    fn title(&self) -> String {
        format!("Set the images of {}", self.several.together())
    }

    fn verb(&self) -> String {
        "set image".to_owned()
    }

    fn fields(&self, facts: &Facts<'_>) -> Vec<Field> {
        let names = self.names(facts);
        names.into_iter().map(|(name, image)| Field::text(&name, image, "")).collect()
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.several.answers = answers;
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let images = self.typed(facts);
        if images.is_empty() {
            return Err("type another image for one of the containers".to_owned().into());
        }
        if let Some(image) = images.values().find(|image| image.contains(char::is_whitespace)) {
            return Err(format!("{image:?} is no image: there is a blank in it").into());
        }
        let change = |target: &Target| Change {
            target: target.clone(),
            deed: Arc::new(SetImages { images: images.clone() }),
        };
        Ok(self.several.targets.iter().map(change).collect())
    }
}
