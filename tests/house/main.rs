//! What holds of the source itself: who may know whom, and that generated documents are what the program says.

mod docs;
mod layering;
