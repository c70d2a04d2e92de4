//! Which files a context is made of, and how they looked: by that a change is noticed.

use commands::config::{Config, Id};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The directives that name files.
const FILES: [Id; 6] = [
    Id::TLS_CERT_FILE,
    Id::TLS_KEY_FILE,
    Id::TLS_CLIENT_CERT_FILE,
    Id::TLS_CLIENT_KEY_FILE,
    Id::TLS_CA_CERT_FILE,
    Id::TLS_CA_CERT_DIR,
];

/// How a file looks: its number, size, and when it was changed, in seconds and nanoseconds.
type Stamp = Option<[i64; 4]>;

/// How all of them look, those in the directory too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamps(Vec<Stamp>);

impl Stamps {
    /// As of now. Reads no file, only what the system says of it.
    pub(super) fn of(config: &Config) -> Self {
        let mut stamps = Vec::new();
        for id in FILES {
            let path = config.text(id);
            if path.is_empty() {
                continue;
            }
            let path = Path::new(OsStr::from_bytes(&path));
            stamps.push(stamp(path));
            if id == Id::TLS_CA_CERT_DIR {
                let entries = fs::read_dir(path).into_iter().flatten().flatten();
                let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
                paths.sort();
                stamps.extend(paths.iter().map(|path| stamp(path)));
            }
        }
        Self(stamps)
    }
}

fn stamp(path: &Path) -> Stamp {
    let file = fs::metadata(path).ok()?;
    Some([file.ino() as i64, file.size() as i64, file.mtime(), file.mtime_nsec()])
}
