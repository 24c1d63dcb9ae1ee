//! Answers that stand in the constant text of a line: what happened, who did it, which exception, why.

use super::matcher::Matcher;
use super::question::Ask;
use super::thesaurus::is_stop;
use super::words::{TokenKind, identifier_parts, stem};
use crate::pattern::Template;

/// A word of a line with its place.
struct Word {
    text: String,
    lower: String,
    /// The punctuation between this word and the next.
    gap: String,
}

/// The few words of a line that answer a question about its constant text; `None` if no rule speaks.
pub(super) fn from_constants(ask: &Ask, _template: &Template, body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body).into_owned();
    let words = words_of(&text);
    let reader = Reader { ask, words: &words, text: &text };
    let head = ask.noun.last().map(|&at| ask.tokens[at].lower.clone()).unwrap_or_default();
    match head.as_str() {
        "status" | "state" | "result" | "outcome" => reader.labelled(&head).or_else(|| reader.action()),
        "reason" | "cause" | "error" | "exception" | "problem" => {
            reader.identifier(&head).or_else(|| reader.reason())
        }
        "who" | "whom" => reader.by(),
        "function" | "method" | "class" | "operation" | "command" | "name" => {
            reader.identifier(&head).or_else(|| reader.code_name())
        }
        _ => reader.labelled(&head).or_else(|| reader.identifier(&head)).or_else(|| reader.happened()),
    }
}

struct Reader<'l> {
    ask: &'l Ask,
    words: &'l [Word],
    text: &'l str,
}

impl Reader<'_> {
    fn asked(&self, word: &str) -> bool {
        self.ask.tokens.iter().any(|token| {
            token.lower == word || (token.kind == TokenKind::Word && stem(&token.lower) == stem(word))
        })
    }

    /// `state: running`, `status=ok`, `mode strict`: the word behind the label.
    fn labelled(&self, head: &str) -> Option<String> {
        if head.is_empty() {
            return None;
        }
        let matcher_stem = stem(head);
        let at = self.words.iter().position(|word| stem(&word.lower) == matcher_stem)?;
        let word = &self.words[at];
        let keyed = word.gap.contains(['=', ':']);
        let next = self.words.get(at + 1)?;
        if keyed || (!is_stop(&next.lower) && !self.asked(&next.lower)) {
            return Some(next.text.clone());
        }
        None
    }

    /// An identifier that has the asked noun as a part (`FooException`).
    fn identifier(&self, head: &str) -> Option<String> {
        let root = stem(head);
        let has = |word: &&Word| {
            let parts = identifier_parts(&word.text);
            parts.len() > 1 && parts.iter().any(|part| stem(part) == root)
        };
        self.words.iter().find(has).map(|word| word.text.clone())
    }

    /// A name written like code.
    fn code_name(&self) -> Option<String> {
        let code = |word: &&Word| {
            word.text.contains('_')
                || word.text.contains('.') && !word.text.contains(|c: char| c.is_ascii_digit())
                || identifier_parts(&word.text).len() > 1
        };
        self.words.iter().find(|word| code(word) && !self.asked(&word.lower)).map(|word| word.text.clone())
    }

    /// The word behind "by".
    fn by(&self) -> Option<String> {
        let at = self.words.iter().position(|word| word.lower == "by")?;
        let mut next = self.words.get(at + 1)?;
        if matches!(next.lower.as_str(), "the" | "a" | "an" | "user") {
            next = self.words.get(at + 2)?;
        }
        Some(next.text.clone())
    }

    /// What follows "due to", "because", "reason:", or the last clause behind ` - ` or `: `.
    fn reason(&self) -> Option<String> {
        reason_in(self.text)
    }

    /// The verb-like word that the question does not hold, nearest to what it does hold.
    fn action(&self) -> Option<String> {
        let asked: Vec<usize> =
            (0..self.words.len()).filter(|&at| self.asked(&self.words[at].lower)).collect();
        let distance = |at: usize| asked.iter().map(|a| a.abs_diff(at)).min().unwrap_or(at);
        let verbs =
            (0..self.words.len()).filter(|&at| is_action(&self.words[at].lower) && !asked.contains(&at));
        verbs.min_by_key(|&at| distance(at)).map(|at| self.words[at].text.clone())
    }

    /// "What happened to X", "what did X do".
    fn happened(&self) -> Option<String> {
        let words: Vec<&str> = self.ask.tokens.iter().map(|token| token.lower.as_str()).collect();
        let happened = words
            .iter()
            .any(|word| matches!(*word, "happened" | "happen" | "do" | "doing" | "become" | "became"));
        if happened && !self.ask.noun.iter().any(|&at| !is_stop(&self.ask.tokens[at].lower)) {
            return self.action();
        }
        let noun = self.ask.noun.last().map(|&at| Matcher::new(&self.ask.tokens[at].lower, Vec::new()));
        if noun.is_none() && matches!(words.first(), Some(&"what" | &"who")) {
            return self.object();
        }
        None
    }

    /// "What was VERBed": the neighbour of the shared verb.
    fn object(&self) -> Option<String> {
        let at = self.words.iter().position(|word| self.asked(&word.lower) && is_action(&word.lower))?;
        let free = |word: &&Word| !self.asked(&word.lower) && !is_stop(&word.lower);
        let after = self.words.get(at + 1..)?.iter().find(free);
        let before = self.words[..at].iter().rev().find(free);
        let passive =
            self.ask.tokens.iter().any(|t| matches!(t.lower.as_str(), "was" | "were" | "is" | "are"));
        let chosen = if passive { before.or(after) } else { after.or(before) };
        chosen.map(|word| word.text.clone())
    }
}

/// The reason a line states for what it reports.
pub(super) fn stated_reason(body: &[u8]) -> Option<String> {
    reason_in(&String::from_utf8_lossy(body))
}

fn reason_in(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    for mark in
        ["due to ", "because of ", "because ", "caused by ", "reason: ", "reason=", "cause: ", "error: "]
    {
        if let Some(at) = lower.find(mark) {
            return text.get(at + mark.len()..).map(|rest| rest.trim().to_owned());
        }
    }
    let tail = text.rsplit_once(" - ").or_else(|| text.rsplit_once(": "))?;
    Some(tail.1.trim().to_owned()).filter(|tail| !tail.is_empty())
}

fn is_action(word: &str) -> bool {
    (word.len() > 4 && (word.ends_with("ed") || word.ends_with("ing")))
        || matches!(
            word,
            "failure"
                | "failed"
                | "success"
                | "ok"
                | "down"
                | "up"
                | "lost"
                | "sent"
                | "done"
                | "dead"
                | "ready"
                | "timeout"
                | "start"
                | "stop"
                | "fail"
                | "error"
                | "broken"
                | "full"
                | "unavailable"
                | "available"
                | "terminating"
        )
}

fn words_of(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '-')) {
        if let Some(last) = words.last_mut() {
            last.gap.push_str(&rest[..start]);
        }
        let tail = &rest[start..];
        let inner = |c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '-' | '.' | '$' | '@' | '*');
        let end = tail.find(|c: char| !inner(c)).unwrap_or(tail.len());
        let word = tail[..end].trim_end_matches(['.', '-']);
        if !word.is_empty() {
            words.push(Word { text: word.to_owned(), lower: word.to_lowercase(), gap: String::new() });
        }
        rest = &tail[end.max(1)..];
    }
    words
}
