use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

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

#[derive(Debug, Default, PartialEq)]
struct Read {
    metas: Vec<ListMeta>,
    columns: Vec<Vec<u8>>,
    items: Vec<Vec<u8>>,
    rows: Vec<Vec<u8>>,
    end: Option<FrameError>,
}

fn read_list(chunks: Vec<Bytes>) -> Read {
    let (mut decoder, mut read) = (ListDecoder::default(), Read::default());
    for chunk in chunks {
        decoder.push(chunk);
        loop {
            match decoder.next() {
                Ok(Some(Part::Meta(meta))) => read.metas.push(meta),
                Ok(Some(Part::Item(item))) => read.items.push(item.to_vec()),
                Ok(Some(Part::Row(row))) => read.rows.push(row.to_vec()),
                Ok(Some(Part::Columns(columns))) => read.columns.push(columns.to_vec()),
                Ok(None) => break,
                Err(error) => return Read { end: Some(error), ..read },
            }
        }
    }
    read.end = decoder.finish().err();
    read
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
fn the_metadata_may_come_last_and_items_may_be_null() {
    let text = br#" {"apiVersion":"v1","items" : [ {"a":"]}\"\\"} , {"b":[{}]},3 ],"kind":"X","metadata":{"resourceVersion":"9","remainingItemCount":null,"continue":"c"}} "#;
    let read = read_list(vec![Bytes::from_static(text)]);
    assert_eq!(read.end, None);
    assert_eq!(read.items, [&br#"{"a":"]}\"\\"}"#[..], br#"{"b":[{}]}"#, b"3"]);
    assert_eq!((read.metas[0].resource_version.as_str(), read.metas[0].next.as_str()), ("9", "c"));
    let read = read_list(vec![Bytes::from_static(br#"{"items":null,"metadata":null}"#)]);
    assert_eq!((read.end, read.items.len(), read.metas.len()), (None, 0, 1));
}

#[test]
fn a_table_has_columns_and_rows() {
    let text = br#"{"kind":"Table","columnDefinitions":[{"name":"Name"}],"rows":[{"cells":["a"]},{"cells":["b"]}]}"#;
    let read = read_list(vec![Bytes::from_static(text)]);
    assert_eq!(read.columns, [br#"[{"name":"Name"}]"#]);
    assert_eq!((read.rows.len(), read.items.len(), read.end), (2, 0, None));
}

#[test]
fn an_event_may_name_its_object_first_and_be_spread_over_lines() {
    let text =
        b"{\"object\":{\"a\":1},\"type\":\"ADDED\"}\n{ \"type\" : \"DELETED\",\n \"object\": {} }";
    let (events, end) = read_watch(vec![Bytes::from_static(text)]);
    assert_eq!(end, None);
    assert_eq!(events, [(What::Added, b"{\"a\":1}".to_vec()), (What::Deleted, b"{}".to_vec())]);
    let (_, end) = read_watch(vec![Bytes::from_static(b"<html>")]);
    assert!(end.is_some());
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((".{0,6}", inner), 0..5)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_list_is_the_same_however_it_is_cut(
        items in prop::collection::vec(anything(), 0..12),
        other in anything(),
        pretty in any::<bool>(),
        cuts in prop::collection::vec(any::<usize>(), 0..40),
    ) {
        let list = json!({"a": other, "items": items, "metadata": {"resourceVersion": "42"}, "z": other});
        let text = if pretty { serde_json::to_string_pretty(&list) } else { serde_json::to_string(&list) };
        let read = read_list(chunks(text.unwrap().as_bytes(), &cuts));
        prop_assert_eq!(read.end, None);
        let parsed: Vec<Value> = read.items.iter().map(|i| serde_json::from_slice(i).unwrap()).collect();
        prop_assert_eq!(parsed, items);
        prop_assert_eq!(read.metas[0].resource_version.as_str(), "42");
    }

    #[test]
    fn a_watch_is_the_same_however_it_is_cut(
        objects in prop::collection::vec(anything(), 0..12),
        cuts in prop::collection::vec(any::<usize>(), 0..40),
    ) {
        let text: String =
            objects.iter().map(|o| format!("{}\n", json!({"type": "ADDED", "object": o}))).collect();
        let (events, end) = read_watch(chunks(text.as_bytes(), &cuts));
        prop_assert_eq!(end, None);
        let parsed: Vec<Value> =
            events.iter().map(|(_, o)| serde_json::from_slice(o).unwrap()).collect();
        prop_assert_eq!(parsed, objects);
    }

    #[test]
    fn any_text_gives_the_same_however_it_is_cut(
        text in r#"[{}\[\],:"\\ a1items]{0,60}"#,
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        cuts in prop::collection::vec(any::<usize>(), 0..20),
    ) {
        for bytes in [text.as_bytes(), format!("{{\"items\":[{text}").as_bytes(), &bytes] {
            prop_assert_eq!(read_list(chunks(bytes, &cuts)), read_list(chunks(bytes, &[])));
            prop_assert_eq!(read_watch(chunks(bytes, &cuts)), read_watch(chunks(bytes, &[])));
        }
    }
}
