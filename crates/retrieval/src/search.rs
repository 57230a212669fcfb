use std::cmp::Ordering;

use itertools::Itertools;
use usher_bundle::ItemRow;
use usher_bundle::sections::{ArchivedEmbedder, ArchivedVectors, Pieces};

use crate::bm25::Bm25;
use crate::embed::embed;
use crate::fuse::min_max;
use crate::nearest::{Graph, ItemScore, Query, score};
use crate::tokens::{says_nothing, tokens};

/// How much meaning counts beside words, by what the vectors come from: chosen on the
/// half of the known-item queries that is not held out (`docs/retrieval.md`).
const TABLE_WEIGHT: f32 = 1.0;
const LSA_WEIGHT: f32 = 0.3;
/// How much the nearest sentence counts beside the whole text.
pub(crate) const SENTENCE_WEIGHT: f32 = 0.3;
/// A query of so few words says little by the words themselves: meaning counts twice. Chosen
/// on the judged queries.
const FEW_WORDS: f32 = 4.0;
/// A query without a word of the catalogue must point at least so near to an item as this
/// cosine: of a hundred random words, ninety stay below it.
const NEAR_ENOUGH: f32 = 0.4;
/// Items that are looked at for each of several reasons where there is a graph.
const SOME: usize = 400;

/// What a search by meaning reads.
#[derive(Debug, Clone, Copy)]
pub struct Meaning<'a> {
    /// How the query becomes a vector.
    pub embedder: &'a ArchivedEmbedder,
    /// The items' vectors.
    pub vectors: &'a ArchivedVectors,
    /// A graph over them, of a large catalogue.
    pub graph: Option<&'a Graph>,
}

/// A query whose words are scored, and that may be told how near the items are by meaning.
#[derive(Debug)]
pub struct Words<'a> {
    query: &'a str,
    /// By row.
    scores: Vec<f32>,
    /// How much of the query's words the catalogue has.
    known: f32,
}

impl<'a> Words<'a> {
    /// Scores the words; nothing for a query of stop words alone.
    #[must_use]
    pub fn of(words: Bm25<'_>, query: &'a str) -> Option<Self> {
        if says_nothing(query) {
            return None;
        }
        let (scores, known) = words.scored(query);
        Some(Self { query, scores, known })
    }

    /// Items that are to be looked at besides the nearest of a large catalogue: those with
    /// the best words, and a spread of others that shows how far the least one is. An item
    /// may be among them twice.
    pub fn looked_at(&self) -> impl Iterator<Item = ItemRow> {
        let rows = || (0..self.scores.len() as u32).map(ItemRow);
        let with_words = rows().zip(self.scores.iter().copied()).filter(|(_, score)| *score > 0.0);
        let best_words = with_words.k_smallest_by(SOME, better_first).map(|(item, _)| item);
        best_words.chain(rows().step_by(self.scores.len().div_ceil(SOME).max(1)))
    }

    /// The `k` best items within some (rising; `None`: all), best first, equal scores by
    /// row; with scores from 0 to 1. `meant` tells of what the vectors come, and by row how
    /// near an item is ([`ItemScore::near`]): negative infinity where that is not known.
    #[must_use]
    pub fn rank(
        self,
        meant: Option<(Pieces, Vec<f32>)>,
        within: Option<&[ItemRow]>,
        k: usize,
    ) -> Vec<(ItemRow, f32)> {
        let Self { query, mut scores, known } = self;
        let is_known = scores.iter().any(|score| *score > 0.0);
        let meant = meant.filter(|(_, meant)| {
            let enough = NEAR_ENOUGH * (1.0 + SENTENCE_WEIGHT);
            is_known || meant.iter().any(|near| *near >= enough)
        });
        // BM25 has no upper end, and nothing is its least.
        let best = scores.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        scores.iter_mut().for_each(|score| *score /= best);
        if let Some((pieces, mut meant)) = meant {
            let weight = weight(query, pieces);
            let nearest = meant.iter().copied().fold(0.0, f32::max) / (1.0 + SENTENCE_WEIGHT);
            min_max(&mut meant);
            // Where the catalogue has not the words that matter, the others say little;
            // without one of them, the best is no better than it is near.
            let most = if is_known { 1.0 } else { nearest };
            for (score, meant) in scores.iter_mut().zip(meant) {
                *score = most * (known * *score + weight * meant) / (known + weight);
            }
        }
        let scored = (0..).map(ItemRow).zip(scores);
        let found = scored.filter(|(item, score)| {
            *score > 0.0 && within.is_none_or(|within| within.binary_search(item).is_ok())
        });
        found.k_smallest_by(k, better_first).collect()
    }
}

/// The `k` items nearest to a query within some (rising; `None`: all), best first,
/// equal scores by row; with scores from 0 to 1.
///
/// Words and meaning are scored each for itself, brought to one scale over the whole
/// catalogue, and added; without `meaning`, words alone decide. Nothing is found by a
/// query of stop words alone, nor by one that has no word of the catalogue and is near
/// to nothing.
#[must_use]
pub fn search(
    words: Bm25<'_>,
    meaning: Option<Meaning<'_>>,
    query: &str,
    within: Option<&[ItemRow]>,
    k: usize,
) -> Vec<(ItemRow, f32)> {
    let Some(words) = Words::of(words, query) else { return Vec::new() };
    let meant = meaning.and_then(|meaning| {
        let query = Query::new(&embed(meaning.embedder, query)?);
        Some((meaning.embedder.pieces(), meant(&meaning, &query, within, &words)))
    });
    words.rank(meant, within, k)
}

/// The `k` items nearest to a query by meaning alone, best first, with scores from 0 to
/// 1: to see what it adds.
#[must_use]
pub fn by_meaning(meaning: Meaning<'_>, query: &str, k: usize) -> Vec<(ItemRow, f32)> {
    let Some(vector) = embed(meaning.embedder, query) else { return Vec::new() };
    let scores = vec![0.0; meaning.vectors.n_items()];
    let nowhere = Words { query, scores, known: 0.0 };
    let mut scores = meant(&meaning, &Query::new(&vector), None, &nowhere);
    min_max(&mut scores);
    let scored = (0..).map(ItemRow).zip(scores).filter(|(_, score)| *score > 0.0);
    scored.k_smallest_by(k, better_first).collect()
}

/// How near each item is by meaning, by row; negative infinity where nothing is known.
///
/// Where there is a graph and no filter, only some are looked at: those that the graph
/// finds, and those of [`Words::looked_at`].
fn meant(
    meaning: &Meaning<'_>,
    query: &Query,
    within: Option<&[ItemRow]>,
    words: &Words<'_>,
) -> Vec<f32> {
    let one = |item: ItemRow| {
        score(meaning.vectors, query, item).map_or(f32::NEG_INFINITY, ItemScore::near)
    };
    let n_items = words.scores.len();
    let Some(graph) = meaning.graph.filter(|_| within.is_none()) else {
        return (0..n_items as u32).map(ItemRow).map(one).collect();
    };
    let mut scores = vec![f32::NEG_INFINITY; n_items];
    let near = graph.search(query).into_iter().map(|(item, _)| item);
    for item in near.chain(words.looked_at()) {
        if let Some(place) = scores.get_mut(item.index()) {
            *place = one(item);
        }
    }
    scores
}

/// How much meaning counts beside words, which count 1.
fn weight(query: &str, pieces: Pieces) -> f32 {
    let few = (FEW_WORDS / tokens(query).count().max(1) as f32).min(1.0);
    let weight = match pieces {
        Pieces::WordPieces => TABLE_WEIGHT,
        Pieces::Terms => LSA_WEIGHT,
    };
    weight * (1.0 + few * few)
}

pub(crate) fn better_first(
    (a, score_a): &(ItemRow, f32),
    (b, score_b): &(ItemRow, f32),
) -> Ordering {
    score_b.total_cmp(score_a).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use usher_bundle::Section;
    use usher_bundle::sections::{Embedder, Index, Search, Vectors};

    use super::*;
    use crate::nearest::IndexChoice;
    use crate::{EmbedderChoice, prepare};

    const FILMS: [&str; 4] = [
        "Heat. A crew of thieves plans a last robbery. A detective follows them through the city.",
        "Babe. A pig learns to herd sheep on a farm. The animals talk among themselves.",
        "Alien. A crew wakes up in space. Something hunts them through the ship.",
        "",
    ];

    struct Opened {
        search: Section<Search>,
        meaning: Option<(Section<Embedder>, Section<Vectors>)>,
        index: Option<Section<Index>>,
    }

    /// A table that knows four directions: crime, animals, space, and the rest.
    fn table() -> Section<Embedder> {
        let directions = [
            ("animals", 1),
            ("city", 0),
            ("crew", 3),
            ("crime", 0),
            ("detective", 0),
            ("farm", 1),
            ("pig", 1),
            ("robbery", 0),
            ("sheep", 1),
            ("ship", 2),
            ("space", 2),
            ("star", 2),
            ("thieves", 0),
            ("zoo", 1),
        ];
        let rows: Vec<(String, Vec<f32>)> = directions
            .iter()
            .map(|(word, at)| {
                let mut vector = vec![0.0; 16];
                vector[*at] = 1.0;
                ((*word).to_owned(), vector)
            })
            .collect();
        let rows = rows.iter().map(|(word, vector)| (word.clone(), vector.as_slice()));
        Section::of(&crate::embed::embedder(Pieces::WordPieces, 16, rows)).unwrap()
    }

    fn opened(films: &[&str], choice: EmbedderChoice, index: IndexChoice) -> Opened {
        let made = prepare(films, Some(&table()), choice, index).unwrap();
        let meaning = made.embedder.zip(made.vectors);
        Opened {
            search: Section::of(&made.search).unwrap(),
            meaning: meaning.map(|(embedder, vectors)| {
                (Section::of(&embedder).unwrap(), Section::of(&vectors).unwrap())
            }),
            index: made.index.map(|index| Section::of(&index).unwrap()),
        }
    }

    impl Opened {
        fn search(&self, query: &str, within: Option<&[ItemRow]>, k: usize) -> Vec<(ItemRow, f32)> {
            let graph =
                self.meaning.as_ref().zip(self.index.as_ref()).map(|((_, vectors), index)| {
                    Graph::open(vectors.clone(), index.get()).unwrap()
                });
            let meaning = self.meaning.as_ref().map(|(embedder, vectors)| Meaning {
                embedder: embedder.get(),
                vectors: vectors.get(),
                graph: graph.as_ref(),
            });
            search(Bm25::new(self.search.get()), meaning, query, within, k)
        }

        fn rows(&self, query: &str) -> Vec<u32> {
            self.search(query, None, 10).into_iter().map(|(item, _)| item.0).collect()
        }
    }

    fn by_table() -> Opened {
        opened(&FILMS, EmbedderChoice::Table, IndexChoice::Never)
    }

    #[test]
    fn meaning_finds_what_no_word_does() {
        assert_eq!(by_table().rows("zoo")[0], 1);
        assert_eq!(by_table().rows("star")[0], 2);
        let alone = opened(&FILMS, EmbedderChoice::None, IndexChoice::Never);
        assert_eq!(alone.rows("zoo"), [0; 0]);
        assert_eq!(alone.rows("pig"), [1]);
    }

    #[test]
    fn words_and_meaning_decide_together() {
        // Both have a crew; one is about crime as well.
        let found = by_table().search("a crew in crime", None, 10);
        assert_eq!(found[0].0, ItemRow(0));
        assert!(found.iter().all(|(_, score)| (0.0..=1.0).contains(score)), "{found:?}");
        assert!(found.is_sorted_by(|a, b| a.1 >= b.1));
    }

    #[test]
    fn only_items_within_a_set_are_found() {
        let found = by_table().search("crew", Some(&[ItemRow(2), ItemRow(3)]), 10);
        assert_eq!(found.iter().map(|(item, _)| item.0).collect::<Vec<_>>(), [2]);
        assert_eq!(by_table().search("crew", Some(&[]), 10), []);
    }

    #[test]
    fn a_graph_finds_what_the_scan_does() {
        let with = opened(&FILMS, EmbedderChoice::Table, IndexChoice::Always);
        assert!(with.index.is_some());
        for query in ["zoo", "crew in space", "robbery", "nothing of that"] {
            assert_eq!(with.search(query, None, 10), by_table().search(query, None, 10), "{query}");
        }
    }

    #[test]
    fn what_says_nothing_finds_nothing() {
        for query in
            ["", " \n", "the of and", "\u{1F3AC}\u{1F3AC}", "?!", "xqzzt", "Сталкер", "東京"]
        {
            assert_eq!(by_table().rows(query), [0; 0], "{query}");
        }
    }

    #[test]
    fn any_catalogue_is_searched() {
        for films in [&[][..], &[""], &["", ""], &["Heat. A robbery."], &["Сталкер. Зона."]]
        {
            for choice in [EmbedderChoice::Auto, EmbedderChoice::Table, EmbedderChoice::Lsa] {
                for index in [IndexChoice::Auto, IndexChoice::Always] {
                    let made = opened(films, choice, index);
                    let _ = made.rows("a robbery in the zone");
                    if films == ["Heat. A robbery."] {
                        assert_eq!(made.rows("robbery"), [0]);
                    }
                    if films == ["Сталкер. Зона."] {
                        assert_eq!(made.rows("зона"), [0]);
                    }
                }
            }
        }
    }

    #[test]
    fn a_query_of_any_length_is_answered() {
        assert_eq!(by_table().rows(&"pig and sheep, ".repeat(7_000))[0], 1);
    }

    proptest! {
        #[test]
        fn any_query_is_answered_within_bounds(query in any::<String>(), k in 0_usize..6) {
            let found = by_table().search(&query, None, k);
            prop_assert!(found.len() <= k);
            prop_assert!(found.iter().all(|(_, score)| *score > 0.0 && *score <= 1.0));
        }
    }
}
