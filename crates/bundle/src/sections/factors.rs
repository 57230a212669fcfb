use rkyv::{Archive, Serialize};

use crate::section::Check;

/// Matrix factors: a user's score for an item is the dot product of their
/// factors plus the item's bias.
#[derive(Debug, Clone, Default, PartialEq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Factors {
    /// Length of each factor.
    pub dim: u32,
    /// Users × dim, row after row. A user without history has zeros.
    pub users: Vec<f32>,
    /// Items × dim, row after row.
    pub items: Vec<f32>,
    /// One number an item, added to every score.
    pub item_bias: Vec<f32>,
}

impl Check for ArchivedFactors {
    fn check(&self) -> Result<(), String> {
        let dim = self.dim.to_native() as usize;
        if dim == 0 || dim > 4096 {
            return Err(format!("its factors have {dim} numbers"));
        }
        if !self.users.len().is_multiple_of(dim)
            || self.item_bias.len().checked_mul(dim) != Some(self.items.len())
        {
            return Err("its factors have a wrong number of rows".into());
        }
        let finite =
            |numbers: &[rkyv::rend::f32_le]| numbers.iter().all(|x| x.to_native().is_finite());
        if finite(&self.users) && finite(&self.items) && finite(&self.item_bias) {
            Ok(())
        } else {
            Err("a factor is not a finite number".into())
        }
    }
}
