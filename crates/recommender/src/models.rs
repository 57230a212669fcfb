//! The models by name, and what they have in common: a score for every item.

use std::fmt;

use nalgebra::DMatrix;
use usher_bundle::{ItemRow, UserRow};

use crate::{Fitted, Interactions, Ranker, bpr, ease, ials, item_knn, spectral};

/// The models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The items that most users took.
    Popular,
    /// Item-based neighbours.
    ItemKnn,
    /// EASE.
    Ease,
    /// Bayesian personalised ranking.
    Bpr,
    /// Alternating least squares.
    Ials,
    /// A filter over eigenvectors of co-occurrences.
    Spectral,
}

impl Kind {
    /// All kinds, references first.
    pub const ALL: [Self; 6] =
        [Self::Popular, Self::ItemKnn, Self::Ease, Self::Bpr, Self::Ials, Self::Spectral];

    /// Those that a bundle can hold: their score is a dot product of factors.
    pub const OF_FACTORS: [Self; 3] = [Self::Bpr, Self::Ials, Self::Spectral];

    /// The name as on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Popular => "popular",
            Self::ItemKnn => "item-knn",
            Self::Ease => "ease",
            Self::Bpr => "bpr",
            Self::Ials => "ials",
            Self::Spectral => "spectral",
        }
    }

    /// Whether it takes memory items × items.
    #[must_use]
    pub fn is_dense(self) -> bool {
        matches!(self, Self::ItemKnn | Self::Ease)
    }

    /// The models that are compared for a bundle. With very many interactions only the
    /// one whose time hardly grows with the length of its factors.
    #[must_use]
    pub fn candidates(interactions: &Interactions) -> Vec<Self> {
        match interactions.len() <= MOST_TO_COMPARE {
            true => Self::OF_FACTORS.to_vec(),
            false => vec![Self::Spectral],
        }
    }

    /// The settings that are tried, the likeliest first.
    #[must_use]
    pub fn grid(self) -> Vec<Settings> {
        match self {
            Self::Popular => vec![Settings::Popular],
            Self::ItemKnn => [50, item_knn::NEIGHBOURS, 200].map(Settings::ItemKnn).into(),
            Self::Ease => [ease::REGULARIZATION, 150.0, 600.0].map(Settings::Ease).into(),
            Self::Bpr => vec![Settings::Bpr(bpr::Settings::default())],
            Self::Ials => [(0.3, 0.016), (0.2, 0.016), (0.8, 0.008)]
                .map(|(unobserved_weight, regularization)| {
                    let settings = ials::Settings::default();
                    Settings::Ials(ials::Settings { unobserved_weight, regularization, ..settings })
                })
                .into(),
            Self::Spectral => [300.0, 150.0, 600.0]
                .map(|regularization| {
                    let settings = spectral::Settings::default();
                    Settings::Spectral(spectral::Settings { regularization, ..settings })
                })
                .into(),
        }
    }
}

/// With more interactions than this, fitting models only to compare them takes minutes.
const MOST_TO_COMPARE: usize = 2_000_000;

/// A model and what its fit is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Settings {
    /// There is nothing to tell.
    Popular,
    /// Neighbours an item.
    ItemKnn(usize),
    /// λ.
    Ease(f64),
    /// See there.
    Bpr(bpr::Settings),
    /// See there.
    Ials(ials::Settings),
    /// See there.
    Spectral(spectral::Settings),
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Popular => f.write_str("no settings"),
            Self::ItemKnn(neighbours) => write!(f, "{neighbours} neighbours"),
            Self::Ease(regularization) => write!(f, "regularisation {regularization}"),
            Self::Bpr(settings) => settings.fmt(f),
            Self::Ials(settings) => settings.fmt(f),
            Self::Spectral(settings) => settings.fmt(f),
        }
    }
}

impl Settings {
    /// The model.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Popular => Kind::Popular,
            Self::ItemKnn(_) => Kind::ItemKnn,
            Self::Ease(_) => Kind::Ease,
            Self::Bpr(_) => Kind::Bpr,
            Self::Ials(_) => Kind::Ials,
            Self::Spectral(_) => Kind::Spectral,
        }
    }

    /// Fits factors; `None` of a model that has none.
    pub fn factors(
        &self,
        interactions: &Interactions,
        seed: u64,
        progress: &mut dyn FnMut(u32, u32),
    ) -> Option<Fitted> {
        match self {
            Self::Popular | Self::ItemKnn(_) | Self::Ease(_) => None,
            Self::Bpr(settings) => Some(bpr::fit(interactions, settings, seed, progress)),
            Self::Ials(settings) => Some(ials::fit(interactions, settings, seed, progress)),
            Self::Spectral(settings) => Some(spectral::fit(interactions, settings, seed, progress)),
        }
    }

    /// Fits the model, ready to score.
    pub fn fit(
        &self,
        interactions: &Interactions,
        seed: u64,
        progress: &mut dyn FnMut(u32, u32),
    ) -> Model {
        let scores = match self {
            Self::Popular => return Model::most_popular(interactions),
            Self::ItemKnn(neighbours) => Scores::OfItems(item_knn::fit(interactions, *neighbours)),
            Self::Ease(regularization) => Scores::OfItems(ease::fit(interactions, *regularization)),
            Self::Bpr(_) | Self::Ials(_) | Self::Spectral(_) => {
                let fitted = self.factors(interactions, seed, progress).unwrap_or_default();
                return Model::fitted(fitted, interactions);
            }
        };
        Model { scores, counts: counts(interactions) }
    }
}

/// A fitted model.
#[derive(Debug)]
pub struct Model {
    scores: Scores,
    /// What a user without history is recommended by.
    counts: Vec<f32>,
}

#[derive(Debug)]
enum Scores {
    Popular,
    OfItems(DMatrix<f32>),
    /// Of the items, ready to score, and those of the users.
    Factors(Ranker, Vec<f32>, usize),
}

impl Scores {
    fn of_factors(fitted: Fitted) -> Self {
        let Fitted { items, users } = fitted;
        let dim = items.dim;
        Self::Factors(Ranker::new(items), users, dim)
    }
}

impl Model {
    /// Takes factors as they were fitted to these interactions.
    #[must_use]
    pub fn fitted(fitted: Fitted, interactions: &Interactions) -> Self {
        Self { scores: Scores::of_factors(fitted), counts: counts(interactions) }
    }

    /// Takes factors as they were fitted. Users without history score by the biases.
    #[must_use]
    pub fn of_factors(fitted: Fitted) -> Self {
        let counts = fitted.items.bias.clone();
        Self { scores: Scores::of_factors(fitted), counts }
    }

    /// The same scores for everyone: how many users took an item.
    #[must_use]
    pub fn most_popular(interactions: &Interactions) -> Self {
        Self { scores: Scores::Popular, counts: counts(interactions) }
    }

    /// The score of every item, by row, for a user with this history (rising, as the
    /// model was fitted on it). Without a history: how popular an item is.
    #[must_use]
    pub fn scores(&self, user: UserRow, history: &[ItemRow]) -> Vec<f32> {
        match &self.scores {
            _ if history.is_empty() => self.counts.clone(),
            Scores::Popular => self.counts.clone(),
            Scores::Factors(ranker, users, dim) => {
                let of_user = user.index() * dim..(user.index() + 1) * dim;
                ranker.scores(users.get(of_user).unwrap_or_default())
            }
            Scores::OfItems(weights) => {
                let of_item = |column: nalgebra::DVectorView<'_, f32>| -> f32 {
                    history.iter().filter_map(|item| column.get(item.index())).sum()
                };
                weights.column_iter().map(of_item).collect()
            }
        }
    }
}

fn counts(interactions: &Interactions) -> Vec<f32> {
    interactions.item_counts().iter().map(|count| *count as f32).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metrics::best_unseen;

    #[test]
    fn every_model_ranks_a_tiny_table_with_numbers() {
        for (users, items, pairs) in [
            (1, 1, vec![(0, 0)]),
            (1, 3, vec![(0, 1)]),
            (3, 1, vec![(0, 0), (2, 0)]),
            (2, 2, vec![]),
        ] {
            let pairs = pairs.into_iter().map(|(user, item)| (UserRow(user), ItemRow(item)));
            let taken = Interactions::new(users, items, pairs);
            for settings in Kind::ALL.into_iter().flat_map(Kind::grid) {
                let model = settings.fit(&taken, 1, &mut |_, _| {});
                for user in taken.users() {
                    let scores = model.scores(user, taken.of(user));
                    assert_eq!(scores.len(), items);
                    assert!(scores.iter().all(|score| score.is_finite()), "{settings}: {scores:?}");
                }
            }
        }
    }

    #[test]
    fn a_user_without_history_is_recommended_what_is_popular() {
        let pairs = [(0, 2), (0, 1), (1, 2)];
        let taken = Interactions::new(3, 3, pairs.map(|(u, i)| (UserRow(u), ItemRow(i))));
        for kind in Kind::ALL {
            let model = kind.grid().swap_remove(0).fit(&taken, 1, &mut |_, _| {});
            let scores = model.scores(UserRow(2), &[]);
            let best = best_unseen(&scores, UserRow(2), &taken, 2);
            assert_eq!(best, [ItemRow(2), ItemRow(1)], "{kind:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_table_gives_finite_factors_of_its_size_and_always_the_same(
            n_users in 0usize..6,
            n_items in 0usize..6,
            pairs in prop::collection::vec((0u32..6, 0u32..6), 0..40),
            dim in 0usize..11,
        ) {
            let pairs = pairs.into_iter().map(|(user, item)| (UserRow(user), ItemRow(item)));
            let taken = Interactions::new(n_users, n_items, pairs);
            for settings in [
                Settings::Bpr(bpr::Settings { dim, epochs: 4, ..bpr::Settings::default() }),
                Settings::Ials(ials::Settings { dim, epochs: 3, ..ials::Settings::default() }),
                Settings::Spectral(spectral::Settings { dim, ..spectral::Settings::default() }),
            ] {
                let fitted = settings.factors(&taken, 1, &mut |_, _| {}).unwrap();
                let dim = fitted.items.dim;
                prop_assert_eq!(fitted.users.len(), n_users * dim);
                prop_assert_eq!(fitted.items.factors.len(), n_items * dim);
                prop_assert_eq!(fitted.items.bias.len(), n_items);
                prop_assert!(fitted.fits_a_bundle(), "{}", settings);
                prop_assert_eq!(fitted, settings.factors(&taken, 1, &mut |_, _| {}).unwrap());
            }
        }
    }
}
