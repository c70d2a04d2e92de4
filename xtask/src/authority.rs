//! An authority of the tests' own, and what it issues: certificates for TLS that nobody else
//! trusts.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder with `ca-certificate.crt`, `server.crt` and `.key`, `client.crt` and `.key`; and
/// `stranger.crt`, the certificate of another authority.
#[derive(Clone, Debug)]
pub(crate) struct Certificates(PathBuf);

impl Certificates {
    /// Makes them in a folder that is there.
    ///
    /// # Errors
    /// A text: no randomness, or the folder cannot be written to.
    pub(crate) fn make(dir: &Path) -> Result<Self, String> {
        let (authority, pem) = authority("ca")?;
        write(dir, "ca-certificate.crt", &pem)?;
        write(dir, "stranger.crt", &authority_of_others()?)?;
        for name in ["server", "client"] {
            let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
            let mut params = CertificateParams::new(names).map_err(text)?;
            params.distinguished_name.push(DnType::CommonName, name);
            let key = KeyPair::generate().map_err(text)?;
            let issued = params.signed_by(&key, &authority).map_err(text)?;
            write(dir, &format!("{name}.crt"), &issued.pem())?;
            write(dir, &format!("{name}.key"), &key.serialize_pem())?;
        }
        Ok(Self(dir.to_owned()))
    }

    /// The path of one of the files.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// Directives for a server that shows its certificate on a port and asks for none.
    pub(crate) fn directives(&self, port: u16) -> Vec<String> {
        let (cert, key) = (self.path("server.crt"), self.path("server.key"));
        let ca = self.path("ca-certificate.crt");
        let words = [
            ["--tls-port", &port.to_string()],
            ["--tls-cert-file", &cert],
            ["--tls-key-file", &key],
            ["--tls-ca-cert-file", &ca],
            ["--tls-auth-clients", "no"],
        ];
        words.iter().flatten().map(|&word| word.to_owned()).collect()
    }
}

fn authority_of_others() -> Result<String, String> {
    authority("stranger").map(|(_, pem)| pem)
}

fn authority(name: &str) -> Result<(Issuer<'static, KeyPair>, String), String> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().map_err(text)?;
    let pem = params.self_signed(&key).map_err(text)?.pem();
    Ok((Issuer::new(params, key), pem))
}

fn write(dir: &Path, name: &str, text: &str) -> Result<(), String> {
    let path = dir.join(name);
    fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
}

fn text(error: rcgen::Error) -> String {
    format!("a certificate: {error}")
}
