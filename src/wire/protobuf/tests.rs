use proptest::prelude::*;

use super::*;

#[derive(Clone, PartialEq, prost::Message)]
struct Unknown {
    #[prost(bytes = "vec", tag = "1")]
    type_meta: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    raw: Vec<u8>,
    #[prost(string, tag = "4")]
    content_type: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct List {
    #[prost(message, optional, tag = "1")]
    metadata: Option<ListMeta>,
    #[prost(bytes = "vec", repeated, tag = "2")]
    items: Vec<Vec<u8>>,
    #[prost(fixed64, tag = "9")]
    further: u64,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Raw {
    #[prost(bytes = "vec", tag = "1")]
    raw: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Watched {
    #[prost(string, tag = "1")]
    what: String,
    #[prost(message, optional, tag = "2")]
    object: Option<Raw>,
}

fn enveloped(raw: Vec<u8>) -> Vec<u8> {
    let unknown = Unknown { type_meta: b"\x0a\x02v1".to_vec(), raw, content_type: String::new() };
    [MAGIC, &unknown.encode_to_vec()].concat()
}

fn list(version: &str, items: &[Vec<u8>]) -> Vec<u8> {
    let metadata = ListMeta {
        resource_version: version.into(),
        next: "token".into(),
        remaining_item_count: Some(7),
    };
    let list = List { metadata: Some(metadata), items: items.to_vec(), further: 5 };
    enveloped(list.encode_to_vec())
}

fn watch(events: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (what, object) in events {
        let object = Some(Raw { raw: enveloped(object.clone()) });
        let event = Watched { what: what.clone(), object }.encode_to_vec();
        out.extend(u32::try_from(event.len()).unwrap().to_be_bytes());
        out.extend(event);
    }
    out
}

/// Cuts `bytes` at the given places.
fn chunks(bytes: &[u8], cuts: &[usize]) -> Vec<Bytes> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.sort_unstable();
    let mut out = Vec::new();
    let mut from = 0;
    for cut in cuts.into_iter().chain([bytes.len()]) {
        out.push(Bytes::copy_from_slice(&bytes[from..cut]));
        from = cut;
    }
    out
}

type Read = (Vec<ListMeta>, Vec<Vec<u8>>, Option<FrameError>);

fn read_list(chunks: Vec<Bytes>) -> Read {
    let (mut decoder, mut metas, mut items) = (ListDecoder::default(), Vec::new(), Vec::new());
    for chunk in chunks {
        decoder.push(chunk);
        loop {
            match decoder.next() {
                Ok(Some(Part::Meta(meta))) => metas.push(meta),
                Ok(Some(Part::Item(item))) => items.push(item.to_vec()),
                Ok(Some(other)) => panic!("{other:?}"),
                Ok(None) => break,
                Err(error) => return (metas, items, Some(error)),
            }
        }
    }
    let end = decoder.finish().err();
    (metas, items, end)
}

fn read_watch(chunks: Vec<Bytes>) -> (Vec<(What, Vec<u8>)>, Option<FrameError>) {
    let (mut decoder, mut events) = (WatchDecoder::default(), Vec::new());
    for chunk in chunks {
        decoder.push(chunk);
        loop {
            match decoder.next() {
                Ok(Some(event)) => events.push((event.what, event.object.to_vec())),
                Ok(None) => break,
                Err(error) => return (events, Some(error)),
            }
        }
    }
    (events, None)
}

#[test]
fn a_list_without_its_end_is_truncated_wherever_it_is_cut() {
    let bytes = list("5", &[b"one".to_vec(), b"two".to_vec()]);
    for end in 0..bytes.len() {
        let cut = Bytes::copy_from_slice(&bytes[..end]);
        assert_eq!(read_list(vec![cut]).2, Some(FrameError::Truncated), "{end}");
    }
    assert_eq!(read_list(vec![bytes.into()]).2, None);
}

#[test]
fn a_length_that_lies_is_an_error_and_takes_no_memory() {
    let mut lie = enveloped(Vec::new());
    lie.truncate(MAGIC.len());
    // raw of 2^62 bytes, in it one item of 2^61.
    lie.extend([0x12]);
    prost::encoding::encode_varint(1 << 62, &mut lie);
    lie.extend([0x12]);
    prost::encoding::encode_varint(1 << 61, &mut lie);
    assert_eq!(read_list(vec![lie.into()]).2, Some(FrameError::TooLarge(1 << 61)));
    assert_eq!(read_watch(vec![vec![0xff; 4].into()]).1, Some(FrameError::TooLarge(0xffff_ffff)));
    assert_eq!(read_list(vec![Bytes::from_static(b"{\"kind\"")]).2, Some(FrameError::Magic));
}

proptest! {
    #[test]
    fn a_list_is_the_same_however_it_is_cut(
        items in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20),
        cuts in prop::collection::vec(any::<usize>(), 0..40),
    ) {
        let bytes = list("42", &items);
        let (metas, read, end) = read_list(chunks(&bytes, &cuts));
        prop_assert_eq!(end, None);
        prop_assert_eq!(metas.len(), 1);
        prop_assert_eq!(metas[0].resource_version.as_str(), "42");
        prop_assert_eq!(metas[0].remaining_item_count, Some(7));
        prop_assert_eq!(read, items);
    }

    #[test]
    fn a_watch_is_the_same_however_it_is_cut(
        objects in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20),
        cuts in prop::collection::vec(any::<usize>(), 0..40),
    ) {
        let events: Vec<_> = objects.iter().map(|o| ("MODIFIED".to_owned(), o.clone())).collect();
        let (read, end) = read_watch(chunks(&watch(&events), &cuts));
        prop_assert_eq!(end, None);
        let wanted: Vec<_> = objects.into_iter().map(|o| (What::Modified, o)).collect();
        prop_assert_eq!(read, wanted);
    }

    #[test]
    fn any_bytes_give_the_same_however_they_are_cut(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        cuts in prop::collection::vec(any::<usize>(), 0..20),
        begin in any::<bool>(),
    ) {
        let bytes = if begin { [MAGIC, &[0x12, 0x7f], &bytes].concat() } else { bytes };
        prop_assert_eq!(read_list(chunks(&bytes, &cuts)), read_list(chunks(&bytes, &[])));
        prop_assert_eq!(read_watch(chunks(&bytes, &cuts)), read_watch(chunks(&bytes, &[])));
    }

    #[test]
    fn a_changed_byte_is_a_value_or_an_error(
        items in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 1..5),
        at in any::<usize>(),
        to in any::<u8>(),
    ) {
        let mut bytes = list("1", &items);
        let at = at % bytes.len();
        bytes[at] = to;
        let _ = read_list(vec![bytes.into()]);
    }
}
