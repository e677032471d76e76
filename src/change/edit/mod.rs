//! Editing: objects become a text, a person changes it in an editor, and what the server would store of it is shown before it is sent.
//!
//! A [`Draft`] is the text under way. After the editor it is held against what is there by then and against a dry run, which makes a [`Reviewed`];
//! an [`Edition`] shows that, and gives the changes when the person agrees. Whatever fails, the draft is kept.

mod before;
mod draft;
mod edition;
mod leave;
mod list;
mod merge;
mod needs;
mod put;
mod recreate;
mod review;
mod text;

pub use before::Found;
pub use draft::{Aim, Draft, Part};
pub use edition::{Editing, Edition};
pub use leave::Leave;
pub use list::List;
pub use merge::{Conflict, Keep, Merged, merge};
pub use needs::defines;
pub use review::{Edited, Review, Reviewed, Said, edited};
pub use text::{Mistake, bare, documents, read, with_notes, with_problems, write, write_conflicts};

use super::need::{GET, Need};
use super::{Does, Of, Offer};

pub(super) const OFFER: Offer = offer("edit", false);
/// The same, in the built-in editor.
pub(super) const OFFER_HERE: Offer = offer("edit-here", true);

const fn offer(action: &'static str, built_in: bool) -> Offer {
    Offer {
        action,
        of: Of::All,
        needs: |_| vec![GET, Need::object("update")],
        does: Does::Edits { built_in },
    }
}
