use crate::Settings;
use spec::{Authorization, Edge, Limits};
use subtle::ConstantTimeEq as _;

/// What is known before a request reaches its object.
pub struct Gate<'a>(pub &'a Settings);

impl Edge for Gate<'_> {
    fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Takes as long for one wrong token as for any other of its length.
    fn token_rejected(&self, authorization: Option<&Authorization>) -> bool {
        let given = authorization.map_or("", Authorization::secret);
        let right = |token: &String| bool::from(given.as_bytes().ct_eq(token.as_bytes()));
        !self.0.token.as_ref().is_none_or(right)
    }
}
