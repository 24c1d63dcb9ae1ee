//! People looking around the shop: the gateway's access log and the cart's lines.

use super::MINUTES;
use super::chance::{Arrivals, Chance};
use super::journal::{Journal, Moment};

/// Milliseconds of the whole story.
pub(crate) const END: i64 = MINUTES as i64 * 60_000;

/// A customer with a steady address and browser.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) user: u64,
    pub(crate) ip: String,
    pub(crate) agent: &'static str,
}

const AGENTS: [&str; 6] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "larkshop-app/4.8.1 (Android 14)",
];

/// A customer; a few come often.
pub(crate) fn visitor(chance: &mut Chance) -> Visitor {
    let n = if chance.hits(1, 3) { chance.below(60) } else { chance.below(700) };
    let net = ["203.0.113", "198.51.100", "192.0.2"][usize::try_from(n % 3).unwrap_or(0)];
    let agent = AGENTS[usize::try_from(n * 7 % 6).unwrap_or(0)];
    Visitor { user: 10_000 + n * 13, ip: format!("{net}.{}", 1 + n * 11 % 254), agent }
}

/// One line of the access log.
pub(crate) fn access(
    journal: &mut Journal,
    at: Moment,
    who: &Visitor,
    request: &str,
    (status, bytes, took, trace): (u16, i64, i64, &str),
) {
    let line = format!(
        "{} - - [01/Mar/2026:{} +0000] \"{request} HTTP/1.1\" {status} {bytes} \"-\" \"{}\" rt={}.{:03} rid={trace}",
        who.ip,
        at.clock(),
        who.agent,
        took / 1000,
        took % 1000,
    );
    journal.write("gateway.log", at, line);
}

/// An id that follows a request through the services.
pub(crate) fn trace(chance: &mut Chance) -> String {
    format!("{:08x}", chance.bits() >> 32)
}

/// Catalogue pages, searches, logins and carts, steady before, during and after the fault.
pub(crate) fn browse(journal: &mut Journal, seed: u64) {
    let mut arrivals = Arrivals::new(seed, "browse", MINUTES);
    let mut chance = Chance::new(seed, "visitor");
    while let Some(at) = arrivals.next(END, |_| 300) {
        let who = visitor(&mut chance);
        let at = Moment(at);
        match chance.below(100) {
            0..=37 => page(journal, at, &who, &mut chance),
            38..=52 => search(journal, at, &who, &mut chance),
            53..=57 => login(journal, at, &who, &mut chance),
            58..=61 => stray(journal, at, &who, &mut chance),
            _ => cart(journal, at, &who, &mut chance),
        }
    }
}

fn page(journal: &mut Journal, at: Moment, who: &Visitor, chance: &mut Chance) {
    let request = match chance.below(4) {
        0 => format!("GET /api/catalog?page={}", 1 + chance.below(9)),
        1 => "GET /".to_owned(),
        _ => format!("GET /api/items/SKU-{}", sku(chance)),
    };
    let (size, took, trace) = (chance.between(900, 18_000), chance.took(38), trace(chance));
    let (status, size) = if chance.hits(1, 9) { (304, 0) } else { (200, size) };
    access(journal, at, who, &request, (status, size, took, &trace));
}

fn search(journal: &mut Journal, at: Moment, who: &Visitor, chance: &mut Chance) {
    let words =
        ["lamp", "desk", "oak+shelf", "wool+blanket", "mug", "tea+pot", "candle", "rain+coat", "notebook"];
    let request = format!("GET /api/search?q={}", chance.pick(&words));
    let (size, took, trace) = (chance.between(400, 9_000), chance.took(71), trace(chance));
    access(journal, at, who, &request, (200, size, took, &trace));
}

fn login(journal: &mut Journal, at: Moment, who: &Visitor, chance: &mut Chance) {
    let status = if chance.hits(1, 12) { 401 } else { 200 };
    let (took, trace) = (chance.took(120), trace(chance));
    access(journal, at, who, "POST /api/login", (status, 312, took, &trace));
}

fn stray(journal: &mut Journal, at: Moment, who: &Visitor, chance: &mut Chance) {
    let (request, status) = *chance.pick(&[
        ("GET /favicon.ico", 404),
        ("GET /robots.txt", 200),
        ("GET /old/spring-sale", 404),
        ("GET /api/items/SKU-0", 404),
        ("GET /api/recommendations", 499),
        ("GET /healthz", 200),
    ]);
    let (took, trace) = (chance.took(9), trace(chance));
    access(journal, at, who, request, (status, 153, took, &trace));
}

fn cart(journal: &mut Journal, at: Moment, who: &Visitor, chance: &mut Chance) {
    let (trace, sku, took) = (trace(chance), sku(chance), chance.took(6));
    let user = who.user;
    let (method, level, tail) = match chance.below(20) {
        0..=9 => (
            "POST",
            "info",
            format!("msg=\"item added\" user=u_{user} sku=SKU-{sku} qty={}", 1 + chance.below(3)),
        ),
        10..=12 => ("DELETE", "info", format!("msg=\"item removed\" user=u_{user} sku=SKU-{sku}")),
        13..=18 => ("GET", "debug", format!("msg=\"cart loaded\" user=u_{user} items={}", chance.below(7))),
        _ => {
            let price = chance.between(4, 90);
            let tail = format!(
                "msg=\"price changed since it was added\" user=u_{user} sku=SKU-{sku} now={price}.90"
            );
            ("GET", "warn", tail)
        }
    };
    let line = format!("time={} level={level} service=cart {tail} dur={took}ms trace={trace}", at.iso());
    journal.write("cart.log", at, line);
    let size = chance.between(180, 2_400);
    access(journal, at.plus(2), who, &format!("{method} /api/cart"), (200, size, took + 3, &trace));
}

/// An item number; some sell better.
pub(crate) fn sku(chance: &mut Chance) -> u64 {
    if chance.hits(2, 5) { 4_400 + chance.below(40) } else { 1_000 + chance.below(900) }
}
