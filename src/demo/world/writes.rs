//! Deletion.
use super::World;

/// How dependents are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    Background,
    Foreground,
    Orphan,
}
impl World {}
