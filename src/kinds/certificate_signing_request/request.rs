//! What a certificate signing request asks for: the subject and the names in its PKCS#10 (RFC 2986), read from DER.

use std::net::{Ipv4Addr, Ipv6Addr};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What a request asks to be certified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The subject's common name, empty where there is none.
    pub common_name: String,
    /// The subject's serial number, empty where there is none.
    pub serial_number: String,
    /// The other parts of the subject by kubectl's title, in its order, without those that are empty.
    pub parts: Vec<(&'static str, Vec<String>)>,
    /// Alternative names by kubectl's title, in its order, without those that are empty.
    pub names: Vec<(&'static str, Vec<String>)>,
}

/// Titles of the subject's parts with the last arc of their type, 2.5.4.N (RFC 5280).
const PARTS: [(&str, u8); 7] = [
    ("Organization", 10),
    ("Organizational Unit", 11),
    ("Country", 6),
    ("Locality", 7),
    ("Province", 8),
    ("StreetAddress", 9),
    ("PostalCode", 17),
];

/// Titles of alternative names with their tag (RFC 5280, `GeneralName`).
const NAMES: [(&str, u8); 4] =
    [("DNS Names", 0x82), ("Email Addresses", 0x81), ("URIs", 0x86), ("IP Addresses", 0x87)];

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OID: u8 = 0x06;
const OCTETS: u8 = 0x04;
const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const ATTRIBUTES: u8 = 0xa0;
/// 2.5.4.3 and 2.5.4.5 under [`NAME_TYPE`].
const COMMON_NAME: u8 = 3;
const SERIAL_NUMBER: u8 = 5;
/// 2.5.4
const NAME_TYPE: [u8; 2] = [0x55, 0x04];
/// 1.2.840.113549.1.9.14, extensionRequest
const EXTENSIONS: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e];
/// 2.5.29.17, subjectAltName
const ALTERNATIVE_NAMES: [u8; 3] = [0x55, 0x1d, 0x11];

/// Reads a request from PEM text; `None` where it is none.
pub fn read(pem: &str) -> Option<Request> {
    let body = pem.split_once("-----BEGIN CERTIFICATE REQUEST-----")?.1;
    let body = body.split_once("-----END CERTIFICATE REQUEST-----")?.0;
    let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    let der = STANDARD.decode(body).ok()?;

    let mut request = Der(&der).enter(SEQUENCE)?;
    let mut info = request.enter(SEQUENCE)?;
    info.take(INTEGER)?;
    let subject = info.enter(SEQUENCE)?;
    info.take(SEQUENCE)?; // the public key
    let attributes = info.enter(ATTRIBUTES).unwrap_or_default();

    let mut read = Request::default();
    read.subject(subject)?;
    read.alternative_names(attributes);
    Some(read)
}

impl Request {
    fn subject(&mut self, mut subject: Der<'_>) -> Option<()> {
        let mut parts = PARTS.map(|(title, _)| (title, Vec::new()));
        while !subject.0.is_empty() {
            let mut set = subject.enter(SET)?;
            while !set.0.is_empty() {
                let mut pair = set.enter(SEQUENCE)?;
                let kind = pair.take(OID)?;
                let (tag, value) = pair.any()?;
                let (Some([kind]), Some(text)) = (kind.strip_prefix(&NAME_TYPE), text(tag, value))
                else {
                    continue;
                };
                match *kind {
                    COMMON_NAME => self.common_name = text,
                    SERIAL_NUMBER => self.serial_number = text,
                    kind => {
                        if let Some(at) = PARTS.iter().position(|(_, part)| *part == kind) {
                            parts[at].1.push(text);
                        }
                    }
                }
            }
        }
        self.parts = parts.into_iter().filter(|(_, all)| !all.is_empty()).collect();
        Some(())
    }

    /// What cannot be read of them is left out: they are many things besides names.
    fn alternative_names(&mut self, mut attributes: Der<'_>) {
        let mut names = NAMES.map(|(title, _)| (title, Vec::new()));
        while let Some(mut attribute) = attributes.enter(SEQUENCE) {
            if attribute.take(OID) != Some(&EXTENSIONS) {
                continue;
            }
            let extensions = attribute.enter(SET).and_then(|mut set| set.enter(SEQUENCE));
            let mut extensions = extensions.unwrap_or_default();
            while let Some(mut extension) = extensions.enter(SEQUENCE) {
                if extension.take(OID) != Some(&ALTERNATIVE_NAMES) {
                    continue;
                }
                let _critical = extension.take(BOOLEAN);
                let value = extension.take(OCTETS).unwrap_or_default();
                let mut all = Der(value).enter(SEQUENCE).unwrap_or_default();
                while let Some((tag, name)) = all.any() {
                    if let Some(at) = NAMES.iter().position(|(_, of)| *of == tag) {
                        names[at].1.push(general_name(tag, name));
                    }
                }
            }
        }
        self.names = names.into_iter().filter(|(_, all)| !all.is_empty()).collect();
    }
}

fn general_name(tag: u8, name: &[u8]) -> String {
    if tag == 0x87 {
        if let Ok(four) = <[u8; 4]>::try_from(name) {
            return Ipv4Addr::from(four).to_string();
        }
        if let Ok(sixteen) = <[u8; 16]>::try_from(name) {
            return Ipv6Addr::from(sixteen).to_canonical().to_string();
        }
    }
    String::from_utf8_lossy(name).into_owned()
}

/// A string of one of ASN.1's many types; `None` for what is no string.
fn text(tag: u8, value: &[u8]) -> Option<String> {
    match tag {
        // UTF8String, NumericString, PrintableString, T61String, IA5String
        0x0c | 0x12 | 0x13 | 0x14 | 0x16 => Some(String::from_utf8_lossy(value).into_owned()),
        // BMPString
        0x1e => {
            let units: Vec<_> =
                value.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            Some(String::from_utf16_lossy(&units))
        }
        _ => None,
    }
}

/// DER that is not yet read.
#[derive(Clone, Copy, Debug, Default)]
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The next value with its tag; `None` at the end, and where it does not fit.
    fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[tag, length], rest) = self.0.split_first_chunk::<2>()?;
        let (length, rest) = if length < 0x80 {
            (usize::from(length), rest)
        } else {
            let count = usize::from(length & 0x7f);
            if !(1..=4).contains(&count) {
                return None;
            }
            let (bytes, rest) = rest.split_at_checked(count)?;
            let length = bytes.iter().try_fold(0usize, |length, byte| {
                length.checked_mul(256)?.checked_add(usize::from(*byte))
            })?;
            (length, rest)
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }

    /// The next value, if it has this tag; otherwise nothing is read.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (found, value) = ahead.any()?;
        if found != tag {
            return None;
        }
        *self = ahead;
        Some(value)
    }

    fn enter(&mut self, tag: u8) -> Option<Der<'a>> {
        self.take(tag).map(Der)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PEM: &str = "\
-----BEGIN CERTIFICATE REQUEST-----
MIIB6DCCAY4CAQAwgaUxCzAJBgNVBAYTAkRFMRAwDgYDVQQIDAdCYXZhcmlhMREw
DwYDVQQHDAhNw7xuY2hlbjELMAkGA1UECgwCa3gxFzAVBgNVBAoMDnN5c3RlbTpt
YXN0ZXJzMQ0wCwYDVQQLDAR0ZXN0MQ8wDQYDVQQJDAZNYWluIDExDjAMBgNVBBEM
BTgwMzMxMQswCQYDVQQFEwI0MjEOMAwGA1UEAwwFYWxpY2UwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASHEB2RNI2DK3reid3jujdKH+tzIREEqur1gymRIBTHfFIA
S2MIxtWibbdCDs0Neaus03gJsWyRyfWmuWa9tq5voIGFMIGCBgkqhkiG9w0BCQ4x
dTBzMAsGA1UdDwQEAwIHgDBkBgNVHREEXTBbgg1hLmV4YW1wbGUuY29tgg8qLmIu
ZXhhbXBsZS5jb22HBAoAAAGHEP0AAAAAAAAAAAAAAAAAAAGBDWFAZXhhbXBsZS5j
b22GEnNwaWZmZTovL2t4L3NhL3dlYjAKBggqhkjOPQQDAgNIADBFAiEA/wqHYO4i
cjmWQqEdHv0tEtNZTRKYe8bFn3aG6WSAdSQCIBhrD0gXABzEohxJte8/J0cSrpoL
P5yexEY6JHyrwg07
-----END CERTIFICATE REQUEST-----
";

    #[test]
    fn a_request_tells_its_subject_and_names() {
        let request = read(PEM).unwrap();
        assert_eq!(request.common_name, "alice");
        assert_eq!(request.serial_number, "42");
        let flat = |all: &[(&str, Vec<String>)]| {
            all.iter().map(|(title, all)| format!("{title}: {}", all.join(" "))).collect::<Vec<_>>()
        };
        assert_eq!(
            flat(&request.parts),
            [
                "Organization: kx system:masters",
                "Organizational Unit: test",
                "Country: DE",
                "Locality: München",
                "Province: Bavaria",
                "StreetAddress: Main 1",
                "PostalCode: 80331"
            ]
        );
        assert_eq!(
            flat(&request.names),
            [
                "DNS Names: a.example.com *.b.example.com",
                "Email Addresses: a@example.com",
                "URIs: spiffe://kx/sa/web",
                "IP Addresses: 10.0.0.1 fd00::1"
            ]
        );
        assert_eq!(read("no PEM"), None);
    }

    proptest! {
        #[test]
        fn damaged_requests_are_read_or_not(at in 0usize..480, byte in any::<u8>(), cut in 0usize..480) {
            let body: String = PEM.lines().filter(|line| !line.starts_with('-')).collect();
            let mut der = STANDARD.decode(body).unwrap();
            if let Some(place) = der.get_mut(at) {
                *place = byte;
            }
            der.truncate(der.len().saturating_sub(cut));
            let body = STANDARD.encode(&der);
            let _ = read(&format!(
                "-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----"
            ));
        }
    }
}
