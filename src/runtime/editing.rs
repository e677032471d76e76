//! Edits: what is edited is read anew, and what a person made of it is held against the cluster. Nothing is changed here.

use std::path::PathBuf;
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _};

use crate::app::{Begin, EditId, EditNews, Msg, Opener, Origin};
use crate::change::Target;
use crate::change::edit::{Aim, Draft, Edited, Part, Reviewed, bare, edited, write};
use crate::cluster::openapi::Shelf;
use crate::cluster::{Client, review, write as cluster};
use crate::kinds::Catalog;
use crate::store::Str;

use super::clipboard::Copied;
use super::clusters::sentence;
use super::drafts::{self, Drafts};
use super::schemas::problems;
use super::{Runtime, open};

/// How many objects are read, or asked about, at once.
const AT_ONCE: usize = 8;

/// Where an edit takes place.
#[derive(Clone)]
pub struct Place {
    /// The cluster, where there is a connection.
    pub client: Option<Client>,
    /// Its context.
    pub context: String,
    /// Where drafts are kept.
    pub drafts: Drafts,
    /// What `~` stands for.
    pub home: Option<PathBuf>,
    /// Where schemas are kept.
    pub shelf: Shelf,
}

impl Runtime {
    fn place(&self, cluster: &Str) -> Place {
        let home = self.outside.access.env.any(&["HOME"]).map(PathBuf::from);
        let client = self.clusters.client(cluster);
        let (drafts, shelf) = (self.drafts.clone(), self.shelf());
        Place { client, context: cluster.to_string(), drafts, home, shelf }
    }

    /// Begins an edit.
    pub(super) fn begin_edit(&self, id: EditId, cluster: &Str, namespace: String, with: Begin) {
        let (place, news) = (self.place(cluster), self.news_tx.clone());
        let keeper = self.keeper.clone();
        let copied = matches!(with, Begin::Text { from: Origin::Clipboard, .. });
        let copied = copied.then(|| self.clipboard.read());
        tokio::spawn(async move {
            keeper.settle().await;
            let copied = match copied {
                Some(copied) => copied.await.map(Some),
                None => Ok(None),
            };
            if let Ok(Some(Copied { own: true, .. })) = &copied {
                let words =
                    "this was copied in kx last: the clipboard of the desktop is out of reach here";
                let _ = news.send(Msg::Done(Ok(words.to_owned()))).await;
            }
            let copied = copied.map(|copied| copied.map_or_else(String::new, |copied| copied.text));
            let heard = begin(&place, namespace, with, copied).await;
            // The loop is gone only when kx ends.
            let _ = news.send(Msg::Edit(id, heard)).await;
        });
    }

    /// Lists the drafts that were left.
    pub(super) fn list_drafts(&self) {
        let (drafts, news, keeper) =
            (self.drafts.clone(), self.news_tx.clone(), self.keeper.clone());
        tokio::spawn(async move {
            keeper.settle().await;
            // The loop is gone only when kx ends.
            if let Ok(all) = tokio::task::spawn_blocking(move || drafts.all()).await {
                let _ = news.send(Msg::Drafts(all)).await;
            }
        });
    }

    /// Opens a draft in the editor, where that is wanted, waits for it, and has what a person made of it looked at.
    ///
    /// # Errors
    /// Those of the terminal.
    pub(super) async fn open_draft(
        &mut self,
        id: EditId,
        cluster: &Str,
        draft: Arc<Draft>,
        (text, open): (Option<String>, bool),
        catalog: Arc<Catalog>,
    ) -> std::io::Result<()> {
        let (place, news) = (self.place(cluster), self.news_tx.clone());
        // What was typed before is written before what is to be written now.
        self.keeper.settle().await;
        let mut outcome = text.map_or(Ok(()), |text| self.drafts.keep(&draft, &text));
        if open && outcome.is_ok() {
            self.away().await;
            let (file, env) = (self.drafts.file(&draft), &self.outside.access.env);
            let closed = open::run(Opener::Editor, &file, env).await;
            self.back()?;
            outcome = closed.and_then(|well| {
                if well { Ok(()) } else { Err("the editor said that it failed".to_owned()) }
            });
        }
        tokio::spawn(async move {
            let heard = match outcome {
                Ok(()) => look_at(&place, draft, catalog).await,
                Err(why) => EditNews::Failed(why),
            };
            // The loop is gone only when kx ends.
            let _ = news.send(Msg::Edit(id, heard)).await;
        });
        Ok(())
    }
}

/// Begins an edit: what is to be opened in the editor, or reviewed at once.
async fn begin(
    place: &Place,
    namespace: String,
    begin: Begin,
    copied: Result<String, String>,
) -> EditNews {
    begun(place, namespace, begin, copied).await.unwrap_or_else(EditNews::Failed)
}

async fn begun(
    place: &Place,
    namespace: String,
    begin: Begin,
    copied: Result<String, String>,
) -> Result<EditNews, String> {
    let draft = |aim, parts| Draft {
        name: String::new(),
        path: String::new(),
        context: place.context.clone(),
        namespace: namespace.clone(),
        aim,
        parts,
    };
    match begin {
        Begin::Objects { targets, anew } => {
            let left =
                || place.drafts.all().into_iter().find(|d| d.is_of(&place.context, &targets));
            if let Some(left) = left() {
                if !anew {
                    return Ok(EditNews::Found(left, targets));
                }
                place.drafts.forget(&left);
            }
            let parts = fetch(place, targets).await?;
            let draft = draft(Aim::Edit, parts);
            let notes = [
                format!("{} in {}", draft.about(), place.context),
                "Save and leave the editor: what the server would store is shown before anything is sent.".to_owned(),
            ];
            let text = write(&notes, draft.parts.iter().map(|part| &*part.base));
            let draft = place.drafts.begin(draft, &text)?;
            Ok(EditNews::Ready { draft: Arc::new(draft), open: true, fresh: true, text })
        }
        Begin::Text { aim, from: Origin::Clipboard } => {
            let text = copied?;
            if text.trim().is_empty() {
                return Err("the clipboard is empty".to_owned());
            }
            let draft = place.drafts.begin(draft(aim, Vec::new()), &text)?;
            Ok(EditNews::Ready { draft: Arc::new(draft), open: false, fresh: true, text })
        }
        Begin::Text { aim, from: Origin::File(file) } => {
            let file = match (file.strip_prefix("~/"), &place.home) {
                (Some(rest), Some(home)) => home.join(rest),
                _ => PathBuf::from(file),
            };
            let text = drafts::read(&file)?;
            let draft = place.drafts.begin(draft(aim, Vec::new()), &text)?;
            Ok(EditNews::Ready { draft: Arc::new(draft), open: false, fresh: true, text })
        }
        Begin::Text { aim, from: Origin::Typed } => {
            let notes = [
                format!("What stands here is to be {} in {}; objects are separated by ---.",
                    if aim == Aim::Apply { "applied" } else { "created" }, place.context),
                "Save and leave the editor: what the server would store is shown before anything is sent.".to_owned(),
            ];
            let text = write(&notes, []);
            let draft = place.drafts.begin(draft(aim, Vec::new()), &text)?;
            Ok(EditNews::Ready { draft: Arc::new(draft), open: true, fresh: true, text })
        }
        Begin::Draft(name) => match place.drafts.find(&name) {
            Some(draft) if draft.context == place.context => {
                let text = place.drafts.text(&draft)?;
                Ok(EditNews::Ready { draft, open: true, fresh: false, text })
            }
            Some(draft) => Err(format!("the draft is for {}: go there first", draft.context)),
            None => Err(format!("there is no draft {name:?}; :drafts lists them")),
        },
    }
}

/// Reads objects as they are now, and whole.
async fn fetch(place: &Place, targets: Vec<Target>) -> Result<Vec<Part>, String> {
    let client = client(place)?;
    let read = async |target: Target| {
        let object = cluster::read(client, &target.path("")).await.map_err(|e| sentence(&e))?;
        let object = object.ok_or_else(|| format!("{} is not there (any more)", target.long()))?;
        Ok(Part { target, base: Arc::new(bare(&object)) })
    };
    futures::stream::iter(targets).map(read).buffered(AT_ONCE).try_collect().await
}

fn client(place: &Place) -> Result<&Client, String> {
    place.client.as_ref().ok_or_else(|| "there is no connection to the cluster".to_owned())
}

/// Holds a draft against what is there and against what the server would store of it.
async fn look_at(place: &Place, draft: Arc<Draft>, catalog: Arc<Catalog>) -> EditNews {
    match reviewed(place, draft, catalog).await {
        Ok(reviewed) if reviewed.is_unchanged() => {
            place.drafts.forget(&reviewed.draft);
            EditNews::Unchanged
        }
        Ok(reviewed) => EditNews::Reviewed(Box::new(reviewed)),
        Err(why) => EditNews::Failed(why),
    }
}

async fn reviewed(
    place: &Place,
    draft: Arc<Draft>,
    catalog: Arc<Catalog>,
) -> Result<Reviewed, String> {
    let client = client(place)?;
    let text = place.drafts.text(&draft)?;
    // Much text takes its time to be read, and frames do not wait for it.
    let read = {
        let (draft, text) = (Arc::clone(&draft), text.clone());
        away(move || edited(&draft, &text, &catalog)).await?
    };
    let mut found = Vec::new();
    let reviews = match read {
        Ok(all) => {
            let aim = draft.aim;
            let each = async |edited: Edited| review::review(client, aim, edited).await;
            let unchanged = all.is_empty();
            let all = futures::stream::iter(all).map(each).buffered(AT_ONCE);
            let look = async {
                if unchanged {
                    return Vec::new();
                }
                problems(client, &place.shelf, &text, aim != Aim::Apply).await
            };
            let (all, looked) = tokio::join!(all.try_collect::<Vec<_>>(), look);
            found = looked;
            Ok(all?)
        }
        Err(mistake) => Err(mistake),
    };
    Ok(Reviewed { draft, text, reviews, problems: found })
}

async fn away<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|error| format!("it cannot be read: {error}"))
}
