//! What `kx logs` is asked for, as a query.

use std::sync::Arc;

use crate::kinds::catalog::Catalog;
use crate::logs::{Containers, Group, Object, Pattern, Pods, Query, Since, when};

use super::super::failure::Failure;
use super::LogsArgs;

/// Whether lines must say which namespace they are from.
pub(super) fn several_namespaces(args: &LogsArgs) -> bool {
    args.cluster.all_namespaces || args.cluster.namespaces.len() > 1
}

/// Reads the command line.
pub(super) fn query(
    args: &LogsArgs,
    namespace: &str,
    catalog: Option<&Catalog>,
) -> Result<Query, Failure> {
    let namespaces: Vec<String> = match args.cluster.namespaces.as_slice() {
        _ if args.cluster.all_namespaces => vec![String::new()],
        [] => vec![namespace.to_owned()],
        named => named.to_vec(),
    };
    let without = patterns(&args.exclude_pod)?;
    let mut fields = args.field_selector.clone().unwrap_or_default();
    if let Some(node) = &args.node {
        if !fields.is_empty() {
            fields.push(',');
        }
        fields.push_str("spec.nodeName=");
        fields.push_str(node);
    }
    let mut groups = Vec::new();
    let chosen = args.cluster.selector.is_some() || !fields.is_empty();
    if args.queries.is_empty() && !chosen {
        return Err(Failure::usage(
            "it is not said whose logs",
            "kx logs web, kx logs deploy/web, kx logs -l app=web; kx logs . for all",
        ));
    }
    let all = [String::new()];
    let queries = if args.queries.is_empty() { &all[..] } else { &args.queries };
    for query in queries {
        for namespace in &namespaces {
            groups.push(group(query, namespace, catalog, |matching| Pods {
                namespace: namespace.clone(),
                labels: args.cluster.selector.clone().unwrap_or_default(),
                fields: fields.clone(),
                names: Vec::new(),
                matching,
                without: without.clone(),
            })?);
        }
    }
    Ok(Query {
        groups,
        containers: Containers {
            names: Vec::new(),
            matching: args.container.as_deref().map(pattern).transpose()?,
            without: patterns(&args.exclude_container)?,
            init: !args.no_init_containers,
            ephemeral: !args.no_ephemeral_containers,
        },
        since: since(args)?,
        tail: args.tail,
        previous: args.previous,
        follow: !args.no_follow && !args.previous,
        events: args.events,
    })
}

fn group(
    query: &str,
    namespace: &str,
    catalog: Option<&Catalog>,
    pods: impl Fn(Option<Pattern>) -> Pods,
) -> Result<Group, Failure> {
    let Some((kind, name)) = query.split_once('/') else {
        let matching = if query.is_empty() { None } else { Some(pattern(query)?) };
        return Ok(Group::Pods(pods(matching)));
    };
    let Some(catalog) = catalog else {
        return Err(Failure::failed("it is not known what the cluster serves", None));
    };
    let resource =
        catalog.resolve(kind).map_err(|unknown| Failure::no_such_resource(kind, &unknown))?;
    if resource.namespaced && namespace.is_empty() {
        let why = "an object cannot be named in all namespaces";
        return Err(Failure::usage(why, "name its namespace with -n"));
    }
    let namespace = if resource.namespaced { namespace.to_owned() } else { String::new() };
    Ok(Group::Of(Object { resource: Arc::clone(&resource), namespace, name: name.to_owned() }))
}

fn since(args: &LogsArgs) -> Result<Option<Since>, Failure> {
    if let Some(text) = &args.since_time {
        let time: jiff::Timestamp = text.parse().map_err(|_| {
            Failure::usage(format!("{text:?} is no time"), "--since-time 2026-01-15T11:59:00Z")
        })?;
        return Ok(Some(Since::At(time.as_second())));
    }
    if args.since == "all" || args.since == "0" {
        return Ok(None);
    }
    let seconds = when::seconds(&args.since).ok_or_else(|| {
        Failure::usage(format!("{:?} is no duration", args.since), "--since 90s, 5m, 2h30m, 1d")
    })?;
    Ok(Some(Since::Ago(seconds)))
}

pub(super) fn pattern(text: &str) -> Result<Pattern, Failure> {
    Pattern::new(text).ok_or_else(|| {
        let why = regex::Regex::new(text).err().map_or_else(String::new, |error| error.to_string());
        Failure::usage(format!("{text:?} is no regular expression: {why}"), "see --help")
    })
}

pub(super) fn patterns(texts: &[String]) -> Result<Vec<Pattern>, Failure> {
    texts.iter().map(|text| pattern(text)).collect()
}
