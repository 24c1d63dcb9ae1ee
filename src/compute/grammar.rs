//! Words of questions by what they do in a sentence: negations, prepositions, verbs by their form.

/// Words that negate.
pub(super) fn is_negation(word: &str) -> bool {
    matches!(word, "not" | "no" | "never" | "without" | "none" | "neither" | "nor") || word.ends_with("n't")
}

/// Words that lead to a place, a time or a means.
pub(super) fn is_preposition(word: &str) -> bool {
    matches!(
        word,
        "from"
            | "to"
            | "by"
            | "for"
            | "at"
            | "on"
            | "in"
            | "with"
            | "of"
            | "into"
            | "through"
            | "via"
            | "over"
            | "against"
    )
}

/// What "how" asks the measure of.
pub(super) fn is_measure_word(word: &str) -> bool {
    matches!(
        word,
        "long"
            | "big"
            | "large"
            | "fast"
            | "slow"
            | "old"
            | "high"
            | "low"
            | "heavy"
            | "far"
            | "frequently"
            | "deep"
    )
}

/// Superlatives that speak of time unless a unit says otherwise.
pub(super) fn is_time_superlative(word: &str) -> bool {
    matches!(word, "longest" | "shortest" | "slowest" | "fastest" | "quickest")
}

/// A head that needs its complement ("name of the user").
pub(super) fn is_generic(word: &str) -> bool {
    matches!(
        word,
        "name"
            | "id"
            | "identifier"
            | "value"
            | "number"
            | "type"
            | "kind"
            | "address"
            | "ip"
            | "names"
            | "ids"
            | "list"
            | "identity"
    )
}

/// Words that end a noun phrase because they are verbs by their form.
// size: a flat table
pub(super) fn is_verb_form(word: &str) -> bool {
    (word.ends_with("ed") && word.len() > 4 && !matches!(word, "speed" | "feed"))
        || matches!(
            word,
            "ran"
                | "logs"
                | "writes"
                | "produces"
                | "generates"
                | "emits"
                | "throws"
                | "fails"
                | "sends"
                | "sent"
                | "took"
                | "lost"
                | "made"
                | "began"
                | "went"
                | "came"
                | "left"
                | "held"
                | "broke"
                | "wrote"
                | "fell"
                | "threw"
                | "ended"
                | "became"
                | "shut"
                | "has"
                | "had"
                | "uses"
                | "use"
                | "used"
                | "failed"
                | "occurred"
                | "happened"
                | "cause"
                | "causes"
                | "exist"
                | "takes"
                | "gets"
        )
}
