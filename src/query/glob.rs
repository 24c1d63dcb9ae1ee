//! Whole-value tests with `*`, letter case ignored (ASCII).

/// A text that may hold `*` for any run of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
    pieces: Vec<Vec<u8>>,
}

impl Glob {
    /// Reads the text; `*` is the only special character.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let pieces = text.split('*').map(|piece| piece.to_ascii_lowercase().into_bytes()).collect();
        Self { text: text.to_owned(), pieces }
    }

    /// A test for exactly this text, letter case ignored; a `*` in it stands for itself.
    #[must_use]
    pub fn exact(text: &str) -> Self {
        Self { text: text.to_owned(), pieces: vec![text.to_ascii_lowercase().into_bytes()] }
    }

    /// As typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text when it holds no `*`.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        (self.pieces.len() == 1).then_some(self.text.as_str())
    }

    /// Whether the whole value fits.
    #[must_use]
    pub fn matches(&self, value: &[u8]) -> bool {
        let [first, rest @ ..] = self.pieces.as_slice() else { return value.is_empty() };
        let Some((last, middle)) = rest.split_last() else { return value.eq_ignore_ascii_case(first) };
        let starts = value.len() >= first.len() + last.len()
            && value[..first.len()].eq_ignore_ascii_case(first)
            && value[value.len() - last.len()..].eq_ignore_ascii_case(last);
        if !starts {
            return false;
        }
        let mut inner = &value[first.len()..value.len() - last.len()];
        for piece in middle.iter().filter(|piece| !piece.is_empty()) {
            let found = inner.windows(piece.len()).position(|window| window.eq_ignore_ascii_case(piece));
            let Some(at) = found else { return false };
            inner = &inner[at + piece.len()..];
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("api", "API", true)]
    #[case("api", "api-2", false)]
    #[case("api*", "api-2", true)]
    #[case("*-2", "api-2", true)]
    #[case("a*p*2", "api-2", true)]
    #[case("a*a", "a", false)]
    #[case("*", "", true)]
    #[case("a**b", "ab", true)]
    #[case("*x*", "abc", false)]
    fn stars_stand_for_any_text(#[case] glob: &str, #[case] value: &str, #[case] expected: bool) {
        assert_eq!(Glob::new(glob).matches(value.as_bytes()), expected);
    }

    proptest! {
        #[test]
        fn globs_agree_with_the_same_regular_expression(glob in "[ab*]{0,8}", value in "[abAB]{0,10}") {
            let source = format!("(?is-u)^{}$", glob.replace('*', ".*"));
            let regex = regex::bytes::Regex::new(&source).unwrap();
            prop_assert_eq!(Glob::new(&glob).matches(value.as_bytes()), regex.is_match(value.as_bytes()));
        }
    }
}
