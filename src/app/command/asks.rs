//! Questions about access become commands; what is wrong with them is said where it stands.

use crate::access::{Asked, Mistake};

use super::super::prompt::Complaint;
use super::Command;
use super::words::Word;

/// `access [SUBJECT] [-n NAMESPACE]`.
pub(super) fn access(args: &[Word]) -> Result<Command, Complaint> {
    ask(args, Asked::access)
}

/// `who-can VERB RESOURCE [NAME] [-n NAMESPACE]`.
pub(super) fn who_can(args: &[Word]) -> Result<Command, Complaint> {
    ask(args, Asked::who_can)
}

/// `can-i [-n NAMESPACE,…]`.
pub(super) fn can_i(args: &[Word]) -> Result<Command, Complaint> {
    ask(args, Asked::can_i)
}

fn ask(
    args: &[Word],
    of: impl Fn(&[&str]) -> Result<Asked, Mistake>,
) -> Result<Command, Complaint> {
    let words: Vec<&str> = args.iter().map(|word| word.text.as_str()).collect();
    of(&words).map(Command::Access).map_err(|Mistake { message, word }| {
        // Of a word that is missing the one before it is pointed at; where there is none, the whole line is.
        let at = args.get(word).or_else(|| args.last()).map(|word| word.at.clone());
        Complaint { message, at: at.unwrap_or(0..0) }
    })
}
