//! Layer and keys become an action.
