//! Sets of combinations of conditions. A set has a bit for each combination, so that a condition over all of them takes a
//! few operations for 64 combinations.

/// All combinations of the values of variables, in an order in which the first variable changes fastest.
pub(super) struct Space {
    /// The number of values of each variable.
    sizes: Vec<usize>,
    count: usize,
}

/// A set of combinations, by their numbers.
#[derive(Clone)]
pub(super) struct Set(Vec<u64>);

const BITS: usize = u64::BITS as usize;

impl Space {
    pub(super) fn new(sizes: &[usize]) -> Self {
        Self { sizes: sizes.to_vec(), count: sizes.iter().product() }
    }

    /// The set of all combinations.
    pub(super) fn all(&self) -> Set {
        let mut all = self.none();
        all.add(0, self.count);
        all
    }

    pub(super) fn none(&self) -> Set {
        Set(vec![0; self.count.div_ceil(BITS)])
    }

    /// The combinations in which the variable at `index` has one of the values that `holds` selects.
    pub(super) fn with(&self, index: usize, holds: impl Fn(usize) -> bool) -> Set {
        let stride: usize = self.sizes[..index].iter().product();
        let mut set = self.none();
        for value in (0..self.sizes[index]).filter(|value| holds(*value)) {
            for start in (value * stride..self.count).step_by(stride * self.sizes[index]) {
                set.add(start, start + stride);
            }
        }
        set
    }

    /// The values of the variables in a combination.
    pub(super) fn values(&self, mut combination: usize) -> Vec<usize> {
        let value = |size: &usize| {
            let value = combination % size;
            combination /= size;
            value
        };
        self.sizes.iter().map(value).collect()
    }
}

impl Set {
    /// Adds the combinations from `start` up to, but not including, `end`.
    fn add(&mut self, start: usize, end: usize) {
        let first = start / BITS;
        for (index, word) in (first..).zip(&mut self.0[first..end.div_ceil(BITS)]) {
            let (low, high) = (start.saturating_sub(index * BITS), (end - index * BITS).min(BITS));
            *word |= (u64::MAX >> (BITS - (high - low))) << low;
        }
    }

    pub(super) fn and(self, other: &Self) -> Self {
        self.zip(other, |own, other| own & other)
    }

    pub(super) fn or(self, other: &Self) -> Self {
        self.zip(other, |own, other| own | other)
    }

    pub(super) fn without(self, other: &Self) -> Self {
        self.zip(other, |own, other| own & !other)
    }

    fn zip(mut self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own = join(*own, *other));
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn contains(&self, combination: usize) -> bool {
        self.0[combination / BITS] & (1 << (combination % BITS)) != 0
    }

    /// The combinations, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let bits = |word: u64| (0..BITS).filter(move |bit| word & (1 << bit) != 0);
        self.0.iter().enumerate().flat_map(move |(index, word)| {
            let word = Some(*word).filter(|word| *word != 0);
            word.into_iter().flat_map(bits).map(move |bit| index * BITS + bit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_those_of_the_values_of_combinations() {
        for sizes in [&[][..], &[2], &[3, 2, 5], &[2, 7, 3, 2, 4], &[64, 3], &[5, 64, 2]] {
            let space = Space::new(sizes);
            assert_eq!(space.all().iter().count(), space.count);
            assert_eq!(space.none().iter().next(), None);
            for index in 0..sizes.len() {
                let set = space.with(index, |value| value != 1);
                for combination in space.all().iter() {
                    assert_eq!(set.contains(combination), space.values(combination)[index] != 1);
                }
                let rest = space.all().without(&set);
                assert!(rest.iter().all(|combination| space.values(combination)[index] == 1));
                assert_eq!(rest.clone().and(&set).iter().count(), 0);
                assert_eq!(rest.or(&set).iter().count(), space.count);
            }
        }
    }
}
