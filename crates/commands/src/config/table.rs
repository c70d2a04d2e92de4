//! Every directive, one row each. A row defines its [`Id`] too, so a name cannot be read that is
//! not in the table. Rows without `.live()` are accepted but have no effect yet, and the log says
//! so; whoever gives one its effect adds `.live()`. What `CONFIG SET` has to do beside storing a
//! value stands in the row too: `.renews()` where it can fail, else `.then()`.
//!
//! Facts checked against `CONFIG GET *` of redis-server 7.0.15, Redis 8.2.3 and Valkey 9.1.2 (see
//! `tests/data`).

use super::checks;
use super::choices as c;
use super::directive::Origin::{Newer, Own, Redis, Redis7, Redis8, Valkey};
use super::directive::Renewal::{Directory, FirstTls, Listeners, OomScore, OpenFiles, Tls};
use super::directive::{
    Directive, INT, LONG, choice, int, memory, memory_or_percent, octal, row, special, text, uint,
    umemory, unset, yes_no,
};
use super::effects;
use super::special::Special;

/// Names a directive: an index into [`DIRECTIVES`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Id(pub(super) u16);

impl Id {
    /// How many directives there are.
    pub const COUNT: usize = DIRECTIVES.len();

    /// All of them, in the order of the table.
    pub fn all() -> impl Iterator<Item = Id> {
        (0..Id::COUNT as u16).map(Id)
    }

    /// The row of this directive.
    pub fn row(self) -> &'static Directive {
        &DIRECTIVES[usize::from(self.0)]
    }

    /// The directive of this name or alias, in any case.
    pub fn find(name: &[u8]) -> Option<Id> {
        Id::all().find(|id| {
            let row = id.row();
            row.name.as_bytes().eq_ignore_ascii_case(name)
                || row.alias.is_some_and(|alias| alias.as_bytes().eq_ignore_ascii_case(name))
        })
    }
}

macro_rules! directives {
    ($($id:ident => $row:expr,)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "numbers the rows")]
        #[repr(u16)]
        enum Index { $($id),* }

        #[expect(missing_docs, reason = "each is the directive of the same name")]
        impl Id { $(pub const $id: Id = Id(Index::$id as u16);)* }

        /// The table, indexed by [`Id`].
        pub static DIRECTIVES: [Directive; [$(Index::$id),*].len()] = [$($row),*];
    };
}

const MB: i64 = 1024 * 1024;
const GB: i64 = 1024 * MB;
const PORT_MAX: i64 = 65_535;
const UINT: i64 = u32::MAX as i64;
const INT_MIN: i64 = i32::MIN as i64;

directives! {
    // Network and clients.
    BIND => row("bind", special(Special::Bind)).multi_arg().live().renews(&[Listeners]),
    PORT => row("port", int(0, PORT_MAX, 6379)).live().renews(&[Listeners]),
    UNIXSOCKET => row("unixsocket", unset()).immutable().live(),
    UNIXSOCKETPERM => row("unixsocketperm", octal(0o777, 0)).immutable().live(),
    UNIXSOCKETGROUP => row("unixsocketgroup", unset()).immutable().origin(Valkey),
    TCP_BACKLOG => row("tcp-backlog", int(0, INT, 511)).immutable().live(),
    TCP_KEEPALIVE => row("tcp-keepalive", int(0, INT, 300)).live(),
    TIMEOUT => row("timeout", int(0, INT, 0)).live(),
    PROTECTED_MODE => row("protected-mode", yes_no(true)).live(),
    BIND_SOURCE_ADDR => row("bind-source-addr", unset()),
    SOCKET_MARK_ID => row("socket-mark-id", uint(0, UINT, 0)).immutable(),
    MPTCP => row("mptcp", yes_no(false)).immutable().origin(Valkey),
    REPL_MPTCP => row("repl-mptcp", yes_no(false)).immutable().origin(Valkey),
    RDMA_BIND => row("rdma-bind", unset()).origin(Valkey),
    RDMA_PORT => row("rdma-port", int(0, PORT_MAX, 0)).origin(Valkey),
    RDMA_RX_SIZE => row("rdma-rx-size", int(64 * 1024, 16 * MB, MB)).immutable().origin(Valkey),
    RDMA_COMPLETION_VECTOR =>
        row("rdma-completion-vector", int(-1, 1024, -1)).immutable().origin(Valkey),
    MAXCLIENTS => row("maxclients", uint(1, UINT, 10_000)).live().renews(&[OpenFiles]),
    MAX_NEW_CONNECTIONS_PER_CYCLE =>
        row("max-new-connections-per-cycle", int(1, 1000, 10)).live().origin(Newer),
    MAX_NEW_TLS_CONNECTIONS_PER_CYCLE =>
        row("max-new-tls-connections-per-cycle", int(1, 1000, 1)).origin(Newer),
    // Less than 1 GiB: the longest element that a packed collection takes.
    PROTO_MAX_BULK_LEN =>
        row("proto-max-bulk-len", memory(MB, 1023 * MB as u64, 512 * MB)).live(),
    CLIENT_QUERY_BUFFER_LIMIT =>
        row("client-query-buffer-limit", umemory(MB, LONG as u64, GB)).live(),
    CLIENT_OUTPUT_BUFFER_LIMIT =>
        row("client-output-buffer-limit", special(Special::OutputLimits)).multi_arg().live(),
    MAXMEMORY_CLIENTS => row("maxmemory-clients", memory_or_percent(0)).live(),
    TRACKING_TABLE_MAX_KEYS => row("tracking-table-max-keys", uint(0, LONG, 1_000_000)).live(),

    // Threads, process, general.
    IO_THREADS => row("io-threads", int(0, 256, 0)).immutable().live(),
    IO_THREADS_DO_READS =>
        row("io-threads-do-reads", yes_no(false)).immutable().origin(Redis7),
    IO_THREADS_ALWAYS_ACTIVE =>
        row("io-threads-always-active", yes_no(false)).immutable().hidden().origin(Valkey),
    PREFETCH_BATCH_MAX_SIZE => row("prefetch-batch-max-size", int(0, 128, 16)).origin(Valkey),
    DATABASES => row("databases", int(1, INT, 16)).immutable().live(),
    DAEMONIZE => row("daemonize", yes_no(false)).immutable().live(),
    SUPERVISED => row("supervised", choice(c::SUPERVISED, c::SUPERVISED_NO)).immutable().live(),
    PIDFILE => row("pidfile", unset()).immutable().live(),
    DIR => row("dir", special(Special::Dir)).protected().deny_loading().live().renews(&[Directory]),
    HZ => row("hz", int(0, INT, 10)),
    DYNAMIC_HZ => row("dynamic-hz", yes_no(true)).origin(Redis),
    SET_PROC_TITLE => row("set-proc-title", yes_no(true)).immutable(),
    PROC_TITLE_TEMPLATE =>
        row("proc-title-template", text("{title} {listen-addr} {server-mode}"))
            .check(checks::proc_title_template),
    SERVER_CPULIST => row("server-cpulist", unset()).alias("server_cpulist").immutable(),
    BIO_CPULIST => row("bio-cpulist", unset()).alias("bio_cpulist").immutable(),
    AOF_REWRITE_CPULIST =>
        row("aof-rewrite-cpulist", unset()).alias("aof_rewrite_cpulist").immutable(),
    BGSAVE_CPULIST => row("bgsave-cpulist", unset()).alias("bgsave_cpulist").immutable(),
    OOM_SCORE_ADJ => row("oom-score-adj", choice(c::OOM_SCORE, c::OOM_SCORE_NO)).live().renews(&[OomScore]),
    OOM_SCORE_ADJ_VALUES =>
        row("oom-score-adj-values", special(Special::OomScores)).multi_arg().live().renews(&[OomScore]),
    DISABLE_THP => row("disable-thp", yes_no(true)).immutable(),
    JEMALLOC_BG_THREAD => row("jemalloc-bg-thread", yes_no(true)),
    LOCALE_COLLATE => row("locale-collate", text("")).check(checks::locale).origin(Newer),
    AVAILABILITY_ZONE => row("availability-zone", text("")).origin(Valkey),
    HASH_SEED => row("hash-seed", unset()).immutable().sensitive().origin(Valkey),
    EXTENDED_REDIS_COMPATIBILITY =>
        row("extended-redis-compatibility", yes_no(false)).origin(Valkey),
    IMPORT_MODE => row("import-mode", yes_no(false)).origin(Valkey),
    IGNORE_WARNINGS => row("ignore-warnings", text("")),
    SHUTDOWN_TIMEOUT => row("shutdown-timeout", int(0, INT, 10)),
    SHUTDOWN_ON_SIGINT =>
        row("shutdown-on-sigint", choice(c::ON_SIGNAL, 0)).multi_arg()
            .live(),
    SHUTDOWN_ON_SIGTERM =>
        row("shutdown-on-sigterm", choice(c::ON_SIGNAL, 0)).multi_arg()
            .live(),
    BUSY_REPLY_THRESHOLD =>
        row("busy-reply-threshold", int(0, LONG, 5000)).alias("lua-time-limit").live(),
    // Bytes that the interpreter of a worker may hold while a script runs.
    SCRIPT_MEMORY_MAX =>
        row("script-memory-max", umemory(16 * MB, LONG as u64, 512 * MB)).origin(Own).live(),
    LUA_ENABLE_DEPRECATED_API =>
        row("lua-enable-deprecated-api", yes_no(false)).immutable().hidden().live(),
    LUA_ENABLE_INSECURE_API =>
        row("lua-enable-insecure-api", yes_no(false)).hidden().origin(Valkey).live(),
    VSET_FORCE_SINGLE_THREADED_EXECUTION =>
        row("vset-force-single-threaded-execution", yes_no(false)).origin(Redis8),

    // Log and diagnosis.
    LOGLEVEL => row("loglevel", choice(c::LOG_LEVELS, c::LOG_NOTICE)).live(),
    LOGFILE => row("logfile", text("")).immutable().live(),
    LOG_FORMAT => row("log-format", choice(c::LOG_FORMATS, 0)).live().origin(Valkey),
    LOG_TIMESTAMP_FORMAT =>
        row("log-timestamp-format", choice(c::LOG_TIMES, 0)).live().origin(Valkey),
    SYSLOG_ENABLED => row("syslog-enabled", yes_no(false)).immutable(),
    SYSLOG_IDENT => row("syslog-ident", text("scrubjay")).immutable(),
    SYSLOG_FACILITY => row("syslog-facility", choice(c::SYSLOG_FACILITIES, 128)).immutable(),
    ALWAYS_SHOW_LOGO => row("always-show-logo", yes_no(false)).immutable().live(),
    HIDE_USER_DATA_FROM_LOG => row("hide-user-data-from-log", yes_no(true)).origin(Newer),
    CRASH_LOG_ENABLED => row("crash-log-enabled", yes_no(true)),
    CRASH_MEMCHECK_ENABLED => row("crash-memcheck-enabled", yes_no(true)),
    USE_EXIT_ON_PANIC => row("use-exit-on-panic", yes_no(false)).hidden(),
    WATCHDOG_PERIOD => row("watchdog-period", int(0, INT, 0)).hidden(),
    SLOWLOG_LOG_SLOWER_THAN =>
        row("slowlog-log-slower-than", int(-1, LONG, 10_000))
            .alias("commandlog-execution-slower-than").live().then(effects::thresholds),
    SLOWLOG_MAX_LEN =>
        row("slowlog-max-len", uint(0, LONG, 128)).alias("commandlog-slow-execution-max-len")
            .live(),
    COMMANDLOG_REQUEST_LARGER_THAN =>
        row("commandlog-request-larger-than", int(-1, LONG, MB)).live().origin(Valkey).then(effects::thresholds),
    COMMANDLOG_LARGE_REQUEST_MAX_LEN =>
        row("commandlog-large-request-max-len", uint(0, LONG, 128)).live().origin(Valkey),
    COMMANDLOG_REPLY_LARGER_THAN =>
        row("commandlog-reply-larger-than", int(-1, LONG, MB)).live().origin(Valkey).then(effects::thresholds),
    COMMANDLOG_LARGE_REPLY_MAX_LEN =>
        row("commandlog-large-reply-max-len", uint(0, LONG, 128)).live().origin(Valkey),
    // A port for Prometheus, the addresses it is on, and what /metrics asks for.
    METRICS_PORT => row("metrics-port", int(0, PORT_MAX, 0)).immutable().origin(Own).live(),
    METRICS_BIND => row("metrics-bind", text("127.0.0.1")).immutable().origin(Own).live(),
    METRICS_PASSWORD => row("metrics-password", unset()).sensitive().origin(Own).live(),
    LATENCY_MONITOR_THRESHOLD => row("latency-monitor-threshold", int(0, LONG, 0)).live().then(effects::thresholds),
    LATENCY_TRACKING => row("latency-tracking", yes_no(true)).live().then(effects::thresholds),
    LATENCY_TRACKING_INFO_PERCENTILES =>
        row("latency-tracking-info-percentiles", special(Special::Percentiles)).multi_arg().live(),

    // Access.
    REQUIREPASS => row("requirepass", unset()).sensitive().live().then(effects::password),
    ACLFILE => row("aclfile", text("")).immutable().live(),
    ACL_PUBSUB_DEFAULT =>
        row("acl-pubsub-default", choice(c::PUBSUB_DEFAULTS, c::PUBSUB_RESETCHANNELS)).live(),
    ACLLOG_MAX_LEN => row("acllog-max-len", uint(0, LONG, 128)).live(),
    ENABLE_PROTECTED_CONFIGS =>
        row("enable-protected-configs", choice(c::PROTECTED_ACTIONS, c::ACTION_NO))
            .immutable().live(),
    ENABLE_DEBUG_COMMAND =>
        row("enable-debug-command", choice(c::PROTECTED_ACTIONS, c::ACTION_NO))
            .immutable().live(),
    ENABLE_MODULE_COMMAND =>
        row("enable-module-command", choice(c::PROTECTED_ACTIONS, c::ACTION_NO)).immutable(),

    // Memory.
    MAXMEMORY => row("maxmemory", umemory(0, u64::MAX, 0)).live().then(effects::memory),
    MAXMEMORY_POLICY => row("maxmemory-policy", choice(c::EVICTION_POLICIES, c::NO_EVICTION)).live().then(effects::memory),
    MAXMEMORY_SAMPLES => row("maxmemory-samples", int(1, INT, 5)).live(),
    MAXMEMORY_EVICTION_TENACITY => row("maxmemory-eviction-tenacity", int(0, 100, 10)).live(),
    LFU_LOG_FACTOR => row("lfu-log-factor", int(0, INT, 10)).live(),
    LFU_DECAY_TIME => row("lfu-decay-time", int(0, INT, 1)).live(),
    ACTIVE_EXPIRE_EFFORT => row("active-expire-effort", int(1, 10, 1)),
    LAZYFREE_LAZY_EVICTION => row("lazyfree-lazy-eviction", yes_no(true)).live(),
    LAZYFREE_LAZY_EXPIRE => row("lazyfree-lazy-expire", yes_no(true)),
    LAZYFREE_LAZY_SERVER_DEL => row("lazyfree-lazy-server-del", yes_no(true)),
    LAZYFREE_LAZY_USER_DEL => row("lazyfree-lazy-user-del", yes_no(true)),
    LAZYFREE_LAZY_USER_FLUSH => row("lazyfree-lazy-user-flush", yes_no(true)).live(),
    ACTIVEREHASHING => row("activerehashing", yes_no(true)),
    ACTIVEDEFRAG => row("activedefrag", yes_no(false)),
    ACTIVE_DEFRAG_IGNORE_BYTES =>
        row("active-defrag-ignore-bytes", umemory(1, LONG as u64, 100 * MB)),
    ACTIVE_DEFRAG_THRESHOLD_LOWER => row("active-defrag-threshold-lower", int(0, 1000, 10)),
    ACTIVE_DEFRAG_THRESHOLD_UPPER => row("active-defrag-threshold-upper", int(0, 1000, 100)),
    ACTIVE_DEFRAG_CYCLE_MIN => row("active-defrag-cycle-min", int(1, 99, 1)),
    ACTIVE_DEFRAG_CYCLE_MAX => row("active-defrag-cycle-max", int(1, 99, 25)),
    ACTIVE_DEFRAG_CYCLE_US =>
        row("active-defrag-cycle-us", int(0, 100_000, 500)).origin(Valkey),
    ACTIVE_DEFRAG_MAX_SCAN_FIELDS =>
        row("active-defrag-max-scan-fields", uint(1, LONG, 1000)),

    // Encodings and events.
    HASH_MAX_LISTPACK_ENTRIES =>
        row("hash-max-listpack-entries", uint(0, LONG, 512))
            .alias("hash-max-ziplist-entries").live(),
    HASH_MAX_LISTPACK_VALUE =>
        row("hash-max-listpack-value", umemory(0, LONG as u64, 64))
            .alias("hash-max-ziplist-value").live(),
    LIST_MAX_LISTPACK_SIZE =>
        row("list-max-listpack-size", int(INT_MIN, INT, -2)).alias("list-max-ziplist-size")
            .live(),
    LIST_COMPRESS_DEPTH => row("list-compress-depth", int(0, INT, 0)),
    SET_MAX_INTSET_ENTRIES => row("set-max-intset-entries", uint(0, LONG, 512)).live(),
    SET_MAX_LISTPACK_ENTRIES =>
        // 0: small sets are reported as Redis 7.0 does, whose suite is our judge. Our own layout
        // does not depend on it.
        row("set-max-listpack-entries", uint(0, LONG, 0)).live().origin(Newer),
    SET_MAX_LISTPACK_VALUE =>
        row("set-max-listpack-value", uint(0, LONG, 64)).live().origin(Newer),
    ZSET_MAX_LISTPACK_ENTRIES =>
        row("zset-max-listpack-entries", uint(0, LONG, 128))
            .alias("zset-max-ziplist-entries").live(),
    ZSET_MAX_LISTPACK_VALUE =>
        row("zset-max-listpack-value", umemory(0, LONG as u64, 64))
            .alias("zset-max-ziplist-value").live(),
    HLL_SPARSE_MAX_BYTES => row("hll-sparse-max-bytes", umemory(0, LONG as u64, 3000)),
    STREAM_NODE_MAX_BYTES => row("stream-node-max-bytes", umemory(0, LONG as u64, 4096)).live(),
    STREAM_NODE_MAX_ENTRIES => row("stream-node-max-entries", int(0, LONG, 100)).live(),
    NOTIFY_KEYSPACE_EVENTS =>
        row("notify-keyspace-events", special(Special::KeyspaceEvents)).live(),

    // Persistence.
    SAVE => row("save", special(Special::Save)).multi_arg().live(),
    DBFILENAME =>
        row("dbfilename", text("dump.rdb")).protected().check(checks::dbfilename).live(),
    RDBCOMPRESSION => row("rdbcompression", yes_no(true)).live(),
    RDBCHECKSUM => row("rdbchecksum", yes_no(true)).immutable().live(),
    // The newest version that files are written for; 11 is that of Redis 7.2, 10 that of 7.0.
    RDB_VERSION => row("rdb-version", int(10, 80, 11)).origin(Own).live(),
    RDB_DEL_SYNC_FILES => row("rdb-del-sync-files", yes_no(false)),
    RDB_SAVE_INCREMENTAL_FSYNC => row("rdb-save-incremental-fsync", yes_no(true)).live(),
    RDB_VERSION_CHECK =>
        row("rdb-version-check", choice(c::RDB_VERSION_CHECK, 0)).origin(Valkey),
    RDB_KEY_SAVE_DELAY => row("rdb-key-save-delay", int(INT_MIN, INT, 0)).hidden().live(),
    KEY_LOAD_DELAY => row("key-load-delay", int(INT_MIN, INT, 0)).hidden().live(),
    LOADING_PROCESS_EVENTS_INTERVAL_BYTES =>
        row("loading-process-events-interval-bytes", int(1024, INT, 2 * MB)).hidden(),
    SANITIZE_DUMP_PAYLOAD =>
        row("sanitize-dump-payload", choice(c::SANITIZE, c::SANITIZE_NO)).origin(Redis).live(),
    STOP_WRITES_ON_BGSAVE_ERROR => row("stop-writes-on-bgsave-error", yes_no(true)).live(),
    APPENDONLY => row("appendonly", yes_no(false)).deny_loading().live().then(effects::append_only),
    APPENDFSYNC => row("appendfsync", choice(c::FSYNC, c::FSYNC_EVERYSEC)).live(),
    APPENDFILENAME =>
        row("appendfilename", text("appendonly.aof")).immutable().check(checks::appendfilename).live(),
    APPENDDIRNAME =>
        row("appenddirname", text("appendonlydir")).immutable().check(checks::appenddirname).live(),
    NO_APPENDFSYNC_ON_REWRITE => row("no-appendfsync-on-rewrite", yes_no(false)).live(),
    AUTO_AOF_REWRITE_PERCENTAGE => row("auto-aof-rewrite-percentage", int(0, INT, 100)).live(),
    AUTO_AOF_REWRITE_MIN_SIZE => row("auto-aof-rewrite-min-size", memory(0, LONG as u64, 64 * MB)).live(),
    AOF_REWRITE_INCREMENTAL_FSYNC => row("aof-rewrite-incremental-fsync", yes_no(true)).live(),
    AOF_LOAD_TRUNCATED => row("aof-load-truncated", yes_no(true)).live(),
    AOF_USE_RDB_PREAMBLE => row("aof-use-rdb-preamble", yes_no(true)).live(),
    AOF_TIMESTAMP_ENABLED => row("aof-timestamp-enabled", yes_no(false)).live(),
    AOF_DISABLE_AUTO_GC => row("aof-disable-auto-gc", yes_no(false)).hidden().origin(Redis7).live().then(effects::history),

    // Replication.
    REPLICAOF =>
        row("replicaof", special(Special::ReplicaOf)).alias("slaveof").immutable().multi_arg(),
    MASTERAUTH => row("masterauth", unset()).alias("primaryauth").sensitive(),
    MASTERUSER => row("masteruser", unset()).alias("primaryuser").sensitive(),
    REPLICA_SERVE_STALE_DATA =>
        row("replica-serve-stale-data", yes_no(true)).alias("slave-serve-stale-data"),
    REPLICA_READ_ONLY => row("replica-read-only", yes_no(true)).alias("slave-read-only"),
    REPLICA_LAZY_FLUSH => row("replica-lazy-flush", yes_no(true)).alias("slave-lazy-flush"),
    REPLICA_IGNORE_MAXMEMORY =>
        row("replica-ignore-maxmemory", yes_no(true)).alias("slave-ignore-maxmemory"),
    REPLICA_PRIORITY => row("replica-priority", int(0, INT, 100)).alias("slave-priority"),
    REPLICA_ANNOUNCED => row("replica-announced", yes_no(true)),
    REPLICA_ANNOUNCE_IP => row("replica-announce-ip", unset()).alias("slave-announce-ip"),
    REPLICA_ANNOUNCE_PORT =>
        row("replica-announce-port", int(0, PORT_MAX, 0)).alias("slave-announce-port"),
    REPLICA_IGNORE_DISK_WRITE_ERRORS => row("replica-ignore-disk-write-errors", yes_no(false)),
    REPLICA_FULL_SYNC_BUFFER_LIMIT =>
        row("replica-full-sync-buffer-limit", memory(0, LONG as u64, 0)).origin(Redis8),
    REPL_TIMEOUT => row("repl-timeout", int(1, INT, 60)),
    REPL_PING_REPLICA_PERIOD =>
        row("repl-ping-replica-period", int(1, INT, 10)).alias("repl-ping-slave-period"),
    REPL_BACKLOG_SIZE => row("repl-backlog-size", memory(1, LONG as u64, MB)),
    REPL_BACKLOG_TTL => row("repl-backlog-ttl", int(0, LONG, 3600)),
    REPL_DISABLE_TCP_NODELAY => row("repl-disable-tcp-nodelay", yes_no(false)),
    REPL_DISKLESS_SYNC => row("repl-diskless-sync", yes_no(true)),
    REPL_DISKLESS_SYNC_DELAY => row("repl-diskless-sync-delay", int(0, INT, 5)),
    REPL_DISKLESS_SYNC_MAX_REPLICAS => row("repl-diskless-sync-max-replicas", int(0, INT, 0)),
    REPL_DISKLESS_LOAD =>
        row("repl-diskless-load", choice(c::DISKLESS_LOAD, 0)).deny_loading(),
    DUAL_CHANNEL_REPLICATION_ENABLED =>
        row("dual-channel-replication-enabled", yes_no(false)).origin(Valkey),
    MIN_REPLICAS_TO_WRITE =>
        row("min-replicas-to-write", int(0, INT, 0)).alias("min-slaves-to-write"),
    MIN_REPLICAS_MAX_LAG =>
        row("min-replicas-max-lag", int(0, INT, 10)).alias("min-slaves-max-lag"),
    PROPAGATION_ERROR_BEHAVIOR =>
        row("propagation-error-behavior", choice(c::PROPAGATION_ERRORS, 0)),

    // Cluster.
    CLUSTER_ENABLED => row("cluster-enabled", yes_no(false)).immutable(),
    CLUSTER_CONFIG_FILE => row("cluster-config-file", text("nodes.conf")).immutable(),
    CLUSTER_PORT => row("cluster-port", int(0, PORT_MAX, 0)).immutable(),
    CLUSTER_NODE_TIMEOUT => row("cluster-node-timeout", int(0, LONG, 15_000)),
    CLUSTER_DATABASES => row("cluster-databases", int(1, INT, 1)).immutable().origin(Valkey),
    CLUSTER_REPLICA_VALIDITY_FACTOR =>
        row("cluster-replica-validity-factor", int(0, INT, 10))
            .alias("cluster-slave-validity-factor"),
    CLUSTER_REPLICA_NO_FAILOVER =>
        row("cluster-replica-no-failover", yes_no(false)).alias("cluster-slave-no-failover"),
    CLUSTER_ALLOW_REPLICA_MIGRATION => row("cluster-allow-replica-migration", yes_no(true)),
    CLUSTER_MIGRATION_BARRIER => row("cluster-migration-barrier", int(0, INT, 1)),
    CLUSTER_REQUIRE_FULL_COVERAGE => row("cluster-require-full-coverage", yes_no(true)),
    CLUSTER_ALLOW_READS_WHEN_DOWN => row("cluster-allow-reads-when-down", yes_no(false)),
    CLUSTER_ALLOW_PUBSUBSHARD_WHEN_DOWN =>
        row("cluster-allow-pubsubshard-when-down", yes_no(true)),
    CLUSTER_LINK_SENDBUF_LIMIT => row("cluster-link-sendbuf-limit", umemory(0, u64::MAX, 0)),
    CLUSTER_ANNOUNCE_IP => row("cluster-announce-ip", unset()),
    CLUSTER_ANNOUNCE_HOSTNAME =>
        row("cluster-announce-hostname", unset()).check(checks::hostname),
    CLUSTER_ANNOUNCE_HUMAN_NODENAME =>
        row("cluster-announce-human-nodename", unset()).check(checks::hostname).origin(Newer),
    CLUSTER_ANNOUNCE_PORT => row("cluster-announce-port", int(0, PORT_MAX, 0)),
    CLUSTER_ANNOUNCE_TLS_PORT => row("cluster-announce-tls-port", int(0, PORT_MAX, 0)),
    CLUSTER_ANNOUNCE_BUS_PORT => row("cluster-announce-bus-port", int(0, PORT_MAX, 0)),
    CLUSTER_ANNOUNCE_CLIENT_IPV4 =>
        row("cluster-announce-client-ipv4", unset()).check(checks::ipv4).origin(Valkey),
    CLUSTER_ANNOUNCE_CLIENT_IPV6 =>
        row("cluster-announce-client-ipv6", unset()).check(checks::ipv6).origin(Valkey),
    CLUSTER_ANNOUNCE_CLIENT_PORT =>
        row("cluster-announce-client-port", int(0, PORT_MAX, 0)).origin(Valkey),
    CLUSTER_ANNOUNCE_CLIENT_TLS_PORT =>
        row("cluster-announce-client-tls-port", int(0, PORT_MAX, 0)).origin(Valkey),
    CLUSTER_PREFERRED_ENDPOINT_TYPE =>
        row("cluster-preferred-endpoint-type", choice(c::ENDPOINT_TYPES, 0)),
    CLUSTER_BLACKLIST_TTL => row("cluster-blacklist-ttl", uint(0, LONG, 60)).origin(Valkey),
    CLUSTER_MANUAL_FAILOVER_TIMEOUT =>
        row("cluster-manual-failover-timeout", int(1, INT, 5000)).origin(Valkey),
    CLUSTER_SLOT_STATS_ENABLED =>
        row("cluster-slot-stats-enabled", yes_no(false)).origin(Newer),
    CLUSTER_SLOT_MIGRATION_LOG_MAX_LEN =>
        row("cluster-slot-migration-log-max-len", uint(0, LONG, 1000)).origin(Valkey),
    SLOT_MIGRATION_MAX_FAILOVER_REPL_BYTES =>
        row("slot-migration-max-failover-repl-bytes", memory(-1, LONG as u64, 0)).origin(Valkey),
    CLUSTER_CONFIG_SAVE_BEHAVIOR =>
        row("cluster-config-save-behavior", choice(c::CLUSTER_SAVE, 0)).origin(Valkey),
    CLUSTER_COMPATIBILITY_SAMPLE_RATIO =>
        row("cluster-compatibility-sample-ratio", int(0, 100, 0)).origin(Redis8),
    CLUSTER_PING_INTERVAL =>
        row("cluster-ping-interval", int(0, INT, 0)).hidden().origin(Newer),
    CLUSTER_MESSAGE_GOSSIP_PERC =>
        row("cluster-message-gossip-perc", int(0, 100, 10)).hidden().origin(Valkey),

    // TLS.
    TLS_PORT => row("tls-port", int(0, PORT_MAX, 0)).live().renews(&[FirstTls, Listeners]),
    TLS_CLUSTER => row("tls-cluster", yes_no(false)).live().renews(&[Tls]),
    TLS_REPLICATION => row("tls-replication", yes_no(false)).renews(&[Tls]),
    TLS_AUTH_CLIENTS => row("tls-auth-clients", choice(c::TLS_AUTH_CLIENTS, 1)).live().renews(&[Tls]),
    TLS_AUTH_CLIENTS_USER =>
        row("tls-auth-clients-user", choice(c::TLS_AUTH_USER, 0)).live().origin(Valkey).renews(&[Tls]),
    TLS_CERT_FILE => row("tls-cert-file", unset()).volatile().live().renews(&[Tls]),
    TLS_KEY_FILE => row("tls-key-file", unset()).volatile().live().renews(&[Tls]),
    TLS_KEY_FILE_PASS => row("tls-key-file-pass", unset()).sensitive().live().renews(&[Tls]),
    TLS_CLIENT_CERT_FILE => row("tls-client-cert-file", unset()).volatile().live().renews(&[Tls]),
    TLS_CLIENT_KEY_FILE => row("tls-client-key-file", unset()).volatile().live().renews(&[Tls]),
    TLS_CLIENT_KEY_FILE_PASS => row("tls-client-key-file-pass", unset()).sensitive().live().renews(&[Tls]),
    TLS_DH_PARAMS_FILE => row("tls-dh-params-file", unset()).volatile(),
    TLS_CA_CERT_FILE => row("tls-ca-cert-file", unset()).volatile().live().renews(&[Tls]),
    TLS_CA_CERT_DIR => row("tls-ca-cert-dir", unset()).volatile().live().renews(&[Tls]),
    TLS_PROTOCOLS => row("tls-protocols", unset()).live().renews(&[Tls]),
    TLS_CIPHERS => row("tls-ciphers", unset()).live().renews(&[Tls]),
    TLS_CIPHERSUITES => row("tls-ciphersuites", unset()).live().renews(&[Tls]),
    TLS_PREFER_SERVER_CIPHERS => row("tls-prefer-server-ciphers", yes_no(false)).live().renews(&[Tls]),
    TLS_SESSION_CACHING => row("tls-session-caching", yes_no(true)).live().renews(&[Tls]),
    TLS_SESSION_CACHE_SIZE => row("tls-session-cache-size", int(0, INT, 20 * 1024)).live().renews(&[Tls]),
    TLS_SESSION_CACHE_TIMEOUT => row("tls-session-cache-timeout", int(0, INT, 300)).live().renews(&[Tls]),
    TLS_AUTO_RELOAD_INTERVAL =>
        row("tls-auto-reload-interval", int(0, INT, 0)).live().origin(Valkey),
    // Seconds that a client has for its handshake.
    TLS_HANDSHAKE_TIMEOUT => row("tls-handshake-timeout", int(1, 3600, 10)).live().origin(Own),
}
