//! `kx logs`: the logs of many containers in one, without a screen. Flags and words are stern's where it has them.

mod print;
mod query;
mod template;

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tokio::sync::mpsc;

use crate::cluster::logs::{News, follow};
use crate::cluster::{Gate, discovery};
use crate::logs::Stream;
use crate::runtime::Access;

use super::ClusterArgs;
use super::failure::Failure;
use print::Printer;

/// Flags of `kx logs`.
#[derive(Args, Clone, Debug)]
pub struct LogsArgs {
    /// A regular expression for names of pods, or TYPE/NAME (deploy/web, svc/web, node/n1); several are read together
    #[arg(value_name = "QUERY")]
    pub queries: Vec<String>,
    /// Only containers whose name this regular expression matches
    #[arg(short, long, value_name = "REGEX")]
    pub container: Option<String>,
    /// Not containers whose name this matches; give it several times for several
    #[arg(short = 'E', long, value_name = "REGEX")]
    pub exclude_container: Vec<String>,
    /// Not pods whose name this matches; give it several times for several
    #[arg(long, value_name = "REGEX")]
    pub exclude_pod: Vec<String>,
    /// A field selector for pods, as kubectl's
    #[arg(long, value_name = "SELECTOR")]
    pub field_selector: Option<String>,
    /// Only pods on this node
    #[arg(long, value_name = "NODE")]
    pub node: Option<String>,
    /// Without init containers
    #[arg(long)]
    pub no_init_containers: bool,
    /// Without ephemeral containers
    #[arg(long)]
    pub no_ephemeral_containers: bool,
    /// Lines of this time until now: 30s, 5m, 2h, 1d; `all` for everything
    #[arg(short, long, value_name = "DURATION", default_value = "48h")]
    pub since: String,
    /// Lines from this time on (RFC 3339)
    #[arg(long, value_name = "TIME", conflicts_with = "since")]
    pub since_time: Option<String>,
    /// At most so many of the last lines of each container
    #[arg(long, value_name = "LINES")]
    pub tail: Option<u64>,
    /// What the containers before these wrote
    #[arg(short, long)]
    pub previous: bool,
    /// Only what is there, instead of going on with what is written later
    #[arg(long)]
    pub no_follow: bool,
    /// Only lines that this regular expression matches; give it several times for either
    #[arg(short, long, value_name = "REGEX")]
    pub include: Vec<String>,
    /// Not lines that this matches, also where they are included; give it several times for several
    #[arg(short, long, value_name = "REGEX")]
    pub exclude: Vec<String>,
    /// Print what this jq expression makes of lines of JSON, as `jq -rc`: `.msg`; what is no JSON stays as it is. Where it chooses lines
    /// (`select(.level == "error")`), all others are left out, also those that are no JSON
    #[arg(long, value_name = "EXPRESSION")]
    pub jq: Option<String>,
    /// Highlight what this matches; give it several times for several
    #[arg(short = 'H', long, value_name = "REGEX")]
    pub highlight: Vec<String>,
    /// Say when each line was written
    #[arg(short, long, value_enum, value_name = "FORM", num_args = 0..=1, default_missing_value = "default")]
    pub timestamps: Option<Timestamps>,
    /// The time zone of timestamps, the machine's own where none is given
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// How lines are printed
    #[arg(short, long, value_enum, default_value_t = Form::Default)]
    pub output: Form,
    /// Write each line by a template, as stern's: `{{.PodName}} {{.Message}}`
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "output", long_help = template_help())]
    pub template: Option<String>,
    /// As --template, read from a file
    #[arg(short = 'T', long, value_name = "FILE", conflicts_with_all = ["output", "template"])]
    pub template_file: Option<PathBuf>,
    /// Tell the containers of a pod apart by colour, too
    #[arg(short, long)]
    pub diff_container: bool,
    /// Say what happens to the pods: their events, on stderr
    #[arg(long)]
    pub events: bool,
    /// Whether pods are told apart by colour
    #[arg(long, value_enum, default_value_t = Colours::Auto)]
    pub color: Colours,
    /// Do not say when containers join and leave, nor their events; what goes wrong is said all the same
    #[arg(long)]
    pub only_log_lines: bool,
    /// Where to look.
    #[command(flatten)]
    pub cluster: ClusterArgs,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Timestamps {
    /// 2026-01-15T11:59:00.123456789Z
    Default,
    /// 01-15 11:59:00
    Short,
}

/// How lines are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Pod, container and line
    Default,
    /// The line alone
    Raw,
    /// A JSON object a line, with the message as text
    Json,
    /// A JSON object a line, with a message that is JSON as such
    Extjson,
    /// As extjson, over several lines
    Ppextjson,
}

fn template_help() -> String {
    format!(
        "Write each line by a template, as stern's: '{{{{.PodName}}}} {{{{.Message}}}}'\n\nFields: {}\nFunctions: {}\n\
         Besides: {{{{if …}}}} and {{{{with …}}}} with {{{{else}}}} and {{{{end}}}}, $variables, pipes, {{{{- and -}}}}",
        template::FIELDS,
        template::FUNCTIONS.join(" ")
    )
}

/// Whether there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colours {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Runs `kx logs` until nothing more comes, or for ever.
///
/// # Errors
/// [`Failure`], with what the server or the command line has wrong.
pub async fn run(
    args: &LogsArgs,
    access: Access,
    out: &mut impl std::io::Write,
) -> Result<(), Failure> {
    let access = Access { gate: Gate::read_only(), ..access };
    let client = access.client(args.cluster.context.as_deref()).await?;
    let catalog = if args.queries.iter().any(|query| query.contains('/')) {
        Some(discovery::discover(&client).await?.catalog)
    } else {
        None
    };
    let query = query::query(args, &client.info().namespace, catalog.as_ref())?;
    let several = query::several_namespaces(args);
    let terminal = std::io::stdout().is_terminal();
    let mut printer = Printer::new(args, several, terminal)?;
    let (tx, mut news) = mpsc::channel(8);
    let _task = follow(client, query, tx);
    let mut streams: Vec<Stream> = Vec::new();
    let mut failed = None;
    while let Some(news) = news.recv().await {
        match news {
            News::Streams(more) => streams.extend(more),
            News::Entries(entries) => {
                if args.jq.is_some() {
                    // It waits for another process.
                    tokio::task::block_in_place(|| printer.print(&entries, &streams, out))?;
                } else {
                    printer.print(&entries, &streams, out)?;
                }
                out.flush()?;
            }
            News::Failed { error, again: true } => eprintln!("{error}; it is tried again"),
            News::Failed { error, again: false } => failed = Some(error),
            News::Reading(_) => {}
            News::Over => break,
        }
    }
    if streams.is_empty() && failed.is_none() {
        let why = if args.previous { "ran before the present one" } else { "has begun" };
        eprintln!("there are no logs: no container of these pods {why}");
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}
