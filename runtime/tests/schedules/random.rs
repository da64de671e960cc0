//! Random numbers that are a function of a seed (SplitMix64).

use std::cell::Cell;
use std::time::Duration;

pub struct Random(Cell<u64>);

impl Random {
    /// The numbers of a seed; `part` keeps those of its parts apart.
    pub fn new(seed: u64, part: u64) -> Self {
        let random = Self(Cell::new(seed.wrapping_mul(0xA076_1D64_78BD_642F) ^ part.rotate_left(32)));
        random.next();
        random
    }

    fn next(&self) -> u64 {
        self.0.set(self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15));
        let mut mixed = self.0.get();
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Copy>(&self, among: &[T]) -> T {
        among[self.below(among.len() as u64) as usize]
    }

    pub fn milliseconds(&self, bound: u64) -> Duration {
        Duration::from_millis(self.below(bound))
    }
}
