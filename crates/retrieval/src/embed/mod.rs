//! Text to vector: the pieces of a text, and a vector for each of them, added up.
//!
//! Where the vectors of the pieces come from makes two embedders of it. The *token
//! table* is distilled from a sentence transformer and knows English; *LSA* is made of
//! the catalogue's own text and knows what stands there, in any language.

#[cfg(feature = "prepare")]
mod lsa;
#[cfg(feature = "prepare")]
mod quantise;
mod wordpiece;

use usher_bundle::sections::{ArchivedEmbedder, Pieces};

use crate::tokens::tokens;

#[cfg(feature = "prepare")]
pub use lsa::lsa;
#[cfg(feature = "prepare")]
pub use quantise::embedder;

/// Pieces of a text that count: far more than anyone writes.
const MOST_PIECES: usize = 4_096;

/// The direction in which a text points; nothing if it holds no known piece.
#[must_use]
pub fn embed(embedder: &ArchivedEmbedder, text: &str) -> Option<Vec<f32>> {
    let mut sum = vec![0.0; embedder.dimensions.to_native() as usize];
    let mut add = |piece: usize| embedder.add(piece, 1.0, &mut sum);
    match embedder.pieces() {
        Pieces::WordPieces => {
            wordpiece::word_pieces(text, embedder).take(MOST_PIECES).for_each(&mut add);
        }
        Pieces::Terms => {
            let known = tokens(text).filter_map(|term| embedder.piece(&term));
            known.take(MOST_PIECES).for_each(&mut add);
        }
    }
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    (length > f32::EPSILON).then(|| sum.into_iter().map(|x| x / length).collect())
}

#[cfg(test)]
mod tests {
    use usher_bundle::Section;

    use super::*;

    #[test]
    fn a_text_points_where_its_pieces_do() {
        let x = [1.0, 0.0].repeat(8);
        let y = [0.0, 1.0].repeat(8);
        let rows = [("##s".to_owned(), x.as_slice()), ("owl".to_owned(), y.as_slice())];
        let made = Section::of(&embedder(Pieces::WordPieces, 16, rows)).unwrap();
        let near = |a: &str, b: &str| -> f32 {
            let embed = |text| embed(made.get(), text).unwrap();
            embed(a).iter().zip(embed(b)).map(|(a, b)| a * b).sum()
        };
        assert!((near("owl", "OWL, owl!") - 1.0).abs() < 1e-6);
        assert!((near("owl", "owls") - 0.5_f32.sqrt()).abs() < 1e-6);
        for unknown in ["", "fox", "owlet", "the"] {
            assert_eq!(embed(made.get(), unknown), None, "{unknown}");
        }
    }

    #[test]
    fn lsa_tells_that_words_of_the_same_texts_are_alike() {
        // Sixty worlds of eight words each, and texts of one of them.
        let mut random = fastrand::Rng::with_seed(7);
        let mut text = |world: usize| -> String {
            (0..6).map(|_| format!("w{world}x{} ", random.u32(0..8))).collect()
        };
        let texts: Vec<String> = (0..360).map(|n| text(n % 60)).collect();
        let made = Section::of(&lsa(&texts).unwrap()).unwrap();
        let near = |a: &str, b: &str| -> f32 {
            let embed = |text| embed(made.get(), text).unwrap();
            embed(a).iter().zip(embed(b)).map(|(a, b)| a * b).sum()
        };
        let same = near("w1x0 w1x1", "w1x5 w1x6");
        let other = near("w1x0 w1x1", "w2x5 w2x6");
        assert!(same > other + 0.3, "{same} {other}");
        assert_eq!(lsa(&texts), Some(lsa(&texts).unwrap()));
        assert_eq!(lsa(&texts[..20]), None);
    }
}
