//! Where things are: the tree, the target folder, the binaries.
//!
//! Everything that the automation fetches or builds goes under the target folder, so that a clone
//! stays clean and a target folder outside of the clone makes the next run warm.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let manifest = manifest.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    manifest.ancestors().find(|d| d.join("xtask/Cargo.toml").exists()).unwrap_or(&manifest).into()
}

/// The target folder: `CARGO_TARGET_DIR`, or `target/` in the tree.
pub(crate) fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The folder for what the tests install: packages, sources.
pub(crate) fn tools_dir() -> PathBuf {
    target_dir().join("test-tools")
}

/// The folder for logs of this run.
pub(crate) fn logs_dir() -> PathBuf {
    target_dir().join("test-logs")
}

/// The server under test: `SCRUBJAY_BIN`, or the release build.
pub(crate) fn server_bin() -> PathBuf {
    let built = || target_dir().join("release/scrubjay");
    env::var_os("SCRUBJAY_BIN").map_or_else(built, PathBuf::from)
}

/// The first of `names` that is in `PATH`.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// The oracle: `SCRUBJAY_ORACLE`, or Debian's `redis-server`.
pub(crate) fn oracle_bin() -> Option<PathBuf> {
    let configured = env::var_os("SCRUBJAY_ORACLE").map(PathBuf::from);
    configured.or_else(|| which("redis-server")).or_else(installed_oracle)
}

/// Debian's redis-tools holds the server too, under the name of the file checker.
fn installed_oracle() -> Option<PathBuf> {
    let link = tools_dir().join("redis-server");
    if !link.exists() {
        let real = which("redis-check-rdb")?;
        std::fs::create_dir_all(tools_dir()).ok()?;
        std::os::unix::fs::symlink(real, &link).ok()?;
    }
    Some(link)
}

/// A fresh empty folder under the target folder.
///
/// # Errors
/// Those of the file system.
pub(crate) fn scratch(name: &str) -> std::io::Result<PathBuf> {
    let dir = target_dir().join("test-scratch").join(format!("{name}-{}", std::process::id()));
    if Path::new(&dir).exists() {
        std::fs::remove_dir_all(&dir)?;
    }
    std::fs::create_dir_all(&dir)?;
    Ok(dir)
}
