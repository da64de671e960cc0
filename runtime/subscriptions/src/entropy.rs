//! Random bytes as an input.

use crate::identity::{Life, UnixMs, WakeId};

/// Random bytes of a cryptographic generator, for one decision. Never use the same ones twice.
#[derive(Clone, Copy, Debug)]
pub struct Entropy([u8; Self::BYTES]);

impl Entropy {
    /// The number of bytes that a decision takes.
    pub const BYTES: usize = 32;

    /// Where the bytes of an id end, and those of the jitter start.
    const ID_BYTES: usize = 12;

    /// Takes the bytes of one decision.
    #[must_use]
    pub const fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The id of the wake that the decision starts. A decision starts one at most.
    #[must_use]
    pub fn wake_id(&self) -> WakeId {
        WakeId::new(format!("w_{}", self.hex(0)))
    }

    /// The life of the subscription that the decision creates.
    #[must_use]
    pub fn life(&self) -> Life {
        Life::new(self.hex(Self::ID_BYTES))
    }

    /// `delay`, shorter or longer by up to a fifth.
    pub(crate) fn jittered(&self, delay: UnixMs) -> UnixMs {
        let bytes = self.0.last_chunk().copied().unwrap_or_default();
        let spread = delay / 5;
        delay - spread + u64::from_be_bytes(bytes) % (2 * spread + 1)
    }

    fn hex(&self, from: usize) -> String {
        self.0[from..from + Self::ID_BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Entropy;

    #[test]
    fn ids_do_not_reveal_each_other() {
        let entropy = Entropy::new(std::array::from_fn(|at| u8::try_from(at).expect("a byte")));
        assert_eq!(entropy.wake_id().as_str(), "w_000102030405060708090a0b");
        assert_eq!(entropy.life().as_str(), "0c0d0e0f1011121314151617");
    }

    #[test]
    fn the_jitter_is_a_fifth_both_ways() {
        let jittered = |last: u64, delay| {
            let mut bytes = [0; Entropy::BYTES];
            bytes[Entropy::BYTES - 8..].copy_from_slice(&last.to_be_bytes());
            Entropy::new(bytes).jittered(delay)
        };
        assert_eq!((jittered(0, 1000), jittered(400, 1000), jittered(401, 1000)), (800, 1200, 800));
        assert_eq!((jittered(0, 60_000), jittered(24_000, 60_000)), (48_000, 72_000));
        assert_eq!(jittered(u64::MAX, 0), 0);
    }
}
