//! A user: its name, and its rules, which are replaced as a whole.
//!
//! Every connection holds its user and a copy of the pointer to the rules that were in force when
//! it looked last (a [`Badge`](super::badge::Badge)); a change of rules raises a number that the
//! badges compare.

use super::rule::{Grammar, Hash, Rule, RuleError, hash_password};
use super::selector::Selector;
use crate::table::CommandTable;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A user as connections know it. It outlives its deletion: it has no permission then.
#[derive(Debug)]
pub struct User {
    /// Its name.
    pub name: Box<[u8]>,
    rules: Mutex<Arc<Rules>>,
}

impl User {
    /// A user with these rules.
    pub fn new(name: &[u8], rules: Rules) -> Self {
        Self { name: name.into(), rules: Mutex::new(Arc::new(rules)) }
    }

    /// The rules in force.
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts others in force. Whoever calls raises the generation afterwards.
    pub(super) fn replace(&self, rules: Rules) {
        *self.rules.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }
}

/// Everything that rules say of a user.
#[derive(Clone, Debug)]
pub struct Rules {
    /// May authenticate; says nothing before the first `on` or `off`, but is then off.
    pub enabled: bool,
    /// Every password is right.
    pub no_pass: bool,
    /// `RESTORE` payloads: looked at in depth or not, if a rule said so.
    pub sanitize: Option<bool>,
    /// Hashes of its passwords.
    pub passwords: Vec<Hash>,
    /// Its own permissions.
    pub root: Selector,
    /// Its selectors, in order.
    pub selectors: Vec<Selector>,
    described: OnceLock<Vec<u8>>,
}

impl Rules {
    /// Those of a new user: off, and nothing is allowed.
    pub fn new(all_channels: bool) -> Self {
        Self {
            enabled: false,
            no_pass: false,
            sanitize: None,
            passwords: Vec::new(),
            root: Selector::new(all_channels),
            selectors: Vec::new(),
            described: OnceLock::new(),
        }
    }

    /// Those of `default` when nothing was said of it: everything is allowed, without a password.
    pub fn of_default(table: &CommandTable) -> Self {
        let mut rules = Self::new(true);
        rules.enabled = true;
        rules.no_pass = true;
        for rule in [Rule::AllCommands(true), Rule::AllKeys(true)] {
            rules.root.apply(&rule, table).expect("rules without conditions");
        }
        rules
    }

    /// Whether every call is allowed.
    pub fn is_unrestricted(&self) -> bool {
        self.all().any(Selector::is_unrestricted)
    }

    /// Its own permissions and those of its selectors.
    pub fn all(&self) -> impl Iterator<Item = &Selector> {
        std::iter::once(&self.root).chain(&self.selectors)
    }

    /// Whether nobody is asked for a password.
    pub fn is_open(&self) -> bool {
        self.enabled && self.no_pass
    }

    /// Whether a client with this password is this user. Takes the same time for every password
    /// of a length.
    pub fn accepts(&self, password: &[u8]) -> bool {
        if !self.enabled {
            return false;
        }
        if self.no_pass {
            return true;
        }
        let given = hash_password(password);
        // No early exit: how many bytes were right must not show.
        let right = self.passwords.iter().filter(|hash| same(hash, &given)).count();
        right > 0
    }

    /// Reads and applies one rule. An empty text is none.
    ///
    /// # Errors
    /// [`RuleError`]; nothing is changed then.
    pub fn apply_text(&mut self, text: &[u8], grammar: Grammar<'_>) -> Result<(), RuleError> {
        if text.is_empty() {
            return Ok(());
        }
        self.apply(&Rule::parse(text, grammar)?, grammar)
    }

    /// Applies one rule.
    ///
    /// # Errors
    /// [`RuleError`], where the rules so far do not permit it; nothing is changed then.
    pub fn apply(&mut self, rule: &Rule, grammar: Grammar<'_>) -> Result<(), RuleError> {
        self.described = OnceLock::new();
        match rule {
            Rule::Enabled(on) => self.enabled = *on,
            Rule::Sanitize(on) => self.sanitize = Some(*on),
            Rule::NoPass | Rule::ResetPass => {
                self.no_pass = *rule == Rule::NoPass;
                self.passwords.clear();
            }
            Rule::AddPassword(hash) => {
                if !self.passwords.contains(hash) {
                    self.passwords.push(*hash);
                }
                self.no_pass = false;
            }
            Rule::RemovePassword(hash) => {
                let at = self.passwords.iter().position(|known| known == hash);
                self.passwords.remove(at.ok_or(RuleError::NoSuchPassword)?);
            }
            Rule::Selector(rules) => {
                let mut selector = Selector::new(grammar.all_channels);
                for rule in rules {
                    selector.apply(rule, grammar.table)?;
                }
                self.selectors.push(selector);
            }
            Rule::ClearSelectors => self.selectors.clear(),
            Rule::Reset => {
                *self = Self::new(grammar.all_channels);
                self.sanitize = Some(true);
            }
            of_selector => return self.root.apply(of_selector, grammar.table),
        }
        Ok(())
    }

    /// The words of its flags, as `ACL GETUSER` and `ACL LIST` print them.
    pub fn flags(&self) -> Vec<&'static str> {
        let mut words = vec![if self.enabled { "on" } else { "off" }];
        if self.no_pass {
            words.push("nopass");
        }
        match self.sanitize {
            Some(true) => words.push("sanitize-payload"),
            Some(false) => words.push("skip-sanitize-payload"),
            None => {}
        }
        words
    }

    /// The rules of this user in one line. Made once.
    pub fn describe(&self, table: &CommandTable) -> &[u8] {
        self.described.get_or_init(|| {
            let mut text = self.flags().join(" ").into_bytes();
            for hash in &self.passwords {
                text.extend_from_slice(b" #");
                text.extend_from_slice(hash);
            }
            text.push(b' ');
            text.extend_from_slice(&self.root.describe(table));
            for selector in &self.selectors {
                text.extend_from_slice(b" (");
                text.extend_from_slice(&selector.describe(table));
                text.push(b')');
            }
            text
        })
    }
}

fn same(one: &Hash, other: &Hash) -> bool {
    let differs = one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
    std::hint::black_box(differs) == 0
}

/// Joins the words of selectors that blanks have torn apart: `(+get`, `~a)` is one rule.
///
/// # Errors
/// The word with a parenthesis that is not closed.
pub fn join_selectors<'a>(words: &[&'a [u8]]) -> Result<Vec<Vec<u8>>, &'a [u8]> {
    let mut joined: Vec<Vec<u8>> = Vec::with_capacity(words.len());
    let mut open: Option<&'a [u8]> = None;
    for &word in words {
        let closes = word.last() == Some(&b')');
        if open.is_some() {
            let last = joined.last_mut().expect("the word that opened it");
            last.push(b' ');
            last.extend_from_slice(word);
            if closes {
                open = None;
            }
            continue;
        }
        if word.first() == Some(&b'(') && !closes {
            open = Some(word);
        }
        joined.push(word.to_vec());
    }
    open.map_or(Ok(joined), Err)
}
