//! Releases of Helm that pages are about: read as any object, and unpacked on a thread of their own.

use tokio::sync::mpsc;

use crate::app::{Msg, ObjectId};
use crate::cluster::{object, watch};
use crate::kinds::Resource;
use crate::sheet::Answer;
use crate::store::Str;

use super::clusters::{Clusters, heard};

impl Clusters {
    /// Reads the object that holds a revision of a release and keeps reading it; what is in it is unpacked on a thread of its own.
    pub fn follow_release(
        &mut self,
        id: ObjectId,
        cluster: &Str,
        resource: &Resource,
        (namespace, name): (&str, &str),
    ) {
        let Some(client) = self.client(cluster) else { return };
        let (tx, mut news) = mpsc::channel(2);
        let follow = object::follow(client, resource, namespace, name, tx);
        let (unpacked, rx) = mpsc::channel(2);
        let unpack = watch::Task::spawn(async move {
            let _follow = follow;
            while let Some(news) = news.recv().await {
                let msg = match news {
                    object::News::Value(object) => {
                        let work = tokio::task::spawn_blocking(move || crate::helm::answer(object));
                        let answer = work.await;
                        let damaged = |_| Answer::Failed("it cannot be unpacked".to_owned());
                        Msg::Answered(id, answer.unwrap_or_else(damaged))
                    }
                    news => heard(id, news),
                };
                if unpacked.send(msg).await.is_err() {
                    return;
                }
            }
        });
        self.read(id, unpack, rx, |msg| msg);
    }
}
