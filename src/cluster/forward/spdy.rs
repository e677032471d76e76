//! The frames of SPDY/3.1 that one forwarded connection needs, as Kubernetes carries them in a websocket (KEP-4006).
//!
//! Each connection has a tunnel of its own with two streams: one for what goes wrong, one for the bytes. Frames have a header of eight bytes
//! (draft-mbelshe-httpbis-spdy-00, section 2.2); headers of streams are sent in stored blocks, which every zlib reads, and those of replies are
//! not looked at.

use bytes::{Buf, BufMut as _, Bytes, BytesMut};

/// The stream of what goes wrong.
pub(super) const ERRORS: u32 = 1;
/// The stream of the bytes.
pub(super) const DATA: u32 = 3;

/// Says that the stream ends with this frame, in its direction.
const FIN: u8 = 1;
/// That a stream is given up by who began it.
const CANCEL: u32 = 5;
/// The most that is kept of a control frame; of a longer one nothing is needed that stands behind it.
const KEPT: usize = 8;

const SYN_STREAM: u16 = 1;
const SYN_REPLY: u16 = 2;
const RST_STREAM: u16 = 3;
const PING: u16 = 6;
const GOAWAY: u16 = 7;

/// What the other side says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It takes a stream.
    Takes(u32),
    /// Bytes of a stream.
    Bytes(u32, Bytes),
    /// A stream has ended: nothing more of it comes.
    Ends(u32),
    /// A stream is given up.
    Resets(u32),
    /// It asks whether we are there; this is what is answered.
    Asks(Bytes),
    /// It leaves.
    Leaves,
}

/// Both streams, to this port.
pub(super) fn open(port: u16) -> Bytes {
    let mut out = BytesMut::new();
    for (first, id, kind) in [(true, ERRORS, "error"), (false, DATA, "data")] {
        let block = headers(
            first,
            &[("streamtype", kind), ("port", &port.to_string()), ("requestid", "0")],
        );
        control(&mut out, SYN_STREAM, block.len() + 10);
        out.put_u32(id);
        out.put_u32(0); // belongs to no other stream
        out.put_u16(0); // no priority, no slot
        out.extend_from_slice(&block);
    }
    out.freeze()
}

/// Bytes of the data stream.
pub(super) fn data(bytes: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(bytes.len() + 8);
    data_header(&mut out, DATA, 0, bytes.len());
    out.extend_from_slice(bytes);
    out.freeze()
}

/// That nothing more comes of a stream from us.
pub(super) fn end(stream: u32) -> Bytes {
    let mut out = BytesMut::new();
    data_header(&mut out, stream, FIN, 0);
    out.freeze()
}

/// That the data stream is given up.
pub(super) fn reset() -> Bytes {
    let mut out = BytesMut::new();
    control(&mut out, RST_STREAM, 8);
    out.put_u32(DATA);
    out.put_u32(CANCEL);
    out.freeze()
}

fn data_header(out: &mut BytesMut, stream: u32, flags: u8, length: usize) {
    out.put_u32(stream & 0x7fff_ffff);
    out.put_u32((u32::from(flags) << 24) | (length as u32 & 0x00ff_ffff));
}

fn control(out: &mut BytesMut, kind: u16, length: usize) {
    out.put_u16(0x8003); // a control frame of version 3
    out.put_u16(kind);
    out.put_u32(length as u32 & 0x00ff_ffff); // no flags
}

/// The headers of a stream. All blocks of a connection are one zlib stream: the first begins it, and each ends with an empty stored block, at which
/// a reader has all that came before.
fn headers(first: bool, pairs: &[(&str, &str)]) -> Bytes {
    let mut plain = BytesMut::new();
    plain.put_u32(pairs.len() as u32);
    for text in pairs.iter().flat_map(|(name, value)| [name, value]) {
        plain.put_u32(text.len() as u32);
        plain.extend_from_slice(text.as_bytes());
    }
    let mut out = BytesMut::new();
    if first {
        out.put_u16(0x7801); // deflate with a window of 32 KiB, no dictionary
    }
    for block in [&plain[..], &[]] {
        let length = block.len() as u16;
        out.put_u8(0); // a stored block, and not the last
        out.put_u16_le(length);
        out.put_u16_le(!length);
        out.extend_from_slice(block);
    }
    out.freeze()
}

/// Takes apart what the other side sends, however it is cut.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// The header of a frame, as far as it is there.
    header: BytesMut,
    within: Option<Within>,
}

/// The frame that is being read.
#[derive(Debug)]
enum Within {
    Data { stream: u32, fin: bool, left: usize },
    Control { kind: u16, fin: bool, kept: BytesMut, left: usize },
}

impl Reader {
    /// What these bytes say. Any bytes say something.
    pub(super) fn read(&mut self, mut bytes: Bytes, said: &mut Vec<Said>) {
        loop {
            match &mut self.within {
                None => {
                    let wanted = 8 - self.header.len();
                    self.header.extend_from_slice(&bytes.split_to(wanted.min(bytes.len())));
                    if self.header.len() < 8 {
                        return;
                    }
                    self.within = Some(begin(&std::mem::take(&mut self.header)));
                }
                Some(Within::Data { left, .. } | Within::Control { left, .. })
                    if bytes.is_empty() && *left > 0 =>
                {
                    return;
                }
                Some(Within::Data { stream, left, .. }) if *left > 0 => {
                    let piece = bytes.split_to((*left).min(bytes.len()));
                    *left -= piece.len();
                    said.push(Said::Bytes(*stream, piece));
                }
                Some(Within::Control { kept, left, .. }) if *left > 0 => {
                    let piece = bytes.split_to((*left).min(bytes.len()));
                    *left -= piece.len();
                    let room = KEPT.saturating_sub(kept.len()).min(piece.len());
                    kept.extend_from_slice(&piece[..room]);
                }
                Some(_) => {
                    if let Some(within) = self.within.take() {
                        finish(within, said);
                    }
                }
            }
        }
    }
}

fn begin(header: &[u8]) -> Within {
    let mut header = header;
    let (first, second) = (header.get_u32(), header.get_u32());
    let (fin, left) = ((second >> 24) as u8 & FIN != 0, (second & 0x00ff_ffff) as usize);
    if first & 0x8000_0000 == 0 {
        return Within::Data { stream: first, fin, left };
    }
    Within::Control { kind: first as u16, fin, kept: BytesMut::new(), left }
}

fn finish(within: Within, said: &mut Vec<Said>) {
    let (kind, fin, kept) = match within {
        Within::Data { stream, fin, .. } => {
            if fin {
                said.push(Said::Ends(stream));
            }
            return;
        }
        Within::Control { kind, fin, kept, .. } => (kind, fin, kept),
    };
    let stream = (kept.len() >= 4).then(|| (&kept[..]).get_u32() & 0x7fff_ffff);
    match (kind, stream) {
        (SYN_REPLY, Some(stream)) => {
            said.push(Said::Takes(stream));
            if fin {
                said.push(Said::Ends(stream));
            }
        }
        (RST_STREAM, Some(stream)) => said.push(Said::Resets(stream)),
        (PING, Some(_)) => {
            let mut answer = BytesMut::new();
            control(&mut answer, PING, 4);
            answer.extend_from_slice(&kept[..4]);
            said.push(Said::Asks(answer.freeze()));
        }
        (GOAWAY, _) => said.push(Said::Leaves),
        // Settings, and what is no concern of a single connection.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&[u8]]) -> Vec<Said> {
        let (mut reader, mut said) = (Reader::default(), Vec::new());
        for piece in pieces {
            reader.read(Bytes::copy_from_slice(piece), &mut said);
        }
        // Pieces of one stream that follow each other are one.
        said.into_iter().fold(Vec::new(), |mut all, next| {
            match (all.last_mut(), &next) {
                (Some(Said::Bytes(a, before)), Said::Bytes(b, more)) if a == b => {
                    *before = [&before[..], &more[..]].concat().into();
                }
                _ => all.push(next),
            }
            all
        })
    }

    /// The header blocks of the frames that open streams, inflated as one stream.
    fn inflated(mut frames: Bytes) -> Vec<u8> {
        let mut blocks = Vec::new();
        while !frames.is_empty() {
            let mut frame = frames.split_to(8);
            assert_eq!((frame.get_u16(), frame.get_u16()), (0x8003, SYN_STREAM));
            let length = frame.get_u32() as usize;
            blocks.extend_from_slice(&frames.split_to(length)[10..]);
        }
        let mut plain = Vec::new();
        // It goes on with the connection: there is no end to be read.
        let _ = flate2::read::ZlibDecoder::new(&blocks[..]).read_to_end(&mut plain);
        plain
    }

    #[test]
    fn any_zlib_reads_the_headers_of_both_streams() {
        let plain = inflated(open(8080));
        let words = |kind: &str| {
            let mut out = vec![0, 0, 0, 3];
            for text in ["streamtype", kind, "port", "8080", "requestid", "0"] {
                out.extend_from_slice(&(text.len() as u32).to_be_bytes());
                out.extend_from_slice(text.as_bytes());
            }
            out
        };
        assert_eq!(plain, [words("error"), words("data")].concat());
    }

    #[test]
    fn frames_are_what_the_draft_says() {
        assert_eq!(&data(b"ab")[..], b"\x00\x00\x00\x03\x00\x00\x00\x02ab");
        assert_eq!(&end(ERRORS)[..], b"\x00\x00\x00\x01\x01\x00\x00\x00");
        assert_eq!(
            &reset()[..],
            b"\x80\x03\x00\x03\x00\x00\x00\x08\x00\x00\x00\x03\x00\x00\x00\x05"
        );
        let reply = b"\x80\x03\x00\x02\x00\x00\x00\x0a\x00\x00\x00\x03abcdef";
        let ping = b"\x80\x03\x00\x06\x00\x00\x00\x04\x00\x00\x00\x07";
        let away = b"\x80\x03\x00\x07\x00\x00\x00\x08\x00\x00\x00\x03\x00\x00\x00\x00";
        let settings = b"\x80\x03\x00\x04\x00\x00\x00\x04\x00\x00\x00\x00";
        assert_eq!(
            read(&[settings, reply, &data(b"xy"), ping, &end(DATA), &reset(), away]),
            [
                Said::Takes(DATA),
                Said::Bytes(DATA, Bytes::from_static(b"xy")),
                Said::Asks(Bytes::from_static(ping)),
                Said::Ends(DATA),
                Said::Resets(DATA),
                Said::Leaves,
            ]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_say_something(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20)) {
            let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
            let _ = read(&pieces);
        }

        /// Whatever lies between, and however it is cut: no byte is lost, added or moved.
        #[test]
        fn bytes_survive_being_cut(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..20), cuts in prop::collection::vec(1usize..30, 1..20)) {
            let mut wire = Vec::new();
            for chunk in &chunks {
                wire.extend_from_slice(&data(chunk));
                wire.extend_from_slice(b"\x80\x03\x00\x04\x00\x00\x00\x04\x00\x00\x00\x00");
            }
            wire.extend_from_slice(&end(DATA));
            let (mut rest, mut pieces, mut cuts) = (&wire[..], Vec::new(), cuts.iter().cycle());
            while !rest.is_empty() {
                let (piece, after) = rest.split_at(rest.len().min(*cuts.next().unwrap()));
                pieces.push(piece);
                rest = after;
            }
            let whole = chunks.concat();
            let mut wanted = Vec::new();
            if !whole.is_empty() {
                wanted.push(Said::Bytes(DATA, whole.into()));
            }
            wanted.push(Said::Ends(DATA));
            prop_assert_eq!(read(&pieces), wanted);
        }
    }
}
