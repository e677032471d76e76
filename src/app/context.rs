//! A context as kx sees it: its connection, what its cluster serves, and the pages opened in it.

use std::sync::Arc;

use crate::kinds::catalog::Catalog;
use crate::store::{Scope, SourceId, Str};

use super::command::Show;
use super::msg::ConnectedInfo;
use super::page::Page;

/// How many views a context remembers.
const VIEWS: usize = 30;

/// A context that was visited.
#[derive(Debug)]
pub struct Context {
    /// Its name in the kubeconfig.
    pub name: Str,
    /// How the connection is.
    pub connection: Connection,
    /// What was learnt when it was last connected.
    pub info: Option<ConnectedInfo>,
    /// What its cluster serves, or what every cluster serves while it has not said.
    pub catalog: Arc<Catalog>,
    /// Whether the cluster has said what it serves.
    pub discovered: bool,
    /// The namespaces that new views show.
    pub scope: Scope,
    /// What was asked for and waits for the cluster to say what it serves.
    pub awaiting: Option<Show>,
    /// The views opened, oldest first; each is a stack of pages, the lowest first.
    pub(super) views: Vec<Vec<Page>>,
    /// Which of them is in view.
    pub(super) at: usize,
    /// Which was before it.
    pub(super) last: Option<usize>,
    /// The Source of its namespaces, kept for the picker and for completion while the context is in view.
    pub(super) namespaces: Option<SourceId>,
}

/// How the connection to a context's cluster is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// There is none, and none is wanted.
    #[default]
    Idle,
    /// It is being made.
    Connecting,
    /// The cluster answered.
    Connected,
    /// It cannot be made.
    Failed {
        /// Why, a sentence for people.
        why: String,
        /// The next step, where there is one.
        hint: Option<String>,
        /// When the next attempt starts by itself, seconds since the Unix epoch.
        retry_at: Option<i64>,
    },
}

impl Context {
    pub(super) fn new(name: &str, namespace: Option<&str>) -> Self {
        let scope = match namespace.filter(|namespace| !namespace.is_empty()) {
            Some(namespace) => Scope::Namespaces(vec![namespace.into()]),
            None => Scope::All,
        };
        Self {
            name: name.into(),
            connection: Connection::Idle,
            info: None,
            catalog: Arc::default(),
            discovered: false,
            scope,
            awaiting: None,
            views: Vec::new(),
            at: 0,
            last: None,
            namespaces: None,
        }
    }

    /// The pages of the view that is shown, the lowest first.
    pub fn pages(&self) -> &[Page] {
        self.views.get(self.at).map_or(&[], Vec::as_slice)
    }

    pub(super) fn pages_mut(&mut self) -> &mut [Page] {
        self.views.get_mut(self.at).map_or(&mut [], Vec::as_mut_slice)
    }

    /// Whether logs are read in it, in view or not.
    pub(super) fn reads_logs(&self) -> bool {
        self.views.iter().flatten().any(|page| page.logs().is_some_and(|logs| logs.asked))
    }

    /// Opens a view after the one that is shown; those that were after it stay, those of long ago go, and are returned.
    pub(super) fn push_view(&mut self, page: Page) -> Vec<Page> {
        let from = (!self.views.is_empty()).then_some(self.at);
        self.views.push(vec![page]);
        self.last = from;
        self.at = self.views.len() - 1;
        if self.views.len() > VIEWS {
            let gone = self.views.remove(0);
            self.at -= 1;
            self.last = self.last.and_then(|last| last.checked_sub(1));
            return gone;
        }
        Vec::new()
    }

    /// Shows another view; whether there is one.
    pub(super) fn go_to_view(&mut self, at: Option<usize>) -> bool {
        match at.filter(|at| *at < self.views.len() && *at != self.at) {
            Some(at) => {
                self.last = Some(self.at);
                self.at = at;
                true
            }
            None => false,
        }
    }
}
