//! The explorer and the demo: what must be right before the terminal is taken, and what is said after.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use crate::app::{App, Connection, ContextInfo, Setup, Show};
use crate::change::Habits;
use crate::cluster::{Audit, Env, Gate, Kubeconfig, Overrides, discovery};
use crate::config::{self, Config, Editor, Paths, Sessions, State};
use crate::demo;
use crate::forward::{Saved, SavedForwards};
use crate::keymap::{File, Keymaps};
use crate::kinds::Catalog;
use crate::kinds::relations::Relations;
use crate::runtime::{self, Access, Ended, Folder, Nameless, Outside};
use crate::store::{Scope, Selector, Str};
use crate::theme::{Depth, Themes};

use super::failure::Failure;
use super::{ClusterArgs, DemoArgs, ScreenArgs};

/// What the person asked for, from either command.
struct Asked<'a> {
    resource: Option<&'a str>,
    cluster: &'a ClusterArgs,
    screen: &'a ScreenArgs,
    demo: bool,
}

/// Explores the cluster of a kubeconfig. The exit code, where nothing failed.
///
/// # Errors
/// [`Failure`]: what keeps it from starting, or a cluster that was never reached.
pub async fn run(
    resource: Option<&str>,
    cluster: &ClusterArgs,
    screen: &ScreenArgs,
    access: Access,
    paths: &Paths,
) -> Result<u8, Failure> {
    Box::pin(explore(&Asked { resource, cluster, screen, demo: false }, access, paths)).await
}

/// Explores the demo cluster, or only serves it.
///
/// # Errors
/// [`Failure`]: an address that is taken, or what keeps the explorer from starting.
pub async fn demo(args: &DemoArgs, access: Access, paths: &Paths) -> Result<u8, Failure> {
    let mut options =
        demo::Options { seed: args.seed, pods: args.pods, ..demo::Options::default() };
    if let Some(addr) = args.serve {
        options.addr = addr;
    }
    let cluster = demo::start(options).await.map_err(|error| {
        let hint =
            args.serve.map(|_| "choose another address, 127.0.0.1:0 for any free port".to_owned());
        Failure::failed(format!("the demo cluster does not start: {error}"), hint)
    })?;
    let folder = Folder::new().map_err(|error| {
        Failure::failed(
            format!("no place for the demo's kubeconfig: {error}"),
            Some("set TMPDIR".into()),
        )
    })?;
    let kubeconfig = folder.path().join("kubeconfig");
    std::fs::write(&kubeconfig, cluster.kubeconfig())?;
    if args.serve.is_some() {
        return serve(&cluster, &kubeconfig).await;
    }
    let access = Access { kubeconfig: Some(kubeconfig), ..access };
    let mut wide = args.cluster.clone();
    wide.all_namespaces |= wide.namespaces.is_empty();
    let asked = Asked {
        resource: args.resource.as_deref(),
        cluster: &wide,
        screen: &args.screen,
        demo: true,
    };
    let code = Box::pin(explore(&asked, access, paths)).await;
    cluster.stop().await;
    code
}

/// Serves the demo cluster until it is interrupted.
async fn serve(cluster: &demo::Demo, kubeconfig: &std::path::Path) -> Result<u8, Failure> {
    eprintln!("The demo cluster listens on http://{}. Ctrl-C ends it.", cluster.addr());
    super::say(&format!("export KUBECONFIG={}\n", kubeconfig.display()))?;
    let _ = tokio::signal::ctrl_c().await;
    Ok(0)
}

async fn explore(asked: &Asked<'_>, access: Access, paths: &Paths) -> Result<u8, Failure> {
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(Failure::failed(
            "this is no terminal",
            Some("kx get RESOURCE prints the same rows without one".into()),
        ));
    }
    let config = super::config(asked.cluster, paths)?;
    let relations = relations(paths)?;
    let gate = gate(asked.cluster, &config);
    let read_only = gate.is_read_only();
    let access = Access { gate: gate.guarded(config.guardrail.clone()), relations, ..access };
    let kubeconfig = access.kubeconfig()?;
    let context = asked.cluster.context.as_deref();
    // Checks that the context exists and can be used; nothing is sent.
    let target = kubeconfig.target(context, &access.overrides)?;
    let context = target.info().context.clone();
    known(asked, &access, &context).await?;
    let setup = setup(asked, &config, &kubeconfig, context, &access, paths)?;
    let setup = Setup { read_only, ..setup };
    let outside = Outside {
        access,
        state_file: paths.state_file(),
        drafts: paths.drafts(),
        cache: paths.cache.clone(),
        journal_file: paths.journal_file(),
        keep_commands: config.keep_commands,
        forwards_file: paths.forwards_file(),
        mouse: config.mouse,
    };
    let (app, ended) = runtime::run(App::new(setup), outside)
        .await
        .map_err(|error| Failure::failed(format!("the terminal: {error}"), None))?;
    let left = app.left_behind();
    if !left.is_empty() {
        // The terminal is given back: there is no screen to say it on. Where it is gone, nobody hears it.
        super::complain(&format!("kx: {}", left.join("\nkx: ")));
    }
    match ended {
        Ended::Signal(number) => Ok(u8::try_from(128 + number).unwrap_or(1)),
        Ended::Quit => match &app.context().connection {
            Connection::Failed { why, hint, .. } => Err(Failure::failed(why.clone(), hint.clone())),
            _ => Ok(0),
        },
    }
}

/// A resource that kx does not model is looked up before the terminal is taken, so that a wrong name is told on stderr.
async fn known(asked: &Asked<'_>, access: &Access, context: &str) -> Result<(), Failure> {
    let Some(name) = asked.resource else { return Ok(()) };
    if Catalog::default().resolve(name).is_ok() {
        return Ok(());
    }
    let client = access.client(Some(context)).await?;
    let found = discovery::discover(&client).await?;
    match found.catalog.resolve(name) {
        Ok(_) => Ok(()),
        Err(unknown) => Err(Failure::no_such_resource(name, &unknown)),
    }
}

fn setup(
    asked: &Asked<'_>,
    config: &Config,
    kubeconfig: &Kubeconfig,
    context: String,
    access: &Access,
    paths: &Paths,
) -> Result<Setup, Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::failed(error.to_string(), None);
    let keymaps = Keymaps::new(keymap_files(paths));
    let keymap = asked.screen.keymap.as_deref().unwrap_or(&config.keymap);
    let keymap = keymaps.get(keymap).map_err(|error| wrong(&error))?;
    let mut themes = Themes::new().map_err(|error| wrong(&error))?;
    for file in own_files(paths.themes()) {
        themes.add(&file.name, &file.path, &file.text).map_err(|error| wrong(&error))?;
    }
    let env = &access.env;
    let depth = Depth::detect(|name| env.get(name).map(str::to_owned));
    let theme = asked.screen.theme.as_deref().unwrap_or(&config.theme);
    let theme = themes.get(theme, depth).map_err(|error| wrong(&error))?;
    let contexts = kubeconfig.contexts().into_iter().map(|entry| ContextInfo {
        name: entry.name,
        cluster: entry.cluster,
        user: entry.user,
        namespace: entry.namespace,
    });
    Ok(Setup {
        context,
        contexts: contexts.collect(),
        show: show(asked, config)?,
        keymaps,
        keymap: Some(keymap),
        themes: Some(themes),
        theme: Some(theme),
        depth,
        state: paths.state_file().map(|path| State::load(&path)).unwrap_or_default(),
        read_only: false,
        guardrails: config.guardrail.clone(),
        decode_in_read_only: config.decode_in_read_only,
        counts: config.counts,
        built_in_editor: match config.editor {
            Editor::BuiltIn => true,
            Editor::External => false,
            Editor::Auto => access.env.any(&["VISUAL", "EDITOR"]).is_none(),
        },
        demo: asked.demo,
        wide: config.wide,
        ascii: config.ascii,
        log_room: crate::logs::Room {
            memory: usize::try_from(u64::from(config.log_memory) << 20).unwrap_or(usize::MAX),
            disk: u64::from(config.log_disk) << 20,
            disks: Some(Arc::new(Nameless::new(paths.cache.clone()))),
        },
        shells: config.shells.clone(),
        sessions_in_pane: config.sessions == Sessions::Pane,
        forget_commands: !config.keep_commands,
        habits: Habits { debug_image: config.debug_image.clone() },
        forwards: forwards(paths)?,
        relations: access.relations.clone(),
    })
}

fn show(asked: &Asked<'_>, config: &Config) -> Result<Show, Failure> {
    let cluster = asked.cluster;
    if let Some(selector) = &cluster.selector {
        Selector::parse(selector).map_err(|error| {
            Failure::usage(
                format!("the label selector {selector:?}: {error}"),
                "as kubectl's: app=web,tier!=db",
            )
        })?;
    }
    let scope = if cluster.all_namespaces {
        Some(Scope::All)
    } else if cluster.namespaces.is_empty() {
        None
    } else {
        let mut names: Vec<Str> =
            cluster.namespaces.iter().map(|n| Str::from(n.as_str())).collect();
        names.sort();
        names.dedup();
        Some(Scope::Namespaces(names))
    };
    Ok(Show {
        resource: asked.resource.unwrap_or(&config.resource).to_owned(),
        scope,
        labels: cluster.selector.clone().unwrap_or_default(),
        ..Show::default()
    })
}

/// What the person knows of custom resources.
fn relations(paths: &Paths) -> Result<Option<Arc<Relations>>, Failure> {
    let found = paths.relations().map_or(Ok(None), |path| config::relations(&path));
    found.map_err(|error| Failure::failed(error.to_string(), None))
}

/// The port forwards that the person keeps.
fn forwards(paths: &Paths) -> Result<Vec<Saved>, Failure> {
    let found =
        paths.forwards_file().map_or(Ok(SavedForwards::default()), |path| config::forwards(&path));
    found.map(|saved| saved.forward).map_err(|error| Failure::failed(error.to_string(), None))
}

/// `--read-only` and `--write` win over the configuration; guardrails are lifted by neither.
pub(super) fn gate(args: &ClusterArgs, config: &Config) -> Gate {
    if args.read_only || (config.read_only && !args.write) {
        Gate::read_only()
    } else {
        Gate::read_write()
    }
}

/// How clusters are reached, as the command line says.
pub(super) fn access(args: &ClusterArgs) -> Result<Access, Failure> {
    let audit = args.audit_log.as_deref().map(Audit::open).transpose();
    let audit = audit.map_err(|why| Failure::failed(why, None))?;
    Ok(Access {
        kubeconfig: args.kubeconfig.clone(),
        overrides: Overrides { as_user: args.as_user.clone(), as_groups: args.as_groups.clone() },
        gate: Gate::read_only(),
        env: Env::process(),
        relations: None,
        audit,
    })
}

fn keymap_files(paths: &Paths) -> Vec<File> {
    own_files(paths.keymaps())
        .into_iter()
        .map(|file| File { name: file.name, path: file.path, text: file.text })
        .collect()
}

/// A file of the person's own.
struct Own {
    name: String,
    path: String,
    text: String,
}

/// The `.toml` files of a folder, by name; one that cannot be read is left out and logged.
fn own_files(folder: Option<PathBuf>) -> Vec<Own> {
    let Some(Ok(entries)) = folder.map(std::fs::read_dir) else { return Vec::new() };
    let mut files: Vec<Own> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|x| x == "toml"))
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_owned();
            match std::fs::read_to_string(&path) {
                Ok(text) => Some(Own { name, path: path.display().to_string(), text }),
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "left out");
                    None
                }
            }
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}
