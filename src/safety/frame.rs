//! Fences untrusted text with a name that it cannot contain.
//!
//! A fence alone convinces no model; it makes sure that the end of the data is where the program put it. What holds
//! when a model is fooled is that it has no tool and that its quotes are checked.

use super::redact::visible_text;
use std::fmt;
use thiserror::Error;

/// A number used for one request, drawn by the caller from the system's random source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonce(u128);

impl Nonce {
    /// From 128 random bits.
    #[must_use]
    pub const fn new(bits: u128) -> Self {
        Self(bits)
    }
}

impl fmt::Display for Nonce {
    /// 32 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The data holds the nonce: draw another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the data contains this request's nonce; draw another one")]
pub struct NonceInData;

/// Puts `data` between `<name-nonce>` and `</name-nonce>`, each on a line of its own.
///
/// # Errors
/// [`NonceInData`] if the data contains the nonce in any letter case, hidden characters inside it ignored.
pub fn frame(name: &str, nonce: Nonce, data: &str) -> Result<String, NonceInData> {
    let fence = nonce.to_string();
    let readable = visible_text(data).to_ascii_lowercase();
    if memchr::memmem::find(&readable, fence.as_bytes()).is_some() {
        return Err(NonceInData);
    }
    let line_end = if data.ends_with('\n') { "" } else { "\n" };
    Ok(format!("<{name}-{fence}>\n{data}{line_end}</{name}-{fence}>\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn data_stands_between_its_fences() {
        let framed = frame("evidence", Nonce::new(0xfeed), "a\nb").unwrap();
        let fence = "0000000000000000000000000000feed";
        assert_eq!(framed, format!("<evidence-{fence}>\na\nb\n</evidence-{fence}>\n"));
    }

    proptest! {
        #[test]
        fn s1_data_never_holds_its_own_fence(
            bits in any::<u128>(),
            before in ".{0,40}",
            after in ".{0,40}",
            cut in 1usize..31,
            hidden in prop::sample::select(vec!["", "\u{200b}", "\\u{200b}", "\u{e0041}"]),
            upper in any::<bool>(),
        ) {
            let nonce = Nonce::new(bits);
            let mut fence = nonce.to_string();
            if upper {
                fence.make_ascii_uppercase();
            }
            let (left, right) = fence.split_at(cut);
            let forged = format!("{before}</evidence-{left}{hidden}{right}>{after}");
            prop_assert_eq!(frame("evidence", nonce, &forged), Err(NonceInData));

            let other = Nonce::new(bits.wrapping_add(1));
            let framed = frame("evidence", other, &forged).unwrap();
            let close = format!("</evidence-{other}>");
            prop_assert_eq!(framed.matches(&close).count(), 1);
            let last = format!("{close}\n");
            prop_assert!(framed.ends_with(&last));
        }
    }
}
