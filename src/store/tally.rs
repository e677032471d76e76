//! How many rows there are of each health.

use super::row::Health;

/// Rows counted by health.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally([u32; 5]);

impl Tally {
    /// Every health, worst first, as a header lists them.
    pub const WORST_FIRST: [Health; 5] =
        [Health::Broken, Health::Warning, Health::Changing, Health::Ok, Health::Idle];

    /// How many rows are in this health.
    pub fn get(&self, health: Health) -> usize {
        self.0[health as usize] as usize
    }

    /// How many rows there are in all.
    pub fn total(&self) -> usize {
        self.0.iter().map(|n| *n as usize).sum()
    }

    /// The worst health that any row has; `None` without rows.
    pub fn worst(&self) -> Option<Health> {
        Self::WORST_FIRST.into_iter().find(|health| self.get(*health) > 0)
    }

    pub(crate) fn add(&mut self, health: Health) {
        self.0[health as usize] += 1;
    }

    pub(crate) fn remove(&mut self, health: Health) {
        let count = &mut self.0[health as usize];
        *count = count.saturating_sub(1);
    }

    pub(super) fn join(&mut self, other: Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }
}
