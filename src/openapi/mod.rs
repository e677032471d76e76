//! What an API server says of its objects' fields in `/openapi/v3`: types, descriptions, what must be there, what may be chosen.
//!
//! A [`Document`] is one group version's schemas in a compact form. References are followed when a field is asked for, never before, so that
//! a schema that holds itself (`JSONSchemaProps`) costs nothing. The format is `OpenAPI` 3.0 with the extensions of Kubernetes
//! (k8s.io/kube-openapi, `x-kubernetes-*`).

mod read;

use rustc_hash::FxHashMap;

/// How many references are followed one after the other, so that a circle of them ends.
const CHAIN: usize = 32;

/// The number of a node in its document.
type Id = u32;

/// The schemas of one group version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    nodes: Vec<Node>,
    names: FxHashMap<Box<str>, Id>,
    /// By apiVersion and kind.
    kinds: FxHashMap<(Box<str>, Box<str>), Id>,
}

/// What fields there are besides those that are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rest {
    /// None, where some are named; else any.
    #[default]
    Unsaid,
    /// Any.
    Any,
    /// Any, of this schema.
    Of(Id),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    doc: Box<str>,
    takes: Takes,
    format: Box<str>,
    fields: Vec<(Box<str>, Id)>,
    required: Vec<Box<str>>,
    options: Vec<Box<str>>,
    item: Option<Id>,
    rest: Rest,
    default: Option<Box<str>>,
    /// The schema that says the rest.
    to: Option<Box<str>>,
}

/// What a value may be; where nothing is said, anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Takes(u8);

impl Takes {
    /// Text.
    pub const TEXT: Self = Self(1);
    /// A whole number.
    pub const INTEGER: Self = Self(2);
    /// A number.
    pub const NUMBER: Self = Self(4);
    /// `true` or `false`.
    pub const BOOLEAN: Self = Self(8);
    /// A list.
    pub const LIST: Self = Self(16);
    /// An object.
    pub const OBJECT: Self = Self(32);

    const ALL: [(Self, &'static str); 6] = [
        (Self::TEXT, "string"),
        (Self::INTEGER, "integer"),
        (Self::NUMBER, "number"),
        (Self::BOOLEAN, "boolean"),
        (Self::LIST, "list"),
        (Self::OBJECT, "object"),
    ];

    fn named(name: &str) -> Self {
        let name = if name == "array" { "list" } else { name };
        Self::ALL.iter().find(|(_, n)| *n == name).map_or(Self::default(), |(takes, _)| *takes)
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a value of this type is right.
    pub const fn takes(self, other: Self) -> bool {
        // A whole number is a number too.
        self.0 == 0 || self.0 & other.0 != 0 || (self.0 & 4 != 0 && other.0 == 2)
    }

    /// Whether it is just this.
    pub const fn only(self, other: Self) -> bool {
        self.0 == other.0
    }

    /// In words, `integer or string`.
    pub fn words(self) -> String {
        let all = Self::ALL.iter().filter(|(takes, _)| self.0 & takes.0 != 0);
        let mut words: Vec<&str> = all.map(|(_, name)| *name).collect();
        words.sort_unstable();
        if words.is_empty() { "anything".to_owned() } else { words.join(" or ") }
    }
}

impl Document {
    /// Reads the document that a server has of a group version.
    ///
    /// # Errors
    /// That it is no JSON. What of a document makes no sense is left out: a field of which nothing is known takes anything.
    pub fn read(json: &[u8]) -> Result<Self, String> {
        read::read(json)
    }

    /// The schema of the objects of this kind.
    pub fn object(&self, version: &str, kind: &str) -> Option<Schema<'_>> {
        let id = self.kinds.get(&(Box::from(version), Box::from(kind)))?;
        self.schema(*id)
    }

    fn schema(&self, id: Id) -> Option<Schema<'_>> {
        let site = self.nodes.get(id as usize)?;
        let mut node = site;
        for _ in 0..CHAIN {
            let Some(to) = &node.to else { return Some(Schema { all: self, site, node }) };
            node = self.names.get(to).and_then(|id| self.nodes.get(*id as usize))?;
        }
        None
    }
}

/// What is said of a value: of an object, a list, or a text.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'a> {
    all: &'a Document,
    /// Where it is used.
    site: &'a Node,
    /// Where it is said.
    node: &'a Node,
}

impl<'a> Schema<'a> {
    /// The schema of a field; `None` where there is no such field, or nothing is said of it.
    pub fn field(self, name: &str) -> Option<Self> {
        let own = self.node.fields.binary_search_by(|(field, _)| (**field).cmp(name));
        match (own, self.node.rest) {
            (Ok(at), _) => self.all.schema(self.node.fields.get(at)?.1),
            (Err(_), Rest::Of(id)) => self.all.schema(id),
            (Err(_), _) => None,
        }
    }

    /// Whether an object may have a field of this name.
    pub fn has(self, name: &str) -> bool {
        let named = self.node.fields.binary_search_by(|(field, _)| (**field).cmp(name)).is_ok();
        named || self.node.rest != Rest::Unsaid || self.node.fields.is_empty()
    }

    /// The fields that are named, in the order of their names.
    pub fn fields(self) -> impl Iterator<Item = (&'a str, Self)> {
        let Self { all, node, .. } = self;
        node.fields.iter().filter_map(move |(name, id)| Some((&**name, all.schema(*id)?)))
    }

    /// The schema of a list's items.
    pub fn item(self) -> Option<Self> {
        self.all.schema(self.node.item?)
    }

    /// What it is for, as the server says.
    pub fn doc(self) -> &'a str {
        if self.site.doc.is_empty() { &self.node.doc } else { &self.site.doc }
    }

    /// What a value may be.
    pub fn takes(self) -> Takes {
        self.node.takes
    }

    /// What a text may be; empty where that is not said.
    pub fn options(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.node.options.iter().map(|option| &**option)
    }

    /// What the server sets where nothing is said, as JSON.
    pub fn default(self) -> Option<&'a str> {
        self.site.default.as_deref().or(self.node.default.as_deref())
    }

    /// The fields that an object must have.
    pub fn required(self) -> impl Iterator<Item = &'a str> {
        self.node.required.iter().map(|name| &**name)
    }

    /// Whether an object must have this field.
    pub fn requires(self, name: &str) -> bool {
        self.node.required.iter().any(|required| **required == *name)
    }

    /// Its type in words: `string`, `[]object`, `map[string]string`, `integer or string`.
    pub fn words(self) -> String {
        self.told(3)
    }

    fn told(self, depth: usize) -> String {
        let Some(depth) = depth.checked_sub(1) else { return "…".to_owned() };
        if self.node.takes.only(Takes::LIST) {
            let item = self.item().map_or_else(|| "anything".to_owned(), |item| item.told(depth));
            return format!("[]{item}");
        }
        if let (true, Rest::Of(id)) = (self.node.fields.is_empty(), self.node.rest) {
            let value = self.all.schema(id).map(|value| value.told(depth));
            return format!("map[string]{}", value.unwrap_or_else(|| "anything".to_owned()));
        }
        match &*self.node.format {
            format @ ("int32" | "int64" | "date-time" | "byte" | "double") => format.to_owned(),
            _ => self.node.takes.words(),
        }
    }
}
