//! A followed record as the conditions of a query see it.

use crate::domain::{Level, PatternId, Record};
use crate::local::search::each_slot;
use crate::pattern::{Miner, Template};
use crate::query::{Matcher, RecordView, SlotView};
use std::cell::OnceCell;

/// Whether a record that came satisfies a query. Slots are those of a template of the record alone.
#[must_use]
pub fn satisfies(record: &Record, matcher: &Matcher) -> bool {
    matcher.matches(&Came { record, template: OnceCell::new() })
}

struct Came<'r> {
    record: &'r Record,
    template: OnceCell<Option<Template>>,
}

impl RecordView for Came<'_> {
    fn body(&self) -> &[u8] {
        self.record.message.lines().next().unwrap_or_default().as_bytes()
    }

    fn raw(&self) -> &[u8] {
        &self.record.raw
    }

    fn level(&self) -> Option<Level> {
        self.record.level
    }

    fn service(&self) -> &str {
        self.record.service.as_deref().unwrap_or_default()
    }

    fn source(&self) -> &str {
        &self.record.source
    }

    fn pattern(&self) -> PatternId {
        self.record.pattern
    }

    fn any_field(&self, visit: &mut dyn FnMut(&str, &[u8]) -> bool) -> bool {
        self.record.fields.iter().any(|field| visit(&field.name, field.value.as_bytes()))
    }

    fn any_slot(&self, visit: &mut dyn FnMut(&SlotView<'_>) -> bool) -> bool {
        let template = self.template.get_or_init(|| {
            let mut miner = Miner::new();
            miner.observe(self.body());
            miner.finish().templates().first().cloned()
        });
        let Some(template) = template else { return false };
        let captures = template.capture(self.body()).unwrap_or_default();
        each_slot(template, self.body(), &captures, visit)
    }
}
