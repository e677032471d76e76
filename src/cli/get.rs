//! `kx get`: the same rows as on the screen, without a terminal.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::cluster::{Client, Gate, discovery, watch};
use crate::kinds::catalog::Catalog;
use crate::kinds::{Column, Resource};
use crate::runtime::{Access, now};
use crate::store::{Change, Delta, Freshness, Row, Scope, Source, SourceId, Str};

use super::failure::Failure;
use super::print::{self, Sheet};
use super::{GetArgs, Output, objects};

/// What to get of one resource: everything, or these names.
pub(super) struct Wanted {
    pub resource: Arc<Resource>,
    pub names: Vec<String>,
}

/// Runs `kx get` and writes to `out`. Notes ("No resources found") go to stderr, as with kubectl.
///
/// # Errors
/// [`Failure`], with what the server or the command line has wrong.
pub async fn run(
    args: &GetArgs,
    access: Access,
    out: &mut impl std::io::Write,
) -> Result<(), Failure> {
    // Nothing here writes to a cluster, so nothing can.
    // What is printed are columns: no object need come whole for its links.
    let relations = Some(Arc::default());
    let access = Access { gate: Gate::read_only(), relations, ..access };
    let client = access.client(args.cluster.context.as_deref()).await?;
    let found = discovery::discover(&client).await?;
    let wanted = wanted(&args.what, &found.catalog)?;
    if wanted.iter().any(|w| !w.names.is_empty()) && args.cluster.all_namespaces {
        let why = "a resource cannot be retrieved by name across all namespaces";
        return Err(Failure::usage(why, "name its namespace with -n"));
    }
    if matches!(args.output, Output::Json | Output::Yaml) {
        return objects::print(args, &client, &wanted, out).await;
    }
    let several = wanted.len() > 1;
    let mut sheets = Vec::new();
    let mut missing = None;
    for one in &wanted {
        let (columns, rows) = match rows(args, &client, one).await {
            Ok(found) => found,
            // Of several resources, what can be read is printed all the same, as kubectl does.
            Err(failure) if several => {
                missing = Some(failure);
                continue;
            }
            Err(failure) => return Err(failure),
        };
        for name in &one.names {
            if !args.ignore_not_found && !rows.iter().any(|row| *row.name == **name) {
                missing = Some(Failure::not_found(&one.resource, name));
            }
        }
        if !rows.is_empty() {
            sheets.push(Sheet { resource: one.resource.clone(), columns, rows });
        }
    }
    if sheets.is_empty() && missing.is_none() && !args.ignore_not_found {
        eprintln!("{}", nothing(args, &client, &wanted));
    }
    let style = print::Style {
        output: args.output,
        headers: !args.no_headers,
        namespaces: args.cluster.all_namespaces || args.cluster.namespaces.len() > 1,
        prefixed: several,
        now: now(),
    };
    print::sheets(&sheets, style, out)?;
    missing.map_or(Ok(()), Err)
}

/// Reads `po,svc`, `all`, `po web-0 web-1` or `po/web-0 deploy/web`.
fn wanted(what: &[String], catalog: &Catalog) -> Result<Vec<Wanted>, Failure> {
    let mut out: Vec<Wanted> = Vec::new();
    if what.iter().any(|word| word.contains('/')) {
        for word in what {
            let Some((kind, name)) = word.split_once('/') else {
                return Err(Failure::usage(
                    "there is no need to name a resource type where others are given as TYPE/NAME",
                    "write every one as TYPE/NAME",
                ));
            };
            let resource = resolve(kind, catalog)?;
            match out.iter_mut().find(|w| w.resource == resource) {
                Some(known) => known.names.push(name.to_owned()),
                None => out.push(Wanted { resource, names: vec![name.to_owned()] }),
            }
        }
        return Ok(out);
    }
    let (kinds, names) =
        what.split_first().map_or(("", &[][..]), |(kinds, names)| (kinds.as_str(), names));
    for kind in kinds.split(',').filter(|kind| !kind.is_empty()) {
        let category: Vec<_> = catalog.category(kind).cloned().collect();
        let resources = if category.is_empty() { vec![resolve(kind, catalog)?] } else { category };
        for resource in resources {
            if !out.iter().any(|w| w.resource == resource) {
                out.push(Wanted { resource, names: names.to_vec() });
            }
        }
    }
    if out.is_empty() {
        Err(Failure::usage("no resource was named", "kx get pods"))
    } else {
        Ok(out)
    }
}

fn resolve(name: &str, catalog: &Catalog) -> Result<Arc<Resource>, Failure> {
    catalog.resolve(name).map_err(|unknown| Failure::no_such_resource(name, &unknown))
}

/// The namespaces that were asked for: those named, all, or the context's.
pub(super) fn namespaces(args: &GetArgs, client: &Client) -> Option<Vec<String>> {
    if args.cluster.all_namespaces {
        return None;
    }
    if args.cluster.namespaces.is_empty() {
        return Some(vec![client.info().namespace.clone()]);
    }
    Some(args.cluster.namespaces.clone())
}

/// Lists one resource through the same watch as the screen, until it is live.
async fn rows(
    args: &GetArgs,
    client: &Client,
    wanted: &Wanted,
) -> Result<(Arc<[Column]>, Vec<Row>), Failure> {
    let resource = &wanted.resource;
    if wanted.names.is_empty() {
        return listed(args, client, resource, None).await;
    }
    let mut all: Option<(Arc<[Column]>, Vec<Row>)> = None;
    for name in &wanted.names {
        let (columns, rows) = listed(args, client, resource, Some(name)).await?;
        match &mut all {
            Some((_, known)) => known.extend(rows),
            None => all = Some((columns, rows)),
        }
    }
    Ok(all.unwrap_or_default())
}

async fn listed(
    args: &GetArgs,
    client: &Client,
    resource: &Arc<Resource>,
    name: Option<&str>,
) -> Result<(Arc<[Column]>, Vec<Row>), Failure> {
    let scope = match namespaces(args, client) {
        Some(names) if resource.namespaced => {
            let mut names: Vec<Str> = names.iter().map(|n| Str::from(n.as_str())).collect();
            names.sort();
            names.dedup();
            Scope::Namespaces(names)
        }
        _ => Scope::All,
    };
    let named = name.map(|name| format!("metadata.name={name}"));
    let fields = [named.as_deref(), args.field_selector.as_deref()];
    let source = Source {
        cluster: Str::from(client.info().context.as_str()),
        resource: resource.clone(),
        scope,
        labels: args.cluster.selector.clone().unwrap_or_default(),
        fields: fields.into_iter().flatten().collect::<Vec<_>>().join(","),
    };
    let (tx, mut deltas) = mpsc::channel(8);
    let _task = watch::spawn(client.clone(), SourceId(0), source, tx);
    let mut columns: Arc<[Column]> = crate::kinds::modelled(&resource.group, &resource.plural)
        .map(|kind| kind.columns.clone())
        .unwrap_or_default();
    let mut rows: Vec<Row> = Vec::new();
    let mut index = rustc_hash::FxHashMap::default();
    while let Some((_, delta)) = deltas.recv().await {
        match delta {
            Delta::Columns(new) => {
                columns = new;
                rows.clear();
                index.clear();
            }
            Delta::Reset(all) => {
                index = all.iter().enumerate().map(|(i, row)| (row.uid, i)).collect();
                rows = all;
            }
            Delta::Batch(changes) => {
                for change in changes {
                    match change {
                        Change::Put(row) => match index.get(&row.uid) {
                            Some(&i) => rows[i] = row,
                            None => {
                                index.insert(row.uid, rows.len());
                                rows.push(row);
                            }
                        },
                        Change::Remove(uid) => {
                            if let Some(i) = index.remove(&uid) {
                                rows.swap_remove(i);
                                if let Some(moved) = rows.get(i) {
                                    index.insert(moved.uid, i);
                                }
                            }
                        }
                    }
                }
            }
            Delta::State(Freshness::Live { limited_to }) => {
                if let Some(limited) = limited_to {
                    eprintln!("Only these namespaces may be read: {}", limited.join(", "));
                }
                break;
            }
            Delta::State(Freshness::Stale { why, .. } | Freshness::Refused { why }) => {
                return Err(Failure::server(&why));
            }
            Delta::State(Freshness::Loading { .. }) => {}
        }
    }
    // Pages may arrive in any order of namespaces; kubectl prints them sorted.
    rows.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    Ok((columns, rows))
}

fn nothing(args: &GetArgs, client: &Client, wanted: &[Wanted]) -> String {
    match namespaces(args, client) {
        Some(names) if wanted.iter().any(|w| w.resource.namespaced) => {
            let plural = if names.len() == 1 { "namespace" } else { "namespaces" };
            format!("No resources found in {} {plural}.", names.join(", "))
        }
        _ => "No resources found".to_owned(),
    }
}
