//! Lists: selectors, pages over a snapshot, gzip, written as they are read.

use std::io::Write;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::stream::{self, StreamExt};

use super::body::Bytestream;
use super::route::Query;
use super::shape::Writer;
use crate::demo::object::Object;
use crate::demo::resource::Resource;
use crate::demo::selector::{FieldSelector, LabelSelector};
use crate::demo::status::Refusal;
use crate::demo::store::Store;

/// Answers smaller than this are not worth compressing (`genericapiserver`'s own threshold).
const GZIP_FROM: usize = 128 * 1024;
/// Bytes written at a time.
const CHUNK: usize = 64 * 1024;

/// The selectors of a list or watch.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// By label.
    pub labels: LabelSelector,
    /// By field.
    pub fields: FieldSelector,
}

impl Filter {
    /// Reads `labelSelector` and `fieldSelector`.
    pub fn of(query: &Query, resource: &Resource) -> Result<Self, Refusal> {
        let labels = LabelSelector::parse(query.get("labelSelector"))?;
        let fields = FieldSelector::parse(query.get("fieldSelector"))?;
        fields.check(&resource.plural)?;
        Ok(Self { labels, fields })
    }

    /// Whether the object is wanted.
    pub fn matches(&self, object: &Object) -> bool {
        self.labels.matches(object.labels()) && self.fields.matches(object)
    }
}

/// One page of a list.
#[derive(Debug)]
pub struct Page {
    /// The version the list is of.
    pub rv: u64,
    /// Its objects.
    pub objects: Vec<Arc<Object>>,
    /// The token of the next page and how many objects are left.
    pub next: Option<(String, usize)>,
}

/// Reads one page out of the store.
pub fn page(
    store: &Store,
    id: &str,
    namespace: Option<&str>,
    filter: &Filter,
    query: &Query,
) -> Result<Page, Refusal> {
    let token = query.get("continue");
    let exact = query.get("resourceVersionMatch") == "Exact";
    let (rv, after) = if !token.is_empty() {
        parse_token(token)?
    } else if exact {
        let rv = query.get("resourceVersion").parse().map_err(|_| {
            Refusal::bad("resourceVersionMatch Exact is forbidden without a resourceVersion")
        })?;
        (rv, None)
    } else {
        (store.rv(), None)
    };
    let mut objects = store.snapshot(id, namespace, rv, after.as_deref()).map_err(|_| {
        Refusal::expired(
            "The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.",
        )
    })?;
    if let Some(name) = filter.fields.name() {
        objects.retain(|o| o.name() == name);
    }
    objects.retain(|o| filter.matches(o));
    let limit = query.number("limit").unwrap_or(0) as usize;
    let next = if limit > 0 && objects.len() > limit {
        let rest = objects.len() - limit;
        objects.truncate(limit);
        objects.last().map(|last| (make_token(rv, last.key()), rest))
    } else {
        None
    };
    Ok(Page { rv, objects, next })
}

/// The token is opaque to clients: hexadecimal of version and last key.
fn make_token(rv: u64, key: &str) -> String {
    format!("{rv}:{key}").bytes().fold(String::new(), |mut text, byte| {
        use std::fmt::Write as _;
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn parse_token(token: &str) -> Result<(u64, Option<String>), Refusal> {
    let bad = || Refusal::bad("continue key is not valid: illegal base");
    let bytes: Option<Vec<u8>> = (0..token.len())
        .step_by(2)
        .map(|i| token.get(i..i + 2).and_then(|h| u8::from_str_radix(h, 16).ok()))
        .collect();
    let text = String::from_utf8(bytes.ok_or_else(bad)?).map_err(|_| bad())?;
    let (rv, key) = text.split_once(':').ok_or_else(bad)?;
    Ok((rv.parse().map_err(|_| bad())?, Some(key.to_owned())))
}

/// Whether the client takes gzip.
fn wants_gzip(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.split(',').any(|e| e.trim().split(';').next() == Some("gzip")))
}

/// Streams a page; compressed where the client asks and it is large.
pub fn response(
    page: Page,
    writer: Writer,
    headers: &HeaderMap,
    wrap: impl FnOnce(Bytestream) -> Bytestream,
) -> Response {
    let estimate: usize = page.objects.iter().take(64).map(|o| o.json().len()).sum::<usize>()
        * page.objects.len().max(1)
        / page.objects.len().clamp(1, 64);
    let gzip = wants_gzip(headers) && estimate > GZIP_FROM;
    let next = page.next.as_ref().map(|(token, rest)| (token.as_str(), *rest));
    let head = writer.head(page.rv, next).into_bytes();
    let sink = if gzip {
        Sink::Gzip(GzEncoder::new(Vec::with_capacity(CHUNK), Compression::new(1)))
    } else {
        Sink::Plain(Vec::with_capacity(CHUNK))
    };
    let state = Listing {
        objects: page.objects.into_iter(),
        writer,
        sink: Some(sink),
        head: Some(head),
        first: true,
    };
    let bytes =
        stream::unfold(state, |mut state| async move { state.chunk().map(|chunk| (chunk, state)) })
            .boxed();
    let mut response = Response::new(Body::from_stream(wrap(bytes)));
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    response
}

enum Sink {
    Plain(Vec<u8>),
    Gzip(GzEncoder<Vec<u8>>),
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::Plain(out) => out.write_all(bytes),
            Self::Gzip(out) => out.write_all(bytes),
        }
    }

    fn take(&mut self) -> Vec<u8> {
        match self {
            Self::Plain(out) => std::mem::take(out),
            Self::Gzip(out) => std::mem::take(out.get_mut()),
        }
    }

    fn finish(self) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Plain(out) => Ok(out),
            Self::Gzip(out) => out.finish(),
        }
    }
}

struct Listing {
    objects: std::vec::IntoIter<Arc<Object>>,
    writer: Writer,
    sink: Option<Sink>,
    head: Option<Vec<u8>>,
    first: bool,
}

impl Listing {
    /// The next bytes; none when all has been written.
    fn chunk(&mut self) -> Option<std::io::Result<Bytes>> {
        let mut sink = self.sink.take()?;
        let mut written = 0;
        if let Some(head) = self.head.take()
            && let Err(error) = sink.write(&head)
        {
            return Some(Err(error));
        }
        while written < CHUNK {
            let Some(object) = self.objects.next() else {
                let end = sink.write(b"]}\n").and_then(|()| sink.finish());
                return Some(end.map(Bytes::from));
            };
            let comma: &[u8] = if self.first { b"" } else { b"," };
            self.first = false;
            let item = self.writer.item(&object);
            written += item.len();
            if let Err(error) = sink.write(comma).and_then(|()| sink.write(item.as_bytes())) {
                return Some(Err(error));
            }
        }
        let bytes = sink.take();
        self.sink = Some(sink);
        Some(Ok(Bytes::from(bytes)))
    }
}
