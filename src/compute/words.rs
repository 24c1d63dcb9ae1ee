//! Words of questions and templates: tokens, stems, identifier parts, edit distance.

/// What a token of a question is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Letters (and hyphens).
    Word,
    /// Holds a digit, or is written like an identifier, a path or an address.
    Value,
    /// Was quoted; matched as typed.
    Quoted,
}

/// One token of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// As typed, without the punctuation around it.
    pub(super) text: String,
    /// In lower case.
    pub(super) lower: String,
    /// What it is made of.
    pub(super) kind: TokenKind,
}

impl Token {
    fn new(text: &str, kind: TokenKind) -> Self {
        Self { text: text.to_owned(), lower: text.to_lowercase(), kind }
    }
}

/// Splits a question into tokens; `key=value` and `key:value` become two.
pub(super) fn tokenize(question: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = question.trim();
    while let Some(first) = rest.chars().next() {
        if let Some((inside, after)) = quoted(rest, first) {
            tokens.push(Token::new(inside, TokenKind::Quoted));
            rest = after.trim_start();
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        push_word(&rest[..end], &mut tokens);
        rest = rest[end..].trim_start();
    }
    tokens
}

/// The inside of a quotation that starts here, and what follows it.
fn quoted(text: &str, first: char) -> Option<(&str, &str)> {
    let close = match first {
        '"' | '`' | '\'' => first,
        '\u{201c}' => '\u{201d}',
        _ => return None,
    };
    let inner = &text[first.len_utf8()..];
    let end = inner.find(close)?;
    let after = &inner[end + close.len_utf8()..];
    let ends_word = after.chars().next().is_none_or(|c| !c.is_alphanumeric());
    (end > 0 && ends_word).then(|| (inner[..end].trim(), after))
}

fn push_word(raw: &str, tokens: &mut Vec<Token>) {
    let text = raw.trim_start_matches(|c: char| {
        !(c.is_alphanumeric() || matches!(c, '/' | '_' | '-' | '<' | '>' | '#'))
    });
    let text = text.trim_end_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '/' | '_' | '%' | '+')));
    let lower = text.to_lowercase();
    let text = ["'s", "\u{2019}s", "'"]
        .iter()
        .find_map(|s| lower.ends_with(s).then(|| &text[..text.len() - s.len()]))
        .unwrap_or(text);
    if text.is_empty() {
        return;
    }
    if let Some((key, value)) = key_value(text) {
        tokens.push(Token::new(key, TokenKind::Word));
        tokens.push(Token::new(value, kind_of(value)));
        return;
    }
    // `failed/rejected` is two words, `/var/log` is a path.
    let plain_slash = text.contains('/') && text.split('/').all(|part| part.len() > 1 && is_alphabetic(part));
    if plain_slash && text.matches('/').count() == 1 {
        tokens.extend(text.split('/').map(|part| Token::new(part, TokenKind::Word)));
        return;
    }
    tokens.push(Token::new(text, kind_of(text)));
}

fn key_value(text: &str) -> Option<(&str, &str)> {
    let at = text.find(['=', ':'])?;
    let (key, value) = (&text[..at], text[at + 1..].trim_matches(['"', '\'']));
    let named = key.len() > 1 && key.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    (named && !value.is_empty() && !value.starts_with("//") && !value.starts_with(':'))
        .then_some((key, value))
}

fn kind_of(text: &str) -> TokenKind {
    let value =
        |c: char| c.is_ascii_digit() || matches!(c, '/' | '@' | '_' | '.' | ':' | '#' | '%' | '<' | '>');
    if text.contains(value) { TokenKind::Value } else { TokenKind::Word }
}

/// Letters and hyphens only.
pub(super) fn is_alphabetic(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || c == '-' || c == '\'')
}

/// The parts of an identifier: `addStoredBlock`, `PKG_NAME`, `re-elect`, `fs.Name` at case, `_`, `-`, `.`, digits.
pub(super) fn identifier_parts(word: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut part = String::new();
    let chars: Vec<char> = word.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).map(|j| chars[j]);
        let after = chars.get(i + 1);
        let hump = c.is_uppercase()
            && (before.is_some_and(char::is_lowercase)
                || (before.is_some_and(char::is_uppercase) && after.is_some_and(|c| c.is_lowercase())));
        let kind_change = before.is_some_and(|b| b.is_alphabetic() != c.is_alphabetic());
        if (hump || kind_change) && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
        }
        if c.is_alphabetic() {
            part.extend(c.to_lowercase());
        }
    }
    parts.push(part);
    parts.retain(|part| part.len() > 1);
    parts
}

/// The word without plural, `-ing` and `-ed`, irregular verbs at their base.
pub(super) fn stem(word: &str) -> String {
    if let Some((_, base)) = IRREGULAR.iter().find(|(form, _)| *form == word) {
        return (*base).to_owned();
    }
    let n = word.len();
    let cut = |k: usize| word[..n - k].to_owned();
    if n == 3 && word.ends_with('s') && !has_vowel(word) {
        // Abbreviations in the plural (`VMs`).
        return cut(1);
    }
    if !word.is_ascii() || n < 4 {
        return word.to_owned();
    }
    if word.ends_with("ies") && n > 4 {
        return cut(3) + "y";
    }
    if word.ends_with("ied") && n > 4 {
        return cut(3) + "y";
    }
    if ["sses", "xes", "ches", "shes", "zes"].iter().any(|s| word.ends_with(s)) {
        return trim_e(&cut(2));
    }
    if word.ends_with('s') && !["ss", "us", "is"].iter().any(|s| word.ends_with(s)) {
        return stem(&cut(1));
    }
    if word.ends_with("ing") && n > 5 && has_vowel(&word[..n - 3]) {
        return trim_e(&undouble(&cut(3)));
    }
    if word.ends_with("ed") && n > 4 && !word.ends_with("eed") && has_vowel(&word[..n - 2]) {
        return trim_e(&undouble(&cut(2)));
    }
    trim_e(word)
}

/// A coarser stem that also joins nouns with their verbs (`failure`, `fail`; `connection`, `connect`).
pub(super) fn root(word: &str) -> String {
    let stem = stem(word);
    let stem = ROOTS.iter().find(|(form, _)| *form == stem).map_or(stem.as_str(), |(_, base)| base);
    const ENDINGS: [&str; 17] = [
        "ement", "ment", "ness", "ility", "anc", "enc", "ancy", "ency", "abl", "ibl", "ion", "ur", "ity",
        "er", "or", "al", "ly",
    ];
    let mut root = stem.to_owned();
    for ending in ENDINGS {
        if let Some(left) = root.strip_suffix(ending)
            && left.len() >= 4
        {
            root = trim_e(&undouble(left));
            break;
        }
    }
    // `replicat` of the verb and `replicat` + `ion` of the noun meet at `replic`.
    match root.strip_suffix("at").or_else(|| root.strip_suffix("iz")) {
        Some(left) if left.len() >= 4 => undouble(left),
        _ => root,
    }
}

fn has_vowel(text: &str) -> bool {
    text.bytes().any(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
}

fn trim_e(word: &str) -> String {
    if word.len() > 3 { word.strip_suffix('e').unwrap_or(word).to_owned() } else { word.to_owned() }
}

fn undouble(word: &str) -> String {
    let bytes = word.as_bytes();
    match bytes {
        [.., a, b] if a == b && !matches!(b, b'l' | b's' | b'z' | b'e' | b'o') => {
            word[..word.len() - 1].to_owned()
        }
        [.., a, b] if a == b && *b == b'l' && word.len() > 5 => word[..word.len() - 1].to_owned(),
        _ => word.to_owned(),
    }
}

const IRREGULAR: [(&str, &str); 68] = [
    ("ids", "id"),
    ("ips", "ip"),
    ("sent", "send"),
    ("took", "take"),
    ("taken", "take"),
    ("ran", "run"),
    ("began", "begin"),
    ("begun", "begin"),
    ("lost", "los"),
    ("loss", "los"),
    ("made", "make"),
    ("got", "get"),
    ("gotten", "get"),
    ("found", "find"),
    ("wrote", "writ"),
    ("written", "writ"),
    ("built", "build"),
    ("kept", "keep"),
    ("left", "leav"),
    ("held", "hold"),
    ("broke", "break"),
    ("broken", "break"),
    ("gave", "giv"),
    ("given", "giv"),
    ("went", "go"),
    ("gone", "go"),
    ("spent", "spend"),
    ("threw", "throw"),
    ("thrown", "throw"),
    ("fell", "fall"),
    ("fallen", "fall"),
    ("led", "lead"),
    ("paid", "pay"),
    ("sold", "sell"),
    ("bought", "buy"),
    ("caught", "catch"),
    ("froze", "freez"),
    ("frozen", "freez"),
    ("died", "die"),
    ("dying", "die"),
    ("was", "be"),
    ("were", "be"),
    ("came", "come"),
    ("rose", "ris"),
    ("risen", "ris"),
    ("chose", "choos"),
    ("chosen", "choos"),
    ("drove", "driv"),
    ("driven", "driv"),
    ("saw", "see"),
    ("seen", "see"),
    ("showed", "show"),
    ("shown", "show"),
    ("hung", "hang"),
    ("stuck", "stick"),
    ("stood", "stand"),
    ("met", "meet"),
    ("fed", "feed"),
    ("bound", "bind"),
    ("slept", "sleep"),
    ("woke", "wak"),
    ("woken", "wak"),
    ("withdrew", "withdraw"),
    ("withdrawn", "withdraw"),
    ("used", "us"),
    ("using", "us"),
    ("uses", "us"),
    ("overran", "overrun"),
];

/// Stems whose relation no ending shows.
const ROOTS: [(&str, &str); 21] = [
    ("registration", "regist"),
    ("success", "succeed"),
    ("successful", "succeed"),
    ("successfully", "succeed"),
    ("sav", "save"),
    ("receipt", "receiv"),
    ("reception", "receiv"),
    ("expiry", "expir"),
    ("deletion", "delet"),
    ("response", "respond"),
    ("respons", "respond"),
    ("removal", "remov"),
    ("retrieval", "retriev"),
    ("arrival", "arriv"),
    ("choice", "choos"),
    ("shutdown", "shutdown"),
    ("refusal", "refus"),
    ("denial", "deny"),
    ("approval", "approv"),
    ("transmission", "transmit"),
    ("permission", "permit"),
];

/// Whether two different words are one edit apart: an insertion, a deletion, a replacement or a swap of neighbours.
pub(super) fn one_edit_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if long.len() - short.len() > 1 || a == b {
        return false;
    }
    let same = short.iter().zip(long.iter()).take_while(|(x, y)| x == y).count();
    if short.len() < long.len() {
        return short[same..] == long[same + 1..];
    }
    let swapped = same + 1 < a.len()
        && a[same] == b[same + 1]
        && a[same + 1] == b[same]
        && a[same + 2..] == b[same + 2..];
    swapped || a[same + 1..] == b[same + 1..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn texts(question: &str) -> Vec<String> {
        tokenize(question).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn questions_are_cut_into_words_values_and_quotations() {
        assert_eq!(texts("Which port did 10.0.0.1:80 use?"), ["Which", "port", "did", "10.0.0.1:80", "use"]);
        assert_eq!(
            texts("how many \"conn reset\" for user=bob's"),
            ["how", "many", "conn reset", "for", "user", "bob"]
        );
        assert_eq!(
            texts("did worker-3's job (7.0) end at /var/log/x.log."),
            ["did", "worker-3", "job", "7.0", "end", "at", "/var/log/x.log"]
        );
    }

    #[rstest]
    #[case("connections", "connection")]
    #[case("terminating", "terminat")]
    #[case("terminate", "terminat")]
    #[case("stopped", "stop")]
    #[case("retries", "retry")]
    #[case("sent", "send")]
    #[case("bus", "bus")]
    #[case("vms", "vm")]
    #[case("ids", "id")]
    #[case("speed", "speed")]
    fn inflection_is_cut(#[case] word: &str, #[case] expected: &str) {
        assert_eq!(stem(word), expected);
    }

    #[rstest]
    #[case("failure", "failed")]
    #[case("connection", "connected")]
    #[case("allocation", "allocated")]
    #[case("authentication", "authenticated")]
    #[case("deletion", "deleting")]
    #[case("receiver", "received")]
    #[case("termination", "terminating")]
    #[case("cancellation", "cancelled")]
    #[case("replication", "replicate")]
    #[case("registered", "registration")]
    fn nouns_meet_their_verbs(#[case] noun: &str, #[case] verb: &str) {
        assert_eq!(root(noun), root(verb));
    }

    #[rstest]
    #[case("server", "sever", true)]
    #[case("server", "sevrer", true)]
    #[case("server", "servers", true)]
    #[case("server", "server", false)]
    #[case("server", "sravre", false)]
    fn one_slip_of_the_finger_is_recognised(#[case] a: &str, #[case] b: &str, #[case] near: bool) {
        assert_eq!(one_edit_apart(a, b), near);
    }

    #[test]
    fn identifiers_are_cut_at_their_humps() {
        assert_eq!(
            identifier_parts("NameSystem.addStoredBlock"),
            ["name", "system", "add", "stored", "block"]
        );
        assert_eq!(identifier_parts("IOException_2"), ["io", "exception"]);
    }
}
