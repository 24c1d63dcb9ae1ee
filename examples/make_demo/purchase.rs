//! Orders: gateway -> checkout -> inventory and payment, before and during the fault.

use super::MINUTES;
use super::chance::{Arrivals, Chance};
use super::journal::{Journal, Moment};
use super::visitors::{self, Visitor};

/// The two pods of the version before, and the two of the faulty one.
pub(crate) const OLD_PODS: [&str; 2] = ["payment-6c4d8b7f9-h5v2n", "payment-6c4d8b7f9-w9xkz"];
/// The first pod of the faulty version: most errors are its.
pub(crate) const FIRST_BAD_POD: &str = "payment-7d9f6c5b8-x2k8p";
/// The second, which the rollout reaches just before the story ends.
pub(crate) const SECOND_BAD_POD: &str = "payment-7d9f6c5b8-p8rzt";

/// When the first bad pod takes requests, and the first of them fails.
pub(crate) const BAD_POD_READY: Moment = Moment::at(14, 27, 24, 0);
/// The first failed wait for a connection.
pub(crate) const FIRST_ERROR: Moment = Moment::at(14, 27, 41, 118);
/// When the second bad pod takes requests.
pub(crate) const SECOND_POD_READY: Moment = Moment::at(14, 46, 20, 0);
/// The last moment of the story.
pub(crate) const LAST: Moment = Moment(visitors::END);

/// The inventory host's clock is this many milliseconds ahead.
pub(crate) const INVENTORY_AHEAD: i64 = 90_000;

/// How long a request waits for a connection before it gives up.
const POOL_TIMEOUT: i64 = 3_000;

/// What the purchases came to, for the truth file and for what follows an order.
#[derive(Debug, Default)]
pub(crate) struct Purchases {
    /// Time and number of every order placed.
    pub(crate) placed: Vec<(Moment, u64)>,
    /// Times the pool ran dry, per pod.
    pub(crate) exhausted: Vec<(&'static str, usize)>,
    /// Checkouts that failed.
    pub(crate) failed: usize,
    /// When the first of them failed.
    pub(crate) first_failed: Option<Moment>,
    /// Checkouts attempted after the first error.
    pub(crate) attempted_after: usize,
    /// First warning about a wait.
    pub(crate) first_wait: Option<Moment>,
}

struct Order {
    number: u64,
    who: Visitor,
    trace: String,
    total: i64,
    sku: u64,
    sticky: bool,
    /// The one whose first attempt opens the failure; it meets no luck.
    is_first: bool,
}

/// Plays all purchases.
pub(crate) fn shop(journal: &mut Journal, seed: u64) -> Purchases {
    let mut arrivals = Arrivals::new(seed, "checkout", MINUTES);
    let mut chance = Chance::new(seed, "order");
    let mut done = Purchases::default();
    let mut number = 83_000;
    // People whose order fails try again, so the fault brings more checkouts.
    let rate = |at: i64| if at > FIRST_ERROR.0 { 98 } else { 74 };
    let mut forced = Some(FIRST_ERROR.plus(-POOL_TIMEOUT - 12));
    while let Some(at) = arrivals.next(visitors::END - 400, rate) {
        let mut at = Moment(at);
        let is_first = forced.is_some_and(|first| at >= first);
        if is_first {
            at = forced.take().unwrap_or(at);
        }
        number += 1 + chance.below(3);
        let order = Order {
            number,
            who: visitors::visitor(&mut chance),
            trace: visitors::trace(&mut chance),
            total: chance.between(900, 22_000),
            sku: visitors::sku(&mut chance),
            sticky: is_first || chance.hits(1, 2),
            is_first,
        };
        checkout(journal, at, &order, &mut chance, &mut done);
    }
    done
}

fn checkout(journal: &mut Journal, at: Moment, order: &Order, chance: &mut Chance, done: &mut Purchases) {
    let items = 1 + chance.below(5);
    let start = format!(
        "\"msg\":\"checkout started\",\"user\":\"u_{}\",\"items\":{items},\"total\":{}.{:02}",
        order.who.user,
        order.total / 100,
        order.total % 100,
    );
    say(journal, at, "info", order, &start);
    reserve(journal, at.plus(chance.took(12)), order, chance);
    let mut now = at.plus(chance.took(20));
    if at > FIRST_ERROR {
        done.attempted_after += 1;
    }
    for attempt in 1..=3 {
        let (end, outcome) = pay(journal, now, order, chance, done);
        now = end.plus(chance.between(2, 7));
        if outcome != Outcome::NoConnection {
            return placed(journal, at, now, order, outcome, done);
        }
        if attempt < 3 {
            let retry = format!(
                "\"msg\":\"payment attempt failed, will retry\",\"attempt\":{attempt},\"reason\":\"deadline exceeded\""
            );
            say(journal, now, "warn", order, &retry);
            now = now.plus(chance.between(60, 140));
        }
    }
    failed(journal, at, now, order, done);
}

fn placed(
    journal: &mut Journal,
    at: Moment,
    now: Moment,
    order: &Order,
    outcome: Outcome,
    done: &mut Purchases,
) {
    let took = now.0 - at.0;
    let (status, text) = match outcome {
        Outcome::Declined => {
            (402, format!("\"msg\":\"order rejected: card declined\",\"elapsed_ms\":{took}"))
        }
        _ => (201, format!("\"msg\":\"order placed\",\"elapsed_ms\":{took}")),
    };
    say(journal, now, "info", order, &text);
    visitors::access(
        journal,
        now.plus(1),
        &order.who,
        "POST /api/checkout",
        (status, 412, took, &order.trace),
    );
    if status == 201 && now <= LAST {
        done.placed.push((now, order.number));
    }
}

fn failed(journal: &mut Journal, at: Moment, now: Moment, order: &Order, done: &mut Purchases) {
    let took = now.0 - at.0;
    if now > LAST {
        return;
    }
    done.failed += 1;
    done.first_failed = Some(done.first_failed.map_or(now, |first| first.min(now)));
    let text =
        format!("\"msg\":\"upstream payment: deadline exceeded\",\"attempts\":3,\"elapsed_ms\":{took}");
    say(journal, now, "error", order, &text);
    visitors::access(journal, now.plus(1), &order.who, "POST /api/checkout", (502, 166, took, &order.trace));
    let error = format!(
        "2026/03/01 {} [error] 31#31: *{} upstream prematurely closed connection while reading response header \
         from upstream, client: {}, server: larkshop.example, request: \"POST /api/checkout HTTP/1.1\", upstream: \
         \"http://10.20.4.17:8080/checkout\", host: \"larkshop.example\"",
        now.clock(),
        order.number * 3,
        order.who.ip,
    );
    journal.write("gateway.log", now.plus(1), error);
    let release = format!(
        "2026-03-01 {} WARNING [inventory.release] released order=ord_{} sku=SKU-{} reason=payment_timeout",
        now.plus(INVENTORY_AHEAD + 6).precise(','),
        order.number,
        order.sku,
    );
    journal.write("inventory.log", now.plus(6), release);
}

/// One JSON line of the checkout service; nothing is written after the story ends.
fn say(journal: &mut Journal, at: Moment, level: &str, order: &Order, rest: &str) {
    if at > LAST {
        return;
    }
    let pod =
        if order.number.is_multiple_of(2) { "checkout-58c7d9b44-k2j7d" } else { "checkout-58c7d9b44-zt6mq" };
    let line = format!(
        "{{\"ts\":\"{}\",\"level\":\"{level}\",\"service\":\"checkout\",\"pod\":\"{pod}\",{rest},\"order\":\"ord_{}\",\"trace_id\":\"{}\"}}",
        at.iso(),
        order.number,
        order.trace,
    );
    journal.write("checkout.log", at, line);
}

fn reserve(journal: &mut Journal, at: Moment, order: &Order, chance: &mut Chance) {
    let stock = chance.between(20, 400);
    let line = format!(
        "2026-03-01 {} INFO [inventory.reserve] reserved qty={} sku=SKU-{} order=ord_{} stock={stock}",
        at.plus(INVENTORY_AHEAD).precise(','),
        1 + chance.below(3),
        order.sku,
        order.number,
    );
    journal.write("inventory.log", at, line);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Paid,
    Declined,
    NoConnection,
}

/// One attempt to pay: which pod, how long, and what it wrote.
fn pay(
    journal: &mut Journal,
    at: Moment,
    order: &Order,
    chance: &mut Chance,
    done: &mut Purchases,
) -> (Moment, Outcome) {
    let pod = match order.sticky {
        true if at >= BAD_POD_READY => FIRST_BAD_POD,
        true => OLD_PODS[1],
        false if at >= SECOND_POD_READY => SECOND_BAD_POD,
        false => OLD_PODS[0],
    };
    let bad = pod == FIRST_BAD_POD || pod == SECOND_BAD_POD;
    let thread = 1 + order.number % 9;
    let head = |at: Moment, level: &str, logger: &str| {
        format!(
            "2026-03-01 {} {level:<5} [http-{thread}] [pod={pod} trace={}] i.l.payment.{logger} - ",
            at.precise('.'),
            order.trace
        )
    };
    let gives_up = at.plus(POOL_TIMEOUT + chance.between(0, 9));
    let dry = gives_up >= FIRST_ERROR && (pod != SECOND_BAD_POD || at >= SECOND_POD_READY.plus(7_000));
    if bad && dry && (chance.hits(95, 100) || order.is_first) {
        let end = if done.exhausted.is_empty() { FIRST_ERROR } else { gives_up };
        if end <= LAST {
            count(done, pod);
            let head = head(end, "ERROR", "db.Pool");
            journal.write("payment.log", end, exhausted(&head, order, chance));
        }
        return (end, Outcome::NoConnection);
    }
    let mut end = at.plus(chance.took(184));
    if (Moment::at(14, 9, 2, 0)..Moment::at(14, 9, 21, 0)).contains(&at) {
        end = end.plus(chance.between(300, 900));
    }
    if bad && at >= Moment::at(14, 27, 28, 0) {
        let wait = chance.between(700, 2_900);
        end = end.plus(wait);
        let waited = at.plus(wait);
        done.first_wait = Some(done.first_wait.map_or(waited, |first| first.min(waited)));
        let text =
            format!("waited {wait} ms for a connection (active=5 max=5 waiting={})", 1 + chance.below(4));
        journal.write("payment.log", waited, head(waited, "WARN", "db.Pool") + &text);
    }
    let amount =
        format!("order=ord_{} amount={}.{:02} EUR", order.number, order.total / 100, order.total % 100);
    if chance.hits(1, 28) {
        let text = format!("{}card declined {amount} code=51", head(end, "WARN", "Authorise"));
        journal.write("payment.log", end, text);
        return (end, Outcome::Declined);
    }
    let text = format!(
        "{}authorised {amount} provider=nordpay in {} ms",
        head(end, "INFO", "Authorise"),
        end.0 - at.0
    );
    journal.write("payment.log", end, text);
    (end, Outcome::Paid)
}

fn count(done: &mut Purchases, pod: &'static str) {
    match done.exhausted.iter_mut().find(|(name, _)| *name == pod) {
        Some((_, n)) => *n += 1,
        None => done.exhausted.push((pod, 1)),
    }
}

fn exhausted(head: &str, order: &Order, chance: &mut Chance) -> String {
    let waiting = 6 + chance.below(14);
    format!(
        "{head}no connection within 3000 ms: pool exhausted (active=5 max=5 waiting={waiting}) order=ord_{}\n\
         i.l.payment.db.PoolExhaustedException: no free connection after 3000 ms\n\
         \tat io.larkshop.payment.db.Pool.borrow(Pool.java:118)\n\
         \tat io.larkshop.payment.db.Ledger.reserve(Ledger.java:64)\n\
         \tat io.larkshop.payment.Authorise.run(Authorise.java:97)\n\
         \tat io.larkshop.payment.http.PayHandler.handle(PayHandler.java:41)\n\
         \tat java.base/java.lang.Thread.run(Thread.java:1583)\n\
         Caused by: java.util.concurrent.TimeoutException: acquire timed out\n\
         \tat io.larkshop.payment.db.Pool.await(Pool.java:141)\n\
         \t... 4 more",
        order.number
    )
}
