//! Keys and certificates as files hold them.

use super::context::{common_name, parsed, uri};
use super::key;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Made by `openssl ecparam -genkey`; used nowhere else.
const PLAIN: &str = "\
-----BEGIN EC PRIVATE KEY-----\n\
MHcCAQEEIBXTbnMvbdMKTPoHIE00EhoVlh8O+Yd4/xrhONxjtIt6oAoGCCqGSM49\n\
AwEHoUQDQgAEf80rLsA0VAE7fgcoV5zj4nqSqFeT+5fvGmwuvdQjgyAw+b2D6HhG\n\
d2yObvRsHxODbT7iM2NqMzQzsCEGokRK3Q==\n\
-----END EC PRIVATE KEY-----\n";

/// The same by `openssl pkcs8 -topk8 -passout pass:1234`.
const ENCRYPTED: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----\n\
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiMJHP41AhXCQICCAAw\n\
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKkPZ0Q4hlPdGUtXFlIEk/0EgZC2\n\
jtKnIKxigA2ciBUSvJ+NdHvBq6nuLHh8tP6rB2Z+FW3a5DL2RWUnoH5gI7j69pZO\n\
Zj5WgbTEz7BwWFkZivwn+ASbpMmGJj+KOJBtiJIgV2i8KPbFG11XFa8FQzFTPp5t\n\
52qIODodSaIaugCqW0RjygGv4/OGtM/liVTxdM9rfcNQf/Sfmmu8zTdFfCsrViA=\n\
-----END ENCRYPTED PRIVATE KEY-----\n";

/// The same by `openssl ec -aes256 -passout pass:1234`.
const OLD: &str = "\
-----BEGIN EC PRIVATE KEY-----\n\
Proc-Type: 4,ENCRYPTED\n\
DEK-Info: AES-256-CBC,C2823659307A1B687B97B6FC6DA3147D\n\
\n\
2QnIz1/nbGqnSQBnMmHNu047NLpJKtiF4X4LRrdYofh10S8aCbLr/z6ZUXwt+ezM\n\
GdTcvV3teW0IAa8tYIHzTPIAKDRWfYwLIBSkMIxxJrEEzIdm7bsKg1mH74Xk5fFM\n\
nP5Zftg/mFogbHVRIjtZ+IO0j7pDEXPZvbVftxsI/C4=\n\
-----END EC PRIVATE KEY-----\n";

fn secret(key: &PrivateKeyDer<'_>) -> Vec<u8> {
    key.secret_der().to_vec()
}

#[test]
fn encrypted_keys_are_read_with_their_password() {
    let plain = secret(&key::read(PLAIN.as_bytes(), b"").unwrap());
    assert_eq!(secret(&key::read(OLD.as_bytes(), b"1234").unwrap()), plain);
    // PKCS #8 wraps the same key: its 32 bytes stand in both.
    let wrapped = secret(&key::read(ENCRYPTED.as_bytes(), b"1234").unwrap());
    let number = &plain[7..39];
    assert!(wrapped.windows(32).any(|window| window == number));
}

#[test]
fn a_wrong_password_is_told() {
    for text in [ENCRYPTED, OLD] {
        let wrong = key::read(text.as_bytes(), b"4321").unwrap_err();
        assert!(wrong.contains("password is wrong"), "{wrong}");
        let none = key::read(text.as_bytes(), b"").unwrap_err();
        assert!(none.contains("tls-key-file-pass is not set"), "{none}");
    }
}

#[test]
fn what_is_no_key_is_refused_and_never_panics() {
    assert!(key::read(b"", b"").unwrap_err().contains("no private key"));
    let broken = "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n";
    assert!(key::read(broken.as_bytes(), b"").unwrap_err().contains("it is broken"));
    let block = pem::parse(ENCRYPTED).unwrap().into_contents();
    for cut in 0..block.len() {
        for fill in [None, Some(0xff)] {
            let mut bytes = block[..cut].to_vec();
            bytes.resize(fill.map_or(cut, |_| block.len()), fill.unwrap_or(0));
            let text = pem::encode(&pem::Pem::new("ENCRYPTED PRIVATE KEY", &*bytes));
            assert!(parsed(&CertificateDer::from(bytes)).is_none());
            let read = key::read(text.as_bytes(), b"1234");
            assert!(read.is_err() || fill.is_some(), "{cut}");
        }
    }
    let bad = OLD.replace("AES-256-CBC,", "DES-EDE3-CBC,");
    assert!(key::read(bad.as_bytes(), b"1234").unwrap_err().contains("not supported"));
    let bad = OLD.replace("C2823659", "C282365!");
    assert!(key::read(bad.as_bytes(), b"1234").unwrap_err().contains("broken"));
}

#[test]
fn keys_stand_between_other_text() {
    let text = format!("before\r\n{}between\n{ENCRYPTED}", PLAIN.replace('\n', "\r\n"));
    assert_eq!(
        secret(&key::read(text.as_bytes(), b"").unwrap()),
        secret(&key::read(PLAIN.as_bytes(), b"").unwrap()),
    );
    let old = OLD.replace('\n', "\r\n");
    assert!(key::read(old.as_bytes(), b"1234").is_ok());
}

#[test]
fn a_zero_does_not_end_a_name() {
    let mut params = rcgen::CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, "admin\0.jay.example");
    let pair = rcgen::KeyPair::generate().unwrap();
    let certificate = params.self_signed(&pair).unwrap();
    let fields = parsed(certificate.der()).unwrap();
    assert_eq!(common_name(&fields), Some(&b"admin\0.jay.example"[..]));
}

#[test]
fn a_certificate_shows_its_number_end_and_names() {
    let mut params = rcgen::CertificateParams::new(vec!["jay.example".to_owned()]).unwrap();
    params.serial_number = Some(rcgen::SerialNumber::from(vec![0x01, 0xab]));
    params.not_after = rcgen::date_time_ymd(2049, 12, 31);
    params.distinguished_name.push(rcgen::DnType::OrganizationName, "Birds");
    params.distinguished_name.push(rcgen::DnType::CommonName, "jay");
    let name = rcgen::SanType::URI("spiffe://birds/jay".try_into().unwrap());
    params.subject_alt_names.push(name);
    let pair = rcgen::KeyPair::generate().unwrap();
    let certificate = params.clone().self_signed(&pair).unwrap();
    let fields = parsed(certificate.der()).unwrap();
    assert_eq!(fields.raw_serial(), [0x01, 0xab]);
    assert_eq!(fields.validity().not_after.timestamp(), 2_524_521_600);
    assert_eq!(uri(&fields), Some(&b"spiffe://birds/jay"[..]));
    assert_eq!(common_name(&fields), Some(&b"jay"[..]));
    assert!(
        fields.public_key().raw.windows(64).any(|window| window == &pair.public_key_raw()[1..])
    );
    // Four digits of the year from 2050 on.
    params.not_after = rcgen::date_time_ymd(2052, 2, 29);
    let certificate = params.self_signed(&pair).unwrap();
    let fields = parsed(certificate.der()).unwrap();
    assert_eq!(fields.validity().not_after.timestamp(), 2_592_777_600);
}
