use crate::model::Choice;

/// The values of a header or query parameter that conditions can name.
#[derive(Clone, Copy, Default)]
pub struct Choices<'a> {
    /// The values with a name.
    pub named: &'a [Choice],
    /// Whether there are values without a name: offsets that are not sentinels.
    pub others: bool,
}

impl Choices<'_> {
    /// Whether every value has a name.
    pub fn are_all_named(&self) -> bool {
        !self.named.is_empty() && !self.others
    }

    /// Whether conditions can name no value.
    pub(crate) fn are_none(&self) -> bool {
        self.named.is_empty() && !self.others
    }

    /// The index that stands for an absent value.
    pub(crate) fn absent(&self) -> usize {
        self.named.len() + usize::from(self.others)
    }
}
