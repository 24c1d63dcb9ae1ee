//! Many numbers with their units in little memory: 16 bytes each as long as they are small decimals of few units.

use super::unit::Unit;
use super::value::{Decimal, Quantity};

/// A number: its digits, how many of them stand behind the point, its unit and whose it is.
#[derive(Clone, Copy, Debug)]
struct Packed {
    digits: i64,
    scale: u8,
    unit: u8,
    owner: u16,
}

/// Numbers, each of an owner (a pattern).
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    packed: Vec<Packed>,
    units: Vec<Unit>,
    owners: Vec<usize>,
    /// Those that do not fit, in the order seen; they come after all others.
    wide: Vec<(usize, Quantity)>,
}

impl Numbers {
    pub(super) fn push(&mut self, owner: usize, number: Quantity) {
        match self.pack(owner, number) {
            Some(packed) => self.packed.push(packed),
            None => self.wide.push((owner, number)),
        }
    }

    /// All numbers; of one owner where one is given.
    pub(super) fn of(&self, owner: Option<usize>) -> impl Iterator<Item = Quantity> + Clone + '_ {
        let packed = self.packed.iter().map(|one| {
            let unit = self.units.get(usize::from(one.unit)).copied().unwrap_or(Unit::None);
            let own = self.owners.get(usize::from(one.owner)).copied().unwrap_or(usize::MAX);
            (own, Quantity { number: Decimal::new(i128::from(one.digits), u32::from(one.scale)), unit })
        });
        let all = packed.chain(self.wide.iter().copied());
        all.filter(move |(own, _)| owner.is_none_or(|owner| owner == *own)).map(|(_, number)| number)
    }

    fn pack(&mut self, owner: usize, number: Quantity) -> Option<Packed> {
        let (digits, scale) = number.number.parts();
        Some(Packed {
            digits: i64::try_from(digits).ok()?,
            scale: u8::try_from(scale).ok()?,
            unit: u8::try_from(place_in(&mut self.units, number.unit, 256)?).ok()?,
            owner: u16::try_from(place_in(&mut self.owners, owner, 1 << 16)?).ok()?,
        })
    }
}

/// The place of an item in a short list, which it is added to while there is room.
fn place_in<T: PartialEq>(list: &mut Vec<T>, item: T, most: usize) -> Option<usize> {
    let known = list.iter().rposition(|known| *known == item);
    known.or_else(|| {
        (list.len() < most).then(|| {
            list.push(item);
            list.len() - 1
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_number_takes_sixteen_bytes() {
        assert_eq!(size_of::<Packed>(), 16);
    }

    #[test]
    fn numbers_come_back_as_they_were() {
        let mut numbers = Numbers::default();
        let unit = Unit::Time(1_000_000, "ms");
        let given = [
            (3, Quantity { number: Decimal::new(12_345, 2), unit }),
            (1, Quantity { number: Decimal::new(-7, 0), unit: Unit::None }),
            (3, Quantity { number: Decimal::new(i128::MAX, 5), unit }),
        ];
        for (owner, number) in given {
            numbers.push(owner, number);
        }
        let text = |owner| numbers.of(owner).map(|n| (n.number.parts(), n.unit)).collect::<Vec<_>>();
        assert_eq!(text(None), given.map(|(_, n)| (n.number.parts(), n.unit)));
        assert_eq!(text(Some(1)), [((-7, 0), Unit::None)]);
        assert_eq!(text(Some(3)).len(), 2);
    }
}
