//! Label selectors inside objects: `metav1.LabelSelector`.

use std::collections::BTreeMap;

crate::message! {
    /// `metav1.LabelSelector`: all of `match_labels` and all of `match_expressions` must hold; an empty one selects everything.
    pub struct LabelSelector {
        /// Labels that must be equal.
        #[prost(btree_map = "string, string", tag = "1")]
        pub match_labels: BTreeMap<String, String>,
        /// Further requirements.
        #[prost(message, repeated, tag = "2")]
        pub match_expressions: Vec<LabelSelectorRequirement>,
    }

    /// `metav1.LabelSelectorRequirement`.
    pub struct LabelSelectorRequirement {
        /// The label's key.
        #[prost(string, tag = "1")]
        pub key: String,
        /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
        #[prost(string, tag = "2")]
        pub operator: String,
        /// The values of `In` and `NotIn`.
        #[prost(string, repeated, tag = "3")]
        pub values: Vec<String>,
    }
}
