//! A set of small numbers that is mostly very small, and sometimes large.

use rustc_hash::FxHashSet;

/// How many fit without an allocation: most links have a handful of sources.
const FEW: usize = 5;

/// A set of places in a slab; adding, removing and asking take the same time however large it is.
pub(super) enum Bag {
    Few { len: u8, items: [u32; FEW] },
    Many(Box<FxHashSet<u32>>),
}

impl Default for Bag {
    fn default() -> Self {
        Self::Few { len: 0, items: [0; FEW] }
    }
}

impl Bag {
    /// True where it was not in it.
    pub fn insert(&mut self, item: u32) -> bool {
        match self {
            Self::Few { len, items } => {
                let used = usize::from(*len);
                if items.iter().take(used).any(|i| *i == item) {
                    return false;
                }
                if let Some(place) = items.get_mut(used) {
                    *place = item;
                    *len += 1;
                } else {
                    let many = items.iter().copied().chain([item]).collect();
                    *self = Self::Many(Box::new(many));
                }
                true
            }
            Self::Many(many) => many.insert(item),
        }
    }

    /// True where it was in it.
    pub fn remove(&mut self, item: u32) -> bool {
        match self {
            Self::Few { len, items } => {
                let used = usize::from(*len);
                let Some(at) = items.iter().take(used).position(|i| *i == item) else {
                    return false;
                };
                items.swap(at, used - 1);
                *len -= 1;
                true
            }
            Self::Many(many) => {
                let was_in = many.remove(&item);
                if many.len() < FEW {
                    let mut few = Self::default();
                    many.iter().for_each(|item| _ = few.insert(*item));
                    *self = few;
                } else if many.capacity() > 64 && many.len() < many.capacity() / 8 {
                    many.shrink_to(many.len() * 2);
                }
                was_in
            }
        }
    }

    pub fn contains(&self, item: u32) -> bool {
        match self {
            Self::Few { .. } => self.few().contains(&item),
            Self::Many(many) => many.contains(&item),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Few { len, .. } => usize::from(*len),
            Self::Many(many) => many.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// In no particular order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let many = match self {
            Self::Few { .. } => None,
            Self::Many(many) => Some(many),
        };
        self.few().iter().chain(many.into_iter().flat_map(|many| many.iter())).copied()
    }

    /// The bytes that it holds elsewhere.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Few { .. } => 0,
            // A bucket more in eight than it has room for, and a byte beside each.
            Self::Many(many) => {
                size_of::<FxHashSet<u32>>() + many.capacity() * 8 / 7 * (size_of::<u32>() + 1) + 16
            }
        }
    }

    fn few(&self) -> &[u32] {
        match self {
            Self::Few { len, items } => items.get(..usize::from(*len)).unwrap_or_default(),
            Self::Many(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_is_a_set(steps in prop::collection::vec((any::<bool>(), 0..300u32), 0..600)) {
            let (mut bag, mut model) = (Bag::default(), BTreeSet::new());
            for (add, item) in steps {
                if add || item % 3 == 0 {
                    prop_assert_eq!(bag.insert(item), model.insert(item));
                } else {
                    prop_assert_eq!(bag.remove(item), model.remove(&item));
                }
                prop_assert_eq!(bag.contains(item), model.contains(&item));
                prop_assert_eq!((bag.len(), bag.is_empty()), (model.len(), model.is_empty()));
            }
            for item in 0..300 {
                prop_assert_eq!(bag.contains(item), model.contains(&item));
            }
            let mut items: Vec<_> = bag.iter().collect();
            items.sort_unstable();
            prop_assert_eq!(items, model.iter().copied().collect::<Vec<_>>());
            for item in model {
                prop_assert!(bag.remove(item));
            }
            prop_assert!(bag.is_empty());
        }
    }
}
