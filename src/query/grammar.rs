//! The written grammar: tokens to a condition.
//!
//! ```text
//! query  := or                          unary  := ( "NOT" | "-" ) unary | primary
//! or     := and ( "OR" and )*           primary:= "(" or ")" | "phrase" | /regex/ | name:value | name>5s | word
//! and    := unary ( "AND"? unary )*
//! ```

use super::expr::{Comparison, Expr, Filter, Pattern, Test};
use super::lex::{Kind, Token, tokens};
use super::{Glob, Quantity, QueryError};
use crate::domain::Level;
use regex::bytes::RegexBuilder;

/// Deepest nesting of parentheses and negations.
const MAX_DEPTH: usize = 32;
/// Most conditions in one query.
const MAX_TERMS: usize = 256;
/// Largest compiled regular expression, in bytes.
const REGEX_BYTES: usize = 1 << 20;

/// Reads a condition; an empty text is [`Expr::All`].
pub(super) fn parse(query: &str) -> Result<Expr, QueryError> {
    let tokens = tokens(query)?;
    if let Some(extra) = tokens.get(MAX_TERMS) {
        let message = format!("a query holds at most {MAX_TERMS} words and conditions");
        return Err(QueryError::new(query, extra.at, message));
    }
    let mut reader = Reader { query, tokens: &tokens, next: 0 };
    if tokens.is_empty() {
        return Ok(Expr::All);
    }
    let expr = reader.or(0)?;
    match reader.peek() {
        None => Ok(expr),
        Some(token) => {
            Err(reader.error(token.at, "nothing is open here: remove this \")\" or add a \"(\" before"))
        }
    }
}

/// Names with a meaning of their own and what to write behind them.
const EXAMPLES: [(&[&str], &str); 6] = [
    (&["level", "severity"], "level:error"),
    (&["service"], "service:api"),
    (&["source", "file"], "source:app.log"),
    (&["pattern"], "pattern:3f2a"),
    (&["trace"], "trace:4bf92f35"),
    (&["is"], "is:unparsed"),
];

struct Reader<'q> {
    query: &'q str,
    tokens: &'q [Token],
    next: usize,
}

impl<'q> Reader<'q> {
    fn peek(&self) -> Option<&'q Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self) -> Option<&'q Token> {
        let token = self.tokens.get(self.next);
        self.next += 1;
        token
    }

    fn error(&self, at: usize, message: impl Into<String>) -> QueryError {
        QueryError::new(self.query, at, message)
    }

    fn or(&mut self, depth: usize) -> Result<Expr, QueryError> {
        let mut any = vec![self.and(depth)?];
        while self.peek().is_some_and(|token| token.kind == Kind::Or) {
            self.next += 1;
            any.push(self.and(depth)?);
        }
        Ok(if any.len() == 1 { any.remove(0) } else { Expr::Or(any) })
    }

    fn and(&mut self, depth: usize) -> Result<Expr, QueryError> {
        let mut all = vec![self.unary(depth)?];
        loop {
            match self.peek().map(|token| &token.kind) {
                None | Some(Kind::Or | Kind::Close) => break,
                Some(Kind::And) => {
                    self.next += 1;
                    all.push(self.unary(depth)?);
                }
                Some(_) => all.push(self.unary(depth)?),
            }
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Expr::And(all) })
    }

    fn unary(&mut self, depth: usize) -> Result<Expr, QueryError> {
        let Some(token) = self.take() else {
            let message =
                "something is missing at the end: expected a word, \"phrase\", /regex/ or name:value";
            return Err(self.error(self.query.len(), message));
        };
        if depth >= MAX_DEPTH {
            let message = format!("nested too deeply: at most {MAX_DEPTH} levels of parentheses and NOT");
            return Err(self.error(token.at, message));
        }
        match &token.kind {
            Kind::Not => Ok(Expr::Not(Box::new(self.unary(depth + 1)?))),
            Kind::Open => self.group(token.at, depth),
            Kind::Close => Err(self.error(token.at, "expected a word or condition before this \")\"")),
            Kind::And | Kind::Or => {
                let message =
                    "expected a word or condition on both sides (lower case searches the word itself)";
                Err(self.error(token.at, message))
            }
            Kind::Quoted(text) if text.trim().is_empty() => {
                Err(self.error(token.at, "an empty phrase finds nothing: put words between the quotes"))
            }
            Kind::Quoted(text) => Ok(Expr::Phrase(text.clone())),
            Kind::Regex(source, ignore_case) => self.regex(token.at, source, *ignore_case),
            Kind::Word { text, quoted_from } => self.word(token.at, text, *quoted_from),
        }
    }

    fn group(&mut self, open: usize, depth: usize) -> Result<Expr, QueryError> {
        let inner = self.or(depth + 1)?;
        match self.take().map(|token| &token.kind) {
            Some(Kind::Close) => Ok(inner),
            _ => Err(self.error(open, "this \"(\" is not closed: add a \")\"")),
        }
    }

    fn regex(&self, at: usize, source: &str, ignore_case: bool) -> Result<Expr, QueryError> {
        let regex = RegexBuilder::new(source)
            .case_insensitive(ignore_case)
            .multi_line(true)
            .size_limit(REGEX_BYTES)
            .dfa_size_limit(REGEX_BYTES)
            .nest_limit(50)
            .build()
            .map_err(|error| self.error(at, regex_trouble(&error)))?;
        Ok(Expr::Regex(Pattern { regex, source: source.to_owned(), ignore_case }))
    }

    fn word(&self, at: usize, text: &str, quoted_from: Option<usize>) -> Result<Expr, QueryError> {
        if let Some(message) = self.nothing_after(text) {
            return Err(self.error(at + text.len(), message));
        }
        if let Some((name, sign)) = named(text, quoted_from) {
            return self.filter(at, name, &text[name.len()..], sign);
        }
        let word = text.trim_matches([',', ';', '!', '?']).trim_end_matches(['.', ':']);
        let word = if word.contains('(') { word } else { word.trim_end_matches(')') };
        if word.contains('*') {
            return self.wildcard(at, word);
        }
        Ok(if word.is_empty() { Expr::Phrase(text.to_owned()) } else { Expr::Word(word.to_owned()) })
    }

    /// What is missing behind `level:`. Other words that end in a colon are plain ones in a pasted line; alone they are a
    /// condition that was not finished.
    fn nothing_after(&self, text: &str) -> Option<String> {
        let name = text.strip_suffix(':').filter(|name| named(&format!("{name}:x"), None).is_some())?;
        let lower = name.to_ascii_lowercase();
        let example = EXAMPLES.iter().find(|(names, _)| names.contains(&lower.as_str())).map(|(_, e)| *e);
        let example = match example {
            Some(example) => example.to_owned(),
            None if self.tokens.len() == 1 => format!("{name}:value, or {name}:* for any"),
            None => return None,
        };
        Some(format!(
            "{name}: needs a value right after the colon, like {example}; to find the text itself, quote it: \"{name}:\""
        ))
    }

    /// `conn*` as a plain word: any run of word characters in place of the star.
    fn wildcard(&self, at: usize, word: &str) -> Result<Expr, QueryError> {
        if !word.bytes().any(|b| b.is_ascii_alphanumeric() || b >= 0x80) {
            return Ok(Expr::Phrase(word.to_owned()));
        }
        let pieces: Vec<String> = word.split('*').map(regex::escape).collect();
        self.regex(at, &format!(r"(?-u)\b{}\b", pieces.join(r"[\w.-]*")), true)
    }

    /// `rest` starts with `:` or a comparison sign.
    fn filter(&self, at: usize, name: &str, rest: &str, sign: Sign) -> Result<Expr, QueryError> {
        let (comparison, value) = match sign {
            Sign::Colon => match Comparison::read(&rest[1..]) {
                Some((comparison, length)) => (Some(comparison), &rest[1 + length..]),
                None => (None, &rest[1..]),
            },
            Sign::Compare(comparison, length) => (Some(comparison), &rest[length..]),
        };
        let at_value = at + name.len() + (rest.len() - value.len());
        if value.is_empty() {
            return Err(
                self.error(at_value, format!("{name} needs a value after the sign, like {name}:value"))
            );
        }
        let filter = match name.to_ascii_lowercase().as_str() {
            "level" | "severity" => self.level(at_value, comparison, value)?,
            "service" => text_filter(Filter::Service, comparison, value).ok_or_else(|| {
                self.error(at_value, "a service is a name: expected service:api or service:api*")
            })?,
            "source" | "file" => text_filter(Filter::Source, comparison, value).ok_or_else(|| {
                self.error(at_value, "a source is a name: expected source:app.log or source:*.gz")
            })?,
            "pattern" => Expr::Filter(Filter::Pattern(self.pattern_id(at_value, value)?)),
            "trace" => Expr::Filter(Filter::Trace(value.to_owned())),
            "is" if value.eq_ignore_ascii_case("unparsed") => Expr::Filter(Filter::Unparsed),
            _ => Expr::Filter(Filter::Field {
                name: name.to_owned(),
                text: value.to_owned(),
                test: self.test(at_value, name, comparison, value)?,
            }),
        };
        Ok(filter)
    }

    fn level(&self, at: usize, comparison: Option<Comparison>, value: &str) -> Result<Expr, QueryError> {
        let level = Level::from_word(value.as_bytes()).ok_or_else(|| {
            let message = "expected a level: trace, debug, info, notice, warn, error or fatal (level:warn means at \
                           least, level:=warn exactly)";
            self.error(at, message)
        })?;
        Ok(Expr::Filter(Filter::Level(comparison.unwrap_or(Comparison::AtLeast), level)))
    }

    fn pattern_id(&self, at: usize, value: &str) -> Result<String, QueryError> {
        let id = value.trim_end_matches('*').to_ascii_lowercase();
        let fits = (4..=16).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_hexdigit());
        if fits {
            return Ok(id);
        }
        Err(self
            .error(at, "expected a pattern id: 4 to 16 hexadecimal digits, as the pattern table prints them"))
    }

    fn test(
        &self,
        at: usize,
        name: &str,
        comparison: Option<Comparison>,
        value: &str,
    ) -> Result<Test, QueryError> {
        let quantity = Quantity::parse(value).map(|quantity| quantity.with_unit_of_name(name));
        Ok(match (comparison, quantity) {
            (None, _) if value == "*" => Test::Exists,
            (None | Some(Comparison::Equal), Some(quantity)) => Test::Compare(Comparison::Equal, quantity),
            (Some(comparison), Some(quantity)) => Test::Compare(comparison, quantity),
            (None | Some(Comparison::Equal), None) => Test::Is(Glob::new(value)),
            (Some(Comparison::Unequal), None) => Test::IsNot(Glob::new(value)),
            (Some(_), None) => {
                let message = "expected a number, with a unit if it has one: 500, 5s, 250ms, 10MB";
                return Err(self.error(at, message));
            }
        })
    }
}

/// How a name and its value are joined.
#[derive(Clone, Copy)]
enum Sign {
    Colon,
    /// The comparison and the length of its sign.
    Compare(Comparison, usize),
}

/// The name a word starts with and the sign after it; `None` for a plain word.
///
/// A time (`14:27`), a URL, a Windows path, `a::b`, an address with a port and a word with a colon at its end are plain.
fn named(text: &str, quoted_from: Option<usize>) -> Option<(&str, Sign)> {
    let length = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '@')))?;
    let (name, rest) = text.split_at(length);
    let has_word_start = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '@');
    if !has_word_start {
        return None;
    }
    if let Some(value) = rest.strip_prefix(':') {
        let is_path_or_url = value.starts_with("//") || (name.len() == 1 && value.starts_with('/'));
        let plain = (value.is_empty() && quoted_from.is_none())
            || is_path_or_url
            || value.starts_with(['\\', ':', ','])
            || (name.contains('.') && value.bytes().all(|b| b.is_ascii_digit()));
        return (!plain).then_some((name, Sign::Colon));
    }
    let (comparison, sign) = Comparison::read(rest)?;
    Some((name, Sign::Compare(comparison, sign)))
}

/// A filter over a name, negated for `!=`; `None` for an order comparison.
fn text_filter(build: impl Fn(Glob) -> Filter, comparison: Option<Comparison>, value: &str) -> Option<Expr> {
    let filter = Expr::Filter(build(Glob::new(value)));
    match comparison {
        None | Some(Comparison::Equal) => Some(filter),
        Some(Comparison::Unequal) => Some(Expr::Not(Box::new(filter))),
        Some(_) => None,
    }
}

/// The last line of a regex error says what; the lines before draw it.
fn regex_trouble(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => {
            "this regular expression is too large when compiled: shorten it or lower its \
                                            repeat counts"
                .to_owned()
        }
        other => {
            let text = other.to_string();
            let reason = text.lines().last().unwrap_or("not valid").trim_start_matches("error: ").to_owned();
            format!("this regular expression cannot be read: {reason}")
        }
    }
}
