//! The frames of `v5.channel.k8s.io` and `v4.channel.k8s.io`: a byte that names the channel, then its bytes (apimachinery,
//! `pkg/util/remotecommand/constants.go`; apiserver, `pkg/util/wsstream/conn.go`).

use bytes::{Buf, Bytes};

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const ERROR: u8 = 3;
const RESIZE: u8 = 4;
/// Of v5 only: what follows is the number of a channel that has ended.
const CLOSE: u8 = 255;

/// What a frame of the server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Bytes of the standard output.
    Out(Bytes),
    /// Bytes of the standard error.
    Err(Bytes),
    /// A piece of the Status that tells how it ended.
    Status(Bytes),
    /// Nothing: servers begin with an empty frame on each channel, and may come to know other channels.
    Nothing,
}

/// What a frame says. Any bytes say something.
pub fn decode(mut frame: Bytes) -> Heard {
    if frame.len() < 2 {
        return Heard::Nothing;
    }
    match frame.get_u8() {
        STDOUT => Heard::Out(frame),
        STDERR => Heard::Err(frame),
        ERROR => Heard::Status(frame),
        _ => Heard::Nothing,
    }
}

/// A frame of input.
pub(super) fn input(bytes: &[u8]) -> Bytes {
    frame(STDIN, bytes)
}

/// The frame that ends the input; of v5 only.
pub(super) fn input_ends() -> Bytes {
    Bytes::from_static(&[CLOSE, STDIN])
}

/// The frame that tells the size of the terminal.
pub(super) fn resize(columns: u16, lines: u16) -> Bytes {
    frame(RESIZE, format!("{{\"Width\":{columns},\"Height\":{lines}}}").as_bytes())
}

fn frame(channel: u8, bytes: &[u8]) -> Bytes {
    let mut frame = Vec::with_capacity(bytes.len() + 1);
    frame.push(channel);
    frame.extend_from_slice(bytes);
    frame.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_channel_has_its_bytes() {
        let heard = |bytes: &'static [u8]| decode(Bytes::from_static(bytes));
        assert_eq!(heard(b"\x01a\x00b"), Heard::Out(Bytes::from_static(b"a\x00b")));
        assert_eq!(heard(b"\x02a"), Heard::Err(Bytes::from_static(b"a")));
        assert_eq!(heard(b"\x03{}"), Heard::Status(Bytes::from_static(b"{}")));
        for nothing in [&b""[..], b"\x01", b"\x00a", b"\x04a", b"\x05a", b"\xff\x01"] {
            assert_eq!(heard(nothing), Heard::Nothing, "{nothing:?}");
        }
        assert_eq!(&*input(b"\xff\x00"), b"\x00\xff\x00");
        assert_eq!(&*input_ends(), b"\xff\x00");
        assert_eq!(&*resize(80, 24), b"\x04{\"Width\":80,\"Height\":24}");
    }

    proptest! {
        /// Whatever a server sends is decoded, and no byte of an output is lost, added or changed.
        #[test]
        fn any_frame_says_something(frame in prop::collection::vec(any::<u8>(), 0..300)) {
            let heard = decode(Bytes::from(frame.clone()));
            match (heard, frame.as_slice()) {
                (Heard::Out(bytes), [1, rest @ ..])
                | (Heard::Err(bytes), [2, rest @ ..])
                | (Heard::Status(bytes), [3, rest @ ..]) => prop_assert_eq!(&*bytes, rest),
                (Heard::Nothing, [1..=3, _, ..]) => prop_assert!(false, "lost"),
                (Heard::Nothing, _) => {}
                other => prop_assert!(false, "{:?}", other),
            }
        }

        /// What is cut into frames anywhere arrives as one stream on each channel.
        #[test]
        fn streams_survive_being_cut(pieces in prop::collection::vec((1u8..=3, prop::collection::vec(any::<u8>(), 0..40)), 0..40)) {
            let (mut sent, mut heard) = ([vec![], vec![], vec![]], [vec![], vec![], vec![]]);
            for (channel, bytes) in &pieces {
                sent[usize::from(*channel) - 1].extend_from_slice(bytes);
                match decode(frame(*channel, bytes)) {
                    Heard::Out(bytes) => heard[0].extend_from_slice(&bytes),
                    Heard::Err(bytes) => heard[1].extend_from_slice(&bytes),
                    Heard::Status(bytes) => heard[2].extend_from_slice(&bytes),
                    Heard::Nothing => {}
                }
            }
            prop_assert_eq!(sent, heard);
        }
    }
}
