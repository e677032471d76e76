//! The resources that rows and links name, by plural or by Kind, and which of them are known completely.

use rustc_hash::FxHashMap;

use crate::kinds::{self, Place};
use crate::store::Str;

use super::bag::Bag;

/// A resource's short name in the graph; its version does not matter.
pub(super) type ResourceId = u32;

/// Group → word → what the word means there.
#[derive(Default)]
pub(super) struct Resources {
    all: Vec<Resource>,
    words: FxHashMap<Str, FxHashMap<Str, Word>>,
}

/// A resource, or what a link takes for one before discovery has told.
pub(super) struct Resource {
    pub group: Str,
    pub plural: Str,
    /// What people call one of them.
    pub singular: Str,
    /// Where it stands; `None` for what is not modelled.
    pub place: Option<Place>,
    /// Whether its objects are the endpoints of what they are part of.
    pub endpoints: bool,
    /// Whether nobody but links has named it.
    pub guessed: bool,
    /// Links into it that lead nowhere and should not.
    pub missing: Bag,
    whole: u32,
    parts: FxHashMap<Str, u32>,
}

/// A word in a group: most are a plural or a Kind; until that is known, a guess keeps its links together.
#[derive(Clone, Copy, Default)]
struct Word {
    plural: Option<ResourceId>,
    kind: Option<ResourceId>,
    guess: Option<ResourceId>,
}

impl Word {
    fn means(self) -> Option<ResourceId> {
        self.plural.or(self.kind).or(self.guess)
    }
}

/// Which links may mean something else once more is known of a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shift {
    /// None of them.
    #[default]
    Nothing,
    /// Those whose words nobody knew.
    Guesses,
    /// Some whose words meant something that is served.
    All,
}

/// Which objects of a resource a Source is known to tell all of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Covers {
    #[default]
    Nothing,
    All,
    Namespaces(Vec<Str>),
}

impl Resources {
    pub fn get(&self, id: ResourceId) -> Option<&Resource> {
        self.all.get(id as usize)
    }

    pub fn get_mut(&mut self, id: ResourceId) -> Option<&mut Resource> {
        self.all.get_mut(id as usize)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.all.iter()
    }

    pub fn ids(&self) -> impl Iterator<Item = ResourceId> {
        0..self.all.len() as ResourceId
    }

    /// The resources at a place.
    pub fn at(&self, place: Option<Place>) -> impl Iterator<Item = ResourceId> {
        (0..).zip(&self.all).filter(move |(_, r)| r.place == place).map(|(id, _)| id)
    }

    /// The resource of a plural; `None` where nobody has named it yet.
    pub fn find(&self, group: &str, plural: &str) -> Option<ResourceId> {
        let word = self.words.get(group)?.get(plural)?;
        word.plural.or(word.guess)
    }

    /// The resource that a link's word means: a plural, or a Kind.
    pub fn meant(&mut self, group: &Str, word: &Str) -> ResourceId {
        if let Some(id) =
            self.words.get(group).and_then(|words| words.get(word)).and_then(|word| word.means())
        {
            return id;
        }
        let id = self.add(group, word);
        self.word(group, word).guess = Some(id);
        if let Some(resource) = self.all.get_mut(id as usize) {
            resource.guessed = true;
        }
        id
    }

    /// The resource of a plural, and which links may mean something else by that now.
    pub fn plural(&mut self, group: &str, plural: &str) -> (ResourceId, Shift) {
        let (group, plural) = (Str::from(group), Str::from(plural));
        let word = self.word(&group, &plural);
        if let Some(id) = word.plural {
            return (id, Shift::Nothing);
        }
        let (guess, other) = (word.guess.take(), word.kind.is_some());
        let id = guess.unwrap_or_else(|| self.add(&group, &plural));
        if let Some(resource) = self.all.get_mut(id as usize) {
            resource.guessed = false;
        }
        self.word(&group, &plural).plural = Some(id);
        (id, if other { Shift::All } else { Shift::Nothing })
    }

    /// Learns what a resource is called, and which links may mean something else by that now. A Kind that has a plural already takes another one
    /// only where the catalog says so.
    pub fn learn(&mut self, resource: &kinds::Resource, from_catalog: bool) -> (ResourceId, Shift) {
        let (id, mut shift) = self.plural(&resource.group, &resource.plural);
        if let Some(known) = self.all.get_mut(id as usize)
            && !resource.singular.is_empty()
            && *known.singular != *resource.singular
        {
            known.singular = resource.singular.as_str().into();
        }
        if !resource.kind.is_empty() {
            let word = self.word(&resource.group.as_str().into(), &resource.kind.as_str().into());
            if word.kind.is_none() || from_catalog && word.kind != Some(id) {
                let (before, known) = (word.means(), word.kind.is_some());
                word.kind = Some(id);
                if before.is_some() && before != word.means() {
                    shift = shift.max(if known { Shift::All } else { Shift::Guesses });
                }
            }
        }
        (id, shift)
    }

    /// Counts what a Source covers.
    pub fn cover(&mut self, id: ResourceId, covers: &Covers) {
        let Some(resource) = self.all.get_mut(id as usize) else { return };
        match covers {
            Covers::Nothing => {}
            Covers::All => resource.whole += 1,
            Covers::Namespaces(namespaces) => {
                for namespace in namespaces {
                    *resource.parts.entry(namespace.clone()).or_default() += 1;
                }
            }
        }
    }

    /// Takes back what [`Resources::cover`] counted.
    pub fn uncover(&mut self, id: ResourceId, covers: &Covers) {
        let Some(resource) = self.all.get_mut(id as usize) else { return };
        match covers {
            Covers::Nothing => {}
            Covers::All => resource.whole = resource.whole.saturating_sub(1),
            Covers::Namespaces(namespaces) => {
                for namespace in namespaces {
                    if let Some(count) = resource.parts.get_mut(namespace) {
                        *count -= 1;
                        if *count == 0 {
                            resource.parts.remove(namespace);
                        }
                    }
                }
            }
        }
    }

    fn word(&mut self, group: &Str, word: &Str) -> &mut Word {
        self.words.entry(group.clone()).or_default().entry(word.clone()).or_default()
    }

    fn add(&mut self, group: &Str, word: &Str) -> ResourceId {
        let id = self.all.len() as ResourceId;
        let model = kinds::modelled(group, word);
        self.all.push(Resource {
            group: group.clone(),
            plural: word.clone(),
            singular: word.to_lowercase().into(),
            place: model.map(|kind| kind.place),
            endpoints: model.is_some_and(|kind| kind.endpoints),
            guessed: false,
            missing: Bag::default(),
            whole: 0,
            parts: FxHashMap::default(),
        });
        id
    }
}

impl Resource {
    /// Whether all objects of a namespace are there, or of all namespaces where it is empty.
    pub fn is_complete(&self, namespace: &str) -> bool {
        self.whole > 0 || (!namespace.is_empty() && self.parts.contains_key(namespace))
    }

    /// Whether anything of it is there completely.
    pub fn is_covered(&self) -> bool {
        self.whole > 0 || !self.parts.is_empty()
    }
}
