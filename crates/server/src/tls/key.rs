//! Private keys out of PEM files, encrypted ones too.
//!
//! Three labels are plain: `PRIVATE KEY`, `RSA PRIVATE KEY`, `EC PRIVATE KEY`. An `ENCRYPTED
//! PRIVATE KEY` is PBES2 (RFC 8018) with PBKDF2 and AES-CBC, which is what openssl(1) writes. A key
//! with a `DEK-Info` header is of the old kind: its key comes from one round of MD5 over password
//! and salt.

use crate::tls::der::{INTEGER, OCTETS, OID, Reader, number};
use crate::tls::pem::{self, Block};
use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptionContext, PaddedBlockDecryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2;
use md5::{Digest as _, Md5};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use std::num::NonZeroU32;

/// Rounds of PBKDF2 that are still waited for: a second or so.
const ROUNDS_MAX: u32 = 10_000_000;

const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
/// `hmacWithSHA1` and its kin end in 7 to 11.
const HMAC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02];
/// A cipher and the bytes of its key.
type Cipher = (&'static Algorithm, usize);

/// `aes128-CBC-PAD` and its kin end in 2, 22 and 42.
const AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];

/// The first private key of a PEM file.
///
/// # Errors
/// Why there is none.
pub(super) fn read(text: &[u8], password: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    let blocks = pem::blocks(text);
    let key = blocks.into_iter().find(|block| block.label.ends_with("PRIVATE KEY"));
    let Block { label, headers, mut bytes } = key.ok_or("there is no private key in it")?;
    let mut kind = label;
    let dek = headers.iter().find(|(name, _)| *name == "DEK-Info").map(|(_, value)| *value);
    if (label == "ENCRYPTED PRIVATE KEY" || dek.is_some()) && password.is_empty() {
        return Err("it is encrypted, and tls-key-file-pass is not set".to_owned());
    }
    if let Some(dek) = dek {
        bytes = decrypt_old(dek, bytes, password)?;
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
        let mut outer = Reader(der).enter()?;
        let mut algorithm = outer.enter()?;
        let data = outer.take(OCTETS)?;
        (algorithm.take(OID)? == PBES2).then_some(())?;
        let mut both = algorithm.enter()?;
        let (mut derivation, mut encryption) = (both.enter()?, both.enter()?);
        (derivation.take(OID)? == PBKDF2).then_some(())?;
        let mut how = derivation.enter()?;
        let salt = how.take(OCTETS)?;
        let rounds = number(how.take(INTEGER)?).filter(|&rounds| rounds <= ROUNDS_MAX)?;
        how.optional(INTEGER);
        let hash = match how.enter() {
            Some(mut hash) => hash.take(OID)?.strip_prefix(HMAC)?,
            None => &[7],
        };
        let hash = match hash {
            [7] => pbkdf2::PBKDF2_HMAC_SHA1,
            [9] => pbkdf2::PBKDF2_HMAC_SHA256,
            [10] => pbkdf2::PBKDF2_HMAC_SHA384,
            [11] => pbkdf2::PBKDF2_HMAC_SHA512,
            _ => return None,
        };
        let cipher = match encryption.take(OID)?.strip_prefix(AES)? {
            [2] => (&AES_128, 16),
            [22] => (&AES_192, 24),
            [42] => (&AES_256, 32),
            _ => return None,
        };
        let iv = encryption.take(OCTETS)?.try_into().ok()?;
        Some(Self { salt, rounds: NonZeroU32::new(rounds)?, hash, cipher, iv, data })
    }
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
    let whole = Reader(plain).enter().is_some();
    if whole { Ok(plain.to_vec()) } else { Err(WRONG.to_owned()) }
}
