//! The ports that an object has for others: what a table shows of them, and what the graph asks.

use crate::store::{Port, Str};

/// The ports that an object has for others.
#[derive(Debug, PartialEq, Eq)]
pub struct Ports {
    text: Str,
    all: Box<[(i32, Box<str>)]>,
}

impl Ports {
    /// Ports by number and name (empty where one has none), and their text in a table.
    pub fn new<'a>(text: Str, all: impl Iterator<Item = (i32, &'a str)>) -> Self {
        Self { text, all: all.map(|(number, name)| (number, name.into())).collect() }
    }

    /// What a table shows.
    pub fn text(&self) -> &Str {
        &self.text
    }

    /// Whether this port is among them.
    pub fn has(&self, port: &Port) -> bool {
        self.all.iter().any(|(number, name)| match port {
            Port::Number(wanted) => number == wanted,
            Port::Name(wanted) => **name == **wanted,
        })
    }
}
