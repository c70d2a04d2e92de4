//! Configuration files on disk: reading with `include`, and replacing for `CONFIG REWRITE`.
//!
//! What the texts mean is `commands::config`; here are only paths and bytes.

use crate::log::Log;
use commands::config::{ConfigFile, LoadHost};
use commands::text::glob;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The operating system's words for an error, as `strerror` gives them.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let cut = text.find(" (os error").unwrap_or(text.len());
    text[..cut].to_owned()
}

/// The absolute form of a path, whether or not it exists.
pub(crate) fn absolute(path: &[u8]) -> PathBuf {
    let path = Path::new(OsStr::from_bytes(path));
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The text of a file, or of all files that match a pattern with `*`, `?` or `[`.
///
/// # Errors
/// The path that cannot be read and why.
pub(crate) fn read(pattern: &[u8]) -> Result<Vec<u8>, (Vec<u8>, String)> {
    if !is_pattern(pattern) {
        return read_file(Path::new(OsStr::from_bytes(pattern)));
    }
    let mut text = Vec::new();
    for path in matching_files(pattern) {
        text.extend(read_file(&path)?);
    }
    Ok(text)
}

fn read_file(path: &Path) -> Result<Vec<u8>, (Vec<u8>, String)> {
    fs::read(path).map_err(|error| (path.as_os_str().as_bytes().to_vec(), reason(&error)))
}

fn is_pattern(path: &[u8]) -> bool {
    path.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// The paths that match, sorted; each part of the path may be a pattern.
fn matching_files(pattern: &[u8]) -> Vec<PathBuf> {
    let root = if pattern.starts_with(b"/") { PathBuf::from("/") } else { PathBuf::new() };
    let mut found = vec![root];
    for part in pattern.split(|&byte| byte == b'/').filter(|part| !part.is_empty()) {
        found = found.into_iter().flat_map(|dir| entries_matching(&dir, part)).collect();
    }
    found
}

fn entries_matching(dir: &Path, part: &[u8]) -> Vec<PathBuf> {
    if !is_pattern(part) {
        let path = dir.join(OsStr::from_bytes(part));
        return if path.exists() { vec![path] } else { Vec::new() };
    }
    let listed = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    let Ok(entries) = fs::read_dir(listed) else { return Vec::new() };
    // A name that starts with a dot must be asked for by its dot.
    let fits = |name: &[u8]| {
        glob::matches(part, name) && (!name.starts_with(b".") || part.starts_with(b"."))
    };
    let names = entries.filter_map(|entry| Some(entry.ok()?.file_name().into_vec()));
    let mut paths: Vec<PathBuf> =
        names.filter(|name| fits(name)).map(|name| dir.join(OsStr::from_bytes(&name))).collect();
    paths.sort();
    paths
}

/// Reads included files and changes the working directory, for `Config::load`.
pub(crate) struct DiskHost;

impl LoadHost for DiskHost {
    fn read_included(&mut self, pattern: &[u8]) -> Result<Vec<u8>, (Vec<u8>, String)> {
        read(pattern)
    }

    fn change_dir(&mut self, path: &[u8]) -> Result<Vec<u8>, String> {
        change_dir(path)
    }

    fn command_exists(&self, name: &[u8]) -> bool {
        let mut rows = commands::families().into_iter().flatten();
        rows.any(|row| row.name.as_bytes().eq_ignore_ascii_case(name))
    }
}

/// Changes the working directory; its absolute path.
pub(crate) fn change_dir(path: &[u8]) -> Result<Vec<u8>, String> {
    let changed = std::env::set_current_dir(OsStr::from_bytes(path));
    changed
        .and_then(|()| std::env::current_dir())
        .map_err(|error| reason(&error))
        .map(|dir| dir.into_os_string().into_vec())
}

/// The file the server was started with, for `CONFIG REWRITE`.
#[derive(Debug)]
pub(crate) struct DiskConfigFile {
    /// Its absolute path, if there is one.
    pub(crate) path: Option<PathBuf>,
    /// Told about each rewrite.
    pub(crate) log: Log,
}

impl ConfigFile for DiskConfigFile {
    fn exists(&self) -> bool {
        self.path.is_some()
    }

    fn read(&self) -> Result<Vec<u8>, String> {
        match self.path.as_deref().map(fs::read) {
            Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => Err(reason(&error)),
            Some(Ok(text)) => Ok(text),
            _ => Ok(Vec::new()),
        }
    }

    fn replace(&self, text: &[u8]) -> Result<(), String> {
        let Some(path) = &self.path else { return Ok(()) };
        match replace_file(path, text) {
            Ok(()) => {
                self.log.warning("CONFIG REWRITE executed with success.");
                Ok(())
            }
            Err(error) => {
                let reason = reason(&error);
                self.log.warning(format_args!("CONFIG REWRITE failed: {reason}"));
                Err(reason)
            }
        }
    }
}

/// Writes a new file beside the old one, makes it durable and renames it over the old one. The new
/// file has the mode of the old one, or 0644 less the umask.
pub(crate) fn replace_file(path: &Path, text: &[u8]) -> io::Result<()> {
    let mode = fs::metadata(path).ok().map(|data| data.permissions().mode() & 0o7777);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = PathBuf::from(name);
    let written = write_new(&temporary, text, mode).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
        return written;
    }
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    File::open(dir.unwrap_or(Path::new(".")))?.sync_all()
}

fn write_new(path: &Path, text: &[u8], mode: Option<u32>) -> io::Result<()> {
    // One that an earlier process of this number left behind is of no use.
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(path)?;
    if let Some(mode) = mode {
        file.set_permissions(Permissions::from_mode(mode))?;
    }
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
