//! Installs what the tests need and a fresh machine lacks, each through its ordinary client: a C++
//! compiler and the Redis tools (Debian), Python packages, Node packages, the Redis source package.
//!
//! Everything but Debian's packages goes under the target folder. Nothing is installed twice: a
//! stamp file holds the list that was installed. No host is named here: the machine's own
//! configuration says where packages come from.

use crate::env;
use crate::run::{captured, logged};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes `redis-cli` and `redis-benchmark` available (Debian's redis-tools, which starts no
/// service).
///
/// # Errors
/// A text that says what to install by hand.
pub(crate) fn redis_tools() -> Result<(), String> {
    if ["redis-cli", "redis-benchmark", "redis-check-rdb"].iter().all(|t| env::which(t).is_some()) {
        return Ok(());
    }
    apt_install(&["redis-tools"])
}

/// Makes `valgrind` available: instruction counts, and memory checks.
///
/// # Errors
/// A text that says what to install by hand.
pub(crate) fn valgrind() -> Result<(), String> {
    if env::which("valgrind").is_some() { Ok(()) } else { apt_install(&["valgrind"]) }
}

/// Makes a C++ compiler available, which builds the interpreter of scripts.
///
/// # Errors
/// A text that says what to install by hand.
pub(crate) fn cxx() -> Result<(), String> {
    let named = std::env::var_os("CXX").is_some();
    if named || env::which("c++").is_some() { Ok(()) } else { apt_install(&["g++"]) }
}

/// Makes TLS in Tcl and `openssl` available: the suite's TLS mode.
///
/// # Errors
/// A text that says what to install by hand.
pub(crate) fn tls_tools() -> Result<(), String> {
    let mut tcl = Command::new("sh");
    tcl.args(["-c", "echo 'package require tls' | tclsh 2>&1"]);
    let has_tls = captured(&mut tcl).is_ok_and(|out| !out.contains("can't find package"));
    if has_tls && env::which("openssl").is_some() {
        return Ok(());
    }
    apt_install(&["tcl-tls", "openssl"])
}

/// Where the certificates of the suite's TLS mode are.
pub(crate) fn suite_certificates_dir() -> PathBuf {
    env::tools_dir().join("suite-certificates")
}

/// Makes the certificates of the suite's TLS mode with the suite's own script, once.
///
/// # Errors
/// A text with the end of the script's output.
pub(crate) fn suite_certificates(source: &Path) -> Result<(), String> {
    let dir = suite_certificates_dir();
    if dir.join("redis.crt").exists() {
        return Ok(());
    }
    let scratch = env::scratch("suite-certificates").map_err(|e| e.to_string())?;
    let made = scratch.join("tests/tls");
    fs::create_dir_all(&made).map_err(|e| e.to_string())?;
    // The script would look for a safe prime for a minute; nothing here uses the file.
    let mut openssl = Command::new("openssl");
    openssl.args(["dhparam", "-dsaparam", "-out"]).arg(made.join("redis.dh")).arg("2048");
    let ended = logged("suite-dhparam", &mut openssl)?;
    let mut script = Command::new("bash");
    script.arg(source.join("utils/gen-test-certs.sh")).current_dir(&scratch);
    let scripted = logged("suite-certificates", &mut script)?;
    if !ended.success || !made.join("redis.crt").exists() {
        let log = crate::run::tail(&scripted.log, 20);
        return Err(format!("no certificates for the suite's TLS mode\n{log}"));
    }
    fs::create_dir_all(env::tools_dir()).map_err(|e| e.to_string())?;
    captured(Command::new("cp").arg("-r").arg(&made).arg(&dir))?;
    let _ = fs::remove_dir_all(&scratch);
    Ok(())
}

fn apt_install(packages: &[&str]) -> Result<(), String> {
    let help = || format!("please install by hand: {}", packages.join(" "));
    let is_root = captured(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let apt = |args: &[&str]| {
        let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
        if !is_root {
            command.args(["-n", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive").args(args);
        logged("apt", &mut command)
    };
    // A list that is there may do; if not, a fresh one.
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(packages);
    for update in [false, true] {
        if update {
            apt(&["update"]).map_err(|e| format!("{e}; {}", help()))?;
        }
        let ended = apt(&install).map_err(|e| format!("{e}; {}", help()))?;
        if ended.success {
            return Ok(());
        }
    }
    let log = crate::run::tail(&env::logs_dir().join("apt.log"), 20);
    Err(format!("apt-get install failed; {}\n{log}", help()))
}

/// Installs the Python packages of the end-to-end tests; returns their folder.
///
/// # Errors
/// A text with the end of pip's output.
pub(crate) fn python_packages() -> Result<PathBuf, String> {
    let list = env::root().join("tests/e2e/python/requirements.txt");
    let target = env::tools_dir().join("python");
    install_once(&target, &[&list], |target| {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--no-input", "--disable-pip-version-check"]);
        pip.args(["--quiet", "--root-user-action=ignore", "--target"]).arg(target);
        pip.arg("-r").arg(&list);
        pip
    })?;
    Ok(target)
}

/// Installs the Node packages of the end-to-end tests; returns the folder that holds
/// `node_modules`.
///
/// # Errors
/// A text with the end of npm's output.
pub(crate) fn node_packages() -> Result<PathBuf, String> {
    let source = env::root().join("tests/e2e/node");
    let lists = [source.join("package.json"), source.join("package-lock.json")];
    let target = env::tools_dir().join("node");
    install_once(&target, &[&lists[0], &lists[1]], |target| {
        for list in &lists {
            let _ = fs::copy(list, target.join(list.file_name().unwrap_or_default()));
        }
        let mut npm = Command::new("npm");
        npm.current_dir(target).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        // Several versions of one client stand side by side under other names.
        npm.arg("--legacy-peer-deps");
        npm
    })?;
    Ok(target)
}

/// Runs the installer that `command` builds unless the stamp in `target` says that these very lists
/// are installed.
fn install_once(
    target: &Path,
    lists: &[&Path],
    command: impl FnOnce(&Path) -> Command,
) -> Result<(), String> {
    let wanted: Vec<String> =
        lists.iter().map(|list| fs::read_to_string(list).unwrap_or_default()).collect();
    let wanted = wanted.join("\n");
    let stamp = target.join("installed.stamp");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == wanted) {
        return Ok(());
    }
    let _ = fs::remove_dir_all(target);
    fs::create_dir_all(target).map_err(|e| format!("{}: {e}", target.display()))?;
    let name = format!("install-{}", target.file_name().unwrap_or_default().to_string_lossy());
    let ended = logged(&name, &mut command(target))?;
    if !ended.success {
        return Err(format!("{name} failed\n{}", crate::run::tail(&ended.log, 30)));
    }
    fs::write(&stamp, wanted).map_err(|e| e.to_string())
}

/// The version of the source package whose test suite is the judge.
const SOURCE_VERSION: &str = "7.0.15";

/// Fetches and unpacks the Redis source package; returns its tree. `SCRUBJAY_REDIS_SRC` names one
/// that is there already.
///
/// # Errors
/// A text with the end of the package client's output.
pub(crate) fn redis_source() -> Result<PathBuf, String> {
    if let Some(tree) = std::env::var_os("SCRUBJAY_REDIS_SRC") {
        return Ok(PathBuf::from(tree));
    }
    let dir = env::tools_dir().join("redis-src");
    let tree = dir.join(format!("redis-{SOURCE_VERSION}"));
    if tree.join("debian/patches/series").exists() {
        return Ok(tree);
    }
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(dir.join("lists/partial")).map_err(|e| e.to_string())?;
    let list = dir.join("sources.list");
    fs::write(&list, source_lines()?).map_err(|e| e.to_string())?;
    // A source that cannot be read (another vendor's, say) must not stop us: the fetch decides.
    logged("apt-source-update", private_apt(&dir, &list).arg("update"))?;
    let fetch = ["source", "--download-only", "redis"];
    let ended = logged("apt-source", private_apt(&dir, &list).args(fetch))?;
    if !ended.success {
        return Err(format!("apt-get source failed\n{}", crate::run::tail(&ended.log, 20)));
    }
    // Unpacked with Debian's patches: their tests are part of the reference.
    if env::which("dpkg-source").is_none() {
        apt_install(&["dpkg-dev"])?;
    }
    let dsc = fs::read_dir(&dir).map_err(|e| e.to_string())?.flatten().map(|entry| entry.path());
    let dsc = dsc.filter(|path| path.extension().is_some_and(|e| e == "dsc")).max();
    let dsc = dsc.ok_or("apt-get source left no .dsc file")?;
    let _ = fs::remove_dir_all(&tree);
    captured(Command::new("dpkg-source").args(["--no-check", "-x"]).arg(dsc).arg(&tree))?;
    Ok(tree)
}

/// `apt-get` with a list file and a state of its own, so that the machine's stay as they are.
fn private_apt(dir: &Path, list: &Path) -> Command {
    let mut apt = Command::new("apt-get");
    let option = |name: &str, value: &Path| format!("{name}={}", value.display());
    apt.current_dir(dir);
    for setting in [
        option("Dir::Etc::sourcelist", list),
        "Dir::Etc::sourceparts=-".to_owned(),
        option("Dir::State::lists", &dir.join("lists")),
        option("Dir::Cache", dir),
        "APT::Get::List-Cleanup=0".to_owned(),
        "APT::Sandbox::User=".to_owned(),
    ] {
        apt.args(["-o", &setting]);
    }
    apt
}

/// `deb-src` lines for the suites that the machine itself takes packages from.
fn source_lines() -> Result<String, String> {
    let format = "$(REPO_URI) $(RELEASE) $(COMPONENT) $(CREATED_BY)";
    let text = captured(Command::new("apt-get").args(["indextargets", "--format", format]))?;
    let keyring = Path::new("/usr/share/keyrings/debian-archive-keyring.gpg");
    let key = keyring.exists().then(|| format!("[signed-by={}] ", keyring.display()));
    let mut lines: Vec<String> = Vec::new();
    for target in text.lines() {
        let fields: Vec<&str> = target.split_whitespace().collect();
        let [uri, suite, "main", "Packages"] = fields[..] else { continue };
        let line = format!("deb-src {}{uri} {suite} main", key.as_deref().unwrap_or(""));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        return Err("apt knows no package source with a `main` component".to_owned());
    }
    Ok(lines.join("\n") + "\n")
}
