//! `tls-protocols`, `tls-ciphers` and `tls-ciphersuites` in the words of OpenSSL, for the suites
//! that there are here: all with forward secrecy and authenticated encryption.
//!
//! A cipher list is read as openssl-ciphers(1) says: words are added in their order, `-` takes out,
//! `!` for good, `+` in front moves to the end, `+` between words means both.

use rustls::crypto::CryptoProvider;
use rustls::version::{TLS12, TLS13};
use rustls::{CipherSuite, SupportedCipherSuite, SupportedProtocolVersion};

/// Protocols that have a name and are too old to be spoken.
const OLD: [&str; 2] = ["TLSv1", "TLSv1.1"];

/// TLS 1.2: OpenSSL's name, ours, and the words that mean it beside `ALL` and its kin.
const SUITES: [(&str, CipherSuite, &[&str]); 6] = [
    (
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        &["aECDSA", "ECDSA", "AES", "AES256", "AESGCM", "SHA384"],
    ),
    (
        "ECDHE-RSA-AES256-GCM-SHA384",
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        &["aRSA", "RSA", "AES", "AES256", "AESGCM", "SHA384"],
    ),
    (
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        &["aECDSA", "ECDSA", "CHACHA20"],
    ),
    (
        "ECDHE-RSA-CHACHA20-POLY1305",
        CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        &["aRSA", "RSA", "CHACHA20"],
    ),
    (
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        &["aECDSA", "ECDSA", "AES", "AES128", "AESGCM", "SHA256"],
    ),
    (
        "ECDHE-RSA-AES128-GCM-SHA256",
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        &["aRSA", "RSA", "AES", "AES128", "AESGCM", "SHA256"],
    ),
];

/// Words that mean every suite here.
const EVERY: [&str; 9] =
    ["ALL", "DEFAULT", "HIGH", "ECDHE", "kECDHE", "EECDH", "kEECDH", "ECDH", "TLSv1.2"];

/// TLS 1.3: the names of its suites.
const SUITES_13: [(&str, CipherSuite); 3] = [
    ("TLS_AES_256_GCM_SHA384", CipherSuite::TLS13_AES_256_GCM_SHA384),
    ("TLS_CHACHA20_POLY1305_SHA256", CipherSuite::TLS13_CHACHA20_POLY1305_SHA256),
    ("TLS_AES_128_GCM_SHA256", CipherSuite::TLS13_AES_128_GCM_SHA256),
];

/// The versions of `tls-protocols`; an empty text means all.
///
/// # Errors
/// What the log says, in Redis's words where it has some.
pub(super) fn protocols(text: &str) -> Result<Vec<&'static SupportedProtocolVersion>, String> {
    if text.is_empty() {
        return Ok(vec![&TLS13, &TLS12]);
    }
    let mut versions = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if word.eq_ignore_ascii_case("TLSv1.2") {
            versions.push(&TLS12);
        } else if word.eq_ignore_ascii_case("TLSv1.3") {
            versions.push(&TLS13);
        } else if !OLD.iter().any(|old| word.eq_ignore_ascii_case(old)) {
            return Err("Invalid tls-protocols specified. Use a combination of 'TLSv1', \
                        'TLSv1.1', 'TLSv1.2' and 'TLSv1.3'."
                .to_owned());
        }
    }
    if versions.is_empty() {
        return Err("tls-protocols names only TLSv1 and TLSv1.1, which are not safe and not \
                    spoken here: add TLSv1.2 or TLSv1.3."
            .to_owned());
    }
    Ok(versions)
}

/// The suites that both lists leave, in the order of preference; an empty list leaves all.
///
/// # Errors
/// What the log says, in Redis's words.
pub(super) fn choose(
    ciphers: &str,
    ciphersuites: &str,
    provider: &CryptoProvider,
) -> Result<Vec<SupportedCipherSuite>, String> {
    let newer = newer(ciphersuites)
        .ok_or_else(|| format!("Failed to configure ciphersuites: {ciphersuites}"))?;
    let older = older(if ciphers.is_empty() { "DEFAULT" } else { ciphers });
    if older.is_empty() {
        return Err(format!("Failed to configure ciphers: {ciphers}"));
    }
    let supported = |suite: CipherSuite| {
        provider.cipher_suites.iter().find(|one| one.suite() == suite).copied()
    };
    Ok(newer.into_iter().chain(older).filter_map(supported).collect())
}

fn newer(list: &str) -> Option<Vec<CipherSuite>> {
    if list.is_empty() {
        return Some(SUITES_13.iter().map(|(_, suite)| *suite).collect());
    }
    let suite = |word: &str| SUITES_13.iter().find(|(name, _)| *name == word).map(|one| one.1);
    list.split(':').map(suite).collect()
}

fn older(list: &str) -> Vec<CipherSuite> {
    let (mut chosen, mut never): (Vec<CipherSuite>, Vec<CipherSuite>) = (Vec::new(), Vec::new());
    for word in list.split([':', ',', ' ', ';']).filter(|word| !word.is_empty()) {
        // `@STRENGTH` and `@SECLEVEL` change nothing: these suites are of one strength class.
        let (how, word) = match word.as_bytes()[0] {
            sign @ (b'!' | b'-' | b'+' | b'@') => (sign, &word[1..]),
            _ => (0, word),
        };
        let meant: Vec<CipherSuite> =
            SUITES.iter().filter(|one| is_meant(one, word)).map(|one| one.1).collect();
        match how {
            b'!' => {
                never.extend(&meant);
                chosen.retain(|suite| !meant.contains(suite));
            }
            b'-' => chosen.retain(|suite| !meant.contains(suite)),
            b'+' => {
                let (moved, stay): (Vec<_>, Vec<_>) =
                    chosen.iter().partition(|suite| meant.contains(suite));
                chosen = stay;
                chosen.extend::<Vec<CipherSuite>>(moved);
            }
            b'@' => {}
            _ => {
                for suite in meant {
                    if !chosen.contains(&suite) && !never.contains(&suite) {
                        chosen.push(suite);
                    }
                }
            }
        }
    }
    chosen
}

fn is_meant((name, _, words): &(&str, CipherSuite, &[&str]), asked: &str) -> bool {
    asked.split('+').all(|word| *name == word || words.contains(&word) || EVERY.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &str) -> Vec<&'static str> {
        let name = |suite| SUITES.iter().find(|one| one.1 == suite).map_or("", |one| one.0);
        older(list).into_iter().map(name).collect()
    }

    #[test]
    fn lists_are_read_as_openssl_reads_them() {
        assert_eq!(names("DEFAULT").len(), 6);
        assert_eq!(names("DEFAULT:!MEDIUM").len(), 6);
        assert_eq!(names("DEFAULT:-AES128-SHA256").len(), 6);
        assert_eq!(
            names("ECDHE+AESGCM:!aECDSA"),
            ["ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256"]
        );
        assert_eq!(names("!CHACHA20:ALL").len(), 4);
        assert_eq!(names("-ALL:ECDHE-RSA-CHACHA20-POLY1305"), ["ECDHE-RSA-CHACHA20-POLY1305"]);
        assert_eq!(names("aRSA:+AES256").last(), Some(&"ECDHE-RSA-AES256-GCM-SHA384"));
        assert!(names("AES128-SHA256:AES256-SHA256").is_empty());
        assert!(names("").is_empty());
    }

    #[test]
    fn suites_of_the_newer_protocol_are_named_in_full() {
        assert_eq!(newer("").map(|all| all.len()), Some(3));
        let one = newer("TLS_AES_128_GCM_SHA256").unwrap();
        assert_eq!(one, [CipherSuite::TLS13_AES_128_GCM_SHA256]);
        assert_eq!(newer("TLS_AES_128_CCM_SHA256"), None);
    }

    #[test]
    fn old_protocols_are_known_and_not_spoken() {
        assert_eq!(protocols("").unwrap().len(), 2);
        assert_eq!(protocols("tlsv1 TLSv1.1 TLSv1.2").unwrap().len(), 1);
        assert!(protocols("TLSv1").unwrap_err().contains("not safe"));
        assert!(protocols("SSLv3").unwrap_err().starts_with("Invalid tls-protocols"));
    }
}
