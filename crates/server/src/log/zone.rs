//! The offset of local time, for the log: no library call, because the C one takes a lock.
//!
//! Reads what `TZ` or `/etc/localtime` names (RFC 9636, "TZif"): a table of moments at which the
//! offset changed, and a rule in POSIX `TZ` notation for the time after the last of them.
//! Invariant: any input gives a zone; what cannot be understood is UTC.

use std::fs;
use std::path::{Path, PathBuf};

const ZONEINFO: &str = "/usr/share/zoneinfo";
const DAY: i64 = 86_400;

/// A time zone.
#[derive(Debug, Default)]
pub(crate) struct Zone {
    /// Unix second from which an offset holds, ascending.
    changes: Vec<(i64, i32)>,
    /// Offset before the first change.
    first: i32,
    /// For moments after the last change.
    rule: Option<Rule>,
}

impl Zone {
    /// The zone of this process.
    pub(crate) fn local() -> Zone {
        let setting = std::env::var("TZ").ok();
        let name = setting.as_deref().map(|name| name.trim_start_matches(':'));
        let path = match name {
            None => PathBuf::from("/etc/localtime"),
            Some("") => return Zone::default(),
            Some(name) => Path::new(ZONEINFO).join(name),
        };
        let file = fs::read(path).ok().and_then(|bytes| Zone::from_tzif(&bytes));
        file.or_else(|| name.and_then(Zone::from_posix)).unwrap_or_default()
    }

    fn from_posix(text: &str) -> Option<Zone> {
        let rule = Rule::parse(text)?;
        Some(Zone { changes: Vec::new(), first: rule.standard, rule: Some(rule) })
    }

    /// `TZif`, version, 15 unused bytes, six counts of four bytes; then the data with times of four
    /// bytes, and from version 2 on all of it again with times of eight, and the rule in a line.
    fn from_tzif(bytes: &[u8]) -> Option<Zone> {
        let first = Block::read(bytes, 4)?;
        if bytes.get(4)? < &b'2' {
            return first.zone(bytes, None);
        }
        let rest = bytes.get(first.end..)?;
        let second = Block::read(rest, 8)?;
        let footer = rest.get(second.end..)?;
        let text = footer.strip_prefix(b"\n")?.split(|&byte| byte == b'\n').next()?;
        second.zone(rest, std::str::from_utf8(text).ok().and_then(Rule::parse))
    }

    /// Seconds east of UTC at a Unix second.
    pub(crate) fn offset_at(&self, unix: i64) -> i64 {
        let after = self.changes.partition_point(|(from, _)| *from <= unix);
        let offset = match (&self.rule, after) {
            (Some(rule), _) if after == self.changes.len() => rule.offset_at(unix),
            (_, 0) => self.first,
            _ => self.changes[after - 1].1,
        };
        i64::from(offset)
    }
}

/// Where the parts of one data block are.
struct Block {
    time_size: usize,
    times: usize,
    types: usize,
    /// Offset of the first type record.
    records: usize,
    end: usize,
}

impl Block {
    const HEADER: usize = 44;

    fn read(bytes: &[u8], time_size: usize) -> Option<Block> {
        if !bytes.starts_with(b"TZif") {
            return None;
        }
        let count = |index: usize| {
            let at = 20 + 4 * index;
            let count: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
            // More than any real file holds; also keeps the sums below from overflowing.
            Some(u32::from_be_bytes(count) as usize).filter(|&count| count < 1 << 20)
        };
        let [utc_flags, wall_flags, leaps] = [count(0)?, count(1)?, count(2)?];
        let [times, types, names] = [count(3)?, count(4)?, count(5)?];
        let records = Block::HEADER + times * (time_size + 1);
        let after_types = records + types * 6 + names;
        let end = after_types + leaps * (time_size + 4) + wall_flags + utc_flags;
        Some(Block { time_size, times, types, records, end })
    }

    fn zone(&self, bytes: &[u8], rule: Option<Rule>) -> Option<Zone> {
        let offset_of = |kind: usize| {
            let at = self.records + kind * 6;
            let offset: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
            (kind < self.types).then(|| i32::from_be_bytes(offset))
        };
        let kinds = Block::HEADER + self.times * self.time_size;
        let mut changes = Vec::with_capacity(self.times.min(1024));
        for index in 0..self.times {
            let at = Block::HEADER + index * self.time_size;
            let raw = bytes.get(at..at + self.time_size)?;
            let from = match raw.len() {
                4 => i64::from(i32::from_be_bytes(raw.try_into().ok()?)),
                _ => i64::from_be_bytes(raw.try_into().ok()?),
            };
            changes.push((from, offset_of(usize::from(*bytes.get(kinds + index)?))?));
        }
        Some(Zone { changes, first: offset_of(0)?, rule })
    }
}

/// `CET-1CEST,M3.5.0,M10.5.0/3`: offsets east of UTC, and when summer time starts and ends.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    standard: i32,
    summer: Option<Summer>,
}

#[derive(Debug, PartialEq, Eq)]
struct Summer {
    offset: i32,
    /// In local standard time.
    start: Moment,
    /// In local summer time.
    end: Moment,
}

/// A second of a year.
#[derive(Debug, PartialEq, Eq)]
struct Moment {
    day: Day,
    seconds: i32,
}

#[derive(Debug, PartialEq, Eq)]
enum Day {
    /// Month, week (5 is the last one), day of the week from Sunday.
    Week(i64, i64, i64),
    /// Day of the year from 1, 29 February never counted.
    NoLeap(i64),
    /// Day of the year from 0.
    OfYear(i64),
}

impl Rule {
    fn parse(text: &str) -> Option<Rule> {
        let rest = skip_name(text)?;
        let (west, rest) = parse_time(rest)?;
        let standard = -west;
        if rest.is_empty() {
            return Some(Rule { standard, summer: None });
        }
        let rest = skip_name(rest)?;
        let (offset, rest) = match parse_time(rest) {
            Some((west, rest)) => (-west, rest),
            None => (standard + 3600, rest),
        };
        // Without dates the rules of the United States are meant.
        let dates = if rest.is_empty() { ",M3.2.0,M11.1.0" } else { rest };
        let (start, end) = dates.strip_prefix(',')?.split_once(',')?;
        let (start, end) = (Moment::parse(start)?, Moment::parse(end)?);
        Some(Rule { standard, summer: Some(Summer { offset, start, end }) })
    }

    fn offset_at(&self, unix: i64) -> i32 {
        let Some(summer) = &self.summer else { return self.standard };
        let (year, _, _) = civil((unix + i64::from(self.standard)).div_euclid(DAY));
        let start = summer.start.in_year(year) - i64::from(self.standard);
        let end = summer.end.in_year(year) - i64::from(summer.offset);
        let in_summer =
            if start <= end { (start..end).contains(&unix) } else { !(end..start).contains(&unix) };
        if in_summer { summer.offset } else { self.standard }
    }
}

impl Moment {
    fn parse(text: &str) -> Option<Moment> {
        let (day, time) =
            text.split_once('/').map_or((text, None), |(day, time)| (day, Some(time)));
        let seconds = match time {
            None => 2 * 3600,
            Some(time) => parse_time(time).filter(|(_, rest)| rest.is_empty())?.0,
        };
        let day = if let Some(week) = day.strip_prefix('M') {
            let mut parts = week.split('.').map(|part| part.parse::<i64>().ok());
            let (month, week, weekday) = (parts.next()??, parts.next()??, parts.next()??);
            let known = (1..=12).contains(&month) && (1..=5).contains(&week);
            (known && (0..=6).contains(&weekday)).then_some(Day::Week(month, week, weekday))?
        } else if let Some(day) = day.strip_prefix('J') {
            Day::NoLeap(day.parse().ok().filter(|day| (1..=365).contains(day))?)
        } else {
            Day::OfYear(day.parse().ok().filter(|day| (0..=365).contains(day))?)
        };
        Some(Moment { day, seconds })
    }

    /// As a local Unix second.
    fn in_year(&self, year: i64) -> i64 {
        let first = days_from_civil(year, 1, 1);
        let day = match self.day {
            Day::OfYear(day) => first + day,
            Day::NoLeap(day) => {
                let leap = days_from_civil(year, 3, 1) - first == 60;
                first + day - 1 + i64::from(leap && day >= 60)
            }
            Day::Week(month, week, weekday) => {
                let start = days_from_civil(year, month, 1);
                // 1 January 1970 was a Thursday.
                let start_weekday = (start + 4).rem_euclid(7);
                let day = start + (weekday - start_weekday).rem_euclid(7) + 7 * (week - 1);
                let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                if day >= days_from_civil(next_year, next, 1) { day - 7 } else { day }
            }
        };
        day * DAY + i64::from(self.seconds)
    }
}

fn skip_name(text: &str) -> Option<&str> {
    if let Some(quoted) = text.strip_prefix('<') {
        return quoted.split_once('>').map(|(_, rest)| rest);
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    (text.len() - rest.len() >= 3).then_some(rest)
}

/// `[+-]hh[:mm[:ss]]` in seconds, and the rest.
fn parse_time(text: &str) -> Option<(i32, &str)> {
    let (sign, mut rest) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let mut seconds = 0;
    for unit in [3600, 60, 1] {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: i32 = rest[..rest.len() - after.len()].parse().ok().filter(|n| *n <= 200)?;
        seconds += number * unit;
        rest = after;
        match rest.strip_prefix(':') {
            Some(more) if unit > 1 => rest = more,
            _ => break,
        }
    }
    Some((sign * seconds, rest))
}

/// Year, month and day of a day counted from 1 January 1970.
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    // Years start in March here, so that a leap day is the last of its year; 400 years repeat.
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests;
