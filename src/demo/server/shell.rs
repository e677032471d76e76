//! The toy shell inside simulated containers.

use std::sync::{MutexGuard, PoisonError};

use serde_json::Value;

use super::disk::{Disk, SharedDisk};
use crate::demo::value::At;
use crate::files::RemotePath;

/// What running something came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// The exit code.
    pub code: i32,
    /// The shell itself ends.
    pub exit: bool,
    /// A shell that reads from its input is to start.
    pub interactive: bool,
    /// Seconds it takes.
    pub seconds: u64,
}

impl Outcome {
    fn say(out: impl Into<String>) -> Self {
        Self { out: out.into(), ..Self::default() }
    }

    fn fail(code: i32, err: impl Into<String>) -> Self {
        Self { code, err: err.into(), ..Self::default() }
    }
}

/// A shell in one container.
#[derive(Debug)]
pub struct Shell {
    host: String,
    directory: String,
    variables: Vec<(String, String)>,
    disk: SharedDisk,
    command: String,
    last: i32,
}

impl Shell {
    /// A shell in this container of this pod.
    pub fn new(pod: &Value, container: &str, disk: SharedDisk) -> Self {
        let host = pod.text("/metadata/name").to_owned();
        let spec = pod.items("/spec/containers").iter().find(|c| c.text("/name") == container);
        let mut variables: Vec<(String, String)> = [
            ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
            ("HOSTNAME", &host),
            ("HOME", "/root"),
            ("KUBERNETES_SERVICE_HOST", "10.96.0.1"),
            ("KUBERNETES_SERVICE_PORT", "443"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .to_vec();
        for variable in spec.map_or(&[][..], |s| s.items("/env")) {
            let value = match variable.text("/valueFrom/fieldRef/fieldPath") {
                "" if variable.has("/valueFrom") => "<from a secret or config map>",
                "" => variable.text("/value"),
                path => pod.text(&format!("/{}", path.replace('.', "/"))),
            };
            variables.push((variable.text("/name").to_owned(), value.to_owned()));
        }
        Self {
            host,
            directory: "/".to_owned(),
            variables,
            disk,
            command: container.to_owned(),
            last: 0,
        }
    }

    /// The prompt of an interactive shell.
    pub fn prompt(&self) -> String {
        format!("{} # ", self.directory)
    }

    /// Runs a command as `exec` is given it: a program with arguments, not a line.
    pub fn start(&mut self, words: &[String]) -> Outcome {
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        if words.first() == Some(&"env") && words.len() > 1 {
            words.remove(0);
            words.retain(|w| !w.contains('='));
        }
        match words.as_slice() {
            [] => Outcome::fail(1, "you must specify at least one command for the container\n"),
            [shell, rest @ ..] if is_shell(shell) => {
                match rest.iter().position(|w| w.starts_with('-') && w.ends_with('c')) {
                    Some(flag) => {
                        rest.get(flag + 1).map_or_else(Outcome::default, |script| self.line(script))
                    }
                    None => Outcome { interactive: true, ..Outcome::default() },
                }
            }
            words => self.program(words),
        }
    }

    /// Runs a line: commands joined by `;`, `&&` and `||`.
    pub fn line(&mut self, line: &str) -> Outcome {
        let mut total = Outcome::default();
        let mut rest = line.trim();
        let mut run = true;
        while !rest.is_empty() {
            let (part, joint, after) = next_part(rest);
            if run {
                let one = self.simple(part);
                total.out.push_str(&one.out);
                total.err.push_str(&one.err);
                total.code = one.code;
                total.seconds += one.seconds;
                self.last = one.code;
                if one.exit || one.interactive {
                    total.exit = one.exit;
                    total.interactive = one.interactive;
                    return total;
                }
            }
            run = match joint {
                "&&" => self.last == 0,
                "||" => self.last != 0,
                _ => true,
            };
            rest = after.trim();
        }
        total
    }

    fn simple(&mut self, part: &str) -> Outcome {
        let all = words(part);
        let silent_out =
            all.iter().any(|w| w == ">/dev/null" || w == "1>/dev/null" || w == "&>/dev/null");
        let silent_err = all
            .iter()
            .any(|w| w == "2>/dev/null" || w == "&>/dev/null" || (silent_out && w == "2>&1"));
        let plain: Vec<String> = all
            .into_iter()
            .filter(|w| !w.ends_with(">/dev/null") && w != "2>&1")
            .map(|w| self.expand(&w))
            .collect();
        let mut words: Vec<&str> = plain.iter().map(String::as_str).collect();
        while words.first().is_some_and(|w| w.contains('=') && !w.starts_with('=')) {
            if let Some((name, value)) = words[0].split_once('=').filter(|_| words.len() == 1) {
                self.variables.push((name.to_owned(), value.to_owned()));
            }
            words.remove(0);
        }
        if words.first() == Some(&"exec") {
            words.remove(0);
        }
        let mut outcome = match words.as_slice() {
            [] => Outcome::default(),
            [shell, ..] if is_shell(shell) => {
                self.start(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>())
            }
            words => self.program(words),
        };
        if silent_out {
            outcome.out.clear();
        }
        if silent_err {
            outcome.err.clear();
        }
        outcome
    }

    fn expand(&self, word: &str) -> String {
        let mut text = word.replace("$?", &self.last.to_string());
        for (name, value) in self.variables.iter().rev() {
            text = text.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value);
        }
        text
    }

    fn program(&mut self, words: &[&str]) -> Outcome {
        let arguments = &words[1..];
        let name = words[0].rsplit('/').next().unwrap_or_default();
        match name {
            "echo" => Outcome::say(format!("{}\n", arguments.join(" "))),
            "env" | "printenv" => Outcome::say(
                self.variables.iter().map(|(k, v)| format!("{k}={v}\n")).collect::<String>(),
            ),
            "hostname" => Outcome::say(format!("{}\n", self.host)),
            "pwd" => Outcome::say(format!("{}\n", self.directory)),
            "whoami" => Outcome::say("root\n"),
            "id" => Outcome::say("uid=0(root) gid=0(root) groups=0(root)\n"),
            "uname" => Outcome::say("Linux\n"),
            "ps" => Outcome::say(format!(
                "PID   USER     TIME  COMMAND\n    1 root      0:07 /usr/local/bin/{}\n   23 root      0:00 sh\n   24 root      0:00 ps\n",
                self.command
            )),
            "ls" => self.list(arguments),
            "cat" => self.cat(arguments),
            "cd" => {
                self.directory = self.absolute(arguments.first().unwrap_or(&"/root"));
                Outcome::default()
            }
            "true" | ":" => Outcome::default(),
            "false" => Outcome::fail(1, ""),
            "sleep" => Outcome {
                seconds: arguments.first().and_then(|s| s.parse().ok()).unwrap_or(0),
                ..Outcome::default()
            },
            "exit" => {
                let code = arguments.first().and_then(|c| c.parse().ok()).unwrap_or(self.last);
                Outcome { code, exit: true, ..Outcome::default() }
            }
            "command" | "which" | "type" => match arguments.last() {
                Some(asked) if PROGRAMS.contains(asked) => Outcome::say(format!("/bin/{asked}\n")),
                _ => Outcome::fail(1, ""),
            },
            "help" => Outcome::say(format!(
                "A toy shell of the kx demo. It knows: {}\n",
                PROGRAMS.join(" ")
            )),
            _ => Outcome::fail(127, format!("sh: {}: not found\n", words[0])),
        }
    }

    /// Whether a program exists, by its name or path.
    pub fn knows(program: &str) -> bool {
        let name = program.rsplit('/').next().unwrap_or_default();
        PROGRAMS.contains(&name) || is_shell(program)
    }

    fn absolute(&self, path: &str) -> String {
        let joined = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{}/{path}", self.directory)
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in joined.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        format!("/{}", parts.join("/"))
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn list(&self, arguments: &[&str]) -> Outcome {
        let path = arguments.iter().find(|a| !a.starts_with('-')).unwrap_or(&".");
        let place = RemotePath::new(self.absolute(path).as_bytes());
        let disk = self.disk();
        match disk.list(&place) {
            Ok(entries) => {
                let line =
                    |(name, _): (Vec<u8>, _)| format!("{}\n", String::from_utf8_lossy(&name));
                Outcome::say(entries.into_iter().map(line).collect::<String>())
            }
            Err(_) if disk.get(&place).is_some() => Outcome::say(format!("{path}\n")),
            Err(why) => Outcome::fail(1, format!("ls: {path}: {why}\n")),
        }
    }

    fn cat(&self, arguments: &[&str]) -> Outcome {
        let mut outcome = Outcome::default();
        for argument in arguments {
            let place = RemotePath::new(self.absolute(argument).as_bytes());
            match self.disk().read(&place) {
                Ok(content) => outcome.out.push_str(&String::from_utf8_lossy(&content)),
                Err(why) => {
                    outcome.err.push_str(&format!("cat: can't open '{argument}': {why}\n"));
                    outcome.code = 1;
                }
            }
        }
        outcome
    }
}

const PROGRAMS: &[&str] = &[
    "cat", "cd", "command", "echo", "env", "exit", "false", "help", "hostname", "id", "ls",
    "printenv", "ps", "pwd", "sh", "sleep", "true", "type", "uname", "which", "whoami",
];

fn is_shell(word: &str) -> bool {
    matches!(word.rsplit('/').next(), Some("sh" | "ash"))
}

/// The part up to the next joint, the joint, and what follows. Quotes protect joints.
fn next_part(line: &str) -> (&str, &str, &str) {
    let mut quote = None;
    for (index, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, ';' | '\n') => return (&line[..index], ";", &line[index + 1..]),
            (None, '&' | '|') => {
                for joint in ["&&", "||"] {
                    if line[index..].starts_with(joint) {
                        return (&line[..index], joint, &line[index + 2..]);
                    }
                }
            }
            _ => {}
        }
    }
    (line, "", "")
}

fn words(part: &str) -> Vec<String> {
    let (mut all, mut word, mut quote, mut open) = (Vec::new(), String::new(), None, false);
    for c in part.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), c) => word.push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                open = true;
            }
            (None, c) if c.is_whitespace() => {
                if open || !word.is_empty() {
                    all.push(std::mem::take(&mut word));
                    open = false;
                }
            }
            (None, c) => word.push(c),
        }
    }
    if open || !word.is_empty() {
        all.push(word);
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shell() -> Shell {
        let pod = json!({"metadata": {"name": "web-1", "namespace": "shop"}, "spec": {"containers": [{"name": "web"}]}});
        let disk = Disk::of(&pod, "web", jiff::Timestamp::UNIX_EPOCH);
        Shell::new(&pod, "web", std::sync::Arc::new(std::sync::Mutex::new(disk)))
    }

    #[test]
    fn lines_do_what_a_shell_would_do() {
        for (line, out, code) in [
            ("echo hello  world", "hello world\n", 0),
            ("echo 'a;b' && hostname", "a;b\nweb-1\n", 0),
            ("false || echo no", "no\n", 0),
            ("false && echo no", "", 1),
            ("cd /etc; pwd", "/etc\n", 0),
            ("cat /etc/hostname", "web-1\n", 0),
            ("command -v bash >/dev/null 2>&1 || echo none", "none\n", 0),
            ("echo $HOSTNAME", "web-1\n", 0),
            ("exit 3", "", 3),
            ("nonsense", "", 127),
        ] {
            let outcome = shell().line(line);
            assert_eq!((outcome.out.as_str(), outcome.code), (out, code), "{line}");
        }
        assert!(shell().line("command -v bash >/dev/null && exec bash || exec sh").interactive);
    }
}
