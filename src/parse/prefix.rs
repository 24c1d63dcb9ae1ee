//! Prefixes that tools put before every line when they merge the logs of several containers.

use super::service::without_replica;

/// A tool's way to name the container a line came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    /// docker compose: `cart-1  | x`.
    Compose,
    /// `kubectl logs --prefix`: `[pod/cart-64469b5b48-25zj6/cart] x`.
    Kubectl,
    /// stern: `cart-64469b5b48-25zj6 cart x`, with the namespace in front when there are several.
    Stern,
}

/// A line behind its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prefixed<'l> {
    /// Pod, or service of compose with its number.
    pub(super) pod: &'l [u8],
    pub(super) container: Option<&'l [u8]>,
    pub(super) rest: &'l [u8],
}

impl Prefix {
    /// The prefix of most lines.
    pub(super) fn detect(lines: &[&[u8]]) -> Option<Self> {
        let lines = lines.get(..lines.len().min(2_000))?;
        let filled = lines.iter().filter(|line| !line.is_empty() && !is_stern_note(line)).count();
        let count = |prefix: Self| lines.iter().filter(|line| prefix.split(line).is_some()).count();
        let best = [Self::Compose, Self::Kubectl, Self::Stern]
            .into_iter()
            .map(|p| (count(p), p))
            .max_by_key(|(n, _)| *n)?;
        (filled > 0 && best.0 * 10 >= filled * 6).then_some(best.1)
    }

    /// Splits a line into its prefix and the rest; `None` if it has none.
    pub(super) fn split(self, line: &[u8]) -> Option<Prefixed<'_>> {
        match self {
            Self::Compose => compose(line),
            Self::Kubectl => kubectl(line),
            Self::Stern => stern(line),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Compose => "docker compose prefix",
            Self::Kubectl => "kubectl prefix",
            Self::Stern => "stern prefix",
        }
    }
}

/// Whether a line is stern's note that it began (`+`) or ended (`-`) to follow a container.
pub(super) fn is_stern_note(line: &[u8]) -> bool {
    (line.starts_with(b"+ ") || line.starts_with(b"- "))
        && memchr::memmem::find(line, " › ".as_bytes()).is_some()
}

fn compose(line: &[u8]) -> Option<Prefixed<'_>> {
    let length = name_length(line);
    let blanks = line.get(length..)?.iter().take(64).take_while(|b| **b == b' ').count();
    let bar = length + blanks;
    if length == 0
        || blanks == 0
        || line.get(bar) != Some(&b'|')
        || !matches!(line.get(bar + 1), None | Some(b' '))
    {
        return None;
    }
    Some(Prefixed {
        pod: line.get(..length)?,
        container: None,
        rest: line.get(bar + 2..).unwrap_or_default(),
    })
}

fn kubectl(line: &[u8]) -> Option<Prefixed<'_>> {
    let inner = line.strip_prefix(b"[pod/")?;
    let close = memchr::memchr(b']', inner.get(..inner.len().min(300))?)?;
    let mut names = inner.get(..close)?.splitn(2, |b| *b == b'/');
    let (pod, container) = (names.next()?, names.next());
    let rest = inner.get(close + 1..)?;
    Some(Prefixed { pod, container, rest: rest.strip_prefix(b" ").unwrap_or(rest) })
}

fn stern(line: &[u8]) -> Option<Prefixed<'_>> {
    let mut at = 0;
    for _ in 0..2 {
        let word = line.get(at..at + name_length(line.get(at..)?))?;
        let next = at + word.len();
        if word.is_empty() || line.get(next) != Some(&b' ') {
            return None;
        }
        if without_replica(word).len() < word.len() && word.len() > 6 {
            let container = line.get(next + 1..next + 1 + name_length(line.get(next + 1..)?))?;
            let behind = next + 1 + container.len();
            let ends = matches!(line.get(behind), None | Some(b' '));
            // Many hosts are numbered like the pods of a stateful set; those count only with their own container.
            let hashed = without_replica(word).len() + 6 <= word.len() || without_replica(word) == container;
            let named = hashed && container.first()?.is_ascii_lowercase();
            return (ends && named).then(|| Prefixed {
                pod: word,
                container: Some(container),
                rest: line.get(behind + 1..).unwrap_or_default(),
            });
        }
        at = next + 1;
    }
    None
}

fn name_length(text: &[u8]) -> usize {
    text.iter().take(128).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Prefix::Compose, "cart-1     | 10:00 x", Some(("cart-1", "", "10:00 x")))]
    #[case(Prefix::Compose, "no bar here", None)]
    #[case(Prefix::Kubectl, "[pod/cart-7d4f8b9c6-x2x4z/app] x", Some(("cart-7d4f8b9c6-x2x4z", "app", "x")))]
    #[case(Prefix::Stern, "cart-7d4f8b9c6-x2x4z app x y", Some(("cart-7d4f8b9c6-x2x4z", "app", "x y")))]
    #[case(Prefix::Stern, "shop cart-7d4f8b9c6-x2x4z app x y", Some(("cart-7d4f8b9c6-x2x4z", "app", "x y")))]
    #[case(Prefix::Stern, "Jan 15 10:00:00 web1 sshd: x", None)]
    fn a_prefix_is_split_off(
        #[case] prefix: Prefix,
        #[case] line: &str,
        #[case] expected: Option<(&str, &str, &str)>,
    ) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let got = prefix
            .split(line.as_bytes())
            .map(|p| (text(p.pod), text(p.container.unwrap_or_default()), text(p.rest)));
        assert_eq!(got, expected.map(|(pod, container, rest)| (pod.into(), container.into(), rest.into())));
    }
}
