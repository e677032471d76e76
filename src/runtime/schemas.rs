//! What is found out about a text while it is written: where no frame waits for it.

use std::sync::Arc;

use crate::app::{EditId, EditNews, Msg};
use crate::change::edit::Mistake;
use crate::cluster::Client;
use crate::cluster::openapi::{self, Shelf};
use crate::editor::{Checked, Problem, Schemas, check};
use crate::openapi::Document;
use crate::store::Str;

use super::Runtime;
use super::clusters::sentence;

impl Runtime {
    /// Looks at a text.
    pub(super) fn check_text(
        &self,
        id: EditId,
        version: u64,
        text: Arc<str>,
        schemas: Schemas,
        whole: bool,
    ) {
        let news = self.news_tx.clone();
        tokio::spawn(async move {
            let looked = tokio::task::spawn_blocking(move || check(&text, &schemas, whole)).await;
            // A text that cannot be looked at can be written all the same.
            let checked = looked.unwrap_or_else(|_| Checked::default());
            // The loop is gone only when kx ends.
            let _ = news.send(Msg::Edit(id, EditNews::Checked(version, checked))).await;
        });
    }

    /// Where schemas are kept between runs.
    pub(super) fn shelf(&self) -> Shelf {
        Shelf::new(self.outside.cache.as_ref().map(|cache| cache.join("openapi")))
    }

    /// Reads the schemas of an apiVersion.
    pub(super) fn read_schema(&self, id: EditId, cluster: &Str, version: String) {
        let news = self.news_tx.clone();
        let client = self.clusters.client(cluster);
        let shelf = self.shelf();
        tokio::spawn(async move {
            let document = match client {
                Some(client) => document(&client, &version, &shelf).await,
                None => Err("there is no connection to the cluster".to_owned()),
            };
            let _ = news.send(Msg::Edit(id, EditNews::Schema(version, document))).await;
        });
    }
}

async fn document(client: &Client, version: &str, shelf: &Shelf) -> Result<Arc<Document>, String> {
    let json = openapi::document(client, version, shelf).await.map_err(|e| sentence(&e))?;
    let document = tokio::task::spawn_blocking(move || Document::read(&json)).await;
    document.map_err(|error| error.to_string())?.map(Arc::new)
}

/// What in the lines of a text the server's schemas do not know; those that cannot be had say nothing.
pub(super) async fn problems(
    client: &Client,
    shelf: &Shelf,
    text: &str,
    whole: bool,
) -> Vec<Mistake> {
    let look = async |schemas: Schemas| {
        let text = text.to_owned();
        let looked = tokio::task::spawn_blocking(move || check(&text, &schemas, whole)).await;
        looked.unwrap_or_default()
    };
    let mut schemas = Schemas::new();
    for version in look(Schemas::new()).await.versions {
        if let Ok(document) = document(client, &version, shelf).await {
            schemas.insert(version, document);
        }
    }
    let mistake = |Problem { line, why, .. }: Problem| Mistake { line: Some(line as u64 + 1), why };
    look(schemas).await.problems.into_iter().map(mistake).collect()
}
