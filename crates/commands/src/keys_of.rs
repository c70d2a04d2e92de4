//! Which arguments of a call are keys, from the row's key specs and, where those cannot tell,
//! from the command's own grammar. Counts come from clients: every step is bounded by the
//! number of arguments.

use crate::args::Args;
use crate::spec::{Begin, Command, Find, KeyFlags, KeySpec};
use crate::text::int::parse_i64;

/// One key of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyUse {
    /// Index of the argument.
    pub index: usize,
    /// What is done to it.
    pub flags: KeyFlags,
}

/// The arguments do not fit the key specs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeysError;

/// The keys of a call, in the order of the specs.
///
/// # Errors
/// A key count that is no number, negative, zero where keys are needed, or more than there are
/// arguments; a range that leaves the arguments.
pub fn keys_of(command: &Command, args: Args<'_>) -> Result<Vec<KeyUse>, KeysError> {
    let mut found = Vec::new();
    for spec in command.keys {
        if spec.flags.has(KeyFlags::NOT_KEY) {
            continue;
        }
        if let Some(begin) = begin_of(spec, args) {
            collect(spec, begin, args, &mut found)?;
        }
    }
    extra_keys(command, args, &mut found);
    Ok(found)
}

fn begin_of(spec: &KeySpec, args: Args<'_>) -> Option<usize> {
    match spec.begin {
        Begin::Index(index) => Some(usize::from(index)),
        Begin::Unknown => None,
        Begin::Keyword(word, from) if from >= 0 => {
            (from as usize..args.len()).find(|at| args.is(*at, word)).map(|at| at + 1)
        }
        Begin::Keyword(word, from) => {
            let last = args.len().checked_sub(usize::from(from.unsigned_abs()))?;
            (1..=last).rev().find(|at| args.is(*at, word)).map(|at| at + 1)
        }
    }
}

fn collect(
    spec: &KeySpec,
    begin: usize,
    args: Args<'_>,
    found: &mut Vec<KeyUse>,
) -> Result<(), KeysError> {
    let count = args.len();
    let (first, last, step) = match spec.find {
        Find::Unknown => return Ok(()),
        Find::Range { last, step, limit } => {
            let last = if last >= 0 {
                begin + last as usize
            } else {
                let end = count.checked_sub(usize::from(last.unsigned_abs())).ok_or(KeysError)?;
                match limit {
                    0 | 1 => end,
                    _ if end < begin => end,
                    _ => begin + (end - begin + 1) / usize::from(limit) - 1,
                }
            };
            (begin, last, usize::from(step))
        }
        Find::KeyNum { count_at, first, step } => {
            let number = args.get(begin + usize::from(count_at)).and_then(parse_i64);
            let keys = usize::try_from(number.ok_or(KeysError)?).map_err(|_| KeysError)?;
            if keys == 0 {
                return Ok(());
            }
            let first = begin + usize::from(first);
            let reach = (keys - 1).checked_mul(usize::from(step)).ok_or(KeysError)?;
            (first, first.checked_add(reach).ok_or(KeysError)?, usize::from(step))
        }
    };
    if first > last || last >= count {
        return Err(KeysError);
    }
    let keys = (first..=last).step_by(step.max(1));
    found.extend(keys.map(|index| KeyUse { index, flags: spec.flags }));
    Ok(())
}

/// Keys whose place only the command's own grammar tells.
fn extra_keys(command: &Command, args: Args<'_>, found: &mut Vec<KeyUse>) {
    let stores = match command.name {
        "sort" => &["STORE"][..],
        "georadius" | "georadiusbymember" => &["STORE", "STOREDIST"],
        _ => return,
    };
    let flags = KeyFlags::OW.and(KeyFlags::UPDATE);
    for at in 2..args.len().saturating_sub(1) {
        let named = stores.iter().any(|word| args.is(at, word));
        let known = found.iter().any(|key| key.index == at + 1);
        if named && !known {
            found.push(KeyUse { index: at + 1, flags });
        }
    }
}
