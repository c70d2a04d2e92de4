//! Checks of text values beyond their kind. Each returns the text that follows
//! `CONFIG SET failed (possibly related to argument 'x') - `.

type Check = Result<(), &'static str>;

fn base_name(value: &[u8], error: &'static str) -> Check {
    if value.contains(&b'/') || value.contains(&b'\\') { Err(error) } else { Ok(()) }
}

pub(super) fn dbfilename(value: &[u8]) -> Check {
    base_name(value, "dbfilename can't be a path, just a filename")
}

pub(super) fn appendfilename(value: &[u8]) -> Check {
    if value.is_empty() {
        return Err("appendfilename can't be empty");
    }
    base_name(value, "appendfilename can't be a path, just a filename")
}

pub(super) fn appenddirname(value: &[u8]) -> Check {
    if value.is_empty() {
        return Err("appenddirname can't be empty");
    }
    base_name(value, "appenddirname can't be a path, just a dirname")
}

pub(super) fn hostname(value: &[u8]) -> Check {
    if value.len() >= 256 {
        return Err("Hostnames must be less than 256 characters");
    }
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    if value.iter().all(allowed) {
        return Ok(());
    }
    Err("Hostnames may only contain alphanumeric characters, hyphens or dots")
}

fn address<A: std::str::FromStr>(value: &[u8]) -> bool {
    value.is_empty() || std::str::from_utf8(value).is_ok_and(|text| text.parse::<A>().is_ok())
}

pub(super) fn ipv4(value: &[u8]) -> Check {
    if address::<std::net::Ipv4Addr>(value) { Ok(()) } else { Err("Invalid IPv4 address") }
}

pub(super) fn ipv6(value: &[u8]) -> Check {
    if address::<std::net::Ipv6Addr>(value) { Ok(()) } else { Err("Invalid IPv6 address") }
}

/// Keys are compared as bytes here, so only the byte-order locales are true to their word.
pub(super) fn locale(value: &[u8]) -> Check {
    let known: [&[u8]; 5] = [b"", b"C", b"POSIX", b"C.UTF-8", b"C.utf8"];
    if known.contains(&value) { Ok(()) } else { Err("Invalid locale name") }
}

/// `{name}` with a known name; `{{` is not special.
pub(super) fn proc_title_template(value: &[u8]) -> Check {
    const NAMES: [&[u8]; 7] = [
        b"title",
        b"listen-addr",
        b"server-mode",
        b"port",
        b"tls-port",
        b"unixsocket",
        b"config-file",
    ];
    let error = "template format is invalid or contains unknown variables";
    let mut rest = value;
    while let Some(open) = rest.iter().position(|&byte| byte == b'{') {
        let tail = &rest[open + 1..];
        let close = tail.iter().position(|&byte| byte == b'}').ok_or(error)?;
        if !NAMES.contains(&&tail[..close]) {
            return Err(error);
        }
        rest = &tail[close + 1..];
    }
    Ok(())
}
