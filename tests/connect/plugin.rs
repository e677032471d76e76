//! Credential plugins, token files and passwords. The plugins are scripts that write down each of their runs.
#![cfg(unix)]

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use kx::cluster::{Error, Gate};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::support::{Answer, Authority, Home, Seen, Server, base64, get, text};

const V1: &str = "client.authentication.k8s.io/v1";
/// Long enough for any machine; nothing waits for it when all is well.
const SOON: Duration = Duration::from_secs(20);

/// A folder with a plugin in it, and a server.
struct Setup {
    home: Home,
    url: String,
}

impl Setup {
    fn new(server: &Server) -> Self {
        Self { home: Home::new(), url: format!("http://{}", server.address) }
    }

    /// A plugin that runs `script` after writing down that it ran.
    fn plugin(&self, script: &str, exec: &str) {
        let log = self.log();
        self.home.program("login", &format!("echo run >> {}\n{script}", log.display()));
        let user = format!("    exec:\n      apiVersion: {V1}\n      command: ./login\n{exec}");
        self.home.config(&self.url, "", &user);
    }

    fn log(&self) -> PathBuf {
        self.home.folder.path().join("runs")
    }

    fn runs(&self) -> usize {
        std::fs::read_to_string(self.log()).unwrap_or_default().lines().count()
    }
}

fn credential(status: &str) -> String {
    format!(r#"echo '{{"kind":"ExecCredential","apiVersion":"{V1}","status":{{{status}}}}}'"#)
}

/// Knows one token; another one may follow.
fn knowing(token: &Arc<Mutex<String>>) -> impl Fn(&Seen) -> Answer + Send + Sync + 'static {
    let token = Arc::clone(token);
    move |seen| {
        let good = format!("Bearer {}", token.lock().unwrap());
        if seen.header("authorization") == good {
            text(200, "ok")
        } else {
            text(
                401,
                r#"{"kind":"Status","message":"Unauthorized","reason":"Unauthorized","code":401}"#,
            )
        }
    }
}

#[tokio::test]
async fn a_plugin_runs_once_for_many_requests_and_clients() {
    let server = Server::plain(knowing(&Arc::new(Mutex::new("t1".into())))).await;
    let setup = Setup::new(&server);
    setup.plugin(&format!("sleep 0.2; {}", credential(r#""token":"t1""#)), "");
    let (one, two) = (setup.home.client().await, setup.home.client().await);
    let answers = join_all((0..40).map(|i| {
        let client = if i % 2 == 0 { one.clone() } else { two.clone() };
        async move { client.bytes(get("/version")).await }
    }));
    for answer in answers.await {
        assert_eq!(answer.unwrap(), "ok");
    }
    assert_eq!(setup.runs(), 1);
    assert_eq!(server.seen().len(), 40, "nothing was sent without the token");
}

#[tokio::test]
async fn a_plugin_goes_on_when_nobody_waits_for_it_any_more() {
    let server = Server::plain(knowing(&Arc::new(Mutex::new("t1".into())))).await;
    let setup = Setup::new(&server);
    let gate = setup.home.folder.path().join("logged-in");
    let wait = format!("while [ ! -e {} ]; do sleep 0.05; done", gate.display());
    setup.plugin(&format!("{wait}; {}", credential(r#""token":"t1""#)), "");
    let client = setup.home.client().await;
    // The page that asked first is left while the person still logs in.
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.bytes(get("/version")).await }
    });
    let started = async {
        while setup.runs() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, started).await.unwrap();
    first.abort();
    std::fs::write(gate, "").unwrap();
    assert_eq!(client.bytes(get("/version")).await.unwrap(), "ok");
    assert_eq!(setup.runs(), 1);
}

#[tokio::test]
async fn a_plugin_is_told_what_kubectl_tells_it_and_sees_no_terminal() {
    let server = Server::plain(knowing(&Arc::new(Mutex::new("yes-a b-here".into())))).await;
    let setup = Setup::new(&server);
    let info = setup.home.folder.path().join("info");
    // Its stdin is at its end, and the token is made of what it was given.
    let script = format!(
        "cat > /dev/null\nprintf %s \"$KUBERNETES_EXEC_INFO\" > {}\ntoken=\"$MINE-$1-$2\"\n\
         printf 'kind: ExecCredential\\napiVersion: {V1}\\nstatus:\\n  token: \"%s\"\\n' \"$token\"",
        info.display()
    );
    setup.plugin(
        &script,
        "      args: ['a b', here]\n      env: [{name: MINE, value: 'yes'}]\n      provideClusterInfo: true\n      \
         interactiveMode: IfAvailable",
    );
    assert_eq!(setup.home.client().await.bytes(get("/version")).await.unwrap(), "ok");
    let info: serde_json::Value = serde_json::from_slice(&std::fs::read(info).unwrap()).unwrap();
    assert_eq!(info["kind"], "ExecCredential");
    assert_eq!(info["apiVersion"], V1);
    assert_eq!(info["spec"]["interactive"], false);
    assert_eq!(info["spec"]["cluster"]["server"], setup.url);
}

#[tokio::test]
async fn a_401_runs_the_plugin_once_more_and_repeats_the_request() {
    let token = Arc::new(Mutex::new("t1".to_owned()));
    let server = Server::plain(knowing(&token)).await;
    let setup = Setup::new(&server);
    let current = setup.home.write("current", "t1");
    let script = format!(
        "printf '{{\"kind\":\"ExecCredential\",\"apiVersion\":\"{V1}\",\"status\":{{\"token\":\"%s\"}}}}' \"$(cat {})\"",
        current.display()
    );
    setup.plugin(&script, "");
    let client = setup.home.client().await;
    assert_eq!(client.bytes(get("/version")).await.unwrap(), "ok");
    // The token is revoked, and the plugin can get another.
    "t2".clone_into(&mut token.lock().unwrap());
    std::fs::write(&current, "t2").unwrap();
    let answers = join_all((0..20).map(|_| {
        let body = http::Request::post("/api/v1/things").body(b"body".to_vec()).unwrap();
        client.bytes(body)
    }));
    for answer in answers.await {
        assert_eq!(answer.unwrap(), "ok");
    }
    assert_eq!(setup.runs(), 2);
    assert!(server.seen().iter().skip(1).all(|seen| seen.body == "body"), "the body is sent again");

    // It is revoked for good: the 401 is told, and the plugin does not run for every request.
    "t3".clone_into(&mut token.lock().unwrap());
    for _ in 0..5 {
        let error = client.bytes(get("/version")).await.unwrap_err();
        let Error::Unauthorized { who, .. } = &error else { panic!("{error:?}") };
        assert!(who.contains("dev") && who.contains("login"), "{who}");
        assert!(!error.is_retryable());
    }
    assert!(setup.runs() <= 3, "{} runs", setup.runs());
}

#[tokio::test]
async fn expired_credentials_are_renewed_before_they_are_used() {
    let server = Server::plain(|_| text(200, "ok")).await;
    let setup = Setup::new(&server);
    let status = r#""token":"t","expirationTimestamp":"2001-01-01T00:00:00Z""#;
    setup.plugin(&credential(status), "");
    let client = setup.home.client().await;
    for runs in 1..=3 {
        assert_eq!(client.bytes(get("/version")).await.unwrap(), "ok");
        assert_eq!(setup.runs(), runs);
    }
}

#[tokio::test]
async fn a_failing_plugin_is_told_with_what_it_said() {
    let server = Server::plain(|_| text(200, "ok")).await;
    for (script, exec, words) in [
        (
            "echo '\u{1b}[31mtoken expired, log in\u{1b}[0m' >&2; exit 3",
            "",
            &["exit code 3", "token expired, log in"][..],
        ),
        ("echo not json", "", &["cannot be used"]),
        ("kill -9 $$", "", &["was killed"]),
        ("exit 0", "      interactiveMode: Always", &["wants a terminal"]),
    ] {
        // A folder each: a plugin is known by its path, and left alone for a while after it failed.
        let setup = Setup::new(&server);
        setup.plugin(script, exec);
        let error = setup.home.client().await.bytes(get("/version")).await.unwrap_err();
        let shown = error.to_string();
        assert!(matches!(error, Error::Plugin { .. }), "{error:?}");
        assert!(words.iter().all(|word| shown.contains(word)), "{shown}");
        assert!(!shown.contains('\u{1b}') && error.hint().is_some() && !error.is_retryable());
    }
    assert!(server.seen().is_empty(), "nothing is sent without credentials");
}

#[tokio::test]
async fn a_missing_plugin_comes_with_its_install_hint() {
    let home = Home::new();
    let exec = |command: &str, more: &str| {
        format!("    exec:\n      apiVersion: {V1}\n      command: {command}\n{more}")
    };
    home.config(
        "http://127.0.0.1:1",
        "",
        &exec("kx-no-such-plugin", "      installHint: brew install it"),
    );
    let error = home.client().await.bytes(get("/version")).await.unwrap_err();
    assert!(error.to_string().contains("is not installed"), "{error}");
    assert_eq!(error.hint().unwrap(), "brew install it");

    let old = exec("aws", "").replace(V1, "client.authentication.k8s.io/v1alpha1");
    home.config("http://127.0.0.1:1", "", &old);
    let error = home.connect(Gate::read_only()).await.unwrap_err();
    assert!(error.to_string().contains("v1alpha1"), "{error}");
    for (provider, words) in
        [("gcp", "gke-gcloud-auth-plugin"), ("azure", "kubelogin"), ("x", "not known")]
    {
        home.config("http://127.0.0.1:1", "", &format!("    auth-provider: {{name: {provider}}}"));
        let error = home.connect(Gate::read_only()).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_plugin_may_give_a_certificate_and_change_it() {
    let authority = Authority::new();
    let (first, second) = (authority.client("first"), authority.client("second"));
    let leaf = authority.server();
    let mut roots = rustls::RootCertStore::empty();
    {
        use rustls::pki_types::pem::PemObject as _;
        roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    }
    let verifier = rustls::server::WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let config = rustls::ServerConfig::builder()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![CertificateDer::from(leaf.der.clone())],
            PrivateKeyDer::try_from(leaf.key.serialize_der()).unwrap(),
        )
        .unwrap();
    // The server knows the first certificate's owner no more.
    let gone = first.der.clone();
    let server = Server::tls(config, move |seen| {
        if seen.certificate.as_deref() == Some(gone.as_slice()) && seen.uri.path() == "/second" {
            text(401, "")
        } else {
            text(200, "ok")
        }
    })
    .await;
    let mut setup = Setup::new(&server);
    setup.url = format!("https://{}", server.address);
    for (name, leaf) in [("1", &first), ("2", &second)] {
        let answer = serde_json::json!({
            "kind": "ExecCredential", "apiVersion": V1,
            "status": { "clientCertificateData": leaf.pem, "clientKeyData": leaf.key.serialize_pem() },
        });
        setup.home.write(name, answer.to_string());
    }
    let folder = setup.home.folder.path().display().to_string();
    setup.plugin(&format!("cat {folder}/$(wc -l < {folder}/runs | tr -d ' ')"), "");
    let user = format!("    exec:\n      apiVersion: {V1}\n      command: ./login");
    let ca = format!("    certificate-authority-data: {}", base64(&authority.pem()));
    setup.home.config(&setup.url, &ca, &user);
    let client = setup.home.client().await;
    assert_eq!(client.bytes(get("/first")).await.unwrap(), "ok");
    assert_eq!(client.bytes(get("/second")).await.unwrap(), "ok");
    let shown: Vec<_> = server.seen().into_iter().map(|seen| seen.certificate.unwrap()).collect();
    assert_eq!(shown, [first.der.clone(), first.der, second.der]);
    assert_eq!(setup.runs(), 2);
}

#[tokio::test]
async fn token_files_are_read_again() {
    let token = Arc::new(Mutex::new("t1".to_owned()));
    let server = Server::plain(knowing(&token)).await;
    let setup = Setup::new(&server);
    let file = setup.home.write("token", "t1\n");
    setup.home.config(&setup.url, "", "    tokenFile: token\n    token: other");
    let client = setup.home.client().await;
    assert_eq!(client.bytes(get("/version")).await.unwrap(), "ok");
    "t2".clone_into(&mut token.lock().unwrap());
    std::fs::write(&file, "t2").unwrap();
    assert_eq!(client.bytes(get("/version")).await.unwrap(), "ok");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(client.bytes(get("/version")).await.unwrap(), "ok", "the last token goes on");
    setup.home.config(&setup.url, "", "    tokenFile: nowhere");
    let error = setup.home.client().await.bytes(get("/version")).await.unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
}

#[tokio::test]
async fn tokens_passwords_and_impersonation_are_sent() {
    let server = Server::plain(|_| text(200, "ok")).await;
    let setup = Setup::new(&server);
    for (user, header, value) in [
        ("    token: abc", "authorization", "Bearer abc".to_owned()),
        (
            "    username: u\n    password: 'p:w'",
            "authorization",
            format!("Basic {}", base64("u:p:w")),
        ),
        (
            "    token: abc\n    as: jane\n    as-groups: [dev]",
            "impersonate-user",
            "jane".to_owned(),
        ),
        ("", "authorization", String::new()),
    ] {
        setup.home.config(&setup.url, "", user);
        setup.home.client().await.bytes(get("/version")).await.unwrap();
        let seen = server.seen();
        assert_eq!(seen.last().unwrap().header(header), value, "{user}");
        assert!(seen.last().unwrap().header("user-agent").starts_with("kx/"));
    }
}

#[tokio::test]
async fn an_openid_token_is_sent_as_long_as_it_is_good() {
    let server = Server::plain(|_| text(200, "ok")).await;
    let setup = Setup::new(&server);
    let token = |expires: i64| {
        let payload = base64(&format!(r#"{{"exp":{expires}}}"#));
        format!("e30.{}.sig", payload.trim_end_matches('=').replace('+', "-").replace('/', "_"))
    };
    let user = |token: &str| {
        format!(
            "    auth-provider: {{name: oidc, config: {{id-token: '{token}', idp-issuer-url: 'https://idp.invalid'}}}}"
        )
    };
    let good = token(4_000_000_000);
    setup.home.config(&setup.url, "", &user(&good));
    setup.home.client().await.bytes(get("/version")).await.unwrap();
    assert_eq!(server.seen()[0].header("authorization"), format!("Bearer {good}"));
    setup.home.config(&setup.url, "", &user(&token(1)));
    let error = setup.home.client().await.bytes(get("/version")).await.unwrap_err();
    assert!(error.to_string().contains("idp.invalid"), "{error}");
}

#[tokio::test]
async fn a_static_token_is_not_tried_twice() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let server = Server::plain(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        text(401, "")
    })
    .await;
    let setup = Setup::new(&server);
    setup.home.config(&setup.url, "", "    token: old");
    let error = setup.home.client().await.bytes(get("/version")).await.unwrap_err();
    assert!(error.to_string().contains("user \"dev\" (token)"), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}
