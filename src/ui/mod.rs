//! The state becomes a frame, nothing else.
