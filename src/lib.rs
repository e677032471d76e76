//! kx: a terminal explorer for Kubernetes clusters.
//!
//! The crate's map, in the order in which data flows through it:
//!
//! - [`wire`]: bytes of an API server become partial structs (protobuf or JSON, one declaration).
//! - [`kinds`]: one file per kind of resource: what kx reads of it, its columns, its links.
//! - [`cluster`]: all traffic: connection, authentication, the gate, discovery, watches.
//! - [`store`]: rows of everything watched, with their cached orders and filters.
//! - [`graph`]: links between rows become relations: who owns, selects, mounts and routes to whom.
//! - [`map`]: the tree of the architecture over a graph, of which only what is open is laid out.
//! - [`sheet`]: written pages (a describe, the cluster's own page): what they must know, and their lines.
//! - [`describe`]: an object in kubectl's order and words, as a sheet.
//! - [`yaml`] and [`diff`]: an object as YAML, and what differs between two texts.
//! - [`logs`]: the lines of many containers as one timeline, kept in bounded memory.
//! - [`helm`]: releases of Helm as Helm stored them, and the pages about them, as sheets.
//! - [`overview`]: the cluster's own page, as a sheet.
//! - [`rollout`]: how far a rollout is and what holds it up, as a sheet.
//! - [`finalizers`]: why what is being deleted is still there, as a sheet.
//! - [`access`]: who can do what, by RBAC, as sheets.
//! - [`change`]: what kx does to a cluster: what is asked and shown before, and what is sent.
//! - [`files`]: files of containers: paths, folders, what is asked of a container's shell, where what an archive holds may go.
//! - [`session`]: terminals in containers: which pod, container and shell, and how it ended.
//! - [`forward`]: port forwards: which port of which pod, how they are doing, which are kept.
//! - [`openapi`]: what a server says of its objects' fields.
//! - [`editor`]: a text being edited: its buffer, what could be written at the cursor, what is wrong so far.
//! - [`text`]: how wide text is on a terminal, and what hostile text becomes.
//! - [`guardrail`]: what a person forbids themselves, by context and namespace.
//! - [`app`]: the pure state of the program. `update(Msg)` returns the `Effect`s it wants.
//! - [`keymap`] and [`theme`]: keys and colours are data, read from files.
//! - [`ui`]: `&App` becomes a frame, nothing else.
//! - [`transfer`]: copies between this machine and containers, over sessions: archives, single files, what goes on where it was.
//! - [`jq`]: jq expressions over lines of logs, in a process of their own.
//! - [`config`], [`cli`], [`terminal`], [`runtime`]: the shell around it; `runtime` has the only `select!`.
//! - [`demo`]: a small API server on loopback, for `kx demo` and for the tests.
//!
//! Everything but the shell, [`cluster`], [`transfer`], [`jq`] and [`demo`] is pure: it knows neither tokio nor the kube client; `tests/house/layering.rs` holds that.

pub mod access;
pub mod app;
pub mod change;
pub mod cli;
pub mod cluster;
pub mod config;
pub mod demo;
pub mod describe;
pub mod diff;
pub mod editor;
pub mod files;
pub mod finalizers;
pub mod forward;
pub mod graph;
pub mod guardrail;
pub mod helm;
pub mod jq;
pub mod keymap;
pub mod kinds;
pub mod logs;
pub mod map;
pub mod nearest;
pub mod openapi;
pub mod overview;
pub mod rollout;
pub mod runtime;
pub mod session;
pub mod sheet;
pub mod store;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod transfer;
pub mod ui;
pub mod wire;
pub mod yaml;
