//! The pure state of the program: no IO, no async.
