//! A set of numbers of entries, small however many they are: a bit each.

use std::collections::VecDeque;

/// How many numbers a chunk is about.
const CHUNK: u64 = 4_096;
const WORDS: usize = CHUNK as usize / 64;

/// A set of numbers that grows at both ends, and tells the place of each and the one in each place.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// The chunk that stands first, as it is counted from 0.
    first: u64,
    chunks: VecDeque<Box<[u64; WORDS]>>,
    /// How many each chunk has: beside the bits, as looking for a place reads these alone.
    counts: VecDeque<u32>,
    count: u64,
}

impl Numbers {
    /// How many there are.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds one; whether it is new.
    pub fn insert(&mut self, number: u64) -> bool {
        let chunk = number / CHUNK;
        if self.chunks.is_empty() {
            self.first = chunk;
        }
        while chunk < self.first {
            self.first -= 1;
            self.chunks.push_front(Box::new([0; WORDS]));
            self.counts.push_front(0);
        }
        while chunk >= self.first + self.chunks.len() as u64 {
            self.chunks.push_back(Box::new([0; WORDS]));
            self.counts.push_back(0);
        }
        let (chunk, word, bit) = self.place(number);
        let Some(bits) = self.chunks.get_mut(chunk) else { return false };
        let new = bits[word] & bit == 0;
        bits[word] |= bit;
        self.counts[chunk] += u32::from(new);
        self.count += u64::from(new);
        new
    }

    /// Takes one away.
    pub fn remove(&mut self, number: u64) {
        if self.contains(number) {
            let (chunk, word, bit) = self.place(number);
            self.chunks[chunk][word] &= !bit;
            self.counts[chunk] -= 1;
            self.count -= 1;
        }
    }

    /// Whether it is there.
    pub fn contains(&self, number: u64) -> bool {
        if number / CHUNK < self.first {
            return false;
        }
        let (chunk, word, bit) = self.place(number);
        self.chunks.get(chunk).is_some_and(|bits| bits[word] & bit != 0)
    }

    /// Takes those before this one away.
    pub fn forget_before(&mut self, number: u64) {
        while self.first < number / CHUNK && self.chunks.pop_front().is_some() {
            self.first += 1;
            self.count -= u64::from(self.counts.pop_front().unwrap_or_default());
        }
        if number / CHUNK != self.first {
            return;
        }
        let (_, word, bit) = self.place(number);
        if let Some(bits) = self.chunks.front_mut() {
            bits[..word].fill(0);
            bits[word] &= !(bit - 1);
            let left: u32 = bits.iter().map(|word| word.count_ones()).sum();
            self.count -= u64::from(self.counts[0] - left);
            self.counts[0] = left;
        }
    }

    /// How many stand before this one.
    pub fn rank(&self, number: u64) -> u64 {
        if number / CHUNK < self.first {
            return 0;
        }
        let (chunk, word, bit) = self.place(number);
        let before: u64 = self.counts.iter().take(chunk).map(|count| u64::from(*count)).sum();
        let within = self.chunks.get(chunk).map_or(0, |bits| {
            let words: u32 = bits[..word].iter().map(|word| word.count_ones()).sum();
            words + (bits[word] & (bit - 1)).count_ones()
        });
        before + u64::from(within)
    }

    /// The one in this place, from 0.
    pub fn at(&self, rank: u64) -> Option<u64> {
        let mut left = rank;
        let chunk = self.counts.iter().position(|count| {
            let count = u64::from(*count);
            let here = left < count;
            if !here {
                left -= count;
            }
            here
        })?;
        let mut left = u32::try_from(left).ok()?;
        for (at, word) in self.chunks[chunk].iter().enumerate() {
            let count = word.count_ones();
            if left < count {
                let mut word = *word;
                for _ in 0..left {
                    word &= word - 1;
                }
                let bit = u64::from(word.trailing_zeros());
                return Some((self.first + chunk as u64) * CHUNK + at as u64 * 64 + bit);
            }
            left -= count;
        }
        None
    }

    /// Chunk, word and bit of a number that is not before the first chunk.
    fn place(&self, number: u64) -> (usize, usize, u64) {
        let chunk = usize::try_from((number / CHUNK).saturating_sub(self.first));
        let within = number % CHUNK;
        (chunk.unwrap_or(usize::MAX), (within / 64) as usize, 1 << (within % 64))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_a_set(news in prop::collection::vec((0_u8..8, 0_u64..20_000), 0..300)) {
            let mut numbers = Numbers::default();
            let mut wanted = BTreeSet::new();
            for (what, number) in news {
                match what {
                    0 => {
                        numbers.remove(number);
                        wanted.remove(&number);
                    }
                    1 => {
                        let number = number / 20;
                        numbers.forget_before(number);
                        wanted.retain(|known| *known >= number);
                    }
                    _ => prop_assert_eq!(numbers.insert(number), wanted.insert(number)),
                }
                prop_assert_eq!(numbers.len(), wanted.len() as u64);
                prop_assert_eq!(numbers.contains(number), wanted.contains(&number));
                prop_assert_eq!(numbers.rank(number), wanted.range(..number).count() as u64);
            }
            for (rank, number) in wanted.iter().enumerate() {
                prop_assert_eq!(numbers.at(rank as u64), Some(*number));
            }
            prop_assert_eq!(numbers.at(wanted.len() as u64), None);
        }
    }
}
