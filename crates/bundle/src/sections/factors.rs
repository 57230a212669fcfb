use rkyv::{Archive, Serialize};

use super::Bounds;
use crate::section::Check;
use crate::shards::Sharded;

/// Matrix factors of the items: a user's score for an item is the dot product of
/// their factors plus the item's bias.
#[derive(Debug, Clone, Default, PartialEq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Factors {
    /// Length of each factor.
    pub dim: u32,
    /// Items × dim, row after row.
    pub items: Vec<f32>,
    /// One number an item, added to every score.
    pub item_bias: Vec<f32>,
}

/// Matrix factors of the users.
#[derive(Debug, Clone, Default, PartialEq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Tastes {
    /// Length of each factor.
    pub dim: u32,
    /// Users × dim, row after row. A user without history has zeros.
    pub users: Vec<f32>,
}

impl Tastes {
    /// The factors of a row; empty past the last row.
    #[must_use]
    pub fn of(&self, row: usize) -> &[f32] {
        let dim = self.dim as usize;
        self.users.get(row * dim..(row + 1) * dim).unwrap_or_default()
    }
}

impl ArchivedTastes {
    /// The factors of a row; empty past the last row.
    #[must_use]
    pub fn of(&self, row: usize) -> &[rkyv::rend::f32_le] {
        let dim = self.dim.to_native() as usize;
        self.users.get(row * dim..(row + 1) * dim).unwrap_or_default()
    }
}

impl Check for ArchivedFactors {
    fn check(&self) -> Result<(), String> {
        let dim = check_dim(self.dim.to_native())?;
        if self.item_bias.len().checked_mul(dim) != Some(self.items.len()) {
            return Err("its factors have a wrong number of rows".into());
        }
        check_numbers(&self.items)?;
        check_numbers(&self.item_bias)
    }
}

impl Check for ArchivedTastes {
    fn check(&self) -> Result<(), String> {
        check_dim(self.dim.to_native())?;
        check_numbers(&self.users)
    }
}

impl Sharded for Tastes {
    fn check_rows(archived: &ArchivedTastes, rows: usize, bounds: Bounds) -> Result<(), String> {
        let dim = archived.dim.to_native() as usize;
        if dim == bounds.dim && rows.checked_mul(dim) == Some(archived.users.len()) {
            Ok(())
        } else {
            Err("its factors have a wrong number of rows".into())
        }
    }

    #[cfg(feature = "write")]
    fn bytes(&self) -> usize {
        self.users.len() * size_of::<f32>()
    }

    #[cfg(feature = "write")]
    fn slice(&self, rows: std::ops::Range<usize>) -> Self {
        let dim = self.dim as usize;
        let users = self.users.get(rows.start * dim..rows.end * dim).unwrap_or_default();
        Self { dim: self.dim, users: users.to_vec() }
    }
}

fn check_dim(dim: u32) -> Result<usize, String> {
    match dim {
        1..=4096 => Ok(dim as usize),
        _ => Err(format!("its factors have {dim} numbers")),
    }
}

/// No factor is larger than this, so that no score overflows: 4,096 products of two
/// such numbers, and a bias, are far below what an `f32` holds.
const LARGEST: f32 = 1e15;

fn check_numbers(numbers: &[rkyv::rend::f32_le]) -> Result<(), String> {
    // What is not a number is not below anything.
    if numbers.iter().all(|x| x.to_native().abs() <= LARGEST) {
        Ok(())
    } else {
        Err("a factor is too large, or not a number".into())
    }
}
