use usher_bundle::ItemRow;
use usher_bundle::sections::ArchivedVectors;

use super::dot::dot;
use super::vectors::Query;
use crate::search::SENTENCE_WEIGHT;

/// How near an item's text is to a query: cosines, from -1 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemScore {
    /// The whole text.
    pub whole: f32,
    /// The nearest of its sentences; the whole text's where it has none of their own.
    pub best_sentence: f32,
}

impl ItemScore {
    /// Both in one number: what [`crate::Words::rank`] goes by.
    #[must_use]
    pub fn near(self) -> f32 {
        self.whole + SENTENCE_WEIGHT * self.best_sentence
    }
}

/// How near an item's text is to a query, exactly; nothing for an item without text.
///
/// There is no faster way to score every item than to ask for one after the other:
/// their vectors lie in the order of rows.
#[must_use]
pub fn score(vectors: &ArchivedVectors, query: &Query, item: ItemRow) -> Option<ItemScore> {
    let (mut values, scales) = vectors.get(vectors.of(item.index()));
    let mut whole = None;
    let mut best_sentence = f32::NEG_INFINITY;
    // A plain loop: the page is built for size, and iterators that stay calls, or that
    // divide as chunks do, take as long as the products.
    for scale in scales {
        let (vector, rest) = values.split_at_checked(vectors.dimensions.to_native() as usize)?;
        values = rest;
        let cosine = cosine((&query.values, query.scale), (vector, scale.to_native()));
        match whole {
            None => whole = Some(cosine),
            Some(_) => best_sentence = best_sentence.max(cosine),
        }
    }
    let whole = whole?;
    Some(ItemScore { whole, best_sentence: if scales.len() > 1 { best_sentence } else { whole } })
}

/// The cosine of two unit vectors with their scales; the same both ways round.
#[inline(always)]
pub(super) fn cosine((a, scale_a): (&[i8], f32), (b, scale_b): (&[i8], f32)) -> f32 {
    dot(a, b) as f32 * (scale_a * scale_b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rkyv::rancor::Error;

    use super::*;
    use crate::nearest::vectors;

    fn unit() -> impl Strategy<Value = Vec<f32>> {
        prop::collection::vec(-1.0_f32..1.0, 32).prop_filter_map("a direction", |vector| {
            let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
            (length > 0.1).then(|| vector.iter().map(|x| x / length).collect())
        })
    }

    proptest! {
        #[test]
        fn scores_are_the_cosines_nearly(
            items in prop::collection::vec(prop::collection::vec(unit(), 0..4), 0..6),
            query in unit(),
        ) {
            let made = vectors(32, &items);
            let bytes = rkyv::to_bytes::<Error>(&made).unwrap();
            let made = rkyv::access::<ArchivedVectors, Error>(&bytes).unwrap();
            let quantised = Query::new(&query);
            let cosine = |vector: &Vec<f32>| -> f32 {
                vector.iter().zip(&query).map(|(a, b)| a * b).sum()
            };
            for (vectors, row) in items.iter().zip(0..) {
                let near = score(made, &quantised, ItemRow(row));
                let mut cosines = vectors.iter().map(cosine);
                let whole = cosines.next();
                let best = cosines.reduce(f32::max).or(whole);
                prop_assert_eq!(near.is_some(), whole.is_some());
                if let (Some(near), Some(whole), Some(best)) = (near, whole, best) {
                    prop_assert!((near.whole - whole).abs() < 0.02);
                    prop_assert!((near.best_sentence - best).abs() < 0.02);
                }
            }
            prop_assert_eq!(score(made, &quantised, ItemRow(items.len() as u32)), None);
            prop_assert_eq!(score(made, &quantised, ItemRow(u32::MAX)), None);
        }
    }
}
