//! The built-in answerer: deterministic, no model, says so.
//!
//! Words the computed finding or the arranged comparison of the brief and cites the evidence rows for every claim.
//! Its text goes through the same check as a model's. It has no arithmetic of its own.

mod finding;
mod incident;
mod voice;

use crate::domain::Usage;
use crate::failure::Failure;
use crate::port::{AnswerDelta, AnswerEnd, AnswerModel, AnswerRequest};
use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use voice::Voice;

/// The line under every answer of the analyst.
const SIGNATURE: &str = "_Computed from the lines above by the built-in analyst; no model was used._";

/// Answers from the brief, without a model.
#[derive(Clone, Copy, Debug, Default)]
pub struct Analyst;

#[async_trait]
impl AnswerModel for Analyst {
    fn name(&self) -> &'static str {
        "analyst"
    }

    async fn answer(
        &self,
        request: AnswerRequest,
        out: mpsc::Sender<AnswerDelta>,
        cancel: CancellationToken,
    ) -> Result<AnswerEnd, Failure> {
        for line in word(&request).split_inclusive('\n') {
            if cancel.is_cancelled() {
                return Ok(AnswerEnd::Cut("stopped by you".to_owned()));
            }
            if out.send(AnswerDelta::Text(line.to_owned())).await.is_err() {
                return Ok(AnswerEnd::Cut("nobody is reading".to_owned()));
            }
        }
        // A closed reader lost nothing: the analyst costs nothing.
        let _ = out.send(AnswerDelta::Usage(Usage::default())).await;
        Ok(AnswerEnd::Complete)
    }
}

/// The whole answer as Markdown with `[n "quote"]` citations.
fn word(request: &AnswerRequest) -> String {
    let brief = &request.brief;
    let mut voice = Voice::new(&request.evidence, &request.zone, request.window);
    if let Some(finding) = &brief.finding {
        finding::word(finding, &mut voice);
    } else if let Some(comparison) = &brief.comparison {
        incident::word(comparison, &mut voice);
    } else {
        finding::word_absence(brief, &mut voice);
    }
    voice.line("");
    voice.line(SIGNATURE);
    voice.into_text()
}
