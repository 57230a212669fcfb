//! Draws from a seeded source. Only arithmetic that every processor does alike.

use fastrand::Rng;

/// A source of its own for each user, so that more users change nothing for the
/// others.
pub(crate) fn source(seed: u64, stream: u64) -> Rng {
    // SplitMix64 (Steele, Lea and Flood 2014): neighbouring numbers become unlike.
    let mut mixed = seed.wrapping_add(stream.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    Rng::with_seed(mixed ^ (mixed >> 31))
}

/// A place, in proportion to the weights; `None` if all are zero.
pub(crate) fn draw(weights: &[f64], rng: &mut Rng) -> Option<usize> {
    let mut left = rng.f64() * weights.iter().sum::<f64>();
    for (place, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return Some(place);
        }
    }
    // Rounding can leave a hair: the last that may be drawn at all.
    weights.iter().rposition(|weight| *weight > 0.0)
}

/// A number around zero with a deviation of one, bell-shaped, between -6 and 6: the
/// sum of twelve even ones (Irwin–Hall).
pub(crate) fn bell(rng: &mut Rng) -> f64 {
    (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn users_have_sources_of_their_own() {
        let first = |seed, stream| source(seed, stream).u64(..);
        assert_eq!(first(1, 2), first(1, 2));
        assert_ne!(first(1, 2), first(1, 3));
        assert_ne!(first(1, 2), first(2, 2));
    }

    #[test]
    fn the_bell_has_mean_zero_and_deviation_one() {
        let mut rng = source(1, 1);
        let drawn: Vec<f64> = (0..10_000).map(|_| bell(&mut rng)).collect();
        let mean = drawn.iter().sum::<f64>() / 1e4;
        let variance = drawn.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e4;
        assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }

    proptest! {
        #[test]
        fn what_has_no_weight_is_never_drawn(
            weights in prop::collection::vec(prop_oneof![Just(0.0), 0.0..10.0_f64], 0..20),
            seed in any::<u64>(),
        ) {
            let drawn = draw(&weights, &mut source(seed, 0));
            match drawn {
                Some(place) => prop_assert!(weights[place] > 0.0),
                None => prop_assert!(weights.iter().all(|weight| *weight == 0.0)),
            }
        }
    }
}
