//! Whom we trust, and who we are by certificate.

use std::sync::Arc;

use kx::cluster::{Error, Gate};
use rcgen::{DnType, date_time_ymd};
use rustls::ServerConfig;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};

use crate::support::{Authority, Home, Leaf, Server, base64, get, open, server_config, text};

fn ca_line(authority: &Authority) -> String {
    format!("    certificate-authority-data: {}", base64(&authority.pem()))
}

/// A server that takes only clients whose certificate `authority` signed.
fn mutual(authority: &Authority) -> ServerConfig {
    let mut roots = rustls::RootCertStore::empty();
    let pem = authority.pem();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let leaf = authority.server();
    ServerConfig::builder()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![CertificateDer::from(leaf.der.clone())],
            PrivateKeyDer::try_from(leaf.key.serialize_der()).unwrap(),
        )
        .unwrap()
}

fn user_lines(leaf: &Leaf) -> String {
    format!(
        "    client-certificate-data: {}\n    client-key-data: {}",
        base64(&leaf.pem),
        base64(&leaf.key.serialize_pem())
    )
}

#[tokio::test]
async fn a_client_certificate_says_who_we_are() {
    let authority = Authority::new();
    let server = Server::tls(mutual(&authority), |_| text(200, "ok")).await;
    let url = format!("https://{}", server.address);
    let jane = authority.client("jane");

    let home = Home::new();
    home.config(&url, &ca_line(&authority), &user_lines(&jane));
    assert_eq!(home.client().await.bytes(get("/version")).await.unwrap(), "ok");
    assert_eq!(server.seen()[0].certificate.as_deref(), Some(jane.der.as_slice()));

    // From files beside the kubeconfig, named relative to it.
    home.write("pki/jane.crt", &jane.pem);
    home.write("pki/jane.key", jane.key.serialize_pem());
    home.write("pki/ca.crt", authority.pem());
    let user = "    client-certificate: pki/jane.crt\n    client-key: pki/jane.key";
    home.config(&url, "    certificate-authority: pki/ca.crt", user);
    assert_eq!(home.client().await.bytes(get("/version")).await.unwrap(), "ok");

    // Without one, and with somebody else's, the server refuses, and says so.
    home.config(&url, &ca_line(&authority), "");
    let error = home.client().await.bytes(get("/version")).await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
    let stranger = Authority::new().client("jane");
    home.config(&url, &ca_line(&authority), &user_lines(&stranger));
    let error = home.client().await.bytes(get("/version")).await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
    assert_eq!(server.seen().len(), 2);
}

/// Over one connection of HTTP/2, streams that stay open (watches, logs) would take what the server or a proxy lets one connection have, often a hundred,
/// and the next list would wait for one of them to end. kx speaks HTTP/1.1: what stays open has a connection of its own.
#[tokio::test]
async fn what_stays_open_shares_no_connection_with_what_is_asked_next() {
    let authority = Authority::new();
    let mut config = server_config(&authority.server());
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let server = Server::tls(config, |seen| {
        let stays = seen.uri.query().is_some_and(|query| query.contains("follow=true"));
        if stays { open() } else { text(200, "ok") }
    })
    .await;
    let home = Home::new();
    home.config(&format!("https://{}", server.address), &ca_line(&authority), "");
    let client = home.client().await;
    let mut logs = Vec::new();
    for _ in 0..150 {
        let log = client.request(get("/api/v1/namespaces/a/pods/b/log?follow=true"));
        logs.push(log.await.unwrap());
    }
    let next = tokio::time::timeout(std::time::Duration::from_mins(1), client.bytes(get("/api")));
    assert_eq!(next.await.unwrap().unwrap(), "ok");
    assert!(logs.iter().all(|log| log.version() == http::Version::HTTP_11));
}

#[tokio::test]
async fn a_renewed_certificate_file_is_taken_up_on_a_401() {
    let authority = Authority::new();
    let (old, new) = (authority.client("jane"), authority.client("jane"));
    let expired = old.der.clone();
    let server = Server::tls(mutual(&authority), move |seen| {
        let gone = seen.certificate.as_ref() == Some(&expired);
        if gone { text(401, "") } else { text(200, "ok") }
    })
    .await;
    let home = Home::new();
    let write = |leaf: &Leaf| {
        home.write("jane.crt", &leaf.pem);
        home.write("jane.key", leaf.key.serialize_pem());
    };
    write(&old);
    let user = "    client-certificate: jane.crt\n    client-key: jane.key";
    home.config(&format!("https://{}", server.address), &ca_line(&authority), user);
    let client = home.client().await;
    let error = client.bytes(get("/version")).await.unwrap_err();
    assert!(error.to_string().contains("client certificate"), "{error}");
    assert_eq!(server.seen().len(), 1, "the same certificate is not tried twice");
    write(&new);
    assert_eq!(client.bytes(get("/version")).await.unwrap(), "ok");
    assert_eq!(client.bytes(get("/version")).await.unwrap(), "ok");
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn certificates_that_cannot_be_used_are_told_before_anything_is_sent() {
    let authority = Authority::new();
    let (jane, joe) = (authority.client("jane"), authority.client("joe"));
    let home = Home::new();
    let of = |certificate: &str, key: &str| {
        format!("    client-certificate-data: {certificate}\n    client-key-data: {key}")
    };
    for (user, words) in [
        (of(&base64(&jane.pem), &base64(&joe.key.serialize_pem())), "does not belong"),
        (of("'%%%'", &base64(&jane.key.serialize_pem())), "no base64"),
        (of(&base64("hello"), &base64(&jane.key.serialize_pem())), "no PEM certificate"),
        (of(&base64(&jane.pem), &base64("hello")), "no PEM private key"),
        (format!("    client-certificate-data: {}", base64(&jane.pem)), "no client key"),
        (
            "    client-certificate: nowhere.crt\n    client-key: nowhere.key".to_owned(),
            "nowhere.key",
        ),
    ] {
        home.config("https://127.0.0.1:1", "", &user);
        let error = home.connect(Gate::read_only()).await.unwrap_err();
        assert!(matches!(error, Error::Unusable { .. }), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
    for (cluster, words) in [
        ("    certificate-authority-data: aGVsbG8K", "no PEM certificate"),
        ("    certificate-authority: nowhere.pem", "nowhere.pem"),
        ("    tls-server-name: 'a b'", "tls-server-name"),
        ("    proxy-url: ftp://x", "proxy-url"),
    ] {
        home.config("https://127.0.0.1:1", cluster, "");
        let error = home.connect(Gate::read_only()).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn servers_are_trusted_by_their_authority_and_name() {
    let authority = Authority::new();
    let other = Authority::new();
    let home = Home::new();
    let old = |params: &mut rcgen::CertificateParams| params.not_after = date_time_ymd(2001, 1, 1);
    let good = authority.server();
    let expired = authority.leaf(&["127.0.0.1"], old);
    let elsewhere = authority.leaf(&["api.example.org"], |_| {});
    let ca = ca_line(&authority);
    let cases = [
        (&good, ca.clone(), None),
        (&good, ca_line(&other), Some("issuer")),
        (&good, String::new(), Some("this machine's certificate store")),
        (&good, "    insecure-skip-tls-verify: true".to_owned(), None),
        (&expired, ca.clone(), Some("expired")),
        (&expired, "    insecure-skip-tls-verify: true".to_owned(), None),
        (&elsewhere, ca.clone(), Some("api.example.org")),
        (&elsewhere, format!("{ca}\n    tls-server-name: api.example.org"), None),
        (&good, format!("{ca}\n    tls-server-name: api.example.org"), Some("127.0.0.1")),
    ];
    for (leaf, cluster, problem) in cases {
        let server = Server::tls(server_config(leaf), |_| text(200, "ok")).await;
        home.config(&format!("https://{}", server.address), &cluster, "");
        let answer = home.client().await.bytes(get("/version")).await;
        match (answer, problem) {
            (Ok(body), None) => assert_eq!(body, "ok"),
            (Err(error @ Error::Untrusted { .. }), Some(problem)) => {
                assert!(error.to_string().contains(problem), "{error}");
                assert!(error.hint().is_some());
                assert!(!error.is_retryable());
            }
            (answer, problem) => panic!("{cluster}: {answer:?}, expected {problem:?}"),
        }
    }
}

#[tokio::test]
async fn a_server_without_tls_is_recognised() {
    let server = Server::plain(|_| text(200, "ok")).await;
    let home = Home::new();
    home.config(&format!("https://{}", server.address), "    insecure-skip-tls-verify: true", "");
    let error = home.client().await.bytes(get("/version")).await.unwrap_err();
    assert!(error.to_string().contains("does not speak TLS"), "{error}");
}

/// Takes any client certificate, as an API server of Go takes X.509 v1.
#[derive(Debug)]
struct AnyCertificate;

impl ClientCertVerifier for AnyCertificate {
    fn root_hint_subjects(&self) -> &[rustls::DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        rustls::crypto::ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// One DER value: its header's length, and the whole's.
fn der_lengths(der: &[u8]) -> (usize, usize) {
    let first = usize::from(der[1]);
    if first < 0x80 {
        return (2, 2 + first);
    }
    let count = first & 0x7f;
    let length = der[2..2 + count].iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    (2 + count, 2 + count + length)
}

fn der_values(mut der: &[u8]) -> Vec<Vec<u8>> {
    let mut values = Vec::new();
    while !der.is_empty() {
        let (value, rest) = der.split_at(der_lengths(der).1);
        values.push(value.to_vec());
        der = rest;
    }
    values
}

fn der_sequence(values: &[Vec<u8>]) -> Vec<u8> {
    let content = values.concat();
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[0x30, 0x82, length[0], length[1]], content.as_slice()].concat()
}

/// The same certificate as X.509 v1 has it: no version, no extensions.
fn version_one(der: &[u8]) -> Vec<u8> {
    let parts = der_values(&der[der_lengths(der).0..]);
    let body = der_values(&parts[0][der_lengths(&parts[0]).0..]);
    let body: Vec<Vec<u8>> =
        body.into_iter().filter(|value| value[0] != 0xa0 && value[0] != 0xa3).collect();
    der_sequence(&[der_sequence(&body), parts[1].clone(), parts[2].clone()])
}

#[tokio::test]
async fn an_x509_v1_client_certificate_is_presented() {
    let authority = Authority::new();
    let leaf = authority.server();
    let config = ServerConfig::builder()
        .with_client_cert_verifier(Arc::new(AnyCertificate))
        .with_single_cert(
            vec![CertificateDer::from(leaf.der.clone())],
            PrivateKeyDer::try_from(leaf.key.serialize_der()).unwrap(),
        )
        .unwrap();
    let server = Server::tls(config, |_| text(200, "ok")).await;
    let jane =
        authority.leaf(&[], |params| params.distinguished_name.push(DnType::CommonName, "jane"));
    let der = version_one(&jane.der);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(&der)
    });
    let home = Home::new();
    let old = Leaf { pem, der, key: jane.key };
    home.config(&format!("https://{}", server.address), &ca_line(&authority), &user_lines(&old));
    assert_eq!(home.client().await.bytes(get("/version")).await.unwrap(), "ok");
    assert_eq!(server.seen()[0].certificate.as_deref(), Some(old.der.as_slice()));
}
