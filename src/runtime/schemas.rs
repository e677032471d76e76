//! What is found out about a text while it is written: where no frame waits for it.

use std::sync::Arc;

use crate::app::{EditId, EditNews, Msg};
use crate::cluster::openapi::{self, Shelf};
use crate::editor::{Checked, Schemas, check};
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

    /// Reads the schemas of an apiVersion.
    pub(super) fn read_schema(&self, id: EditId, cluster: &Str, version: String) {
        let news = self.news_tx.clone();
        let client = self.clusters.client(cluster);
        let shelf = Shelf::new(self.outside.cache.as_ref().map(|cache| cache.join("openapi")));
        tokio::spawn(async move {
            let read = async {
                let client = client.ok_or("there is no connection to the cluster")?;
                let json = openapi::document(&client, &version, &shelf).await;
                let json = json.map_err(|error| sentence(&error))?;
                let document = tokio::task::spawn_blocking(move || Document::read(&json)).await;
                document.map_err(|error| error.to_string())?.map(Arc::new)
            };
            let document: Result<Arc<Document>, String> = read.await;
            let _ = news.send(Msg::Edit(id, EditNews::Schema(version, document))).await;
        });
    }
}
