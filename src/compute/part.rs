//! The part of a value that a question means: an address without its port, a class without its line.

/// Which part of a value is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The value as it stands.
    Whole,
    /// The address of `address:port`.
    Address,
    /// The port of `address:port`.
    Port,
    /// The part of the program in a call site: `Pump` of `worker-3:Pump@88`, `pool.go` of `pool.go:88`.
    Site,
}

/// A call site without its line number and what stands in front of its class or file; `None` for anything else.
pub(super) fn site_of(value: &str) -> Option<&str> {
    let (head, line) = value.rsplit_once(['@', ':', '#'])?;
    let numbered = !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit());
    let name = head.rsplit(':').next().unwrap_or(head);
    (numbered && name.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(name)
}

/// The asked part of a value.
pub(super) fn part_of(value: &str, part: Part) -> String {
    if part == Part::Site {
        return site_of(value).unwrap_or(value).to_owned();
    }
    let bare = value.trim_start_matches('/');
    let split = bare
        .rsplit_once(':')
        .filter(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    match (part, split) {
        (Part::Address, Some((address, _))) if !address.ends_with(':') => {
            address.trim_matches(['[', ']']).to_owned()
        }
        (Part::Address, None) => bare.to_owned(),
        (Part::Port, Some((_, port))) => port.to_owned(),
        _ => value.to_owned(),
    }
}
