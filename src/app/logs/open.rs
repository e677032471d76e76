//! Logs opened from a row, and what is heard of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::kinds::{Resource, modelled};
use crate::logs::{Containers, Group, Object, Pods, Query};
use crate::store::{Scope, Store};

use super::super::context::Connection;
use super::super::faces::whole;
use super::super::{About, App, Browse, Effect, Level, LogNews, ObjectId, Page};
use super::{LogPage, LogState};

/// How many of the last lines of each container are read at first; more where a person asks for all.
const TAIL: u64 = 1_000;
/// So many pods are each followed by name; of more, all of their namespace are looked through.
const FEW: usize = 8;

/// Why objects of this resource have no logs; `None` where they have.
pub(in crate::app) fn refuses(resource: &Resource) -> Option<String> {
    let kind = modelled(&resource.group, &resource.plural);
    let has = kind.is_some_and(|kind| kind.has_logs);
    (!has).then(|| format!("{} have no logs: no pods belong to them", resource.plural))
}

impl App {
    /// Opens the logs of the marked rows, or of the object under the cursor or in view.
    pub(in crate::app) fn open_logs(&mut self, previous: bool) {
        if self.logs().is_some() {
            return self.read_logs_anew(|query| {
                query.previous = !query.previous;
                query.follow = !query.previous;
            });
        }
        let Some((title, groups, containers)) = self.whose_logs() else {
            return self.notify(Level::Info, "there is no object here");
        };
        let query = Query {
            groups,
            containers,
            since: None,
            tail: Some(TAIL),
            previous,
            follow: !previous,
            events: true,
        };
        let id = ObjectId::next(&mut self.next_object);
        let page = LogPage::new(id, title, query, &self.setup.log_room);
        self.push_page(Page::Logs(Box::new(page)));
    }

    /// Reads the logs in view anew, asked for otherwise; how they are shown stays.
    pub(in crate::app) fn read_logs_anew(&mut self, ask: impl FnOnce(&mut Query)) {
        let id = ObjectId::next(&mut self.next_object);
        let room = self.setup.log_room.clone();
        let Some(logs) = self.logs_mut() else { return };
        let mut query = logs.query.clone();
        ask(&mut query);
        let new = LogPage::new(id, logs.title.clone(), query, &room);
        let old = std::mem::replace(logs, new);
        logs.take_over(&old);
        self.effects.push(Effect::Unfollow { id: old.id });
    }

    /// Whose logs are meant here: in words, as pods, and which containers of them.
    fn whose_logs(&self) -> Option<(String, Vec<Group>, Containers)> {
        let mut containers = Containers::default();
        if let Some(browse) = self.browse()
            && let Some((.., pod)) = whole(browse)
        {
            let rows = browse.chosen(&self.store);
            containers.names = rows.iter().map(|row| row.name.to_string()).collect();
            let names = containers.names.join(", ");
            let groups = vec![Group::Pods(Pods::one(&pod.namespace, &pod.name))];
            return Some((format!("{}/{names}", pod.name), groups, containers));
        }
        if let Some(browse) = self.browse()
            && let Some((title, groups)) = selected(browse, &self.store)
        {
            return Some((title, groups, containers));
        }
        let chosen: Vec<About> = if let Some(browse) = self.browse() {
            let resource = &browse.source.resource;
            let rows = browse.chosen(&self.store).into_iter();
            rows.map(|row| About {
                resource: Arc::clone(resource),
                namespace: row.namespace.to_string(),
                name: row.name.to_string(),
            })
            .collect()
        } else if self.map().is_some() {
            let rows = self.chosen_nodes().into_iter();
            rows.map(|(resource, row)| About {
                resource: Arc::clone(resource),
                namespace: row.namespace.to_string(),
                name: row.name.to_string(),
            })
            .collect()
        } else {
            self.about().into_iter().collect()
        };
        let title = match chosen.as_slice() {
            [] => return None,
            [one] => format!("{} {}", one.resource.singular, one.name),
            [first, ..] => format!("{} {}", chosen.len(), first.resource.plural),
        };
        Some((title, groups(chosen), containers))
    }

    /// Reads the logs of the pages that are there, once the cluster is connected.
    pub(in crate::app) fn follow_logs(&mut self) {
        let context = self.context_mut();
        let (connected, cluster) =
            (context.connection == Connection::Connected, context.name.clone());
        let mut effects = Vec::new();
        for page in context.views.iter_mut().flatten() {
            let Page::Logs(logs) = page else { continue };
            if !connected {
                logs.asked = false;
            } else if !logs.asked {
                logs.ask();
                let (id, query) = (logs.id, logs.query.clone());
                effects.push(Effect::FollowLogs { id, cluster: cluster.clone(), query });
            }
        }
        self.effects.append(&mut effects);
    }

    /// Has what pages of logs want to look at read from their files.
    pub(in crate::app) fn read_spilled(&mut self) {
        let pages =
            self.contexts.values_mut().flat_map(|context| context.views.iter_mut().flatten());
        for page in pages {
            let Page::Logs(logs) = page else { continue };
            if let Some(reading) = logs.wants() {
                self.effects.push(Effect::ReadSpilled { id: logs.id, reading });
            }
        }
    }

    /// These pages will not be seen again.
    pub(in crate::app) fn forget_logs(&mut self, pages: &[Page]) {
        for logs in pages.iter().filter_map(Page::logs) {
            self.effects.push(Effect::Unfollow { id: logs.id });
        }
    }

    /// Reads the logs in view again where they could not be read, or have ended; whether they are.
    pub(in crate::app) fn read_logs_again(&mut self) -> bool {
        let Some(logs) = self.logs_mut() else { return false };
        let again = matches!(logs.state, LogState::Failed(_));
        if again && logs.counts().1 > 0 {
            // The lines that are there would come once more.
            self.read_logs_anew(|_| {});
        } else if again {
            let id = logs.id;
            logs.asked = false;
            self.effects.push(Effect::Unfollow { id });
        }
        again
    }

    /// Something is heard of logs.
    pub(in crate::app) fn log_news(&mut self, id: ObjectId, news: LogNews) {
        let in_view = self.logs().is_some_and(|logs| logs.id == id);
        let pages =
            self.contexts.values_mut().flat_map(|context| context.views.iter_mut().flatten());
        let mut found = pages.filter_map(|page| match page {
            Page::Logs(logs) if logs.id == id => Some(logs),
            _ => None,
        });
        let Some(logs) = found.next() else { return };
        match news {
            LogNews::Streams(streams) => logs.join(streams),
            LogNews::Entries(entries) => logs.hear(&entries),
            LogNews::Came(read) => logs.came(read),
            LogNews::Reading(count) => logs.state = LogState::Reading(count),
            LogNews::Failed(why) => logs.state = LogState::Failed(why),
            // Why it cannot be read says more than that it is over.
            LogNews::Over if matches!(logs.state, LogState::Failed(_)) => {}
            LogNews::Over => logs.state = LogState::Over,
        }
        self.redraw |= in_view;
    }
}

/// The pods that a selector chooses, those that come later among them, where all that it chose are marked: in words, and as pods.
fn selected(browse: &Browse, store: &Store) -> Option<(String, Vec<Group>)> {
    let source = &browse.source;
    let given = [("-l ", &source.labels), ("--field-selector ", &source.fields)];
    let given = given.into_iter().filter(|(_, text)| !text.is_empty());
    let words: Vec<String> = given.map(|(flag, text)| format!("{flag}{text}")).collect();
    let all = browse.view(store)?.total();
    let is_all = all > 0 && browse.marks.len() == all && browse.filter.is_empty();
    if words.is_empty() || !is_all || !source.resource.is("", "pods") {
        return None;
    }
    let namespaces: Vec<String> = match &source.scope {
        Scope::All => vec![String::new()],
        Scope::Namespaces(names) => names.iter().map(ToString::to_string).collect(),
    };
    let pods = namespaces.into_iter().map(|namespace| Pods {
        namespace,
        labels: source.labels.clone(),
        fields: source.fields.clone(),
        ..Pods::default()
    });
    Some((format!("pods {}", words.join(" ")), pods.map(Group::Pods).collect()))
}

/// The pods of objects: few pods by their names, many by their namespaces.
fn groups(objects: Vec<About>) -> Vec<Group> {
    let are_pods = objects.iter().all(|object| object.resource.is("", "pods"));
    if are_pods && objects.len() > FEW {
        let mut namespaces: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for object in objects {
            namespaces.entry(object.namespace).or_default().push(object.name);
        }
        let pods = namespaces.into_iter().map(|(namespace, names)| Pods {
            namespace,
            names,
            ..Pods::default()
        });
        return pods.map(Group::Pods).collect();
    }
    objects
        .into_iter()
        .map(|object| {
            let About { resource, namespace, name } = object;
            if resource.is("", "pods") {
                return Group::Pods(Pods::one(&namespace, &name));
            }
            Group::Of(Object { resource, namespace, name })
        })
        .collect()
}
