//! A set of slots.

use super::slab::Slot;

/// One bit for each slot.
#[derive(Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub fn has(&self, slot: Slot) -> bool {
        self.0.get(slot as usize / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }

    pub fn set(&mut self, slot: Slot, on: bool) {
        let word = slot as usize / 64;
        if word >= self.0.len() {
            if !on {
                return;
            }
            self.0.resize(word + 1, 0);
        }
        let bit = 1 << (slot % 64);
        if on {
            self.0[word] |= bit;
        } else {
            self.0[word] &= !bit;
        }
    }
}
