//! What stands around a place: the words that name it, brackets, separators, keys.

use super::Candidate;
use crate::pattern::memory::{Before, before};
use crate::pattern::prose::{has_letters, introduces, weight};
use crate::pattern::unit::{ANY, Class, SPACE, Unit, Units};

impl Candidate<'_> {
    pub(super) fn before(&self) -> Before {
        before(self.form, self.place.start as usize)
    }

    /// Constant words around the place.
    pub(super) fn context(&self, units: &Units) -> usize {
        let (start, end) = (self.place.start as usize, self.place.end as usize);
        let outside = (0..start).chain(end..self.form.len());
        let key = |at: usize| self.form.get(at + 1).is_some_and(|&u| units.byte(u) == Some(b':'));
        // A key in quotes is a word.
        let words = |at: usize| match units.class(self.form[at]) {
            Class::Quoted => weight(units, self.form[at]).max(usize::from(key(at))),
            _ => weight(units, self.form[at]),
        };
        outside.map(words).sum()
    }

    /// Whether brackets stand around the place.
    pub(super) fn enclosed(&self, units: &Units) -> bool {
        let after = self.form.get(self.place.end as usize).and_then(|&u| units.byte(u));
        matches!(
            (units.byte(self.before().1), after),
            (Some(b'('), Some(b')'))
                | (Some(b'['), Some(b']'))
                | (Some(b'{'), Some(b'}'))
                | (Some(b'<'), Some(b'>'))
        )
    }

    /// Whether the brackets around the place are square and stand straight behind a word: `cause[api]`, `took[5]`.
    pub(super) fn is_argument(&self, units: &Units) -> bool {
        units.is_word(self.before().0) && self.is_in_square(units)
    }

    /// Whether the brackets around the place are square.
    pub(super) fn is_in_square(&self, units: &Units) -> bool {
        units.byte(self.before().1) == Some(b'[') && self.enclosed(units)
    }

    /// Whether the place follows a value: then it says something about it rather than being one itself.
    pub(super) fn follows_value(&self, units: &Units) -> bool {
        let (second, first) = self.before();
        first == SPACE && (second == ANY || units.info(second).marked)
    }

    /// Whether the place follows a finished `key=value`: then it is what the line says rather than a value.
    pub(super) fn follows_pair(&self, units: &Units) -> bool {
        let back = |n: usize| (self.place.start as usize).checked_sub(n).map(|at| self.form[at]);
        back(1) == Some(SPACE) && back(3).is_some_and(|u| units.byte(u) == Some(b'='))
    }

    /// The unit in front, past a blank.
    fn mark(&self) -> Unit {
        let (second, first) = self.before();
        if first == SPACE { second } else { first }
    }

    /// Whether `=` stands in front, with or without a blank.
    pub(super) fn is_keyed(&self, units: &Units) -> bool {
        units.byte(self.mark()) == Some(b'=')
    }

    /// Whether the place names the number in front of it: `[0x80070005 - E_ACCESSDENIED]`.
    pub(super) fn names_number(&self, units: &Units, texts: &[&[u8]]) -> bool {
        let (start, end) = (self.place.start as usize, self.place.end as usize);
        let dash = start.checked_sub(4).map(|at| &self.form[at..start]);
        let closes = self.form.get(end).is_some_and(|&u| matches!(units.byte(u), Some(b')' | b']')));
        closes
            && matches!(dash, Some(&[ANY, SPACE, dash, SPACE]) if units.text(dash) == b"-")
            && texts
                .iter()
                .all(|t| t.iter().all(|&b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'))
    }

    /// Whether the place is one of a list in brackets beside values: `(TID 7, web-1, LOCAL, 12 bytes)`.
    pub(super) fn is_listed(&self, units: &Units) -> bool {
        let (start, end) = (self.place.start as usize, self.place.end as usize);
        let byte = |at: usize| self.form.get(at).and_then(|&u| units.byte(u));
        let before =
            start.checked_sub(2).is_some_and(|at| byte(at) == Some(b',') && self.form[at + 1] == SPACE);
        let open = self.form[..start].iter().rposition(|&u| matches!(units.byte(u), Some(b'(' | b'[')));
        let after = matches!(byte(end), Some(b',' | b')' | b']'));
        before
            && after
            && open.is_some_and(|open| self.form[open..start].iter().filter(|&&u| u == ANY).count() >= 2)
    }

    /// Whether a separator or a word that names stands in front of the place.
    pub(super) fn is_set_off(&self, units: &Units) -> bool {
        self.introduced(units) || self.is_punctuated(units)
    }

    /// Whether a separator stands in front of the place.
    pub(super) fn is_punctuated(&self, units: &Units) -> bool {
        let mark = self.mark();
        mark != ANY && !has_letters(units.text(mark))
    }

    /// Whether the text ends with the place.
    pub(super) fn is_last(&self) -> bool {
        self.place.end as usize == self.form.len()
    }

    /// Whether the values are codes of three letters behind a number: currencies.
    pub(super) fn is_currency(&self, texts: &[&[u8]]) -> bool {
        let code = |t: &[u8]| t.len() == 3 && t.iter().all(u8::is_ascii_uppercase);
        texts.len() >= 3 && self.before() == (ANY, SPACE) && texts.iter().all(|t| code(t))
    }

    /// Whether the word before names what comes.
    pub(super) fn introduced(&self, units: &Units) -> bool {
        let (second, first) = self.before();
        first == SPACE && introduces(units.text(second))
    }
}
