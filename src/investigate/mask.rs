//! Withholds computed values that are secrets where they stand in the lines.
//!
//! A value taken out of its line has lost the words that made it a secret (`password=..`), so redaction of the answer
//! alone would let it pass. Each value is judged in its line and behind the name of its slot.

use crate::compute::{Finding, Value};
use crate::safety::{RedactionError, Redactor};

/// What stands for a withheld value.
const MASKED: &str = "<masked>";

/// Replaces the secret values of a finding.
///
/// # Errors
/// When a rule fails: nothing of the finding may be used then.
pub(super) fn mask(finding: &mut Finding, redactor: &mut Redactor) -> Result<(), RedactionError> {
    let mut lines = Vec::with_capacity(finding.cited.len());
    for cited in &finding.cited {
        let raw = String::from_utf8_lossy(&cited.raw).into_owned();
        let shown = redactor.redact(&raw)?.into_owned();
        lines.push((raw, shown));
    }
    let slot = finding.slot.clone().unwrap_or_default();
    let mut secrets = Vec::new();
    for value in values(finding) {
        let probe = format!("{slot}={value}");
        let behind_name = !slot.is_empty() && !redactor.redact(&probe)?.contains(&value);
        let alone = !redactor.redact(&value)?.contains(&value);
        let in_line = lines.iter().any(|(raw, shown)| raw.contains(&value) && !shown.contains(&value));
        if behind_name || alone || in_line {
            secrets.push(value);
        }
    }
    // The longest first: one secret may hold another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    for secret in &secrets {
        withhold(finding, secret);
    }
    Ok(())
}

/// All texts of a finding that come out of lines.
fn values(finding: &Finding) -> Vec<String> {
    let mut values = match &finding.value {
        Value::Text(text) => vec![text.clone()],
        Value::Several(texts) => texts.clone(),
        Value::Number(number) => vec![number.to_string()],
        Value::Time(_) | Value::Truth(_) | Value::Nothing => Vec::new(),
    };
    values.extend(finding.rows.iter().map(|row| row.label.clone()));
    values.retain(|value| !value.trim().is_empty());
    values.sort();
    values.dedup();
    values
}

fn withhold(finding: &mut Finding, secret: &str) {
    let replace = |text: &mut String| {
        if text.contains(secret) {
            *text = text.replace(secret, MASKED);
        }
    };
    match &mut finding.value {
        Value::Text(text) => replace(text),
        Value::Several(texts) => texts.iter_mut().for_each(replace),
        Value::Number(number) if number.to_string() == secret => {
            finding.value = Value::Text(MASKED.to_owned());
        }
        _ => {}
    }
    finding.rows.iter_mut().for_each(|row| replace(&mut row.label));
    finding.alternatives.iter_mut().for_each(replace);
    finding.chips.iter_mut().for_each(replace);
    for cited in &mut finding.cited {
        if String::from_utf8_lossy(&cited.quote).contains(secret) {
            cited.quote.clear();
        }
    }
}
