//! The little of DER that certificates and encrypted keys need: tags, lengths, the fields asked
//! for.
//!
//! ```text
//! [tag 1][length 1, or 0x80 + n and n bytes][contents]      contents of 0x3x and 0xax are such
//! again
//! ```
//! Source: ITU-T X.690 and RFC 5280. Never panics on input: what is not there is `None`.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const UTC_TIME: u8 = 0x17;
const LONG_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
/// A general name that is a URI.
const URI: u8 = 0x86;

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];

/// What is left of some contents.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

/// A tag, its contents, and both as they were written.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) tag: u8,
    pub(super) contents: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Reader<'a> {
    /// The next item.
    pub(super) fn next(&mut self) -> Option<Item<'a>> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let mut length = usize::from(first);
        if first >= 0x80 {
            let (bytes, behind) = rest.split_at_checked(usize::from(first & 0x7f))?;
            if bytes.len() > 4 {
                return None;
            }
            length = bytes.iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte));
            rest = behind;
        }
        let (contents, behind) = rest.split_at_checked(length)?;
        let whole = &self.0[..self.0.len() - behind.len()];
        self.0 = behind;
        Some(Item { tag, contents, whole })
    }

    /// The contents of the next item, which has to have this tag.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|item| item.tag == tag).map(|item| item.contents)
    }

    /// The same, to be read.
    pub(super) fn enter(&mut self) -> Option<Reader<'a>> {
        self.take(SEQUENCE).map(Reader)
    }

    /// The next item if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.0.first() == Some(&tag) { self.take(tag) } else { None }
    }
}

/// A small number.
pub(super) fn number(bytes: &[u8]) -> Option<u32> {
    let digits = if bytes.first() == Some(&0) { &bytes[1..] } else { bytes };
    if digits.len() > 4 || bytes.first().is_none_or(|byte| byte & 0x80 != 0) {
        return None;
    }
    Some(digits.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte)))
}

/// The fields of a certificate that are asked for here.
pub(super) struct Fields<'a> {
    /// Big-endian.
    pub(super) serial: &'a [u8],
    /// Its last second, Unix time.
    pub(super) expires: i64,
    subject: Reader<'a>,
    /// The public key with its algorithm, as DER.
    pub(super) key: &'a [u8],
    extensions: Reader<'a>,
}

impl<'a> Fields<'a> {
    /// Those of a certificate.
    pub(super) fn of(der: &'a [u8]) -> Option<Self> {
        let mut body = Reader(der).enter()?.enter()?;
        body.optional(VERSION);
        let serial = body.take(INTEGER)?;
        let (_algorithm, _issuer) = (body.next()?, body.next()?);
        let mut validity = body.enter()?;
        let _begin = validity.next()?;
        let expires = time(validity.next()?)?;
        let subject = body.enter()?;
        let key = body.next()?.whole;
        let mut extensions = Reader(&[]);
        while let Some(item) = body.next() {
            if item.tag == EXTENSIONS {
                extensions = Reader(item.contents).enter()?;
            }
        }
        Some(Self { serial, expires, subject, key, extensions })
    }

    /// The first common name of the subject.
    pub(super) fn common_name(&self) -> Option<&'a [u8]> {
        let mut names = self.subject;
        while let Some(set) = names.take(SET) {
            let mut set = Reader(set);
            while let Some(mut pair) = set.enter() {
                if pair.take(OID)? == COMMON_NAME {
                    return pair.next().map(|item| item.contents);
                }
            }
        }
        None
    }

    /// The first URI among the alternative names.
    pub(super) fn uri(&self) -> Option<&'a [u8]> {
        let mut extensions = self.extensions;
        while let Some(mut extension) = extensions.enter() {
            if extension.take(OID)? != ALTERNATIVE_NAMES {
                continue;
            }
            extension.optional(0x01);
            let mut names = Reader(extension.take(OCTETS)?).enter()?;
            while let Some(name) = names.next() {
                if name.tag == URI {
                    return Some(name.contents);
                }
            }
        }
        None
    }
}

/// `YYMMDDhhmmssZ`, or with four digits of the year, as Unix time.
fn time(item: Item<'_>) -> Option<i64> {
    let text = std::str::from_utf8(item.contents).ok().filter(|text| text.is_ascii())?;
    let (year, rest) = match item.tag {
        UTC_TIME => {
            let year: i64 = text.get(..2)?.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, text.get(2..)?)
        }
        LONG_TIME => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let part = |at: usize| rest.get(at..at + 2)?.parse::<i64>().ok();
    let (month, day) = (part(0)?, part(2)?);
    if !(1..=12).contains(&month) {
        return None;
    }
    Some(days(year, month, day) * 86_400 + part(4)? * 3600 + part(6)? * 60 + part(8)?)
}

/// Days from 1970-01-01 (Gregorian): years begin in March, so a leap day is the last of its year.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leaps + (153 * month + 2) / 5 + day - 719_469
}
