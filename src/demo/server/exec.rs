//! `exec` and `attach` over the websocket protocols v5 and v4 of `channel.k8s.io`.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::Request;
use axum::response::Response;
use serde_json::{Value, json};

use super::disk::SharedDisk;
use super::shell::{Outcome, Shell};
use super::{Call, Shared, files, key, logs};
use crate::demo::logbook::Run;
use crate::demo::status::Refusal;
use crate::demo::value::At;
use crate::files::script::{self, Meaning};
use crate::files::{OF_TARGET, RemotePath};

/// How much is sent at once, as kubelets do.
const PIECE: usize = 32 << 10;
const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const ERROR: u8 = 3;
/// Only in v5: the client says that a channel has ended.
const CLOSE: u8 = 255;

/// Upgrades the connection and runs the session.
pub async fn answer(
    shared: &Arc<Shared>,
    call: &Call,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let name = call.route.name.as_deref().unwrap_or_default();
    let (pod, now) = {
        let world = shared.world();
        (
            world
                .store
                .value("pods", &key(call))
                .ok_or_else(|| Refusal::not_found("pods", "", name))?,
            world.now,
        )
    };
    let container = logs::container(&pod, call.query.get("container")).or_else(|refusal| {
        // Without a name the first container is meant, as in kubectl.
        let first = pod.items("/spec/containers").first().map(|c| c.text("/name").to_owned());
        first.filter(|_| call.query.get("container").is_empty()).ok_or(refusal)
    })?;
    let running = pod
        .items("/status/containerStatuses")
        .iter()
        .chain(pod.items("/status/initContainerStatuses"))
        .chain(pod.items("/status/ephemeralContainerStatuses"))
        .any(|s| s.text("/name") == container && s.has("/state/running"));
    if !running {
        return Err(Refusal::new(
            500,
            "InternalError",
            format!("container not found (\"{container}\")"),
        ));
    }
    let mut parts = request.into_parts().0;
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &())
        .await
        .map_err(|_| Refusal::bad("Upgrade request required: the demo speaks v5.channel.k8s.io and v4.channel.k8s.io over websockets"))?;
    let upgrade = upgrade.protocols(["v5.channel.k8s.io", "v4.channel.k8s.io"]);
    let session = Session {
        command: call.query.all("command").map(str::to_owned).collect(),
        tty: call.query.on("tty"),
        stdin: call.query.on("stdin"),
        shell: Shell::new(&pod, &container, shared.disks.get(&pod, &container, now)),
        disk: shared.disks.get(&pod, &container, now),
        target: target(&pod, &container).map(|target| shared.disks.get(&pod, target, now)),
        now: now.as_second(),
    };
    // What has a terminal, as debug containers have, is taken to be a shell.
    let terminal = ["/spec/containers", "/spec/ephemeralContainers"]
        .iter()
        .flat_map(|list| pod.items(list))
        .any(|c| c.text("/name") == container && c.flag("/tty") && c.flag("/stdin"));
    if call.route.sub.as_deref() == Some("attach") && terminal {
        let session = Session { command: vec!["sh".to_owned()], ..session };
        return Ok(upgrade.on_upgrade(move |socket| session.run(socket)));
    }
    if call.route.sub.as_deref() == Some("attach") {
        let (shared, key) = (Arc::clone(shared), key(call));
        return Ok(upgrade.on_upgrade(move |socket| attach(socket, shared, key, container)));
    }
    Ok(upgrade.on_upgrade(move |socket| session.run(socket)))
}

struct Session {
    command: Vec<String>,
    tty: bool,
    stdin: bool,
    shell: Shell,
    disk: SharedDisk,
    /// What is in the container whose processes it sees, where it is a debug container.
    target: Option<SharedDisk>,
    /// The time, seconds since the Unix epoch.
    now: i64,
}

/// The container that a debug container was added for.
fn target<'a>(pod: &'a Value, container: &str) -> Option<&'a str> {
    let all = pod.items("/spec/ephemeralContainers");
    let of = all.iter().find(|c| c.text("/name") == container)?.text("/targetContainerName");
    (!of.is_empty()).then_some(of)
}

/// The socket is gone.
struct Gone;

async fn send(socket: &mut WebSocket, channel: u8, bytes: &[u8]) -> Result<(), Gone> {
    let mut frame = Vec::with_capacity(bytes.len() + 1);
    frame.push(channel);
    frame.extend_from_slice(bytes);
    socket.send(Message::Binary(frame.into())).await.map_err(|_| Gone)
}

/// How long a client may take to hear the end before the connection is dropped.
const FAREWELL: Duration = Duration::from_secs(5);

/// Tells how the session ended, then waits for the client to go: a connection dropped with input unread (a resize that came
/// last, say) is reset by the kernel, and what the client has not read yet would be lost.
async fn end(mut socket: WebSocket, status: &Value) {
    if send(&mut socket, ERROR, status.to_string().as_bytes()).await.is_err() {
        return;
    }
    // A close without a code would read as an error.
    let close = CloseFrame { code: close_code::NORMAL, reason: "".into() };
    if socket.send(Message::Close(Some(close))).await.is_ok() {
        let gone = async { while let Some(Ok(_)) = socket.recv().await {} };
        // Who does not go in time has been told all the same.
        let _ = tokio::time::timeout(FAREWELL, gone).await;
    }
}

/// What comes from the client.
enum Input {
    Bytes(Vec<u8>),
    End,
}

/// The next input on stdin. Resizes and pings are taken note of by doing nothing.
async fn receive(socket: &mut WebSocket) -> Result<Input, Gone> {
    loop {
        let frame = match socket.recv().await {
            Some(Ok(Message::Binary(frame))) => frame.to_vec(),
            Some(Ok(Message::Text(text))) => text.as_bytes().to_vec(),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            _ => return Err(Gone),
        };
        match frame.split_first() {
            Some((&STDIN, bytes)) => return Ok(Input::Bytes(bytes.to_vec())),
            Some((&CLOSE, [STDIN, ..])) => return Ok(Input::End),
            _ => {}
        }
    }
}

/// The `Status` on the error channel that tells how it ended.
fn status(code: i32) -> Value {
    if code == 0 {
        return json!({"metadata": {}, "status": "Success"});
    }
    json!({"metadata": {}, "status": "Failure", "reason": "NonZeroExitCode",
        "message": format!("command terminated with non-zero exit code: exit status {code}"),
        "details": {"causes": [{"reason": "ExitCode", "message": code.to_string()}]}})
}

impl Session {
    async fn run(mut self, mut socket: WebSocket) {
        let status = match self.command.first() {
            Some(program) if !Shell::knows(program) => {
                json!({"metadata": {}, "status": "Failure", "reason": "InternalError", "code": 500,
                "message": format!("OCI runtime exec failed: exec failed: unable to start container process: exec: \"{program}\": executable file not found in $PATH: unknown")})
            }
            _ => match self.play(&mut socket).await {
                Ok(code) => status(code),
                Err(Gone) => return,
            },
        };
        end(socket, &status).await;
    }

    async fn play(&mut self, socket: &mut WebSocket) -> Result<i32, Gone> {
        let words = self.command.clone();
        if words == ["cat"] && self.stdin {
            return self.echo(socket).await;
        }
        if let Some((meaning, path)) = script::meaning(&words) {
            return self.files(socket, &meaning, &path).await;
        }
        let outcome = self.shell.start(&words);
        let (interactive, code) = (outcome.interactive, outcome.code);
        self.tell(socket, outcome).await?;
        if interactive { self.interact(socket).await } else { Ok(code) }
    }

    /// What kx does with files.
    async fn files(
        &mut self,
        socket: &mut WebSocket,
        meaning: &Meaning,
        path: &[u8],
    ) -> Result<i32, Gone> {
        let mut input = Vec::new();
        if files::reads(meaning) {
            while let Input::Bytes(bytes) = receive(socket).await? {
                if input.len() + bytes.len() <= files::MOST {
                    input.extend(bytes);
                }
            }
        }
        let through = path.strip_prefix(OF_TARGET.as_bytes());
        let (disk, path) = match (&self.target, through) {
            (Some(target), Some(path)) => (target, path),
            _ => (&self.disk, path),
        };
        let path = RemotePath::new(path);
        let answer = {
            let mut disk = disk.lock().unwrap_or_else(PoisonError::into_inner);
            files::perform(meaning, &path, &mut disk, &input, self.now)
        };
        match answer {
            Ok(out) => {
                for piece in out.chunks(PIECE) {
                    send(socket, STDOUT, piece).await?;
                }
                Ok(0)
            }
            Err(why) => {
                send(socket, STDERR, why.as_bytes()).await?;
                Ok(1)
            }
        }
    }

    /// `cat` without arguments: what goes in comes out.
    async fn echo(&mut self, socket: &mut WebSocket) -> Result<i32, Gone> {
        while let Input::Bytes(bytes) = receive(socket).await? {
            if self.tty && bytes.contains(&4) {
                break;
            }
            send(socket, STDOUT, &bytes).await?;
        }
        Ok(0)
    }

    async fn tell(&self, socket: &mut WebSocket, outcome: Outcome) -> Result<(), Gone> {
        let cook = |text: String| if self.tty { text.replace('\n', "\r\n") } else { text };
        if !outcome.out.is_empty() {
            send(socket, STDOUT, cook(outcome.out).as_bytes()).await?;
        }
        if !outcome.err.is_empty() {
            // A terminal has one screen for both.
            send(socket, if self.tty { STDOUT } else { STDERR }, cook(outcome.err).as_bytes())
                .await?;
        }
        if outcome.seconds > 0 {
            tokio::time::sleep(Duration::from_secs(outcome.seconds)).await;
        }
        Ok(())
    }

    /// Reads lines and runs them, until `exit` or the end of the input.
    async fn interact(&mut self, socket: &mut WebSocket) -> Result<i32, Gone> {
        if !self.stdin {
            return Ok(0);
        }
        let (mut line, mut last) = (Vec::new(), 0);
        self.prompt(socket).await?;
        loop {
            let Input::Bytes(bytes) = receive(socket).await? else { return Ok(last) };
            for byte in bytes {
                match byte {
                    b'\r' | b'\n' => {
                        if self.tty {
                            send(socket, STDOUT, b"\r\n").await?;
                        }
                        let text = String::from_utf8_lossy(&std::mem::take(&mut line)).into_owned();
                        let outcome = self.shell.line(&text);
                        let (exit, code) = (outcome.exit, outcome.code);
                        last = code;
                        self.tell(socket, outcome).await?;
                        if exit {
                            return Ok(code);
                        }
                        self.prompt(socket).await?;
                    }
                    // Ctrl-D on an empty line ends the shell, Ctrl-C drops the line.
                    4 if self.tty && line.is_empty() => return Ok(last),
                    3 if self.tty => {
                        line.clear();
                        send(socket, STDOUT, b"^C\r\n").await?;
                        self.prompt(socket).await?;
                    }
                    8 | 127 if self.tty => {
                        if line.pop().is_some() {
                            send(socket, STDOUT, b"\x08 \x08").await?;
                        }
                    }
                    byte => {
                        line.push(byte);
                        if self.tty && byte >= b' ' {
                            send(socket, STDOUT, &[byte]).await?;
                        }
                    }
                }
            }
        }
    }

    async fn prompt(&self, socket: &mut WebSocket) -> Result<(), Gone> {
        if self.tty { send(socket, STDOUT, self.shell.prompt().as_bytes()).await } else { Ok(()) }
    }
}

/// Shows what the container writes from now on, until it ends or the client goes.
async fn attach(mut socket: WebSocket, shared: Arc<Shared>, key: String, container: String) {
    let mut next = None;
    loop {
        let (pod, now) = {
            let world = shared.world();
            (world.store.value("pods", &key).unwrap_or_default(), world.now)
        };
        let Some(run) = Run::of(&pod, &container, false).filter(|r| !r.is_over()) else { break };
        let count = run.count(now);
        let first = *next.get_or_insert(count);
        for number in first..count {
            if send(&mut socket, STDOUT, format!("{}\n", run.line(number, count)).as_bytes())
                .await
                .is_err()
            {
                return;
            }
        }
        next = Some(count.max(first));
        tokio::select! {
            input = receive(&mut socket) => if input.is_err() { return },
            () = tokio::time::sleep(Duration::from_millis(250)) => {}
        }
    }
    end(socket, &status(0)).await;
}
