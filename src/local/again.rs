//! Opening logs that are open already: what the index knows of files that only grew, or were renamed, is kept.

use super::cache::{Cached, Identity};
use super::discover::Input;
use super::index::Index;
use super::note::Note;
use super::open::{OpenOptions, Opened, StoreError, learn_layouts, open_parts};
use super::part::Part;
use super::segment::Segment;
use super::store::Store;
use crate::pattern::Template;
use rustc_hash::FxHashMap;

impl Store {
    /// Opens inputs anew and indexes only what this store does not know yet. Nothing is written to the index cache.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_again(&self, inputs: Vec<Input>, options: &OpenOptions) -> Result<Self, StoreError> {
        let Opened { mut parts, sources, mut notes, binary } = open_parts(inputs, options)?;
        let cached = self.known_of(&parts).filter(|cached| cached.is_worth_extending(&parts));
        if let Some(cached) = &cached {
            for (part, identity) in parts.iter_mut().zip(&cached.identities) {
                part.sample = if identity.len > 0 { identity.sample } else { part.sample };
            }
        }
        learn_layouts(&mut parts, options);
        let mut index = cached.map_or_else(Index::default, |cached| Index::resume(cached, &parts));
        index.extend(&parts, options, &mut notes);
        if index.incomplete {
            notes.push(Note::stopped(index.records));
        }
        Ok(Self::new(parts, sources, index, notes, binary))
    }

    /// What is known of these parts, in their order; of parts that are not known, nothing.
    fn known_of(&self, parts: &[Part]) -> Option<Cached> {
        let mut by_file: FxHashMap<(u64, u64), (usize, Identity)> = self
            .parts
            .iter()
            .enumerate()
            .filter_map(|(at, part)| {
                let identity = Identity::of(part)?;
                Some(((identity.device, identity.inode), (at, identity)))
            })
            .collect();
        let mut cached = Cached {
            identities: Vec::new(),
            part_lines: Vec::new(),
            services: self.index.services.names.clone(),
            templates: self.templates.iter().map(|template| Template::clone(template)).collect(),
            headings: Vec::new(),
            segments: Vec::new(),
            mined: self.index.mined,
        };
        for (number, part) in parts.iter().enumerate() {
            let number = u32::try_from(number).ok()?;
            let mut nothing = Identity::of(part)?;
            let file = (nothing.device, nothing.inode);
            match by_file.remove(&file).filter(|(_, identity)| identity.is_beginning_of(part)) {
                Some((old, identity)) => {
                    self.take_over(u32::try_from(old).ok()?, number, identity, &mut cached);
                }
                None => {
                    nothing.len = 0;
                    cached.identities.push(nothing);
                    cached.part_lines.push(0);
                }
            }
        }
        Some(cached)
    }

    /// Copies the columns of one part under its new number.
    fn take_over(&self, old: u32, new: u32, identity: Identity, cached: &mut Cached) {
        cached.identities.push(identity);
        cached.part_lines.push(self.index.part_lines.get(old as usize).copied().unwrap_or(0));
        let headings = self.index.headings.iter().filter(|(part, _)| *part == old);
        cached.headings.extend(headings.map(|(_, at)| (new, *at)));
        for segment in self.index.segments.iter().filter(|segment| segment.part == old) {
            let shapes = segment.shapes.iter().map(|&shape| self.template_of(shape)).collect();
            cached.segments.push(Segment { part: new, shapes, ..segment.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::RecordNo;
    use super::*;
    use crate::domain::Timestamp;
    use std::fs;
    use std::io::Write as _;
    use std::path::Path;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Arc, Mutex};

    fn lines(from: u32, to: u32) -> String {
        (from..to)
            .map(|i| format!("2024-03-01T10:{:02}:{:02}Z INFO order {i} placed\n", i / 60 % 60, i % 60))
            .collect()
    }

    fn messages(store: &Store) -> Vec<(String, String)> {
        let record = |no| store.record(RecordNo(no)).unwrap();
        (0..store.len())
            .map(|no| (record(no).id.0.rsplit('/').next().unwrap().to_owned(), record(no).message))
            .collect()
    }

    /// Options with the number of bytes that were indexed.
    fn options(dir: &Path) -> (OpenOptions, Arc<AtomicU64>) {
        let mut options = OpenOptions::new(Timestamp::from_millis(1_700_000_000_000), dir.to_owned());
        let read = Arc::new(AtomicU64::new(0));
        let (told, guard) = (Arc::clone(&read), Mutex::new(()));
        options.progress = Some(Arc::new(move |progress| {
            let _one = guard.lock();
            told.fetch_max(progress.done, Ordering::Relaxed);
        }));
        (options, read)
    }

    #[test]
    fn a_grown_renamed_and_replaced_set_is_what_opening_it_anew_gives() {
        let dir = tempfile::tempdir().unwrap();
        let logs = dir.path().join("logs");
        fs::create_dir(&logs).unwrap();
        let (current, rotated) = (logs.join("app.log"), logs.join("app.log.1"));
        fs::write(&current, lines(0, 3_000)).unwrap();
        let inputs = || vec![Input::Path(logs.clone())];
        let first = Store::open(inputs(), &options(dir.path()).0).unwrap();
        let mut file = fs::File::options().append(true).open(&current).unwrap();
        file.write_all(lines(3_000, 3_050).as_bytes()).unwrap();
        fs::rename(&current, &rotated).unwrap();
        fs::write(&current, "2024-03-01T11:00:00Z ERROR disk 7 is gone for good\n").unwrap();
        let (counting, read) = options(dir.path());
        let again = first.open_again(inputs(), &counting).unwrap();
        let fresh = Store::open(inputs(), &options(dir.path()).0).unwrap();
        assert_eq!(messages(&again), messages(&fresh));
        assert!(read.load(Ordering::Relaxed) < 10_000, "{read:?} bytes were indexed");
        let ids = |store: &Store| store.templates().iter().map(|t| t.id).collect::<Vec<_>>();
        assert_eq!(ids(&again)[..ids(&first).len()], ids(&first));
    }

    #[test]
    fn i4_a_file_that_was_cut_is_indexed_anew() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("app.log");
        fs::write(&log, lines(0, 500)).unwrap();
        let inputs = || vec![Input::Path(log.clone())];
        let first = Store::open(inputs(), &options(dir.path()).0).unwrap();
        fs::write(&log, lines(900, 910)).unwrap();
        let again = first.open_again(inputs(), &options(dir.path()).0).unwrap();
        assert_eq!(again.len(), 10);
        assert!(again.record(RecordNo(0)).unwrap().message.contains("order 900"));
    }

    #[test]
    fn what_a_stream_brought_grows_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Arc::new(tempfile::tempfile_in(dir.path()).unwrap());
        let inputs = || vec![Input::Growing { name: "-".to_owned(), file: Arc::clone(&spool) }];
        (&*spool).write_all(lines(0, 2_000).as_bytes()).unwrap();
        let first = Store::open(inputs(), &options(dir.path()).0).unwrap();
        (&*spool).write_all(lines(2_000, 2_100).as_bytes()).unwrap();
        let (counting, read) = options(dir.path());
        let again = first.open_again(inputs(), &counting).unwrap();
        assert_eq!((first.len(), again.len()), (2_000, 2_100));
        assert_eq!(again.record(RecordNo(2_099)).unwrap().id.0, "-:2100");
        assert!(read.load(Ordering::Relaxed) < 10_000, "{read:?} bytes were indexed");
    }
}
