//! Conditions: what controllers say of an object, one answer a question.

use crate::store::Health;

use super::field::Field;
use super::piece::{Piece, toned};
use super::writer::Writer;

/// Words in the names of conditions that had better not hold.
const UNWANTED: [&str; 14] = [
    "Pressure",
    "Unavailable",
    "Fail",
    "Error",
    "Disruption",
    "Degraded",
    "Stalled",
    "Limited",
    "Problem",
    "Deadlock",
    "Corrupt",
    "Frequent",
    "Dangling",
    "Conflict",
];

/// How a condition's status is: `False` is no trouble where the condition had better not hold.
pub fn health(condition: Field<'_>) -> Health {
    let kind = condition.key("type").str();
    let unwanted = UNWANTED.iter().any(|word| kind.contains(word));
    match (condition.key("status").str(), unwanted) {
        ("True", false) => Health::Ok,
        ("True", true) => Health::Warning,
        ("False", false) => Health::Warning,
        ("False", true) => Health::Idle,
        _ => Health::Changing,
    }
}

/// A condition's status in its colour, with `after` after it.
pub fn status(condition: Field<'_>, after: &str) -> Piece {
    toned(format!("{}{after}", condition.key("status").text()), health(condition))
}

/// `Conditions:` with type, status and reason, where there are any.
pub fn with_reasons(conditions: Field<'_>, w: &mut Writer) {
    if conditions.list().len() == 0 {
        return;
    }
    w.section(0, "Conditions");
    w.headings(2, &["Type", "Status", "Reason"]);
    for condition in conditions.list() {
        let kind = Piece::from(format!("{} ", condition.key("type").text()));
        w.line(2, [kind, status(condition, ""), condition.key("reason").text().into()]);
    }
}

/// `Conditions:` with type, status, reason and message, where there are any.
pub fn with_messages(conditions: Field<'_>, w: &mut Writer) {
    if conditions.list().len() == 0 {
        return;
    }
    w.section(0, "Conditions");
    w.headings(2, &["Type", "Status", "Reason", "Message"]);
    for condition in conditions.list() {
        let text = |key| Piece::from(condition.key(key).text());
        w.line(2, [text("type"), status(condition, ""), text("reason"), text("message")]);
    }
}
