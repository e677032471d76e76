//! What a stored revision is wrapped in: base64 around gzip around JSON, and one more base64 around Secrets in JSON.

use std::borrow::Cow;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::bufread::MultiGzDecoder;

/// How much a revision may unpack to, in bytes. What the API server stores is at most a MiB or so, and gzip grows a thousandfold.
pub const LARGEST: usize = 32 << 20;

/// The first bytes of gzip, as Helm looks for them (`pkg/storage/driver/util.go`).
const GZIP: [u8; 3] = [0x1f, 0x8b, 0x08];

/// Why a stored revision cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// There is no `release` among the object's data.
    #[error("it has no data.release")]
    Missing,
    /// The outermost layer is neither base64 nor anything Helm writes.
    #[error("its data.release is no base64: {0}")]
    Base64(String),
    /// The middle layer is damaged.
    #[error("its gzip is damaged: {0}")]
    Gzip(String),
    /// It would unpack to more than [`LARGEST`].
    #[error("it unpacks to more than {} MiB, the most that kx reads", LARGEST >> 20)]
    Large,
    /// The innermost layer is damaged, or is no release.
    #[error("its JSON is no release: {0}")]
    Json(String),
}

/// Takes the layers off: the JSON of a revision. `data` is `data.release` of a Secret or of a ConfigMap, in protobuf or in JSON: how many
/// times it is base64 shows in what comes of it. Releases from before Helm packed them are plain JSON in base64.
///
/// # Errors
/// [`Damage`]: which layer is damaged and how.
pub fn unpack(data: &[u8]) -> Result<Vec<u8>, Damage> {
    let mut bytes = Cow::Borrowed(data);
    for _ in 0..2 {
        if bytes.starts_with(&GZIP) || bytes.starts_with(b"{") {
            break;
        }
        let decoded = STANDARD.decode(bytes.trim_ascii());
        bytes = Cow::Owned(decoded.map_err(|error| Damage::Base64(error.to_string()))?);
    }
    if !bytes.starts_with(&GZIP) {
        return if bytes.len() > LARGEST { Err(Damage::Large) } else { Ok(bytes.into_owned()) };
    }
    let mut json = Vec::new();
    let mut reader = MultiGzDecoder::new(&*bytes).take(LARGEST as u64 + 1);
    reader.read_to_end(&mut json).map_err(|error| Damage::Gzip(error.to_string()))?;
    if json.len() > LARGEST { Err(Damage::Large) } else { Ok(json) }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    /// As Helm packs a revision (`encodeRelease`), and as a ConfigMap has it.
    pub fn pack(json: &[u8]) -> String {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(json).unwrap();
        STANDARD.encode(gzip.finish().unwrap())
    }

    #[test]
    fn both_drivers_in_both_encodings_and_what_was_never_packed() {
        let json = br#"{"name":"web"}"#;
        let once = pack(json);
        assert_eq!(unpack(once.as_bytes()).unwrap(), json);
        assert_eq!(unpack(STANDARD.encode(&once).as_bytes()).unwrap(), json);
        assert_eq!(unpack(STANDARD.encode(json).as_bytes()).unwrap(), json);
    }

    #[test]
    fn damage_is_told_by_its_layer() {
        assert!(matches!(unpack(b"%"), Err(Damage::Base64(_))));
        let whole = STANDARD.decode(pack(&[b' '; 5000])).unwrap();
        let cut = STANDARD.encode(&whole[..whole.len() - 9]);
        assert!(matches!(unpack(cut.as_bytes()), Err(Damage::Gzip(_))));
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let bomb = pack(&vec![b' '; LARGEST + 1]);
        assert!(bomb.len() < LARGEST / 100);
        assert_eq!(unpack(bomb.as_bytes()), Err(Damage::Large));
        assert_eq!(unpack(pack(&vec![b' '; LARGEST]).as_bytes()).unwrap().len(), LARGEST);
    }

    proptest! {
        #[test]
        fn any_bytes_are_unpacked_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = unpack(&bytes);
            let _ = unpack(STANDARD.encode(&bytes).as_bytes());
            let _ = unpack(STANDARD.encode(STANDARD.encode(&bytes)).as_bytes());
        }

        #[test]
        fn what_was_packed_comes_back(text in ".{0,200}") {
            let json = format!("{{{text}");
            prop_assert_eq!(unpack(pack(json.as_bytes()).as_bytes()).unwrap(), json.as_bytes());
        }

        #[test]
        fn damaged_gzip_never_panics(at in 0usize..400, to in any::<u8>()) {
            let text: String = (0..400u32).map(|i| char::from(b'a' + (i * i % 23) as u8)).collect();
            let mut bytes = STANDARD.decode(pack(format!("{{{text}").as_bytes())).unwrap();
            let at = at % bytes.len();
            bytes[at] = to;
            let _ = unpack(STANDARD.encode(&bytes).as_bytes());
            bytes.truncate(at);
            let _ = unpack(STANDARD.encode(&bytes).as_bytes());
        }
    }
}
