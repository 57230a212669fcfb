//! The ports over an open bundle.

mod catalogue;
mod filter;
mod ranking;
mod search;

use std::rc::Rc;

use usher_bundle::Bundle;
use usher_names::Names;

use crate::ports::Ports;
use crate::sets::Sets;

pub use catalogue::{BundleCatalogue, known_items, known_users};
pub use ranking::BundleRanking;
pub use search::BundleSearch;

/// The ports over an open bundle.
#[derive(Debug)]
pub struct BundlePorts {
    bundle: Rc<Bundle>,
    names: Names,
    sets: Sets,
    catalogue: BundleCatalogue,
    ranking: BundleRanking,
    search: BundleSearch,
}

impl BundlePorts {
    /// Ports over a bundle.
    #[must_use]
    pub fn new(bundle: impl Into<Rc<Bundle>>) -> Self {
        let bundle = bundle.into();
        Self {
            catalogue: BundleCatalogue::new(bundle.clone()),
            ranking: BundleRanking::new(bundle.clone()),
            search: BundleSearch::new(bundle.clone()),
            names: Names::new(&bundle),
            sets: Sets::default(),
            bundle,
        }
    }

    /// The bundle that is read.
    #[must_use]
    pub fn bundle(&self) -> &Rc<Bundle> {
        &self.bundle
    }
}

impl Ports for BundlePorts {
    type Catalogue = BundleCatalogue;
    type Ranking = BundleRanking;
    type Search = BundleSearch;

    fn names(&self) -> &Names {
        &self.names
    }

    fn sets(&self) -> &Sets {
        &self.sets
    }

    fn catalogue(&self) -> &BundleCatalogue {
        &self.catalogue
    }

    fn ranking(&self) -> &BundleRanking {
        &self.ranking
    }

    fn search(&self) -> &BundleSearch {
        &self.search
    }
}
