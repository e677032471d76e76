//! The command line: flags, subcommands and their exit codes.

mod cp;
mod explore;
mod failure;
mod get;
mod handles;
mod info;
mod logs;
mod objects;
mod port_forward;
mod print;
mod threads;

pub use cp::CpArgs;
pub use failure::Failure;
pub use logs::LogsArgs;
pub use port_forward::PortForwardArgs;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{Config, Paths};
use crate::jq;

/// A terminal explorer for Kubernetes clusters: the whole architecture, live.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "kx",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Keys are shown with ? inside kx. Environment: KUBECONFIG, NO_COLOR, EDITOR, VISUAL, PAGER."
)]
pub struct Cli {
    /// Something else than the explorer.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What to show first: a resource by any of its names (pods, po, deploy, certificates.cert-manager.io)
    pub resource: Option<String>,
    /// Where to look.
    #[command(flatten)]
    pub cluster: ClusterArgs,
    /// How it looks and behaves.
    #[command(flatten)]
    pub screen: ScreenArgs,
}

/// Flags that say which cluster, as whom, and what of it.
#[derive(Args, Clone, Debug, Default)]
pub struct ClusterArgs {
    /// A namespace; give it several times for several
    #[arg(
        short,
        long = "namespace",
        value_name = "NS",
        value_delimiter = ',',
        conflicts_with = "all_namespaces"
    )]
    pub namespaces: Vec<String>,
    /// All namespaces
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// A label selector, as kubectl's: app=web,tier!=db,env in (a,b)
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,
    /// A context of the kubeconfig
    #[arg(long, value_name = "CONTEXT")]
    pub context: Option<String>,
    /// The kubeconfig file, instead of those of KUBECONFIG
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// Impersonate this user
    #[arg(long = "as", value_name = "USER")]
    pub as_user: Option<String>,
    /// Impersonate this group; give it several times for several
    #[arg(long = "as-group", value_name = "GROUP")]
    pub as_groups: Vec<String>,
    /// Only look: refuse every request that could change anything
    #[arg(long, conflicts_with = "write")]
    pub read_only: bool,
    /// Allow changes, even where the configuration says read-only
    #[arg(long)]
    pub write: bool,
    /// Append every request that kx makes to this file, as JSON lines
    #[arg(long, value_name = "FILE")]
    pub audit_log: Option<PathBuf>,
    /// Read this configuration file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Write a log to this file
    #[arg(long, value_name = "FILE")]
    pub log_file: Option<PathBuf>,
    /// How much to log
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = LogLevel::Info)]
    pub log_level: LogLevel,
}

/// Flags of the explorer's looks.
#[derive(Args, Clone, Debug, Default)]
pub struct ScreenArgs {
    /// A theme: a built-in one or one of yours
    #[arg(long, value_name = "THEME")]
    pub theme: Option<String>,
    /// A keymap: default, vim, k9s or one of yours
    #[arg(long, value_name = "KEYMAP")]
    pub keymap: Option<String>,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// What went wrong.
    Error,
    /// What may go wrong.
    Warn,
    /// What happened.
    #[default]
    Info,
    /// Every request.
    Debug,
    /// Everything.
    Trace,
}

/// What kx does besides exploring.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Explore a demo cluster that lives in this process
    Demo(DemoArgs),
    /// Print a resource's rows, without a terminal
    Get(GetArgs),
    /// Print the logs of many containers as one, and go on with what is written
    Logs(Box<LogsArgs>),
    /// Forward ports of this machine to a pod, or to a ready one of a service or a workload, and to the next where that goes
    PortForward(PortForwardArgs),
    /// Copy files and folders to and from containers
    Cp(CpArgs),
    /// Say which version this is, where its files are and what was found
    Info(InfoArgs),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Flags of `kx demo`.
#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// What to show first
    pub resource: Option<String>,
    /// The same seed gives the same cluster
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// At least so many pods
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub pods: usize,
    /// Only serve the cluster on this address, for kubectl and others; nothing is drawn
    #[arg(long, value_name = "ADDR")]
    pub serve: Option<SocketAddr>,
    /// Where to look, as in the explorer.
    #[command(flatten)]
    pub cluster: ClusterArgs,
    /// How it looks and behaves.
    #[command(flatten)]
    pub screen: ScreenArgs,
}

/// Flags of `kx get`.
#[derive(Args, Clone, Debug)]
pub struct GetArgs {
    /// One resource, several with commas, a category, or TYPE/NAME; then names
    #[arg(required = true, value_name = "RESOURCE [NAME]…")]
    pub what: Vec<String>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Output::Table)]
    pub output: Output,
    /// Leave the headings out
    #[arg(long)]
    pub no_headers: bool,
    /// A field selector, as kubectl's
    #[arg(long, value_name = "SELECTOR")]
    pub field_selector: Option<String>,
    /// Do not say anything where an object of that name does not exist
    #[arg(long)]
    pub ignore_not_found: bool,
    /// Where to look.
    #[command(flatten)]
    pub cluster: ClusterArgs,
}

/// Flags of `kx info`.
#[derive(Args, Clone, Debug)]
pub struct InfoArgs {
    /// Where to look.
    #[command(flatten)]
    pub cluster: ClusterArgs,
}

/// How `kx get` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Columns, as `kubectl get`
    #[default]
    Table,
    /// All columns, as `kubectl get -o wide`
    Wide,
    /// The objects as JSON
    Json,
    /// The objects as YAML
    Yaml,
    /// resource/name, a line each
    Name,
    /// All columns, comma-separated (RFC 4180)
    Csv,
}

/// Runs the program: what was asked for, and its exit code. Everything that goes wrong is told on stderr.
pub fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|first| first == jq::ARGUMENT) {
        return jq::child::run();
    }
    handles::raise();
    let cli = Cli::parse();
    let _log = match log(cli.cluster_args()) {
        Ok(guard) => guard,
        Err(failure) => return told(&failure),
    };
    let runtime = match threads::runtime() {
        Ok(runtime) => runtime,
        Err(error) => return told(&Failure::failed(format!("no threads: {error}"), None)),
    };
    let outcome = runtime.block_on(run(&cli));
    // A plugin or a name lookup that hangs must not keep the process.
    runtime.shutdown_background();
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => told(&failure),
    }
}

fn told(failure: &Failure) -> ExitCode {
    if !failure.is_silent() {
        complain(&failure.to_string());
    }
    ExitCode::from(failure.exit_code())
}

async fn run(cli: &Cli) -> Result<u8, Failure> {
    let paths = Paths::find();
    let access = explore::access;
    match &cli.command {
        None => {
            let (resource, args) = (cli.resource.as_deref(), &cli.cluster);
            Box::pin(explore::run(resource, args, &cli.screen, access(args)?, &paths)).await
        }
        Some(Command::Demo(args)) => {
            Box::pin(explore::demo(args, access(&args.cluster)?, &paths)).await
        }
        Some(Command::Get(args)) => {
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            get::run(args, access(&args.cluster)?, &mut out).await?;
            out.flush()?;
            Ok(0)
        }
        Some(Command::Logs(args)) => {
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            logs::run(args, access(&args.cluster)?, &mut out).await?;
            out.flush()?;
            Ok(0)
        }
        Some(Command::PortForward(args)) => {
            let mut out = std::io::stdout();
            port_forward::run(args, access(&args.cluster)?, &paths, &mut out).await?;
            Ok(0)
        }
        Some(Command::Cp(args)) => {
            let config = config(&args.cluster, &paths)?;
            cp::run(args, access(&args.cluster)?, &config, paths.journal_file()).await
        }
        Some(Command::Info(args)) => {
            let mut out = std::io::stdout().lock();
            info::run(&args.cluster, &access(&args.cluster)?, &paths, &mut out).await?;
            Ok(0)
        }
        Some(Command::Completions { shell }) => {
            std::io::stdout().lock().write_all(&completions(*shell))?;
            Ok(0)
        }
        Some(Command::Man) => {
            std::io::stdout().lock().write_all(&man()?)?;
            Ok(0)
        }
    }
}

/// Writes a line to stderr; where nobody reads that any more (a terminal that is gone), nobody is to be told.
fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Writes to stdout; a reader that has left is no failure.
fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// The configuration that the command line names, or the person's own.
fn config(args: &ClusterArgs, paths: &Paths) -> Result<Config, Failure> {
    let loaded = match (&args.config, paths.config_file()) {
        (Some(path), _) => Config::load(path, true),
        (None, Some(path)) => Config::load(&path, false),
        (None, None) => Ok(Config::default()),
    };
    loaded.map_err(|error| Failure::failed(error.to_string(), None))
}

/// Starts the log where one is asked for; the guard writes what is left when it is dropped.
fn log(
    args: Option<&ClusterArgs>,
) -> Result<Option<tracing_appender::non_blocking::WorkerGuard>, Failure> {
    let Some((path, level)) = args.and_then(|a| Some((a.log_file.as_deref()?, a.log_level))) else {
        return Ok(None);
    };
    let file =
        std::fs::OpenOptions::new().create(true).append(true).open(path).map_err(|error| {
            Failure::failed(format!("cannot write the log {}: {error}", path.display()), None)
        })?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    tracing_subscriber::fmt().with_writer(writer).with_ansi(false).with_max_level(level).init();
    Ok(Some(guard))
}

impl Cli {
    /// The cluster flags of whichever command it is.
    fn cluster_args(&self) -> Option<&ClusterArgs> {
        match &self.command {
            None => Some(&self.cluster),
            Some(Command::Demo(args)) => Some(&args.cluster),
            Some(Command::Get(args)) => Some(&args.cluster),
            Some(Command::Logs(args)) => Some(&args.cluster),
            Some(Command::PortForward(args)) => Some(&args.cluster),
            Some(Command::Cp(args)) => Some(&args.cluster),
            Some(Command::Info(args)) => Some(&args.cluster),
            Some(Command::Completions { .. } | Command::Man) => None,
        }
    }
}

impl From<LogLevel> for tracing::level_filters::LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

/// The manual page, in roff.
///
/// # Errors
/// Those of writing into memory, which do not happen.
pub fn man() -> std::io::Result<Vec<u8>> {
    use clap::CommandFactory;
    let mut out = Vec::new();
    let command = Cli::command();
    clap_mangen::Man::new(command.clone()).render(&mut out)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let name = format!("kx-{}", sub.get_name());
        clap_mangen::Man::new(sub.clone().name(name)).render(&mut out)?;
    }
    Ok(out)
}

/// The completions for a shell.
pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    use clap::CommandFactory;
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "kx", &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_declaration_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_explorer_takes_a_resource_and_flags() {
        let cli = Cli::parse_from([
            "kx",
            "po",
            "-n",
            "a",
            "-n",
            "b,c",
            "-l",
            "app=web",
            "--as",
            "x",
            "--read-only",
        ]);
        assert!(cli.command.is_none());
        assert_eq!(cli.resource.as_deref(), Some("po"));
        assert_eq!(cli.cluster.namespaces, ["a", "b", "c"]);
        assert!(cli.cluster.read_only);
        assert!(Cli::try_parse_from(["kx", "-A", "-n", "a"]).is_err());
        assert!(Cli::try_parse_from(["kx", "--read-only", "--write"]).is_err());
    }

    #[test]
    fn subcommands_have_their_own_flags() {
        let cli = Cli::parse_from(["kx", "get", "po", "web-1", "-o", "csv", "-A"]);
        let Some(Command::Get(get)) = cli.command else { panic!("{cli:?}") };
        assert_eq!(
            (get.what.len(), get.output, get.cluster.all_namespaces),
            (2, Output::Csv, true)
        );
        assert!(!man().unwrap().is_empty());
        assert!(!completions(clap_complete::Shell::Bash).is_empty());
    }
}
