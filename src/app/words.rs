//! The states of a page, and the words for each: in one place, so that they speak with one voice.

use std::borrow::Cow;
use std::sync::Arc;

use crate::kinds::age;
use crate::store::{Freshness, Scope, Str};

use super::context::Connection;
use super::manifest::ObjectState;
use super::map::MapPage;
use super::namespaces::scope_words;
use super::{App, LogState, Page, SheetState};

/// How a page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageState {
    /// The cluster has not answered yet.
    Connecting,
    /// The cluster cannot be reached, or refused the connection, and nothing of it is known.
    Unreachable {
        /// Why.
        why: String,
        /// The next step.
        hint: Option<String>,
        /// When the next attempt starts by itself.
        retry_at: Option<i64>,
    },
    /// A resource was asked for that only the cluster's own list can tell.
    Waiting(String),
    /// Rows are coming.
    Loading {
        /// How many came.
        received: u64,
        /// How many there are in all, where the server said so.
        total: Option<u64>,
    },
    /// What is shown is what the server has; some namespaces only, where no more may be read.
    Live(Option<Arc<[Str]>>),
    /// What is shown was true.
    Stale {
        /// Since when.
        since: i64,
        /// Why.
        why: String,
        /// When the next attempt starts by itself.
        retry_at: Option<i64>,
    },
    /// It may not be read, or is not there: why.
    Refused(String),
    /// There is nothing.
    Empty(Option<Arc<[Str]>>),
    /// There is something, and the filter hides all of it: how much.
    NoMatch(usize),
    /// The object was deleted; it is shown as it was last.
    Deleted,
    /// Nothing more will come.
    Ended,
}

/// What is said of a page's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// A word or two, for the header: `live`, `loading 12,400`, `stale since 5m`.
    pub short: String,
    /// A sentence, for the empty body; empty where rows speak for themselves.
    pub headline: String,
    /// More of it: why.
    pub detail: String,
    /// What one can do; empty where nothing need be done.
    pub next: String,
}

impl PageState {
    /// Since when it is so, where that is told.
    pub(super) fn since(&self) -> Option<i64> {
        match self {
            Self::Stale { since, .. } => Some(*since),
            _ => None,
        }
    }

    /// Whether what is shown can be trusted.
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Live(_) | Self::Empty(_) | Self::NoMatch(_))
    }
}

impl App {
    /// How the page in view is.
    pub fn page_state(&self) -> PageState {
        let context = self.context();
        if let Some(show) = &context.awaiting {
            return self.unconnected().unwrap_or_else(|| PageState::Waiting(show.resource.clone()));
        }
        match self.page() {
            None => self.unconnected().unwrap_or(PageState::Connecting),
            Some(Page::Manifest(manifest)) => match &manifest.state {
                ObjectState::Loading => {
                    let loading = PageState::Loading { received: 0, total: None };
                    self.unconnected().unwrap_or(loading)
                }
                ObjectState::Live => PageState::Live(None),
                ObjectState::Deleted => PageState::Deleted,
                ObjectState::Failed(why) => PageState::Refused(why.clone()),
            },
            Some(Page::Logs(logs)) => match &logs.state {
                LogState::Loading => {
                    let loading = PageState::Loading { received: 0, total: None };
                    self.unconnected().unwrap_or(loading)
                }
                LogState::Failed(why) => PageState::Refused(why.clone()),
                LogState::Reading(_) if !logs.asked => {
                    self.unconnected().unwrap_or(PageState::Connecting)
                }
                LogState::Reading(0) if logs.counts().1 == 0 => PageState::Empty(None),
                _ if logs.hides_all() => {
                    PageState::NoMatch(usize::try_from(logs.counts().1).unwrap_or(usize::MAX))
                }
                LogState::Reading(_) => PageState::Live(None),
                LogState::Over => PageState::Ended,
            },
            Some(Page::Files(files)) => self.files_state(files),
            Some(Page::Map(map)) => self.map_state(map),
            Some(Page::Sheet(sheet)) => match sheet.state(&self.store) {
                SheetState::Loading => {
                    let loading = PageState::Loading { received: 0, total: None };
                    self.unconnected().unwrap_or(loading)
                }
                SheetState::Live => PageState::Live(None),
                SheetState::Deleted => PageState::Deleted,
                SheetState::Stale(since, why) => PageState::Stale { since, why, retry_at: None },
                SheetState::Failed(why) => PageState::Refused(why),
            },
            Some(Page::Browse(browse)) => {
                let view = browse.view(&self.store);
                let Some(view) = view else { return PageState::Connecting };
                match view.table().freshness() {
                    Freshness::Loading { .. }
                        if view.table().is_empty() && self.unconnected().is_some() =>
                    {
                        self.unconnected().unwrap_or(PageState::Connecting)
                    }
                    Freshness::Loading { received, remaining } => PageState::Loading {
                        received: *received,
                        total: remaining.map(|r| r.saturating_add(*received)),
                    },
                    Freshness::Stale { since, why, retry_at } => PageState::Stale {
                        since: *since,
                        why: why.to_string(),
                        retry_at: *retry_at,
                    },
                    Freshness::Refused { why } => PageState::Refused(why.to_string()),
                    Freshness::Live { limited_to } => match (view.len(), view.total()) {
                        (0, 0) => PageState::Empty(limited_to.clone()),
                        (0, total) => PageState::NoMatch(total),
                        _ => PageState::Live(limited_to.clone()),
                    },
                }
            }
        }
    }

    /// How the graph is that the Map shows.
    fn map_state(&self, map: &MapPage) -> PageState {
        if map.lines().is_empty()
            && let Some(state) = self.unconnected()
        {
            return state;
        }
        let progress = self.progress();
        if let Some(Freshness::Stale { since, why, retry_at }) =
            self.failed_feeds().into_iter().find_map(|id| {
                let freshness = self.store.table(id)?.freshness();
                matches!(freshness, Freshness::Stale { .. }).then_some(freshness)
            })
        {
            let (since, why, retry_at) = (*since, why.to_string(), *retry_at);
            return PageState::Stale { since, why, retry_at };
        }
        if progress.known < progress.all || progress.all == 0 {
            let (received, total) = (progress.known as u64, Some(progress.all as u64));
            return PageState::Loading { received, total };
        }
        if map.lines().is_empty() { PageState::Empty(None) } else { PageState::Live(None) }
    }

    /// The state of a page of which the cluster has said nothing yet; `None` while it is connected.
    pub(super) fn unconnected(&self) -> Option<PageState> {
        match &self.context().connection {
            Connection::Connected => None,
            Connection::Idle | Connection::Connecting => Some(PageState::Connecting),
            Connection::Failed { why, hint, retry_at } => Some(PageState::Unreachable {
                why: why.clone(),
                hint: hint.clone(),
                retry_at: *retry_at,
            }),
        }
    }

    /// The filter of the page in view, as it was typed.
    fn filter_in_force(&self) -> &str {
        let of_logs = self.logs().map(|logs| logs.filter.text());
        let of_rows = self.browse().map(|browse| browse.filter.in_force());
        of_rows.or(of_logs).unwrap_or_default()
    }

    /// What is said of the page in view.
    pub fn words(&self) -> Words {
        let state = self.page_state();
        let things = self.things();
        let key = |action| {
            let keys = self.keymap.keys(super::Layer::Browse, action);
            keys.into_iter().next().unwrap_or_else(|| format!(":{action}"))
        };
        let (retry, contexts) = (key(super::Action::Retry), key(super::Action::Contexts));
        let words = |short: &str, headline: String, detail: String, next: String| Words {
            short: short.to_owned(),
            headline,
            detail,
            next,
        };
        let again = |at: &Option<i64>| match at {
            Some(at) => {
                format!("the next attempt comes by itself at {}; {retry} tries at once", clock(*at))
            }
            None => format!("{retry} tries again"),
        };
        match state {
            PageState::Connecting => {
                let headline = format!("Connecting to {} …", self.context().name);
                words(
                    "connecting",
                    headline,
                    String::new(),
                    format!("{contexts} goes to another context"),
                )
            }
            PageState::Unreachable { why, hint, retry_at } => {
                let headline = format!("{} cannot be reached", self.context().name);
                let detail = hint.map_or(why.clone(), |hint| format!("{why}\n{hint}"));
                let next = format!("{}; {contexts} goes to another context", again(&retry_at));
                words("unreachable", headline, detail, next)
            }
            PageState::Waiting(name) => {
                let headline = format!("Asking {} what {name} is …", self.context().name);
                words("loading", headline, String::new(), String::new())
            }
            PageState::Loading { received, total } => {
                let count = match total {
                    Some(total) => format!("{} of {}", grouped(received), grouped(total)),
                    None if received > 0 => grouped(received),
                    None => String::new(),
                };
                let short = format!("loading {count}");
                words(short.trim_end(), format!("Loading {things} …"), String::new(), String::new())
            }
            PageState::Live(None) => words("live", String::new(), String::new(), String::new()),
            PageState::Live(Some(only)) => {
                let detail =
                    format!("only {} may be read, and all of them are watched", only.join(", "));
                words(
                    &format!("live, {} namespaces", only.len()),
                    String::new(),
                    detail,
                    String::new(),
                )
            }
            PageState::Stale { since, why, retry_at } => {
                let mut short = "stale since ".to_owned();
                age::write_since(since, self.now, &mut short);
                let verb = if self.browse().is_some() { "are" } else { "is" };
                let headline = format!("{things} {verb} not up to date");
                words(&short, headline, why, again(&retry_at))
            }
            PageState::Refused(why) => {
                words("refused", format!("{things} cannot be read"), why, again(&None))
            }
            PageState::Empty(only) => self.empty_words(&things, only.as_deref()),
            PageState::NoMatch(total) => {
                let filter = self.filter_in_force();
                let headline =
                    format!("None of {} {things} match {filter:?}", grouped(total as u64));
                words(
                    "live",
                    headline,
                    String::new(),
                    format!("{} shows all", key(super::Action::ClearFilter)),
                )
            }
            PageState::Ended => {
                words("ended", format!("{things} say nothing"), String::new(), String::new())
            }
            PageState::Deleted => {
                let detail = "it is shown as it was last".to_owned();
                words("deleted", "This object was deleted".to_owned(), detail, String::new())
            }
        }
    }

    /// What the page in view shows, in a word.
    fn things(&self) -> Cow<'_, str> {
        match self.page() {
            Some(Page::Browse(browse)) => Cow::Borrowed(browse.title()),
            Some(Page::Map(map)) => Cow::Borrowed(map.things()),
            Some(Page::Logs(logs)) => Cow::Owned(format!("logs of {}", logs.title)),
            Some(Page::Files(files)) => Cow::Owned(format!("files in {}", files.folder.words())),
            Some(Page::Manifest(manifest)) => Cow::Borrowed(&manifest.name),
            Some(Page::Sheet(sheet)) => {
                Cow::Owned(sheet.crumbs().into_iter().next().unwrap_or_default())
            }
            None => Cow::Borrowed("rows"),
        }
    }

    fn empty_words(&self, things: &str, only: Option<&[Str]>) -> Words {
        let browse = self.browse();
        let source = browse.map(|browse| &browse.source);
        let place = match (browse.and_then(|b| b.parent.as_ref()), source, only) {
            (Some(parent), ..) => format!(" of {}", parent.name),
            (None, Some(source), None) if source.resource.namespaced => match &source.scope {
                Scope::All => String::new(),
                scope @ Scope::Namespaces(_) => format!(" in {}", scope_words(scope)),
            },
            (None, _, Some(only)) => format!(" in {}, and no more may be read", only.join(", ")),
            _ => String::new(),
        };
        let selector = source.filter(|s| !s.labels.is_empty() && place.is_empty());
        let selector = selector.map(|s| format!(" with {}", s.labels)).unwrap_or_default();
        Words {
            short: "live".to_owned(),
            headline: format!("There are no {things}{place}{selector}"),
            detail: String::new(),
            next: String::new(),
        }
    }
}

/// `12,400`.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A time of day, where the person is: `12:04:09`.
fn clock(at: i64) -> String {
    let time = jiff::Timestamp::from_second(at).unwrap_or_default();
    time.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S").to_string()
}
