//! How a kind says what its objects refer to.

use std::sync::Arc;

use crate::store::{Interner, Link, Needs, Op, Relation, Requirement, Row, Selector, Str, To, Uid};
use crate::wire::{LabelSelector, ObjectMeta, ObjectReference, TypedObjectReference};

/// Collects the links of one object; owners are added for every kind.
pub struct Links<'a> {
    interner: &'a mut Interner,
    namespace: Str,
    optional: bool,
    needs: Option<Arc<Needs>>,
    out: Vec<Arc<Link>>,
}

impl<'a> Links<'a> {
    pub(super) fn new(meta: &ObjectMeta, interner: &'a mut Interner) -> Self {
        let namespace = interner.str(&meta.namespace);
        let mut links = Self { interner, namespace, optional: false, needs: None, out: Vec::new() };
        for owner in &meta.owner_references {
            let group = owner.api_version.split_once('/').map_or("", |(group, _)| group);
            let relation = match owner.controller {
                Some(true) => Relation::Controller,
                _ => Relation::Owner,
            };
            let to = To::Uid {
                uid: Uid::new(&owner.uid),
                namespace: links.namespace.clone(),
                name: links.interner.str(&owner.name),
            };
            links.push(relation, group, &owner.kind, to);
        }
        links.installed(meta);
        links
    }

    /// The release of Helm that an object was installed with, as Helm writes it on each (helm.sh, `pkg/action/validate.go`). Nobody need be able to read
    /// what Helm stored of it.
    fn installed(&mut self, meta: &ObjectMeta) {
        // Deployments hand their annotations down to their ReplicaSets.
        if !meta.owner_references.is_empty() {
            return;
        }
        let says = |what: &str| meta.annotations.get(what).filter(|text| !text.is_empty());
        let Some(name) = says("meta.helm.sh/release-name") else { return };
        let Some(namespace) = says("meta.helm.sh/release-namespace") else { return };
        self.optional(true, |links| {
            links.in_namespace(Relation::PartOf, ("helm.sh", "releases"), namespace, name);
        });
    }

    /// Those of a row, for more to come.
    pub(super) fn on(row: &Row, interner: &'a mut Interner) -> Self {
        let (namespace, out) = (row.namespace.clone(), row.links.to_vec());
        Self { interner, namespace, optional: false, needs: None, out }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// The namespace of the object, empty where it is cluster-scoped.
    pub(super) fn own_namespace(&self) -> Str {
        self.namespace.clone()
    }

    /// The links that `declare` adds are optional where `optional` says so: nothing need be there.
    pub fn optional(&mut self, optional: bool, declare: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.optional, optional);
        declare(self);
        self.optional = before;
    }

    /// The links that `declare` adds are optional too where `optional` says so; those that are so already stay it.
    pub(super) fn optional_too(&mut self, optional: bool, declare: impl FnOnce(&mut Self)) {
        let optional = optional || self.optional;
        self.optional(optional, declare);
    }

    /// The links that `declare` adds need this of their targets. Two to one target become one that needs both.
    pub fn needing(&mut self, needs: Needs, declare: impl FnOnce(&mut Self)) {
        let needs = (!needs.is_empty()).then(|| Arc::new(needs));
        let before = std::mem::replace(&mut self.needs, needs);
        declare(self);
        self.needs = before;
    }

    /// A reference to a cluster-scoped object that was there once and is this one's no more; its name may be lost too.
    pub fn lost(&mut self, relation: Relation, (group, resource): (&str, &str), name: &str) {
        let to = To::Name { namespace: self.interner.str(""), name: self.interner.str(name) };
        let needs = Needs { lost: true, ..Needs::default() };
        self.needing(needs, |links| links.push(relation, group, resource, to));
    }

    /// A reference by name to an object of the same namespace, or of the cluster; an empty name is no reference.
    pub fn name(&mut self, relation: Relation, group: &str, resource: &str, name: &str) {
        let namespace = self.namespace.clone();
        self.named(relation, group, resource, namespace, name);
    }

    /// A reference by name to a cluster-scoped object.
    pub fn cluster(&mut self, relation: Relation, group: &str, resource: &str, name: &str) {
        let namespace = self.interner.str("");
        self.named(relation, group, resource, namespace, name);
    }

    /// A reference by name into a namespace that the object states itself.
    pub fn in_namespace(
        &mut self,
        relation: Relation,
        (group, resource): (&str, &str),
        namespace: &str,
        name: &str,
    ) {
        let namespace = self.interner.str(namespace);
        self.named(relation, group, resource, namespace, name);
    }

    /// A reference to whatever has this UID.
    pub fn uid(
        &mut self,
        relation: Relation,
        (group, resource): (&str, &str),
        uid: &str,
        (namespace, name): (&str, &str),
    ) {
        let to = To::Uid {
            uid: Uid::new(uid),
            namespace: self.interner.str(namespace),
            name: self.interner.str(name),
        };
        self.push(relation, group, resource, to);
    }

    /// Whatever an `ObjectReference` refers to: by UID where it has one, else by name.
    pub fn object(&mut self, relation: Relation, to: &ObjectReference) {
        let group = to.api_version.split_once('/').map_or("", |(group, _)| group);
        // Kubelets write a node's name where its UID belongs.
        if to.uid.is_empty() || to.uid == to.name {
            // What events say about cluster-scoped objects lies in `default`, and their reference has no namespace.
            self.in_namespace(relation, (group, &to.kind), &to.namespace, &to.name);
        } else {
            self.uid(relation, (group, &to.kind), &to.uid, (&to.namespace, &to.name));
        }
    }

    /// Whatever a `TypedObjectReference` refers to: an object of the same namespace unless it states another.
    pub fn typed(&mut self, relation: Relation, to: &TypedObjectReference) {
        let group = to.api_group.as_deref().unwrap_or_default();
        match to.namespace.as_deref() {
            Some(namespace) if !namespace.is_empty() => {
                self.in_namespace(relation, (group, &to.kind), namespace, &to.name);
            }
            _ => self.name(relation, group, &to.kind, &to.name),
        }
    }

    /// The object of the same namespace whose part this row is; by name where it has no UID.
    pub fn part_of(&mut self, (group, resource): (&str, &str), uid: &str, name: &str) {
        if uid.is_empty() {
            self.name(Relation::PartOf, group, resource, name);
        } else {
            let namespace = self.namespace.clone();
            self.uid(Relation::PartOf, (group, resource), uid, (&namespace, name));
        }
    }

    /// Whether there is such a link already.
    pub fn has(&self, relation: Relation) -> bool {
        self.out.iter().any(|l| l.relation == relation)
    }

    /// All objects of the same namespace with the labels that a `LabelSelector` asks for.
    pub fn selects(&mut self, group: &str, resource: &str, selector: &LabelSelector) {
        let equal = selector
            .match_labels
            .iter()
            .map(|(key, value)| Requirement { key: key.clone(), op: Op::In(vec![value.clone()]) });
        let further = selector.match_expressions.iter().filter_map(|r| {
            let op = match r.operator.as_str() {
                "In" => Op::In(r.values.clone()),
                "NotIn" => Op::NotIn(r.values.clone()),
                "Exists" => Op::Exists,
                "DoesNotExist" => Op::DoesNotExist,
                _ => return None,
            };
            Some(Requirement { key: r.key.clone(), op })
        });
        let selector = Arc::new(Selector(equal.chain(further).collect()));
        let namespace = self.namespace.clone();
        self.selects_in(Relation::Selects, (group, resource), &namespace, selector);
    }

    /// All objects of a namespace (of all, where it is empty) that a selector selects.
    pub(super) fn selects_in(
        &mut self,
        relation: Relation,
        (group, resource): (&str, &str),
        namespace: &str,
        selector: Arc<Selector>,
    ) {
        let namespace = self.interner.str(namespace);
        let to = To::Labels { namespace, namespaces: None, selector };
        self.push(relation, group, resource, to);
    }

    /// All objects that a selector selects, in the namespaces that another one selects by their labels.
    pub(super) fn selects_across(
        &mut self,
        relation: Relation,
        (group, resource): (&str, &str),
        namespaces: Arc<Selector>,
        selector: Arc<Selector>,
    ) {
        let namespace = self.interner.str("");
        let to = To::Labels { namespace, namespaces: Some(namespaces), selector };
        self.push(relation, group, resource, to);
    }

    fn named(
        &mut self,
        relation: Relation,
        group: &str,
        resource: &str,
        namespace: Str,
        name: &str,
    ) {
        if !name.is_empty() {
            let name = self.interner.str(name);
            self.push(relation, group, resource, To::Name { namespace, name });
        }
    }

    fn push(&mut self, relation: Relation, group: &str, resource: &str, to: To) {
        let (group, resource) = (self.interner.str(group), self.interner.str(resource));
        let (optional, needs) = (self.optional, self.needs.clone());
        let mut link = Link { relation, group, resource, to, optional, needs };
        if let Some(needs) = &mut link.needs
            && let Some(at) = self.out.iter().position(|known| {
                (known.relation, known.optional) == (link.relation, link.optional)
                    && (&known.group, &known.resource) == (&link.group, &link.resource)
                    && known.to == link.to
            })
        {
            if let Some(other) = &self.out[at].needs {
                Arc::make_mut(needs).take(other);
            }
            self.out[at] = self.interner.link(link);
            return;
        }
        self.out.push(self.interner.link(link));
    }

    pub(super) fn finish(self) -> Box<[Arc<Link>]> {
        self.out.into_boxed_slice()
    }
}
