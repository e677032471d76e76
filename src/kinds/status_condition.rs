//! Conditions: what controllers say of an object, one answer a question.

crate::message! {
    /// `metav1.Condition`; `batch/v1 JobCondition` and `v1 PersistentVolumeClaimCondition` have the same numbers.
    pub struct Condition {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        pub(super) kind: String,
        #[prost(string, tag = "2")]
        pub(super) status: String,
        #[prost(string, tag = "5")]
        pub(super) reason: String,
    }
}

/// The first condition of this type that holds.
pub(super) fn holds<'a>(conditions: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    conditions.iter().find(|c| c.kind == kind && c.status == "True")
}
