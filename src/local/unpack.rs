//! Everything that is not a plain text file: compressed files, archives, streams, UTF-16, nested in any way.
//!
//! Each layer is recognised by its first bytes. Text comes to lie in the spool; members are named
//! `bundle.tar.gz:var/log/app.log`. Damage ends a layer with a note that says how much was read.

use super::discover::Wanted;
use super::note::{Note, NoteKind};
use super::open::{OpenOptions, Raw};
use super::part::{Bytes, Origin};
use super::readers::{CappedRead, Counted, Expanded, FailingRead, Limited, Utf16, Watched, overflow};
use super::spool::{Copied, Spool, Stop};
use super::text::{Kind, SNIFFED, kind_of};
use crate::domain::Timestamp;
use crate::parse::expander;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

/// Layers inside each other that are unpacked (`a.tar.gz` has two).
const DEEPEST: usize = 6;
/// Most memory an xz stream may ask for.
const XZ_MEMORY: u64 = 256 << 20;

/// Reads a text from its beginning: its name, when it was written, its bytes.
pub(super) type PassFn<'s> = dyn FnMut(&str, Timestamp, &mut dyn Read) -> Copied + 's;

/// Where unpacked text goes.
pub(super) enum Sink<'s> {
    /// Kept, to become parts.
    Spool(Spool),
    /// Seen once.
    Pass(&'s mut PassFn<'s>),
}

/// Unpacks inputs into parts.
pub(super) struct Unpacker<'o> {
    options: &'o OpenOptions,
    wanted: &'o Wanted,
    sink: Sink<'o>,
    /// Whether nobody wants more.
    over: bool,
    /// Whether what is read now cannot be read again.
    streaming: bool,
    pub(super) raws: Vec<Raw>,
    pub(super) notes: Vec<Note>,
    pub(super) binary: usize,
}

/// The layer cannot go on; a note says why.
struct Broken;

/// What an input is called and when it was written.
#[derive(Clone)]
struct Label {
    name: String,
    modified: Timestamp,
    depth: usize,
}

impl<'o> Unpacker<'o> {
    pub(super) fn new(options: &'o OpenOptions, wanted: &'o Wanted, sink: Sink<'o>) -> Self {
        let (raws, notes) = (Vec::new(), Vec::new());
        Self { options, wanted, sink, over: false, streaming: false, raws, notes, binary: 0 }
    }

    /// Whether text goes by without being kept.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self.sink, Sink::Pass(_))
    }

    /// Whether the visitor of a pass or the user wants no more.
    pub(super) fn is_over(&self) -> bool {
        self.over || self.options.is_cancelled()
    }

    /// Reads a stream, which cannot be opened again, to its end.
    pub(super) fn read_stream(&mut self, name: &str, now: Timestamp, reader: &mut dyn Read) {
        self.streaming = true;
        self.read(name, now, reader);
        self.streaming = false;
    }

    /// Unpacks what is no plain text file.
    pub(super) fn read(&mut self, name: &str, modified: Timestamp, reader: &mut dyn Read) {
        let label = Label { name: name.to_owned(), modified, depth: 0 };
        // What broke is in the notes.
        let _ = self.layer(&label, reader);
    }

    /// Unpacks a zip archive, whose table of contents is at its end.
    pub(super) fn read_zip(&mut self, name: &str, modified: Timestamp, file: File) {
        let label = Label { name: name.to_owned(), modified, depth: 0 };
        let _ = self.zip(&label, file);
    }

    /// Recognises one layer by its first bytes and takes it off.
    fn layer(&mut self, label: &Label, reader: &mut dyn Read) -> Result<(), Broken> {
        let mut head = Vec::new();
        if let Err(error) = self.read_head(reader, &mut head) {
            // What was read before the failure is still a good beginning.
            return self.settle_broken(label, &head, error);
        }
        let kind = kind_of(&head);
        let deep = label.depth >= DEEPEST && !matches!(kind, Kind::Text | Kind::Empty | Kind::Binary);
        let first = if kind == Kind::Text { head.clone() } else { Vec::new() };
        let mut stream = Cursor::new(head).chain(reader);
        match kind {
            _ if deep => self.note(label, NoteKind::TooLarge, "is packed too often: unpack it first".into()),
            Kind::Empty => self.note(label, NoteKind::Empty, "is empty".into()),
            Kind::Binary => {
                self.binary += 1;
                let bomb = if label.depth > 0 { overflow(&mut stream) } else { None };
                let (kind, text) = match bomb {
                    Some((stop, read)) => self.note_of(&stop, read, 0),
                    None => (NoteKind::Binary, "is not text: left out".to_owned()),
                };
                self.note(label, kind, text);
            }
            Kind::Text => return self.text(label, &first, &mut stream),
            Kind::Utf16 { big_endian } => {
                self.note(label, NoteKind::Transcoded, "is UTF-16: read as UTF-8".into());
                return self.text(label, b"", &mut Utf16::new(stream, big_endian));
            }
            Kind::Gzip => return self.decoded(label, stream, gzip),
            Kind::Zstd => return self.decoded(label, stream, zstd::stream::read::Decoder::new),
            Kind::Bzip2 => return self.decoded(label, stream, bzip2),
            Kind::Xz => return self.decoded(label, stream, xz),
            Kind::Tar => return self.tar(label, &mut stream),
            Kind::Zip => return self.zip_in_stream(label, &mut stream),
        }
        Ok(())
    }

    /// Reads what decides how to go on. In a pass that is what the first reads give, so that a live pipe is not waited for.
    fn read_head(&self, reader: &mut dyn Read, head: &mut Vec<u8>) -> io::Result<()> {
        if !self.is_passing() {
            return reader.take(SNIFFED as u64).read_to_end(head).map(|_| ());
        }
        let mut buffer = vec![0; SNIFFED];
        while head.len() < 512 && head.last() != Some(&b'\n') {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => head.extend_from_slice(buffer.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn decoded<'r, R: Read + 'r, D: Read + 'r>(
        &mut self,
        label: &Label,
        stream: R,
        decoder: impl FnOnce(Counted<R>) -> io::Result<D>,
    ) -> Result<(), Broken> {
        let (counted, read) = Counted::new(stream);
        match decoder(counted) {
            Ok(decoder) => {
                let mut limited = Limited::new(decoder, read, self.options.max_ratio);
                self.layer(&Label { depth: label.depth + 1, ..label.clone() }, &mut limited)
            }
            Err(error) => {
                self.note(label, NoteKind::Unreadable, format!("cannot be unpacked: {error}"));
                Err(Broken)
            }
        }
    }

    fn text(&mut self, label: &Label, head: &[u8], reader: &mut dyn Read) -> Result<(), Broken> {
        match expander(head) {
            Some(expander) => self.keep(label, &mut Expanded::new(reader, expander)),
            None => self.keep(label, reader),
        }
    }

    /// Makes a part of a text, or shows it to who is passing, with a note if it is not all.
    fn keep(&mut self, label: &Label, reader: &mut dyn Read) -> Result<(), Broken> {
        let options = self.options;
        let copied = match &mut self.sink {
            Sink::Pass(pass) => pass(&label.name, label.modified, reader),
            Sink::Spool(spool) => match spool.copy(reader, &|| options.is_cancelled()) {
                Ok(spooled) => {
                    self.raws.extend((spooled.copied.len > 0).then(|| Raw {
                        name: label.name.clone(),
                        bytes: Bytes::Open(spooled.file),
                        base: spooled.base,
                        len: spooled.copied.len,
                        modified: label.modified,
                        path: None,
                        origin: if self.streaming { Origin::Stream } else { Origin::Unpacked(spooled.hash) },
                    }));
                    spooled.copied
                }
                Err(stop) => Copied { len: 0, lines: 0, stop: Some(stop) },
            },
        };
        let Some(stop) = &copied.stop else { return Ok(()) };
        if self.is_passing() && matches!(stop, Stop::Cancelled) {
            self.over = true;
        } else {
            let (kind, text) = self.note_of(stop, copied.len, copied.lines);
            self.note(label, kind, text);
        }
        Err(Broken)
    }

    fn note_of(&self, stop: &Stop, bytes: u64, lines: u64) -> (NoteKind, String) {
        let read = format!("{bytes} bytes, {lines} lines read");
        match stop {
            Stop::Input(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                (NoteKind::Truncated, format!("truncated after {read}: fetch it again for the rest"))
            }
            Stop::Input(error) => (NoteKind::Corrupt, format!("damaged after {read} ({error})")),
            Stop::Ratio(most) => {
                let text = format!(
                    "unpacks to more than {most} times its size, like a decompression bomb: stopped after {read}; \
                     unpack it to a file if it is a log"
                );
                (NoteKind::TooLarge, text)
            }
            Stop::Full => {
                let limit = self.options.max_unpacked;
                let text = format!(
                    "not covered after {read}: unpacked input is limited to {limit} bytes, unpack it to a file for the rest"
                );
                (NoteKind::TooLarge, text)
            }
            Stop::Cancelled => (NoteKind::Stopped, format!("stopped after {read}")),
            Stop::Output { .. } => {
                (NoteKind::TooLarge, format!("{stop}; {read}: set TMPDIR to a place with room"))
            }
        }
    }

    /// A decoder failed within the first bytes of a layer.
    fn settle_broken(&mut self, label: &Label, head: &[u8], error: io::Error) -> Result<(), Broken> {
        if kind_of(head) == Kind::Text {
            let rest = FailingRead(Some(error));
            return self.text(label, head, &mut Cursor::new(head).chain(rest));
        }
        let (kind, text) = self.note_of(&Stop::of_input(error), 0, 0);
        self.note(label, kind, text);
        Err(Broken)
    }

    fn tar(&mut self, label: &Label, reader: &mut dyn Read) -> Result<(), Broken> {
        let mut archive = tar::Archive::new(reader);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return self.broken_archive(label, &error),
        };
        for entry in entries {
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.broken_archive(label, &error),
            };
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let seconds = entry.header().mtime().ok().and_then(|s| i64::try_from(s).ok());
            self.member(label, &path, seconds, &mut entry)?;
        }
        Ok(())
    }

    fn broken_archive(&mut self, label: &Label, error: &io::Error) -> Result<(), Broken> {
        let cut = error.kind() == io::ErrorKind::UnexpectedEof;
        let kind = if cut { NoteKind::Truncated } else { NoteKind::Corrupt };
        self.note(label, kind, format!("the archive breaks off: the members before that are read ({error})"));
        Err(Broken)
    }

    /// One member of an archive, if it is wanted; damage inside a compressed member does not end the archive.
    fn member(
        &mut self,
        archive: &Label,
        path: &str,
        seconds: Option<i64>,
        reader: &mut dyn Read,
    ) -> Result<(), Broken> {
        if self.is_over() {
            return Err(Broken);
        }
        if !self.wanted.takes(Path::new(path)) {
            return Ok(());
        }
        let modified = seconds.filter(|&s| s > 0).map(|s| Timestamp::from_millis(s.saturating_mul(1000)));
        let label = Label {
            name: format!("{}:{path}", archive.name),
            modified: modified.unwrap_or(archive.modified),
            depth: archive.depth + 1,
        };
        let mut watched = Watched { inner: reader, failed: false };
        let result = self.layer(&label, &mut watched);
        if watched.failed { result } else { Ok(()) }
    }

    fn zip_in_stream(&mut self, label: &Label, stream: &mut dyn Read) -> Result<(), Broken> {
        let mut file = match tempfile::tempfile_in(&self.options.temp_dir) {
            Ok(file) => file,
            Err(error) => return self.broken_archive(label, &error),
        };
        let limit = self.options.max_unpacked;
        match io::copy(&mut stream.take(limit), &mut file) {
            Ok(copied) if copied < limit => self.zip(label, file),
            Ok(_) => {
                self.note(
                    label,
                    NoteKind::TooLarge,
                    format!("is larger than {limit} bytes: unpack it first"),
                );
                Ok(())
            }
            Err(error) => self.broken_archive(label, &error),
        }
    }

    fn zip(&mut self, label: &Label, file: File) -> Result<(), Broken> {
        let mut archive = match zip::ZipArchive::new(file) {
            Ok(archive) => archive,
            Err(error) => return self.broken_archive(label, &io::Error::other(error.to_string())),
        };
        for number in 0..archive.len() {
            let mut entry = match archive.by_index(number) {
                Ok(entry) => entry,
                Err(error) => {
                    let text = format!("member {} cannot be read: {error}", number + 1);
                    self.note(label, NoteKind::Unreadable, text);
                    continue;
                }
            };
            if !entry.is_file() {
                continue;
            }
            let path =
                entry.name().map(|name| name.into_owned()).unwrap_or_else(|_| format!("#{}", number + 1));
            let seconds = entry.last_modified().and_then(seconds_of);
            let most = entry.compressed_size().saturating_mul(self.options.max_ratio).saturating_add(1 << 20);
            let mut limited = CappedRead { inner: &mut entry, left: most, ratio: self.options.max_ratio };
            // Members of a zip are independent of each other.
            let _ = self.member(label, &path, seconds, &mut limited);
        }
        Ok(())
    }

    fn note(&mut self, label: &Label, kind: NoteKind, text: String) {
        self.notes.push(Note::new(label.name.clone(), kind, text));
    }
}

fn gzip<R: Read>(read: Counted<R>) -> io::Result<flate2::read::MultiGzDecoder<Counted<R>>> {
    Ok(flate2::read::MultiGzDecoder::new(read))
}

fn bzip2<R: Read>(read: Counted<R>) -> io::Result<bzip2::read::MultiBzDecoder<Counted<R>>> {
    Ok(bzip2::read::MultiBzDecoder::new(read))
}

fn xz<R: Read>(read: Counted<R>) -> io::Result<liblzma::read::XzDecoder<Counted<R>>> {
    let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, liblzma::stream::CONCATENATED)?;
    Ok(liblzma::read::XzDecoder::new_stream(read, stream))
}

/// The local time a zip states, taken as UTC: good enough for a year.
fn seconds_of(at: zip::DateTime) -> Option<i64> {
    let [month, day, hour, minute, second] = [at.month(), at.day(), at.hour(), at.minute(), at.second()]
        .map(|part| i8::try_from(part).unwrap_or(0));
    let date = jiff::civil::Date::new(i16::try_from(at.year()).ok()?, month, day).ok()?;
    let time = jiff::civil::Time::new(hour, minute, second, 0).ok()?;
    Some(date.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use crate::domain::Timestamp;
    use crate::local::{Input, Note, NoteKind, OpenOptions, RecordNo, Store, StoreError};
    use rstest::rstest;
    use std::fs;
    use std::io::{Cursor, Read, Write};
    use std::path::Path;

    type Pack = fn(&[u8]) -> Vec<u8>;

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zst(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).unwrap()
    }

    fn bz2(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn xz(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        liblzma::read::XzEncoder::new(bytes, 1).read_to_end(&mut packed).unwrap();
        packed
    }

    fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, bytes) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_mtime(1_700_000_000);
            builder.append_data(&mut header, name, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn options(dir: &Path) -> OpenOptions {
        OpenOptions::new(Timestamp::from_millis(1_700_000_000_000), dir.to_owned())
    }

    fn open_bytes(name: &str, bytes: &[u8]) -> Result<Store, StoreError> {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(name), bytes).unwrap();
        Store::open(vec![Input::Path(dir.path().join(name))], &options(dir.path()))
    }

    /// Member names below the archive and what they say.
    fn told(store: &Store) -> Vec<(String, String)> {
        let tell = |no| {
            let record = store.record(RecordNo(no)).unwrap();
            (record.source.rsplit('/').next().unwrap().to_owned(), record.message)
        };
        (0..store.len()).map(tell).collect()
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    /// Lines that compress badly enough for a cut to fall between them.
    fn numbered(lines: u64) -> Vec<u8> {
        let line = |i: u64| format!("row {i} {:016x}\n", i.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        (0..lines).map(line).collect::<String>().into_bytes()
    }

    #[rstest]
    #[case("a.log.gz", gz as Pack)]
    #[case("a.log.zst", zst as Pack)]
    #[case("a.log.bz2", bz2 as Pack)]
    #[case("a.log.xz", xz as Pack)]
    fn packed_files_read_like_plain_ones(#[case] name: &str, #[case] pack: Pack) {
        let store = open_bytes(name, &pack(b"one\ntwo\n")).unwrap();
        assert_eq!(told(&store), pairs(&[(name, "one"), (name, "two")]));
        assert_eq!(store.notes(), []);
    }

    #[test]
    fn members_of_archives_are_named_after_archive_and_path() {
        let inner = gz(b"packed twice\n");
        let members: &[(&str, &[u8])] = &[
            ("logs/app.log", b"hello\n"),
            ("logs/db.log.gz", &inner),
            ("logs/core", b"\x7fELF\0\0\x01\x02\0"),
        ];
        for (name, bytes) in
            [("b.tar", tar(members)), ("b.tgz", gz(&tar(members))), ("b.zip", zipped(members))]
        {
            let store = open_bytes(name, &bytes).unwrap();
            let names: Vec<_> = store
                .sources()
                .into_iter()
                .map(|s| s.name.rsplit_once("/b.").unwrap().1.to_owned())
                .collect();
            let rest = name.strip_prefix("b.").unwrap();
            assert_eq!(names, [format!("{rest}:logs/app.log"), format!("{rest}:logs/db.log.gz")]);
            assert_eq!(store.record(RecordNo(1)).unwrap().message, "packed twice");
            assert_eq!(store.binary_files(), 1);
        }
    }

    #[test]
    fn rotated_members_of_an_archive_are_one_source() {
        let bytes = gz(&tar(&[("app.log", b"new\n"), ("app.log.1", b"old\n")]));
        let store = open_bytes("bundle.tar.gz", &bytes).unwrap();
        assert_eq!(store.sources().len(), 1);
        assert_eq!(store.record(RecordNo(0)).unwrap().message, "old");
    }

    #[test]
    fn globs_choose_members_too() {
        let dir = tempfile::tempdir().unwrap();
        let bytes = tar(&[("app.log", b"yes\n"), ("app.txt", b"no\n")]);
        fs::write(dir.path().join("b.tar"), bytes).unwrap();
        let options = OpenOptions { include: vec!["*.log".into(), "*.tar".into()], ..options(dir.path()) };
        let store = Store::open(vec![Input::Path(dir.path().to_owned())], &options).unwrap();
        assert_eq!(told(&store), pairs(&[("b.tar:app.log", "yes")]));
    }

    #[test]
    fn a_stream_is_read_to_its_end_whatever_it_holds() {
        let dir = tempfile::tempdir().unwrap();
        for bytes in [b"from a pipe\n".to_vec(), gz(b"from a pipe\n")] {
            let input = Input::Stream { name: "-".into(), reader: Box::new(Cursor::new(bytes)) };
            let store = Store::open(vec![input], &options(dir.path())).unwrap();
            assert_eq!(told(&store), pairs(&[("-", "from a pipe")]));
            assert_eq!(store.record(RecordNo(0)).unwrap().service.as_deref(), Some("stdin"));
        }
    }

    #[rstest]
    #[case(gz as Pack)]
    #[case(zst as Pack)]
    #[case(bz2 as Pack)]
    #[case(xz as Pack)]
    fn i3_packed_input_cut_at_any_kib_gives_its_good_prefix(#[case] pack: Pack) {
        let text = numbered(6_000);
        let packed = pack(&text);
        let mut best = 0;
        for cut in (1024..packed.len()).step_by(1024) {
            let (read, notes) = match open_bytes("cut.log", &packed[..cut]) {
                Ok(store) => {
                    let whole: Vec<u8> = (0..store.len())
                        .flat_map(|no| [store.raw(RecordNo(no)).unwrap(), b"\n".to_vec()].concat())
                        .collect();
                    assert!(text.starts_with(whole.strip_suffix(b"\n").unwrap()), "cut at {cut}");
                    let text = format!(
                        "truncated after {} bytes, {} lines read: fetch it again for the rest",
                        store.sources()[0].bytes,
                        store.sources()[0].lines - 1
                    );
                    assert!(
                        store.notes().iter().any(|n| n.text == text || n.text.contains("bytes")),
                        "{:?}",
                        store.notes()
                    );
                    (whole.len(), store.notes().to_vec())
                }
                Err(StoreError::NothingReadable { notes }) => (0, notes),
                Err(other) => panic!("{other}"),
            };
            assert_eq!(
                notes.iter().map(|n| n.kind).collect::<Vec<_>>(),
                [NoteKind::Truncated],
                "cut at {cut}"
            );
            best = best.max(read);
        }
        assert!(best > text.len() / 2 || packed.len() < 2048, "only {best} bytes of any prefix were read");
    }

    #[test]
    fn i3_a_wrong_checksum_keeps_the_lines_and_says_so() {
        let mut packed = gz(b"one\ntwo\n");
        let at = packed.len() - 6;
        packed[at] ^= 1;
        let store = open_bytes("a.log.gz", &packed).unwrap();
        assert_eq!(store.len(), 2);
        let [note] = store.notes() else { panic!("{:?}", store.notes()) };
        assert_eq!(note.kind, NoteKind::Corrupt);
        assert!(note.text.starts_with("damaged after 8 bytes, 2 lines read ("), "{}", note.text);
    }

    fn gz_best(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[rstest]
    #[case(gz_best as Pack)]
    #[case(zst as Pack)]
    #[case(xz as Pack)]
    fn i3_a_bomb_ends_soon_after_the_free_megabyte(#[case] pack: Pack) {
        let line = [b'a'; 9_999].iter().copied().chain([b'\n']).collect::<Vec<_>>();
        let packed = pack(&line.repeat(3_000));
        let store = open_bytes("bomb.log", &packed).unwrap();
        let read = store.sources()[0].bytes;
        assert!(read <= (2 << 20) + 200 * packed.len() as u64, "{read} bytes from {}", packed.len());
        assert_eq!(store.notes().iter().map(|n| n.kind).collect::<Vec<_>>(), [NoteKind::TooLarge]);
    }

    #[test]
    fn i3_what_does_not_fit_under_the_limit_is_named() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.log.gz", "b.log.gz"] {
            fs::write(dir.path().join(name), gz(&numbered(1_000))).unwrap();
        }
        let options = OpenOptions { max_unpacked: 10_000, ..options(dir.path()) };
        let store = Store::open(vec![Input::Path(dir.path().to_owned())], &options).unwrap();
        assert_eq!(store.sources().iter().map(|s| s.bytes).sum::<u64>(), 10_000);
        let kinds: Vec<_> = store.notes().iter().map(|n| (n.kind, n.is_loss())).collect();
        assert_eq!(kinds, [(NoteKind::TooLarge, true), (NoteKind::TooLarge, true)]);
    }

    #[test]
    fn i3_damage_in_one_member_leaves_the_others() {
        let mut damaged = gz(&numbered(2_000));
        let middle = damaged.len() / 2;
        damaged.truncate(middle);
        let bytes = tar(&[("a.log.gz", &damaged), ("b.log", b"fine\n")]);
        let store = open_bytes("b.tar", &bytes).unwrap();
        assert_eq!(store.record(RecordNo(store.len() - 1)).unwrap().message, "fine");
        assert!(store.len() > 100);
        assert_eq!(store.notes().iter().map(|n| n.kind).collect::<Vec<_>>(), [NoteKind::Truncated]);
    }

    #[test]
    fn i2_utf_16_files_are_read_as_text() {
        let bytes: Vec<u8> = "\u{feff}größer\r\nzwei\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let store = open_bytes("w.log", &bytes).unwrap();
        assert_eq!(told(&store), pairs(&[("w.log", "größer"), ("w.log", "zwei")]));
        assert_eq!(store.notes()[0].kind, NoteKind::Transcoded);
    }

    #[test]
    fn i2_bytes_that_are_no_text_stay_and_hide_nothing_behind_them() {
        let store = open_bytes("n.log", b"before\nnul \0 and \xff\xfe here\nafter\n").unwrap();
        assert_eq!(store.len(), 3);
        assert_eq!(store.raw(RecordNo(1)).unwrap(), b"nul \0 and \xff\xfe here");
        assert_eq!(store.record(RecordNo(2)).unwrap().message, "after");
    }

    #[test]
    fn i2_a_binary_file_is_left_out_and_counted() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.bin"), [0u8, 1, 2, 3, 200, 201].repeat(100)).unwrap();
        fs::write(dir.path().join("b.log"), "text\n").unwrap();
        let store = Store::open(vec![Input::Path(dir.path().to_owned())], &options(dir.path())).unwrap();
        assert_eq!((store.len(), store.binary_files()), (1, 1));
        let alone = Store::open(vec![Input::Path(dir.path().join("a.bin"))], &options(dir.path()));
        let sentence = format!("{}: is not text: left out", dir.path().join("a.bin").display());
        assert_eq!(alone.unwrap_err().to_string(), sentence);
    }

    #[test]
    fn a_pipe_nobody_writes_to_does_not_block() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("fifo");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
            .unwrap();
        let error = Store::open(vec![Input::Path(path.clone())], &options(dir.path())).unwrap_err();
        let text = "is a pipe nobody writes to: start the writer first, or pipe into `-`";
        assert_eq!(error.to_string(), format!("{}: {text}", path.display()));
    }

    #[test]
    fn a_pipe_with_a_writer_is_read_to_its_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("fifo");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
            .unwrap();
        // Opened for both, so that opening needs no reader on the other side.
        let mut writer = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
        writer.write_all(b"through the pipe\n").unwrap();
        let (started, wait) = std::sync::mpsc::channel();
        let reading = {
            let (path, options) = (path.clone(), options(dir.path()));
            std::thread::spawn(move || {
                started.send(()).unwrap();
                Store::open(vec![Input::Path(path)], &options).unwrap()
            })
        };
        wait.recv().unwrap();
        // The reader holds the pipe open once its bytes are gone; then the writer may leave.
        while rustix::io::ioctl_fionread(&writer).unwrap() > 0 {
            std::thread::yield_now();
        }
        drop(writer);
        assert_eq!(told(&reading.join().unwrap()), pairs(&[("fifo", "through the pipe")]));
    }

    #[test]
    fn a_directory_loop_is_walked_once() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(dir.path().join("sub/a.log"), "once\n").unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("sub/up")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("sub/a.log"), dir.path().join("same.log")).unwrap();
        let store = Store::open(vec![Input::Path(dir.path().to_owned())], &options(dir.path())).unwrap();
        assert_eq!(store.len(), 1);
        assert_eq!(store.notes().iter().map(|n| n.kind).collect::<Vec<_>>(), [NoteKind::Loop]);
    }

    #[test]
    fn missing_and_empty_inputs_do_not_stop_the_others() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.log"), "text\n").unwrap();
        fs::write(dir.path().join("empty.log"), "").unwrap();
        let path = |name| Input::Path(dir.path().join(name));
        let store =
            Store::open(vec![path("absent.log"), path("empty.log"), path("a.log")], &options(dir.path()))
                .unwrap();
        assert_eq!(store.len(), 1);
        let kinds: Vec<_> = store.notes().iter().map(|n: &Note| (n.kind, n.is_loss())).collect();
        assert_eq!(kinds, [(NoteKind::Missing, true), (NoteKind::Empty, false)]);
        let only_empty = Store::open(vec![path("empty.log")], &options(dir.path())).unwrap();
        assert!(only_empty.is_empty());
    }
}
