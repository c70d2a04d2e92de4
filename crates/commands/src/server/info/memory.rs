//! INFO's section on memory.

use super::Text;
use crate::Cx;
use crate::config::Id;
use std::sync::atomic::Ordering::Relaxed;

pub(super) fn section(cx: &mut Cx<'_>, text: &mut Text) {
    let (host, stats) = (&cx.server.host, &cx.server.stats);
    let (process, used) = (host.process(), host.used_memory());
    let peak = stats.peak_memory.fetch_max(used, Relaxed).max(used);
    let cards = cx.server.clients.all();
    let clients: u64 = cards.iter().map(|card| card.memory.load(Relaxed)).sum();
    let tables: u64 = cx.keys.keyspace().iter().map(|db| db.table_bytes as u64).sum();
    let overhead = (clients + tables).min(used);
    text.field("used_memory", used);
    text.field("used_memory_human", human(used));
    text.field("used_memory_rss", process.resident);
    text.field("used_memory_rss_human", human(process.resident));
    text.field("used_memory_peak", peak);
    text.field("used_memory_peak_human", human(peak));
    text.field("used_memory_peak_perc", percent(used, peak));
    text.field("used_memory_overhead", overhead);
    text.field("used_memory_startup", 0);
    text.field("used_memory_dataset", used - overhead);
    text.field("used_memory_dataset_perc", percent(used - overhead, used));
    let heap = cx.server.host.allocator();
    text.field("allocator_allocated", heap.allocated);
    text.field("allocator_active", heap.active);
    text.field("allocator_resident", heap.resident);
    text.field("allocator_muzzy", 0);
    text.field("total_system_memory", process.total_memory);
    text.field("total_system_memory_human", human(process.total_memory));
    scripts(cx, text);
    limits(cx, text);
    text.field("allocator_frag_ratio", ratio(heap.active, heap.allocated));
    text.field("allocator_frag_bytes", surplus(heap.active, heap.allocated));
    text.field("allocator_rss_ratio", ratio(heap.resident, heap.active));
    text.field("allocator_rss_bytes", surplus(heap.resident, heap.active));
    text.field("rss_overhead_ratio", ratio(process.resident, heap.resident));
    text.field("rss_overhead_bytes", surplus(process.resident, heap.resident));
    text.field("mem_fragmentation_ratio", ratio(process.resident, used));
    text.field("mem_fragmentation_bytes", surplus(process.resident, used));
    text.zeros(&[
        "mem_not_counted_for_evict",
        "mem_replication_backlog",
        "mem_total_replication_buffers",
        "mem_replica_full_sync_buffer",
        "mem_clients_slaves",
    ]);
    text.field("mem_clients_normal", clients);
    text.zeros(&["mem_cluster_links", "mem_aof_buffer"]);
    text.field("mem_allocator", "jemalloc-5.3.0");
    text.zeros(&["mem_overhead_db_hashtable_rehashing"]);
    text.field("active_defrag_running", stats.defrag.running.load(Relaxed));
    let (pending, freed) = cx.server.host.reaped();
    text.field("lazyfree_pending_objects", pending);
    text.field("lazyfreed_objects", freed.saturating_sub(stats.lazyfree_before.load(Relaxed)));
}

/// One interpreter a worker runs both scripts and functions.
fn scripts(cx: &Cx<'_>, text: &mut Text) {
    let figures = cx.server.scripts.figures();
    let sources = figures.script_bytes + figures.function_bytes;
    text.field("used_memory_lua", figures.vm_bytes);
    text.field("used_memory_vm_eval", figures.vm_bytes);
    text.field("used_memory_lua_human", human(figures.vm_bytes));
    text.field("used_memory_scripts_eval", figures.script_bytes);
    text.field("number_of_cached_scripts", figures.scripts);
    text.field("number_of_functions", figures.functions);
    text.field("number_of_libraries", figures.libraries);
    text.field("used_memory_vm_functions", 0);
    text.field("used_memory_vm_total", figures.vm_bytes);
    text.field("used_memory_vm_total_human", human(figures.vm_bytes));
    text.field("used_memory_functions", figures.function_bytes);
    text.field("used_memory_scripts", sources);
    text.field("used_memory_scripts_human", human(sources));
}

fn limits(cx: &Cx<'_>, text: &mut Text) {
    let config = &cx.server.config;
    let limit = config.size(Id::MAXMEMORY);
    text.field("maxmemory", limit);
    text.field("maxmemory_human", human(limit));
    let policy = config.print(Id::MAXMEMORY_POLICY);
    text.field("maxmemory_policy", String::from_utf8_lossy(&policy));
}

/// `512B`, `1.50K`, `23.54G`.
pub(super) fn human(bytes: u64) -> String {
    if bytes < 1024 {
        return format!("{bytes}B");
    }
    let (mut size, mut unit) = (bytes as f64 / 1024.0, 0);
    while size >= 1024.0 && unit < 4 {
        size /= 1024.0;
        unit += 1;
    }
    format!("{size:.2}{}", ['K', 'M', 'G', 'T', 'P'][unit])
}

fn ratio(part: u64, whole: u64) -> String {
    format!("{:.2}", if whole == 0 { 0.0 } else { part as f64 / whole as f64 })
}

fn percent(part: u64, whole: u64) -> String {
    format!("{:.2}%", if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 })
}

fn surplus(whole: u64, part: u64) -> i64 {
    whole.cast_signed().wrapping_sub(part.cast_signed())
}
