/// The dot product of two vectors whose length is a multiple of 16; of the longer one,
/// the rest does not count. The same integer in wasm and in native code.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
pub(super) fn dot(a: &[i8], b: &[i8]) -> i32 {
    use core::arch::wasm32::{
        i16x8_extend_high_i8x16, i16x8_extend_low_i8x16, i32x4_add, i32x4_dot_i16x8,
        i32x4_extract_lane, i32x4_splat, v128,
    };
    let mut sums = i32x4_splat(0);
    for (a, b) in a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0) {
        let (a, b): (v128, v128) = (bytemuck::must_cast(*a), bytemuck::must_cast(*b));
        let low = i32x4_dot_i16x8(i16x8_extend_low_i8x16(a), i16x8_extend_low_i8x16(b));
        let high = i32x4_dot_i16x8(i16x8_extend_high_i8x16(a), i16x8_extend_high_i8x16(b));
        sums = i32x4_add(sums, i32x4_add(low, high));
    }
    i32x4_extract_lane::<0>(sums)
        + i32x4_extract_lane::<1>(sums)
        + i32x4_extract_lane::<2>(sums)
        + i32x4_extract_lane::<3>(sums)
}

/// The dot product of two vectors whose length is a multiple of 16; of the longer one,
/// the rest does not count. The same integer in wasm and in native code.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
pub(super) fn dot(a: &[i8], b: &[i8]) -> i32 {
    // In pieces of a known length, which the compiler turns into vector instructions.
    let pieces = a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0);
    let products = |(a, b): (&[i8; 16], &[i8; 16])| -> i32 {
        a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
    };
    pieces.map(products).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_products_are_exact() {
        let least = [i8::MIN; 1024];
        assert_eq!(dot(&least, &least), 1 << 24);
        assert_eq!((1 << 24) as f32 as i32, 1 << 24);
        assert_eq!(dot(&least, &[i8::MAX; 1024]), -128 * 127 * 1024);
    }

    #[test]
    fn of_two_lengths_the_shorter_counts() {
        assert_eq!(dot(&[1; 32], &[2; 16]), 32);
        assert_eq!(dot(&[], &[2; 16]), 0);
    }
}
