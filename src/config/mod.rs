//! The user's files: configuration, state and where they live.
