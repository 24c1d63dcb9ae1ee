//! How a record stands among the others: its pattern in the view, and how common each of its values is there.
//!
//! Values are read from even samples of the pattern and of all records, so that the work does not grow with the logs.

use super::record::{ReadError, RecordNo};
use super::view::View;
use crate::domain::Record;
use crate::port::{Common, Part, Standing};

/// Records read of the pattern, and of all.
const SAMPLE: usize = 256;

impl View {
    /// How a record of the store stands among those of the view; `None` where the view has none of its pattern.
    ///
    /// # Errors
    /// When a file cannot be read any more.
    pub(super) fn standing(&self, no: RecordNo) -> Result<Option<Standing>, ReadError> {
        let Some(row) = self.store.row(no) else { return Ok(None) };
        let Some(pattern) = self.pattern_of(row.template) else { return Ok(None) };
        let Some(info) = self.counted.infos.get(pattern) else { return Ok(None) };
        let record = self.store.record(no)?;
        let mut sampled = self.counted.samples.get(pattern).cloned().unwrap_or_default();
        // The last record is in a sample besides the even ones, and may be one of them.
        sampled.sort_unstable();
        sampled.dedup();
        let step = sampled.len().div_ceil(SAMPLE).max(1);
        let alike = self.having(&record, sampled.iter().step_by(step).copied().map(RecordNo))?;
        let all = self.having(&record, self.spread())?;
        let fields = alike.into_iter().zip(all).map(|(pattern, all)| Common { pattern, all }).collect();
        Ok(Some(Standing {
            template: info.template.text.clone(),
            count: info.count,
            first: info.first,
            fields,
        }))
    }

    /// An even sample of the view's records.
    fn spread(&self) -> impl Iterator<Item = RecordNo> + '_ {
        let step = usize::try_from(self.records()).unwrap_or(usize::MAX).div_ceil(SAMPLE).max(1);
        let places = self.segments().flat_map(|(_, segment)| (0..segment.len()).map(move |i| (segment, i)));
        places.step_by(step).filter_map(|(segment, i)| Some(self.row_if_meant(segment, i)?.no))
    }

    /// Per field of a record, how many of some others have the same value.
    fn having(
        &self,
        record: &Record,
        others: impl Iterator<Item = RecordNo>,
    ) -> Result<Vec<Part>, ReadError> {
        let mut parts = vec![Part::default(); record.fields.len()];
        for no in others {
            if self.is_cancelled() {
                break;
            }
            let other = self.store.record(no)?;
            for (field, part) in record.fields.iter().zip(&mut parts) {
                part.of += 1;
                part.n += u32::from(other.fields.contains(field));
            }
        }
        Ok(parts)
    }
}
