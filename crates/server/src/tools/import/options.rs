//! The words of `scrubjay import`.

use super::peer::Endpoint;
use crate::tls::outgoing;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

/// What is to be copied, whereto and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Options {
    pub(super) source: Endpoint,
    pub(super) target: Endpoint,
    /// Keys of the target give way to those of the source.
    pub(super) replaces: bool,
    /// The file that says how far it is.
    pub(super) resume: Option<PathBuf>,
    /// For servers that are named as `rediss://`.
    pub(super) tls: outgoing::Options,
}

impl Options {
    /// Reads the arguments.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub(super) fn read(args: &[Vec<u8>]) -> Result<Self, String> {
        let mut source = None;
        let mut target = Endpoint::local();
        let (mut replaces, mut resume) = (false, None);
        let mut tls = outgoing::Options::default();
        let mut words = args.iter();
        while let Some(word) = words.next() {
            let mut value = |name: &str| words.next().ok_or(format!("{name} needs a value"));
            match &word[..] {
                b"--to" => target = Endpoint::read(&text(value("--to")?)?)?,
                b"--resume" => resume = Some(path(value("--resume")?)),
                b"--cacert" => tls.ca_cert = Some(path(value("--cacert")?)),
                b"--cacertdir" => tls.ca_cert_dir = Some(path(value("--cacertdir")?)),
                b"--cert" => tls.cert = Some(path(value("--cert")?)),
                b"--key" => tls.key = Some(path(value("--key")?)),
                b"--sni" => tls.name = Some(text(value("--sni")?)?),
                b"--tls-ciphers" => tls.ciphers = text(value("--tls-ciphers")?)?,
                b"--tls-ciphersuites" => {
                    tls.ciphersuites = text(value("--tls-ciphersuites")?)?;
                }
                b"--insecure" => tls.is_insecure = true,
                b"--replace" => replaces = true,
                _ if word.starts_with(b"-") => {
                    return Err(format!("Unknown option {}", word.escape_ascii()));
                }
                _ if source.is_none() => source = Some(Endpoint::read(&text(word)?)?),
                _ => return Err(format!("Unexpected word {}", word.escape_ascii())),
            }
        }
        if target.db.is_some() {
            return Err("--to takes no database: keys keep the number of theirs".to_owned());
        }
        let source = source.ok_or("Name the server to copy from")?;
        Ok(Self { source, target, replaces, resume, tls })
    }
}

fn path(word: &[u8]) -> PathBuf {
    PathBuf::from(OsString::from_vec(word.to_vec()))
}

fn text(word: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(word);
    text.map(str::to_owned).map_err(|_| format!("Not a text: {}", word.escape_ascii()))
}

/// How it is used.
pub(super) fn usage(shown: &str) -> String {
    format!(
        "Usage: {shown} redis://[user:password@]host:port[/db] [options]\n\
         \x20 --to ADDRESS    where to: host:port or redis://[user:password@]host:port\n\
         \x20                 (default 127.0.0.1:6379)\n\
         \x20 --replace       overwrite keys that the target has already\n\
         \x20 --resume FILE   keep in FILE how far it is, and go on from there\n\
         For servers named as rediss:// (TLS), as for redis-cli:\n\
         \x20 --cacert FILE, --cacertdir DIR   whom to trust (default: whom this system trusts)\n\
         \x20 --cert FILE, --key FILE          certificate and key to show\n\
         \x20 --sni NAME                       the name that the server's certificate has\n\
         \x20 --tls-ciphers LIST, --tls-ciphersuites LIST   suites of TLS 1.2, of TLS 1.3\n\
         \x20 --insecure                       take any certificate\n\
         Without /db all databases are copied, each into the one of its number."
    )
}
