//! The index cache: what was learned about files is kept in the user's cache directory and extended when they grow.
//!
//! One entry per set of files, zone and format. It is used only if every file is the same (device, inode, beginning,
//! end of what was indexed); a longer file is indexed from its last record on; anything else drops the entry. It
//! holds columns, word filters, service names and template texts, never a value of a record. Mode 0600.

use super::codec::{Decoder, Encoder};
use super::index::Index;
use super::note::{Note, NoteKind};
use super::open::OpenOptions;
use super::part::{Origin, Part};
use super::segment::Segment;
use crate::pattern::Template;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Bytes at the beginning and at the end of what was indexed that are compared.
const COMPARED: u64 = 4096;
/// All entries together; the oldest go first.
const MOST_BYTES: u64 = 1 << 30;
const EXTENSION: &str = "wfindex";

/// What tells whether a part is still the one that was indexed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    name: String,
    pub(super) device: u64,
    pub(super) inode: u64,
    pub(super) len: u64,
    modified: i64,
    head: u64,
    end: u64,
    /// Bytes its layout was learned from.
    pub(super) sample: u64,
}

/// An entry that was read.
pub(super) struct Cached {
    pub(super) identities: Vec<Identity>,
    /// Physical lines per part.
    pub(super) part_lines: Vec<u64>,
    pub(super) services: Vec<String>,
    pub(super) templates: Vec<Template>,
    pub(super) headings: Vec<(u32, u64)>,
    pub(super) segments: Vec<Segment>,
    /// Bytes that were mined together; what was added since is matched to their templates.
    pub(super) mined: u64,
}

impl Identity {
    /// `None` if the part cannot be recognised again or read.
    pub(super) fn of(part: &Part) -> Option<Self> {
        let (device, inode) = match part.origin {
            Origin::File(id) | Origin::Growing(id) => (id.device, id.inode),
            Origin::Unpacked(hash) => (hash, 0),
            Origin::Stream => return None,
        };
        Some(Self {
            name: part.name.clone(),
            device,
            inode,
            len: part.len,
            modified: part.modified.as_nanos(),
            head: fingerprint(part, 0, part.len.min(COMPARED))?,
            end: fingerprint(part, part.len.saturating_sub(COMPARED), part.len)?,
            sample: part.sample,
        })
    }

    /// Whether the part is what was indexed, perhaps longer by now.
    fn is_start_of(&self, part: &Part) -> bool {
        self.name == part.name && self.is_beginning_of(part)
    }

    /// Whether the part holds what was indexed, perhaps longer by now and under another name.
    pub(super) fn is_beginning_of(&self, part: &Part) -> bool {
        let same_file = match part.origin {
            Origin::File(id) | Origin::Growing(id) => (id.device, id.inode) == (self.device, self.inode),
            Origin::Unpacked(hash) => (hash, part.len) == (self.device, self.len),
            Origin::Stream => false,
        };
        // The same length at another time was written in place.
        let untouched = part.len > self.len || part.modified.as_nanos() == self.modified;
        same_file
            && self.len <= part.len
            && (untouched || matches!(part.origin, Origin::Unpacked(_) | Origin::Growing(_)))
            && fingerprint(part, 0, self.len.min(COMPARED)) == Some(self.head)
            && fingerprint(part, self.len.saturating_sub(COMPARED), self.len) == Some(self.end)
    }
}

fn fingerprint(part: &Part, from: u64, to: u64) -> Option<u64> {
    let bytes = part.read_range(from, to).ok()?;
    (bytes.len() as u64 == to - from).then(|| xxhash_rust::xxh3::xxh3_64(&bytes))
}

/// Where the entry of these parts is, if there is a cache and it is worth an entry.
pub(super) fn entry_path(parts: &[Part], options: &OpenOptions) -> Option<PathBuf> {
    let directory = options.cache_dir.as_ref()?;
    let size: u64 = parts.iter().map(|part| part.len).sum();
    let passing = |part: &Part| matches!(part.origin, Origin::Stream | Origin::Growing(_));
    if size < options.cache_min_bytes || parts.iter().any(passing) {
        return None;
    }
    let mut key = String::new();
    for part in parts {
        let path = part.path.as_ref().and_then(|path| fs::canonicalize(path).ok());
        key.push_str(&path.map_or_else(|| part.name.clone(), |path| path.display().to_string()));
        key.push('\0');
        key.push_str(&part.source.to_string());
        key.push('\0');
    }
    let zone = options.zone.as_ref().map_or("", |zone| zone.label());
    key.push_str(&format!("{zone}\0{}", options.format.as_deref().unwrap_or_default()));
    let name = format!("{:032x}.{EXTENSION}", xxhash_rust::xxh3::xxh3_128(key.as_bytes()));
    Some(directory.join(name))
}

/// Reads an entry; `None` if there is none, it is damaged, or a part is not what it was.
pub(super) fn load(path: &Path, parts: &[Part]) -> Option<Cached> {
    let bytes = fs::read(path).ok()?;
    let cached = decode(&bytes)?;
    let same = cached.identities.len() == parts.len()
        && cached.identities.iter().zip(parts).all(|(identity, part)| identity.is_start_of(part));
    (same && cached.is_worth_extending(parts)).then_some(cached)
}

impl Cached {
    /// Whether what was added since is little. Templates of what was added are matched to the old ones, not mined together
    /// with them; past a half that is worth doing anew.
    pub(super) fn is_worth_extending(&self, parts: &[Part]) -> bool {
        let indexed: u64 = self.identities.iter().map(|identity| identity.len).sum();
        let all: u64 = parts.iter().map(|part| part.len).sum();
        all.saturating_sub(self.mined.min(indexed)) <= self.mined / 2
    }

    /// Bytes of a part that were indexed.
    pub(super) fn indexed(&self, part: usize) -> u64 {
        self.identities.get(part).map_or(0, |identity| identity.len)
    }
}

/// Writes an entry, or says in a note why it could not.
pub(super) fn save(path: &Path, parts: &[Part], index: &Index, notes: &mut Vec<Note>) {
    let identities: Option<Vec<_>> = parts.iter().map(Identity::of).collect();
    let Some(identities) = identities else { return };
    let bytes = encode(&identities, index);
    if let Err(error) = write(path, &bytes) {
        let text = format!("the index was not kept, opening it again takes as long: {error}");
        notes.push(Note::new(path.display().to_string(), NoteKind::Cache, text));
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    make_room(directory, path, bytes.len() as u64);
    // Created with mode 0600; renamed when whole, so that a reader never sees half of it.
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    io::Write::write_all(&mut file, bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Removes the oldest entries until a new one fits.
fn make_room(directory: &Path, kept: &Path, wanted: u64) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path != kept && path.extension().is_some_and(|end| end == EXTENSION))
        .filter_map(|path| {
            let meta = fs::metadata(&path).ok()?;
            Some((meta.modified().ok()?, meta.len(), path))
        })
        .collect();
    files.sort();
    let mut size: u64 = files.iter().map(|(_, len, _)| len).sum();
    for (_, len, path) in files {
        if size.saturating_add(wanted) <= MOST_BYTES {
            break;
        }
        // Another process may have removed it already.
        let _ = fs::remove_file(path);
        size -= len;
    }
}

fn encode(identities: &[Identity], index: &Index) -> Vec<u8> {
    let mut out = Encoder::new();
    out.u64(identities.len() as u64);
    for (identity, lines) in identities.iter().zip(&index.part_lines) {
        out.text(&identity.name);
        for value in
            [identity.device, identity.inode, identity.len, identity.head, identity.end, identity.sample]
        {
            out.u64(value);
        }
        out.i64(identity.modified);
        out.u64(*lines);
    }
    out.u64(index.mined);
    out.u64(index.services.names.len() as u64);
    index.services.names.iter().for_each(|name| out.text(name));
    out.u64(index.templates.len() as u64);
    index.templates.iter().for_each(|template| out.template(template));
    out.u64(index.headings.len() as u64);
    for &(part, at) in &index.headings {
        out.u32(part);
        out.u64(at);
    }
    out.u64(index.segments.len() as u64);
    index.segments.iter().for_each(|segment| out.segment(segment, |shape| index.template_of(shape)));
    out.finish()
}

fn decode(bytes: &[u8]) -> Option<Cached> {
    let mut from = Decoder::new(bytes)?;
    let (mut identities, mut part_lines) = (Vec::new(), Vec::new());
    for _ in 0..from.count(1)? {
        let name = from.text()?;
        let [device, inode, len, head, end, sample] =
            [from.u64()?, from.u64()?, from.u64()?, from.u64()?, from.u64()?, from.u64()?];
        identities.push(Identity { name, device, inode, len, modified: from.i64()?, head, end, sample });
        part_lines.push(from.u64()?);
    }
    let mined = from.u64()?;
    let services: Option<Vec<_>> = (0..from.count(8)?).map(|_| from.text()).collect();
    let templates: Option<Vec<_>> = (0..from.count(16)?).map(|_| from.template()).collect();
    let headings: Option<Vec<_>> = (0..from.count(12)?).map(|_| Some((from.u32()?, from.u64()?))).collect();
    let segments: Option<Vec<_>> = (0..from.count(32)?).map(|_| from.segment()).collect();
    let cached = Cached {
        identities,
        part_lines,
        services: services?,
        templates: templates?,
        headings: headings?,
        segments: segments?,
        mined,
    };
    (from.is_done() && cached.is_consistent()).then_some(cached)
}

impl Cached {
    /// Whether all numbers point at something.
    fn is_consistent(&self) -> bool {
        let (parts, templates) = (self.identities.len(), self.templates.len());
        self.segments.iter().all(|segment| {
            (segment.part as usize) < parts
                && segment.shapes.iter().all(|&shape| (shape as usize) < templates)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;
    use crate::local::{Input, RecordNo, Selection, Store};
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    struct Place {
        dir: tempfile::TempDir,
    }

    impl Place {
        fn new(text: &str) -> Self {
            let place = Self { dir: tempfile::tempdir().unwrap() };
            fs::write(place.log(), text).unwrap();
            place
        }

        fn log(&self) -> PathBuf {
            self.dir.path().join("app.log")
        }

        /// The store and the bytes that were indexed anew to get it.
        fn open(&self) -> (Arc<Store>, u64) {
            let indexed = Arc::new(AtomicU64::new(0));
            let mut options = OpenOptions::new(Timestamp::from_millis(0), self.dir.path().to_owned());
            options.cache_dir = Some(self.dir.path().join("cache"));
            options.cache_min_bytes = 0;
            let total = Arc::clone(&indexed);
            options.progress = Some(Arc::new(move |progress| total.store(progress.total, Ordering::Relaxed)));
            let store = Store::open(vec![Input::Path(self.log())], &options).unwrap();
            (Arc::new(store), indexed.load(Ordering::Relaxed))
        }

        fn entry(&self) -> PathBuf {
            let entries: Vec<_> = fs::read_dir(self.dir.path().join("cache"))
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            assert_eq!(entries.len(), 1);
            entries[0].clone()
        }

        fn append(&self, text: &str) {
            use std::io::Write;
            fs::OpenOptions::new().append(true).open(self.log()).unwrap().write_all(text.as_bytes()).unwrap();
        }
    }

    /// Everything a user could see of a store.
    fn seen(store: &Arc<Store>) -> String {
        let records: Vec<_> = (0..store.len()).map(|no| store.record(RecordNo(no)).unwrap()).collect();
        let table = store.view(Selection::default()).pattern_table(3).unwrap();
        let mut lines = Vec::new();
        store.assign(|id| lines.push(id)).unwrap();
        format!("{records:#?} {table:#?} {lines:?} {:?}", store.sources())
    }

    fn some_lines(from: usize, to: usize) -> String {
        let line = |i: usize| match i % 3 {
            0 => {
                format!("2024-03-01T10:00:{:02}Z INFO order {} paid by customer-{}\n", i % 60, i * 31, i * 17)
            }
            1 => format!("2024-03-01T10:00:{:02}Z WARN queue depth {}\n", i % 60, i * 7),
            _ => format!("2024-03-01T10:00:{:02}Z ERROR worker died\n\n  at step {i}\n", i % 60),
        };
        (from..to).map(line).collect()
    }

    #[test]
    fn what_is_opened_again_is_the_same_and_is_not_read_again() {
        let place = Place::new(&some_lines(0, 200));
        let (first, read) = place.open();
        assert_eq!(read, fs::metadata(place.log()).unwrap().len());
        let (again, read) = place.open();
        assert_eq!(read, 0);
        assert_eq!(seen(&again), seen(&first));
        assert_eq!(
            again.index.segments,
            first.index.segments.iter().map(with_template_numbers(&first)).collect::<Vec<_>>()
        );
    }

    fn with_template_numbers(store: &Store) -> impl Fn(&Segment) -> Segment + '_ {
        |segment| {
            let shapes = segment.shapes.iter().map(|&shape| store.template_of(shape)).collect();
            Segment { shapes, ..segment.clone() }
        }
    }

    #[test]
    fn a_growing_file_is_extended_from_its_last_record() {
        let place = Place::new(some_lines(0, 200).trim_end());
        place.open();
        place.append("93\n");
        place.append(&some_lines(200, 220));
        let (extended, read) = place.open();
        assert!(read < 2_500, "{read} bytes were read");
        fs::remove_dir_all(place.dir.path().join("cache")).unwrap();
        let (fresh, _) = place.open();
        assert_eq!(seen(&extended), seen(&fresh));
    }

    #[test]
    fn new_kinds_of_lines_get_new_patterns_beside_the_known_ones() {
        let place = Place::new(&some_lines(0, 100));
        let (before, _) = place.open();
        place.append("2024-03-01T10:09:00Z ERROR disk 7 is gone for good\n");
        let (after, _) = place.open();
        assert_eq!(after.templates().len(), before.templates().len() + 1);
        let last = after.record(RecordNo(after.len() - 1)).unwrap();
        assert!(before.templates().iter().all(|known| known.id != last.pattern));
        let ids = |store: &Store| store.templates().iter().map(|t| t.id).collect::<Vec<_>>();
        assert_eq!(ids(&after)[..before.templates().len()], ids(&before));
    }

    #[test]
    fn i4_a_file_that_became_another_is_read_anew() {
        let text = some_lines(0, 100);
        let changes: [fn(&str) -> String; 3] = [
            |text| text[..text.len() / 2].to_owned(),
            |text| text.replacen("order", "offer", 1),
            |text| text.chars().rev().collect::<String>().replacen('a', "b", 1),
        ];
        for change in changes {
            let place = Place::new(&text);
            place.open();
            let changed = change(&text);
            fs::write(place.log(), &changed).unwrap();
            let file = fs::File::options().write(true).open(place.log()).unwrap();
            file.set_modified(std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(9)).unwrap();
            let (store, read) = place.open();
            assert_eq!(read, changed.len() as u64);
            assert_eq!(
                store.raw(RecordNo(0)).unwrap(),
                changed.lines().find(|line| !line.is_empty()).unwrap().as_bytes()
            );
        }
    }

    #[test]
    fn i8_a_damaged_entry_is_dropped() {
        let place = Place::new(&some_lines(0, 30));
        let (fresh, _) = place.open();
        let entry = fs::read(place.entry()).unwrap();
        for cut in (0..entry.len()).step_by(97) {
            assert!(decode(&entry[..cut]).is_none());
            let mut flipped = entry.clone();
            flipped[cut] ^= 0x10;
            assert!(decode(&flipped).is_none());
        }
        let mut flipped = entry.clone();
        flipped[entry.len() / 2] ^= 1;
        fs::write(place.entry(), flipped).unwrap();
        let (again, read) = place.open();
        assert_eq!(read, fs::metadata(place.log()).unwrap().len());
        assert_eq!(seen(&again), seen(&fresh));
        assert_eq!(fs::read(place.entry()).unwrap(), entry);
    }

    #[test]
    fn an_entry_holds_no_value_and_is_for_its_owner_only() {
        let place = Place::new(&some_lines(0, 200));
        place.open();
        let entry = fs::read(place.entry()).unwrap();
        let holds = |text: &[u8]| memchr::memmem::find(&entry, text).is_some();
        assert!(holds(b"queue depth"));
        assert!(!holds(b"customer-17") && !holds(b"3069") && !holds(b"1029"));
        assert_eq!(fs::metadata(place.entry()).unwrap().permissions().mode() & 0o777, 0o600);
        let directory = fs::metadata(place.dir.path().join("cache")).unwrap();
        assert_eq!(directory.permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_cache_that_cannot_be_written_is_a_note_and_no_failure() {
        let place = Place::new(&some_lines(0, 10));
        fs::write(place.dir.path().join("cache"), "in the way").unwrap();
        let (store, _) = place.open();
        assert_eq!(store.notes().iter().map(|n| n.kind).collect::<Vec<_>>(), [NoteKind::Cache]);
        assert!(!store.is_empty());
    }
}
