use usher_bundle::sections::{Factors, Tastes};

/// Factors as they were fitted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fitted {
    /// Of the items.
    pub factors: Factors,
    /// Of the users.
    pub tastes: Tastes,
}
