//! What a finding says about the conditions it was computed under.

use super::report::Report;

/// Tied values that are named.
const TIED: usize = 6;

impl Report<'_> {
    /// Every condition as a short phrase.
    pub(super) fn chips(&self) -> Vec<String> {
        let plan = self.plan;
        let mut chips: Vec<String> = plan.filters.iter().map(|filter| filter.text.clone()).collect();
        chips.extend(plan.level.map(|level| format!("level {level}")));
        chips.extend(plan.services.iter().map(|service| format!("service {service}")));
        chips.extend(plan.exceptions.iter().flat_map(super::exceptions::Asked::chips));
        chips.extend(plan.exclusions.iter().map(|exclusion| format!("not {}", exclusion.text)));
        if let Some(name) = plan.members.iter().find_map(|m| m.bounded.as_ref()).map(|t| t.name.clone()) {
            chips.extend(plan.bounds.iter().map(|bound| {
                let sign = match (bound.above, bound.inclusive) {
                    (true, true) => ">=",
                    (true, false) => ">",
                    (false, true) => "<=",
                    (false, false) => "<",
                };
                format!("{name} {sign} {}", bound.quantity)
            }));
        }
        if let Some(window) = plan.window {
            let zone = self.corpus.zone();
            let show = |at| zone.format(at, "%Y-%m-%d %H:%M:%S");
            chips.push(format!("{} to {} {}", show(window.start()), show(window.end()), zone.label()));
        }
        chips
    }

    /// What the number leaves out, or why it is zero.
    pub(super) fn remark(&self) -> Option<String> {
        let list = |texts: Vec<String>| texts.join(" or ");
        let counted = super::finding::counted;
        if self.gathered.excluded > 0 {
            let left_out = list(self.plan.exclusions.iter().map(|e| format!("\"{}\"", e.text)).collect());
            return Some(format!(
                "not counting {} with {left_out}",
                counted(self.gathered.excluded, "record")
            ));
        }
        let patterns = self.corpus.patterns();
        if self.gathered.lines > 0 && !self.plan.twins.is_empty() {
            let told: u64 = self.plan.twins.iter().map(|&pattern| patterns[pattern].count).sum();
            let others = counted(self.plan.twins.len() as u64, "pattern");
            return Some(format!(
                "not counting {} of {others} that tell of the same events",
                counted(told, "record")
            ));
        }
        if self.gathered.lines > 0 {
            let word = super::planner::level_word(&self.plan.ask.tokens);
            return word
                .filter(|_| !super::index::states_levels(patterns) && self.plan.exceptions.is_none())
                .map(|word| {
                    format!("no record states a level: counted are those whose words tell of \"{word}\"")
                });
        }
        if self.plan.filters.is_empty() {
            return None;
        }
        let rest: u64 = self.plan.members.iter().map(|member| patterns[member.pattern].count).sum();
        let values = list(self.plan.filters.iter().map(|f| format!("\"{}\"", f.text)).collect());
        (rest > 0).then(|| format!("{} of that kind, none with {values}", counted(rest, "record")))
    }
}

/// "a, b and c"; long lists are cut.
pub(super) fn together(labels: &[&str]) -> String {
    let shown = &labels[..labels.len().min(TIED)];
    let more = labels.len() - shown.len();
    match shown {
        _ if more > 0 => format!("{} and {more} more", shown.join(", ")),
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        all => all.join(", "),
    }
}
