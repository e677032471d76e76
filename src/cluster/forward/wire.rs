//! What the two protocols of forwarded connections have in common: what is said, and what is heard.
//!
//! `SPDY/3.1+portforward.k8s.io` is SPDY in a websocket (KEP-4006; the API server speaks it by default since 1.31): either side can end while the
//! other goes on. `v4.channel.k8s.io` goes on to the kubelet as it is (kubelet, `pkg/cri/streaming/portforward/websocket.go`): two channels, which
//! begin with the port in two bytes, and no way to say that nothing more will be sent.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};

use super::spdy::{self, Said};

/// How the bytes of a connection are carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// SPDY in a websocket: either side can end while the other goes on.
    Tunnel,
    /// Channels of a websocket, of servers before 1.31: nothing says that what is sent has ended.
    Channels,
}

impl Protocol {
    /// Both, the better first.
    pub const ALL: &'static [Self] = &[Self::Tunnel, Self::Channels];

    /// Its name in the handshake.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tunnel => "SPDY/3.1+portforward.k8s.io",
            Self::Channels => "v4.channel.k8s.io",
        }
    }

    /// What is said first, where something is.
    pub(super) fn greeting(self, port: u16) -> Option<Bytes> {
        (self == Self::Tunnel).then(|| spdy::open(port))
    }

    /// What is said once the other side has taken both streams: that nothing of what goes wrong comes from here.
    pub(super) fn welcome(self) -> Option<Bytes> {
        (self == Self::Tunnel).then(|| spdy::end(spdy::ERRORS))
    }

    /// A message of bytes.
    pub(super) fn data(self, bytes: &[u8]) -> Bytes {
        match self {
            Self::Tunnel => spdy::data(bytes),
            Self::Channels => {
                let mut message = BytesMut::with_capacity(bytes.len() + 1);
                message.put_u8(0);
                message.extend_from_slice(bytes);
                message.freeze()
            }
        }
    }

    /// That nothing more is sent, where that can be said.
    pub(super) fn end(self) -> Option<Bytes> {
        (self == Self::Tunnel).then(|| spdy::end(spdy::DATA))
    }

    /// That it is given up, where that can be said otherwise than by going.
    pub(super) fn reset(self) -> Option<Bytes> {
        (self == Self::Tunnel).then(spdy::reset)
    }
}

/// What is heard of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The other side takes it.
    Taken,
    /// Bytes from the pod.
    Bytes(Bytes),
    /// Nothing more comes from the pod.
    Ended,
    /// A piece of what went wrong.
    Problem(Bytes),
    /// Nothing more of what goes wrong: nobody carries it any more.
    Over,
    /// It was given up.
    Broken,
    /// It must be answered with this.
    Asked(Bytes),
}

/// Takes apart what is heard.
#[derive(Debug)]
pub(super) enum Ear {
    Tunnel(spdy::Reader, Taken),
    Channels(Channels),
}

/// Which streams the other side has taken.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taken {
    errors: bool,
    data: bool,
}

/// How much of the port is still to come on each channel.
#[derive(Debug)]
pub(super) struct Channels([usize; 2]);

impl Ear {
    pub(super) fn new(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Tunnel => Self::Tunnel(spdy::Reader::default(), Taken::default()),
            Protocol::Channels => Self::Channels(Channels([2; 2])),
        }
    }

    /// What a message says. Any bytes say something.
    pub(super) fn hear(&mut self, message: Bytes, heard: &mut Vec<Heard>) {
        match self {
            Self::Channels(channels) => heard.extend(channels.hear(message)),
            Self::Tunnel(reader, taken) => {
                let mut said = Vec::new();
                reader.read(message, &mut said);
                heard.extend(said.into_iter().filter_map(|said| meaning(said, taken)));
            }
        }
    }
}

fn meaning(said: Said, taken: &mut Taken) -> Option<Heard> {
    match said {
        Said::Takes(stream @ (spdy::ERRORS | spdy::DATA)) => {
            if stream == spdy::DATA {
                taken.data = true;
            } else {
                taken.errors = true;
            }
            (taken.data && taken.errors).then_some(Heard::Taken)
        }
        Said::Bytes(spdy::DATA, bytes) => Some(Heard::Bytes(bytes)),
        Said::Bytes(spdy::ERRORS, bytes) => Some(Heard::Problem(bytes)),
        Said::Ends(spdy::DATA) => Some(Heard::Ended),
        Said::Ends(spdy::ERRORS) => Some(Heard::Over),
        Said::Resets(spdy::ERRORS | spdy::DATA) | Said::Leaves => Some(Heard::Broken),
        Said::Asks(answer) => Some(Heard::Asked(answer)),
        Said::Takes(_) | Said::Bytes(..) | Said::Ends(_) | Said::Resets(_) => None,
    }
}

impl Channels {
    fn hear(&mut self, mut message: Bytes) -> Option<Heard> {
        if message.is_empty() {
            return None;
        }
        let channel = usize::from(message.get_u8());
        let port = self.0.get_mut(channel)?;
        let skipped = (*port).min(message.len());
        *port -= skipped;
        message.advance(skipped);
        match (channel, message.is_empty()) {
            (_, true) => None,
            (0, false) => Some(Heard::Bytes(message)),
            _ => Some(Heard::Problem(message)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn heard(protocol: Protocol, messages: &[&'static [u8]]) -> Vec<Heard> {
        let (mut ear, mut heard) = (Ear::new(protocol), Vec::new());
        for message in messages {
            ear.hear(Bytes::from_static(message), &mut heard);
        }
        heard
    }

    #[test]
    fn channels_begin_with_the_port() {
        assert_eq!(
            heard(
                Protocol::Channels,
                &[
                    b"\x00\x50\x00",
                    b"\x01\x50",
                    b"\x01\x00no",
                    b"\x00ab",
                    b"",
                    b"\x00",
                    b"\x02x",
                    b"\x00c"
                ]
            ),
            [
                Heard::Problem(Bytes::from_static(b"no")),
                Heard::Bytes(Bytes::from_static(b"ab")),
                Heard::Bytes(Bytes::from_static(b"c")),
            ]
        );
        assert_eq!(&Protocol::Channels.data(b"a\x00")[..], b"\x00a\x00");
        assert_eq!(Protocol::Channels.end(), None);
    }

    #[test]
    fn a_tunnel_is_taken_once_both_streams_are() {
        let reply = |stream: u8| [0x80, 3, 0, 2, 0, 0, 0, 4, 0, 0, 0, stream];
        let (mut ear, mut said) = (Ear::new(Protocol::Tunnel), Vec::new());
        ear.hear(Bytes::copy_from_slice(&reply(3)), &mut said);
        assert_eq!(said, []);
        ear.hear(Bytes::copy_from_slice(&reply(1)), &mut said);
        assert_eq!(said, [Heard::Taken]);
    }

    proptest! {
        #[test]
        fn any_message_says_something(messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..9)) {
            for protocol in Protocol::ALL {
                let (mut ear, mut heard) = (Ear::new(*protocol), Vec::new());
                for message in &messages {
                    ear.hear(Bytes::copy_from_slice(message), &mut heard);
                }
            }
        }
    }
}
