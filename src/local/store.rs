//! The opened logs: parts, index and templates, shared by every view and thread.

use super::cache;
use super::discover::Input;
use super::index::Index;
use super::note::Note;
use super::open::{OpenOptions, Opened, StoreError, learn_layouts, open_parts};
use super::order::Order;
use super::part::Part;
use super::record::RecordNo;
use super::summary::RecordRow;
use super::view::{Selection, View};
use crate::domain::{PatternId, Timestamp, Zone};
use crate::pattern::Template;
use std::sync::Arc;

/// Logs read from files, archives and streams, ready to be asked.
///
/// `Send + Sync`; put it into an [`Arc`] and share it. Nothing in it changes after opening.
#[derive(Debug)]
pub struct Store {
    pub(super) parts: Vec<Part>,
    pub(super) sources: Vec<String>,
    pub(super) index: Index,
    pub(super) templates: Vec<Arc<Template>>,
    /// Whether record numbers are already in time order.
    pub(super) in_time_order: bool,
    /// Record numbers by time, where they differ from file order.
    pub(super) order: Order,
    notes: Vec<Note>,
    binary: usize,
}

/// One source: a file, a rotated set, an archive member or a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceInfo {
    /// Name shown to people.
    pub name: String,
    /// Its files, oldest first.
    pub parts: Vec<String>,
    /// Records found.
    pub records: u64,
    /// Physical lines read.
    pub lines: u64,
    /// Bytes of text (unpacked).
    pub bytes: u64,
    /// Records with a line that the layout does not explain: their first, or one without the header that the lines
    /// around it have and without the look of a continuation.
    pub not_understood: u64,
    /// What its lines look like.
    pub format: String,
    /// Zone of its times.
    pub zone: Zone,
}

impl Store {
    /// Opens and indexes everything that can be read.
    ///
    /// Inputs that cannot be read become [notes](Store::notes). When the options' cancel flag is set, what was
    /// indexed so far is returned and [`Store::is_complete`] is `false`.
    ///
    /// # Errors
    /// [`StoreError::NothingReadable`] if no input could be read, [`StoreError::Glob`] for a bad glob.
    pub fn open(inputs: Vec<Input>, options: &OpenOptions) -> Result<Self, StoreError> {
        let Opened { mut parts, sources, mut notes, binary } = open_parts(inputs, options)?;
        let entry = cache::entry_path(&parts, options);
        let cached = entry.as_ref().and_then(|path| cache::load(path, &parts));
        if let Some(cached) = &cached {
            for (part, identity) in parts.iter_mut().zip(&cached.identities) {
                part.sample = identity.sample;
            }
        }
        learn_layouts(&mut parts, options);
        let mut index = cached.map_or_else(Index::default, |cached| Index::resume(cached, &parts));
        let before = notes.len();
        let grown = index.extend(&parts, options, &mut notes);
        if index.incomplete {
            notes.push(Note::stopped(index.records));
        }
        if let Some(path) = entry.filter(|_| grown && notes.len() == before) {
            cache::save(&path, &parts, &index, &mut notes);
        }
        Ok(Self::new(parts, sources, index, notes, binary))
    }

    pub(super) fn new(
        parts: Vec<Part>,
        sources: Vec<String>,
        index: Index,
        notes: Vec<Note>,
        binary: usize,
    ) -> Self {
        let mut newest = Timestamp::MIN;
        let in_time_order = index.segments.iter().all(|segment| match segment.span {
            None => true,
            Some((first, last)) => {
                let follows = segment.sorted && newest <= first;
                newest = last;
                follows
            }
        });
        let templates = index.templates.iter().cloned().map(Arc::new).collect();
        Self { parts, sources, index, templates, in_time_order, order: Order::new(), notes, binary }
    }

    /// Records in all sources.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.index.records
    }

    /// Whether there is no record at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.records == 0
    }

    /// Whether everything was read; `false` after a cancel.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.index.incomplete
    }

    /// Times of the oldest and the newest record.
    #[must_use]
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let spans = || self.index.segments.iter().filter_map(|segment| segment.span);
        Some((spans().map(|s| s.0).min()?, spans().map(|s| s.1).max()?))
    }

    /// Zone of times without an offset, as the first source that has times decided it.
    #[must_use]
    pub fn zone(&self) -> Zone {
        let timed = self.index.segments.iter().find(|segment| segment.span.is_some());
        let part = timed.map_or(0, |segment| segment.part as usize);
        self.parts.get(part).map_or_else(Zone::utc, |part| part.layout.zone())
    }

    /// What was left out, cut or read in another way.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Files left out because they are not text.
    #[must_use]
    pub fn binary_files(&self) -> usize {
        self.binary
    }

    /// Names of all services; [`RecordRow::service`] is an index into them.
    #[must_use]
    pub fn services(&self) -> &[String] {
        &self.index.services.names
    }

    /// All templates; [`RecordRow::template`] is an index into them.
    #[must_use]
    pub fn templates(&self) -> &[Arc<Template>] {
        &self.templates
    }

    /// Bytes that columns and filters take in memory.
    #[must_use]
    pub fn index_bytes(&self) -> usize {
        self.index.bytes()
    }

    /// The sources with what was found in them, in the order they were named.
    #[must_use]
    pub fn sources(&self) -> Vec<SourceInfo> {
        let mut infos: Vec<SourceInfo> = Vec::new();
        for (number, part) in self.parts.iter().enumerate() {
            if infos.len() <= part.source as usize {
                infos.push(SourceInfo {
                    name: self.sources.get(part.source as usize).cloned().unwrap_or_default(),
                    parts: Vec::new(),
                    records: 0,
                    lines: 0,
                    bytes: 0,
                    not_understood: 0,
                    format: part.layout.description(),
                    zone: part.layout.zone(),
                });
            }
            let Some(info) = infos.get_mut(part.source as usize) else { continue };
            info.parts.push(part.name.clone());
            info.bytes += part.len;
            info.lines += self.index.part_lines.get(number).copied().unwrap_or(0);
        }
        for segment in &self.index.segments {
            let source = self.parts.get(segment.part as usize).map_or(0, |part| part.source as usize);
            let Some(info) = infos.get_mut(source) else { continue };
            info.records += segment.len() as u64;
            info.not_understood += (0..segment.len()).filter(|&i| segment.is_odd(i)).count() as u64;
        }
        infos
    }

    /// Records with a line that the layout does not explain, in file order.
    pub fn not_understood(&self) -> impl Iterator<Item = RecordNo> + '_ {
        self.index.segments.iter().flat_map(|segment| {
            let odd = (0u32..).take(segment.len()).filter(|&i| segment.is_odd(i as usize));
            odd.map(|i| RecordNo(segment.first + i))
        })
    }

    /// The columns of one record; `None` for a number that is not of this store.
    #[must_use]
    pub fn row(&self, no: RecordNo) -> Option<RecordRow> {
        let at = self.place(no)?;
        Some(self.row_at(at.segment, at.i))
    }

    /// A view of the records that a selection leaves.
    #[must_use]
    pub fn view(self: &Arc<Self>, selection: Selection) -> View {
        View::new(Arc::clone(self), selection)
    }

    /// Calls `line` for every physical line of every part in order, with the pattern of its record; `None` for blank
    /// lines and lines of column names.
    ///
    /// # Errors
    /// When a file cannot be read any more.
    pub fn assign(&self, mut line: impl FnMut(Option<PatternId>)) -> Result<(), super::record::ReadError> {
        for (number, part) in self.parts.iter().enumerate() {
            super::assign::assign_part(self, number, part, &mut line)?;
        }
        Ok(())
    }

    pub(super) fn service_name(&self, id: u16) -> Option<&str> {
        self.index.services.names.get(id as usize).map(String::as_str)
    }

    pub(super) fn template_of(&self, shape: u32) -> u32 {
        self.index.template_of(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::{Corpus, Scan, ValueHit};
    use crate::local::Needle;
    use crate::local::note::NoteKind;
    use std::fs;
    use std::ops::ControlFlow;
    use std::path::Path;

    pub(in crate::local) fn options(dir: &Path) -> OpenOptions {
        OpenOptions::new(Timestamp::from_millis(1_700_000_000_000), dir.to_owned())
    }

    fn open(dir: &Path) -> Arc<Store> {
        Arc::new(Store::open(vec![Input::Path(dir.to_owned())], &options(dir)).unwrap())
    }

    fn messages(store: &Store) -> Vec<String> {
        (0..store.len()).map(|no| store.record(RecordNo(no)).unwrap().message).collect()
    }

    #[test]
    fn a_directory_is_read_file_by_file_in_name_order() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(dir.path().join("b.log"), "beta one\nbeta two").unwrap();
        fs::write(dir.path().join(".hidden.log"), "hidden\n").unwrap();
        fs::write(dir.path().join("sub/a.log"), "alpha\r\n\n").unwrap();
        let store = open(dir.path());
        assert_eq!(messages(&store), ["hidden", "beta one", "beta two", "alpha"]);
        assert_eq!(store.raw(RecordNo(3)).unwrap(), b"alpha");
        let ids: Vec<_> = (0..4).filter_map(|no| store.record_id(RecordNo(no))).map(|id| id.0).collect();
        let lines: Vec<_> = ids.iter().map(|id| id.rsplit(['/']).next().unwrap()).collect();
        assert_eq!(lines, [".hidden.log:1", "b.log:1", "b.log:2", "a.log:1"]);
        for no in 0..4 {
            let id = store.record_id(RecordNo(no)).unwrap();
            assert_eq!(store.find_id(&id), Some(RecordNo(no)));
        }
    }

    #[test]
    fn many_chunks_give_the_same_records_as_the_text_has_lines() {
        let dir = tempfile::tempdir().unwrap();
        let lines: Vec<String> =
            (0..60_000).map(|i| format!("job {i} took {} ms for worker w{}", i * 7, i % 9)).collect();
        fs::write(dir.path().join("jobs.log"), lines.join("\n")).unwrap();
        let store = open(dir.path());
        assert_eq!(store.len(), 60_000);
        assert!(store.index.segments.len() > 1);
        for no in [0, 1, 24_000, 30_123, 59_999] {
            let record = store.record(RecordNo(no)).unwrap();
            assert_eq!((record.message, record.line), (lines[no as usize].clone(), u64::from(no) + 1));
        }
        let view = store.view(Selection::default());
        let mut found = Vec::new();
        view.find(&[Needle::Words("31999".into())], &[], &mut |row, raw| {
            found.push((row.no.0, String::from_utf8_lossy(raw).into_owned()));
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(found, [(31_999, lines[31_999].clone())]);
    }

    #[test]
    fn lines_are_assigned_one_pattern_each_and_blank_lines_none() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.log"), "\none 1\none 2\n\n  \ntwo").unwrap();
        let store = open(dir.path());
        let mut assigned = Vec::new();
        store.assign(|id| assigned.push(id)).unwrap();
        let of = |no| Some(store.record(RecordNo(no)).unwrap().pattern);
        assert_eq!(assigned, [None, of(0), of(1), None, None, of(2)]);
    }

    #[test]
    fn a_scan_visits_what_contains_all_needles_in_any_case() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.log"), "Alpha beta\nalpha gamma\nBETA alphabet\n").unwrap();
        let store = open(dir.path());
        let view = store.view(Selection::default());
        let scan =
            Scan { patterns: Vec::new(), containing: vec!["ALPHA".into(), "beta".into()], ..Scan::default() };
        let mut seen = Vec::new();
        view.scan(&scan, &mut |row| {
            seen.push(String::from_utf8_lossy(row.raw).into_owned());
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(seen, ["Alpha beta", "BETA alphabet"]);
        assert_eq!(view.find_value("delta").unwrap(), Vec::<ValueHit>::new());
        let lines: u64 = view.find_value("gamma").unwrap().iter().map(|hit| hit.lines).sum();
        assert_eq!(lines, 1);
    }

    #[test]
    fn context_stays_inside_the_source() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.log"), "a1\na2\na3\n").unwrap();
        fs::write(dir.path().join("b.log"), "b1\nb2\n").unwrap();
        let store = open(dir.path());
        let no = |n| RecordNo(n);
        assert_eq!(store.context(no(1), 5, 5), (vec![no(0)], vec![no(2)]));
        assert_eq!(store.context(no(3), 5, 1), (vec![], vec![no(4)]));
    }

    #[test]
    fn a_rotated_set_is_one_source_oldest_part_first() {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [("app.log", "now\n"), ("app.log.1", "before\n"), ("app.log.2", "long ago\n")] {
            fs::write(dir.path().join(name), text).unwrap();
        }
        let store = open(dir.path());
        assert_eq!(messages(&store), ["long ago", "before", "now"]);
        assert_eq!(store.sources().len(), 1);
        assert_eq!(store.record(RecordNo(0)).unwrap().service.as_deref(), Some("app"));
        assert_eq!(store.context(RecordNo(1), 1, 1), (vec![RecordNo(0)], vec![RecordNo(2)]));
    }

    #[test]
    fn nothing_readable_is_an_error_with_a_sentence() {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("absent.log");
        let error = Store::open(vec![Input::Path(missing.clone())], &options(dir.path())).unwrap_err();
        let sentence = format!("{}: no such file or directory: check the path", missing.display());
        assert_eq!(error.to_string(), sentence);
    }

    #[test]
    fn i1_a_ten_megabyte_line_is_read_in_parts_and_hides_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let long = [b"long ".to_vec(), vec![b'x'; 10 << 20], b" needle-7 end".to_vec()].concat();
        let text = [
            b"before
"
            .to_vec(),
            long.clone(),
            b"
after needle-8
"
            .to_vec(),
        ]
        .concat();
        fs::write(dir.path().join("a.log"), text).unwrap();
        let store = open(dir.path());
        assert_eq!(store.len(), 3);
        assert_eq!(store.raw_len(RecordNo(1)), long.len() as u64 + 1);
        assert_eq!(store.raw(RecordNo(1)).unwrap(), long);
        assert_eq!(store.record(RecordNo(1)).unwrap().raw, &long[..64 * 1024]);
        assert_eq!(store.record(RecordNo(2)).unwrap().message, "after needle-8");
        assert_eq!(store.record(RecordNo(2)).unwrap().line, 3);
        let mut assigned = 0;
        store.assign(|id| assigned += usize::from(id.is_some())).unwrap();
        assert_eq!(assigned, 3);
        let view = store.view(Selection::default());
        for (needle, no) in [(Needle::Words("needle-8".into()), 2), (Needle::Words("needle-7".into()), 1)] {
            let mut found = Vec::new();
            view.find(&[needle], &[], &mut |row, _| {
                found.push(row.no.0);
                ControlFlow::Continue(())
            })
            .unwrap();
            assert_eq!(found, [no]);
        }
    }

    #[test]
    fn i4_a_file_cut_while_it_is_open_gives_less_and_never_fails() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.log");
        let text: String = (0..50_000).map(|i| format!("line {i} of many\n")).collect();
        fs::write(&path, &text).unwrap();
        let store = open(dir.path());
        fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(100).unwrap();
        assert_eq!(store.raw(RecordNo(0)).unwrap(), b"line 0 of many");
        assert_eq!(store.raw(RecordNo(40_000)).unwrap(), b"");
        let view = store.view(Selection::default());
        let mut found = 0;
        view.find(&[Needle::Words("many".into())], &[], &mut |_, _| {
            found += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(found, 6);
    }

    #[test]
    fn i4_a_file_cut_before_it_is_indexed_is_noted() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.log");
        fs::write(&path, "one\ntwo\n".repeat(1000)).unwrap();
        let options = options(dir.path());
        let mut opened = open_parts(vec![Input::Path(path.clone())], &options).unwrap();
        fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(8).unwrap();
        learn_layouts(&mut opened.parts, &options);
        let mut index = Index::default();
        let mut notes = Vec::new();
        index.extend(&opened.parts, &options, &mut notes);
        assert_eq!(index.records, 2);
        assert_eq!(notes.iter().map(|note| note.kind).collect::<Vec<_>>(), [NoteKind::Changed]);
    }

    #[test]
    fn i4_a_path_that_leads_to_another_file_is_not_read_as_the_first() {
        let dir = tempfile::tempdir().unwrap();
        for i in 0..300 {
            fs::write(dir.path().join(format!("{i:03}.log")), format!("file {i}\n")).unwrap();
        }
        let store = open(dir.path());
        assert_eq!(messages(&store), (0..300).map(|i| format!("file {i}")).collect::<Vec<_>>());
        fs::rename(dir.path().join("299.log"), dir.path().join("old")).unwrap();
        fs::write(dir.path().join("299.log"), "other\n").unwrap();
        let error = store.record(RecordNo(299)).unwrap_err();
        let name = dir.path().join("299.log").display().to_string();
        assert_eq!(error.to_string(), format!("cannot read {name}: another file took its place"));
    }

    #[test]
    fn a_stopped_reading_keeps_what_was_read() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.log"), "some words\n".repeat(500_000)).unwrap();
        let mut options = options(dir.path());
        let cancel = Arc::clone(&options.cancel);
        options.progress = Some(Arc::new(move |_| cancel.store(true, std::sync::atomic::Ordering::Relaxed)));
        let store = Store::open(vec![Input::Path(dir.path().to_owned())], &options).unwrap();
        assert!(!store.is_complete() && !store.is_empty() && store.len() < 500_000);
        assert_eq!(store.notes().iter().map(|note| note.kind).collect::<Vec<_>>(), [NoteKind::Stopped]);
    }

    #[test]
    fn sources_are_merged_by_time_and_keep_their_own_order() {
        let dir = tempfile::tempdir().unwrap();
        let at = |second: u32, text: &str| format!("2024-03-01T10:00:{second:02}Z INFO {text}\n");
        let a = [at(1, "a1"), at(5, "a5"), "  continued\n".into(), at(3, "a3")].concat();
        fs::write(dir.path().join("a.log"), a).unwrap();
        fs::write(dir.path().join("b.log"), [at(2, "b2"), at(5, "b5"), at(9, "b9")].concat()).unwrap();
        let store = open(dir.path());
        let view = store.view(Selection::default());
        let expected = ["a1", "b2", "a3", "a5", "b5", "b9"];
        let by_time: Vec<_> = view.rows_by_time().map(|row| store.record(row.no).unwrap().message).collect();
        assert_eq!(by_time.iter().map(|m| m.lines().next().unwrap()).collect::<Vec<_>>(), expected);
        let mut scanned = Vec::new();
        view.scan(&Scan::default(), &mut |row| {
            scanned.push(String::from_utf8_lossy(row.body).into_owned());
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(scanned, expected);
        let (first, last) = store.span().unwrap();
        let window = crate::domain::TimeWindow::new(first.plus_nanos(1_000_000_000), last).unwrap();
        let inside = store.view(Selection { window: Some(window), ..Selection::default() });
        assert_eq!(inside.records(), 4);
        let counts: Vec<_> = inside.histogram(7).iter().map(|bucket| bucket.total).collect();
        assert_eq!(counts, [1, 1, 0, 2, 0, 0, 0]);
    }

    #[test]
    fn every_sample_file_opens() {
        let Some(samples) = std::env::var_os("WATCHFIRE_SAMPLES") else {
            println!("skipped: WATCHFIRE_SAMPLES is not set");
            return;
        };
        let dir = tempfile::tempdir().unwrap();
        let mut files = Vec::new();
        let found = walkdir::WalkDir::new(samples).into_iter().map(|entry| entry.unwrap());
        files.extend(found.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path));
        assert!(!files.is_empty());
        for path in files {
            let store = Arc::new(Store::open(vec![Input::Path(path.clone())], &options(dir.path())).unwrap());
            assert_eq!(store.notes(), [], "{}", path.display());
            let view = store.view(Selection::default());
            assert_eq!(view.records(), u64::from(store.len()));
            assert_eq!(view.pattern_table(2).unwrap().iter().map(|p| p.count).sum::<u64>(), view.records());
            let mut lines = 0;
            store.assign(|_| lines += 1).unwrap();
            assert_eq!(store.sources().iter().map(|s| s.lines).sum::<u64>(), lines, "{}", path.display());
        }
    }
}
