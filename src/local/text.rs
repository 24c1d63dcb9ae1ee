//! Is this text? Looks at the first bytes of an input and says how to read it.

/// Bytes of an input's beginning that decide.
pub(super) const SNIFFED: usize = 64 * 1024;

/// How an input has to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Empty,
    Text,
    /// UTF-16 with a byte order mark; `true`: big endian.
    Utf16 {
        big_endian: bool,
    },
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    Tar,
    Zip,
    Binary,
}

/// Decides from the beginning of an input (up to [`SNIFFED`] bytes).
pub(super) fn kind_of(head: &[u8]) -> Kind {
    match head {
        [] => Kind::Empty,
        [0xff, 0xfe, ..] => Kind::Utf16 { big_endian: false },
        [0xfe, 0xff, ..] => Kind::Utf16 { big_endian: true },
        [0x1f, 0x8b, 8, ..] => Kind::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Kind::Zstd,
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Kind::Bzip2,
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Kind::Xz,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Kind::Zip,
        _ if head.get(257..262) == Some(b"ustar") => Kind::Tar,
        _ if share_of_non_text(head) > 0.3 => Kind::Binary,
        _ => Kind::Text,
    }
}

/// Share of bytes that no text has: control characters but white space and escape, and broken UTF-8.
fn share_of_non_text(head: &[u8]) -> f64 {
    let control = |b: &&u8| matches!(**b, 0..=7 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    let controls = head.iter().filter(control).count();
    let broken: usize = head.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    (controls + broken) as f64 / head.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(b"", Kind::Empty)]
    #[case(b"plain words\n", Kind::Text)]
    #[case(b"caf\xe9 au lait, all in Latin-1\n", Kind::Text)]
    #[case(b"a few \0\0 in the middle of a line\n", Kind::Text)]
    #[case(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", Kind::Binary)]
    #[case(b"\xff\xfeh\0i\0", Kind::Utf16 { big_endian: false })]
    #[case(b"\xfe\xff\0h\0i", Kind::Utf16 { big_endian: true })]
    #[case(b"\x1f\x8b\x08\0", Kind::Gzip)]
    #[case(b"\x28\xb5\x2f\xfd\0", Kind::Zstd)]
    #[case(b"BZh91AY&SY", Kind::Bzip2)]
    #[case(b"BZh9 is how this line of text starts", Kind::Text)]
    #[case(b"\xfd7zXZ\0", Kind::Xz)]
    #[case(b"PK\x03\x04", Kind::Zip)]
    fn i2_the_first_bytes_decide_how_an_input_is_read(#[case] head: &[u8], #[case] kind: Kind) {
        assert_eq!(kind_of(head), kind);
    }
}
