//! The door for who watches the server: `metrics-port`, answered by a thread of its own that no
//! client can hold up and that holds up no client.
//!
//! | path | answer |
//! |---|---|
//! | `/metrics` | Prometheus text; with `metrics-password` only to who knows it |
//! | `/healthz` | 200 as long as the process lives |
//! | `/readyz` | 200 if clients are served, 503 while files are loaded and at the end |
//!
//! [`http`] says what of HTTP is spoken. Figures of the data set are at most about a second old.

mod http;

use crate::host::System;
use commands::config::Id;
use commands::saving::LOADING;
use commands::shared::Shared;
use http::{Answer, Door, Request};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;

const TEXT: &str = "text/plain; charset=utf-8";
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Opens the sockets of `metrics-port` and starts the thread, if there is to be one.
///
/// # Errors
/// In words: an address that cannot be listened on, a thread that cannot be started.
pub(crate) fn start(shared: &Arc<Shared>, system: &Arc<System>) -> Result<(), String> {
    let port = shared.config.int(Id::METRICS_PORT) as u16;
    if port == 0 {
        return Ok(());
    }
    let text = shared.config.text(Id::METRICS_BIND);
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut listeners = Vec::new();
    for word in text.split_whitespace() {
        let name = if word == "*" { "0.0.0.0" } else { word };
        let address: IpAddr =
            name.parse().map_err(|_| format!("metrics-bind: '{word}' is no address"))?;
        let place = SocketAddr::new(address, port);
        let listener = TcpListener::bind(place).and_then(|l| l.set_nonblocking(true).map(|()| l));
        listeners.push(listener.map_err(|e| {
            format!("Could not listen for metrics on {place}: {}", crate::conf_file::reason(&e))
        })?);
        system.log().notice(format_args!("Metrics at http://{place}/metrics"));
    }
    shared.stats.sampled.want();
    let (shared, system) = (Arc::clone(shared), Arc::clone(system));
    let answer = move |request: &Request<'_>| answer(&shared, &system, request);
    let thread = std::thread::Builder::new().name("metrics".to_owned());
    let door = Door::new(listeners);
    thread.spawn(move || door.serve(&answer)).map(drop).map_err(|e| e.to_string())
}

fn answer(shared: &Shared, system: &System, request: &Request<'_>) -> Answer {
    match request.path {
        "/metrics" => {
            let password = shared.config.text(Id::METRICS_PASSWORD);
            if !password.is_empty() && !request.knows(&password) {
                return Answer::unauthorized();
            }
            let page = commands::metrics::render(shared, system.ticks_per_us(), system.now_ms());
            Answer::new(200, PROMETHEUS, page)
        }
        "/healthz" => Answer::new(200, TEXT, "ok\n".to_owned()),
        "/readyz" if system.is_asked_to_end() || system.is_ending() => {
            Answer::new(503, TEXT, "ending\n".to_owned())
        }
        "/readyz" if shared.saving.switches() & LOADING != 0 => {
            Answer::new(503, TEXT, "loading\n".to_owned())
        }
        "/readyz" => Answer::new(200, TEXT, "ready\n".to_owned()),
        _ => Answer::new(404, TEXT, "not here: /metrics, /healthz, /readyz\n".to_owned()),
    }
}
