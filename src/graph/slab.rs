//! Values at fixed places, named by small numbers.

/// Places per chunk. Chunks grow the slab without moving values and without the slack of a doubling vector.
const CHUNK: usize = 1024;

/// Values in chunks; a place that is left is taken again.
pub(super) struct Slab<T> {
    chunks: Vec<Vec<Option<T>>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    pub fn get(&self, at: u32) -> Option<&T> {
        self.chunks.get(at as usize / CHUNK)?.get(at as usize % CHUNK)?.as_ref()
    }

    pub fn get_mut(&mut self, at: u32) -> Option<&mut T> {
        self.place(at)?.as_mut()
    }

    pub fn insert(&mut self, value: T) -> u32 {
        if let Some(at) = self.free.pop()
            && let Some(place) = self.place(at)
        {
            *place = Some(value);
            return at;
        }
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(Some(value)),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(Some(value));
                self.chunks.push(chunk);
            }
        }
        (self.places() - 1) as u32
    }

    pub fn remove(&mut self, at: u32) -> Option<T> {
        let value = self.place(at)?.take()?;
        self.free.push(at);
        Some(value)
    }

    pub fn len(&self) -> usize {
        self.places() - self.free.len()
    }

    /// All values with their places, in the order of the places.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let places = self.chunks.iter().flatten().zip(0..);
        places.filter_map(|(place, at)| place.as_ref().map(|value| (at, value)))
    }

    /// The bytes that the slab itself takes, without what its values point to.
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(|c| c.capacity() * size_of::<Option<T>>()).sum::<usize>()
            + self.free.capacity() * size_of::<u32>()
    }

    fn places(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    fn place(&mut self, at: u32) -> Option<&mut Option<T>> {
        self.chunks.get_mut(at as usize / CHUNK)?.get_mut(at as usize % CHUNK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_and_are_taken_again() {
        let mut slab = Slab::default();
        let at: Vec<u32> = (0..3000).map(|i| slab.insert(i)).collect();
        assert_eq!((slab.len(), slab.get(at[2999])), (3000, Some(&2999)));
        assert_eq!(slab.remove(at[7]), Some(7));
        assert_eq!((slab.remove(at[7]), slab.get(at[7]), slab.len()), (None, None, 2999));
        assert_eq!(slab.insert(8), at[7]);
        assert_eq!(slab.iter().map(|(at, _)| at).collect::<Vec<_>>(), at);
        assert_eq!(slab.get(u32::MAX), None);
    }
}
