//! The cause: payment 2.14.0 goes out, with a configuration that keeps five connections instead of fifty.

use super::chance::Chance;
use super::journal::{Journal, Moment};
use super::purchase::{BAD_POD_READY, FIRST_BAD_POD, OLD_PODS, SECOND_BAD_POD, SECOND_POD_READY};

/// When the deploy starts.
pub(crate) const DEPLOY: Moment = Moment::at(14, 27, 3, 0);
/// When the new version says what changed: the deciding line.
pub(crate) const DECIDING: Moment = Moment::at(14, 27, 3, 412);
/// What the deciding line says.
pub(crate) const DECIDING_TEXT: &str =
    "payment 2.14.0 starting, config changed: pool.max 50 -> 5, pool.timeout 3000 ms";

/// Writes the deployer's, the new pods' and the database's side of it.
pub(crate) fn deploy(journal: &mut Journal, seed: u64) {
    let mut chance = Chance::new(seed, "rollout");
    deployer(journal);
    starting(journal, DECIDING, FIRST_BAD_POD, "main");
    starting(journal, Moment::at(14, 46, 10, 950), SECOND_BAD_POD, "main");
    stopping(journal, Moment::at(14, 27, 25, 80), OLD_PODS[1], &mut chance);
    stopping(journal, Moment::at(14, 46, 21, 310), OLD_PODS[0], &mut chance);
    connecting(journal, Moment::at(14, 27, 4, 120), FIRST_BAD_POD, "10.20.6.44");
    connecting(journal, Moment::at(14, 46, 11, 702), SECOND_BAD_POD, "10.20.6.47");
}

fn deployer(journal: &mut Journal) {
    let lines = [
        (
            Moment::at(14, 16, 30, 0),
            "deploying cart 5.2.1 (was 5.2.0), rolling, 2 pods, change CH-4807 by p.lindqvist",
        ),
        (Moment::at(14, 16, 58, 0), "cart 5.2.1: 2/2 pods ready, done"),
        (
            Moment::at(14, 26, 55, 0),
            "change CH-4812 \"payment: smaller defaults for small nodes\" approved by m.ortega",
        ),
        (DEPLOY, "deploying payment 2.14.0 (was 2.13.4), rolling, 2 pods, change CH-4812 by m.ortega"),
        (
            BAD_POD_READY,
            "payment 2.14.0: payment-7d9f6c5b8-x2k8p ready (1/2), baking 18m before the next pod",
        ),
        (Moment::at(14, 46, 10, 0), "payment 2.14.0: replacing payment-6c4d8b7f9-h5v2n"),
        (SECOND_POD_READY, "payment 2.14.0: payment-7d9f6c5b8-p8rzt ready (2/2), done"),
    ];
    for (at, text) in lines {
        let line = format!("Mar  1 {} deploy-1 deployer[2217]: {text}", at.clock());
        journal.write("hosts.log", at, line);
    }
}

fn starting(journal: &mut Journal, at: Moment, pod: &str, thread: &str) {
    let line = |at: Moment, logger: &str, text: &str| {
        format!(
            "2026-03-01 {} INFO  [{thread}] [pod={pod} trace=-] i.l.payment.{logger} - {text}",
            at.precise('.')
        )
    };
    journal.write("payment.log", at, line(at, "Config", DECIDING_TEXT));
    let pool = at.plus(731);
    let text = "connection pool ready: db-1:5432/payments min=5 max=5, settlement keeps 4 of them";
    journal.write("payment.log", pool, line(pool, "db.Pool", text));
    let serving = at.plus(9_204);
    journal.write(
        "payment.log",
        serving,
        line(serving, "Main", "payment 2.14.0 listening on :8080, started in 9.2 s"),
    );
}

fn stopping(journal: &mut Journal, at: Moment, pod: &str, chance: &mut Chance) {
    let text = format!(
        "2026-03-01 {} INFO  [shutdown] [pod={pod} trace=-] i.l.payment.Main - payment 2.13.4 stopped after 0 open requests, pool closed (max=50)",
        at.precise('.')
    );
    journal.write("payment.log", at, text);
    for n in 0..50 {
        let end = at.plus(12 + n * 3);
        let line = format!(
            "2026-03-01 {} UTC [{}] payments@payments LOG:  disconnection: session time: 2:{:02}:{:02}.{:03} \
             user=payments database=payments host=10.20.6.31 port={}",
            end.precise('.'),
            1_900 + n,
            chance.below(60),
            chance.below(60),
            chance.below(1000),
            40_100 + n * 2,
        );
        journal.write("postgres.log", end, line);
    }
}

fn connecting(journal: &mut Journal, at: Moment, pod: &str, host: &str) {
    for n in 0..5 {
        let at = at.plus(n * 9);
        let line = format!(
            "2026-03-01 {} UTC [{}] payments@payments LOG:  connection authorized: user=payments database=payments \
             application_name={pod} host={host}",
            at.precise('.'),
            2_100 + n,
        );
        journal.write("postgres.log", at, line);
    }
}
