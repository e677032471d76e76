//! `kx port-forward`: forwards without a screen, in kubectl's words, that survive their pods.

use std::io::Write;
use std::sync::Arc;

use clap::Args;
use tokio::sync::mpsc;

use crate::change::Target;
use crate::change::journal::{Closing, Opening};
use crate::cluster::{discovery, forward, write};
use crate::config::Paths;
use crate::forward::{LOCALHOST, News, Spec, Status, Wanted};
use crate::runtime::{Access, Journal, Record};

use super::ClusterArgs;
use super::failure::Failure;

/// Flags of `kx port-forward`.
#[derive(Args, Clone, Debug)]
pub struct PortForwardArgs {
    /// A pod by its name, or TYPE/NAME (pod/web-0, svc/web, deploy/web)
    #[arg(value_name = "POD|TYPE/NAME")]
    pub what: String,
    /// Ports, REMOTE or LOCAL:REMOTE, by number or name; :REMOTE takes any free local port
    #[arg(required = true, value_name = "[LOCAL:]REMOTE")]
    pub ports: Vec<String>,
    /// Where to listen: localhost or IP addresses
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',', default_value = LOCALHOST)]
    pub address: Vec<String>,
    /// Where to look.
    #[command(flatten)]
    pub cluster: ClusterArgs,
}

/// What is known of one of the forwards.
#[derive(Default)]
struct Known {
    listens: Vec<std::net::SocketAddr>,
    status: Option<Status>,
    said: bool,
    connections: u64,
    broken: u64,
}

/// Forwards until one of the ports cannot be, or somebody ends it.
///
/// # Errors
/// [`Failure`], with what the server or the command line has wrong.
pub async fn run(
    args: &PortForwardArgs,
    access: Access,
    paths: &Paths,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let config = super::config(&args.cluster, paths)?;
    let gate = super::explore::gate(&args.cluster, &config).guarded(config.guardrail);
    let client = Access { gate, ..access }.client(args.cluster.context.as_deref()).await?;
    if client.gate().is_read_only() {
        return Err(Failure::failed(
            "kx is read-only, and a port forward opens connections into a workload",
            Some("allow it with --write, or in config.toml".to_owned()),
        ));
    }
    let specs = args.ports.iter().map(|port| Spec::parse(port));
    let specs: Vec<Spec> = specs
        .collect::<Result<_, _>>()
        .map_err(|why| Failure::usage(why, "8080, 8080:80, :http"))?;
    for address in &args.address {
        Wanted::check_address(address).map_err(|why| Failure::usage(why, "--address 127.0.0.1"))?;
    }
    let catalog = Arc::new(discovery::discover(&client).await?.catalog);
    let target = target(args, &client.info().namespace, &catalog)?;
    if write::read(&client, &target.path("")).await?.is_none() {
        return Err(Failure::not_found(&target.resource, &target.name));
    }
    let (tx, mut news) = mpsc::channel(8);
    let (mut forwards, mut records) = (Vec::new(), Vec::new());
    let (journal, context) = (Journal::new(paths.journal_file()), client.info().context.clone());
    let all = args.address.iter().flat_map(|address| specs.iter().map(move |spec| (address, spec)));
    for (number, (address, spec)) in all.enumerate() {
        let wanted = Wanted {
            target: target.clone(),
            address: address.clone(),
            local: spec.local,
            remote: spec.remote.clone(),
        };
        let record = Record::new(journal.clone(), &client, &context, &format!("f{number}"));
        let open = record.begin(Opening::forward(&wanted));
        let open = open.map_err(|why| Failure::failed(why, None))?;
        records.push(record);
        let (own, mut told) = mpsc::channel(8);
        let task = forward::start(client.clone(), wanted, Arc::clone(&catalog), own);
        let out = tx.clone();
        tokio::spawn(async move {
            while let Some(news) = told.recv().await {
                if let News::Status(Status::Failed(why)) = &news {
                    open.end(Closing::Failed(why.clone()));
                }
                if out.send((number, news)).await.is_err() {
                    break;
                }
            }
        });
        forwards.push((task, Known::default()));
    }
    drop(tx);
    let hear = async {
        while let Some((number, news)) = news.recv().await {
            if let Some((_, known)) = forwards.get_mut(number) {
                known.hear(news, out)?;
                out.flush()?;
            }
        }
        Ok::<(), Failure>(())
    };
    let over = tokio::select! {
        over = hear => over,
        // As kubectl does it, that is no failure.
        Ok(()) = tokio::signal::ctrl_c() => Ok(()),
    };
    // The tasks may have no time for it.
    records.iter().for_each(Record::leave);
    over
}

fn target(
    args: &PortForwardArgs,
    namespace: &str,
    catalog: &crate::kinds::Catalog,
) -> Result<Target, Failure> {
    let (kind, name) = args.what.split_once('/').unwrap_or(("pods", &args.what));
    let resource =
        catalog.resolve(kind).map_err(|unknown| Failure::no_such_resource(kind, &unknown))?;
    let namespace = match args.cluster.namespaces.as_slice() {
        [] if args.cluster.all_namespaces => {
            return Err(Failure::usage(
                "a forward leads to one object",
                "name its namespace with -n",
            ));
        }
        [] => namespace.to_owned(),
        [one] => one.clone(),
        _ => {
            return Err(Failure::usage(
                "a forward leads to one object, in one namespace",
                "name it with -n",
            ));
        }
    };
    Ok(Target { resource, namespace, name: name.to_owned(), uid: None })
}

impl Known {
    /// Says what is new, as kubectl does; what is wrong, on stderr.
    fn hear(&mut self, news: News, out: &mut impl Write) -> Result<(), Failure> {
        match news {
            News::Listens(addresses) => self.listens = addresses,
            News::Status(Status::Failed(why)) => return Err(Failure::failed(why, None)),
            News::Status(status) => {
                match &status {
                    Status::Waiting(why) => eprintln!("{why}; connections wait"),
                    Status::Ready { pod, .. } if self.said => {
                        eprintln!("connections go to pod/{pod} now");
                    }
                    _ => {}
                }
                self.status = Some(status);
            }
            News::Counts(counts) => {
                let port = self.listens.first().map_or(0, std::net::SocketAddr::port);
                for _ in self.connections..counts.total {
                    writeln!(out, "Handling connection for {port}")?;
                }
                if counts.broken > self.broken {
                    eprintln!("{}", counts.last_error.as_deref().unwrap_or("a connection broke"));
                }
                (self.connections, self.broken) = (counts.total, counts.broken);
            }
        }
        if let (false, false, Some(Status::Ready { port, .. })) =
            (self.said, self.listens.is_empty(), &self.status)
        {
            for address in &self.listens {
                writeln!(out, "Forwarding from {address} -> {port}")?;
            }
            self.said = true;
        }
        Ok(())
    }
}
