//! `CONFIG SET` and `CONFIG GET`, without their replies: all parameters change or none does.

use super::Config;
use super::directive::{Flags, Renewal};
use super::table::Id;
use super::value::{Complaint, Value};
use crate::text::glob;
use std::fmt;
use std::sync::PoisonError;

/// Gives changed directives their effect on the process: sockets, directory, limits.
pub trait Apply {
    /// Called with the new values in place, for what the rows of those say that differ from before.
    /// The values are put back, and this is called again, when it fails.
    ///
    /// # Errors
    /// The reason, as `CONFIG SET` prints it.
    fn renew(&self, what: Renewal, config: &Config) -> Result<(), String>;
}

/// An [`Apply`] for which no directive has an effect outside of [`Config`].
#[derive(Debug)]
pub struct NothingToApply;

impl Apply for NothingToApply {
    fn renew(&self, _what: Renewal, _config: &Config) -> Result<(), String> {
        Ok(())
    }
}

/// What the asking client may do.
#[derive(Clone, Copy, Debug)]
pub struct Permit {
    /// `enable-protected-configs` allows this client; see [`Config::allows`].
    pub protected: bool,
    /// Data is being loaded.
    pub loading: bool,
}

/// Why `CONFIG SET` did nothing. `Display` is the reply after `ERR `, except for `Loading`.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetError {
    /// The reply is `-LOADING`.
    Loading,
    /// No directive has this name.
    Unknown(Vec<u8>),
    /// A parameter cannot have this value, or not now.
    Failed {
        /// The parameter.
        argument: String,
        /// The reason, in Redis's words.
        reason: Complaint,
    },
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SetError::Loading => f.write_str("Redis is loading the dataset in memory"),
            SetError::Unknown(name) => write!(
                f,
                "Unknown option or number of arguments for CONFIG SET - '{}'",
                crate::text::shown::shown(name)
            ),
            SetError::Failed { argument, reason } => write!(
                f,
                "CONFIG SET failed (possibly related to argument '{argument}') - {reason}"
            ),
        }
    }
}

impl Config {
    /// Whether `enable-debug-command` or another choice of no, yes and local allows a client.
    pub fn allows(&self, id: Id, client_is_local: bool) -> bool {
        use super::choices::{ACTION_LOCAL, ACTION_YES};
        match self.int(id) {
            ACTION_YES => true,
            ACTION_LOCAL => client_is_local,
            _ => false,
        }
    }

    /// Sets every `(name, value)` or none, and applies what changed. Returns what changed.
    ///
    /// # Errors
    /// The first parameter that is unknown, forbidden, named twice or malformed, or the one that
    /// could not be applied. All values are then as they were.
    pub fn change(
        &self,
        pairs: &[(&[u8], &[u8])],
        permit: Permit,
        apply: &dyn Apply,
    ) -> Result<Vec<Id>, SetError> {
        let ids = find_changeable(pairs, permit)?;
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let old: Vec<Value> = ids.iter().map(|&id| self.value(id)).collect();
        let restore = || {
            for (&id, value) in ids.iter().zip(&old) {
                self.store(id, value.clone());
            }
        };
        for (&id, (name, value)) in ids.iter().zip(pairs) {
            if let Err(reason) = self.set(id, &arguments(id, value)) {
                restore();
                return Err(SetError::Failed { argument: given_name(id, name), reason });
            }
        }
        let differs = |(id, before): &(&Id, &Value)| {
            self.value(**id) != **before || id.row().flags.has(Flags::VOLATILE)
        };
        let changed: Vec<Id> = ids.iter().zip(&old).filter(differs).map(|(&id, _)| id).collect();
        if let Err((id, reason)) = self.renew(&changed, apply) {
            restore();
            // The old values were in effect a moment ago; if they no longer can be, there is
            // nothing better to go back to.
            let _ = self.renew(&changed, apply);
            let argument = id.row().name.to_owned();
            return Err(SetError::Failed { argument, reason: reason.into() });
        }
        Ok(changed)
    }

    /// What the rows of changed directives say; the directive at fault and the reason otherwise.
    fn renew(&self, changed: &[Id], apply: &dyn Apply) -> Result<(), (Id, String)> {
        let of = |&id: &Id| id.row().renews.iter().map(move |&what| (what, id));
        let mut wanted: Vec<(Renewal, Id)> = changed.iter().flat_map(of).collect();
        wanted.sort_by_key(|(what, _)| *what);
        wanted.dedup_by_key(|(what, _)| *what);
        wanted.iter().try_for_each(|&(what, id)| apply.renew(what, self).map_err(|why| (id, why)))
    }

    /// The names and values that `CONFIG GET` of these patterns answers, each name once. Aliases
    /// are answered too; hidden directives only to their exact name.
    pub fn matching(&self, patterns: &[&[u8]]) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut found: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        for &pattern in patterns {
            if is_exact(pattern) {
                let known = |(name, _): &(Vec<u8>, Vec<u8>)| name.eq_ignore_ascii_case(pattern);
                if let (Some(id), false) = (Id::find(pattern), found.iter().any(known)) {
                    found.push((pattern.to_vec(), self.print(id)));
                }
                continue;
            }
            for id in Id::all().filter(|id| !id.row().flags.has(Flags::HIDDEN)) {
                for name in [Some(id.row().name), id.row().alias].into_iter().flatten() {
                    let name = name.as_bytes();
                    let known = found.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
                    if !known && glob::matches_nocase(pattern, name) {
                        found.push((name.to_vec(), self.print(id)));
                    }
                }
            }
        }
        found
    }
}

fn find_changeable(pairs: &[(&[u8], &[u8])], permit: Permit) -> Result<Vec<Id>, SetError> {
    let mut ids = Vec::with_capacity(pairs.len());
    for (index, &(name, _)) in pairs.iter().enumerate() {
        let id = Id::find(name).ok_or_else(|| SetError::Unknown(name.to_vec()))?;
        let failed = |reason: &'static str| SetError::Failed {
            argument: crate::text::shown::shown(name),
            reason: reason.into(),
        };
        let flags = id.row().flags;
        if flags.has(Flags::IMMUTABLE) {
            return Err(failed("can't set immutable config"));
        }
        if flags.has(Flags::PROTECTED) && !permit.protected {
            return Err(failed("can't set protected config"));
        }
        if flags.has(Flags::DENY_LOADING) && permit.loading {
            return Err(SetError::Loading);
        }
        // A name and its alias may both be there; the last one counts.
        if pairs[..index].iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
            return Err(failed("duplicate parameter"));
        }
        ids.push(id);
    }
    Ok(ids)
}

/// A backslash alone makes no pattern.
fn is_exact(pattern: &[u8]) -> bool {
    !pattern.iter().any(|byte| matches!(byte, b'[' | b'*' | b'?'))
}

/// The arguments in one value of `CONFIG SET`: a list is cut at every blank.
fn arguments(id: Id, value: &[u8]) -> Vec<&[u8]> {
    if !id.row().flags.has(Flags::MULTI_ARG) {
        return vec![value];
    }
    if value.is_empty() {
        return Vec::new();
    }
    value.split(|&byte| byte == b' ').collect()
}

/// The directive's name or alias, whichever the client used.
fn given_name(id: Id, name: &[u8]) -> String {
    let alias = id.row().alias.filter(|alias| alias.as_bytes().eq_ignore_ascii_case(name));
    alias.unwrap_or(id.row().name).to_owned()
}
