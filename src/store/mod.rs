//! Rows of everything watched, with cached orders and filters.
