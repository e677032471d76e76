//! `&App` becomes a frame, nothing else.

pub mod canvas;
pub mod glyph;
pub mod picture;
pub mod text;
