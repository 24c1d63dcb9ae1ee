//! The story of a window against its baseline: compared by the log side, arranged by `change`.

use super::Investigation;
use crate::change::{Material, incident};
use crate::domain::{Record, TimeWindow};
use crate::evidence::Comparison;
use crate::failure::Failure;
use crate::port::{ChangeReply, ChangeRequest, Scope};
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

/// A comparison with the records its rows point at.
#[derive(Clone, Debug, PartialEq)]
pub struct Broke {
    /// Rows and their arrangement.
    pub comparison: Comparison,
    /// Records behind the rows.
    pub records: BTreeMap<u32, Record>,
    /// What was not covered, as sentences.
    pub degraded: Vec<String>,
}

impl Investigation {
    /// Compares a window with its baseline and arranges what differs.
    ///
    /// # Errors
    /// When the log side fails or the turn is cancelled.
    pub async fn broke(&self, request: ChangeRequest, cancel: CancellationToken) -> Result<Broke, Failure> {
        let scope = request.scope.clone();
        let ChangeReply { report, records, degraded } = self.search.changes(request, cancel.clone()).await?;
        let within = |window: TimeWindow| Scope { window: Some(window), ..scope.clone() };
        let now = self.search.patterns(within(report.window), cancel.clone()).await?;
        let base = self.search.patterns(within(report.baseline), cancel).await?;
        let incident = incident(&Material { report: &report, records: &records, now: &now, base: &base });
        Ok(Broke { comparison: Comparison { report, incident }, records, degraded })
    }
}
