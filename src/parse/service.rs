//! The service behind the name of a pod, a container or a stern/compose prefix.

/// A pod's or container's name without what tells its replicas apart: `cart-64469b5b48-25zj6` -> `cart`,
/// `db-0` -> `db`, `shop-web-1` -> `shop-web`, `shop_web_1` -> `shop_web`.
pub(super) fn without_replica(name: &[u8]) -> &[u8] {
    let name = name.trim_ascii();
    let name = name.strip_prefix(b"/").unwrap_or(name);
    let Some((rest, last)) = cut(name) else { return name };
    if is_number(last) {
        return rest;
    }
    if !is_random(last, 5) {
        return name;
    }
    match cut(rest) {
        Some((service, hash)) if is_hash(hash) => service,
        // A job or a daemon set has one random part; five letters without a digit are more likely a word.
        _ if last.iter().any(u8::is_ascii_digit) => rest,
        _ => name,
    }
}

/// Splits at the last `-` or `_`; both sides are not empty.
fn cut(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = name.iter().rposition(|b| matches!(b, b'-' | b'_'))?;
    let (rest, last) = (name.get(..at)?, name.get(at + 1..)?);
    (!rest.is_empty() && !last.is_empty()).then_some((rest, last))
}

fn is_number(part: &[u8]) -> bool {
    part.len() <= 4 && part.iter().all(u8::is_ascii_digit)
}

/// Kubernetes draws random suffixes from consonants and the digits 2 and 4 to 9.
fn is_random(part: &[u8], length: usize) -> bool {
    part.len() == length && part.iter().all(|b| matches!(b, b'2' | b'4'..=b'9' | b'b'..=b'd' | b'f'..=b'h' | b'j'..=b'n' | b'p'..=b't' | b'v'..=b'z'))
}

/// A replica set's hash: letters and digits, six to ten long.
fn is_hash(part: &[u8]) -> bool {
    (6..=10).contains(&part.len())
        && part.iter().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
        && part.iter().any(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("cart-64469b5b48-25zj6", "cart")]
    #[case("shop-cart-7d4f8b9c6-x2x4z", "shop-cart")]
    #[case("db-0", "db")]
    #[case("fluentd-x8k2p", "fluentd")]
    #[case("shop-web-1", "shop-web")]
    #[case("shop_web_1", "shop_web")]
    #[case("/shop-web-1", "shop-web")]
    #[case("checkout", "checkout")]
    #[case("price-feeds", "price-feeds")]
    #[case("api-gateway", "api-gateway")]
    #[case("-", "-")]
    fn replicas_share_a_service(#[case] name: &str, #[case] service: &str) {
        assert_eq!(String::from_utf8_lossy(without_replica(name.as_bytes())), service);
    }
}
