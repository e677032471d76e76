//! The checksum of POSIX `cksum`: a CRC-32 whose highest bit comes first, of the bytes and then of how many they were.

use std::io::{self, Read};

const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut value = (at as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            value = if value & (1 << 31) == 0 { value << 1 } else { (value << 1) ^ 0x04c1_1db7 };
            bit += 1;
        }
        table[at] = value;
        at += 1;
    }
    table
}

fn fed(crc: u32, byte: u8) -> u32 {
    (crc << 8) ^ TABLE[((crc >> 24) as u8 ^ byte) as usize]
}

/// The checksum of all that can be read, and how many bytes that was.
///
/// # Errors
/// Those of reading.
pub(super) fn of(mut from: impl Read) -> io::Result<(u32, u64)> {
    let (mut crc, mut size) = (0, 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        crc = buffer[..count].iter().fold(crc, |crc, byte| fed(crc, *byte));
        size += count as u64;
    }
    let mut length = size;
    while length != 0 {
        crc = fed(crc, length as u8);
        length >>= 8;
    }
    Ok((!crc, size))
}

/// What `cksum` answers about its input.
pub(super) fn parse(answer: &[u8]) -> Option<(u32, u64)> {
    let mut words = std::str::from_utf8(answer).ok()?.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_cksum() {
        // As coreutils 9 prints them.
        assert_eq!(of(&b""[..]).unwrap(), (4_294_967_295, 0));
        assert_eq!(of(&b"123456789"[..]).unwrap(), (930_766_865, 9));
        assert_eq!(parse(b"930766865 9\n"), Some((930_766_865, 9)));
        assert_eq!(parse(b"no"), None);
    }
}
