/// Scores of one way of searching, from 0 for the least to 1 for the best. Where all
/// are alike, they tell nothing: all 0. Items without a score are the least.
///
/// Adding such scores keeps how far apart they lie, which ranks alone (reciprocal rank
/// fusion) lose; compare Bruch et al., "An Analysis of Fusion Functions for Hybrid
/// Retrieval" (2023).
pub(crate) fn min_max(scores: &mut [f32]) {
    let numbers = || scores.iter().copied().filter(|score| score.is_finite());
    let least = numbers().fold(f32::INFINITY, f32::min);
    let span = numbers().fold(f32::NEG_INFINITY, f32::max) - least;
    for score in scores {
        *score = if span > 0.0 && score.is_finite() { (*score - least) / span } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_best_is_one_and_the_least_nothing() {
        let mut scores = [2.0, 4.0, 3.0, f32::NEG_INFINITY];
        min_max(&mut scores);
        assert_eq!(scores, [0.0, 1.0, 0.5, 0.0]);
        for mut alike in [vec![], vec![3.0], vec![3.0, 3.0], vec![f32::NEG_INFINITY]] {
            min_max(&mut alike);
            assert!(alike.iter().all(|score| *score == 0.0));
        }
    }

    proptest! {
        #[test]
        fn the_order_stays(mut scores in prop::collection::vec(-1e6_f32..1e6, 2..20)) {
            let before = scores.clone();
            min_max(&mut scores);
            for (i, a) in before.iter().enumerate() {
                for (j, b) in before.iter().enumerate() {
                    prop_assert!(a > b || scores[i] <= scores[j]);
                }
            }
            prop_assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)));
        }
    }
}
