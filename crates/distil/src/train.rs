use crate::Settings;

/// Texts whose errors are added before a step.
const BATCH: usize = 512;
/// Adam's own constants, as its authors give them.
const KEEP_MEAN: f32 = 0.9;
const KEEP_SQUARE: f32 = 0.999;
const TINY: f32 = 1e-8;

/// Turns the vectors until the sum of a bag points where its aim does. `progress`
/// hears of each epoch and its mean error, 1 − cosine.
///
/// The steps shrink evenly to nothing, so that the last texts count no more than others.
pub(crate) fn train(
    vectors: &mut [Vec<f32>],
    bags: &[Vec<u32>],
    aims: &[Vec<f32>],
    settings: &Settings,
    progress: &mut dyn FnMut(usize, f32),
) {
    let width = settings.dimensions;
    let mut order: Vec<usize> = (0..bags.len()).filter(|bag| !bags[*bag].is_empty()).collect();
    let mut random = fastrand::Rng::with_seed(settings.seed);
    let steps = (settings.epochs * order.len() / BATCH).max(1) as f32;
    let mut means = vec![vec![0.0f32; width]; vectors.len()];
    let mut squares = means.clone();
    let mut gradient = means.clone();
    let (mut step, mut mean_rest, mut square_rest) = (0.0, 1.0, 1.0);
    for epoch in 0..settings.epochs {
        random.shuffle(&mut order);
        let mut error = 0.0;
        for batch in order.chunks(BATCH) {
            gradient.iter_mut().for_each(|row| row.fill(0.0));
            for bag in batch {
                error += add_gradient(vectors, &bags[*bag], &aims[*bag], &mut gradient);
            }
            mean_rest *= KEEP_MEAN;
            square_rest *= KEEP_SQUARE;
            let rate = settings.learning_rate * (1.0 - step / steps).max(0.0);
            step += 1.0;
            let moments = means.iter_mut().zip(&mut squares);
            for ((vector, gradient), (mean, square)) in
                vectors.iter_mut().zip(&gradient).zip(moments)
            {
                for (((x, g), m), s) in vector.iter_mut().zip(gradient).zip(mean).zip(square) {
                    *m = KEEP_MEAN * *m + (1.0 - KEEP_MEAN) * g;
                    *s = KEEP_SQUARE * *s + (1.0 - KEEP_SQUARE) * g * g;
                    *x -= rate * (*m / (1.0 - mean_rest))
                        / ((*s / (1.0 - square_rest)).sqrt() + TINY);
                }
            }
        }
        progress(epoch, error / order.len().max(1) as f32);
    }
}

/// Adds the gradient of 1 − cosine between a bag's sum and its aim; gives that error.
fn add_gradient(vectors: &[Vec<f32>], bag: &[u32], aim: &[f32], gradient: &mut [Vec<f32>]) -> f32 {
    let mut sum = vec![0.0f32; aim.len()];
    for piece in bag {
        for (sum, x) in sum.iter_mut().zip(&vectors[*piece as usize]) {
            *sum += x;
        }
    }
    let length = |vector: &[f32]| vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
    let (sum_length, aim_length) = (length(&sum), length(aim));
    let product: f32 = sum.iter().zip(aim).map(|(a, b)| a * b).sum();
    let cosine = product / (sum_length * aim_length);
    for (sum, aim) in sum.iter_mut().zip(aim) {
        *sum = (cosine * *sum / sum_length - aim / aim_length) / sum_length;
    }
    for piece in bag {
        for (gradient, slope) in gradient[*piece as usize].iter_mut().zip(&sum) {
            *gradient += slope;
        }
    }
    1.0 - cosine
}
