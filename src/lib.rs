//! kx: a terminal explorer for Kubernetes clusters.
//!
//! The crate's map, in the order in which data flows through it:
//!
//! - [`wire`]: bytes of an API server become partial structs (protobuf or JSON, one declaration).
//! - [`kinds`]: one file per kind of resource: what kx reads of it, its columns, its links.
//! - [`cluster`]: all traffic: connection, authentication, the gate, discovery, watches.
//! - [`store`]: rows of everything watched, with their cached orders and filters.
//! - [`graph`]: links between rows become relations: who owns, selects, mounts and routes to whom.
//! - [`app`]: the pure state of the program. `update(Msg)` returns the `Effect`s it wants.
//! - [`keymap`] and [`theme`]: keys and colours are data, read from files.
//! - [`ui`]: `&App` becomes a frame, nothing else.
//! - [`config`], [`cli`], [`terminal`], [`runtime`]: the shell around it; `runtime` has the only `select!`.
//! - [`demo`]: a small API server on loopback, for `kx demo` and for the tests.
//!
//! `app`, `store`, `graph`, `kinds`, `wire`, `keymap`, `theme` and `ui` know neither tokio nor the kube client; `tests/house/layering.rs` holds that.

pub mod app;
pub mod cli;
pub mod cluster;
pub mod config;
pub mod demo;
pub mod graph;
pub mod keymap;
pub mod kinds;
pub mod nearest;
pub mod runtime;
pub mod store;
pub mod terminal;
pub mod theme;
pub mod ui;
pub mod wire;
