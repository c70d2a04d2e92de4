//! INFO's section on files. Where others have a forked child and the pages it shares with its
//! parent, there is a snapshot here and the bytes that writers copied because of it.

use super::Text;
use crate::Cx;
use crate::append::Append;
use crate::saving::{LOADING, Saving};
use persist::snapshot::Purpose;
use std::sync::atomic::Ordering::Relaxed;

pub(super) fn section(cx: &mut Cx<'_>, text: &mut Text) {
    let changes = cx.server.saving.changes(cx.keys.counters().dirty);
    let (saving, host) = (&*cx.server.saving, &cx.server.host);
    let now_s = host.now_ms() / 1000;
    let purpose = host.snapshot();
    let [saved, total, copied] = host.snapshot_progress();
    let is_loading = saving.switches() & LOADING != 0;
    text.field("loading", u8::from(is_loading));
    text.field("async_loading", 0);
    text.field("current_cow_peak", if purpose.is_some() { copied } else { 0 });
    text.field("current_cow_size", copied);
    text.field("current_cow_size_age", 0);
    let percent = if total == 0 { 0.0 } else { saved as f64 * 100.0 / total as f64 };
    text.field("current_fork_perc", format_args!("{percent:.2}"));
    text.field("current_save_keys_processed", saved);
    text.field("current_save_keys_total", total);
    text.field("rdb_changes_since_last_save", changes);
    let is_saving = purpose == Some(Purpose::Save);
    text.field("rdb_bgsave_in_progress", u8::from(is_saving));
    text.field("rdb_last_save_time", saving.last_save_s.load(Relaxed));
    text.field("rdb_last_bgsave_status", if saving.last_ok.load(Relaxed) { "ok" } else { "err" });
    text.field("rdb_last_bgsave_time_sec", saving.last_took_s.load(Relaxed));
    let current = if is_saving { now_s - saving.began_s.load(Relaxed) } else { -1 };
    text.field("rdb_current_bgsave_time_sec", current);
    text.field("rdb_saves", saving.saves.load(Relaxed));
    text.field("rdb_last_cow_size", saving.last_copied.load(Relaxed));
    text.field("rdb_last_load_keys_expired", saving.loading.keys_expired.load(Relaxed));
    text.field("rdb_last_load_keys_loaded", saving.loading.keys_loaded.load(Relaxed));
    log(&cx.server.append, now_s, text);
    text.zeros(&["module_fork_in_progress", "module_fork_last_cow_size"]);
    if is_loading {
        loading(saving, now_s, text);
    }
}

/// The append-only file.
fn log(append: &Append, now_s: i64, text: &mut Text) {
    let figures = append.figures().clone();
    let ok = |ok: bool| if ok { "ok" } else { "err" };
    text.field("aof_enabled", u8::from(figures.is_enabled));
    text.field("aof_rewrite_in_progress", u8::from(figures.is_rewriting));
    text.field("aof_rewrite_scheduled", u8::from(figures.is_scheduled));
    text.field("aof_last_rewrite_time_sec", figures.last_took_s);
    let current = if figures.began_s < 0 { -1 } else { now_s - figures.began_s };
    text.field("aof_current_rewrite_time_sec", current);
    text.field("aof_last_bgrewrite_status", ok(figures.last_ok));
    text.field("aof_rewrites", figures.rewrites);
    text.field("aof_rewrites_consecutive_failures", figures.failures);
    text.field("aof_last_write_status", ok(figures.write_ok));
    text.zeros(&["aof_last_cow_size"]);
    if figures.is_enabled {
        text.field("aof_current_size", figures.current_bytes);
        text.field("aof_base_size", figures.base_bytes);
        text.zeros(&["aof_pending_rewrite"]);
        text.field("aof_buffer_length", figures.buffered_bytes);
        text.zeros(&["aof_pending_bio_fsync"]);
        text.field("aof_delayed_fsync", figures.delayed_syncs);
    }
}

fn loading(saving: &Saving, now_s: i64, text: &mut Text) {
    let loading = &saving.loading;
    let (start, read) = (loading.start_s.load(Relaxed), loading.read_bytes.load(Relaxed));
    let total = loading.total_bytes.load(Relaxed).max(read);
    let elapsed = (now_s - start).max(0) as u64;
    let percent = if total == 0 { 0.0 } else { read as f64 * 100.0 / total as f64 };
    let eta = if elapsed == 0 || read == 0 { 1 } else { elapsed * (total - read) / read };
    text.field("loading_start_time", start);
    text.field("loading_total_bytes", total);
    text.field("loading_rdb_used_mem", loading.used_memory.load(Relaxed));
    text.field("loading_loaded_bytes", read);
    text.field("loading_loaded_perc", format_args!("{percent:.2}"));
    text.field("loading_eta_seconds", eta);
}
