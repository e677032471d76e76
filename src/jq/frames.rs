//! What goes through the pipes: pieces of bytes, each after its length, and answers as such pieces.

use std::io::{self, Read, Write};

use crate::logs::Made;

/// The longest piece; nobody is believed who says that more follows.
pub(super) const LONGEST: usize = 16 << 20;

/// Writes a piece.
pub(super) fn write(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(bytes)
}

/// Reads a piece into `bytes`; whether there was one.
///
/// # Errors
/// Those of the pipe; one that ends within a piece, and a piece that is too long.
pub(super) fn read(from: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<bool> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    bytes.clear();
    bytes.resize(length, 0);
    from.read_exact(bytes)?;
    Ok(true)
}

/// An answer as a piece: what it is, then each text after its length.
pub(super) fn pack(made: &Made) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (what, texts) = match made {
        Made::Plain => (0, &[][..]),
        Made::Results(results) => (1, results.as_slice()),
        Made::Failed(why) => (2, std::slice::from_ref(why)),
    };
    bytes.push(what);
    for text in texts {
        // A vector takes what is written to it, and a text is shorter than a piece.
        let _ = write(&mut bytes, text.as_bytes());
    }
    bytes
}

/// The answer of a piece; `None` where it is none.
pub(super) fn unpack(piece: &[u8]) -> Option<Made> {
    let (what, mut rest) = piece.split_first()?;
    let mut texts = Vec::new();
    let mut text = Vec::new();
    while !rest.is_empty() {
        if !read(&mut rest, &mut text).ok()? {
            return None;
        }
        texts.push(String::from_utf8_lossy(&text).into_owned());
    }
    match what {
        0 => Some(Made::Plain),
        1 => Some(Made::Results(texts)),
        2 => texts.pop().map(Made::Failed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn answers_come_back_as_they_were(texts in prop::collection::vec("\\PC{0,20}", 0..5)) {
            for made in [Made::Plain, Made::Failed(texts.concat()), Made::Results(texts.clone())] {
                prop_assert_eq!(unpack(&pack(&made)), Some(made));
            }
        }

        #[test]
        fn any_piece_is_an_answer_or_none(piece in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = unpack(&piece);
            let mut bytes = Vec::new();
            let _ = read(&mut piece.as_slice(), &mut bytes);
        }
    }
}
