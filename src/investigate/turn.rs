//! One question from words to a checked answer; reads top to bottom.

use super::gather::Gather;
use super::mask::mask;
use super::{Ask, BackendEvent, Broke, Investigation, Outcome, Stage, blocking};
use crate::compute::{self, Corpus, CorpusError, Finding, Intent, Planned};
use crate::domain::{Answer, Pattern, PatternId, Record, Usage, Zone};
use crate::evidence::{Brief, Builder, Evidence, Searched};
use crate::failure::{Failure, FailureKind};
use crate::port::{AnswerRequest, ChangeRequest, Scope, SearchReply, SearchRequest, Sort};
use crate::query::Query;
use crate::safety::Redactor;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Hits whose neighbourhood is read.
const NEIGHBOURHOODS: usize = 3;
/// Records read on each side of them.
const NEIGHBOURS: usize = 2;
/// Lines behind a finding that become rows.
const FINDING_LINES: usize = 12;

/// What was learned before the evidence is built.
struct Learned {
    question: String,
    scope: Scope,
    zone: Zone,
    finding: Option<Finding>,
    declined: Option<(compute::Decline, Option<Finding>)>,
    broke: Option<Broke>,
    searched: Searched,
    degraded: Vec<String>,
}

impl Learned {
    /// Takes secrets out of what was computed.
    fn mask(&mut self, redactor: &mut Redactor) -> Result<(), Failure> {
        let nearer = self.declined.as_mut().and_then(|(_, nearer)| nearer.as_mut());
        for finding in self.finding.iter_mut().chain(nearer) {
            mask(finding, redactor).map_err(|error| {
                Failure::new(FailureKind::Refused, "the answer is withheld").because(error)
            })?;
        }
        Ok(())
    }

    /// What the answerer words, taken out.
    fn brief(&mut self) -> Brief {
        let (declined, nearer) = self.declined.take().unzip();
        Brief {
            searched: self.searched.clone(),
            finding: self.finding.take(),
            declined,
            nearer: nearer.flatten(),
            comparison: self.broke.take().map(|broke| broke.comparison),
        }
    }
}

impl Investigation {
    /// Answers one question; progress goes to `events` (a reader that is gone does not stop the turn).
    ///
    /// `redactor` keeps pseudonyms stable over a case.
    ///
    /// # Errors
    /// When the question cannot be read, the log side fails, or the turn is cancelled before there are hits. A turn
    /// cancelled while the answer is written ends with what is there, marked incomplete.
    pub async fn ask(
        &self,
        ask: Ask,
        redactor: &mut Redactor,
        events: &mpsc::Sender<BackendEvent>,
        cancel: CancellationToken,
    ) -> Result<Outcome, Failure> {
        self.accepts(&ask)?;
        let mut learned = self.learn(ask, events, &cancel).await?;
        learned.mask(redactor)?;
        stage(events, Stage::Searching).await;
        let reply = self.hits(&learned, &cancel).await?;
        let _ = events.send(BackendEvent::Hits(reply.hits.clone())).await;
        // A computed answer read everything: what the hits beside it do not cover takes nothing from it.
        if learned.finding.is_none() {
            learned.degraded.extend(reply.degraded.iter().cloned());
        }
        let patterns = self.patterns_of(&reply, &learned.scope, &cancel).await?;
        let neighbours = self.neighbours(&learned, &reply).await;
        let evidence = self.evidence(&learned, &reply, &patterns, &neighbours, redactor);
        let brief = Arc::new(learned.brief());
        let request = AnswerRequest {
            question: learned.question.clone(),
            window: learned.scope.window,
            zone: learned.zone.clone(),
            evidence: Arc::new(evidence),
            brief,
        };
        let (answer, usage) = self.answer(&request, redactor, events, &cancel, &mut learned.degraded).await?;
        Ok(self.outcome(learned, reply, patterns, request, answer, usage))
    }

    fn outcome(
        &self,
        learned: Learned,
        reply: SearchReply,
        patterns: Vec<Pattern>,
        request: AnswerRequest,
        answer: Answer,
        usage: Usage,
    ) -> Outcome {
        let brief = &request.brief;
        let changed = brief.comparison.as_ref().is_some_and(|c| !c.report.changes.is_empty());
        let found =
            brief.finding.is_some() || changed || (brief.declined.is_none() && !reply.hits.is_empty());
        Outcome {
            question: learned.question,
            window: learned.scope.window,
            zone: learned.zone,
            hits: reply.hits,
            total: (reply.total, reply.at_least),
            patterns,
            evidence: request.evidence,
            brief: request.brief,
            answer,
            found,
            usage,
            model: self.model.name().to_owned(),
            degraded: learned.degraded,
            expansions: reply.expansions,
            timings_ms: self.timings.millis(),
        }
    }

    fn accepts(&self, ask: &Ask) -> Result<(), Failure> {
        let most = self.limits.question_bytes;
        let problem = if ask.text.trim().is_empty() {
            "the question is empty: type what you want to know, for example \"what broke?\"".to_owned()
        } else if ask.text.len() > most {
            format!("the question is {} bytes long: at most {most} are accepted", ask.text.len())
        } else {
            return Ok(());
        };
        Err(Failure::new(FailureKind::BadRequest, problem))
    }

    /// Window, plan, and what is computed or compared for it.
    async fn learn(
        &self,
        ask: Ask,
        events: &mpsc::Sender<BackendEvent>,
        cancel: &CancellationToken,
    ) -> Result<Learned, Failure> {
        stage(events, Stage::Opening).await;
        let overview = self.search.overview().await?;
        let question = ask.text;
        let mut learned = Learned {
            question,
            scope: ask.scope,
            zone: overview.zone,
            finding: None,
            declined: None,
            broke: None,
            searched: Searched { sources: overview.sources.len(), ..Searched::default() },
            degraded: overview.degraded,
        };
        stage(events, Stage::Computing).await;
        let corpus = self.search.corpus(learned.scope.clone(), cancel.clone()).await?;
        learned.searched.patterns = corpus.patterns().len();
        learned.searched.records = corpus.patterns().iter().map(|info| info.count).sum();
        let planned = self.planned(&learned.question, &corpus).await?;
        learned.scope.window = learned.scope.window.or_else(|| corpus.window());
        match planned {
            Computed::Finding(finding, window) => {
                learned.scope.window = window.or(learned.scope.window);
                learned.finding = Some(*finding);
            }
            Computed::Declined(declined) => learned.declined = Some(*declined),
            Computed::Change => {
                stage(events, Stage::Comparing).await;
                self.compare(&mut learned, cancel).await?;
            }
        }
        Ok(learned)
    }

    /// Compares for a question about a change; a side without records is an answer, not a failure.
    async fn compare(&self, learned: &mut Learned, cancel: &CancellationToken) -> Result<(), Failure> {
        let request = ChangeRequest { scope: learned.scope.clone(), ..ChangeRequest::default() };
        match self.broke(request, cancel.clone()).await {
            Ok(broke) => {
                learned.degraded.extend(broke.degraded.iter().cloned());
                learned.broke = Some(broke);
            }
            Err(failure) if failure.kind() == FailureKind::BadRequest => {
                learned.degraded.push(failure.to_string());
            }
            Err(failure) => return Err(failure),
        }
        Ok(())
    }

    async fn planned(
        &self,
        question: &str,
        corpus: &Arc<dyn Corpus + Send + Sync>,
    ) -> Result<Computed, Failure> {
        let start = self.clock.elapsed();
        let (question, corpus) = (question.to_owned(), Arc::clone(corpus));
        let computed = blocking(move || compute_one(&question, &*corpus)).await?;
        self.timings.add("compute", self.clock.elapsed().saturating_sub(start));
        computed.map_err(|error| match error {
            CorpusError::Cancelled => Failure::cancelled(),
            CorpusError::Unreadable { .. } => {
                Failure::new(FailureKind::Backend, "a source became unreadable").because(error)
            }
        })
    }

    async fn hits(&self, learned: &Learned, cancel: &CancellationToken) -> Result<SearchReply, Failure> {
        let query = match Query::parse(&learned.question, self.limits.question_bytes) {
            Ok(query) => query,
            // Words that are no valid query (an open quote) are still a question.
            Err(error) => {
                let plain: String =
                    learned.question.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
                Query::parse(&plain, self.limits.question_bytes)
                    .map_err(|_| Failure::new(FailureKind::BadRequest, error.to_string()))?
            }
        };
        let request = SearchRequest {
            query: Arc::new(query),
            scope: learned.scope.clone(),
            limit: self.limits.hits,
            sort: Sort::Rank,
            exact: false,
        };
        self.search.search(request, cancel.clone()).await
    }

    async fn patterns_of(
        &self,
        reply: &SearchReply,
        scope: &Scope,
        cancel: &CancellationToken,
    ) -> Result<Vec<Pattern>, Failure> {
        let wanted: BTreeSet<PatternId> = reply.hits.iter().map(|hit| hit.record.pattern).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let all = self.search.patterns(scope.clone(), cancel.clone()).await?;
        Ok(all.into_iter().filter(|pattern| wanted.contains(&pattern.id)).collect())
    }

    /// Records around the best hits: the deciding line is often no error and holds no word of the question.
    async fn neighbours(&self, learned: &Learned, reply: &SearchReply) -> Vec<Record> {
        if learned.broke.is_some() {
            return Vec::new();
        }
        let mut around: Vec<Record> = Vec::new();
        for hit in reply.hits.iter().take(NEIGHBOURHOODS) {
            let Ok(records) = self.browse.context(&hit.record.id, NEIGHBOURS, NEIGHBOURS).await else {
                continue;
            };
            let fresh = records.into_iter().filter(|record| {
                !around.iter().any(|known| known.pattern == record.pattern)
                    && !reply.hits.iter().any(|hit| hit.record.pattern == record.pattern)
            });
            let fresh: Vec<Record> = fresh.collect();
            around.extend(fresh);
        }
        around
    }

    fn evidence(
        &self,
        learned: &Learned,
        reply: &SearchReply,
        patterns: &[Pattern],
        neighbours: &[Record],
        redactor: &mut Redactor,
    ) -> Evidence {
        let mut builder = Builder::new(redactor, self.limits.evidence_tokens);
        let mut gather = Gather::new(&mut builder, &learned.zone, learned.scope.window);
        let nearer = learned.declined.as_ref().and_then(|(_, nearer)| nearer.as_ref());
        for finding in learned.finding.iter().chain(nearer) {
            let records = finding.cited.iter().map(|cited| cited.id.clone()).collect();
            gather.fact(&format!("{}; {}", finding.sentence(), finding.how().join("; ")), records);
            for cited in finding.cited.iter().take(FINDING_LINES) {
                gather.cited(cited);
            }
        }
        if let Some(broke) = &learned.broke {
            gather.comparison(&broke.comparison, &broke.records);
        }
        gather.hits(&reply.hits, patterns);
        for record in neighbours {
            gather.line(record, None);
        }
        builder.build()
    }
}

/// What planning and running gave.
enum Computed {
    Finding(Box<Finding>, Option<crate::domain::TimeWindow>),
    Declined(Box<(compute::Decline, Option<Finding>)>),
    Change,
}

fn compute_one(question: &str, corpus: &dyn Corpus) -> Result<Computed, CorpusError> {
    Ok(match compute::plan(question, corpus)? {
        Planned::Decline(decline) => {
            let nearer = decline.nearer.as_ref().map(|nearer| nearer.run(corpus)).transpose()?.flatten();
            Computed::Declined(Box::new((decline, nearer)))
        }
        Planned::Plan(plan) if matches!(plan.intent(), Intent::Change(_)) => Computed::Change,
        Planned::Plan(plan) => {
            let window = plan.window();
            Computed::Finding(Box::new(compute::run(&plan, corpus)?), window)
        }
    })
}

pub(super) async fn stage(events: &mpsc::Sender<BackendEvent>, stage: Stage) {
    let _ = events.send(BackendEvent::Stage(stage)).await;
}
