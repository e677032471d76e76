//! Texts encoded and decoded, as expressions have it: base64, URIs, HTML.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jaq_core::native::{Filter, bome, v};
use jaq_core::{Error, RunPtr, ValR};
use jaq_json::Val;

use super::functions::{Data, text};

/// Logs have it with its padding and without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The functions below the `@` words of the standard library.
pub(super) fn native() -> [Filter<RunPtr<Data>>; 6] {
    [
        ("encode_base64", v(0), |cv| bome(by(&cv.1, |text| Ok(BASE64.encode(text))))),
        ("decode_base64", v(0), |cv| bome(by(&cv.1, decode_base64))),
        ("encode_uri", v(0), |cv| bome(by(&cv.1, |text| Ok(encode_uri(text))))),
        ("decode_uri", v(0), |cv| bome(by(&cv.1, |text| Ok(decode_uri(text))))),
        ("escape_html", v(0), |cv| bome(by(&cv.1, |text| Ok(escape_html(text))))),
        ("unescape_html", v(0), |cv| bome(by(&cv.1, |text| Ok(unescape_html(text))))),
    ]
}

fn by(value: &Val, make: impl FnOnce(&str) -> Result<String, String>) -> ValR<Val> {
    make(&text(value)?).map(Val::from).map_err(Error::str)
}

/// What is no text when it is decoded has characters that stand for that.
fn decode_base64(text: &str) -> Result<String, String> {
    let bytes = BASE64.decode(text.trim()).map_err(|_| format!("{text:?} is no base64"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// All but the unreserved characters (RFC 3986, section 2.3) is escaped.
fn encode_uri(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// What looks like an escape and is none stays.
fn decode_uri(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The characters that mean something in HTML, and what stands for them.
const HTML: [(char, &str); 5] =
    [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('\'', "&#39;"), ('"', "&quot;")];

fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match HTML.iter().find(|(meant, _)| *meant == c) {
            Some((_, escaped)) => out.push_str(escaped),
            None => out.push(c),
        }
    }
    out
}

fn unescape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match HTML.iter().find(|(_, escaped)| rest.starts_with(escaped)) {
            Some((c, escaped)) => {
                out.push(*c);
                rest = &rest[escaped.len()..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}
