use usher_bundle::sections::{Factors, LARGEST_FACTOR, Tastes, in_eight_bits, in_sixteen_bits};

use crate::ranker::ItemFactors;

/// Factors as they were fitted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fitted {
    /// Of the items.
    pub items: ItemFactors,
    /// Of the users: users × dim, row after row. A user without history has zeros.
    pub users: Vec<f32>,
}

impl Fitted {
    /// The factors of a user; empty past the last row.
    #[must_use]
    pub fn of(&self, user: usize) -> &[f32] {
        let dim = self.items.dim;
        self.users.get(user * dim..(user + 1) * dim).unwrap_or_default()
    }

    /// Every number is one, and none is larger than a bundle holds.
    #[must_use]
    pub fn fits_a_bundle(&self) -> bool {
        let ItemFactors { factors, bias, history_weights, .. } = &self.items;
        let mut all = [factors, bias, history_weights, &self.users].into_iter().flatten();
        all.all(|x| x.abs() <= LARGEST_FACTOR)
    }

    /// As a bundle holds them: items in eight bits a number, users in sixteen, with a scale
    /// for each row.
    #[must_use]
    pub fn into_sections(self) -> (Factors, Tastes) {
        let ItemFactors { dim, factors, bias, history_weights } = self.items;
        let (items, scales) = in_eight_bits(dim, &factors);
        let (users, user_scales) = in_sixteen_bits(dim, &self.users);
        let dim = dim as u32;
        (
            Factors { dim, items, scales, item_bias: bias, history_weights },
            Tastes { dim, users, scales: user_scales },
        )
    }
}
