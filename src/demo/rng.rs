//! Chance that is the same for the same seed, whatever the order of events.

/// Hashes parts with the seed (FNV-1a, finished by splitmix64's mixer).
pub fn hash(seed: u64, parts: &[&str]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    mix(state)
}

/// The finalizer of splitmix64.
pub fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A UID in the form of a version 4 UUID.
pub fn uid(number: u64) -> String {
    let (a, b) = (mix(number), mix(number ^ 0x5555_5555_5555_5555));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | ((b >> 48) & 0x3fff),
        b & 0xffff_ffff_ffff
    )
}

/// Letters that Kubernetes makes names of: no vowels, so no words.
const SAFE: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// A name suffix of this length.
pub fn suffix(mut number: u64, length: usize) -> String {
    (0..length)
        .map(|_| {
            let letter = SAFE[(number % SAFE.len() as u64) as usize];
            number /= SAFE.len() as u64;
            char::from(letter)
        })
        .collect()
}
