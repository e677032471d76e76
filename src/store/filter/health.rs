//! Comparisons of how a row is doing: `health=broken`, `health>=warning`.

use crate::store::row::{Health, Row};

use super::compare::Op;

/// What a filter calls it; a column of this name goes before it.
pub(super) const NAME: &str = "health";

/// A comparison of a row's health.
#[derive(Clone, Debug)]
pub(super) struct HealthTest {
    op: Op,
    to: Health,
}

impl HealthTest {
    /// Compares with the health of this word. Says what is wrong where it cannot.
    pub fn new(op: Op, word: &str) -> Result<Self, String> {
        if matches!(op, Op::Matches(_)) {
            return Err(format!("{NAME} is compared with = != < <= > or >="));
        }
        match Health::WORDS.iter().find(|(_, known)| known.eq_ignore_ascii_case(word)) {
            Some((to, _)) => Ok(Self { op, to: *to }),
            None => {
                let words = Health::WORDS.map(|(_, word)| word).join(", ");
                Err(format!("`{word}` is no {NAME}; there are {words}"))
            }
        }
    }

    /// Whether it holds of the row.
    pub fn holds(&self, row: &Row) -> bool {
        self.op.holds(Some(row.health.cmp(&self.to)))
    }
}
