//! What new connections begin with: certificate, key, whom to trust, protocols, suites, sessions.
//!
//! Built as a whole from the directives and their files, then only read. Texts of the log are those
//! of redis-server 7.0.15 where it has some.

use crate::conf_file::reason;
use crate::tls::outgoing::Credentials;
use crate::tls::sessions::Sessions;
use crate::tls::{key, suites};
use commands::config::{Config, Id, choices};
use commands::shared::Certificate;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::server::NoServerSessionStorage;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, ServerConfig};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use x509_parser::prelude::{AttributeTypeAndValue, FromDer as _, GeneralName, X509Certificate};

/// What new connections begin with.
pub(super) struct Context {
    /// For the library.
    pub(super) server: Arc<ServerConfig>,
    /// For connections to other servers, if they are to be made through TLS.
    pub(super) outgoing: Option<Arc<Credentials>>,
    /// `tls-auth-clients-user`.
    identity: i64,
    /// The server's certificate, that for its own connections, and of the authorities' the one that
    /// expires first.
    pub(super) shown: [Option<Certificate>; 3],
}

impl Context {
    /// The context that the directives describe.
    ///
    /// # Errors
    /// Why there is none, for the log.
    pub(super) fn build(config: &Config) -> Result<Self, String> {
        let given = |id: Id| Some(path(config, id)).filter(|path| !path.as_os_str().is_empty());
        let text = |id: Id| String::from_utf8_lossy(&config.text(id)).into_owned();
        let provider = aws_lc_rs::default_provider();
        let cert = given(Id::TLS_CERT_FILE).ok_or("No tls-cert-file configured!")?;
        let key = given(Id::TLS_KEY_FILE).ok_or("No tls-key-file configured!")?;
        let auth = config.int(Id::TLS_AUTH_CLIENTS);
        let authority = (given(Id::TLS_CA_CERT_FILE), given(Id::TLS_CA_CERT_DIR));
        let needs_authority = auth != choices::TLS_AUTH_NO
            || config.flag(Id::TLS_CLUSTER)
            || config.flag(Id::TLS_REPLICATION);
        if needs_authority && authority == (None, None) {
            return Err("Either tls-ca-cert-file or tls-ca-cert-dir must be specified when \
                        tls-cluster, tls-replication or tls-auth-clients are enabled!"
                .to_owned());
        }
        let versions = suites::protocols(&text(Id::TLS_PROTOCOLS))?;
        let own = certified(&cert, &key, &config.text(Id::TLS_KEY_FILE_PASS), &provider)?;
        let (roots, root) = authorities(authority.0.as_deref(), authority.1.as_deref())?;
        let roots = Arc::new(roots);
        let mut client = None;
        if let (Some(cert), Some(key)) =
            (given(Id::TLS_CLIENT_CERT_FILE), given(Id::TLS_CLIENT_KEY_FILE))
        {
            let pass = config.text(Id::TLS_CLIENT_KEY_FILE_PASS);
            client = Some(certified(&cert, &key, &pass, &provider)?);
        }
        let chosen =
            suites::choose(&text(Id::TLS_CIPHERS), &text(Id::TLS_CIPHERSUITES), &provider)?;
        let provider = Arc::new(CryptoProvider { cipher_suites: chosen, ..provider });
        let failed = |error| format!("Failed to configure TLS: {error}");
        let shown = [shown(&own.cert), client.as_ref().and_then(|one| shown(&one.cert)), root];
        let mut outgoing = None;
        if config.flag(Id::TLS_CLUSTER) {
            let own = client.unwrap_or_else(|| Arc::clone(&own));
            let made = Credentials::new(&provider, &versions, Arc::clone(&roots), own);
            outgoing = Some(Arc::new(made.map_err(failed)?));
        }
        let verifier = verifier(auth, roots, &provider)?;
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .map_err(failed)?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(own)));
        server.ignore_client_order = config.flag(Id::TLS_PREFER_SERVER_CIPHERS);
        server.send_tls13_tickets = 1;
        if config.flag(Id::TLS_SESSION_CACHING) {
            let size = config.int(Id::TLS_SESSION_CACHE_SIZE) as usize;
            let seconds = config.int(Id::TLS_SESSION_CACHE_TIMEOUT) as u64;
            let sessions = Sessions::new(size, Duration::from_secs(seconds));
            server.session_storage = Arc::new(sessions);
        } else {
            server.send_tls13_tickets = 0;
            server.session_storage = Arc::new(NoServerSessionStorage {});
        }
        let identity = config.int(Id::TLS_AUTH_CLIENTS_USER);
        Ok(Self { server: Arc::new(server), outgoing, identity, shown })
    }

    /// The name of the user that a client's certificate stands for, if it stands for one.
    pub(super) fn user_of(&self, certificate: &CertificateDer<'_>) -> Option<Box<[u8]>> {
        let certificate = parsed(certificate)?;
        let name = match self.identity {
            choices::TLS_USER_CN => common_name(&certificate),
            choices::TLS_USER_URI => uri(&certificate),
            _ => None,
        };
        name.map(Into::into)
    }
}

fn path(config: &Config, id: Id) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(&config.text(id)))
}

/// A certificate's fields.
pub(super) fn parsed<'a>(der: &'a CertificateDer<'_>) -> Option<X509Certificate<'a>> {
    X509Certificate::from_der(der).ok().map(|(_, certificate)| certificate)
}

/// The first common name of the subject.
pub(super) fn common_name<'a>(certificate: &'a X509Certificate<'_>) -> Option<&'a [u8]> {
    certificate.subject().iter_common_name().next().map(AttributeTypeAndValue::as_slice)
}

/// The first URI among the alternative names.
pub(super) fn uri<'a>(certificate: &'a X509Certificate<'_>) -> Option<&'a [u8]> {
    let names = certificate.subject_alternative_name().ok()??;
    names.value.general_names.iter().find_map(|name| match name {
        GeneralName::URI(uri) => Some(uri.as_bytes()),
        _ => None,
    })
}

/// The certificates of a file.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = std::fs::read(path).map_err(|error| reason(&error))?;
    let blocks = pem::parse_many(text).map_err(|error| format!("it is broken: {error}"))?;
    let found: Vec<_> = blocks
        .into_iter()
        .filter(|block| block.tag().ends_with("CERTIFICATE"))
        .map(|block| CertificateDer::from(block.into_contents()))
        .collect();
    if found.is_empty() { Err("there is no certificate in it".to_owned()) } else { Ok(found) }
}

/// A certificate with its chain and its key.
fn certified(
    cert: &Path,
    key: &Path,
    password: &[u8],
    provider: &CryptoProvider,
) -> Result<Arc<CertifiedKey>, String> {
    let no_cert =
        |reason: String| format!("Failed to load certificate: {}: {reason}", cert.display());
    let no_key =
        |reason: String| format!("Failed to load private key: {}: {reason}", key.display());
    let chain = certificates(cert).map_err(no_cert)?;
    let parsed = parsed(&chain[0]).ok_or_else(|| no_cert("it is broken".to_owned()))?;
    let text = std::fs::read(key).map_err(|error| no_key(reason(&error)))?;
    let der = key::read(&text, password).map_err(no_key)?;
    let signer =
        provider.key_provider.load_private_key(der).map_err(|error| no_key(error.to_string()))?;
    if signer.public_key().is_some_and(|public| public.as_ref() != parsed.public_key().raw) {
        return Err(no_key("it is not the key of the certificate".to_owned()));
    }
    Ok(Arc::new(CertifiedKey::new(chain, signer)))
}

/// Whom to trust: the certificates of a file and those of a directory's files. The one that expires
/// first is shown.
pub(super) fn authorities(
    file: Option<&Path>,
    dir: Option<&Path>,
) -> Result<(RootCertStore, Option<Certificate>), String> {
    let fail =
        |reason: String| format!("Failed to configure CA certificate(s) file/directory: {reason}");
    let mut all = Vec::new();
    if let Some(file) = file {
        let named = |reason| fail(format!("{}: {reason}", file.display()));
        all = certificates(file).map_err(named)?;
    }
    if let Some(dir) = dir {
        let named = |error| fail(format!("{}: {}", dir.display(), reason(&error)));
        for entry in std::fs::read_dir(dir).map_err(named)?.flatten() {
            // Other files may lie there too.
            all.extend(certificates(&entry.path()).unwrap_or_default());
        }
    }
    let mut roots = RootCertStore::empty();
    for certificate in &all {
        roots.add(certificate.clone()).map_err(|error| fail(error.to_string()))?;
    }
    let first = all.iter().filter_map(one_shown).min_by_key(|one| one.expires);
    Ok((roots, first))
}

fn verifier(
    auth: i64,
    roots: Arc<RootCertStore>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, String> {
    if auth == choices::TLS_AUTH_NO {
        return Ok(WebPkiClientVerifier::no_client_auth());
    }
    let mut builder = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(provider));
    if auth == choices::TLS_AUTH_OPTIONAL {
        builder = builder.allow_unauthenticated();
    }
    builder
        .build()
        .map_err(|error| format!("Failed to configure CA certificate(s) file/directory: {error}"))
}

fn shown(chain: &[CertificateDer<'_>]) -> Option<Certificate> {
    chain.first().and_then(one_shown)
}

fn one_shown(certificate: &CertificateDer<'_>) -> Option<Certificate> {
    let certificate = parsed(certificate)?;
    // A zero in front keeps the number positive.
    let digits = match certificate.raw_serial() {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    let mut serial = String::new();
    for byte in digits {
        let _ = write!(serial, "{byte:02X}");
    }
    Some(Certificate { serial, expires: certificate.validity().not_after.timestamp() })
}
