//! Work that goes on whatever happens: receipts, the database, scheduled jobs, and a few everyday errors.

use super::MINUTES;
use super::chance::{Arrivals, Chance};
use super::journal::{Journal, Moment};
use super::purchase::INVENTORY_AHEAD;
use super::visitors::{END, trace};

/// When the autoscaler stops worker-3.
pub(crate) const WORKER_STOPPED: Moment = Moment::at(14, 26, 41, 207);

const WORKERS: [&str; 4] = ["worker-1.log", "worker-2.log", "worker-3.log", "worker-4.log"];

/// Writes all of it; every order placed gets a receipt.
pub(crate) fn run(journal: &mut Journal, seed: u64, placed: &[(Moment, u64)]) {
    let mut chance = Chance::new(seed, "worker");
    for &(at, order) in placed {
        receipt(journal, at, order, &mut chance);
    }
    thumbnails(journal, seed, &mut chance);
    scale_down(journal);
    database(journal, seed);
    supplier(journal, seed);
    addresses(journal, seed);
    garden(journal);
}

/// A worker alive at this time.
fn worker(at: Moment, chance: &mut Chance) -> &'static str {
    let n = usize::try_from(chance.below(4)).unwrap_or(0);
    if n == 2 && at.plus(800) >= WORKER_STOPPED { WORKERS[(order_of(at) % 2) * 3] } else { WORKERS[n] }
}

fn order_of(at: Moment) -> usize {
    usize::try_from(at.0).unwrap_or(0)
}

fn klog(journal: &mut Journal, file: &'static str, at: Moment, (level, site, text): (char, &str, &str)) {
    let micros = at.0 % 997;
    let line = format!("{level}0301 {}{micros:03}       1 {site}] {text}", at.precise('.'));
    journal.write(file, at, line);
}

fn receipt(journal: &mut Journal, at: Moment, order: u64, chance: &mut Chance) {
    let file = worker(at, chance);
    let took = chance.took(140);
    let end = at.plus(took);
    if chance.hits(1, 40) {
        let text = format!("receipt for ord_{order} deferred: 421 try again later, attempt=1");
        klog(journal, file, end, ('W', "mailer.go:112", &text));
    }
    let text = format!("receipt sent order=ord_{order} took={took}ms");
    klog(journal, file, end.plus(40), ('I', "mailer.go:88", &text));
}

fn thumbnails(journal: &mut Journal, seed: u64, chance: &mut Chance) {
    let mut arrivals = Arrivals::new(seed, "thumbnails", MINUTES);
    while let Some(at) = arrivals.next(END, |_| 42) {
        let at = Moment(at);
        let (file, sku, took) = (worker(at, chance), 1_000 + chance.below(900), chance.took(310));
        let text =
            format!("thumbnail rendered sku=SKU-{sku} size={}KiB took={took}ms", chance.between(8, 60));
        klog(journal, file, at, ('I', "thumbs.go:54", &text));
    }
}

fn scale_down(journal: &mut Journal) {
    let text = "terminating: scaled down from 4 to 3 workers (queue depth 0 for 10m), 0 jobs left to drain";
    klog(journal, WORKERS[2], WORKER_STOPPED, ('I', "main.go:61", text));
    let at = WORKER_STOPPED.plus(-600);
    let line = format!(
        "Mar  1 {} node-b autoscaler[988]: scaling worker from 4 to 3, stopping worker-3",
        at.clock()
    );
    journal.write("hosts.log", at, line);
}

fn database(journal: &mut Journal, seed: u64) {
    let mut arrivals = Arrivals::new(seed, "database", MINUTES);
    let mut chance = Chance::new(seed, "statement");
    while let Some(at) = arrivals.next(END, |_| 28) {
        let at = Moment(at);
        let (pid, took, micros) = (1_800 + chance.below(60), chance.took(620), chance.below(1000));
        let statement = *chance.pick(&[
            ("shop@catalog", "SELECT sku, price FROM items WHERE shelf = $1 ORDER BY rank"),
            ("shop@catalog", "SELECT count(*) FROM items WHERE stock > 0"),
            ("payments@payments", "SELECT id FROM settlement WHERE state = 'open' LIMIT 500"),
            ("report@orders", "SELECT day, sum(total) FROM orders GROUP BY day"),
        ]);
        let line = format!(
            "2026-03-01 {} UTC [{pid}] {} LOG:  duration: {took}.{micros:03} ms  execute <unnamed>: {}",
            at.precise('.'),
            statement.0,
            statement.1
        );
        journal.write("postgres.log", at, line);
    }
    for n in 0..9 {
        let at = Moment::at(14, 2 + n * 5, 11, 40 * n);
        let (buffers, write) = (chance.between(300, 900), chance.between(20, 60));
        let start = format!("2026-03-01 {} UTC [71] LOG:  checkpoint starting: time", at.precise('.'));
        journal.write("postgres.log", at, start);
        let end = at.plus(write * 1000 + 212);
        let line = format!(
            "2026-03-01 {} UTC [71] LOG:  checkpoint complete: wrote {buffers} buffers (1.{n}%); write={write}.204 s, sync=0.012 s, total={write}.231 s",
            end.precise('.'),
        );
        journal.write("postgres.log", end, line);
    }
}

/// The supplier's feed fails now and then, before as after.
fn supplier(journal: &mut Journal, seed: u64) {
    let mut arrivals = Arrivals::new(seed, "supplier", MINUTES);
    let mut chance = Chance::new(seed, "feed");
    while let Some(at) = arrivals.next(END, |_| 30) {
        let at = Moment(at);
        let stamp = at.plus(INVENTORY_AHEAD).precise(',');
        let items = chance.between(3, 90);
        let record = if chance.hits(1, 60) {
            format!(
                "2026-03-01 {stamp} ERROR [inventory.feed] supplier feed failed, keeping the last copy\n\
                 Traceback (most recent call last):\n  \
                 File \"/srv/inventory/feed.py\", line 88, in refresh\n    page = client.get(cursor, timeout=5)\n  \
                 File \"/srv/inventory/client.py\", line 31, in get\n    raise FeedTimeout(cursor)\n\
                 inventory.client.FeedTimeout: no answer within 5 s, cursor={}",
                chance.below(90_000)
            )
        } else {
            format!("2026-03-01 {stamp} DEBUG [inventory.feed] supplier feed: {items} items refreshed")
        };
        journal.write("inventory.log", at, record);
    }
}

/// The address service is unreliable; checkout carries on without it.
fn addresses(journal: &mut Journal, seed: u64) {
    let mut arrivals = Arrivals::new(seed, "addresses", MINUTES);
    let mut chance = Chance::new(seed, "address");
    while let Some(at) = arrivals.next(END, |_| 2) {
        let at = Moment(at);
        let line = format!(
            "{{\"ts\":\"{}\",\"level\":\"error\",\"service\":\"checkout\",\"pod\":\"checkout-58c7d9b44-k2j7d\",\"msg\":\"address lookup failed, using the customer's spelling\",\"status\":503,\"trace_id\":\"{}\"}}",
            at.iso(),
            trace(&mut chance)
        );
        journal.write("checkout.log", at, line);
    }
}

/// What hosts write all day.
fn garden(journal: &mut Journal) {
    let host = |journal: &mut Journal, at: Moment, text: &str| {
        journal.write("hosts.log", at, format!("Mar  1 {} {text}", at.clock()));
    };
    for minute in 0..45 {
        let at = Moment::at(14, 2 + minute, 1, 0);
        host(
            journal,
            at,
            &format!("db-1 CRON[{}]: (postgres) CMD (/usr/local/bin/wal-ship)", 9_000 + minute * 7),
        );
        host(
            journal,
            at.plus(2_000),
            &format!("node-b node_exporter[412]: scrape ok, {} series", 2_410 + minute % 7),
        );
        if minute % 5 == 3 {
            host(journal, at.plus(9_000), "node-a systemd[1]: Started Rotate container logs.");
            host(journal, at.plus(9_000), "node-a systemd[1]: logrotate.service: Deactivated successfully.");
        }
    }
    let clock = Moment::at(14, 2, 40, 0);
    host(
        journal,
        clock,
        "inv-1 chronyd[611]: System clock is ahead by 90.213 seconds, no reachable sources to correct it",
    );
}
