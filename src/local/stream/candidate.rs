//! A streamed record as the query's conditions see it; slots come from a template of the record alone.

use super::super::search::each_slot;
use super::Streamed;
use crate::domain::{Level, PatternId};
use crate::pattern::{Miner, Template};
use crate::query::{RecordView, SlotView};
use std::cell::OnceCell;

pub(super) struct Candidate<'r> {
    record: &'r Streamed<'r>,
    template: OnceCell<Option<Template>>,
}

impl<'r> Candidate<'r> {
    pub(super) const fn new(record: &'r Streamed<'r>) -> Self {
        Self { record, template: OnceCell::new() }
    }

    fn template(&self) -> Option<&Template> {
        let mined = self.template.get_or_init(|| {
            let mut miner = Miner::new();
            miner.observe(self.body());
            miner.finish().templates().first().cloned()
        });
        mined.as_ref()
    }
}

impl RecordView for Candidate<'_> {
    fn body(&self) -> &[u8] {
        self.record.body
    }

    fn raw(&self) -> &[u8] {
        self.record.raw
    }

    fn level(&self) -> Option<Level> {
        self.record.level
    }

    fn service(&self) -> &str {
        self.record.service
    }

    fn source(&self) -> &str {
        self.record.source
    }

    fn pattern(&self) -> PatternId {
        self.template().map_or_else(|| PatternId::of_template(""), |template| template.id)
    }

    fn is_unparsed(&self) -> bool {
        self.record.unparsed
    }

    fn any_field(&self, visit: &mut dyn FnMut(&str, &[u8]) -> bool) -> bool {
        self.record
            .layout
            .fields(self.record.raw)
            .iter()
            .any(|field| visit(&field.name, field.value.as_bytes()))
    }

    fn any_slot(&self, visit: &mut dyn FnMut(&SlotView<'_>) -> bool) -> bool {
        let Some(template) = self.template() else { return false };
        let captures = template.capture(self.body()).unwrap_or_default();
        each_slot(template, self.body(), &captures, visit)
    }
}
