//! How much memory the graph takes.

use rustc_hash::FxHashMap;

use super::Graph;

/// The bytes that a map itself takes: a bucket more in eight than it has room for, and a byte beside each.
pub(super) fn map<K, V>(map: &FxHashMap<K, V>) -> usize {
    map.capacity() * 8 / 7 * (size_of::<(K, V)>() + 1)
}

impl Graph {
    /// The bytes that it holds. What it shares with the rows it was fed (strings, label sets, links) is not counted. Takes a pass over all it has.
    pub fn bytes(&self) -> usize {
        self.nodes.bytes()
            + self.groups.bytes()
            + self.links.bytes()
            + self.feed_bytes()
            + map(&self.ports)
    }
}
