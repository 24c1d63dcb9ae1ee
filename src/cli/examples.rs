//! The examples at the end of each `--help`. A test runs every one of them, beside a directory `logs` with the demo
//! incident and a saved case `7f3a`.

pub(super) const OVERVIEW: &str = "\
Examples:
  watchfire demo
  watchfire ask 'why does checkout fail?' logs
  watchfire diff logs --window 15m

Exit codes: 0 found or answered, 1 nothing found, 2 usage or configuration, 3 a source failed,
4 refused by a limit, 130 interrupted.";

pub(super) const DEMO: &str = "\
Examples:
  watchfire demo
  watchfire demo --json
  watchfire demo --no-color";

pub(super) const ASK: &str = "\
Examples:
  watchfire ask 'what broke?' logs
  watchfire ask 'how many orders were placed?' logs --since 1h
  cat logs/payment.log | watchfire ask 'how many errors?' -";

pub(super) const SEARCH: &str = "\
Examples:
  watchfire search 'timeout level:error' logs
  watchfire search '\"connection pool\" -health' logs --since 30m --sort time
  watchfire search '/pool.*exhausted/' logs -C 2 --limit 5

The query language is described in docs/query.md.";

pub(super) const PATTERNS: &str = "\
Examples:
  watchfire patterns logs
  watchfire patterns logs --level error --limit 20
  watchfire patterns logs --since 15m --json";

pub(super) const DIFF: &str = "\
Examples:
  watchfire diff logs
  watchfire diff logs --window 15m --baseline 30m
  watchfire diff logs/payment.log --against healthy";

pub(super) const TAIL: &str = "\
Examples:
  cat logs/payment.log | watchfire tail - --level error
  cat logs/payment.log | watchfire tail - --match 'pool -health' --json
  cat logs/checkout.log | watchfire tail - --service checkout

With files it goes on until Ctrl-C: `watchfire tail logs --since 5m` prints the last minutes first.";

pub(super) const REPORT: &str = "\
Examples:
  watchfire report
  watchfire report 7f3a --zone Europe/Berlin
  watchfire report case.jsonl --json

A case is saved as you investigate; docs/cases.md says what is in it and where.";

pub(super) const REPLAY: &str = "\
Examples:
  watchfire replay 7f3a
  watchfire replay case.jsonl
  watchfire replay 7f3a --zone UTC | head -40";

pub(super) const CONFIG: &str = "\
Examples:
  watchfire config show
  watchfire config keys
  watchfire config template";

pub(super) const DOCTOR: &str = "\
Examples:
  watchfire doctor
  watchfire doctor terminal
  watchfire doctor clipboard --json

Exit codes: 0 nothing to mend, 1 something is, 2 usage.";

pub(super) const COMPLETIONS: &str = "\
Examples:
  watchfire completions bash
  watchfire completions zsh
  watchfire completions fish";

pub(super) const MAN: &str = "\
Examples:
  watchfire man
  watchfire man --dir man
  watchfire man | head -20";
