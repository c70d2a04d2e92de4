//! All users of a server, and what was denied them.
//!
//! Users are changed under one lock, each as a whole; a change raises the generation, by which
//! connections notice (see [`Badge`]).

use super::badge::Badge;
use super::check::{Reason, allows_channel};
use super::file;
use super::log::{Denied, Log};
use super::rule::{Grammar, Rule, has_blank, hash_password};
use super::user::{Rules, User, join_selectors};
use crate::config::{Config, Id, choices};
use crate::pubsub::Kind;
use crate::session::Session;
use crate::shared::Shared;
use crate::table::CommandTable;
use crate::text::shown::shown;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The user that connections begin as; it cannot be deleted.
pub const DEFAULT: &[u8] = b"default";

/// The users by name.
type ByName = BTreeMap<Box<[u8]>, Arc<User>>;

/// Users, their generation, the log of what was denied.
#[derive(Debug)]
pub struct Acl {
    users: Mutex<ByName>,
    default: Arc<User>,
    generation: AtomicU64,
    log: Mutex<Log>,
    /// What was denied, counted.
    pub denied: Denials,
}

/// Counters of INFO.
#[derive(Default, Debug)]
pub struct Denials {
    /// Failed logins.
    pub auth: AtomicU64,
    /// Commands.
    pub command: AtomicU64,
    /// Keys.
    pub key: AtomicU64,
    /// Channels.
    pub channel: AtomicU64,
    /// Databases.
    pub database: AtomicU64,
    /// Certificates of clients that name no user.
    pub certificate: AtomicU64,
}

impl Denials {
    fn of(&self, reason: Reason) -> &AtomicU64 {
        match reason {
            Reason::Auth => &self.auth,
            Reason::Command => &self.command,
            Reason::Key => &self.key,
            Reason::Channel => &self.channel,
            Reason::Database => &self.database,
            Reason::Certificate => &self.certificate,
        }
    }
}

/// The grammar of a server's rules.
pub fn grammar<'t>(table: &'t CommandTable, config: &Config) -> Grammar<'t> {
    let all_channels = config.int(Id::ACL_PUBSUB_DEFAULT) == choices::PUBSUB_ALLCHANNELS;
    Grammar { table, all_channels }
}

impl Acl {
    /// One with the user `default`, who may do everything.
    pub fn new(table: &CommandTable) -> Self {
        let default = Arc::new(User::new(DEFAULT, Rules::of_default(table)));
        let users = ByName::from([(DEFAULT.into(), Arc::clone(&default))]);
        Self {
            users: Mutex::new(users),
            default,
            generation: AtomicU64::new(1),
            log: Mutex::default(),
            denied: Denials::default(),
        }
    }

    /// Changes with every change of a user; never 0.
    #[inline]
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    fn changed(&self) {
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// Whether clients need not authenticate.
    pub fn is_open(&self) -> bool {
        self.default.rules().is_open()
    }

    /// What a new connection begins with.
    pub fn badge(&self) -> Badge {
        Badge::new(Arc::clone(&self.default))
    }

    /// The rules of `default`.
    pub fn default_rules(&self) -> Arc<Rules> {
        self.default.rules()
    }

    /// A user by name.
    pub fn user(&self, name: &[u8]) -> Option<Arc<User>> {
        self.lock().get(name).cloned()
    }

    /// All users, by name in the order of its bytes.
    pub fn users(&self) -> Vec<Arc<User>> {
        self.lock().values().cloned().collect()
    }

    /// The badge of who gives this name and password, if that is right.
    pub fn log_in(&self, name: &[u8], password: &[u8]) -> Option<Badge> {
        let user = self.user(name);
        // A name that is not there takes as long as a wrong password.
        let right = if let Some(user) = &user {
            user.rules().accepts(password)
        } else {
            std::hint::black_box(hash_password(password));
            false
        };
        user.filter(|_| right).map(Badge::new)
    }

    /// The badge of a user that has proved who it is without a password, if there is one of this
    /// name and it is on.
    pub fn recognize(&self, name: &[u8]) -> Option<Badge> {
        self.user(name).filter(|user| user.rules().enabled).map(Badge::new)
    }

    /// Creates or changes a user by rules, all or none. Returns it if it was there before.
    ///
    /// # Errors
    /// The first rule that is refused, in Redis's words.
    pub fn set_user(
        &self,
        name: &[u8],
        words: &[&[u8]],
        grammar: Grammar<'_>,
    ) -> Result<Option<Arc<User>>, String> {
        let words = join_selectors(words).map_err(|word| {
            format!("Unmatched parenthesis in acl selector starting at '{}'.", shown(word))
        })?;
        let mut users = self.lock();
        let known = users.get(name).cloned();
        let mut rules = match &known {
            Some(user) => (*user.rules()).clone(),
            None => Rules::new(grammar.all_channels),
        };
        for word in &words {
            rules.apply_text(word, grammar).map_err(|error| {
                let word = word.split(|byte| *byte == 0).next().unwrap_or_default();
                format!("Error in ACL SETUSER modifier '{}': {error}", shown(word))
            })?;
        }
        match &known {
            Some(user) => user.replace(rules),
            None => {
                users.insert(name.into(), Arc::new(User::new(name, rules)));
            }
        }
        self.changed();
        Ok(known)
    }

    /// Takes a user out; its connections have no permission any more. `default` stays.
    pub fn delete(&self, name: &[u8]) -> Option<Arc<User>> {
        if name == DEFAULT {
            return None;
        }
        let user = self.lock().remove(name)?;
        user.replace(Rules::new(false));
        self.changed();
        Some(user)
    }

    /// Gives `default` this password and no other; none if it is empty (`requirepass`).
    pub fn set_default_password(&self, password: &[u8], grammar: Grammar<'_>) {
        let _users = self.lock();
        let mut rules = (*self.default.rules()).clone();
        set_password(&mut rules, password, grammar);
        self.default.replace(rules);
        self.changed();
    }

    /// Makes the users of a configuration: each a name and rules. Returns the names of those that
    /// are off.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub fn define(
        &self,
        declared: &[Vec<Vec<u8>>],
        grammar: Grammar<'_>,
    ) -> Result<Vec<String>, String> {
        let mut off = Vec::new();
        for user in declared {
            let words: Vec<&[u8]> = user.iter().map(Vec::as_slice).collect();
            let Some((&name, words)) = words.split_first() else { continue };
            if has_blank(name) {
                return Err("Spaces not allowed in ACL usernames".to_owned());
            }
            let words: Vec<&[u8]> = std::iter::once(&b"reset"[..])
                .filter(|_| name == DEFAULT)
                .chain(words.iter().copied())
                .collect();
            self.set_user(name, &words, grammar).map_err(|text| {
                format!("Error loading ACL rules for the user named '{}': {text}", shown(name))
            })?;
            let is_off = self.user(name).is_none_or(|user| !user.rules().enabled);
            off.extend(is_off.then(|| shown(name)));
        }
        Ok(off)
    }

    /// Puts the users of a file in the place of all there are, or changes nothing. Returns all that
    /// there were, without `default`.
    ///
    /// Without `default` in the file it begins anew, with the password `requirepass`.
    ///
    /// # Errors
    /// What is wrong in the file.
    pub fn load(
        &self,
        text: &[u8],
        path: &str,
        config: &Config,
        table: &CommandTable,
    ) -> Result<Vec<Arc<User>>, String> {
        let grammar = grammar(table, config);
        let mut loaded = file::parse(text, path, grammar)?;
        let default = loaded.remove(DEFAULT).unwrap_or_else(|| {
            let mut rules = Rules::of_default(table);
            set_password(&mut rules, &config.text(Id::REQUIREPASS), grammar);
            rules
        });
        let mut users = self.lock();
        let mut before = std::mem::take(&mut *users);
        before.remove(DEFAULT);
        self.default.replace(default);
        users.insert(DEFAULT.into(), Arc::clone(&self.default));
        for (name, rules) in loaded {
            let user = Arc::new(User::new(&name, rules));
            users.insert(name, user);
        }
        // Their connections end; until they do they have no permission.
        before.values().for_each(|user| user.replace(Rules::new(false)));
        self.changed();
        Ok(before.into_values().collect())
    }

    /// The text of a file with all users.
    pub fn save(&self, table: &CommandTable) -> Vec<u8> {
        self.lines(table).into_iter().flat_map(|line| [line, b"\n".to_vec()].concat()).collect()
    }

    /// `user <name> <rules>` for each.
    pub fn lines(&self, table: &CommandTable) -> Vec<Vec<u8>> {
        let line =
            |user: Arc<User>| [b"user ", &*user.name, b" ", user.rules().describe(table)].concat();
        self.users().into_iter().map(line).collect()
    }

    /// The log, locked.
    pub fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts and logs what was denied to a client.
    pub fn note(&self, shared: &Shared, session: &mut Session, what: &Denied, now: i64) {
        self.denied.of(what.reason).fetch_add(1, Ordering::Relaxed);
        session.publish(now);
        let user = what.user.clone().unwrap_or_else(|| session.badge.user.name.clone());
        let client = crate::connection::client_line(&session.card, shared, now);
        let max = shared.config.size(Id::ACLLOG_MAX_LEN) as usize;
        self.log().add(what.clone(), user, client.into(), now, max);
    }

    fn lock(&self) -> MutexGuard<'_, ByName> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn set_password(rules: &mut Rules, password: &[u8], grammar: Grammar<'_>) {
    let how = if password.is_empty() {
        [Rule::ResetPass, Rule::NoPass]
    } else {
        [Rule::ResetPass, Rule::AddPassword(hash_password(password))]
    };
    for rule in &how {
        rules.apply(rule, grammar).expect("rules without conditions");
    }
}

/// Whether a client may keep what it subscribed to, now that its user was changed.
pub fn keeps_subscriptions(session: &Session) -> bool {
    if !session.subs.any() {
        return true;
    }
    let rules = session.badge.user.rules();
    let may = |kind, name: &[u8]| {
        rules.all().any(|selector| allows_channel(selector, name, kind == Kind::Pattern))
    };
    Kind::ALL.into_iter().all(|kind| session.subs.names(kind).all(|name| may(kind, name)))
}
