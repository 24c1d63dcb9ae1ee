//! Holds the analyst to the truth of the bundled incident: cause, first sign, who was hit, what it was not.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its files has to stop")]

use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use watchfire::analyst::Analyst;
use watchfire::demo::{Incident, QUESTION};
use watchfire::domain::Timestamp;
use watchfire::investigate::{Ask, Investigation, Limits, Outcome};
use watchfire::layer::{Metered, Timings};
use watchfire::local::{Input, LocalLogs, OpenOptions, Store};
use watchfire::port::{Clock, Scope};
use watchfire::safety::Redactor;

struct RealClock(Instant);

impl Clock for RealClock {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

fn truth() -> toml::Table {
    include_str!("../assets/demo/truth.toml").parse().unwrap()
}

fn text<'t>(table: &'t toml::Table, section: &str, key: &str) -> &'t str {
    table[section][key].as_str().unwrap()
}

/// Opens the bundled incident afresh and asks one question.
async fn ask(question: &str) -> Outcome {
    let incident = Incident::unpack().unwrap();
    let now = Timestamp::from_jiff("2026-03-01T15:00:00Z".parse().unwrap());
    let options = OpenOptions::new(now, std::env::temp_dir());
    let files = incident.paths().into_iter().map(Input::Path).collect();
    let store = Arc::new(Store::open(files, &options).unwrap());
    let clock: Arc<dyn Clock> = Arc::new(RealClock(Instant::now()));
    let timings = Timings::default();
    let logs = LocalLogs::new(store);
    let investigation = Investigation {
        search: Arc::new(Metered::new(logs.clone(), Arc::clone(&clock), timings.clone())),
        browse: Arc::new(logs),
        model: Arc::new(Analyst),
        clock,
        timings,
        limits: Limits::default(),
    };
    let (events, mut seen) = mpsc::channel(64);
    tokio::spawn(async move { while seen.recv().await.is_some() {} });
    let ask = Ask { text: question.to_owned(), scope: Scope::default() };
    investigation.ask(ask, &mut Redactor::default(), &events, CancellationToken::new()).await.unwrap()
}

/// The first line that starts with a bold title.
fn titled<'a>(answer: &'a str, title: &str) -> &'a str {
    answer.lines().find(|line| line.starts_with(&format!("**{title}**"))).unwrap_or_default()
}

#[tokio::test]
async fn the_analyst_names_the_cause_the_first_sign_and_who_was_hit() {
    let truth = truth();
    let outcome = ask(QUESTION).await;
    let answer = &outcome.answer.text;
    let headline = answer.lines().next().unwrap();
    assert!(
        headline.starts_with(&format!("**{}** since 14:27:41", text(&truth, "cause", "service"))),
        "{answer}"
    );
    let cause = titled(answer, "Candidate cause");
    assert!(cause.contains(text(&truth, "cause", "deciding_text")), "{answer}");
    assert!(cause.contains("14:27:03"), "{answer}");
    let sign = titled(answer, "First sign");
    assert!(sign.contains("14:27:29 UTC payment"), "{answer}");
    let affected = titled(answer, "Affected");
    for service in ["payment", "checkout", "gateway"] {
        assert!(affected.contains(service), "{service}: {answer}");
    }
    for service in truth["blast_radius"]["healthy"].as_array().unwrap() {
        let name = format!("{} ", service.as_str().unwrap());
        assert!(!affected.contains(&name), "{name}: {answer}");
    }
    assert!(titled(answer, "Still happening").contains("yes"), "{answer}");
    assert!(answer.contains("no model was used"), "{answer}");
}

#[tokio::test]
async fn what_did_not_cause_it_is_ruled_out_or_only_dated_never_blamed() {
    let answer = ask(QUESTION).await.answer.text;
    let headline = answer.lines().next().unwrap();
    let cause = titled(&answer, "Candidate cause");
    for red_herring in
        ["worker-3", "(old generation)", "Invalid user", "cart 5.2.1", "supplier feed", "% full"]
    {
        assert!(!headline.contains(red_herring) && !cause.contains(red_herring), "{red_herring}: {answer}");
    }
    let (_, ruled_out) = answer.split_once("**Not the cause").unwrap();
    assert!(ruled_out.contains("(old generation)") && ruled_out.contains("before the change"), "{answer}");
    assert!(ruled_out.contains("supplier feed failed"), "{answer}");
    let silent = titled(&answer, "Silent");
    assert!(silent.contains("worker-3 since 14:26:41") && silent.contains("scaled down"), "{answer}");
}

#[tokio::test]
async fn every_citation_of_the_story_holds_and_nothing_secret_or_hostile_is_in_it() {
    let truth = truth();
    let outcome = ask(QUESTION).await;
    assert!(outcome.answer.citations.len() >= 10, "{}", outcome.answer.text);
    let failed: Vec<_> = outcome.answer.citations.iter().filter(|citation| !citation.verified).collect();
    assert_eq!(failed, Vec::<&_>::new());
    assert!(outcome.evidence.tokens <= Limits::default().evidence_tokens);
    let rows = outcome.evidence.rows.iter().map(|row| row.text.as_str());
    for shown in rows.chain([outcome.answer.text.as_str()]) {
        assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
        assert!(!shown.contains(text(&truth, "hostile", "injection_text")), "{shown}");
        for before in truth["secrets"]["before"].as_array().unwrap() {
            if let Some((_, after)) = shown.split_once(before.as_str().unwrap()) {
                assert!(
                    after.starts_with('<') || after.starts_with("\"<"),
                    "a secret after {before}: {shown}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_line_that_talks_to_a_model_is_found_flagged_and_kept_out() {
    let outcome = ask("which coupon was rejected?").await;
    assert!(
        outcome.evidence.rows.iter().all(|row| !row.text.contains("revious instructions")),
        "{:#?}",
        outcome.evidence
    );
    assert!(
        outcome.evidence.left_out.iter().any(|note| note.contains("the model; kept out")),
        "{:?}",
        outcome.evidence.left_out
    );
}

#[tokio::test]
async fn numbers_of_the_incident_are_computed_from_its_lines() {
    let truth = truth();
    let count = truth["failure"]["count"].as_integer().unwrap();
    let outcome = ask("how many times was the pool exhausted?").await;
    let headline = outcome.answer.text.lines().next().unwrap();
    assert!(headline.contains(&count.to_string()), "{}", outcome.answer.text);
    assert!(outcome.answer.citations.iter().all(|citation| citation.verified));
    let absent = ask("how many requests came from 10.99.99.99?").await;
    assert!(!absent.found);
    assert!(absent.answer.text.starts_with("**not in these logs"), "{}", absent.answer.text);
}
