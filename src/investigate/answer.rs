//! The last steps of a turn: the answer is streamed, cleaned and checked.

use super::turn::stage;
use super::{BackendEvent, Investigation, Stage};
use crate::domain::{Answer, Usage};
use crate::evidence::{CitationTail, check};
use crate::failure::{Failure, FailureKind};
use crate::port::{AnswerDelta, AnswerEnd, AnswerRequest};
use crate::safety::{Redactor, display_safe, unescape};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Deltas buffered between an answerer and the check.
const DELTAS: usize = 64;

/// What came of a stream.
struct Streamed {
    text: String,
    usage: Usage,
    /// `None`: the answerer closed the stream without a word about its end.
    end: Option<Result<AnswerEnd, Failure>>,
}

impl Investigation {
    /// Streams the answer and checks the whole.
    ///
    /// The answerer is as untrusted as a log line: no control bytes, no secret it might have repeated.
    pub(super) async fn answer(
        &self,
        request: &AnswerRequest,
        redactor: &mut Redactor,
        events: &mpsc::Sender<BackendEvent>,
        cancel: &CancellationToken,
        degraded: &mut Vec<String>,
    ) -> Result<(Answer, Usage), Failure> {
        stage(events, Stage::Answering).await;
        let streamed = self.stream(request, events, cancel).await;
        stage(events, Stage::Checking).await;
        let cut_short = match streamed.end {
            Some(Ok(AnswerEnd::Complete)) => None,
            Some(Ok(AnswerEnd::Cut(reason))) => Some(reason),
            Some(Err(failure)) if streamed.text.is_empty() => return Err(failure),
            Some(Err(failure)) => Some(failure.to_string()),
            None => Some("the stream ended without an end".to_owned()),
        };
        let complete = cut_short.is_none();
        degraded.extend(cut_short.map(|reason| format!("the answer is incomplete: {reason}")));
        let clean = redactor
            .redact(&streamed.text)
            .map_err(|error| Failure::new(FailureKind::Refused, "the answer is withheld").because(error))?;
        // Rows are sent with control characters made visible; quotes of them must stay as they are.
        let clean = display_safe(&unescape(&clean)).into_owned();
        Ok((check(&clean, &request.evidence, complete), streamed.usage))
    }

    /// Passes deltas on as they come; an unfinished citation at the end is held back until it is whole.
    async fn stream(
        &self,
        request: &AnswerRequest,
        events: &mpsc::Sender<BackendEvent>,
        cancel: &CancellationToken,
    ) -> Streamed {
        let (deltas, mut incoming) = mpsc::channel(DELTAS);
        let answering = self.model.answer(request.clone(), deltas, cancel.clone());
        tokio::pin!(answering);
        let mut streamed = Streamed { text: String::new(), usage: Usage::default(), end: None };
        let mut tail = CitationTail::default();
        loop {
            tokio::select! {
                biased;
                () = cancel.cancelled(), if streamed.end.is_none() => {
                    streamed.end = Some(Ok(AnswerEnd::Cut("stopped by you".to_owned())));
                    break;
                }
                delta = incoming.recv() => match delta {
                    Some(AnswerDelta::Text(delta)) => {
                        streamed.text.push_str(&delta);
                        let shown = tail.push(&delta);
                        if !shown.is_empty() {
                            let _ = events.send(BackendEvent::Text(shown)).await;
                        }
                    }
                    Some(AnswerDelta::Usage(usage)) => {
                        streamed.usage = usage;
                        let _ = events.send(BackendEvent::Usage(usage)).await;
                    }
                    None => break,
                },
                ended = &mut answering, if streamed.end.is_none() => streamed.end = Some(ended),
            }
        }
        streamed
    }
}
