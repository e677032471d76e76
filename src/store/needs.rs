//! What a link needs of its target beyond its being there.

use std::fmt;

use super::row::Str;

/// What a link needs of its target beyond its being there. Few links need anything; those that do share it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Needs {
    /// The ports that it must have, each once. Where nobody knows what ports the target has, none is missed.
    pub ports: Vec<Port>,
    /// Whether something must stand behind it and be ready: whoever sends to a service without endpoints gets no answer.
    pub endpoints: bool,
    /// Whether the row says itself that the target is not its any more (a claim that is `Lost`).
    pub lost: bool,
}

/// A port, as who sends something there names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Port {
    /// By its number.
    Number(i32),
    /// By its name.
    Name(Str),
}

impl Needs {
    /// This port, where one is named: by its name, or by its number where that is not 0.
    pub fn port(name: &str, number: i32) -> Self {
        let port = match (name, number) {
            ("", 0) => None,
            ("", number) => Some(Port::Number(number)),
            (name, _) => Some(Port::Name(name.into())),
        };
        Self { ports: port.into_iter().collect(), ..Self::default() }
    }

    /// The same, and something ready behind it.
    #[must_use]
    pub fn and_endpoints(self) -> Self {
        Self { endpoints: true, ..self }
    }

    /// Whether it needs nothing.
    pub fn is_empty(&self) -> bool {
        self.ports.is_empty() && !self.endpoints && !self.lost
    }

    /// Needs what another needs too.
    pub fn take(&mut self, other: &Self) {
        self.ports.extend(other.ports.iter().cloned());
        self.ports.sort();
        self.ports.dedup();
        self.endpoints |= other.endpoints;
        self.lost |= other.lost;
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}
