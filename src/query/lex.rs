//! A query text cut into tokens with their places.

use super::QueryError;

/// A piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    /// Text between double quotes, unescaped.
    Quoted(String),
    /// Text between slashes and whether `i` follows.
    Regex(String, bool),
    /// Anything else up to white space; a quoted tail (`service:"a b"`) is joined without its quotes.
    Word {
        text: String,
        /// Byte offset in `text` where a quoted tail starts.
        quoted_from: Option<usize>,
    },
}

/// A piece and the byte offset where it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: usize,
}

/// Cuts a query into tokens.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer { query, at: 0, depth: 0, tokens: Vec::new() };
    while let Some(c) = lexer.peek() {
        if c.is_whitespace() {
            lexer.at += c.len_utf8();
        } else {
            lexer.token(c)?;
        }
    }
    Ok(lexer.tokens)
}

struct Lexer<'q> {
    query: &'q str,
    at: usize,
    depth: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.query[self.at..].chars().next()
    }

    fn push(&mut self, at: usize, kind: Kind) {
        self.tokens.push(Token { kind, at });
    }

    fn token(&mut self, first: char) -> Result<(), QueryError> {
        let start = self.at;
        match first {
            '(' => {
                self.at += 1;
                self.depth += 1;
                self.push(start, Kind::Open);
            }
            ')' => {
                self.at += 1;
                self.depth = self.depth.saturating_sub(1);
                self.push(start, Kind::Close);
            }
            '"' => {
                let text = self.quoted()?;
                self.push(start, Kind::Quoted(text));
            }
            '-' if self.negates() => {
                self.at += 1;
                self.push(start, Kind::Not);
            }
            '/' if self.regex_end().is_some() => self.regex(),
            _ => self.word()?,
        }
        Ok(())
    }

    /// A `-` excludes when something other than another `-` or white space follows.
    fn negates(&self) -> bool {
        self.query[self.at + 1..].chars().next().is_some_and(|c| !c.is_whitespace() && c != '-' && c != '>')
    }

    /// Reads a quoted text; `\"` and `\\` are the escapes.
    fn quoted(&mut self) -> Result<String, QueryError> {
        let open = self.at;
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                '"' => return Ok(text),
                '\\' if matches!(self.peek(), Some('"' | '\\')) => {
                    text.extend(self.peek());
                    self.at += 1;
                }
                _ => text.push(c),
            }
        }
        Err(QueryError::new(self.query, open, "this quote is not closed: add a \" at the end of the phrase"))
    }

    /// Offset of the closing slash, which must be followed by white space, `i`, `)` or the end.
    ///
    /// A path (`/var/log/app`) has no such slash and is a word; `/a/` at the end of a path needs quotes.
    fn regex_end(&self) -> Option<usize> {
        let body = &self.query[self.at + 1..];
        let mut escaped = false;
        for (i, c) in body.char_indices() {
            if c == '/' && !escaped {
                let after = body[i + 1..].strip_prefix('i').unwrap_or(&body[i + 1..]);
                if i > 0 && after.chars().next().is_none_or(|c| c.is_whitespace() || c == ')') {
                    return Some(self.at + 1 + i);
                }
            }
            escaped = c == '\\' && !escaped;
        }
        None
    }

    fn regex(&mut self) {
        let start = self.at;
        let Some(end) = self.regex_end() else { return };
        let source = self.query[start + 1..end].replace("\\/", "/");
        let ignore_case = self.query[end + 1..].starts_with('i');
        self.at = end + 1 + usize::from(ignore_case);
        self.push(start, Kind::Regex(source, ignore_case));
    }

    fn word(&mut self) -> Result<(), QueryError> {
        let start = self.at;
        let mut text = String::new();
        let mut quoted_from = None;
        let mut open = 0usize;
        while let Some(c) = self.peek() {
            if c.is_whitespace() || (c == ')' && open == 0 && self.depth > 0) {
                break;
            }
            if c == '"' && text.ends_with([':', '=', '<', '>']) {
                quoted_from = Some(text.len());
                text.push_str(&self.quoted()?);
                break;
            }
            match c {
                '(' => open += 1,
                ')' => open = open.saturating_sub(1),
                _ => {}
            }
            text.push(c);
            self.at += c.len_utf8();
        }
        let kind = match text.as_str() {
            "AND" | "&&" => Kind::And,
            "OR" | "||" => Kind::Or,
            "NOT" => Kind::Not,
            _ => Kind::Word { text, quoted_from },
        };
        self.push(start, kind);
        Ok(())
    }
}
