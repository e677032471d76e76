//! placeholder
use super::Spec;
/// The columns.
pub fn columns(_id: &str) -> Option<&'static [Spec]> {
    None
}
