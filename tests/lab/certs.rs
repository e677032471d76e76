//! The lab's own certificate authority and the keys made with it.

use std::fs;
use std::path::Path;

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

/// Writes into `folder`: `ca.crt`; `server.crt` and `.key` for loopback and the names by which pods know
/// the API server; `admin.crt` and `.key` of a client in `system:masters`; `accounts.key` and `.pub`, which
/// sign service account tokens; `front-ca.crt`, `front.crt` and `front.key`, by which an aggregated API server knows the API server.
pub fn write(folder: &Path) -> Result<()> {
    let ca = authority("kx-lab-ca", folder, "ca")?;

    let mut server = CertificateParams::new(vec![
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "10.0.0.1".to_owned(),
        "kubernetes".to_owned(),
        "kubernetes.default.svc".to_owned(),
    ])?;
    server.distinguished_name.push(DnType::CommonName, "kube-apiserver");
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    sign(&server, &ca, folder, "server")?;

    let mut admin = named("cert-admin", Some("system:masters"))?;
    admin.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    sign(&admin, &ca, folder, "admin")?;

    // An authority of its own: whoever has a certificate of it may name any user.
    let front_ca = authority("kx-lab-front-ca", folder, "front-ca")?;
    let mut front = named("front-proxy-client", None)?;
    front.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    sign(&front, &front_ca, folder, "front")?;

    let accounts = KeyPair::generate()?;
    fs::write(folder.join("accounts.key"), accounts.serialize_pem())?;
    fs::write(folder.join("accounts.pub"), accounts.public_key_pem())?;
    Ok(())
}

fn authority(called: &str, folder: &Path, name: &str) -> Result<Issuer<'static, KeyPair>> {
    let key = KeyPair::generate()?;
    let mut ca = named(called, None)?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    fs::write(folder.join(format!("{name}.crt")), ca.self_signed(&key)?.pem())?;
    Ok(Issuer::new(ca, key))
}

fn named(user: &str, group: Option<&str>) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(Vec::<String>::new())?;
    params.distinguished_name.push(DnType::CommonName, user);
    if let Some(group) = group {
        params.distinguished_name.push(DnType::OrganizationName, group);
    }
    Ok(params)
}

fn sign(
    params: &CertificateParams,
    ca: &Issuer<'_, KeyPair>,
    folder: &Path,
    name: &str,
) -> Result<()> {
    let key = KeyPair::generate()?;
    fs::write(folder.join(format!("{name}.crt")), params.signed_by(&key, ca)?.pem())?;
    fs::write(folder.join(format!("{name}.key")), key.serialize_pem())?;
    Ok(())
}
