//! The names and values of the enumerated directives, for rows and for those who read them:
//! `config.int(Id::APPENDFSYNC) == choices::FSYNC_ALWAYS`.
#![allow(missing_docs, reason = "each constant is the value named beside it")]

type Names = &'static [(&'static str, i64)];

pub const LOG_DEBUG: i64 = 0;
pub const LOG_VERBOSE: i64 = 1;
pub const LOG_NOTICE: i64 = 2;
pub const LOG_WARNING: i64 = 3;
pub const LOG_NOTHING: i64 = 4;
pub(super) const LOG_LEVELS: Names = &[
    ("debug", LOG_DEBUG),
    ("verbose", LOG_VERBOSE),
    ("notice", LOG_NOTICE),
    ("warning", LOG_WARNING),
    ("nothing", LOG_NOTHING),
];

pub const LOG_FORMAT_LEGACY: i64 = 0;
pub const LOG_FORMAT_LOGFMT: i64 = 1;
pub const LOG_FORMAT_JSON: i64 = 2;
pub(super) const LOG_FORMATS: Names =
    &[("legacy", LOG_FORMAT_LEGACY), ("logfmt", LOG_FORMAT_LOGFMT), ("json", LOG_FORMAT_JSON)];

pub const LOG_TIME_LEGACY: i64 = 0;
pub const LOG_TIME_ISO8601: i64 = 1;
pub const LOG_TIME_MILLISECONDS: i64 = 2;
pub(super) const LOG_TIMES: Names = &[
    ("legacy", LOG_TIME_LEGACY),
    ("iso8601", LOG_TIME_ISO8601),
    ("milliseconds", LOG_TIME_MILLISECONDS),
];

pub const VOLATILE_LRU: i64 = 0;
pub const VOLATILE_LFU: i64 = 1;
pub const VOLATILE_RANDOM: i64 = 2;
pub const VOLATILE_TTL: i64 = 3;
pub const ALLKEYS_LRU: i64 = 4;
pub const ALLKEYS_LFU: i64 = 5;
pub const ALLKEYS_RANDOM: i64 = 6;
pub const NO_EVICTION: i64 = 7;
pub const VOLATILE_LRM: i64 = 8;
pub const ALLKEYS_LRM: i64 = 9;
pub(super) const EVICTION_POLICIES: Names = &[
    ("volatile-lru", VOLATILE_LRU),
    ("volatile-lfu", VOLATILE_LFU),
    ("volatile-random", VOLATILE_RANDOM),
    ("volatile-ttl", VOLATILE_TTL),
    ("allkeys-lru", ALLKEYS_LRU),
    ("allkeys-lfu", ALLKEYS_LFU),
    ("allkeys-random", ALLKEYS_RANDOM),
    ("noeviction", NO_EVICTION),
    ("volatile-lrm", VOLATILE_LRM),
    ("allkeys-lrm", ALLKEYS_LRM),
];

pub const SUPERVISED_NO: i64 = 0;
pub const SUPERVISED_AUTO: i64 = 1;
pub const SUPERVISED_SYSTEMD: i64 = 2;
pub const SUPERVISED_UPSTART: i64 = 3;
pub(super) const SUPERVISED: Names = &[
    ("upstart", SUPERVISED_UPSTART),
    ("systemd", SUPERVISED_SYSTEMD),
    ("auto", SUPERVISED_AUTO),
    ("no", SUPERVISED_NO),
];

pub const FSYNC_NO: i64 = 0;
pub const FSYNC_ALWAYS: i64 = 1;
pub const FSYNC_EVERYSEC: i64 = 2;
pub(super) const FSYNC: Names =
    &[("everysec", FSYNC_EVERYSEC), ("always", FSYNC_ALWAYS), ("no", FSYNC_NO)];

pub const ON_SIGNAL_DEFAULT: i64 = 0;
pub const ON_SIGNAL_SAVE: i64 = 1;
pub const ON_SIGNAL_NOSAVE: i64 = 2;
pub const ON_SIGNAL_NOW: i64 = 4;
pub const ON_SIGNAL_FORCE: i64 = 8;
pub const ON_SIGNAL_SAFE: i64 = 16;
pub const ON_SIGNAL_FAILOVER: i64 = 32;
pub(super) const ON_SIGNAL: Names = &[
    ("default", ON_SIGNAL_DEFAULT),
    ("save", ON_SIGNAL_SAVE),
    ("nosave", ON_SIGNAL_NOSAVE),
    ("now", ON_SIGNAL_NOW),
    ("force", ON_SIGNAL_FORCE),
    ("safe", ON_SIGNAL_SAFE),
    ("failover", ON_SIGNAL_FAILOVER),
];

/// Who may use a protected action.
pub const ACTION_NO: i64 = 0;
pub const ACTION_YES: i64 = 1;
pub const ACTION_LOCAL: i64 = 2;
pub(super) const PROTECTED_ACTIONS: Names =
    &[("no", ACTION_NO), ("yes", ACTION_YES), ("local", ACTION_LOCAL)];

pub const OOM_SCORE_NO: i64 = 0;
pub const OOM_SCORE_RELATIVE: i64 = 1;
pub const OOM_SCORE_ABSOLUTE: i64 = 2;
pub(super) const OOM_SCORE: Names = &[
    ("no", OOM_SCORE_NO),
    ("yes", OOM_SCORE_RELATIVE),
    ("relative", OOM_SCORE_RELATIVE),
    ("absolute", OOM_SCORE_ABSOLUTE),
];

pub const PUBSUB_RESETCHANNELS: i64 = 0;
pub const PUBSUB_ALLCHANNELS: i64 = 1;
pub(super) const PUBSUB_DEFAULTS: Names =
    &[("allchannels", PUBSUB_ALLCHANNELS), ("resetchannels", PUBSUB_RESETCHANNELS)];

pub(super) const SYSLOG_FACILITIES: Names = &[
    ("user", 8),
    ("local0", 128),
    ("local1", 136),
    ("local2", 144),
    ("local3", 152),
    ("local4", 160),
    ("local5", 168),
    ("local6", 176),
    ("local7", 184),
];
pub(super) const DISKLESS_LOAD: Names =
    &[("disabled", 0), ("on-empty-db", 1), ("swapdb", 2), ("flush-before-load", 3)];
pub const TLS_AUTH_NO: i64 = 0;
pub const TLS_AUTH_YES: i64 = 1;
pub const TLS_AUTH_OPTIONAL: i64 = 2;
pub(super) const TLS_AUTH_CLIENTS: Names =
    &[("no", TLS_AUTH_NO), ("yes", TLS_AUTH_YES), ("optional", TLS_AUTH_OPTIONAL)];
/// The part of a client's certificate that names its user.
pub const TLS_USER_OFF: i64 = 0;
pub const TLS_USER_CN: i64 = 1;
pub const TLS_USER_URI: i64 = 2;
pub(super) const TLS_AUTH_USER: Names =
    &[("CN", TLS_USER_CN), ("URI", TLS_USER_URI), ("off", TLS_USER_OFF)];
/// `sanitize-dump-payload no`.
pub const SANITIZE_NO: i64 = 0;
pub(super) const SANITIZE: Names = &[("no", SANITIZE_NO), ("yes", 1), ("clients", 2)];
pub(super) const ENDPOINT_TYPES: Names = &[("ip", 0), ("hostname", 1), ("unknown-endpoint", 2)];
pub(super) const PROPAGATION_ERRORS: Names =
    &[("ignore", 0), ("panic", 1), ("panic-on-replicas", 2)];
pub(super) const CLUSTER_SAVE: Names = &[("sync", 0), ("best-effort", 1)];
pub(super) const RDB_VERSION_CHECK: Names = &[("strict", 0), ("relaxed", 1)];
