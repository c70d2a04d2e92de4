//! Private keys out of PEM files, encrypted ones too.
//!
//! Three labels are plain: `PRIVATE KEY`, `RSA PRIVATE KEY`, `EC PRIVATE KEY`. An `ENCRYPTED
//! PRIVATE KEY` is PBES2 (RFC 8018) with PBKDF2 and AES-CBC, which is what openssl(1) writes. A key
//! with a `DEK-Info` header is of the old kind: its key comes from one round of MD5 over password
//! and salt.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptionContext, PaddedBlockDecryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2;
use md5::{Digest as _, Md5};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use std::num::NonZeroU32;
use x509_parser::asn1_rs::{Any, FromDer as _, Oid, Sequence, oid};
use x509_parser::x509::AlgorithmIdentifier;

/// Rounds of PBKDF2 that are still waited for: a second or so.
const ROUNDS_MAX: u32 = 10_000_000;

const PBES2: Oid<'_> = oid!(1.2.840.113549.1.5.13);
const PBKDF2: Oid<'_> = oid!(1.2.840.113549.1.5.12);
const HMAC_SHA1: Oid<'_> = oid!(1.2.840.113549.2.7);
const HMAC_SHA256: Oid<'_> = oid!(1.2.840.113549.2.9);
const HMAC_SHA384: Oid<'_> = oid!(1.2.840.113549.2.10);
const HMAC_SHA512: Oid<'_> = oid!(1.2.840.113549.2.11);
const AES_128_CBC: Oid<'_> = oid!(2.16.840.1.101.3.4.1.2);
const AES_192_CBC: Oid<'_> = oid!(2.16.840.1.101.3.4.1.22);
const AES_256_CBC: Oid<'_> = oid!(2.16.840.1.101.3.4.1.42);

/// A cipher and the bytes of its key.
type Cipher = (&'static Algorithm, usize);

/// The first private key of a PEM file.
///
/// # Errors
/// Why there is none.
pub(super) fn read(text: &[u8], password: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    let blocks = pem::parse_many(text).map_err(|error| format!("it is broken: {error}"))?;
    let key = blocks.into_iter().find(|block| block.tag().ends_with("PRIVATE KEY"));
    let key = key.ok_or("there is no private key in it")?;
    let dek = key.headers().get("DEK-Info").map(str::to_owned);
    let label = key.tag().to_owned();
    let mut bytes = key.into_contents();
    let mut kind = &*label;
    if (label == "ENCRYPTED PRIVATE KEY" || dek.is_some()) && password.is_empty() {
        return Err("it is encrypted, and tls-key-file-pass is not set".to_owned());
    }
    if let Some(dek) = dek {
        bytes = decrypt_old(&dek, bytes, password)?;
    } else if label == "ENCRYPTED PRIVATE KEY" {
        bytes = decrypt(&bytes, password)?;
        kind = "PRIVATE KEY";
    }
    match kind {
        "PRIVATE KEY" => Ok(PrivatePkcs8KeyDer::from(bytes).into()),
        "RSA PRIVATE KEY" => Ok(PrivatePkcs1KeyDer::from(bytes).into()),
        "EC PRIVATE KEY" => Ok(PrivateSec1KeyDer::from(bytes).into()),
        other => Err(format!("keys of the kind '{other}' are not supported")),
    }
}

const WRONG: &str = "it cannot be decrypted: the password is wrong";

/// Takes the encryption off PKCS #8.
fn decrypt(der: &[u8], password: &[u8]) -> Result<Vec<u8>, String> {
    let scheme = Scheme::of(der).ok_or(
        "its encryption is not supported: only PBES2 with PBKDF2 and AES-CBC is (what \
         'openssl pkcs8 -topk8' writes)",
    )?;
    let mut key = vec![0; scheme.cipher.1];
    pbkdf2::derive(scheme.hash, scheme.rounds, scheme.salt, password, &mut key);
    decrypt_aes(scheme.cipher.0, &key, scheme.iv, scheme.data.to_vec())
}

/// How a key is encrypted.
struct Scheme<'a> {
    salt: &'a [u8],
    rounds: NonZeroU32,
    hash: pbkdf2::Algorithm,
    cipher: Cipher,
    iv: [u8; 16],
    data: &'a [u8],
}

impl<'a> Scheme<'a> {
    fn of(der: &'a [u8]) -> Option<Self> {
        let (_, outer) = Any::from_der(der).ok()?;
        let (rest, algorithm) = AlgorithmIdentifier::from_der(outer.data).ok()?;
        let (_, data) = <&[u8]>::from_der(rest).ok()?;
        let both = parameters(&algorithm, &PBES2)?;
        let (rest, derivation) = AlgorithmIdentifier::from_der(both).ok()?;
        let (_, encryption) = AlgorithmIdentifier::from_der(rest).ok()?;
        let (rest, salt) = <&[u8]>::from_der(parameters(&derivation, &PBKDF2)?).ok()?;
        let (rest, rounds) = u32::from_der(rest).ok()?;
        let rounds = NonZeroU32::new(rounds).filter(|rounds| rounds.get() <= ROUNDS_MAX)?;
        let (rest, _length) = Option::<u32>::from_der(rest).ok()?;
        let hash = match rest {
            [] => HMAC_SHA1,
            rest => AlgorithmIdentifier::from_der(rest).ok()?.1.algorithm,
        };
        let hash = match hash {
            one if one == HMAC_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
            one if one == HMAC_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
            one if one == HMAC_SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
            one if one == HMAC_SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
            _ => return None,
        };
        let cipher = match &encryption.algorithm {
            one if *one == AES_128_CBC => (&AES_128, 16),
            one if *one == AES_192_CBC => (&AES_192, 24),
            one if *one == AES_256_CBC => (&AES_256, 32),
            _ => return None,
        };
        let iv = encryption.parameters?.data.try_into().ok()?;
        Some(Self { salt, rounds, hash, cipher, iv, data })
    }
}

/// What an algorithm of this kind is given.
fn parameters<'a>(algorithm: &AlgorithmIdentifier<'a>, kind: &Oid<'_>) -> Option<&'a [u8]> {
    (algorithm.algorithm == *kind).then_some(algorithm.parameters.as_ref()?.data)
}

/// Takes off the encryption of old: `dek` is `AES-256-CBC,` and the IV in hexadecimal.
fn decrypt_old(dek: &str, data: Vec<u8>, password: &[u8]) -> Result<Vec<u8>, String> {
    let (name, iv) = dek.split_once(',').unwrap_or((dek, ""));
    let (cipher, length): Cipher = match name {
        "AES-128-CBC" => (&AES_128, 16),
        "AES-192-CBC" => (&AES_192, 24),
        "AES-256-CBC" => (&AES_256, 32),
        other => return Err(format!("the cipher {other} of its encryption is not supported")),
    };
    let digit = |at: usize| u8::from_str_radix(iv.get(at..at + 2)?, 16).ok();
    let iv: Option<Vec<u8>> = (0..32).step_by(2).map(digit).collect();
    let iv: [u8; 16] = iv.and_then(|iv| iv.try_into().ok()).ok_or("its DEK-Info is broken")?;
    let mut key: Vec<u8> = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    while key.len() < length {
        last = Md5::new()
            .chain_update(&last)
            .chain_update(password)
            .chain_update(&iv[..8])
            .finalize()
            .to_vec();
        key.extend_from_slice(&last);
    }
    key.truncate(length);
    decrypt_aes(cipher, &key, iv, data)
}

fn decrypt_aes(
    cipher: &'static Algorithm,
    key: &[u8],
    iv: [u8; 16],
    mut data: Vec<u8>,
) -> Result<Vec<u8>, String> {
    let wrong = |_| WRONG.to_owned();
    let key = UnboundCipherKey::new(cipher, key).map_err(wrong)?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).map_err(wrong)?;
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    let plain = key.decrypt(&mut data, context).map_err(wrong)?;
    // A wrong password may by chance leave right padding, but no structure.
    let whole = Sequence::from_der(plain).is_ok();
    if whole { Ok(plain.to_vec()) } else { Err(WRONG.to_owned()) }
}
