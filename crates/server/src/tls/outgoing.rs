//! TLS towards other servers: whom MIGRATE and `scrubjay import` trust, and who they are to them.
//!
//! For MIGRATE the other server's certificate has to come from an authority of the directives, and
//! its names are not looked at, as in Redis: addresses of servers change more often than
//! certificates. For `import` it has to name the server, as the address or `--sni` has it.
//! (redis-cli does not look at the name.) Without `--cacert` and `--cacertdir` the authorities of
//! the system are trusted.

use super::context::{authorities, certificates};
use super::{key, suites};
use crate::conf_file::reason;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme,
    StreamOwned, SupportedProtocolVersion,
};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;

/// What redis-cli's options of these names say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Options {
    /// `--cacert`, `--cacertdir`: whom to trust.
    pub(crate) ca_cert: Option<PathBuf>,
    /// See there.
    pub(crate) ca_cert_dir: Option<PathBuf>,
    /// `--cert`, `--key`: who to be.
    pub(crate) cert: Option<PathBuf>,
    /// See there.
    pub(crate) key: Option<PathBuf>,
    /// `--sni`: the name of the server, if it is not that of the address.
    pub(crate) name: Option<String>,
    /// `--insecure`: any certificate is fine.
    pub(crate) is_insecure: bool,
    /// `--tls-ciphers`: suites of TLS 1.2.
    pub(crate) ciphers: String,
    /// `--tls-ciphersuites`: those of TLS 1.3.
    pub(crate) ciphersuites: String,
}

/// Whom to trust and who to be, towards any server.
pub(crate) struct Credentials(Arc<ClientConfig>);

/// A connection through TLS.
pub(crate) type Stream<S> = StreamOwned<ClientConnection, S>;

impl Credentials {
    /// Trusts servers of these authorities, whatever their names, and shows a certificate to them.
    ///
    /// # Errors
    /// Protocols and suites do not fit together.
    pub(super) fn new(
        provider: &Arc<CryptoProvider>,
        versions: &[&'static SupportedProtocolVersion],
        roots: Arc<RootCertStore>,
        own: Arc<CertifiedKey>,
    ) -> Result<Self, rustls::Error> {
        let judge = Nameless { roots: Some(roots), provider: Arc::clone(provider) };
        let mut config = ClientConfig::builder_with_provider(Arc::clone(provider))
            .with_protocol_versions(versions)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(judge))
            .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(own)));
        // No name is told, and sessions are found by name.
        config.enable_sni = false;
        config.resumption = Resumption::disabled();
        Ok(Self(Arc::new(config)))
    }
}

/// Shakes hands with a server whose name does not matter.
///
/// # Errors
/// The connection failed, or one side does not trust the other.
pub(crate) fn shake<S: Read + Write>(
    credentials: &Credentials,
    socket: S,
) -> io::Result<Stream<S>> {
    shake_by_name(&credentials.0, Ipv4Addr::UNSPECIFIED.into(), socket)
}

/// Shakes hands over a connection to `host`.
///
/// # Errors
/// Why not, for people.
pub(crate) fn connect(
    options: &Options,
    host: &str,
    socket: TcpStream,
) -> Result<Stream<TcpStream>, String> {
    let config = config(options)?;
    let name = options.name.as_deref().unwrap_or(host);
    let name = ServerName::try_from(name.to_owned())
        .map_err(|_| format!("{name} is not the name of a server"))?;
    shake_by_name(&Arc::new(config), name, socket).map_err(|error| error.to_string())
}

fn shake_by_name<S: Read + Write>(
    config: &Arc<ClientConfig>,
    name: ServerName<'static>,
    mut socket: S,
) -> io::Result<Stream<S>> {
    let mut tls = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
    while tls.is_handshaking() {
        tls.complete_io(&mut socket)?;
    }
    Ok(StreamOwned::new(tls, socket))
}

fn config(options: &Options) -> Result<ClientConfig, String> {
    let provider = aws_lc_rs::default_provider();
    let chosen = suites::choose(&options.ciphers, &options.ciphersuites, &provider)?;
    let provider = Arc::new(CryptoProvider { cipher_suites: chosen, ..provider });
    let verifier: Arc<dyn ServerCertVerifier> = if options.is_insecure {
        Arc::new(Nameless { roots: None, provider: Arc::clone(&provider) })
    } else {
        let roots = Arc::new(roots(options)?);
        let builder = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider));
        builder.build().map_err(|error| format!("No certificate authority: {error}"))?
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    match own(options)? {
        None => Ok(builder.with_no_client_auth()),
        Some((chain, key)) => {
            builder.with_client_auth_cert(chain, key).map_err(|error| error.to_string())
        }
    }
}

fn roots(options: &Options) -> Result<RootCertStore, String> {
    if options.ca_cert.is_some() || options.ca_cert_dir.is_some() {
        let found = authorities(options.ca_cert.as_deref(), options.ca_cert_dir.as_deref())?;
        return Ok(found.0);
    }
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    if roots.add_parsable_certificates(found.certs).0 == 0 {
        let why = found.errors.first().map_or_else(String::new, |error| format!(": {error}"));
        return Err(format!(
            "This system trusts no certificate authority{why}. Name one: --cacert"
        ));
    }
    Ok(roots)
}

type Own = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn own(options: &Options) -> Result<Option<Own>, String> {
    let (cert, key) = match (&options.cert, &options.key) {
        (None, None) => return Ok(None),
        (Some(cert), Some(key)) => (cert, key),
        _ => return Err("--cert and --key belong together".to_owned()),
    };
    let chain = certificates(cert).map_err(|why| format!("{}: {why}", cert.display()))?;
    let no_key = |why: String| format!("{}: {why}", key.display());
    let text = std::fs::read(key).map_err(|error| no_key(reason(&error)))?;
    Ok(Some((chain, key::read(&text, b"").map_err(no_key)?)))
}

/// Takes any certificate of an authority, or any at all without, if the other side has its key.
#[derive(Debug)]
struct Nameless {
    roots: Option<Arc<RootCertStore>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Nameless {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let cert = ParsedCertificate::try_from(end_entity)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(
                &cert,
                roots,
                intermediates,
                now,
                algorithms,
            )?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
