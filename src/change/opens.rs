//! What a change leads to: the terminal of a container that it made.

use crate::session::Place;

/// The terminal that the person is led to once a change is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opens {
    /// The container.
    pub place: Place,
    /// What was made for it.
    pub made: Made,
}

/// What a change made for a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Nothing that could be taken away again: a container in a pod that is there.
    Nothing,
    /// A pod for this alone; it is deleted afterwards.
    ForThis,
    /// A pod that may be of use afterwards; whether it is deleted is asked.
    ForKeeps,
}
