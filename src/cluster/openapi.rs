//! The server's schemas: its documents of `/openapi/v3`, kept in a folder by the hash that the server gives them (KEP-2896).

use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http_body_util::{BodyExt as _, Limited};
use serde::Deserialize;

use super::question::patient;
use super::watch::get;
use super::{Client, Error};

/// The longest document that is read, in bytes; that of the core group has less than two million.
const LONGEST: usize = 64 << 20;
/// How many documents are kept; the oldest go first.
const KEPT: usize = 200;

/// Where documents are kept between runs.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    folder: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Index {
    paths: std::collections::BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "serverRelativeURL")]
    url: String,
}

/// The server's document of an apiVersion, as JSON.
///
/// # Errors
/// Whatever prevents an answer; [`Error::Decode`] also where the server has no such document.
pub async fn document(client: &Client, version: &str, shelf: &Shelf) -> Result<Vec<u8>, Error> {
    let index = read(client, "/openapi/v3").await?;
    let decode = |problem: String| Error::Decode { what: "/openapi/v3".into(), problem };
    let index: Index = serde_json::from_slice(&index).map_err(|e| decode(e.to_string()))?;
    let root = if version.contains('/') { "apis" } else { "api" };
    let entry = index.paths.get(&format!("{root}/{version}"));
    let entry = entry.ok_or_else(|| decode(format!("the server has no schemas of {version}")))?;
    if !entry.url.starts_with('/') || entry.url.starts_with("//") {
        return Err(decode(format!("the server's address of {version} is none")));
    }
    let name = kept_as(version, &entry.url);
    if let Some(name) = &name
        && let Some(kept) = shelf.take(name.clone()).await
    {
        return Ok(kept);
    }
    let document = read(client, &entry.url).await?;
    if let Some(name) = name {
        shelf.put(name, document.clone());
    }
    Ok(document)
}

async fn read(client: &Client, path: &str) -> Result<Vec<u8>, Error> {
    let request = get(path, "application/json")?;
    patient(async {
        let answer = client.request(request).await?;
        let body = Limited::new(answer.into_body(), LONGEST).collect().await;
        let body = body
            .map_err(|error| Error::Decode { what: path.to_owned(), problem: error.to_string() })?;
        Ok(body.to_bytes().to_vec())
    })
    .await
}

/// The name of a document's file; `None` where the server gives no hash, so that nobody knows when it is another.
fn kept_as(version: &str, url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let hash = query.split('&').find_map(|pair| pair.strip_prefix("hash="))?;
    let plain = |text: &str| -> String {
        let is = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        text.replace('/', "-").chars().filter(is).take(160).collect()
    };
    let hash = plain(hash);
    (hash.len() >= 16).then(|| format!("{}-{hash}.json.gz", plain(version).trim_start_matches('.')))
}

impl Shelf {
    /// In this folder of what can be thrown away; `None` keeps nothing.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    async fn take(&self, name: String) -> Option<Vec<u8>> {
        let path = self.folder.as_ref()?.join(name);
        let read = move || {
            let file = std::fs::File::open(path).ok()?;
            let mut out = Vec::new();
            let mut limited = GzDecoder::new(file).take(LONGEST as u64);
            limited.read_to_end(&mut out).ok()?;
            // What was damaged is read from the server again.
            out.ends_with(b"}").then_some(out)
        };
        tokio::task::spawn_blocking(read).await.ok().flatten()
    }

    /// Keeps a document, where nobody waits for it. What cannot be kept is read again the next time.
    fn put(&self, name: String, mut document: Vec<u8>) {
        let Some(folder) = self.folder.clone() else { return };
        tokio::task::spawn_blocking(move || {
            document.truncate(document.trim_ascii_end().len());
            let keep = || -> std::io::Result<()> {
                std::fs::create_dir_all(&folder)?;
                let neighbour = folder.join(format!("{name}.{}.tmp", std::process::id()));
                let mut packed =
                    GzEncoder::new(std::fs::File::create(&neighbour)?, Compression::fast());
                packed.write_all(&document)?;
                packed.finish()?;
                std::fs::rename(neighbour, folder.join(&name))?;
                let mut all: Vec<_> = std::fs::read_dir(&folder)?
                    .flatten()
                    .filter_map(|entry| {
                        Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
                    })
                    .collect();
                all.sort_unstable();
                for (_, old) in all.iter().take(all.len().saturating_sub(KEPT)) {
                    std::fs::remove_file(old)?;
                }
                Ok(())
            };
            if let Err(error) = keep() {
                tracing::debug!(%error, "a document of schemas cannot be kept");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_kept_by_its_hash() {
        let hash = "5E0A4F1B6E28A3B29E4C9F1BA4DD6A4A";
        let kept = kept_as("apps/v1", &format!("/openapi/v3/apis/apps/v1?hash={hash}"));
        assert_eq!(kept, Some(format!("apps-v1-{hash}.json.gz")));
        assert_eq!(kept_as("apps/v1", "/openapi/v3/apis/apps/v1"), None);
        assert_eq!(kept_as("v1", "/openapi/v3/api/v1?hash=../../x"), None);
        assert!(!kept_as("../x", &format!("/?hash={hash}/..")).unwrap().contains('/'));
    }

    #[tokio::test]
    async fn what_is_kept_is_found_again_and_what_is_damaged_is_not() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("openapi");
        let shelf = Shelf::new(Some(folder.clone()));
        assert_eq!(shelf.take("a.json.gz".to_owned()).await, None);
        shelf.put("a.json.gz".to_owned(), b"{\"a\": 1}\n".to_vec());
        let kept = loop {
            if let Some(kept) = shelf.take("a.json.gz".to_owned()).await {
                break kept;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(kept, b"{\"a\": 1}");
        std::fs::write(folder.join("a.json.gz"), b"no gzip").unwrap();
        assert_eq!(shelf.take("a.json.gz".to_owned()).await, None);
    }
}
